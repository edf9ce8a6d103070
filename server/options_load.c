/* SPDX-License-Identifier: Apache-2.0 */
/* options_load.c - settings from the environment and from the settings file, and what several of them must agree on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ini.h>

#include "options_int.h"

#define PREFIX "BAGWATCH_"
enum {
    FILE_MAX_BYTES = 64 << 10,
    LINE_MAX_BYTES = 198, /* libinih cuts longer lines in two */
};

static const char *after(const char *text, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

void bw_option_environment_name(enum bw_opt opt, char to[64])
{
    snprintf(to, 64, PREFIX "%s", bw_option_row(opt)->key);
    for (char *c = to; *c; c++) {
        if (*c == '-')
            *c = '_';
        else if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

static bw_code read_all(const char *path, struct bw_buf *to, struct bw_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return bw_fail(err, BW_E_CONFIG, NULL, "cannot read %s: errno %d", path, errno);
    for (;;) {
        enum { STEP = 4096 };
        char *room = bw_buf_room(to, STEP);
        ssize_t n = room ? read(fd, room, STEP) : -1;
        if (n > 0)
            bw_buf_grew(to, (size_t)n);
        if (n <= 0) {
            close(fd);
            if (n == 0)
                return BW_OK;
            return bw_fail(err, BW_E_CONFIG, NULL, "cannot read %s: it is too large, or errno %d", path, errno);
        }
    }
}

/* Known to other parts of the program, not settings: they work in test builds only. */
static bool for_tests(const char *name)
{
    return BW_TEST_CLOCK && (strcmp(name, "TEST_CLOCK") == 0 || strcmp(name, "CRASH_AT") == 0);
}

/* "STREAM_LISTEN" to "stream-listen". */
static bool key_of(struct bw_str name, char to[64])
{
    if (!bw_str_copy(name, to, 64))
        return false;
    for (char *c = to; *c; c++) {
        if (*c == '_')
            *c = '-';
        else if (bw_is_upper(*c))
            *c = (char)(*c - 'A' + 'a');
    }
    return true;
}

static bw_code from_secret_file(struct bw_options *o, enum bw_opt opt, const char *path, const char *where,
                                struct bw_error *err)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, FILE_MAX_BYTES);
    bw_code code = read_all(path, &text, err);
    if (code == BW_OK)
        code = bw_option_set(o, opt, bw_str_trim(bw_buf_view(&text)), BW_FROM_ENVIRONMENT, where, err);
    if (text.p)
        explicit_bzero(text.p, text.n);
    return code;
}

static bw_code take_variable(struct bw_options *o, const char *line, struct bw_error *err)
{
    struct bw_str value = bw_str_c(line);
    struct bw_str whole = bw_str_split(&value, '=');
    struct bw_str name = bw_str_drop(whole, strlen(PREFIX));
    char key[64], where[96], plain[64];
    enum bw_opt opt;
    snprintf(where, sizeof(where), "environment %.*s", BW_FMT(bw_str_take(whole, 70)));
    if (bw_str_copy(name, plain, sizeof(plain)) && for_tests(plain))
        return BW_OK;
    if (!key_of(name, key))
        return bw_option_unknown(name, where, err);
    if (bw_option_find(bw_str_c(key), &opt))
        return bw_option_set(o, opt, value, BW_FROM_ENVIRONMENT, where, err);
    struct bw_str stem = bw_str_c(key);
    if (bw_str_ends(stem, BW_STR("-file")) && bw_option_find(bw_str_take(stem, stem.n - 5), &opt) &&
        (bw_option_row(opt)->flags & BW_OPT_SECRET))
        return from_secret_file(o, opt, value.p ? value.p : "", where, err);
    return bw_option_unknown(bw_str_c(key), where, err);
}

/* Names of other programs' making, such as DATABASE_URL, count where our own is not set. */
static bw_code take_others(struct bw_options *o, const char *const *environment, struct bw_error *err)
{
    for (unsigned i = 0; i < BW_OPT_MAX; i++) {
        const char *also = bw_option_row((enum bw_opt)i)->also;
        if (!also || o->v[i].from >= BW_FROM_ENVIRONMENT)
            continue;
        for (const char *const *e = environment; *e; e++) {
            const char *value = after(*e, also);
            char where[96];
            snprintf(where, sizeof(where), "environment %s", also);
            if (!value || *value != '=')
                continue;
            bw_code code = bw_option_set(o, (enum bw_opt)i, bw_str_c(value + 1), BW_FROM_ENVIRONMENT, where, err);
            if (code != BW_OK)
                return code;
            break;
        }
    }
    return BW_OK;
}

struct file_read {
    struct bw_options *o;
    struct bw_error *err;
    bw_code code;
    char where[128];
};

static int on_line(void *user, const char *section, const char *name, const char *value)
{
    struct file_read *r = user;
    enum bw_opt opt;
    if (r->code != BW_OK)
        return 0;
    if (section[0])
        r->code =
            bw_fail(r->err, BW_E_CONFIG, NULL, "%s: section [%.40s]: settings stand in no section", r->where, section);
    else if (!bw_option_find(bw_str_c(name), &opt))
        r->code = bw_option_unknown(bw_str_c(name), r->where, r->err);
    else if (opt == BW_OPT_CONFIG)
        r->code = bw_fail(r->err, BW_E_CONFIG, "config", "%s: a settings file names no other", r->where);
    else
        r->code = bw_option_set(r->o, opt, bw_str_c(value), BW_FROM_FILE, r->where, r->err);
    return r->code == BW_OK;
}

static bw_code take_file(struct bw_options *o, const char *path, struct bw_error *err)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct file_read r = { .o = o, .err = err, .code = BW_OK };
    bw_buf_init(&text, FILE_MAX_BYTES);
    snprintf(r.where, sizeof(r.where), "file %s", path);
    bw_code code = read_all(path, &text, err);
    if (code != BW_OK)
        return code;
    struct bw_str rest = bw_buf_view(&text);
    for (int line = 1; rest.p && rest.n; line++)
        if (bw_str_split(&rest, '\n').n > LINE_MAX_BYTES)
            return bw_fail(err, BW_E_CONFIG, NULL, "%s: line %d is longer than %d bytes", r.where, line,
                           LINE_MAX_BYTES);
    const char *c = bw_buf_cstr(&text);
    ini_allow_multiline = false; /* a line that begins with a space is a setting too */
    int bad = c ? ini_parse_string(c, on_line, &r) : -2;
    if (r.code != BW_OK)
        return r.code;
    if (bad != 0)
        return bw_fail(err, BW_E_CONFIG, NULL, "%s: line %d is not of the form key = value", r.where, bad);
    return BW_OK;
}

