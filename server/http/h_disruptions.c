/* SPDX-License-Identifier: Apache-2.0 */
/* h_disruptions.c - GET, POST /v1/disruptions, POST /v1/disruptions/{id}:confirm, :renew, :end; the page
 * /desk/disruptions and its forms.  Layer: http.  Threads: loop, query workers, the writer's completion.  Source:
 * CLK-14. */
#include "bw/app/disruptions.h"

#include <stdio.h>

#include "bw/base/log.h"

#include "handlers.h"
#include "pages_int.h"

#define BAGS_MOST 200

/* What somebody says. */
struct saying {
    bool declares;
    struct bw_disruption_in in;
    struct bw_uuid id;
    enum bw_storm_step step;
    bw_time until;
    bool form; /* leads back to the page */
    struct bw_disruption_work done;
};

/* --- looking --- */

static void job_list(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_disruption *v;
    struct bw_json_reply r;
    size_t n;
    bw_time now = bw_clock_wall();
    bw_code rc = bw_disruption_list(pg, &rq->who, now, &rq->arena, &v, &n, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_out *j = bw_json_begin(&r, 2u << 20);
    bw_jo_begin(j);
    bw_jk_time(j, "as_of", now);
    bw_jkey(j, "disruptions");
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++)
        bw_disruption_json(&v[k], now, j);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_json_end(rq, 200, &r);
}

void bw_h_disruptions(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_list);
}

/* --- saying --- */

/* False: the reply is there. */
static bool was_said(struct bw_request *rq, const struct saying *s)
{
    struct bw_error err = { 0 };
    if (bw_reply_unstored(rq, &s->done.work))
        return false;
    if (s->done.item.outcome != BW_OUT_MOOT)
        return true;
    bw_code rc = bw_fail(&err, BW_E_PRECONDITION_FAILED, NULL, "somebody else said something of it at the same time");
    bw_reply_problem(rq, rc, &err);
    return false;
}

static void reply_said(struct bw_request *rq, const struct saying *s)
{
    struct bw_json_reply r;
    bw_worlds_ask(bw_pages_app(rq)->worlds);
    bw_log(BW_INFO, "disruption.said", BW_LC("station", s->done.d.storm.station),
           BW_LC("state", bw_storm_state_word(s->done.d.state)), BW_LC("by", rq->who.name));
    if (s->form) {
        bw_reply_redirect(rq, BW_STR("/desk/disruptions"));
        return;
    }
    struct bw_disruption d = s->done.d;
    d.version = s->done.item.ev.version;
    bw_disruption_json(&d, rq->at_wall, bw_json_begin(&r, 1u << 16));
    bw_json_end(rq, s->declares ? 201 : 200, &r);
}

static void answer(struct bw_request *rq)
{
    const struct saying *s = rq->data;
    if (was_said(rq, s))
        reply_said(rq, s);
    if (s->declares)
        bw_once_done(rq);
}

static void submit(struct bw_request *rq)
{
    struct saying *s = rq->data;
    bw_request_commit(rq, &s->done.work, answer);
}

static void job_say(struct bw_request *rq, struct bw_pg *pg)
{
    struct saying *s = rq->data;
    struct bw_error err = { 0 };
    if (s->declares && bw_once_replayed(rq, pg))
        return;
    bw_code rc = s->declares ? bw_disruption_declare(pg, &rq->who, &s->in, rq->at_wall, &rq->arena, &s->done, &err)
                             : bw_disruption_step(pg, &rq->who, &s->id, s->step, s->until, rq->at_wall, &rq->arena,
                                                  &s->done, &err);
    if (rc == BW_OK) {
        bw_request_then(rq, submit);
        return;
    }
    bw_reply_problem(rq, rc, &err);
    if (s->declares)
        bw_once_keep(rq, pg);
}

static struct saying *begin(struct bw_request *rq)
{
    struct saying *s = BW_NEW(&rq->arena, struct saying);
    rq->data = s;
    if (!s)
        bw_reply_problem(rq, BW_E_BUSY, NULL);
    return s;
}

void bw_h_disruption_declare(struct bw_request *rq)
{
    struct saying *s = begin(rq);
    if (!s || !bw_request_json(rq, bw_disruption_fields, &s->in))
        return;
    s->declares = true;
    bw_request_job(rq, BW_JOB_QUERY, job_say);
}

static void step(struct bw_request *rq, enum bw_storm_step which, const struct bw_field *fields)
{
    struct saying *s = begin(rq);
    if (!s)
        return;
    if (!bw_uuid_parse(bw_request_param(rq, "id"), &s->id)) {
        bw_reply_problem(rq, BW_E_NOT_FOUND, NULL);
        return;
    }
    bool left_out = fields == bw_nothing_fields && !rq->body.n;
    if (!left_out && !bw_request_json(rq, fields, &s->in))
        return;
    s->step = which;
    s->until = s->in.until.at;
    bw_request_job(rq, BW_JOB_QUERY, job_say);
}

