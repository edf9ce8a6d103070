/* SPDX-License-Identifier: Apache-2.0 */
/* feed_page.c - one page of the feed for readers whose position has left the ring (STR-03, STR-04, STR-09). */
#include "bw/app/feed.h"

#include "bw/base/log.h"
#include "feed_int.h"

/* What the page is made of; its entries borrow from the rows, so every round keeps its own. */
struct page {
    uint64_t after, upto;
    struct bw_feed_list list;
    struct bw_rows rounds[1 + BW_HUB_PAGE / BW_FEED_ROWS];
    size_t n_rounds;
    bool gone;
};

/* Reads on behind `at`; *ret_more is false when the page is whole. */
static bw_code read_round(struct bw_pg *pg, struct page *p, uint64_t *at, unsigned retention_days, bool *ret_more,
                          struct bw_error *err)
{
    struct bw_rows *rows = &p->rounds[p->n_rounds++];
    bw_code code =
        bw_pg_query(pg, BW_STMT_FEED_READ, BW_PARAMS(bw_p_i64((int64_t)*at), bw_p_i32(BW_FEED_ROWS)), rows, err);
    for (size_t i = 0; code == BW_OK && i < rows->n && *at < p->upto; i++) {
        p->gone = p->gone || bw_feed_row_gone(rows, i, retention_days);
        code = bw_feed_unpack(rows, i, bw_rows_bytea(rows, i, "entries"), p->after, p->upto, &p->list, err);
        *at = bw_feed_row_last(rows, i);
    }
    *ret_more = code == BW_OK && !p->gone && rows->n == BW_FEED_ROWS && *at < p->upto;
    return code;
}

void bw_feed_replay(void *arg, struct bw_pg *pg, struct bw_hub *hub, uint64_t after)
{
    struct bw_feed *feed = arg;
    struct bw_error err = { 0 };
    struct page page = { .after = after, .upto = after + BW_HUB_PAGE };
    uint64_t at = after;
    bool more = true;
    bw_code code = BW_OK;
    bw_feed_list_init(&page.list);
    while (code == BW_OK && more) {
        /* a batch has at least one event, so the rounds suffice for a page */
        BW_ASSERT(page.n_rounds < BW_LEN(page.rounds));
        code = read_round(pg, &page, &at, bw_feed_retention(feed), &more, &err);
    }
    if (code == BW_OK && !page.gone)
        bw_hub_page(hub, after, page.list.v, page.list.n);
    else
        bw_hub_page_failed(hub, after, code == BW_OK);
    if (code != BW_OK)
        bw_log(BW_WARN, "feed.page", BW_LI("after", after), BW_LC("why", err.detail));
    for (size_t i = 0; i < page.n_rounds; i++)
        bw_rows_done(&page.rounds[i]);
    bw_feed_list_done(&page.list);
}
