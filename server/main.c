/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the program.  Everything it does stands behind the table of verbs (verbs.c). */
#include <unistd.h>

#include "cli.h"

int main(int argc, char **argv)
{
    union {
        char **given;
        const char *const *read; /* C has no such conversion by itself */
    } a = { .given = argv }, e = { .given = environ };
    return bw_cli_main(argc, a.read, e.read, stdout, stderr);
}
