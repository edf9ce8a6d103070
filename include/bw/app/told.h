/* SPDX-License-Identifier: Apache-2.0 */
/* told.h - what was told of promises that fall due or did not come, or waits to be told: the messages that chase.h
 * made, for staff of the carriers that owe what they name and of those to which it is owed. Such a reader sees a
 * message by what of it concerns his carriers: of a digest over many files those lines alone, and its text only where
 * it went to a carrier of his.  Layer: app.  Threads: a query worker with its session. Source: CLK-05, CLK-15. */
#ifndef BW_APP_TOLD_H
#define BW_APP_TOLD_H

#include "bw/app/list.h"
#include "bw/app/principal.h"
#include "bw/domain/chaser.h"
#include "bw/storage/pg.h"

#define BW_TOLD_PAGE 50  /* messages of one answer */
#define BW_TOLD_LINES 20 /* promises shown of each */

struct bw_chase_told_line {
    struct bw_uuid promise_id, subject_id;
    enum bw_subject subject;
    enum bw_owed owed;
    char for_carrier[4], plate[11], ref[11];
    bw_time due_at, closed_at; /* closed_at BW_TIME_NONE: it has not come yet */
};
struct bw_chase_told {
    struct bw_uuid id;
    struct bw_str kind, channel, state; /* words of the table: "debtor", "mail", "ready" */
    char receiver[4];                   /* a carrier; "" the customer of the file ref */
    char ref[11], debtor[4], station[4];
    int level;
    bw_time made_at, not_before; /* it may be sent from not_before on */
    struct bw_str body;          /* BW_STR_NONE: it went to somebody else */
    struct bw_chase_told_line *lines;
    size_t n_lines, all; /* all: of those that the reader may see */
};
/* What is looked for; zeroes and BW_STR_NONE: everything. */
struct bw_chase_told_ask {
    struct bw_str debtor, ref;
    int level;                  /* -1: any */
    struct bw_list_place after; /* behind this one in the list; BW_TIME_NONE: from the newest */
};
/* The newest first, at most BW_TOLD_PAGE; a reference that is none finds nothing. */
BW_MUST_USE bw_code bw_chase_told_list(struct bw_pg *pg, const struct bw_principal *who,
                                       const struct bw_chase_told_ask *ask, bw_time now, struct bw_arena *arena,
                                       struct bw_chase_told **ret, size_t *ret_n, struct bw_list_place *ret_next,
                                       struct bw_error *err);

#endif
