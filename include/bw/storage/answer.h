/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - the JSON of a bag as answered and pushed: one form for the event answer, the feed entry and GET /v1/bags.
 * Layer: storage (the writer stores it).  Threads: any.  Source: design.md 8 "Answer", "Feed entry". */
#ifndef BW_STORAGE_ANSWER_H
#define BW_STORAGE_ANSWER_H

#include "bw/base/json_out.h"
#include "bw/domain/promise.h"

/* {"id","plate","travel_date","version","place","station","spot","flight","at_rest","custody","custodian","receiver","case","case_ref","owner",
 *  "watched","last_seen_at","last_seen_station","last_news_at",…} as one JSON object. */
void bw_answer_bag(struct bw_json_out *j, const struct bw_bag *bag);
/* [{"id","carrier","to","what","owed","due","policy","level","opened","station"}] of open promises. */
/* world: with desk_opens, when the desk opens that an answer waits for (CLK-17); NULL: without. */
void bw_answer_promises(struct bw_json_out *j, const struct bw_promise *open, size_t n, const struct bw_world *world_or_null,
                        bw_time now);
/* "waiting":{"needs","asked_by","asked_at","reached_at","reached_by"} while the customer is asked for something (CLK-18). */
void bw_answer_wait(struct bw_json_out *j, const struct bw_wait *w);
/* Members of a file's object: "offer":{"to","answer_by"} while a hand-over waits for its answer. */
void bw_answer_offer(struct bw_json_out *j, const struct bw_case *c);
/* "owner_rule":{"rule","carrier","inputs":{"last_segment","brought_here","forecast","custodian","opener","opened_by"}}:
 * by which rule the file is whose, and whom each rule would have named when it was opened (CASE-11). */
void bw_answer_owner_rule(struct bw_json_out *j, const struct bw_case *c);
/* {"code","uid","event_id","sender","carrier","station","place","flight","occurred_at","recorded_at","time_type","outcome","flags",…}.
 */
void bw_answer_event(struct bw_json_out *j, const struct bw_event *ev);
/* "flags":["late_24h",…], the bits of enum bw_event_flag. */
void bw_answer_flags(struct bw_json_out *j, unsigned flags);

/* "type" of an entry is the word of its subject and this: bag.changed, case.changed, mandate.changed, … */
#define BW_FEED_CHANGED ".changed"

/* One line of feed_payload.entries: "<ordinal> <case id or -> <bag ordinal> <bag id> <version> <state> <level>
 * <audience> {json}\n". */
struct bw_feed_line {
    int32_t ordinal;
    struct bw_uuid case_id; /* nil: none */
    unsigned bag_ordinal;
    struct bw_uuid bag_id; /* or the case, or another subject (side.h) */
    int32_t version;
    struct bw_str state;    /* word of the place, of the case's state, of another subject (side.h) */
    int level;              /* highest level of its open promises; -1 none */
    struct bw_str audience; /* carriers, comma-separated; "-" none */
    struct bw_str json;     /* v, type, uid, bag, promises, case, audience, event */
};
void bw_feed_line_put(struct bw_buf *to, const struct bw_feed_line *line);
/* Cuts the next line off *rest; false at the end or when it is not ours. */
bool bw_feed_line_next(struct bw_str *rest, struct bw_feed_line *ret);

#endif
