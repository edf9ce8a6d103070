/* SPDX-License-Identifier: Apache-2.0 */
/* found.c - proposed files: listed, opened with what the bag's journey says, dismissed; and staff who ask for a watch.
 */
#include "bw/app/found.h"

#include <stddef.h>

#include "bw/app/bagview.h"
#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/app/said.h"
#include "bw/domain/watch.h"

const char *const bw_found_reasons[] = { "on-board", "travels-later", "with-owner", "mistaken", NULL };

static struct bw_str text(struct bw_rows *rows, size_t row, const char *col, struct bw_arena *arena)
{
    struct bw_str s = bw_rows_text(rows, row, col);
    return s.p ? bw_arena_str(arena, s) : BW_STR("");
}

static bw_code read_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                         const struct bw_list_place *after, struct bw_arena *arena, struct bw_found_bag **ret,
                         size_t *ret_n, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    static const struct bw_uuid none;
    size_t n = bw_sight_carriers(who, bw_clock_wall(), carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CASE_PROPOSAL_LIST,
                             BW_PARAMS(bw_p_texts(carriers, n), bw_p_bool(who->every_carrier),
                                       bw_p_uuid(id ? id : &none), bw_p_time(after ? after->at : BW_TIME_NONE),
                                       bw_p_uuid(after ? &after->id : &none), bw_p_i32(BW_FOUND_MOST)),
                             &rows, err);
    struct bw_found_bag *v = rc == BW_OK ? BW_NEW_ARRAY(arena, struct bw_found_bag, rows.n + 1) : NULL;
    if (rc == BW_OK && !v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        v[k] = (struct bw_found_bag){ .id = bw_rows_uuid(&rows, k, "id"),
                                      .bag_id = bw_rows_uuid(&rows, k, "bag_id"),
                                      .made_at = bw_rows_time(&rows, k, "made_at"),
                                      .lands_at = bw_rows_time(&rows, k, "lands_at"),
                                      .decided_at = bw_rows_time(&rows, k, "decided_at"),
                                      .why = text(&rows, k, "why", arena),
                                      .plate = text(&rows, k, "plate", arena),
                                      .owner = text(&rows, k, "owner", arena),
                                      .station = text(&rows, k, "station", arena),
                                      .flight = text(&rows, k, "flight", arena),
                                      .decided_by = text(&rows, k, "decided_by", arena),
                                      .reason = text(&rows, k, "reason", arena),
                                      .ref = text(&rows, k, "ref", arena),
                                      .state = text(&rows, k, "state", arena),
                                      .flight_date = bw_rows_date(&rows, k, "flight_date") };
    *ret = v;
    *ret_n = rows.n;
    return rc;
}

bw_code bw_found_list(struct bw_pg *pg, const struct bw_principal *who, const struct bw_list_place *after,
                      struct bw_arena *arena, struct bw_found_bag **ret, size_t *ret_n, struct bw_list_place *ret_next,
                      struct bw_error *err)
{
    bw_code rc = read_list(pg, who, NULL, after, arena, ret, ret_n, err);
    *ret_next = (struct bw_list_place){ .at = BW_TIME_NONE };
    if (rc == BW_OK && *ret_n == BW_FOUND_MOST)
        *ret_next = (struct bw_list_place){ (*ret)[*ret_n - 1].made_at, (*ret)[*ret_n - 1].id };
    return rc;
}

/* The one that waits; who only reads what every carrier does decides nothing for them. */
static bw_code find(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id, struct bw_arena *arena,
                    struct bw_found_bag **ret, struct bw_error *err)
{
    size_t n;
    bw_code rc = read_list(pg, who, id, NULL, arena, ret, &n, err);
    if (rc == BW_OK && (!n || !bw_principal_speaks_for(who, (*ret)->owner)))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such proposal");
    if (rc == BW_OK && !bw_str_eq_c((*ret)->state, "waiting"))
        return bw_fail(err, BW_E_FOUND, NULL, "the proposal is %.*s", BW_FMT((*ret)->state));
    return rc;
}

/* --- accepted --- */

