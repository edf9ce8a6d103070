/* SPDX-License-Identifier: Apache-2.0 */
/* cli_db.h - a verb with a database.  Layer: main.  Threads: main. */
#ifndef BW_MAIN_CLI_DB_H
#define BW_MAIN_CLI_DB_H

#include "cli.h"
#include "database.h"

/* Opens the database, runs, closes it; returns the exit code. */
int bw_cli_with_database(struct bw_cli *cli, int (*run)(struct bw_cli *cli, struct bw_database *db));

#endif
