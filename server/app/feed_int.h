/* SPDX-License-Identifier: Apache-2.0 */
/* feed_int.h - rows of the feed as entries for the hub.  Layer: app.  Threads: one owner at a time. */
#ifndef BW_APP_FEED_INT_H
#define BW_APP_FEED_INT_H

#include "bw/base/arena.h"
#include "bw/push/hub.h"
#include "bw/storage/pg.h"

enum { BW_FEED_ROWS = 256, BW_FEED_ARENA = 256 << 20 };

/* Entries of some rows; they borrow from the rows and from the arena. */
struct bw_feed_list {
    struct bw_arena arena;
    struct bw_feed_entry *v;
    size_t n, cap;
};
void bw_feed_list_init(struct bw_feed_list *list);
void bw_feed_list_done(struct bw_feed_list *list);
void bw_feed_list_clear(struct bw_feed_list *list);

/* Appends those of one batch's lines (a row of queries/feed_read.sql or feed_numbered.sql) with after < index <= upto.
 * BW_E_DB: a line that is not ours. */
BW_MUST_USE bw_code bw_feed_unpack(struct bw_rows *rows, size_t row, struct bw_str lines, uint64_t after, uint64_t upto,
                                   struct bw_feed_list *list, struct bw_error *err);
/* Index of the last event of a row. */
uint64_t bw_feed_row_last(struct bw_rows *rows, size_t row);
/* True where a row without payload had one that the retention took; else nothing of it was ever to be shown. */
bool bw_feed_row_gone(struct bw_rows *rows, size_t row, unsigned retention_days);

/* Lines of this process' own commits, until their batch has its number: what is missing is read from the database.
 * Takes the bytes of `lines_steal`; false: not here (any more).  feed_kept.c; any thread puts, the feed's takes. */
struct bw_feed_kept;
struct bw_feed_kept *bw_feed_kept_new(void); /* NULL when memory is out */
void bw_feed_kept_free(struct bw_feed_kept *k);
void bw_feed_kept_put(struct bw_feed_kept *k, int64_t journal_id, struct bw_buf *lines_steal);
bool bw_feed_kept_take(struct bw_feed_kept *k, int64_t journal_id, struct bw_buf *ret_take);

struct bw_feed;
/* As it was told at bw_feed_new. */
unsigned bw_feed_retention(const struct bw_feed *feed);

#endif
