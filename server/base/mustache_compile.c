/* SPDX-License-Identifier: Apache-2.0 */
/* mustache_compile.c - from text to nodes.  Standalone lines are resolved here, so rendering knows nothing of them.
 * Layer: base.  Threads: any.  Source: the Mustache specification, files named in mustache.h. */
#include <stdlib.h>

#include "mustache_int.h"

struct tag {
    char kind; /* '#', '^', '/', '!', '>', '&', or 'v' for an escaped value */
    struct bw_str name;
    size_t from, end; /* place in the text, braces included */
};

struct compiler {
    struct bw_template *t;
    struct bw_str text;
    size_t at;
    bool line_start; /* a line begins here and has no NODE_LINE yet */
    size_t open[BW_MUSTACHE_DEPTH];
    size_t n_open;
    struct bw_error *err;
};

static bw_code broken(struct compiler *c, size_t at, const char *what, struct bw_str name)
{
    unsigned line = 1;
    for (size_t k = 0; k < at; k++)
        line += c->text.p[k] == '\n';
    name = bw_str_take(name, 60);
    return bw_fail(c->err, BW_E_CONFIG, NULL, "template line %u: %s %.*s", line, what, BW_FMT(name));
}

static bw_code push(struct compiler *c, struct bw_node node)
{
    struct bw_template *t = c->t;
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        struct bw_node *nodes = reallocarray(t->nodes, cap, sizeof *nodes);
        if (!nodes)
            return bw_fail(c->err, BW_E_NOMEM, NULL, "no memory for a template");
        t->nodes = nodes;
        t->cap = cap;
    }
    t->nodes[t->n++] = node;
    return BW_OK;
}

static bw_code begin_line(struct compiler *c)
{
    if (!c->line_start)
        return BW_OK;
    c->line_start = false;
    return push(c, (struct bw_node){ .kind = NODE_LINE });
}

/* One node a line, so that each line can be indented. */
static bw_code add_text(struct compiler *c, size_t from, size_t to)
{
    while (from < to) {
        struct bw_str rest = bw_str_n(c->text.p + from, to - from);
        size_t n = bw_str_find(rest, '\n');
        bool whole = n < rest.n;
        n += whole ? 1 : 0;
        bw_code rc = begin_line(c);
        if (rc == BW_OK)
            rc = push(c, (struct bw_node){ .kind = NODE_TEXT, .s = bw_str_take(rest, n) });
        if (rc != BW_OK)
            return rc;
        c->line_start = whole;
        from += n;
    }
    return BW_OK;
}

static bool is_name_char(char ch)
{
    return bw_is_alnum(ch) || ch == '_' || ch == '-' || ch == '.' || ch == '/';
}

/* "." or parts with single dots between them; partials may have any of the characters. */
static bool is_name(const struct tag *tag)
{
    if (!bw_str_all(tag->name, is_name_char))
        return false;
    if (tag->kind == '>' || bw_str_eq_c(tag->name, "."))
        return true;
    struct bw_str rest = tag->name;
    while (rest.p) {
        if (bw_str_empty(bw_str_split(&rest, '.')))
            return false;
    }
    return true;
}

static size_t find_text(struct bw_str text, size_t from, const char *what)
{
    const char *p = from < text.n ? memmem(text.p + from, text.n - from, what, strlen(what)) : NULL;
    return p ? (size_t)(p - text.p) : text.n;
}

static bw_code read_tag(struct compiler *c, size_t from, struct tag *ret)
{
    struct tag tag = { .kind = 'v', .from = from };
    size_t inner = from + 2;
    const char *closing = "}}";
    char mark = inner < c->text.n ? c->text.p[inner] : '\0';
    if (mark == '{') {
        tag.kind = '&';
        closing = "}}}";
        inner++;
    } else if (mark != '\0' && strchr("#^/!>&", mark)) {
        tag.kind = mark;
        inner++;
    }
    size_t end = find_text(c->text, inner, closing);
    if (end == c->text.n)
        return broken(c, from, "a tag without an end", BW_STR_NONE);
    tag.name = bw_str_trim(bw_str_n(c->text.p + inner, end - inner));
    tag.end = end + strlen(closing);
    if (tag.kind != '!' && !is_name(&tag))
        return broken(c, from, "not a name, or a kind of tag that is not known here:", tag.name);
    *ret = tag;
    return BW_OK;
}

