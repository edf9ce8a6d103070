/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/proposals.h"

#include "bw/app/bagview.h"
#include "bw/app/case_search.h"
#include "bw/base/fold.h"
#include "bw/domain/lookup.h"

enum { RUSHED_MOST = 100, NAME_MOST = 80 };

/* Forecasts alone: what was seen of a rush bag has its plan already. */
static bool rushes(const struct bw_typeb_message *m, const struct bw_typeb_fact *fact)
{
    return fact->rush && m->smi == BW_SMI_BSM && fact->ev.code == BW_EV_BAG_EXPECTED;
}

bool bw_telegram_rushes(const struct bw_telegram *t)
{
    for (size_t k = 0; k < t->read.n_messages; k++)
        for (size_t at = 0; at < t->read.messages[k].n_facts; at++)
            if (rushes(&t->read.messages[k], &t->read.messages[k].facts[at]))
                return true;
    return false;
}

/* First field of the first element of that letter in the bag's passenger group. */
static struct bw_str field_of(const struct bw_typeb_message *m, const struct bw_event *ev, char letter)
{
    for (size_t k = 0; k < m->n_whole; k++)
        if (m->whole[k].letter == letter && m->whole[k].line >= ev->raw_first && m->whole[k].line <= ev->raw_last)
            return bw_str_trim(bw_typeb_field(&m->whole[k], 0));
    return BW_STR("");
}

/* "1SMITH" as it stands in case_search: "smith". */
static struct bw_str surname_of(struct bw_str p, char to[NAME_MOST])
{
    while (p.n > 0 && bw_is_digit(p.p[0]))
        p = bw_str_drop(p, 1);
    return bw_str_n(to, bw_fold(p, to, NAME_MOST));
}

/* One rushed bag. */
struct rushed {
    const struct bw_app *app;
    struct bw_pg *pg;
    const struct bw_telegram *t;
    const struct bw_event *ev;
    struct bw_uuid bag_id;
    const char *to; /* where its journey ends */
    bw_time now;
};

static struct bw_uuid id_of(const struct rushed *k, const struct bw_uuid *case_bag)
{
    struct bw_str parts[] = { BW_STR("proposal\n"), bw_str_n((const char *)k->bag_id.b, sizeof k->bag_id.b),
                              bw_str_n((const char *)case_bag->b, sizeof case_bag->b) };
    struct bw_hash h = bw_hmac(&k->app->keys->installation, parts, BW_LEN(parts));
    return bw_uuid_v8(h.b);
}

static bw_code add(const struct rushed *k, struct bw_rows *rows, size_t row, struct bw_error *err)
{
    const struct bw_event *ev = k->ev;
    struct bw_uuid case_bag = bw_rows_uuid(rows, row, "bag_id"), case_id = bw_rows_uuid(rows, row, "case_id");
    struct bw_uuid id = id_of(k, &case_bag);
    return bw_pg_query(k->pg, BW_STMT_PROPOSAL_ADD,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_time(k->now), bw_p_text(k->t->work.raw_sender),
                                 bw_p_c(ev->carrier), bw_p_i16(bw_id_bucket(&k->bag_id)), bw_p_uuid(&k->bag_id),
                                 bw_p_c(ev->ident.value), bw_p_text(ev->flight[0] ? bw_str_c(ev->flight) : BW_STR_NONE),
                                 bw_p_date(ev->flight_date), bw_p_c(ev->station), bw_p_c(k->to), bw_p_uuid(&case_id),
                                 bw_p_text(bw_rows_text(rows, row, "ref")), bw_p_text(bw_rows_text(rows, row, "owner")),
                                 bw_p_i16(bw_rows_i16(rows, row, "bag_bucket")), bw_p_uuid(&case_bag),
                                 bw_p_text(bw_rows_text(rows, row, "plate")),
                                 bw_p_text(bw_rows_text(rows, row, "why"))),
                       NULL, err);
}

