/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - the table of settings and their values: checking, ranking, showing. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>

#include "options_int.h"

static const struct bw_option_row rows[] = {
#define X(id, ...) [BW_OPT_##id] = { __VA_ARGS__ },
#include "options.def"
#undef X
};

const struct bw_option_row *bw_option_row(enum bw_opt opt)
{
    BW_ASSERT(opt < BW_OPT_MAX);
    return &rows[opt];
}

bool bw_option_find(struct bw_str key, enum bw_opt *ret)
{
    for (unsigned i = 0; i < BW_OPT_MAX; i++)
        if (bw_str_eq_c(key, rows[i].key)) {
            *ret = (enum bw_opt)i;
            return true;
        }
    return false;
}

const char *bw_option_nearest(struct bw_str name)
{
    const char *keys[BW_OPT_MAX];
    for (unsigned i = 0; i < BW_OPT_MAX; i++)
        keys[i] = rows[i].key;
    return bw_nearest(name, keys, BW_OPT_MAX);
}

bw_code bw_option_unknown(struct bw_str name, const char *where, struct bw_error *err)
{
    const char *near = bw_option_nearest(name);
    return bw_fail(err, BW_E_CONFIG, NULL, "%s: no setting is called %.*s%s%s%s", where, BW_FMT(bw_str_take(name, 40)),
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool switch_of(struct bw_str text, int64_t *ret)
{
    static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };
    for (size_t i = 0; i < BW_LEN(words); i++)
        if (bw_str_eq_nocase(text, bw_str_c(words[i]))) {
            *ret = (int64_t)(i % 2);
            return true;
        }
    return false;
}

static bool choice_of(struct bw_str text, const char *choices, int64_t *ret)
{
    struct bw_str rest = bw_str_c(choices);
    for (int64_t i = 0; rest.p; i++)
        if (bw_str_eq(bw_str_split(&rest, '|'), text)) {
            *ret = i;
            return true;
        }
    return false;
}

static bw_code check_value(const struct bw_option_row *row, struct bw_str text, const char *where, int64_t *ret,
                           struct bw_error *err)
{
    switch (row->kind) {
    case BW_OPT_TEXT:
        for (size_t i = 0; i < text.n; i++)
            if ((unsigned char)text.p[i] < 0x20)
                return bw_fail(err, BW_E_CONFIG, row->key, "%s: %s holds a control character", where, row->key);
        return BW_OK;
    case BW_OPT_NUMBER:
        if (!bw_str_to_i64(text, row->least, row->most, ret))
            return bw_fail(err, BW_E_CONFIG, row->key, "%s: %s takes a number from %lld to %lld (%s)", where, row->key,
                           (long long)row->least, (long long)row->most, row->unit);
        return BW_OK;
    case BW_OPT_SWITCH:
        if (!switch_of(text, ret))
            return bw_fail(err, BW_E_CONFIG, row->key, "%s: %s takes yes or no", where, row->key);
        return BW_OK;
    case BW_OPT_CHOICE:
        if (!choice_of(text, row->unit, ret))
            return bw_fail(err, BW_E_CONFIG, row->key, "%s: %s is one of %s", where, row->key, row->unit);
        return BW_OK;
    }
    return bw_fail(err, BW_E_CONFIG, row->key, "no such kind of setting");
}

bw_code bw_option_set(struct bw_options *o, enum bw_opt opt, struct bw_str text, enum bw_opt_from from,
                      const char *where, struct bw_error *err)
{
    struct bw_option_value *v = &o->v[opt];
    int64_t number = 0;
    bw_code code = check_value(&rows[opt], text, where, &number, err);
    if (code != BW_OK || (v->text && from < v->from))
        return code;
    if (v->text && from == v->from && from != BW_FROM_DEFAULT)
        return bw_fail(err, BW_E_CONFIG, rows[opt].key, "%s: %s stands there twice", where, rows[opt].key);
    char *copy = strndup(text.p ? text.p : "", text.n);
    if (!copy)
        return bw_fail(err, BW_E_NOMEM, rows[opt].key, "settings");
    free(v->text);
    v->text = copy;
    v->number = number;
    v->from = from;
    snprintf(v->where, sizeof(v->where), "%s", where);
    return BW_OK;
}

void bw_options_init(struct bw_options *o)
{
    *o = (struct bw_options){ 0 };
    for (unsigned i = 0; i < BW_OPT_MAX; i++) {
        bw_code code = bw_option_set(o, (enum bw_opt)i, bw_str_c(rows[i].fallback), BW_FROM_DEFAULT, "default", NULL);
        BW_ASSERT(code == BW_OK); /* a default that its own row refuses */
    }
}

void bw_options_done(struct bw_options *o)
{
    for (unsigned i = 0; i < BW_OPT_MAX; i++) {
        if ((rows[i].flags & BW_OPT_SECRET) && o->v[i].text)
            explicit_bzero(o->v[i].text, strlen(o->v[i].text));
        free(o->v[i].text);
        o->v[i].text = NULL;
    }
}

bw_code bw_options_flag(struct bw_options *o, struct bw_str key, const char *value, struct bw_error *err)
{
    enum bw_opt opt;
    char where[64], upper[64];
    if (!bw_option_find(key, &opt))
        return bw_option_unknown(key, "command line", err);
    snprintf(where, sizeof(where), "flag --%s", rows[opt].key);
    if (rows[opt].flags & BW_OPT_SECRET) {
        bw_option_environment_name(opt, upper);
        return bw_fail(err, BW_E_CONFIG, rows[opt].key,
                       "--%s is a secret: others can read command lines; set %s or %s_FILE", rows[opt].key, upper,
                       upper);
    }
    if (!value && rows[opt].kind != BW_OPT_SWITCH)
        return bw_fail(err, BW_E_CONFIG, rows[opt].key, "--%s needs a value (%s)", rows[opt].key, rows[opt].unit);
    return bw_option_set(o, opt, bw_str_c(value ? value : "yes"), BW_FROM_FLAG, where, err);
}

const char *bw_opt_text(const struct bw_options *o, enum bw_opt opt)
{
    return o->v[opt].text;
}

const char *bw_opt_given(const struct bw_options *o, enum bw_opt opt)
{
    return o->v[opt].text[0] ? o->v[opt].text : NULL;
}

int64_t bw_opt_number(const struct bw_options *o, enum bw_opt opt)
{
    return o->v[opt].number;
}

bool bw_opt_on(const struct bw_options *o, enum bw_opt opt)
{
    return o->v[opt].number != 0;
}

void bw_options_dump(const struct bw_options *o, struct bw_buf *to)
{
    for (unsigned i = 0; i < BW_OPT_MAX; i++) {
        bool masked = (rows[i].flags & BW_OPT_SECRET) && o->v[i].text[0];
        bw_buf_printf(to, "%s%s = %s   ; %s\n", masked ? "; " : "", rows[i].key, masked ? "********" : o->v[i].text,
                      o->v[i].where);
    }
}

void bw_options_help(struct bw_buf *to)
{
    for (unsigned i = 0; i < BW_OPT_MAX; i++) {
        const struct bw_option_row *row = &rows[i];
        char name[64];
        bw_option_environment_name((enum bw_opt)i, name);
        if (row->flags & BW_OPT_SECRET)
            bw_buf_printf(to, "  %s or %s_FILE", name, name);
        else
            bw_buf_printf(to, "  --%s", row->key);
        if (row->kind != BW_OPT_SWITCH)
            bw_buf_printf(to, " (%s)", row->unit);
        if (row->kind == BW_OPT_NUMBER)
            bw_buf_printf(to, " %lld to %lld", (long long)row->least, (long long)row->most);
        bw_buf_printf(to, "\n      %s", row->what);
        if (row->fallback[0])
            bw_buf_printf(to, " Default: %s.", row->fallback);
        bw_buf_c(to, "\n");
    }
}
