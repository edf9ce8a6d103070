/* SPDX-License-Identifier: Apache-2.0 */
/* mustache_render.c - nodes and a view make text.
 * False, and so skipped by sections: missing, null, false, the empty list and the empty string.
 * Layer: base.  Threads: any; a rendering lives on its caller's stack. */
#include "mustache_int.h"

struct rendering {
    bw_partial_find *find;
    void *ctx;
    struct bw_buf *to;
    struct bw_error *err;
    unsigned depth; /* sections and partials open */
    const struct bw_view *stack[BW_MUSTACHE_DEPTH + 1];
    size_t n_stack;
    struct bw_str indents[BW_MUSTACHE_DEPTH];
    size_t n_indents;
};

static bw_code render_nodes(struct rendering *r, const struct bw_template *t, size_t from, size_t to);

void bw_html_escape(struct bw_buf *to, struct bw_str s)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
    size_t from = 0;
    for (size_t k = 0; k < s.n; k++) {
        size_t which = bw_str_find(BW_STR("&<>\"'"), s.p[k]);
        if (which == BW_LEN(entities))
            continue;
        bw_buf_add(to, s.p + from, k - from);
        bw_buf_c(to, entities[which]);
        from = k + 1;
    }
    if (s.n > from)
        bw_buf_add(to, s.p + from, s.n - from);
}

static const struct bw_view *child(const struct bw_view *map, struct bw_str key)
{
    if (map->kind != BW_V_MAP)
        return NULL;
    for (const struct bw_view *v = map->first; v; v = v->next) {
        if (bw_str_eq_c(key, v->key))
            return v;
    }
    return NULL;
}

/* The first part is sought from the innermost context outwards, the others only inside what was found. */
static const struct bw_view *look_up(const struct rendering *r, struct bw_str name)
{
    if (bw_str_eq_c(name, "."))
        return r->stack[r->n_stack - 1];
    struct bw_str part = bw_str_split(&name, '.');
    const struct bw_view *v = NULL;
    for (size_t k = r->n_stack; k > 0 && !v; k--)
        v = child(r->stack[k - 1], part);
    while (v && name.p)
        v = child(v, bw_str_split(&name, '.'));
    return v;
}

static bool is_true(const struct bw_view *v)
{
    if (!v)
        return false;
    switch (v->kind) {
    case BW_V_NULL:
        return false;
    case BW_V_BOOL:
        return v->b;
    case BW_V_STR:
        return v->s.n > 0;
    case BW_V_LIST:
        return v->first != NULL;
    case BW_V_MAP:
        return true;
    }
    return false;
}

static struct bw_str text_of(const struct bw_view *v)
{
    if (v && v->kind == BW_V_STR)
        return v->s;
    if (v && v->kind == BW_V_BOOL)
        return v->b ? BW_STR("true") : BW_STR("false");
    return BW_STR_NONE;
}

static bw_code enter(struct rendering *r, struct bw_str name)
{
    if (r->depth == BW_MUSTACHE_DEPTH)
        return bw_fail(r->err, BW_E_CONFIG, NULL, "sections and partials too deep at %.*s", BW_FMT(name));
    r->depth++;
    return BW_OK;
}

static bw_code body(struct rendering *r, const struct bw_template *t, size_t at, const struct bw_view *context)
{
    r->stack[r->n_stack++] = context;
    bw_code rc = render_nodes(r, t, at + 1, t->nodes[at].end);
    r->n_stack--;
    return rc;
}

static bw_code section(struct rendering *r, const struct bw_template *t, size_t at)
{
    const struct bw_view *v = look_up(r, t->nodes[at].s);
    if (!is_true(v))
        return BW_OK;
    bw_code rc = enter(r, t->nodes[at].s);
    if (rc != BW_OK)
        return rc;
    if (v->kind == BW_V_LIST) {
        for (const struct bw_view *element = v->first; element && rc == BW_OK && bw_buf_ok(r->to);
             element = element->next)
            rc = body(r, t, at, element);
    } else {
        rc = body(r, t, at, v);
    }
    r->depth--;
    return rc;
}

static bw_code inverted(struct rendering *r, const struct bw_template *t, size_t at)
{
    if (is_true(look_up(r, t->nodes[at].s)))
        return BW_OK;
    bw_code rc = enter(r, t->nodes[at].s);
    if (rc != BW_OK)
        return rc;
    rc = render_nodes(r, t, at + 1, t->nodes[at].end);
    r->depth--;
    return rc;
}

static bw_code partial(struct rendering *r, const struct bw_node *node)
{
    const struct bw_template *t = r->find ? r->find(r->ctx, node->s) : NULL;
    if (!t)
        return BW_OK;
    bw_code rc = enter(r, node->s);
    if (rc != BW_OK)
        return rc;
    r->indents[r->n_indents++] = node->indent;
    rc = render_nodes(r, t, 0, t->n);
    r->n_indents--;
    r->depth--;
    return rc;
}

static bw_code render_node(struct rendering *r, const struct bw_template *t, size_t at)
{
    const struct bw_node *node = &t->nodes[at];
    switch (node->kind) {
    case NODE_LINE:
        for (size_t k = 0; k < r->n_indents; k++)
            bw_buf_str(r->to, r->indents[k]);
        return BW_OK;
    case NODE_TEXT:
        bw_buf_str(r->to, node->s);
        return BW_OK;
    case NODE_VALUE:
        bw_html_escape(r->to, text_of(look_up(r, node->s)));
        return BW_OK;
    case NODE_RAW:
        bw_buf_str(r->to, text_of(look_up(r, node->s)));
        return BW_OK;
    case NODE_SECTION:
        return section(r, t, at);
    case NODE_INVERTED:
        return inverted(r, t, at);
    case NODE_PARTIAL:
        return partial(r, node);
    }
    return BW_OK;
}

static bw_code render_nodes(struct rendering *r, const struct bw_template *t, size_t from, size_t to)
{
    bw_code rc = BW_OK;
    for (size_t at = from; at < to && rc == BW_OK;) {
        rc = render_node(r, t, at);
        at = t->nodes[at].end > 0 ? t->nodes[at].end : at + 1;
    }
    return rc;
}

bw_code bw_template_render(const struct bw_template *t, const struct bw_view *view, bw_partial_find *find, void *ctx,
                           struct bw_buf *to, struct bw_error *err)
{
    static const struct bw_view nothing = { .kind = BW_V_MAP };
    struct rendering r = { .find = find, .ctx = ctx, .to = to, .err = err, .n_stack = 1 };
    r.stack[0] = view ? view : &nothing;
    bw_code rc = render_nodes(&r, t, 0, t->n);
    if (rc == BW_OK && !bw_buf_ok(to))
        return bw_fail(err, BW_E_INTERNAL, NULL, "a page larger than its %zu bytes", to->max);
    return rc;
}
