/* SPDX-License-Identifier: Apache-2.0 */
/* mustache_int.h - what a compiled template is made of.
 * Layer: base, private.  Threads: read-only once compiled. */
#ifndef BW_BASE_MUSTACHE_INT_H
#define BW_BASE_MUSTACHE_INT_H

#include "bw/base/mustache.h"

/* Sections and partials inside each other, in one template and while rendering. */
#define BW_MUSTACHE_DEPTH 16

enum bw_node_kind {
    NODE_LINE, /* a line of the source begins: where a partial is indented, the indentation comes here */
    NODE_TEXT,
    NODE_VALUE, /* escaped */
    NODE_RAW,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARTIAL,
};

struct bw_node {
    enum bw_node_kind kind;
    struct bw_str s;      /* the text, or the name */
    struct bw_str indent; /* partial standing alone on its line: the white space before it */
    size_t end;           /* section: the first node behind its body, which begins with the next node */
};

struct bw_template {
    char *text; /* the names and texts of the nodes are slices of it */
    struct bw_node *nodes;
    size_t n, cap;
};

#endif