static bw_code propose(const struct rushed *k, const struct bw_typeb_message *m, struct bw_error *err)
{
    char name[NAME_MOST], plain[9];
    uint8_t pnr[8];
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_str locator = bw_pnr_plain(field_of(m, k->ev, 'L'), plain),
                  surname = surname_of(field_of(m, k->ev, 'P'), name);
    if (locator.n)
        bw_pnr_hash(k->app->keys, locator, pnr);
    bw_code rc =
        bw_pg_query(k->pg, BW_STMT_PROPOSAL_FIND,
                    BW_PARAMS(bw_p_bytea(locator.n ? bw_str_n((const char *)pnr, 8) : BW_STR_NONE), bw_p_text(surname),
                              bw_p_c(k->to), bw_p_c(k->ev->station), bw_p_uuid(&k->bag_id)),
                    &rows, err);
    for (size_t row = 0; rc == BW_OK && row < rows.n; row++)
        rc = add(k, &rows, row, err);
    return rc;
}

/* The record that the writer put it on; BW_E_NOT_FOUND where there is none of its own any more. */
static bw_code find_bag(struct rushed *k, struct bw_arena *arena, struct bw_error *err)
{
    struct bw_uuid ids[2];
    struct bw_bag_seen *seen = NULL;
    size_t n = 0;
    bw_code rc = bw_bags_find(k->pg, &k->ev->ident, ids, BW_LEN(ids), &n, err);
    if (rc == BW_OK)
        rc = bw_bag_see(k->pg, &ids[0], BW_WANT_STATE, arena, &seen, err);
    if (rc != BW_OK)
        return rc;
    k->bag_id = seen->bag.bag_id;
    return seen->has_case || n != 1 ? BW_E_NOT_FOUND : BW_OK; /* whose bag it is is known */
}

bw_code bw_telegram_propose(const struct bw_app *app, struct bw_pg *pg, const struct bw_telegram *t, bw_time now,
                            struct bw_error *err)
{
    size_t n = 0;
    for (size_t k = 0; k < t->read.n_messages; k++)
        for (size_t at = 0; at < t->read.messages[k].n_facts && n < RUSHED_MOST; at++) {
            const struct bw_typeb_message *m = &t->read.messages[k];
            const struct bw_event *ev = &m->facts[at].ev;
            if (!rushes(m, &m->facts[at]) || ev->data.n_legs == 0)
                continue;
            struct rushed one = { app, pg, t, ev, { { 0 } }, ev->data.legs[ev->data.n_legs - 1].to, now };
            n++;
            bw_code rc = find_bag(&one, t->work.arena, err);
            rc = rc == BW_OK ? propose(&one, m, err) : rc;
            if (rc != BW_OK && rc != BW_E_NOT_FOUND)
                return rc;
        }
    return BW_OK;
}

/* --- for staff --- */

static struct bw_str text(struct bw_rows *rows, size_t row, const char *col, struct bw_arena *arena)
{
    struct bw_str s = bw_rows_text(rows, row, col);
    return s.p ? bw_arena_str(arena, s) : BW_STR("");
}

static void fill(struct bw_rows *rows, size_t row, struct bw_arena *a, struct bw_proposal *to)
{
    *to = (struct bw_proposal){ .id = bw_rows_uuid(rows, row, "id"),
                                .bag_id = bw_rows_uuid(rows, row, "bag_id"),
                                .case_bag_id = bw_rows_uuid(rows, row, "case_bag_id"),
                                .sender = text(rows, row, "sender", a),
                                .carrier = text(rows, row, "carrier", a),
                                .plate = text(rows, row, "plate", a),
                                .flight = text(rows, row, "flight", a),
                                .from_station = text(rows, row, "from_station", a),
                                .to_station = text(rows, row, "to_station", a),
                                .ref = text(rows, row, "ref", a),
                                .owner = text(rows, row, "owner", a),
                                .case_plate = text(rows, row, "case_plate", a),
                                .why = text(rows, row, "why", a),
                                .state = text(rows, row, "state", a),
                                .refused_by = text(rows, row, "refused_by", a),
                                .flight_date = bw_rows_date(rows, row, "flight_date"),
                                .made_at = bw_rows_time(rows, row, "made_at"),
                                .refused_at = bw_rows_time(rows, row, "refused_at") };
}

