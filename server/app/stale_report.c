/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/stale_report.h"

#include <stdlib.h>

#include "bw/app/sight.h"
#include "bw/domain/disruption.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"
#include "stale_int.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the report");
}

/* --- reading --- */

struct making {
    struct bw_stale_report *r;
    const struct bw_principal *who;
    struct bw_arena *arena;
};

static bw_code read_rows(struct bw_pg *pg, struct making *m, struct bw_error *err)
{
    struct bw_stale_report *r = m->r;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_PROMISE_PERIOD, BW_PARAMS(bw_p_time(r->period.from), bw_p_time(r->period.to)),
                             &rows, err);
    if (rc != BW_OK)
        return rc;
    r->rows = BW_NEW_ARRAY(m->arena, struct bw_stale_one, rows.n + 1);
    if (!r->rows)
        return no_memory(err);
    r->n_rows = 0;
    for (size_t k = 0; k < rows.n; k++) {
        struct bw_stale_one *one = &r->rows[r->n_rows];
        if (!bw_row_promise(&rows, k, &one->p))
            return bw_fail(err, BW_E_DB, NULL, "a promise row does not read back");
        one->about = bw_rows_uuid(&rows, k, "about");
        struct bw_str plate = bw_rows_text(&rows, k, "plate");
        if (!bw_str_copy(plate, one->plate, sizeof one->plate))
            one->plate[0] = '\0';
        r->n_rows += bw_sees_carrier(m->who, bw_str_c(one->p.debtor), bw_clock_wall()) ? 1 : 0;
    }
    return BW_OK;
}

/* Bag-hours watched, by recorded time, cut to the period and to as_of (AUD-02). */
static bw_code read_watched(struct bw_pg *pg, struct making *m, struct bw_error *err)
{
    const struct bw_stale_period *period = &m->r->period;
    bw_time end = period->to < period->as_of ? period->to : period->as_of;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_WATCH_SPANS, BW_PARAMS(bw_p_time(end)), &rows, err);
    if (rc != BW_OK)
        return rc;
    m->r->watched_us = 0;
    for (size_t k = 0; k < rows.n; k++) {
        if (!bw_str_eq_c(bw_rows_text(&rows, k, "code"), "WATCH_STARTED"))
            continue;
        struct bw_uuid bag = bw_rows_uuid(&rows, k, "bag_id");
        bw_time from = bw_rows_time(&rows, k, "recorded_at"), to = end;
        if (k + 1 < rows.n) {
            struct bw_uuid next = bw_rows_uuid(&rows, k + 1, "bag_id");
            if (bw_uuid_eq(&bag, &next))
                to = bw_rows_time(&rows, k + 1, "recorded_at");
        }
        from = from > period->from ? from : period->from;
        m->r->watched_us += to > from ? to - from : 0;
    }
    return BW_OK;
}