void bw_h_disruption_confirm(struct bw_request *rq)
{
    step(rq, BW_STORM_CONFIRM, bw_nothing_fields);
}

void bw_h_disruption_renew(struct bw_request *rq)
{
    step(rq, BW_STORM_RENEW, bw_disruption_renew_fields);
}

void bw_h_disruption_end(struct bw_request *rq)
{
    step(rq, BW_STORM_END, bw_nothing_fields);
}

/* --- the forms --- */

/* Hours from now on; false: the reply is there. */
static bool take_hours(struct bw_request *rq, bw_time *until)
{
    uint64_t hours;
    if (bw_str_to_u64(bw_str_trim(bw_request_form(rq, "hours")), 1, 24, &hours)) {
        *until = rq->at_wall + (bw_time)hours * BW_HOUR;
        return true;
    }
    struct bw_error err = { 0 };
    bw_reply_problem(rq, bw_fail(&err, BW_E_INVALID_BODY, "/hours", "must be a number of hours, 1 to 24"), &err);
    return false;
}

static bool take_form(struct bw_request *rq, struct saying *s)
{
    static const char *const steps[] = { "confirm", "renew", "end" };
    struct bw_str what = bw_request_form(rq, "do");
    s->form = true;
    s->declares = bw_str_eq_c(what, "declare");
    if (s->declares || bw_str_eq_c(what, "renew")) {
        if (!take_hours(rq, &s->until))
            return false;
        s->in.until.at = s->until;
    }
    s->in.station = bw_request_code(rq, "station");
    s->in.cause = bw_str_trim(bw_request_form(rq, "cause"));
    bool good = s->declares && bw_is_station(s->in.station) && bw_storm_cause_known(s->in.cause);
    for (size_t k = 0; k < BW_LEN(steps) && !s->declares; k++)
        if (bw_str_eq_c(what, steps[k])) {
            s->step = (enum bw_storm_step)k;
            good = bw_uuid_parse(bw_request_form(rq, "id"), &s->id);
        }
    if (!good) {
        struct bw_error err = { 0 };
        bw_reply_problem(rq, bw_fail(&err, BW_E_INVALID_BODY, NULL, "a station, a cause and hours are needed"), &err);
    }
    return good;
}

void bw_h_desk_disruption_say(struct bw_request *rq)
{
    struct saying *s = begin(rq);
    if (s && take_form(rq, s))
        bw_request_job(rq, BW_JOB_QUERY, job_say);
}

/* --- the page --- */

static const char *carriers_of(const struct bw_leaf *leaf, const struct bw_storm *s)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf b = { 0 };
    if (!s->n_carriers)
        return bw_leaf_text(leaf, "page.storms.all", NULL, 0);
    bw_buf_init(&b, 2048);
    for (size_t k = 0; k < s->n_carriers; k++)
        bw_buf_printf(&b, "%s%s", k ? ", " : "", bw_leaf_carrier(leaf, s->carriers[k]));
    struct bw_str text = bw_arena_str(&leaf->rq->arena, bw_buf_view(&b));
    return text.p ? text.p : "";
}

const char *bw_leaf_cause(const struct bw_leaf *leaf, const char *cause)
{
    return bw_leaf_word(leaf, "cause", bw_str_c(cause));
}

static void add_bags(const struct bw_leaf *leaf, struct bw_view *one, const struct bw_storm_bags *bags)
{
    char id[BW_UUID_TEXT], n[24], late[24];
    struct bw_arena *a = &leaf->rq->arena;
    snprintf(n, sizeof n, "%lld", (long long)bags->bags);
    snprintf(late, sizeof late, "%lld", (long long)bags->late);
    const struct bw_arg args[] = { { "n", bw_str_c(n) }, { "late", bw_str_c(late) } };
    bw_view_add_c(a, one, "count", bw_leaf_text(leaf, "page.storms.count", args, BW_LEN(args)));
    bw_view_add_bool(a, one, "has_bags", bags->n > 0);
    struct bw_view *list = bw_view_add_list(a, one, "bags");
    for (size_t k = 0; k < bags->n; k++) {
        const struct bw_storm_bag *bag = &bags->v[k];
        struct bw_view *row = bw_view_add_map(a, list, NULL);
        bw_view_add_c(a, row, "href", bw_arena_printf(a, "/desk/bags/%s", bw_uuid_text(&bag->id, id)));
        bw_view_add_c(a, row, "bag", bw_leaf_bag(leaf, bag->plate));
        bw_view_add_c(a, row, "ref", bag->ref);
        bw_view_add_c(a, row, "who", bw_leaf_carrier(leaf, bag->debtor));
        bw_view_add_c(a, row, "what", bw_owed_row(bag->owed)->what);
        bw_leaf_due(leaf, row, bag->due_at);
        bw_view_add_c(a, row, "level", bw_leaf_level(leaf, bag->level));
    }
}

