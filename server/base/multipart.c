/* SPDX-License-Identifier: Apache-2.0 */
/* multipart.c - parts between boundaries, their names, nothing else.
 * Layer: base.  Threads: any.  Source: RFC 2046 5.1.1, RFC 7578 4. */
#include "bw/base/multipart.h"

#include <string.h>

#define BOUNDARY_MOST 70
#define HEAD_MOST 1024

/* "\r\n--boundary" */
struct mark {
    char text[BOUNDARY_MOST + 4];
    size_t n;
};

static bool boundary_char(char c)
{
    return bw_is_alnum(c) || (c != '\0' && strchr("'()+_,-./:=?", c) != NULL);
}

static bool boundary_of(struct bw_str type, struct mark *ret)
{
    struct bw_str rest = type, value = BW_STR_NONE;
    if (!bw_str_eq_nocase(bw_str_trim(bw_str_split(&rest, ';')), BW_STR("multipart/form-data")))
        return false;
    while (rest.p && !value.p) {
        struct bw_str one = bw_str_split(&rest, ';'), name = bw_str_trim(bw_str_split(&one, '='));
        if (bw_str_eq_nocase(name, BW_STR("boundary")) && one.p)
            value = bw_str_trim(one);
    }
    if (!value.p)
        return false;
    if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = bw_str_n(value.p + 1, value.n - 2);
    if (value.n < 1 || value.n > BOUNDARY_MOST || !bw_str_all(value, boundary_char))
        return false;
    memcpy(ret->text, "\r\n--", 4);
    memcpy(ret->text + 4, value.p, value.n);
    ret->n = value.n + 4;
    return true;
}

/* Where needle begins in all, or all.n. */
static size_t find(struct bw_str all, const char *needle, size_t n)
{
    const char *at = all.n ? memmem(all.p, all.n, needle, n) : NULL;
    return at ? (size_t)(at - all.p) : all.n;
}

/* The value of a parameter in quotes; browsers write a quote inside it as %22, so there is none to unescape. */
static bool quoted(struct bw_str line, const char *name, struct bw_str *ret)
{
    struct bw_str rest = line;
    (void)bw_str_split(&rest, ';');
    while (rest.p) {
        struct bw_str key = bw_str_trim(bw_str_split(&rest, '='));
        if (!rest.n || rest.p[0] != '"')
            return false;
        rest = bw_str_drop(rest, 1);
        size_t end = bw_str_find(rest, '"');
        if (end == rest.n)
            return false;
        struct bw_str value = bw_str_take(rest, end);
        rest = bw_str_drop(rest, end + 1);
        if (bw_str_eq_nocase(key, bw_str_c(name))) {
            *ret = value;
            return true;
        }
        if (rest.n && rest.p[0] != ';')
            return false;
        rest = rest.n ? bw_str_drop(rest, 1) : BW_STR_NONE;
    }
    return false;
}

static bool head_of(struct bw_str head, struct bw_form_part *part)
{
    struct bw_str file;
    bool named = false;
    while (head.n) {
        size_t end = find(head, "\r\n", 2);
        struct bw_str line = bw_str_take(head, end), value = line;
        struct bw_str name = bw_str_trim(bw_str_split(&value, ':'));
        head = bw_str_drop(head, end < head.n ? end + 2 : end);
        if (!bw_str_eq_nocase(name, BW_STR("Content-Disposition")))
            continue;
        value = value.p ? bw_str_trim(value) : value;
        if (named || !value.p || !bw_str_starts(value, BW_STR("form-data;")) || !quoted(value, "name", &part->name))
            return false;
        part->file = quoted(value, "filename", &file);
        named = true;
    }
    return named;
}

static bool take_part(struct bw_str *rest, const struct mark *mark, struct bw_form_part *ret)
{
    size_t head = find(*rest, "\r\n\r\n", 4);
    *ret = (struct bw_form_part){ .file = false };
    if (head == rest->n || head > HEAD_MOST || !head_of(bw_str_take(*rest, head), ret))
        return false;
    /* an empty body's mark begins with the blank line's own end */
    struct bw_str body = bw_str_drop(*rest, head + 2);
    size_t end = find(body, mark->text, mark->n);
    if (end == body.n)
        return false;
    ret->body = end >= 2 ? bw_str_n(body.p + 2, end - 2) : BW_STR("");
    *rest = bw_str_drop(body, end + mark->n);
    return true;
}

bool bw_multipart_parse(struct bw_str content_type, struct bw_str body, struct bw_form_part *to, size_t max,
                        size_t *ret_n)
{
    struct mark mark;
    if (!boundary_of(content_type, &mark) || !bw_str_starts(body, bw_str_n(mark.text + 2, mark.n - 2)))
        return false;
    *ret_n = 0;
    body = bw_str_drop(body, mark.n - 2);
    while (bw_str_starts(body, BW_STR("\r\n"))) {
        body = bw_str_drop(body, 2);
        if (*ret_n == max || !take_part(&body, &mark, &to[*ret_n]))
            return false;
        (*ret_n)++;
    }
    return bw_str_starts(body, BW_STR("--")) && bw_str_trim(bw_str_drop(body, 2)).n == 0;
}
