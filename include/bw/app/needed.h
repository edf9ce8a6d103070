/* SPDX-License-Identifier: Apache-2.0 */
/* needed.h - what the holder of a customer link is asked for (CLK-18): reading it, that its page was opened, and giving it.
 * What is given is sealed under the file's key, as notes are.
 * Layer: app.  Threads: reads on a query worker with its session, the rest any; the writer stores.
 * Source: CLK-18, SEC-13. */
#ifndef BW_APP_NEEDED_H
#define BW_APP_NEEDED_H

#include "bw/app/bagview.h"
#include "bw/app/principal.h"
#include "bw/storage/writer.h"

#define BW_NEEDED_CHARS 500
struct bw_needed {
    struct bw_case file;
    struct bw_wait wait; /* of a bag that still waits; none where all have moved on */
};
/* Of the file that the link opens: BW_E_NOT_FOUND for a companion's link and for any other principal. */
BW_MUST_USE bw_code bw_needed_read(struct bw_pg *pg, const struct bw_principal *who, struct bw_needed *ret,
                                   struct bw_error *err);

struct bw_needed_request {
    struct bw_item item;
    struct bw_work work;
};
/* The customer opened a page with the request on it: one event a request, however often it is opened.  NULL: memory is
 * out. */
struct bw_needed_request *bw_needed_opened(const struct bw_needed *needed, struct bw_arena *arena);
/* The customer gives it: once = the form's own field, so that a form sent twice is one statement.  Faults in f: /once,
 * /note. */
BW_MUST_USE bw_code bw_needed_given(const struct bw_needed *needed, struct bw_str once, struct bw_str note,
                                    struct bw_arena *arena, struct bw_needed_request **ret, struct bw_faults *f);

#endif