/* Whether the tag is alone on its line but for white space.  Then [*ret_from, tag) is that white space before it and
 * *ret_next where the next line begins. */
static bool is_alone(const struct compiler *c, const struct tag *tag, size_t *ret_from, size_t *ret_next)
{
    const char *p = c->text.p;
    size_t from = tag->from, next = tag->end;
    if (!strchr("#^/!>", tag->kind))
        return false;
    while (from > 0 && (p[from - 1] == ' ' || p[from - 1] == '\t'))
        from--;
    if (from > 0 && p[from - 1] != '\n')
        return false;
    while (next < c->text.n && (p[next] == ' ' || p[next] == '\t'))
        next++;
    if (next < c->text.n && p[next] == '\r')
        next++;
    if (next < c->text.n && p[next++] != '\n')
        return false;
    *ret_from = from;
    *ret_next = next;
    return true;
}

static bw_code close_section(struct compiler *c, const struct tag *tag)
{
    struct bw_node *nodes = c->t->nodes;
    if (c->n_open == 0 || !bw_str_eq(nodes[c->open[c->n_open - 1]].s, tag->name))
        return broken(c, tag->from, "no open section ends here:", tag->name);
    nodes[c->open[--c->n_open]].end = c->t->n;
    return BW_OK;
}

static bw_code open_section(struct compiler *c, const struct tag *tag)
{
    if (c->n_open == BW_MUSTACHE_DEPTH)
        return broken(c, tag->from, "sections too deep:", tag->name);
    c->open[c->n_open++] = c->t->n;
    return push(c, (struct bw_node){ .kind = tag->kind == '#' ? NODE_SECTION : NODE_INVERTED, .s = tag->name });
}

static bw_code add_tag(struct compiler *c, const struct tag *tag, struct bw_str indent)
{
    switch (tag->kind) {
    case '!':
        return BW_OK;
    case '#':
    case '^':
        return open_section(c, tag);
    case '/':
        return close_section(c, tag);
    case '>':
        return push(c, (struct bw_node){ .kind = NODE_PARTIAL, .s = tag->name, .indent = indent });
    default:
        return push(c, (struct bw_node){ .kind = tag->kind == '&' ? NODE_RAW : NODE_VALUE, .s = tag->name });
    }
}

/* The text up to the next tag, and the tag. */
static bw_code step(struct compiler *c)
{
    size_t from = find_text(c->text, c->at, "{{");
    if (from == c->text.n) {
        size_t at = c->at;
        c->at = from;
        return add_text(c, at, from);
    }
    struct tag tag = { .kind = 0 };
    bw_code rc = read_tag(c, from, &tag);
    if (rc != BW_OK)
        return rc;
    size_t before = tag.from, next = tag.end;
    bool alone = is_alone(c, &tag, &before, &next);
    rc = add_text(c, c->at, before);
    if (rc == BW_OK && !alone)
        rc = begin_line(c);
    if (rc == BW_OK)
        rc = add_tag(c, &tag, bw_str_n(c->text.p + before, tag.from - before));
    c->line_start = c->line_start || alone;
    c->at = next;
    return rc;
}

bw_code bw_template_compile(struct bw_str text, struct bw_template **ret_take, struct bw_error *err)
{
    struct bw_template *t = calloc(1, sizeof *t);
    char *copy = malloc(text.n + 1);
    if (!t || !copy) {
        free(t);
        free(copy);
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a template");
    }
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    t->text = copy;
    struct compiler c = { .t = t, .text = bw_str_n(copy, text.n), .line_start = true, .err = err };
    bw_code rc = BW_OK;
    while (rc == BW_OK && c.at < c.text.n)
        rc = step(&c);
    if (rc == BW_OK && c.n_open > 0)
        rc = broken(&c, text.n, "a section without an end:", t->nodes[c.open[c.n_open - 1]].s);
    if (rc != BW_OK) {
        bw_template_free(t);
        return rc;
    }
    *ret_take = t;
    return BW_OK;
}

void bw_template_free(struct bw_template *t)
{
    if (!t)
        return;
    free(t->nodes);
    free(t->text);
    free(t);
}
