/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - the command line: one table of verbs gives parsing, help and exit codes (sysexits.h).
 * A verb's words come first, then its own flags and any setting in any order: `bagwatchd key create --carrier BA --data DIR`.
 * Owns: settings and arguments of one run.  Layer: main.  Threads: main.  Source: OPS-02, design.md 9. */
#ifndef BW_MAIN_CLI_H
#define BW_MAIN_CLI_H

#include <stdio.h>

#include "options.h"

struct bw_cli;

struct bw_verb {
    const char *name;  /* "migrate up" */
    const char *words; /* what must follow, e.g. "REF"; "" = nothing; "[REF]" may follow; a last "…" takes any number */
    const char *args;  /* its own flags, separated by spaces: "carrier= test"; "=" takes a value */
    int (*run)(struct bw_cli *cli); /* returns the exit code */
    const char *what;
};
/* What verbs of one first word are about: they share a line of the help. */
struct bw_verb_group {
    const char *word, *what;
};
extern const struct bw_verb_group bw_verb_groups[]; /* ends with word == NULL */
extern const struct bw_verb bw_verbs[];
extern const size_t bw_verbs_n;

enum { BW_CLI_WORDS = 16, BW_CLI_ARGS = 32 };
struct bw_cli_arg {
    const char *name; /* borrowed from the verb's `args`; ends where the name ends */
    size_t n;
    const char *value; /* "" for flags without one */
};
struct bw_cli {
    const struct bw_verb *verb;
    struct bw_options options;
    const char *words[BW_CLI_WORDS];
    size_t n_words;
    struct bw_cli_arg args[BW_CLI_ARGS];
    size_t n_args;
    FILE *out, *err;
};

/* Everything from argv to the exit code. */
int bw_cli_main(int argc, const char *const *argv, const char *const *environment, FILE *out, FILE *err);

/* The value of one of the verb's own flags: NULL where it was not given, "" where it takes none. */
const char *bw_cli_arg(const struct bw_cli *cli, const char *name);
/* Says what failed, and returns the exit code for it. */
int bw_cli_fail(const struct bw_cli *cli, bw_code code, const struct bw_error *err);
int bw_exit_code(bw_code code);
/* Writes a buffer to standard output. */
int bw_cli_print(const struct bw_cli *cli, struct bw_buf *text);

/* The help of the whole program, which fits a screen. */
void bw_cli_help(struct bw_buf *to);
void bw_cli_verb_help(const struct bw_verb *verb, struct bw_buf *to);

/* Bodies of the verbs, by file. */
int bw_verb_serve(struct bw_cli *cli);          /* serve.c */
int bw_verb_migrate_up(struct bw_cli *cli);     /* cli_database.c */
int bw_verb_migrate_status(struct bw_cli *cli);
int bw_verb_migrate_plan(struct bw_cli *cli);
int bw_verb_seed(struct bw_cli *cli);
int bw_verb_verify(struct bw_cli *cli);
int bw_verb_doctor(struct bw_cli *cli);         /* cli_doctor.c */
int bw_verb_key_create(struct bw_cli *cli);     /* cli_doors.c */
int bw_verb_key_list(struct bw_cli *cli);
int bw_verb_key_revoke(struct bw_cli *cli);
int bw_verb_user_create(struct bw_cli *cli);
int bw_verb_user_password(struct bw_cli *cli);
int bw_verb_user_disable(struct bw_cli *cli);
int bw_verb_user_codes_off(struct bw_cli *cli);
int bw_verb_link_create(struct bw_cli *cli);
int bw_verb_erase(struct bw_cli *cli);          /* cli_erase.c */
int bw_verb_export(struct bw_cli *cli);
int bw_verb_report_stale(struct bw_cli *cli);   /* cli_report.c */
int bw_verb_config_dump(struct bw_cli *cli);    /* cli_config.c */
int bw_verb_config_check(struct bw_cli *cli);
int bw_verb_version(struct bw_cli *cli);

#endif
