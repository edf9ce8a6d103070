/* SPDX-License-Identifier: Apache-2.0 */
/* disruptions.c - what people say of storms, and the rows of what was said. */
#include <stdio.h>

#include "bw/app/ingest.h"
#include "bw/app/sight.h"
#include "disruptions_int.h"

#define LIST_DAYS 30
#define ALONE_AGAIN BW_DAY

const char *bw_storm_state_word(enum bw_storm_state s)
{
    static const char *const words[] = { "PROPOSED", "DECLARED", "CONFIRMED", "ENDED" };
    BW_ASSERT((size_t)s < BW_LEN(words));
    return words[s];
}

static const char *is_cause(struct bw_str s)
{
    return bw_storm_cause_known(s) ? NULL : "must be weather, strike, systems, security, closure or crowding";
}

const struct bw_field bw_disruption_fields[] = {
    { BW_FIELD(struct bw_disruption_in, station, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3,
      .check = bw_check_station },
    { BW_FIELD(struct bw_disruption_in, carriers, BW_J_STRS), .max = BW_STORM_CARRIERS },
    { BW_FIELD(struct bw_disruption_in, cause, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 11,
      .check = is_cause },
    { BW_FIELD(struct bw_disruption_in, until, BW_J_TIME), .flags = BW_J_REQUIRED },
    { BW_FIELD_END },
};
const struct bw_field bw_disruption_renew_fields[] = {
    { BW_FIELD(struct bw_disruption_in, until, BW_J_TIME), .flags = BW_J_REQUIRED },
    { BW_FIELD_END },
};

/* --- rows --- */

static bool take_state(struct bw_str word, enum bw_storm_state *ret)
{
    for (int s = BW_STORM_PROPOSED; s <= BW_STORM_ENDED; s++)
        if (bw_str_eq_c(word, bw_storm_state_word((enum bw_storm_state)s))) {
            *ret = (enum bw_storm_state)s;
            return true;
        }
    return false;
}

bool bw_disruption_row(struct bw_rows *rows, size_t k, struct bw_disruption *ret)
{
    *ret = (struct bw_disruption){ .version = bw_rows_i32(rows, k, "version") };
    struct bw_storm *s = &ret->storm;
    s->id = bw_rows_uuid(rows, k, "disruption_id");
    s->from = bw_rows_time(rows, k, "from_at");
    s->until = bw_rows_time(rows, k, "until_at");
    struct bw_array carriers = bw_rows_array(rows, k, "carriers");
    while (bw_array_next(&carriers) && s->n_carriers < BW_STORM_CARRIERS)
        bw_str_put(carriers.s, s->carriers[s->n_carriers++], sizeof s->carriers[0]);
    ret->bags = bw_rows_i32(rows, k, "bags");
    ret->told_at = bw_rows_time(rows, k, "told_at");
    ret->asked_until = bw_rows_time(rows, k, "asked_until");
    ret->ended_at = bw_rows_time(rows, k, "ended_at");
    bw_str_put(bw_rows_text(rows, k, "station"), s->station, sizeof s->station);
    bw_str_put(bw_rows_text(rows, k, "cause"), s->cause, sizeof s->cause);
    bw_str_put(bw_rows_text(rows, k, "told_by"), ret->told_by, sizeof ret->told_by);
    bw_str_put(bw_rows_text(rows, k, "asked_by"), ret->asked_by, sizeof ret->asked_by);
    bw_str_put(bw_rows_text(rows, k, "confirmed_by"), ret->confirmed_by, sizeof ret->confirmed_by);
    bw_str_put(bw_rows_text(rows, k, "ended_why"), ret->ended_why, sizeof ret->ended_why);
    return take_state(bw_rows_text(rows, k, "state"), &ret->state);
}

static size_t slices(const struct bw_storm *s, struct bw_str to[BW_STORM_CARRIERS])
{
    for (size_t k = 0; k < s->n_carriers; k++)
        to[k] = bw_str_c(s->carriers[k]);
    return s->n_carriers;
}

static struct bw_param some(const char *text)
{
    return bw_p_text(text[0] ? bw_str_c(text) : BW_STR_NONE);
}

static bw_code write_rows(struct bw_pg *pg, const struct bw_event *ev, const void *ctx, struct bw_error *err)
{
    const struct bw_disruption_work *w = ctx;
    const struct bw_disruption *d = &w->d;
    const struct bw_storm *s = &d->storm;
    struct bw_str carriers[BW_STORM_CARRIERS];
    size_t n = slices(s, carriers);
    bw_code rc =
        bw_pipe_send(pg, BW_STMT_DISRUPTION_PUT,
                     BW_PARAMS(bw_p_uuid(&s->id), bw_p_i32(ev->version), bw_p_c(s->station), bw_p_texts(carriers, n),
                               bw_p_c(s->cause), bw_p_c(bw_storm_state_word(d->state)), bw_p_i32(d->bags),
                               bw_p_time(d->told_at), bw_p_c(d->told_by), bw_p_time(s->from), bw_p_time(s->until),
                               bw_p_time(d->asked_until), some(d->asked_by), some(d->confirmed_by),
                               bw_p_time(d->ended_at), some(d->ended_why)),
                     err);
    if (rc != BW_OK || !w->window)
        return rc;
    return bw_pipe_send(pg, BW_STMT_DISRUPTION_WINDOW_ADD,
                        BW_PARAMS(bw_p_uuid(&s->id), bw_p_i32(ev->version), bw_p_c(s->station), bw_p_texts(carriers, n),
                                  bw_p_time(s->from), bw_p_time(s->until)),
                        err);
}

/* --- the event --- */

static struct bw_str facts_of(const struct bw_disruption *d, const char *what, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    struct bw_json_out j;
    bw_buf_init(&b, 4096);
    bw_json_out_init(&j, &b);
    bw_jo_begin(&j);
    bw_jko_time(&j, "asked_until", d->asked_until);
    if (d->bags)
        bw_jk_i64(&j, "bags", d->bags);
    bw_jk_texts(&j, "carriers", d->storm.carriers[0], sizeof d->storm.carriers[0], d->storm.n_carriers);
    bw_jk_c(&j, "cause", d->storm.cause);
    bw_jko_time(&j, "from", d->storm.from);
    bw_jk_time(&j, "until", d->storm.until);
    bw_jk_c(&j, "what", what);
    bw_jko_c(&j, "why", d->ended_why);
    bw_jo_end(&j);
    return bw_buf_ok(&b) ? bw_arena_str(arena, bw_buf_view(&b)) : BW_STR_NONE;
}

bool bw_disruption_say(struct bw_disruption_work *w, const char *what, const char *sender, const char *carrier,
                       int32_t before, bw_time now, struct bw_arena *arena)
{
    struct bw_event *ev = &w->item.ev;
    const struct bw_storm *s = &w->d.storm;
    char id[BW_UUID_TEXT];
    bw_event_init(ev);
    ev->code = BW_EV_DISRUPTION;
    ev->source = carrier ? BW_SRC_STAFF : BW_SRC_SYSTEM;
    ev->subject = BW_SUBJECT_SERVICE;
    ev->bag_id = s->id;
    ev->occurred_at = now;
    bw_str_put(bw_str_c(sender), ev->sender, sizeof ev->sender);
    bw_str_put(bw_str_c(carrier ? carrier : ""), ev->carrier, sizeof ev->carrier);
    bw_str_put(bw_str_c(s->station), ev->station, sizeof ev->station);
    snprintf(ev->event_id, sizeof ev->event_id, "%s.%d", bw_uuid_text(&s->id, id), before + 1);
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(id), ev->ident.value, sizeof ev->ident.value);
    ev->data.facts = facts_of(&w->d, what, arena);
    w->side = (struct bw_side){ .id = s->id,
                                .read_version = before,
                                .state = bw_storm_state_word(w->d.state),
                                .audience = (const char(*)[4])w->audience,
                                .n_audience = w->n_audience,
                                .write = write_rows,
                                .ctx = w };
    w->item.side = &w->side;
    w->work = (struct bw_work){ .items = &w->item, .n = 1, .arena = arena };
    return ev->data.facts.p != NULL;
}

bw_code bw_disruption_audience(struct bw_pg *pg, struct bw_disruption_work *w, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    const struct bw_storm *s = &w->d.storm;
    w->n_audience = s->n_carriers;
    memcpy(w->audience, s->carriers, sizeof w->audience);
    if (s->n_carriers)
        return BW_OK;
    bw_code rc =
        bw_pg_query(pg, BW_STMT_STORM_DEBTORS, BW_PARAMS(bw_p_c(s->station), bw_p_i32(BW_STORM_CARRIERS)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        if (bw_str_copy(bw_rows_text(&rows, k, "debtor"), w->audience[w->n_audience], sizeof w->audience[0]))
            w->n_audience++;
    return rc;
}

/* --- declaring --- */

static bw_code refuse(struct bw_error *err, const char *why)
{
    return bw_fail(err, BW_E_DISRUPTION, NULL, "%s", why);
}

/* For whom: a carrier's own people for that carrier, the installation's own for whom they name, or for all. */
static bw_code take_carriers(const struct bw_principal *who, const struct bw_disruption_in *in, struct bw_storm *s,
                             struct bw_error *err)
{
    for (size_t k = 0; k < in->carriers.n; k++) {
        struct bw_str carrier = in->carriers.v[k];
        if (!bw_is_carrier(carrier))
            return bw_fail(err, BW_E_INVALID_BODY, "/carriers", "a carrier is two characters, or three letters");
        if (!who->every_carrier && !bw_str_eq_c(carrier, who->own_carrier))
            return bw_fail(err, BW_E_FORBIDDEN, "/carriers", "a disruption is told for one's own carrier");
        bw_str_put(carrier, s->carriers[s->n_carriers++], sizeof s->carriers[0]);
    }
    if (!who->every_carrier && !who->own_carrier[0])
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "a disruption is told by a carrier's own supervisor");
    if (!s->n_carriers && !who->every_carrier)
        bw_str_put(bw_str_c(who->own_carrier), s->carriers[s->n_carriers++], sizeof s->carriers[0]);
    return BW_OK;
}

static bw_code check_until(bw_time until, bw_time now, struct bw_error *err)
{
    if (until <= now || until > now + BW_STORM_MOST)
        return bw_fail(err, BW_E_INVALID_BODY, "/until", "must lie within the next 24 hours");
    return BW_OK;
}

/* What stands there already, and whether an hour by one word was used within a day. */
static bw_code look_there(struct bw_pg *pg, struct bw_disruption_work *w, bw_time now, bool *ret_used,
                          struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_str carriers[BW_STORM_CARRIERS];
    struct bw_storm *s = &w->d.storm;
    size_t n = slices(s, carriers);
    bw_code rc =
        bw_pg_query(pg, BW_STMT_DISRUPTION_THERE,
                    BW_PARAMS(bw_p_c(s->station), bw_p_texts(carriers, n), bw_p_time(now - ALONE_AGAIN)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_disruption d;
        if (!bw_disruption_row(&rows, k, &d))
            return bw_fail(err, BW_E_DB, NULL, "a disruption's row does not read back");
        if (d.state == BW_STORM_DECLARED || d.state == BW_STORM_CONFIRMED)
            return refuse(err, "one holds at that station: confirm or renew it");
        if (d.state == BW_STORM_PROPOSED && w->d.version == 0) { /* what the rule proposed is told by a person */
            w->d.version = d.version;
            w->d.bags = d.bags;
            s->id = d.storm.id;
        }
        *ret_used = *ret_used || (d.storm.from != BW_TIME_NONE && !d.confirmed_by[0]);
    }
    return rc;
}

static bw_code done(struct bw_pg *pg, const struct bw_principal *who, struct bw_disruption_work *w, const char *what,
                    int32_t before, bw_time now, struct bw_arena *arena, struct bw_error *err)
{
    char sender[BW_SENDER_TEXT];
    bw_sender_of(who, sender);
    bw_code rc = bw_disruption_audience(pg, w, err);
    if (rc == BW_OK && !bw_disruption_say(w, what, sender, who->own_carrier, before, now, arena))
        rc = bw_fail(err, BW_E_NOMEM, NULL, "no memory for a disruption");
    return rc;
}

bw_code bw_disruption_declare(struct bw_pg *pg, const struct bw_principal *who, const struct bw_disruption_in *in,
                              bw_time now, struct bw_arena *arena, struct bw_disruption_work *ret, struct bw_error *err)
{
    bool used = false;
    bw_time asked = in->until.at;
    *ret = (struct bw_disruption_work){
        .d = { .state = BW_STORM_DECLARED, .told_at = now, .asked_until = BW_TIME_NONE, .ended_at = BW_TIME_NONE }
    };
    struct bw_disruption *d = &ret->d;
    d->storm.id = bw_uuid_v7(now);
    bw_str_put(in->station, d->storm.station, sizeof d->storm.station);
    bw_str_put(in->cause, d->storm.cause, sizeof d->storm.cause);
    bw_sender_of(who, d->told_by);
    bw_code rc = check_until(asked, now, err);
    rc = rc == BW_OK ? take_carriers(who, in, &d->storm, err) : rc;
    rc = rc == BW_OK ? look_there(pg, ret, now, &used, err) : rc;
    if (rc != BW_OK)
        return rc;
    bool short_one = asked <= now + BW_STORM_ALONE && !used;
    d->storm.from = used ? BW_TIME_NONE : now;
    d->storm.until = short_one ? asked : now + BW_STORM_ALONE;
    if (!short_one) {
        d->asked_until = asked;
        memcpy(d->asked_by, d->told_by, sizeof d->asked_by);
    }
    ret->window = !used;
    return done(pg, who, ret, "declared", d->version, now, arena, err);
}

/* --- the steps behind it --- */

static bool is_his(const struct bw_principal *who, const struct bw_storm *s)
{
    for (size_t k = 0; k < s->n_carriers; k++)
        if (strcmp(s->carriers[k], who->own_carrier) != 0)
            return who->every_carrier;
    return s->n_carriers ? true : who->every_carrier;
}

/* As the list shows it (disruption_list.sql): of another carrier's there is nothing to be learnt (SEC-03). */
static bool sees(const struct bw_principal *who, const struct bw_storm *s, bw_time now)
{
    struct bw_str own[BW_CARRIERS_MAX];
    size_t n = bw_sight_carriers(who, now, own);
    for (size_t k = 0; k < s->n_carriers * n; k++)
        if (bw_str_eq_c(own[k % n], s->carriers[k / n]))
            return true;
    return who->every_carrier || !s->n_carriers;
}

static bw_code confirm(struct bw_disruption_work *w, const char *by, bw_time now, struct bw_error *err)
{
    struct bw_disruption *d = &w->d;
    if (d->asked_until == BW_TIME_NONE)
        return refuse(err, "nothing waits for a confirmation");
    if (strcmp(d->asked_by, by) == 0)
        return refuse(err, "a second person confirms, not who asked");
    if (d->asked_until <= now)
        return refuse(err, "the time that was asked for is over");
    d->state = BW_STORM_CONFIRMED;
    d->storm.from = now;
    d->storm.until = d->asked_until;
    d->asked_until = BW_TIME_NONE;
    d->asked_by[0] = '\0';
    bw_str_put(bw_str_c(by), d->confirmed_by, sizeof d->confirmed_by);
    w->window = true;
    return BW_OK;
}

static bw_code renew(struct bw_disruption_work *w, const char *by, bw_time until, bw_time now, struct bw_error *err)
{
    struct bw_disruption *d = &w->d;
    if (until <= d->storm.until)
        return refuse(err, "it holds as long as that already");
    d->asked_until = until;
    bw_str_put(bw_str_c(by), d->asked_by, sizeof d->asked_by);
    return check_until(until, now, err);
}

bw_code bw_disruption_step(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                           enum bw_storm_step step, bw_time until, bw_time now, struct bw_arena *arena,
                           struct bw_disruption_work *ret, struct bw_error *err)
{
    static const char *const whats[] = { "confirmed", "renewed", "ended" };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    char by[BW_SENDER_TEXT];
    bw_sender_of(who, by);
    *ret = (struct bw_disruption_work){ .window = false };
    struct bw_disruption *d = &ret->d;
    bw_code rc = bw_pg_query(pg, BW_STMT_DISRUPTION_ONE, BW_PARAMS(bw_p_uuid(id)), &rows, err);
    if (rc == BW_OK && (!rows.n || !bw_disruption_row(&rows, 0, d) || !sees(who, &d->storm, now)))
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such disruption");
    if (rc != BW_OK)
        return rc;
    if (!is_his(who, &d->storm) && !(d->state == BW_STORM_PROPOSED && step == BW_STORM_END))
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "it is of other carriers");
    if (d->state == BW_STORM_ENDED)
        return refuse(err, "it is over");
    if (d->state == BW_STORM_PROPOSED && step != BW_STORM_END)
        return refuse(err, "it is a proposal: a supervisor tells it first");
    if (step == BW_STORM_CONFIRM)
        rc = confirm(ret, by, now, err);
    else if (step == BW_STORM_RENEW)
        rc = renew(ret, by, until, now, err);
    if (step == BW_STORM_END) {
        d->state = BW_STORM_ENDED;
        d->ended_at = now;
        bw_str_put(BW_STR("ended"), d->ended_why, sizeof d->ended_why);
    }
    return rc == BW_OK ? done(pg, who, ret, whats[step], d->version, now, arena, err) : rc;
}

/* --- reading --- */

bw_code bw_disruption_list(struct bw_pg *pg, const struct bw_principal *who, bw_time now, struct bw_arena *arena,
                           struct bw_disruption **ret, size_t *ret_n, struct bw_error *err)
{
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n = bw_sight_carriers(who, now, carriers);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_DISRUPTION_LIST,
                             BW_PARAMS(bw_p_bool(who->every_carrier), bw_p_texts(carriers, n),
                                       bw_p_time(now - LIST_DAYS * BW_DAY)),
                             &rows, err);
    if (rc != BW_OK)
        return rc;
    struct bw_disruption *v = BW_NEW_ARRAY(arena, struct bw_disruption, rows.n + 1);
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for disruptions");
    for (size_t k = 0; k < rows.n; k++)
        if (!bw_disruption_row(&rows, k, &v[k]))
            return bw_fail(err, BW_E_DB, NULL, "a disruption's row does not read back");
    *ret = v;
    *ret_n = rows.n;
    return BW_OK;
}

void bw_disruption_json(const struct bw_disruption *d, bw_time now, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &d->storm.id);
    bw_jk_i64(j, "version", d->version);
    bw_jk_c(j, "station", d->storm.station);
    bw_jk_texts(j, "carriers", d->storm.carriers[0], sizeof d->storm.carriers[0], d->storm.n_carriers);
    bw_jk_c(j, "cause", d->storm.cause);
    bw_jk_c(j, "state", bw_storm_state_word(d->state));
    bool holds = d->ended_at == BW_TIME_NONE && d->state != BW_STORM_PROPOSED && d->storm.from != BW_TIME_NONE &&
                 now < d->storm.until;
    bw_jk_bool(j, "holds", holds);
    if (d->bags)
        bw_jk_i64(j, "bags", d->bags);
    bw_jk_time(j, "told_at", d->told_at);
    bw_jk_c(j, "told_by", d->told_by);
    bw_jko_time(j, "from", d->storm.from);
    bw_jk_time(j, "until", d->storm.until);
    bw_jko_time(j, "asked_until", d->asked_until);
    bw_jko_c(j, "asked_by", d->asked_by);
    bw_jko_c(j, "confirmed_by", d->confirmed_by);
    bw_jko_time(j, "ended_at", d->ended_at);
    bw_jko_c(j, "ended_why", d->ended_why);
    bw_jo_end(j);
}

