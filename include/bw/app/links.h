/* SPDX-License-Identifier: Apache-2.0 */
/* links.h - records that are one bag, or are not: staff join and part them, and see what is waiting to be joined.
 * Layer: app.  Threads: decode on a loop, look-ups on a query worker, the rest in the writer.  Source: BAG-02, BAG-12,
 * design.md 7 and 8. */
#ifndef BW_APP_LINKS_H
#define BW_APP_LINKS_H

#include "bw/app/bagview.h"
#include "bw/storage/writer.h"

/* Field table of POST /v1/bags/{id}/aliases:join and :part; also the OpenAPI schema "LinkIn". */
extern const struct bw_field bw_link_in_fields[];

struct bw_link_request {
    struct bw_ident bag, other;
    struct bw_item item;
    struct bw_work work;
};
/* Checks the body and fills the request; bag: the identity that the path names.  All faults in f. */
BW_MUST_USE bw_code bw_link_request(const struct bw_principal *who, bool join, const struct bw_ident *bag,
                                    struct bw_str body, struct bw_arena *arena, struct bw_link_request **ret,
                                    struct bw_faults *f);
/* Finds the two records; BW_E_NOT_FOUND where the person may not see one of them, BW_E_LINK where a name fits several.
 * Then the work is ready for bw_writer_submit but for done and ctx. */
BW_MUST_USE bw_code bw_link_find(struct bw_pg *pg, const struct bw_principal *who, struct bw_link_request *rq,
                                 struct bw_arena *arena, struct bw_error *err);

/* A statement that fits several bags, kept on a record of its own. */
#define BW_CHOICES_MOST 8
struct bw_ambiguous {
    struct bw_bag_seen *record;
    const struct bw_event *event;
    struct bw_ident ident; /* as said */
    struct bw_bag_seen *choices[BW_CHOICES_MOST];
    size_t n_choices;
};
/* The newest of them that the principal may see (its own words, or one of the choices), at most `most`, recorded since
 * then; those that were joined are gone.  Memory from the arena. */
BW_MUST_USE bw_code bw_ambiguous_list(struct bw_pg *pg, const struct bw_principal *who, bw_time since, size_t most,
                                      struct bw_arena *arena, struct bw_ambiguous **ret, size_t *ret_n,
                                      struct bw_error *err);

#endif
