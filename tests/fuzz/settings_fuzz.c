/* SPDX-License-Identifier: Apache-2.0 */
/* settings_fuzz.c - a settings file of any bytes: read, or refused with its reason; what was read is printed in a form
 * that can be read again.  Source: style.md ("Fuzz targets": option file). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bw_code load(const void *bytes, size_t size, struct bw_options *o, struct bw_error *err)
{
    static const char *const no_environment[] = { NULL };
    char path[40];
    int fd = memfd_create("settings", MFD_CLOEXEC);
    if (fd < 0 || (size && write(fd, bytes, size) != (ssize_t)size))
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bw_options_init(o);
    bw_code code = bw_options_flag(o, BW_STR("config"), path, err);
    if (code == BW_OK)
        code = bw_options_load(o, no_environment, err);
    (void)close(fd);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_error err = { 0 };
    struct bw_options o;
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, 1 << 20);
    bw_code code = load(data, size < 65536 ? size : 65536, &o, &err);
    BW_ASSERT(code == err.code && (code == BW_OK || err.detail[0]));
    if (code == BW_OK && bw_options_check(&o, &err) == BW_OK)
        bw_options_dump(&o, &text);
    BW_ASSERT(bw_buf_ok(&text));
    bw_options_done(&o);
    return 0;
}