static bool take_bag(struct bw_rows *rows, size_t k, struct bw_arena *arena, struct bw_storm_bag *to)
{
    to->id = bw_rows_uuid(rows, k, "bag_id");
    to->plate = bw_arena_str(arena, bw_rows_null(rows, k, "plate") ? BW_STR("") : bw_rows_text(rows, k, "plate")).p;
    to->ref = bw_arena_str(arena, bw_rows_null(rows, k, "ref") ? BW_STR("") : bw_rows_text(rows, k, "ref")).p;
    to->debtor = bw_arena_str(arena, bw_rows_text(rows, k, "debtor")).p;
    to->due_at = bw_rows_time(rows, k, "due_at");
    to->level = bw_rows_i16(rows, k, "level");
    return to->plate && to->ref && to->debtor && bw_owed_from(bw_rows_text(rows, k, "owed"), &to->owed);
}

bw_code bw_storm_bags_read(struct bw_pg *pg, const struct bw_principal *who, const struct bw_storm *s, bw_time now,
                           size_t most, struct bw_arena *arena, struct bw_storm_bags *ret, struct bw_error *err)
{
    struct bw_str own[BW_CARRIERS_MAX], carriers[BW_STORM_CARRIERS], words[BW_OWE_MAX];
    size_t n_own = bw_sight_carriers(who, now, own), n = slices(s, carriers), n_words = bw_storm_words(words);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    *ret = (struct bw_storm_bags){ .n = 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_STORM_BAGS,
                             BW_PARAMS(bw_p_c(s->station), bw_p_texts(carriers, n), bw_p_texts(words, n_words),
                                       bw_p_bool(who->every_carrier), bw_p_texts(own, n_own), bw_p_time(now),
                                       bw_p_i32((int32_t)most)),
                             &rows, err);
    if (rc != BW_OK)
        return rc;
    ret->v = BW_NEW_ARRAY(arena, struct bw_storm_bag, rows.n + 1);
    for (; ret->v && ret->n < rows.n; ret->n++)
        if (!take_bag(&rows, ret->n, arena, &ret->v[ret->n]))
            ret->v = NULL;
    if (!ret->v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the bags of a disruption");
    ret->bags = rows.n ? bw_rows_i64(&rows, 0, "bags") : 0;
    ret->late = rows.n ? bw_rows_i64(&rows, 0, "late") : 0;
    return BW_OK;
}

bw_code bw_storms_read(struct bw_pg *pg, struct bw_arena *arena, struct bw_storm **ret, size_t *ret_n,
                       struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_DISRUPTION_OPEN, BW_NO_PARAMS, &rows, err);
    if (rc != BW_OK)
        return rc;
    struct bw_storm *v = BW_NEW_ARRAY(arena, struct bw_storm, rows.n + 1);
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for disruptions");
    size_t n = 0;
    for (size_t k = 0; k < rows.n; k++) {
        struct bw_disruption d;
        if (!bw_disruption_row(&rows, k, &d))
            return bw_fail(err, BW_E_DB, NULL, "a disruption's row does not read back");
        if (d.state != BW_STORM_PROPOSED && d.storm.from != BW_TIME_NONE)
            v[n++] = d.storm;
    }
    *ret = v;
    *ret_n = n;
    return BW_OK;
}
