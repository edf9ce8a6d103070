/* SPDX-License-Identifier: Apache-2.0 */
/* options.h - every setting, from one table (options.def): flags over environment over file over default.
 * Secrets come from the environment (BAGWATCH_X, or BAGWATCH_X_FILE naming a file) or the settings file, never from the
 * command line, where every user of the machine could read them.  An unknown name is an error that tells the nearest one.
 * Only main and the verbs read this; modules receive small structs.
 * Owns: the texts of its values.  Layer: main.  Threads: main.  Source: OPS-03, SEC-08, design.md 8, 9. */
#ifndef BW_MAIN_OPTIONS_H
#define BW_MAIN_OPTIONS_H

#include "bw/base/buf.h"
#include "bw/base/err.h"

enum bw_opt_kind { BW_OPT_TEXT, BW_OPT_NUMBER, BW_OPT_SWITCH, BW_OPT_CHOICE };
enum { BW_OPT_SECRET = 1 };

enum bw_opt {
#define X(id, ...) BW_OPT_##id,
#include "options.def"
#undef X
    BW_OPT_MAX
};

struct bw_option_row {
    const char *key;
    enum bw_opt_kind kind;
    const char *fallback;
    int64_t least, most; /* numbers */
    const char *unit;    /* choices: "a|b|c" */
    unsigned flags;
    const char *also; /* another environment name, after our own; or NULL */
    const char *what;
};
const struct bw_option_row *bw_option_row(enum bw_opt opt);
/* False where no setting is called so. */
BW_MUST_USE bool bw_option_find(struct bw_str key, enum bw_opt *ret);
/* The candidate with the fewest edits to `name`; NULL when none is near. */
const char *bw_nearest(struct bw_str name, const char *const *candidates, size_t n);
/* The setting whose key is nearest, or NULL. */
const char *bw_option_nearest(struct bw_str name);

/* Where a value came from; a higher one wins. */
enum bw_opt_from { BW_FROM_DEFAULT, BW_FROM_FILE, BW_FROM_ENVIRONMENT, BW_FROM_FLAG };
struct bw_option_value {
    char *text;
    int64_t number; /* numbers; switches: 0 or 1; choices: position */
    enum bw_opt_from from;
    char where[128]; /* "flag --listen", "environment BAGWATCH_LISTEN", "file /etc/bagwatch.ini", "default" */
};
struct bw_options {
    struct bw_option_value v[BW_OPT_MAX];
};

/* All defaults. */
void bw_options_init(struct bw_options *o);
void bw_options_done(struct bw_options *o);
/* One flag of the command line; value NULL = none was given (switches alone allow that). */
BW_MUST_USE bw_code bw_options_flag(struct bw_options *o, struct bw_str key, const char *value, struct bw_error *err);
/* The environment, then the file that is now named by `config`.  Call after the flags. */
BW_MUST_USE bw_code bw_options_load(struct bw_options *o, const char *const *environment, struct bw_error *err);
/* What one setting alone cannot tell: addresses that need a proxy, a public URL that is none. */
BW_MUST_USE bw_code bw_options_check(const struct bw_options *o, struct bw_error *err);

const char *bw_opt_text(const struct bw_options *o, enum bw_opt opt);
/* The same, NULL where it is empty. */
const char *bw_opt_given(const struct bw_options *o, enum bw_opt opt);
int64_t bw_opt_number(const struct bw_options *o, enum bw_opt opt);
bool bw_opt_on(const struct bw_options *o, enum bw_opt opt);

/* "key = value   # where from", secrets masked; it can be read back as a settings file but for those. */
void bw_options_dump(const struct bw_options *o, struct bw_buf *to);
/* One paragraph a setting, for `bagwatchd help settings`. */
void bw_options_help(struct bw_buf *to);

#endif
