/* SPDX-License-Identifier: Apache-2.0 */
/* proposals.h - a RUSH BSM says that a bag travels without its passenger, under a tag of its own: it may be the bag of
 * an open case.  Who it belongs to is proposed, never decided here: staff join the two records, or refuse (TYB-02).
 * Layer: app.  Threads: query workers.  Source: domain.md 1.2, 2.6; requirements TYB-02, BAG-02. */
#ifndef BW_APP_PROPOSALS_H
#define BW_APP_PROPOSALS_H

#include "bw/app/ingest.h"
#include "bw/app/links.h"

struct bw_proposal {
    struct bw_uuid id, bag_id, case_bag_id;
    struct bw_str sender, carrier, plate, flight, from_station, to_station, ref, owner, case_plate, why, state,
        refused_by;
    bw_date flight_date;
    bw_time made_at, refused_at;
};

/* A telegram with a rushed bag in it. */
bool bw_telegram_rushes(const struct bw_telegram *t);
/* After the writer: stores what is proposed for its rushed bags, at most five cases each and 100 bags.  Again changes
 * nothing. */
BW_MUST_USE bw_code bw_telegram_propose(const struct bw_app *app, struct bw_pg *pg, const struct bw_telegram *t,
                                        bw_time now, struct bw_error *err);

/* Those of cases that the caller's carriers own, and of bags that they rushed; newest first, at most 500. */
BW_MUST_USE bw_code bw_proposals_list(struct bw_pg *pg, const struct bw_principal *who, struct bw_arena *arena,
                                      struct bw_proposal **ret, size_t *ret_n, struct bw_error *err);
/* The join that confirms it, ready for the writer but for done and ctx: said for the owner of the case where the caller
 * speaks for it, else for the carrier that rushed the bag.  The proposal is what entitles the caller to both records.
 * BW_E_NOT_FOUND where the caller sees no such proposal, BW_E_LINK where it was refused or is moot. */
BW_MUST_USE bw_code bw_proposal_confirm(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                                        struct bw_arena *arena, struct bw_link_request **ret, struct bw_error *err);
/* BW_E_NOT_FOUND where the caller sees no such proposal. */
BW_MUST_USE bw_code bw_proposal_refuse(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                                       bw_time now, struct bw_error *err);

#endif
