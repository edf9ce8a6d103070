/* SPDX-License-Identifier: Apache-2.0 */
/* h_promises.c - GET /v1/promises?owes=&overdue=: what is owed; GET /v1/reports/stale: who let what go stale (JSON,
 * CSV). Layer: http.  Threads: loop, then a query or the report worker.  Source: CLK-01, AUD-01. */
#include "handlers.h"

#include "bw/app/app.h"
#include "bw/app/bagview.h"
#include "bw/app/list.h"
#include "bw/app/owed.h"
#include "bw/app/stale_report.h"
#include "bw/app/world.h"
#include "bw/domain/hours.h"

#define OWED_MOST 500

static void put_owed(struct bw_json_out *j, const struct bw_owed_line *line, const struct bw_world *world, bw_time now)
{
    const struct bw_promise *p = &line->p;
    const struct bw_owed_row *row = bw_owed_row(p->owed);
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &p->promise_id);
    bw_jk_c(j, "subject", bw_subject_word(p->subject));
    bw_jk_uuid(j, "subject_id", &p->bag_id);
    bw_jko_c(j, "plate", line->plate);
    bw_jko_c(j, "case_ref", line->ref);
    bw_jk_c(j, "carrier", p->debtor);
    bw_jko_c(j, "for_carrier", p->for_carrier);
    bw_jko_c(j, "to", p->creditor);
    bw_jk_c(j, "owed", row->word);
    bw_jk_c(j, "what", row->what);
    bw_jko_c(j, "station", p->station);
    bw_jk_time(j, "opened", p->opened_at);
    bw_jk_time(j, "due", p->due_at);
    bw_jko_time(j, "desk_opens", bw_desk_opens(world, p, now));
    bw_jk_c(j, "policy", p->policy);
    bw_jk_i64(j, "level", p->level);
    bw_jk_i64(j, "late_minutes", now > p->due_at ? bw_minutes(now - p->due_at) : 0);
    bw_jo_end(j);
}

static bool refused(struct bw_request *rq, const char *field, const char *why)
{
    struct bw_error err = { 0 };
    bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, field, "%s", why), &err);
    return false;
}

static bool read_ask(struct bw_request *rq, struct bw_owed_ask *ask)
{
    struct bw_str overdue = bw_request_query(rq, "overdue"), level = bw_request_query(rq, "level");
    struct bw_list_place after;
    int64_t number = -1;
    *ask = (struct bw_owed_ask){ .debtor = bw_request_query(rq, "owes"),
                                 .station = bw_request_query(rq, "station"),
                                 .kind = bw_request_query(rq, "kind"),
                                 .overdue = bw_str_eq_c(overdue, "true"),
                                 .after_due = BW_TIME_NONE,
                                 .most = OWED_MOST };
    if (ask->debtor.p && !bw_is_carrier(ask->debtor))
        return refused(rq, "owes", "owes must be a carrier");
    if (overdue.p && !ask->overdue && !bw_str_eq_c(overdue, "false"))
        return refused(rq, "overdue", "overdue must be true or false");
    if (ask->station.p && !bw_is_station(ask->station))
        return refused(rq, "station", "station must be a station");
    bool known = !ask->kind.p;
    for (int kind = BW_OWED_PLACE; kind <= BW_OWED_ASK; kind++)
        known = known || bw_str_eq_c(ask->kind, bw_owed_kind_word((enum bw_owed_kind)kind));
    if (!known)
        return refused(rq, "kind", "kind must be place, case, claim or ask");
    if (level.p && !bw_str_to_i64(level, 0, INT16_MAX, &number))
        return refused(rq, "level", "level must be a number");
    ask->level = (int)number;
    if (!bw_request_after(rq, &after))
        return false;
    ask->after_due = after.at;
    ask->after_id = after.id;
    return true;
}

static void promises_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_owed_line *lines;
    struct bw_owed_ask ask;
    size_t n;
    if (!read_ask(rq, &ask))
        return;
    bw_time now = bw_clock_wall();
    struct bw_cursor position;
    bw_code rc = bw_feed_position(pg, &position, &err);
    rc = rc == BW_OK ? bw_owed_list(pg, &rq->who, &ask, now, &rq->arena, &lines, &n, &err) : rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_json_reply r;
    struct bw_json_out *j = bw_json_begin(&r, (size_t)4 << 20);
    bw_jo_begin(j);
    bw_jk_time(j, "now", now);
    bw_jkey(j, "promises");
    bw_ja_begin(j);
    const struct bw_app *app = rq->app;
    const struct bw_world *world = bw_worlds_take(app->worlds);
    for (size_t k = 0; k < n; k++)
        put_owed(j, &lines[k], world, now);
    bw_worlds_release(app->worlds, world);
    bw_ja_end(j);
    bw_jo_end(j);
    bw_reply_index(rq, &position);
    if (n == OWED_MOST)
        bw_reply_next(rq, &(struct bw_list_place){ lines[n - 1].p.due_at, lines[n - 1].p.promise_id });
    bw_json_end(rq, 200, &r);
}

void bw_h_promises(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, promises_job);
}

/* --- GET /v1/reports/stale --- */

/* An instant, or a date standing for its first moment UTC. */
bool bw_query_instant(struct bw_request *rq, const char *name, bw_time *ret)
{
    struct bw_error err = { 0 };
    struct bw_str s = bw_request_query(rq, name);
    bw_date day;
    if (s.p && bw_time_parse(s, ret, NULL))
        return true;
    if (s.p && bw_date_parse(s, &day)) {
        *ret = bw_date_start(day);
        return true;
    }
    bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, name, "%s is needed: an RFC 3339 instant or a date", name),
                     &err);
    return false;
}

static bool read_period(struct bw_request *rq, struct bw_stale_period *ret, enum bw_stale_by *by)
{
    struct bw_error err = { 0 };
    struct bw_str group = bw_request_query(rq, "by");
    if (!bw_query_instant(rq, "from", &ret->from) || !bw_query_instant(rq, "to", &ret->to))
        return false;
    ret->as_of = bw_clock_wall();
    if (ret->from >= ret->to || ret->to - ret->from > 400 * BW_DAY) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "to", "to must lie behind from, by at most 400 days"),
                         &err);
        return false;
    }
    *by = bw_str_eq_c(group, "station") ? BW_BY_STATION : BW_BY_CARRIER;
    if (group.p && !bw_str_eq_c(group, "station") && !bw_str_eq_c(group, "carrier")) {
        bw_reply_problem(rq, bw_fail(&err, BW_E_BAD_REQUEST, "by", "by must be carrier or station"), &err);
        return false;
    }
    return true;
}

static void stale_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_stale_period period;
    enum bw_stale_by by;
    struct bw_stale_report *r;
    if (!read_period(rq, &period, &by))
        return;
    bw_code rc = bw_stale_make(pg, &period, by, &rq->who, &rq->arena, &r, &err);
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    struct bw_str format = bw_request_query(rq, "format");
    bool csv = bw_str_eq_c(format, "csv") ||
               (!format.p && bw_request_accepts(rq, "text/csv") && !bw_request_accepts(rq, "application/json"));
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, (size_t)4 << 20);
    bw_json_out_init(&j, &text);
    if (csv) {
        bw_stale_csv(r, &text);
        bw_reply_header(rq, "Content-Disposition", BW_STR("attachment; filename=\"stale.csv\""));
    } else {
        bw_stale_json(r, &j);
    }
    bw_reply_buf(rq, 200, csv ? "text/csv; charset=utf-8" : "application/json", &text);
    bw_buf_done(&text);
}

void bw_h_stale(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_REPORT, stale_job);
}