static void add_one(const struct bw_leaf *leaf, struct bw_view *list, const struct bw_disruption *d)
{
    char id[BW_UUID_TEXT], key[40];
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_view *one = bw_view_add_map(a, list, NULL);
    bool stands = d->state != BW_STORM_ENDED;
    bw_view_add_str(a, one, "id", bw_arena_str(a, bw_str_c(bw_uuid_text(&d->storm.id, id))));
    bw_view_add_c(a, one, "station", bw_station_name(leaf->world, d->storm.station));
    bw_view_add_c(a, one, "code", d->storm.station);
    bw_view_add_c(a, one, "carriers", carriers_of(leaf, &d->storm));
    bw_view_add_c(a, one, "cause", bw_leaf_cause(leaf, d->storm.cause));
    snprintf(key, sizeof key, "page.storms.state_%s",
             stands            ? bw_storm_state_word(d->state)
             : d->ended_why[0] ? d->ended_why
                               : "over");
    bw_view_add_c(a, one, "state", bw_leaf_text(leaf, key, NULL, 0));
    bw_view_add_bool(a, one, "stands", stands);
    bw_view_add_bool(a, one, "proposed", d->state == BW_STORM_PROPOSED);
    bw_view_add_bool(a, one, "waits", stands && d->asked_until != BW_TIME_NONE);
    bw_view_add_bool(a, one, "told", stands && d->state != BW_STORM_PROPOSED);
    bw_leaf_when(leaf, one, "told_at", d->told_at);
    bw_leaf_when(leaf, one, "until", stands ? d->storm.until : d->ended_at);
    bw_leaf_when(leaf, one, "asked_until", d->asked_until);
}

static bw_code add_all(const struct bw_leaf *leaf, struct bw_pg *pg, struct bw_error *err)
{
    struct bw_arena *a = &leaf->rq->arena;
    struct bw_disruption *v;
    size_t n, stand = 0;
    bw_code rc = bw_disruption_list(pg, &leaf->rq->who, leaf->now, a, &v, &n, err);
    if (rc != BW_OK)
        return rc;
    struct bw_view *stands = bw_view_add_list(a, leaf->view, "stand"), *over = bw_view_add_list(a, leaf->view, "over");
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        bool ended = v[k].state == BW_STORM_ENDED;
        add_one(leaf, ended ? over : stands, &v[k]);
        if (ended)
            continue;
        struct bw_storm_bags bags;
        stand++;
        rc = bw_storm_bags_read(pg, &leaf->rq->who, &v[k].storm, leaf->now, BAGS_MOST, a, &bags, err);
        if (rc == BW_OK)
            add_bags(leaf, stands->last, &bags);
    }
    bw_view_add_bool(a, leaf->view, "has_stand", stand > 0);
    bw_view_add_bool(a, leaf->view, "has_over", stand < n);
    return rc;
}

static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_worlds *worlds = bw_pages_app(rq)->worlds;
    const struct bw_world *world = bw_worlds_take(worlds);
    struct bw_error err = { 0 };
    struct bw_leaf leaf;
    bw_leaf_begin(&leaf, rq, world, bw_clock_wall());
    bw_leaf_zone(&leaf, NULL);
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.storms.title", NULL, 0));
    bw_view_add_bool(&rq->arena, leaf.view, "at_storms", true);
    bw_view_add_c(&rq->arena, leaf.view, "csrf", rq->who.csrf);
    bw_view_add_bool(&rq->arena, leaf.view, "supervisor", (rq->who.roles & (BW_SUPERVISOR | BW_ADMIN)) != 0);
    struct bw_view *causes = bw_view_add_list(&rq->arena, leaf.view, "causes");
    for (size_t k = 0; bw_storm_causes[k]; k++) {
        struct bw_view *one = bw_view_add_map(&rq->arena, causes, NULL);
        bw_view_add_c(&rq->arena, one, "word", bw_storm_causes[k]);
        bw_view_add_c(&rq->arena, one, "text", bw_leaf_cause(&leaf, bw_storm_causes[k]));
    }
    bw_code rc = add_all(&leaf, pg, &err);
    if (rc == BW_OK)
        bw_leaf_reply(&leaf, 200, "storms");
    else
        bw_reply_problem(rq, rc, &err);
    bw_worlds_release(worlds, world);
}

void bw_h_desk_disruptions(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, page_job);
}