/* What the bag knows of itself, as members of the body of POST /v1/cases. */
static void put_known(struct bw_json_out *j, const struct bw_bag *bag, struct bw_str owner)
{
    bool whole = bag->n_legs > 0;
    for (size_t k = 0; k < bag->n_legs; k++)
        whole = whole && bag->legs[k].flight[0] && bag->legs[k].date != BW_DATE_NONE && bag->legs[k].from[0] &&
                bag->legs[k].to[0];
    bw_jk_c(j, "plate", bag->plate[0] ? bag->plate : bag->short_plate);
    bw_jko_date(j, "travel_date", bag->travel_date);
    bw_jk_c(j, "station", bag->destination[0] ? bag->destination : bag->last_seen_station);
    bw_jk_str(j, "for_carrier", owner);
    if (!whole)
        return;
    bw_jkey(j, "itinerary");
    bw_ja_begin(j);
    for (size_t k = 0; k < bag->n_legs; k++) {
        bw_jo_begin(j);
        bw_jk_c(j, "flight", bag->legs[k].flight);
        bw_jk_date(j, "date", bag->legs[k].date);
        bw_jk_c(j, "from", bag->legs[k].from);
        bw_jk_c(j, "to", bag->legs[k].to);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

/* One document of what is known and what the caller says; a member that both have is a double key, and refused as one.
 */
static struct bw_str whole_body(const struct bw_bag *bag, struct bw_str owner, struct bw_str said,
                                struct bw_arena *arena)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    struct bw_json_out j;
    bw_buf_init(&b, 128 * 1024);
    bw_json_out_init(&j, &b);
    bw_jo_begin(&j);
    put_known(&j, bag, owner);
    bw_jo_end(&j);
    struct bw_str known = bw_buf_view(&b), rest = bw_str_trim(said);
    if (!bw_buf_ok(&b) || rest.n < 2 || rest.p[0] != '{')
        return said; /* no object: refused as what it is */
    if (bw_str_trim(bw_str_drop(rest, 1)).n == 1)
        return bw_arena_str(arena, known); /* nothing was said */
    const char *joined =
        bw_arena_printf(arena, "%.*s,%.*s", (int)(known.n - 1), known.p, (int)(rest.n - 1), rest.p + 1);
    return joined ? bw_str_c(joined) : BW_STR_NONE;
}

bw_code bw_found_accept(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                        const struct bw_uuid *id, struct bw_str body, bw_time now, struct bw_arena *arena,
                        struct bw_case_request **ret, struct bw_faults *f, struct bw_error *err)
{
    struct bw_found_bag *found;
    struct bw_bag *bag = BW_NEW(arena, struct bw_bag);
    if (!bag)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
    bw_code rc = find(pg, who, id, arena, &found, err);
    rc = rc == BW_OK ? bw_bag_now(pg, &found->bag_id, bag, err) : rc;
    if (rc != BW_OK)
        return rc;
    rc = bw_case_request(app, who, whole_body(bag, found->owner, body, arena), now, arena, ret, f);
    return rc == BW_OK ? bw_case_number(pg, *ret, now, err) : rc;
}

static bw_code decide(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id, struct bw_str reason,
                      struct bw_str ref, bw_time now, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CASE_PROPOSAL_DECIDE,
                    BW_PARAMS(bw_p_uuid(id), bw_p_time(now), bw_p_c(who->name), bw_p_text(reason), bw_p_text(ref)),
                    &rows, err);
    if (rc == BW_OK && rows.affected == 0)
        return bw_fail(err, BW_E_FOUND, NULL, "somebody decided it meanwhile");
    return rc;
}

bw_code bw_found_accepted(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id, const char *ref,
                          bw_time now, struct bw_error *err)
{
    return decide(pg, who, id, BW_STR_NONE, bw_str_c(ref), now, err);
}

bw_code bw_found_dismiss(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                         struct bw_str reason, bw_time now, struct bw_error *err)
{
    struct bw_found_bag *found;
    struct bw_arena arena;
    bw_arena_init(&arena, 1u << 20);
    bw_code rc = find(pg, who, id, &arena, &found, err);
    bw_arena_done(&arena);
    return rc == BW_OK ? decide(pg, who, id, reason, BW_STR_NONE, now, err) : rc;
}

/* --- staff ask for a watch --- */

struct in_watch {
    struct bw_str event_id, for_carrier;
};
const struct bw_field bw_watch_fields[] = {
    { BW_FIELD(struct in_watch, event_id, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 64,
      .check = bw_said_event_id },
    { BW_FIELD(struct in_watch, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier },
    { BW_FIELD_END },
};

static bool may_watch(const struct bw_bag_seen *seen, const struct bw_principal *who, const void *ctx)
{
    (void)ctx;
    return bw_bag_visible(&seen->bag, who);
}

bw_code bw_watch_ask(struct bw_pg *pg, const struct bw_principal *who, struct bw_str bag, struct bw_str event_id,
                     struct bw_str for_carrier, bw_time now, struct bw_arena *arena, struct bw_watch_request **ret,
                     struct bw_error *err)
{
    struct bw_uuid id;
    struct bw_ident ident;
    struct bw_bag_seen *seen;
    const char *why;
    struct bw_faults *f = BW_NEW(arena, struct bw_faults);
    struct bw_watch_request *rq = BW_NEW(arena, struct bw_watch_request);
    if (!f || !rq)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a watch");
    bw_faults_init(f, arena);
    const char *wrong = event_id.n && event_id.n < BW_EVENT_ID ? bw_said_event_id(event_id) : "must be 1 to 64 long";
    if (wrong) /* a form's is checked by nobody before */
        return bw_fail(err, BW_E_INVALID_BODY, "/event_id", "%s", wrong);
    if (!bw_ident_parse(bag, BW_DATE_NONE, &ident, &why))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such bag");
    const struct bw_bag_naming of = {
        .ident = &ident, .who = who, .want = BW_WANT_STATE, .may = may_watch, .several = BW_E_NOT_FOUND
    };
    bw_code rc = bw_bag_one(pg, &of, arena, &id, &seen, err);
    if (rc != BW_OK)
        return rc;
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    bw_said_for(who, for_carrier, ev, f);
    if (f->n)
        return bw_fail(err, bw_faults_code(f), "/for_carrier", "%.*s", BW_FMT(f->v[0].detail));
    ev->code = BW_EV_WATCH_STARTED;
    ev->source = BW_SRC_STAFF;
    ev->occurred_at = now;
    bw_sender_of(who, ev->sender);
    bw_str_put(event_id, ev->event_id, sizeof ev->event_id);
    ev->ident.kind = BW_IDENT_ID;
    (void)bw_uuid_text(&seen->bag.bag_id, ev->ident.value);
    bw_str_put(BW_STR(BW_WHY_STAFF), ev->data.why, sizeof ev->data.why);
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    *ret = rq;
    return BW_OK;
}