bw_code bw_proposals_list(struct bw_pg *pg, const struct bw_principal *who, struct bw_arena *arena,
                          struct bw_proposal **ret, size_t *ret_n, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n = bw_sight_carriers(who, bw_clock_wall(), carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_PROPOSAL_LIST,
                             BW_PARAMS(bw_p_texts(carriers, n), bw_p_bool(who->every_carrier)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret = BW_NEW_ARRAY(arena, struct bw_proposal, rows.n + 1);
    *ret_n = rows.n;
    for (size_t row = 0; *ret && row < rows.n; row++)
        fill(&rows, row, arena, &(*ret)[row]);
    return *ret ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
}

static bw_code find(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id, struct bw_arena *arena,
                    const struct bw_proposal **ret, struct bw_error *err)
{
    struct bw_proposal *all;
    size_t n;
    bw_code rc = bw_proposals_list(pg, who, arena, &all, &n, err);
    for (size_t k = 0; rc == BW_OK && k < n; k++)
        if (bw_uuid_eq(&all[k].id, id)) {
            *ret = &all[k];
            return BW_OK;
        }
    return rc == BW_OK ? bw_fail(err, BW_E_NOT_FOUND, NULL, "no such proposal") : rc;
}

/* The same person's confirmation again is the same statement. */
static const char *join_body(const struct bw_principal *who, const struct bw_proposal *p, struct bw_arena *arena)
{
    char id[BW_UUID_TEXT], other[BW_UUID_TEXT];
    struct bw_str carrier = bw_principal_speaks_for(who, p->owner) ? p->owner : p->carrier;
    return bw_arena_printf(arena, "{\"event_id\":\"proposal-%s\",\"other\":\"%s\",\"for_carrier\":\"%.*s\"}",
                           bw_uuid_text(&p->id, id), bw_uuid_text(&p->bag_id, other), BW_FMT(carrier));
}

bw_code bw_proposal_confirm(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                            struct bw_arena *arena, struct bw_link_request **ret, struct bw_error *err)
{
    const struct bw_proposal *p = NULL;
    bw_code rc = find(pg, who, id, arena, &p, err);
    if (rc != BW_OK)
        return rc;
    if (bw_str_eq_c(p->state, "refused") || bw_str_eq_c(p->state, "moot"))
        return bw_fail(err, BW_E_LINK, NULL, "the proposal is %.*s", BW_FMT(p->state));
    struct bw_ident bag = { .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    (void)bw_uuid_text(&p->case_bag_id, bag.value);
    struct bw_faults *f = BW_NEW(arena, struct bw_faults);
    const char *body = join_body(who, p, arena);
    if (!f || !body)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory to join");
    bw_faults_init(f, arena);
    rc = bw_link_request(who, true, &bag, bw_str_c(body), arena, ret, f);
    if (rc != BW_OK)
        return bw_fail(err, rc, NULL, "you speak for neither the owner of the file nor the carrier of the bag");
    (*ret)->item.ev.ident = bag;
    (*ret)->item.ev.data.other_bag = p->bag_id;
    return BW_OK;
}

bw_code bw_proposal_refuse(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id, bw_time now,
                           struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n = bw_sight_carriers(who, now, carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_PROPOSAL_REFUSE,
                             BW_PARAMS(bw_p_uuid(id), bw_p_texts(carriers, n), bw_p_bool(who->every_carrier),
                                       bw_p_time(now), bw_p_c(who->name)),
                             &rows, err);
    if (rc == BW_OK && rows.affected == 0)
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such proposal");
    return rc;
}
