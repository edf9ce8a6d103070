/* SPDX-License-Identifier: Apache-2.0 */
/* cli_config.c - verbs that need nothing but the settings. */
#include <sysexits.h>

#include "bw/base/clock.h"
#include "bw/storage/migrate.h"
#include "cli.h"

enum { TEXT_MAX = 64 << 10 };

int bw_verb_config_dump(struct bw_cli *cli)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, TEXT_MAX);
    bw_options_dump(&cli->options, &text);
    return bw_cli_print(cli, &text);
}

/* The settings were read and checked before any verb runs. */
int bw_verb_config_check(struct bw_cli *cli)
{
    return fputs("the settings fit together\n", cli->out) >= 0 ? EX_OK : EX_IOERR;
}

int bw_verb_version(struct bw_cli *cli)
{
    int n = fprintf(cli->out, "bagwatchd %s, schema %u%s\n", BW_VERSION, bw_schema_number(&bw_sql_migrations),
                    bw_clock_testable() ? ", test clock" : "");
    return n > 0 ? EX_OK : EX_IOERR;
}
