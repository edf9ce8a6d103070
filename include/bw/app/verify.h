/* SPDX-License-Identifier: Apache-2.0 */
/* verify.h - compares what the database says with what its log gives: every bag and case folded anew from its events,
 * versions without holes, every leaf hashed anew, the journal's leaves, the feed's numbers.
 * Reads in snapshots of some hundred subjects, so that it may run beside a serving instance.
 * Layer: app.  Threads: the caller's; a session of its own.  Source: BAG-07, AUD-08, design.md 3. */
#ifndef BW_APP_VERIFY_H
#define BW_APP_VERIFY_H

#include <stdint.h>

#include "bw/base/err.h"

enum bw_verify_part {
    BW_VERIFY_BAGS = 1, /* bags, cases, mandates, policies and open hours against their events, leaves against events */
    BW_VERIFY_JOURNAL = 2, /* leaves of the journal against events, numbers of the feed */
    BW_VERIFY_ALL = 3,
};
struct bw_verify_options {
    const char *conninfo, *role, *schema; /* as bw_pg_options; stations are those of the live realm */
    unsigned parts;
    void (*tell)(void *ctx, const char *line); /* one difference, without a line end */
    void *ctx;
};
struct bw_verify_result {
    uint64_t bags, cases, events, batches, differences;
};
/* BW_OK also where differences were found; a failure means that it could not look. */
BW_MUST_USE bw_code bw_verify(const struct bw_verify_options *o, struct bw_verify_result *ret, struct bw_error *err);

#endif