bw_code bw_options_load(struct bw_options *o, const char *const *environment, struct bw_error *err)
{
    for (const char *const *e = environment; *e; e++) {
        if (!after(*e, PREFIX))
            continue;
        bw_code code = take_variable(o, *e, err);
        if (code != BW_OK)
            return code;
    }
    bw_code code = take_others(o, environment, err);
    const char *path = bw_opt_given(o, BW_OPT_CONFIG);
    if (code == BW_OK && path)
        code = take_file(o, path, err);
    return code;
}

static bool loopback(const char *address)
{
    static const char *const ours[] = { "127.", "[::1]:", "localhost:", "[::ffff:127." };
    for (size_t i = 0; i < BW_LEN(ours); i++)
        if (after(address, ours[i]))
            return true;
    return false;
}

bw_code bw_options_check(const struct bw_options *o, struct bw_error *err)
{
    static const enum bw_opt addresses[] = { BW_OPT_LISTEN, BW_OPT_STREAM_LISTEN, BW_OPT_METRICS_LISTEN };
    for (size_t i = 0; i < BW_LEN(addresses); i++) {
        const char *a = bw_opt_given(o, addresses[i]);
        if (a && !strrchr(a, ':'))
            return bw_fail(err, BW_E_CONFIG, bw_option_row(addresses[i])->key, "%s takes address:port, not %.60s",
                           bw_option_row(addresses[i])->key, a);
        if (a && !loopback(a) && !bw_opt_on(o, BW_OPT_BEHIND_PROXY))
            return bw_fail(err, BW_E_CONFIG, bw_option_row(addresses[i])->key,
                           "%.60s is not loopback: TLS ends in a proxy before us; say behind-proxy when one is there",
                           a);
    }
    if (!bw_opt_given(o, BW_OPT_LISTEN))
        return bw_fail(err, BW_E_CONFIG, "listen", "listen is empty");
    const char *url = bw_opt_given(o, BW_OPT_PUBLIC_URL);
    if (url && ((!after(url, "https://") && !after(url, "http://")) || url[strlen(url) - 1] == '/'))
        return bw_fail(err, BW_E_CONFIG, "public-url", "public-url begins with https:// and has no slash at its end");
    if (bw_opt_given(o, BW_OPT_APP_DATABASE_URL) && !bw_opt_given(o, BW_OPT_DATABASE_URL))
        return bw_fail(err, BW_E_CONFIG, "app-database-url",
                       "app-database-url without database-url: nobody could migrate");
    return BW_OK;
}