/* The first of the rows, which come by due time, that is due at that time or later. */
static size_t due_from(const struct bw_stale_report *r, bw_time at)
{
    size_t low = 0, high = r->n_rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->rows[middle].p.due_at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Breaches inside an incident of the debtor's feed at the promise's station are marked, never subtracted. */
static void mark_silent(struct bw_stale_report *r, struct bw_rows *rows, size_t k)
{
    char station[4], carrier[4];
    bw_time from = bw_rows_time(rows, k, "from_at"), until = bw_rows_time(rows, k, "ended_at");
    bw_str_put(bw_rows_text(rows, k, "station"), station, sizeof station);
    bw_str_put(bw_rows_text(rows, k, "carrier"), carrier, sizeof carrier);
    for (size_t i = due_from(r, from + 1); i < r->n_rows; i++) {
        const struct bw_promise *p = &r->rows[i].p;
        if (until != BW_TIME_NONE && p->due_at > until)
            break;
        if (strcmp(p->station, station) == 0 && strcmp(p->debtor, carrier) == 0)
            r->rows[i].in_silent_feed = bw_stale_breach(p, &r->period);
    }
}

static bw_code read_silences(struct bw_pg *pg, struct making *m, struct bw_error *err)
{
    const struct bw_stale_period *period = &m->r->period;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_SILENCE_PERIOD,
                    BW_PARAMS(bw_p_time(period->from), bw_p_time(period->to), bw_p_time(period->as_of)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        mark_silent(m->r, &rows, k);
    return rc;
}

/* What fell due, kept or not, while a disruption held at its station for who owed it. */
static void mark_disrupted(struct bw_stale_report *r, struct bw_rows *rows, size_t k)
{
    struct bw_storm s = { .from = bw_rows_time(rows, k, "from_at"), .until = bw_rows_time(rows, k, "until_at") };
    bw_str_put(bw_rows_text(rows, k, "station"), s.station, sizeof s.station);
    struct bw_array carriers = bw_rows_array(rows, k, "carriers");
    while (bw_array_next(&carriers) && s.n_carriers < BW_STORM_CARRIERS)
        bw_str_put(carriers.s, s.carriers[s.n_carriers++], sizeof s.carriers[0]);
    for (size_t i = due_from(r, s.from); i < r->n_rows && r->rows[i].p.due_at < s.until; i++)
        if (bw_storm_covers(&s, &r->rows[i].p))
            r->rows[i].in_disruption = true;
}

static bw_code read_disruptions(struct bw_pg *pg, struct making *m, struct bw_error *err)
{
    const struct bw_stale_period *period = &m->r->period;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_DISRUPTION_PERIOD,
                    BW_PARAMS(bw_p_time(period->from), bw_p_time(period->to), bw_p_time(period->as_of)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
        mark_disrupted(m->r, &rows, k);
    return rc;
}

static bw_code read_all(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct making *m = ctx;
    bw_code rc = read_rows(pg, m, err);
    rc = rc == BW_OK ? read_silences(pg, m, err) : rc;
    rc = rc == BW_OK ? read_disruptions(pg, m, err) : rc;
    rc = rc == BW_OK ? read_watched(pg, m, err) : rc;
    return rc == BW_OK ? bw_stale_policies_read(pg, m->r, m->who, m->arena, err) : rc;
}

/* --- folding --- */

static void key_of(const struct bw_stale_one *one, enum bw_stale_by by, char to[16])
{
    const char *key = by == BW_BY_CARRIER ? one->p.debtor : one->p.station;
    bw_str_put(bw_str_c(key[0] ? key : "-"), to, 16);
}

static struct bw_stale_line *line_of(struct bw_stale_report *r, const char *key)
{
    for (size_t k = 0; k < r->n; k++)
        if (strcmp(r->lines[k].key, key) == 0)
            return &r->lines[k];
    struct bw_stale_line *line = &r->lines[r->n++];
    *line = (struct bw_stale_line){ 0 };
    bw_str_put(bw_str_c(key), line->key, sizeof line->key);
    return line;
}

static int cmp_line(const void *a, const void *b)
{
    return strcmp(((const struct bw_stale_line *)a)->key, ((const struct bw_stale_line *)b)->key);
}

/* A silent interval with the bag and the group it counts for. */
struct silence {
    struct bw_uuid about;
    char key[16];
    struct bw_span span;
};

static int cmp_silence(const void *pa, const void *pb)
{
    const struct silence *a = pa, *b = pb;
    int c = strcmp(a->key, b->key);
    return c ? c : bw_uuid_cmp(&a->about, &b->about);
}

/* Silent bag-hours of each group: several promises silent on one bag count once. */
static int64_t joined(struct silence *s, size_t n, struct bw_span *spans)
{
    int64_t us = 0;
    for (size_t from = 0; from < n;) {
        size_t to = from;
        for (; to < n && bw_uuid_eq(&s[to].about, &s[from].about); to++)
            spans[to - from] = s[to].span;
        us += bw_span_union(spans, to - from);
        from = to;
    }
    return us;
}

static int64_t *silent_of(struct bw_stale_line *line, bool yardstick)
{
    return yardstick ? &line->row.silent_yardstick_us : &line->row.silent_us;
}

/* By the carrier's own policies, or by the yardstick: what would have been silent by the defaults of domain.md 9.2. */
static bool fold_silence(struct bw_stale_report *r, bool yardstick, struct bw_arena *arena)
{
    struct silence *s = BW_NEW_ARRAY(arena, struct silence, r->n_rows + 1);
    struct bw_span *spans = BW_NEW_ARRAY(arena, struct bw_span, r->n_rows + 1);
    size_t n = 0;
    if (!s || !spans)
        return false;
    for (size_t k = 0; k < r->n_rows; k++) {
        struct bw_promise p = r->rows[k].p;
        p.due_at = yardstick ? p.yardstick_at : p.due_at;
        if (!bw_stale_silence(&p, &r->period, &s[n].span.from, &s[n].span.to))
            continue;
        s[n].about = r->rows[k].about;
        key_of(&r->rows[k], r->by, s[n++].key);
    }
    qsort(s, n, sizeof *s, cmp_silence);
    for (size_t from = 0; from < n;) {
        size_t to = from;
        while (to < n && strcmp(s[to].key, s[from].key) == 0)
            to++;
        *silent_of(line_of(r, s[from].key), yardstick) = joined(s + from, to - from, spans);
        from = to;
    }
    for (size_t k = 0; k < n; k++)
        s[k].key[0] = '\0';
    qsort(s, n, sizeof *s, cmp_silence);
    *silent_of(&r->all, yardstick) = joined(s, n, spans);
    return true;
}

static int cmp_coverage(const void *pa, const void *pb)
{
    const struct bw_stale_coverage *a = pa, *b = pb;
    int c = strcmp(a->carrier, b->carrier);
    return c ? c : strcmp(a->via, b->via);
}

static bool fold_coverage(struct bw_stale_report *r, struct bw_arena *arena)
{
    r->coverage = BW_NEW_ARRAY(arena, struct bw_stale_coverage, r->n_rows + 1);
    if (!r->coverage)
        return false;
    for (size_t k = 0; k < r->n_rows; k++) {
        const struct bw_promise *p = &r->rows[k].p;
        struct bw_stale_coverage one = { .promises = 1 };
        /* what falls due behind the period was read for the yardstick alone */
        if (p->due_at >= r->period.to || !bw_stale_coverage(p, &r->period, &one.us))
            continue;
        bw_str_put(bw_str_c(p->for_carrier), one.carrier, sizeof one.carrier);
        if (!bw_promise_untold(p))
            bw_str_put(bw_str_c(p->debtor), one.via, sizeof one.via);
        size_t at = 0;
        while (at < r->n_coverage && cmp_coverage(&r->coverage[at], &one) != 0)
            at++;
        if (at == r->n_coverage) {
            r->coverage[r->n_coverage++] = one;
            continue;
        }
        r->coverage[at].promises++;
        r->coverage[at].us += one.us;
    }
    qsort(r->coverage, r->n_coverage, sizeof *r->coverage, cmp_coverage);
    return true;
}

static void mark(struct bw_stale_row *row, const struct bw_stale_one *one, bool breach)
{
    row->in_silent_feed += one->in_silent_feed;
    row->in_disruption += one->in_disruption && breach;
}

/* Its rows into lines and the total. */
static bool fold(struct bw_stale_report *r, struct bw_arena *arena)
{
    r->lines = BW_NEW_ARRAY(arena, struct bw_stale_line, r->n_rows + 1);
    if (!r->lines)
        return false;
    bw_str_put(BW_STR("all"), r->all.key, sizeof r->all.key);
    for (size_t k = 0; k < r->n_rows; k++) {
        const struct bw_stale_one *one = &r->rows[k];
        char key[16];
        key_of(one, r->by, key);
        struct bw_stale_row *row = &line_of(r, key)->row;
        bool breach = bw_stale_breach(&one->p, &r->period);
        bw_stale_add(row, &one->p, &r->period);
        bw_stale_add(&r->all.row, &one->p, &r->period);
        mark(row, one, breach);
        mark(&r->all.row, one, breach);
    }
    if (!fold_silence(r, false, arena) || !fold_silence(r, true, arena))
        return false;
    qsort(r->lines, r->n, sizeof *r->lines, cmp_line);
    return true;
}

/* The same figures without what fell due in a disruption (CLK-14). */
static bool fold_without(struct bw_stale_report *r, struct bw_arena *arena)
{
    struct bw_stale_report *w = BW_NEW(arena, struct bw_stale_report);
    struct bw_stale_one *rows = BW_NEW_ARRAY(arena, struct bw_stale_one, r->n_rows + 1);
    if (!w || !rows)
        return false;
    *w = (struct bw_stale_report){ .period = r->period, .by = r->by, .watched_us = r->watched_us, .rows = rows };
    for (size_t k = 0; k < r->n_rows; k++)
        if (!r->rows[k].in_disruption)
            rows[w->n_rows++] = r->rows[k];
    if (w->n_rows == r->n_rows)
        return true;
    r->without = w;
    return fold(w, arena);
}

bw_code bw_stale_make(struct bw_pg *pg, const struct bw_stale_period *period, enum bw_stale_by by,
                      const struct bw_principal *who, struct bw_arena *arena, struct bw_stale_report **ret,
                      struct bw_error *err)
{
    struct bw_stale_report *r = BW_NEW(arena, struct bw_stale_report);
    if (!r)
        return no_memory(err);
    r->period = *period;
    r->by = by;
    struct making m = { r, who, arena };
    bw_code rc = bw_tx_read(pg, read_all, &m, err);
    if (rc != BW_OK)
        return rc;
    if (!fold(r, arena) || !fold_coverage(r, arena) || !fold_without(r, arena))
        return no_memory(err);
    *ret = r;
    return BW_OK;
}

/* --- writing --- */

static void put_row(struct bw_json_out *j, const char *by, const struct bw_stale_line *line)
{
    const struct bw_stale_row *w = &line->row;
    bw_jo_begin(j);
    bw_jk_c(j, by, line->key);
    bw_jk_i64(j, "fell_due", w->fell_due);
    bw_jk_i64(j, "kept", w->kept_fact + w->kept_search + w->kept_confirmation + w->kept_replan);
    bw_jk_i64(j, "kept_by_fact", w->kept_fact);
    bw_jk_i64(j, "kept_by_search", w->kept_search);
    bw_jk_i64(j, "kept_by_confirmation", w->kept_confirmation);
    bw_jk_i64(j, "kept_by_replan", w->kept_replan);
    bw_jk_i64(j, "late", w->late);
    bw_jk_i64(j, "still_open", w->never);
    bw_jk_i64(j, "superseded", w->superseded);
    bw_jk_i64(j, "moved", w->moved);
    bw_jk_i64(j, "late_minutes", bw_minutes(w->late_us));
    bw_jk_i64(j, "longest_minutes", bw_minutes(w->max_late_us));
    bw_jk_i64(j, "silent_minutes", bw_minutes(w->silent_us));
    bw_jk_i64(j, "silent_minutes_by_yardstick", bw_minutes(w->silent_yardstick_us));
    bw_jk_i64(j, "waited_minutes", bw_minutes(w->waited_us));
    bw_jk_i64(j, "in_silent_feed", w->in_silent_feed);
    bw_jk_i64(j, "in_disruption", w->in_disruption);
    bw_jo_end(j);
}

static void put_coverage(struct bw_json_out *j, const struct bw_stale_report *r)
{
    bw_jkey(j, "coverage");
    bw_ja_begin(j);
    for (size_t k = 0; k < r->n_coverage; k++) {
        bw_jo_begin(j);
        bw_jk_c(j, "carrier", r->coverage[k].carrier);
        bw_jko_c(j, "via", r->coverage[k].via);
        bw_jk_i64(j, "promises", r->coverage[k].promises);
        bw_jk_i64(j, "minutes", bw_minutes(r->coverage[k].us));
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void put_rows(struct bw_json_out *j, const char *by, const struct bw_stale_report *r)
{
    bw_jkey(j, "rows");
    bw_ja_begin(j);
    for (size_t k = 0; k < r->n; k++)
        put_row(j, by, &r->lines[k]);
    bw_ja_end(j);
    bw_jkey(j, "all");
    put_row(j, by, &r->all);
}

void bw_stale_json(const struct bw_stale_report *r, struct bw_json_out *j)
{
    const char *by = r->by == BW_BY_CARRIER ? "carrier" : "station";
    bw_jo_begin(j);
    bw_jk_i64(j, "method", 1);
    bw_jk_time(j, "from", r->period.from);
    bw_jk_time(j, "to", r->period.to);
    bw_jk_time(j, "as_of", r->period.as_of);
    bw_jk_c(j, "by", by);
    bw_stale_policies_json(r, j);
    put_rows(j, by, r);
    if (r->without) {
        bw_jkey(j, "without_disruptions");
        bw_jo_begin(j);
        put_rows(j, by, r->without);
        bw_jo_end(j);
    }
    bw_jk_i64(j, "watched_minutes", bw_minutes(r->watched_us));
    put_coverage(j, r);
    bw_jo_end(j);
}

/* A cell that a spreadsheet cannot take for a formula (reliability.md W6). */
void bw_stale_cell(struct bw_buf *to, struct bw_str s)
{
    bool quote = bw_str_find(s, ',') < s.n || bw_str_find(s, '"') < s.n || bw_str_find(s, '\n') < s.n ||
                 bw_str_find(s, '\r') < s.n;
    if (quote)
        bw_buf_ch(to, '"');
    if (s.n && memchr("=+-@\t\r", s.p[0], 6) && !(s.n == 1 && s.p[0] == '-'))
        bw_buf_ch(to, '\'');
    for (size_t k = 0; k < s.n; k++) {
        if (s.p[k] == '"')
            bw_buf_ch(to, '"');
        bw_buf_ch(to, s.p[k]);
    }
    if (quote)
        bw_buf_ch(to, '"');
}

static void csv_row(const struct bw_stale_report *r, struct bw_buf *to, const struct bw_stale_line *line,
                    int64_t watched_us, const char *behind)
{
    const struct bw_stale_row *w = &line->row;
    bw_stale_cell(to, bw_str_c(line->key));
    bw_buf_c(to, behind);
    const int64_t v[] = { w->fell_due,
                          w->kept_fact + w->kept_search + w->kept_confirmation + w->kept_replan,
                          w->kept_fact,
                          w->kept_search,
                          w->kept_confirmation,
                          w->kept_replan,
                          w->late,
                          w->never,
                          w->superseded,
                          w->moved,
                          bw_minutes(w->late_us),
                          bw_minutes(w->max_late_us),
                          bw_minutes(w->silent_us),
                          bw_minutes(w->silent_yardstick_us),
                          bw_minutes(w->waited_us),
                          w->in_silent_feed,
                          w->in_disruption };
    for (size_t k = 0; k < BW_LEN(v); k++)
        bw_buf_printf(to, ",%lld", (long long)v[k]);
    if (watched_us >= 0)
        bw_buf_printf(to, ",%lld", (long long)bw_minutes(watched_us));
    else
        bw_buf_ch(to, ',');
    bw_buf_ch(to, ',');
    bw_stale_policies_cell(r, line, to);
    bw_buf_c(to, "\r\n");
}

void bw_stale_csv(const struct bw_stale_report *r, struct bw_buf *to)
{
    bw_buf_printf(to,
                  "%s,fell_due,kept,kept_by_fact,kept_by_search,kept_by_confirmation,kept_by_replan,late,still_open,"
                  "superseded,moved,"
                  "late_minutes,longest_minutes,silent_minutes,silent_minutes_by_yardstick,waited_minutes,in_silent_"
                  "feed,in_"
                  "disruption,"
                  "watched_minutes,relaxed_policies\r\n",
                  r->by == BW_BY_CARRIER ? "carrier" : "station");
    for (size_t k = 0; k < r->n; k++)
        csv_row(r, to, &r->lines[k], -1, "");
    csv_row(r, to, &r->all, r->watched_us, "");
    for (size_t k = 0; r->without && k < r->without->n; k++)
        csv_row(r, to, &r->without->lines[k], -1, " without disruptions");
    if (r->without)
        csv_row(r, to, &r->without->all, r->watched_us, " without disruptions");
}
