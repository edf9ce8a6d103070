/* SPDX-License-Identifier: Apache-2.0 */
/* sse.c - event-stream framing and cursors as text.  Layer: push.  Threads: any. */
#include "sse.h"

#include <stdio.h>

const char *bw_cursor_text(struct bw_cursor c, char to[BW_CURSOR_TEXT])
{
    snprintf(to, BW_CURSOR_TEXT, "%u-%llu", c.epoch, (unsigned long long)c.index);
    return to;
}

bool bw_cursor_parse(struct bw_str s, struct bw_cursor *ret)
{
    struct bw_str rest = s, epoch = bw_str_split(&rest, '-');
    uint64_t e = 0, i = 0;
    if (!rest.p || !bw_str_to_u64(epoch, 1, UINT32_MAX, &e) || !bw_str_to_u64(rest, 0, INT64_MAX, &i))
        return false;
    *ret = (struct bw_cursor){ (uint32_t)e, i };
    return true;
}

void bw_sse_event(struct bw_buf *to, const char *name, const struct bw_cursor *id, struct bw_str data)
{
    char text[BW_CURSOR_TEXT];
    BW_ASSERT(bw_str_find(data, '\r') == data.n);
    if (id)
        bw_buf_printf(to, "id: %s\n", bw_cursor_text(*id, text));
    if (name)
        bw_buf_printf(to, "event: %s\n", name);
    while (data.p) {
        bw_buf_c(to, "data: ");
        bw_buf_str(to, bw_str_split(&data, '\n'));
        bw_buf_ch(to, '\n');
    }
    bw_buf_ch(to, '\n');
}

void bw_sse_comment(struct bw_buf *to, struct bw_str text)
{
    BW_ASSERT(bw_str_find(text, '\n') == text.n && bw_str_find(text, '\r') == text.n);
    bw_buf_c(to, ": ");
    bw_buf_str(to, text);
    bw_buf_c(to, "\n\n");
}

void bw_sse_retry(struct bw_buf *to, unsigned ms)
{
    bw_buf_printf(to, "retry: %u\n\n", ms);
}
