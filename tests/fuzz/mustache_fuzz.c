/* SPDX-License-Identifier: Apache-2.0 */
/* mustache_fuzz.c - any text compiles and renders or is refused; a text without tags renders to itself; where nothing
 * is asked for raw, no markup of the data reaches the page. */
#include <stdint.h>

#include "bw/base/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct bw_template *find(void *ctx, struct bw_str name)
{
    unsigned *left = ctx;
    static struct bw_template *partial;
    if (!partial && bw_template_compile(BW_STR("{{#l}}\n{{x}} {{>p}}\n{{/l}}\n"), &partial, NULL) != BW_OK)
        return NULL;
    return bw_str_empty(name) || *left == 0 || (*left)-- == 0 ? NULL : partial;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str text = bw_str_n((const char *)data, size < 400 ? size : 400);
    struct bw_template *t = NULL;
    if (bw_template_compile(text, &t, NULL) != BW_OK)
        return 0;
    struct bw_view items[2] = { { .kind = BW_V_STR, .s = BW_STR("\1<"), .next = &items[1] }, { .kind = BW_V_MAP } };
    struct bw_view l = { .kind = BW_V_LIST, .key = "l", .first = &items[0], .last = &items[1] };
    struct bw_view x = { .kind = BW_V_STR, .key = "x", .s = BW_STR("\1<"), .next = &l };
    struct bw_view root = { .kind = BW_V_MAP, .first = &x, .last = &l };
    BW_CLEANUP(bw_buf_done) struct bw_buf to;
    bw_buf_init(&to, 1 << 16);
    unsigned left = 32;
    bw_code rc = bw_template_render(t, &root, find, &left, &to, NULL);
    bw_template_free(t);
    if (rc == BW_OK && !memmem(text.p, text.n, "{{", 2))
        BW_ASSERT(bw_str_eq(text, bw_buf_view(&to)));
    if (rc == BW_OK && to.n && !memmem(text.p, text.n, "{{{", 3) && !memchr(text.p, '&', text.n) &&
        !memchr(text.p, 1, text.n))
        BW_ASSERT(!memmem(to.p, to.n, "\1<", 2));
    return 0;
}
