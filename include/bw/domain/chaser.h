/* SPDX-License-Identifier: Apache-2.0 */
/* chaser.h - what is told of promises that fell due: who is told at which level, and the message in its three forms.  No
 * personal data: plates, references, carriers, stations and times alone.
 * Pure.  Layer: domain.  Threads: any.  Source: CLK-05, CLK-15, TYB-10, domain.md 9.2. */
#ifndef BW_DOMAIN_CHASER_H
#define BW_DOMAIN_CHASER_H

#include "bw/base/json_out.h"
#include "bw/domain/promise.h"

enum bw_chase_kind { BW_CHASE_DEBTOR, BW_CHASE_DESK, BW_CHASE_SUPERVISORS, BW_CHASE_CUSTOMER };
const char *bw_chase_word(enum bw_chase_kind kind); /* "debtor", "desk", "supervisors", "customer" */
enum bw_channel { BW_CHANNEL_WEBHOOK, BW_CHANNEL_MAIL, BW_CHANNEL_TELEGRAM, BW_CHANNEL_PAGE };
const char *bw_channel_word(enum bw_channel channel);
BW_MUST_USE bool bw_channel_from(struct bw_str word, enum bw_channel *ret); /* not "page": nobody wishes for that */

/* Who is told that a level was raised: at 0 and 1 the debtor; at 2 the owner's desk and the customer; from 3 on the
 * supervisors of both.  carrier: "" for the customer. */
#define BW_CHASE_MOST 2
struct bw_chase_to {
    enum bw_chase_kind kind;
    char carrier[4];
};
size_t bw_chase_whom(const struct bw_promise *p, int level, struct bw_chase_to to[BW_CHASE_MOST]);

/* One promise of a message. */
struct bw_chase_line {
    struct bw_uuid promise_id;
    enum bw_owed owed;
    char for_carrier[4];
    bw_time due_at;
    char plate[11], ref[11];
};
#define BW_CHASE_LINES 50 /* named in a message; the others are behind its link */
struct bw_chase {
    enum bw_chase_kind kind;
    char receiver[40]; /* a carrier; of a customer the case */
    char debtor[4], station[4];
    int level;
    const struct bw_chase_line *lines; /* the first n of all */
    size_t n, all;
    bw_time now;
};
/* Where the whole stands: "/v1/promises?owes=BA&overdue=true&station=LHR&level=1". */
void bw_chase_link(const struct bw_chase *c, struct bw_buf *to);
/* Appends the message.  address: of BW_CHANNEL_TELEGRAM, where it goes.  BW_E_INVALID_BODY: no such address. */
BW_MUST_USE bw_code bw_chase_render(const struct bw_chase *c, enum bw_channel channel, struct bw_str address,
                                    struct bw_buf *to, struct bw_error *err);

#endif
