/* SPDX-License-Identifier: Apache-2.0 */
/* attr.c - the last words of a program that found itself wrong.
 * Takes no lock and allocates nothing, since an assertion may fail anywhere.  The line is JSON like every other
 * line on stderr, so that log readers need no second format.
 * Layer: base.  Threads: any.  Source: style.md 5.12, OPS-05. */
#include "bw/base/attr.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Copies text so that it can stand between JSON quotes; cuts what does not fit. */
static void quote(const char *text, char *to, size_t size)
{
    size_t n = 0;
    for (; *text && n + 3 < size; text++) {
        if (*text == '"' || *text == '\\')
            to[n++] = '\\';
        to[n] = *text;
        if ((unsigned char)*text < 0x20)
            to[n] = ' ';
        n++;
    }
    to[n] = '\0';
}

void bw_assert_failed(const char *what, const char *file, int line)
{
    char safe_what[256], safe_file[256], out[640];
    quote(what, safe_what, sizeof(safe_what));
    quote(file, safe_file, sizeof(safe_file));
    int n = snprintf(out, sizeof(out),
                     "{\"level\":\"error\",\"event\":\"assert.failed\",\"what\":\"%s\",\"at\":\"%s:%d\"}\n", safe_what,
                     safe_file, line);
    if (n > 0 && (size_t)n < sizeof(out) && write(STDERR_FILENO, out, (size_t)n) < 0)
        abort();
    abort();
}
