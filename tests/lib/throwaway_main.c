/* SPDX-License-Identifier: Apache-2.0 */
/* throwaway_main.c - a PostgreSQL for tests in other languages: makes it, migrates it (unless "--empty" is given),
 * prints one line of JSON with the connection strings, and stops and removes it when its standard input ends. */
#include <stdio.h>
#include <unistd.h>

#include "throwaway.h"

int main(int argc, char **argv)
{
    struct bwt_cluster t;
    char c;
    if (argc > 1 && strcmp(argv[1], "--empty") == 0)
        bwt_cluster_start(&t);
    else
        bwt_cluster_start_migrated(&t);
    printf("{\"owner\":\"%s\",\"app\":\"%s\",\"super\":\"%s\",\"pid\":%d}\n", t.owner, t.app, t.super,
           bw_cluster_pid(t.cluster));
    fflush(stdout);
    while (read(STDIN_FILENO, &c, 1) > 0)
        continue;
    bwt_cluster_stop(&t);
    return 0;
}
