/* SPDX-License-Identifier: Apache-2.0 */
/* side.h - an event whose subject is neither a bag nor a case (a policy, a mandate, a flight, the service itself), and
 * the rows of that subject: stored in one transaction, guarded by the version of the subject's own log. The item's
 * event has its subject kind, identity = the subject's id (BW_IDENT_ID), and its facts in data.facts. Verdicts beside
 * those of any item: `moot` where something was said of the subject meanwhile, so that read_version is not its newest;
 * nothing is stored then.  Promises: none; what such an event means to bags is said on their logs. Layer: storage.
 * Threads: filled by any, used by the writer's until done().  Source: design.md 3 ("One log, one door"). */
#ifndef BW_STORAGE_SIDE_H
#define BW_STORAGE_SIDE_H

#include "bw/domain/event.h"
#include "bw/storage/pipe.h"

/* Sends the statements (set writer, at most BW_SIDE_MOST) that write the subject's rows, beside ev, which is complete.
 * Runs on the writer's thread, inside its transaction, once for each try: it only sends.  Where two sides write rows of
 * the same table, they do so in the order of their subjects' ids. */
typedef bw_code bw_side_write(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err);
#define BW_SIDE_MOST 16

struct bw_side {
    struct bw_uuid id;         /* of the subject; its last byte is its bucket */
    int32_t read_version;      /* of the subject's log when the change was thought out; 0: nothing was said of it */
    const char *state;         /* one word for answer and feed, of the program's texts */
    const char (*audience)[4]; /* carriers that hear of it besides the speaker */
    size_t n_audience;
    bw_side_write *write; /* NULL: it has no rows but the event */
    const void *ctx;
};

#endif
