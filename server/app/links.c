/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/links.h"

#include <stddef.h>

#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/app/said.h"
#include "bw/storage/rows.h"

/* --- the body --- */

struct in_link {
    struct bw_str event_id, other, for_carrier, note;
    bw_date travel_date;
};

static const char *is_bag(struct bw_str s)
{
    struct bw_ident ident;
    const char *why = NULL;
    return bw_ident_parse(s, BW_DATE_NONE, &ident, &why) ? NULL : why;
}

const struct bw_field bw_link_in_fields[] = {
    { BW_FIELD(struct in_link, event_id, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 64,
      .check = bw_said_event_id },
    { BW_FIELD(struct in_link, other, BW_J_STR), .flags = BW_J_REQUIRED, .min = 8, .max = 40, .check = is_bag },
    { BW_FIELD(struct in_link, travel_date, BW_J_DATE) },
    { BW_FIELD(struct in_link, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },
    { BW_FIELD(struct in_link, note, BW_J_STR), .flags = BW_J_TEXT, .max = 500 },
    { BW_FIELD_END },
};

bw_code bw_link_request(const struct bw_principal *who, bool join, const struct bw_ident *bag, struct bw_str body,
                        struct bw_arena *arena, struct bw_link_request **ret, struct bw_faults *f)
{
    struct in_link *in = BW_NEW(arena, struct in_link);
    struct bw_link_request *rq = BW_NEW(arena, struct bw_link_request);
    if (!in || !rq)
        return BW_E_NOMEM;
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    bw_code rc = bw_json_decode(body, bw_link_in_fields, in, f);
    if (rc == BW_OK || in->for_carrier.n)
        bw_said_for(who, in->for_carrier, ev, f);
    if (f->n)
        return bw_faults_code(f);
    const char *why;
    BW_ASSERT(bw_ident_parse(in->other, in->travel_date, &rq->other, &why));
    rq->bag = *bag;
    ev->code = join ? BW_EV_ALIAS_JOINED : BW_EV_ALIAS_PARTED;
    ev->source = BW_SRC_STAFF;
    ev->subject = BW_SUBJECT_BAG;
    bw_sender_of(who, ev->sender);
    bw_str_put(in->event_id, ev->event_id, sizeof ev->event_id);
    /* What two records are is for who works on them: a courier's word is its own, a mandate may be for scans alone. */
    if (who->organisation_kind == BW_ORG_COURIER || !bw_mandated(who, ev, bw_clock_wall())) {
        bw_fault_add(f, BW_E_CODE_NOT_YOURS, "/for_carrier", "%s has given you no mandate for that", ev->carrier);
        return bw_faults_code(f);
    }
    if (!bw_said_note(in->note, ev, arena))
        return BW_E_NOMEM;
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    *ret = rq;
    return BW_OK;
}

static bool may_link(const struct bw_bag_seen *seen, const struct bw_principal *who, const void *ctx)
{
    (void)ctx;
    return bw_bag_visible(&seen->bag, who) || bw_bag_spoke(seen, who);
}

/* The record that a name means, by its own id, so that the same request names the same record whatever was joined
 * since. */
static bw_code find_one(struct bw_pg *pg, const struct bw_principal *who, const struct bw_ident *ident,
                        struct bw_arena *arena, struct bw_uuid *ret, struct bw_error *err)
{
    struct bw_bag_seen *seen;
    const struct bw_bag_naming of = {
        .ident = ident, .who = who, .want = BW_WANT_HISTORY, .may = may_link, .several = BW_E_LINK
    };
    return bw_bag_one(pg, &of, arena, ret, &seen, err);
}

bw_code bw_link_find(struct bw_pg *pg, const struct bw_principal *who, struct bw_link_request *rq,
                     struct bw_arena *arena, struct bw_error *err)
{
    struct bw_event *ev = &rq->item.ev;
    struct bw_uuid id;
    char text[BW_UUID_TEXT];
    bw_code rc = find_one(pg, who, &rq->bag, arena, &id, err);
    rc = rc == BW_OK ? find_one(pg, who, &rq->other, arena, &ev->data.other_bag, err) : rc;
    if (rc != BW_OK)
        return rc;
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&id, text)), ev->ident.value, sizeof ev->ident.value);
    return BW_OK;
}

/* --- what fits several bags --- */

static const struct bw_event *event_of(const struct bw_bag_seen *seen, const struct bw_uuid *uid)
{
    for (size_t k = 0; k < seen->n_history; k++)
        if (bw_uuid_eq(&seen->history[k]->uid, uid))
            return seen->history[k];
    return NULL;
}

/* The bags that the identity may mean, as far as the principal may see them. */
static bw_code add_choices(struct bw_pg *pg, const struct bw_principal *who, struct bw_ambiguous *one,
                           struct bw_arena *arena, struct bw_error *err)
{
    struct bw_uuid ids[BW_CHOICES_MOST];
    size_t n = 0;
    struct bw_ident ident = one->ident;
    if (ident.date == BW_DATE_NONE)
        ident.date = bw_date_of(one->event->order.t);
    bw_code rc = bw_bags_find(pg, &ident, ids, BW_LEN(ids), &n, err);
    if (rc == BW_E_NOT_FOUND)
        return BW_OK;
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        struct bw_bag_seen **seen = &one->choices[one->n_choices];
        rc = bw_bag_see(pg, &ids[k], BW_WANT_STATE, arena, seen, err);
        if (rc == BW_OK && bw_bag_visible(&(*seen)->bag, who))
            one->n_choices++;
    }
    return rc;
}

bw_code bw_ambiguous_list(struct bw_pg *pg, const struct bw_principal *who, bw_time since, size_t most,
                          struct bw_arena *arena, struct bw_ambiguous **ret, size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_AMBIGUOUS_LIST, BW_PARAMS(bw_p_time(since), bw_p_i32((int32_t)most)), &rows, err);
    if (rc != BW_OK)
        return rc;
    struct bw_ambiguous *list = BW_NEW_ARRAY(arena, struct bw_ambiguous, rows.n + 1);
    size_t n = 0;
    if (!list)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_ambiguous *one = &list[n];
        *one = (struct bw_ambiguous){ 0 };
        struct bw_uuid id = bw_rows_uuid(&rows, k, "bag_id"), uid = bw_rows_uuid(&rows, k, "uid");
        rc = bw_bag_see(pg, &id, BW_WANT_HISTORY, arena, &one->record, err);
        one->event = rc == BW_OK ? event_of(one->record, &uid) : NULL;
        if (rc != BW_OK || !one->event || !bw_ident_from_text(bw_rows_text(&rows, k, "ident"), &one->ident))
            continue;
        rc = add_choices(pg, who, one, arena, err);
        n += rc == BW_OK && (one->n_choices || bw_said_by(one->event, who));
    }
    *ret = list;
    *ret_n = n;
    return rc;
}
