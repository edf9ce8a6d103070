/* SPDX-License-Identifier: Apache-2.0 */
/* mustache.h - the subset of Mustache that our pages use: {{x}} (HTML-escaped), {{{x}}} and {{&x}}, {{#s}} {{^s}}
 * {{/s}},
 * {{! }}, {{>partial}}, dotted names, implicit iterator {{.}}, standalone lines, indentation of partials.
 * No set-delimiter tags, no lambdas, no inheritance.  Templates are compiled once; rendering neither allocates beyond
 * the output nor recurses deeper than 16.  Layer: base.  Threads: templates and views are read-only once made. */
#ifndef BW_BASE_MUSTACHE_H
#define BW_BASE_MUSTACHE_H

#include "bw/base/arena.h"
#include "bw/base/buf.h"
#include "bw/base/err.h"

/* A view: what a template is filled with.  All in one arena.  Sections take for false: what is missing, null, false,
 * the empty list and the empty string. */
enum bw_view_kind { BW_V_NULL, BW_V_BOOL, BW_V_STR, BW_V_LIST, BW_V_MAP };
struct bw_view {
    enum bw_view_kind kind;
    const char *key;                     /* inside a map */
    struct bw_str s;                     /* BW_V_STR */
    bool b;                              /* BW_V_BOOL */
    struct bw_view *first, *last, *next; /* children, in order */
};
struct bw_view *bw_view_map(struct bw_arena *a); /* a new root; NULL when memory is out */
/* Children of a map (key given) or list (key NULL).  All cope with parent NULL and return NULL then. Strings are
 * borrowed; add_c(NULL) makes BW_V_NULL. */
struct bw_view *bw_view_add_str(struct bw_arena *a, struct bw_view *to, const char *key, struct bw_str s);
struct bw_view *bw_view_add_c(struct bw_arena *a, struct bw_view *to, const char *key, const char *s);
struct bw_view *bw_view_add_int(struct bw_arena *a, struct bw_view *to, const char *key, int64_t v);
struct bw_view *bw_view_add_bool(struct bw_arena *a, struct bw_view *to, const char *key, bool b);
struct bw_view *bw_view_add_map(struct bw_arena *a, struct bw_view *to, const char *key);
struct bw_view *bw_view_add_list(struct bw_arena *a, struct bw_view *to, const char *key);

struct bw_template;
/* BW_E_CONFIG with line number for a broken template.  Text is copied. */
BW_MUST_USE bw_code bw_template_compile(struct bw_str text, struct bw_template **ret_take, struct bw_error *err);
void bw_template_free(struct bw_template *t);

/* Finds a partial by name; NULL = empty. */
typedef const struct bw_template *bw_partial_find(void *ctx, struct bw_str name);
/* Appends to `to`; a missing name renders as nothing. */
BW_MUST_USE bw_code bw_template_render(const struct bw_template *t, const struct bw_view *view, bw_partial_find *find,
                                       void *ctx, struct bw_buf *to, struct bw_error *err);

/* & < > " ' as entities. */
void bw_html_escape(struct bw_buf *to, struct bw_str s);

#endif
