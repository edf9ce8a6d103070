/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - what stands in the database against what was answered and against the model. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bw/app/verify.h"
#include "check_int.h"

enum { SHOWN = 40 };

/* What one promise of the model came to; its row is found by how it was opened. */
struct kept {
    struct m_owed owed;
    bw_time opened, quiet_until; /* 0: its levels fall due at their own times */
    struct db_promise *row;
    int level, quiet_level; /* highest raised; the same when it began to wait */
    bool open;
};

void sim_fault(struct checking *c, const struct bw_uuid *id, const char *fmt, ...)
{
    char text[BW_UUID_TEXT] = "";
    va_list args;
    if (++c->r->faults > SHOWN)
        return;
    va_start(args, fmt);
    fprintf(stderr, "%s: ", id ? bw_uuid_text(id, text) : "sim");
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
}

static int by_subject(const void *a, const void *b)
{
    const struct m_event *l = a, *r = b;
    int id = memcmp(&l->subject, &r->subject, sizeof l->subject);
    return id ? id : l->version - r->version;
}

struct m_event *sim_log_of(const struct checking *c, const struct bw_uuid *id, size_t *ret_n)
{
    size_t low = 0, high = c->n_events, n = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (memcmp(&c->events[middle].subject, id, sizeof *id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + n < c->n_events && memcmp(&c->events[low + n].subject, id, sizeof *id) == 0)
        n++;
    *ret_n = n;
    return c->events + low;
}

/* --- promises --- */

static struct db_promise *opened_row(struct checking *c, const struct m_event *e, const struct m_owed *o,
                                     const struct kept *kept, size_t n)
{
    for (size_t k = 0; k < c->n_promises; k++) {
        struct db_promise *p = &c->promises[k];
        bool taken = false;
        if (memcmp(&p->subject, &e->subject, sizeof e->subject) != 0 || p->opened_version != e->version ||
            strcmp(p->owed, o->what) != 0 || strcmp(p->debtor, o->debtor) != 0)
            continue;
        for (size_t i = 0; i < n; i++)
            taken = taken || kept[i].row == p;
        if (!taken)
            return p;
    }
    return NULL;
}

static void open_one(struct checking *c, const struct m_event *e, const struct m_owed *o, struct kept *kept, size_t *n)
{
    struct kept *k = &kept[(*n)];
    *k = (struct kept){ .owed = *o, .opened = e->recorded, .level = -1, .open = true };
    k->row = opened_row(c, e, o, kept, *n);
    (*n)++;
    BW_ASSERT(*n < SIM_LOG_MAX);
    if (!k->row) {
        sim_fault(c, &e->subject, "version %d %s: %s owes %s since then, and no promise says so", e->version, e->code,
                  o->debtor, o->what);
        return;
    }
    const struct db_promise *p = k->row;
    if (p->opened != e->recorded || p->due != o->due || strcmp(p->station, o->station) != 0 ||
        strcmp(p->giver, o->giver) != 0)
        sim_fault(c, &e->subject, "version %d %s: %s of %s is due %" PRId64 " at %s, not %" PRId64 " at %s", e->version,
                  e->code, o->what, o->debtor, p->due, p->station, o->due, o->station);
}

static void close_one(struct checking *c, const struct m_event *e, const struct kept *k, const char *why)
{
    const struct db_promise *p = k->row;
    if (p && (p->closed != e->recorded || p->closed_version != e->version || strcmp(p->why, why) != 0 ||
              memcmp(&p->closed_uid, &e->uid, sizeof e->uid) != 0))
        sim_fault(c, &e->subject, "version %d %s: %s of %s ends here as %s; the row says \"%s\" at version %d",
                  e->version, e->code, p->owed, p->debtor, why, p->why, p->closed_version);
}

static void level(struct checking *c, const struct m_event *e, struct kept *kept, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (!kept[k].row || memcmp(&kept[k].row->id, &e->promise_id, sizeof e->promise_id) != 0)
            continue;
        bw_time due = m_level_at(kept[k].opened, kept[k].owed.due, e->level);
        if (!kept[k].open || e->level != kept[k].level + 1 || e->occurred != due || e->recorded < due ||
            e->recorded < kept[k].quiet_until)
            sim_fault(c, &e->subject, "version %d: level %d of %s raised out of turn", e->version, e->level,
                      kept[k].owed.what);
        kept[k].level = e->level;
        c->r->levels++;
        return;
    }
    sim_fault(c, &e->subject, "version %d: a level of an unknown promise", e->version);
}

/* Put off (CLK-13): one that fell due before the cause began stays, and no level is raised of it before then; any other
 * ends here, and the same is owed by the later time. */
static void move(struct checking *c, const struct m_event *e, struct kept *kept, size_t *n)
{
    for (size_t k = 0; k < *n; k++) {
        if (!kept[k].row || memcmp(&kept[k].row->id, &e->promise_id, sizeof e->promise_id) != 0)
            continue;
        struct m_owed later = kept[k].owed;
        if (!kept[k].open || (e->due != BW_TIME_NONE && e->due <= later.due))
            sim_fault(c, &e->subject, "version %d: %s is put off, and is over or due later", e->version, later.what);
        c->r->moved++;
        if (e->due == BW_TIME_NONE) {
            kept[k].quiet_until = e->quiet_until;
            kept[k].quiet_level = kept[k].level;
            return;
        }
        later.due = e->due;
        kept[k].open = false;
        close_one(c, e, &kept[k], strcmp(e->why, "outage") == 0 ? "outage" : "moved");
        open_one(c, e, &later, kept, n);
        kept[*n - 1].level = kept[k].level < 0 ? -1 : 0;
        return;
    }
    sim_fault(c, &e->subject, "version %d: an unknown promise is put off", e->version);
}

static const char *how_met(const struct m_event *e)
{
    if (strcmp(e->code, "STATUS_CONFIRMED") == 0)
        return "confirmed";
    return strcmp(e->code, "SEARCHED_NOT_FOUND") == 0 ? "searched" : "met";
}

/* One event: what was owed before is kept, ends or goes on; what is owed and was not promised is promised now. */
static void settle(struct checking *c, const struct m_event *e, const struct m_owed *owed, size_t n_owed,
                   struct kept *kept, size_t *n)
{
    bool promised[2] = { false, false };
    for (size_t k = 0; k < *n; k++) {
        struct kept *p = &kept[k];
        bool again = false;
        if (!p->open)
            continue;
        p->open = false;
        if (m_meets(e, p->owed.what, p->owed.debtor)) {
            close_one(c, e, p, how_met(e));
            continue;
        }
        for (size_t i = 0; i < n_owed && !p->open; i++) {
            bool same = strcmp(p->owed.what, owed[i].what) == 0 && strcmp(p->owed.debtor, owed[i].debtor) == 0;
            again = again || same;
            p->open = same && !promised[i] && strcmp(p->owed.about, owed[i].about) == 0;
            promised[i] = promised[i] || p->open;
        }
        again = again && strcmp(e->code, "FORWARD_PLANNED") == 0 && strcmp(e->carrier, p->owed.debtor) == 0;
        bool rests = e->of_bag && n_owed == 1 && strcmp(owed[0].what, "remind-customer") == 0 &&
                     strcmp(p->owed.what, "remind-customer") != 0;
        if (!p->open)
            close_one(c, e, p, again ? "replanned" : rests ? "waiting" : "superseded");
    }
    for (size_t i = 0; i < n_owed; i++)
        if (!promised[i])
            open_one(c, e, &owed[i], kept, n);
}

/* What was due while we were away or half an hour behind it, and was still owed when we had put off all that was, is
 * put off with it (CLK-13). */
static void put_off(struct checking *c, const struct bw_uuid *id, const struct db_promise *p)
{
    for (size_t k = 0; k < c->outages.n; k++) {
        bw_time began = bw_rows_time(&c->outages, k, "began_at"), ended = bw_rows_time(&c->outages, k, "ended_at");
        bw_time moved = bw_rows_time(&c->outages, k, "moved_at");
        bool over = p->closed != BW_TIME_NONE && p->closed <= moved;
        if (moved == BW_TIME_NONE)
            sim_fault(c, NULL, "an outage is not done with");
        if (!over && p->opened < ended && p->due >= began && p->due <= ended + 30 * BW_MINUTE)
            sim_fault(c, id, "%s of %s fell due while we were away and was not put off", p->owed, p->debtor);
    }
}

/* At the end: open ones are open, nothing that fell due was forgotten. */
static void last_look(struct checking *c, const struct bw_uuid *id, const struct kept *kept, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const struct db_promise *p = kept[k].row;
        c->r->promises++;
        if (!p)
            continue;
        put_off(c, id, p);
        if (kept[k].open != (p->closed == BW_TIME_NONE))
            sim_fault(c, id, "%s of %s is %s", p->owed, p->debtor,
                      kept[k].open ? "open, and was closed" : "closed, and stands open");
        if (kept[k].level != p->level)
            sim_fault(c, id, "%s of %s was raised to %d, the row says %d", p->owed, p->debtor, kept[k].level, p->level);
        bw_time next = m_level_at(kept[k].opened, kept[k].owed.due, kept[k].level + 1);
        if (kept[k].quiet_until > next && kept[k].level == kept[k].quiet_level)
            next = kept[k].quiet_until;
        if (kept[k].open && (next <= c->now || p->next_level != next))
            sim_fault(c, id, "%s of %s: level %d fell due and was not raised", p->owed, p->debtor, kept[k].level + 1);
    }
}

static bool is_move(const struct m_event *e)
{
    return strcmp(e->code, "PROMISE_MOVED") == 0;
}

static bool is_level(const struct m_event *e)
{
    return strcmp(e->code, "PROMISE_REMINDED") == 0 || strcmp(e->code, "PROMISE_MISSED") == 0;
}

/* --- bags and cases --- */

/* What the model cannot judge: verdicts that need what it does not know (which bag was meant, whether a sighting can
 * be). */
bool sim_beyond(const struct m_event *log, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (strcmp(log[k].outcome, "ambiguous") == 0 || strcmp(log[k].outcome, "implausible") == 0)
            return true;
    return false;
}

static void compare_bag(struct checking *c, const struct db_bag *b, const struct m_bag *m)
{
    static const struct bw_uuid nil;
    bool merged = memcmp(&b->joined, &nil, sizeof nil) != 0; /* its handovers are the survivor's */
    bw_time timeout = strcmp(m->custody, "PENDING") == 0 ? m->offered + 4 * BW_HOUR : m_unclaimed_at(m);
    if (strcmp(b->place, m->place) != 0 || strcmp(b->station, m->station) != 0)
        sim_fault(c, &b->id, "is %s at %s, not %s at %s", b->place, b->station, m->place, m->station);
    if (strcmp(b->custody, m->custody) != 0 || strcmp(b->custodian, m->custodian) != 0)
        sim_fault(c, &b->id, "custody is %s of %s, not %s of %s", b->custody, b->custodian, m->custody, m->custodian);
    if (memcmp(&b->joined, &m->joined, sizeof m->joined) != 0)
        sim_fault(c, &b->id, "is merged into another bag than its log says");
    if (strcmp(b->file, m->file) != 0 || b->watched != m->watched)
        sim_fault(c, &b->id, "case is %s, watched %d, not %s, %d", b->file, b->watched, m->file, m->watched);
    if (b->seen != m->seen || b->news != m->news)
        sim_fault(c, &b->id, "last seen %" PRId64 " and news %" PRId64 ", not %" PRId64 " and %" PRId64, b->seen,
                  b->news, m->seen, m->news);
    if (b->timeout != timeout || (!merged && timeout != BW_TIME_NONE && timeout <= c->now))
        sim_fault(c, &b->id, "a handover, or nobody's claim, falls due at %" PRId64 ", not %" PRId64, b->timeout,
                  timeout);
}

/* The log of a bag that differs, for whoever looks into it. */
static void show(const struct m_event *log, size_t n)
{
    for (size_t k = 0; k < n; k++)
        fprintf(stderr, "    %d %s %s %s>%s at %s t %" PRId64 " recorded %" PRId64 " %s %s\n", log[k].version,
                log[k].code, log[k].carrier, log[k].from, log[k].to, log[k].station, log[k].t, log[k].recorded,
                log[k].outcome, log[k].event_id);
}

/* After two plans that came to nothing what is promised stands (CLK-11); else as it was. */
static size_t stand(int left, const struct m_event *e, const struct kept *kept, size_t n_kept, struct m_owed owed[2],
                    size_t n_owed)
{
    size_t n = 0;
    bool reminds = n_owed && strcmp(owed[0].what, "remind-customer") == 0;
    for (size_t k = 0; k < n_kept && n < 2 && n_owed && left >= 2; k++) {
        bool over = strcmp(kept[k].owed.what, "remind-customer") == 0 && !reminds; /* the customer gave it */
        if (kept[k].open && !over && !m_meets(e, kept[k].owed.what, kept[k].owed.debtor))
            owed[n++] = kept[k].owed;
    }
    return n ? n : n_owed;
}

static void check_bag(struct checking *c, const struct db_bag *b)
{
    size_t before = c->r->faults;
    static struct kept kept[SIM_LOG_MAX];
    struct share s = { .n = 0 };
    size_t n = 0, n_kept = 0;
    struct m_event *log = sim_log_of(c, &b->id, &n);
    struct m_bag m = { 0 };
    BW_ASSERT(n < SIM_LOG_MAX);
    if ((size_t)b->version != n)
        sim_fault(c, &b->id, "stands at version %d with %zu events", b->version, n);
    s.skip = sim_beyond(log, n) || sim_doubtful(c, log, n);
    for (size_t k = 0; k < n; k++) {
        const struct m_event *e = &log[k];
        struct m_owed owed[2];
        if (e->version != (int)k + 1) {
            sim_fault(c, &b->id, "version %zu is missing", k + 1);
            return;
        }
        sim_share_add(c, &s, log, n, k);
        if (s.skip)
            continue;
        m_fold_bag(&m, &b->id, s.all, s.n);
        if (is_level(e))
            level(c, e, kept, n_kept);
        else if (is_move(e))
            move(c, e, kept, &n_kept);
        else {
            size_t n_owed = m_owed_of_bag(&m, e->recorded, owed);
            n_owed = stand(m_plans_left(s.all, s.n, e->recorded), e, kept, n_kept, owed, n_owed);
            settle(c, e, owed, n_owed, kept, &n_kept);
        }
        int in_a_row = m_in_a_row(s.all, s.n, e);
        if (in_a_row >= 0 && in_a_row != e->in_a_row)
            sim_fault(c, &e->subject, "version %d is number %d without a new fact, not %d", e->version, e->in_a_row,
                      in_a_row);
    }
    if (s.skip)
        return;
    c->r->judged++;
    compare_bag(c, b, &m);
    last_look(c, &b->id, kept, n_kept);
    if (c->r->faults > before && before < SHOWN)
        show(log, n);
}

static void check_case(struct checking *c, struct m_event *log, size_t n)
{
    static struct kept kept[SIM_LOG_MAX];
    size_t n_kept = 0;
    struct m_case file = { .state = "NONE" };
    c->r->cases++;
    for (size_t k = 0; k < n; k++) {
        struct m_owed owed[2];
        if (log[k].version != (int)k + 1)
            sim_fault(c, &log[k].subject, "version %zu is missing", k + 1);
        bool closes = strcmp(log[k].code, "CASE_CLOSED") == 0;
        c->r->closed += closes;
        c->r->reached += strcmp(log[k].code, "WAITING_FOR_CUSTOMER") == 0 && strcmp(log[k].action, "reached") == 0;
        if (closes && !m_may_close(&file, &log[k]))
            sim_fault(c, &log[k].subject, "version %d: closed as %s by %s while it is %s and %d bags are awaited",
                      log[k].version, log[k].reason, log[k].carrier, file.state, (int)file.awaited);
        m_case_step(&file, &log[k]);
        if (is_level(&log[k]))
            level(c, &log[k], kept, n_kept);
        else if (is_move(&log[k]))
            move(c, &log[k], kept, &n_kept);
        else
            settle(c, &log[k], owed, m_owed_of_case(&file, log[k].recorded, owed), kept, &n_kept);
    }
    last_look(c, &log->subject, kept, n_kept);
}

static void check_cases(struct checking *c)
{
    for (size_t at = 0, n; at < c->n_events; at += n) {
        struct m_event *log = sim_log_of(c, &c->events[at].subject, &n);
        if (!log->of_bag && strncmp(log->code, "MANDATE_", 8) != 0)
            check_case(c, log, n);
    }
}

/* --- the log as a whole, and what was answered --- */

static void check_log(struct checking *c)
{
    struct bw_rows rows = { 0 };
    sim_rows_of(c, TEST_STMT_SIM_LOG, BW_NO_PARAMS, &rows);
    static const char *const zero[] = { "unstamped", "holes", "wrong", "doubled", "levels" };
    for (size_t k = 0; k < BW_LEN(zero); k++)
        if (bw_rows_i64(&rows, 0, zero[k]) != 0)
            sim_fault(c, NULL, "%s: %" PRId64, zero[k], bw_rows_i64(&rows, 0, zero[k]));
    bw_rows_done(&rows);
}

static int by_uid(const void *a, const void *b)
{
    return memcmp(&(*(const struct m_event *const *)a)->uid, &(*(const struct m_event *const *)b)->uid,
                  sizeof(struct bw_uuid));
}

static int by_event_id(const void *a, const void *b)
{
    return strcmp((*(const struct m_event *const *)a)->event_id, (*(const struct m_event *const *)b)->event_id);
}

static bool there(const struct m_event **sorted, size_t n, const struct m_event *like,
                  int (*compare)(const void *, const void *))
{
    return bsearch(&like, sorted, n, sizeof *sorted, compare) != NULL;
}

/* Every answer is kept: what was stored is there (once: check_log), what was refused left no trace. */
static void check_answers(struct checking *c)
{
    const struct m_event **uids = calloc(c->n_events + 1, sizeof *uids), **ids = calloc(c->n_events + 1, sizeof *ids);
    BW_ASSERT(uids && ids);
    for (size_t k = 0; k < c->n_events; k++)
        uids[k] = ids[k] = &c->events[k];
    qsort(uids, c->n_events, sizeof *uids, by_uid);
    qsort(ids, c->n_events, sizeof *ids, by_event_id);
    for (size_t k = 0; k < c->t->n; k++) {
        const struct sim_statement *s = &c->t->v[k];
        struct m_event like = { .uid = s->uid };
        (void)snprintf(like.event_id, sizeof like.event_id, "%s", s->event_id);
        bool id = s->kind == SIM_EVENT && there(ids, c->n_events, &like, by_event_id);
        size_t *counts[] = { &c->r->unanswered, &c->r->stored, &c->r->repeated, &c->r->refused, &c->r->conflicts };
        (*counts[s->answer])++;
        c->r->in_bodies += s->body != 0;
        c->r->in_gzip += s->body && s->gzip;
        if (s->answer == SIM_UNANSWERED || (!s->uncertain && (s->answer == SIM_REFUSED) != s->malformed) ||
            (s->answer == SIM_CONFLICT && !s->contested))
            sim_fault(c, NULL, "answered %d: %s", s->answer, s->text);
        if (s->answer == SIM_STORED && s->kind == SIM_EVENT && !there(uids, c->n_events, &like, by_uid))
            sim_fault(c, NULL, "acknowledged and lost: %s", s->text);
        if (s->answer == SIM_REPEATED && s->kind == SIM_EVENT && !id)
            sim_fault(c, NULL, "called a duplicate of what is not there: %s", s->text);
        if (s->malformed && id)
            sim_fault(c, NULL, "refused and stored: %s", s->text);
    }
    free(uids);
    free(ids);
}

static void tell(void *ctx, const char *line)
{
    sim_fault(ctx, NULL, "verify: %s", line);
}

void sim_check(const char *owner, const struct sim_traffic *t, bw_time now, struct sim_checked *ret)
{
    struct checking c = { .t = t, .r = ret, .now = now };
    struct bw_verify_result verified = { 0 };
    struct bw_error err = { 0 };
    *ret = (struct sim_checked){ 0 };
    const struct bw_verify_options o = { .conninfo = owner, .parts = BW_VERIFY_ALL, .tell = tell, .ctx = &c };
    if (bw_verify(&o, &verified, &err) != BW_OK)
        sim_fault(&c, NULL, "verify: %s", err.detail);
    c.pg = db_session(owner, BW_SET_QUERY | BW_SET_ADMIN);
    sim_read_log(&c);
    sim_read_promises(&c);
    sim_read_bags(&c);
    sim_rows_of(&c, TEST_STMT_SIM_OUTAGES, BW_NO_PARAMS, &c.outages);
    qsort(c.events, c.n_events, sizeof *c.events, by_subject);
    sim_check_mandates(&c);
    ret->events = c.n_events;
    ret->bags = c.n_bags;
    check_log(&c);
    check_answers(&c);
    for (size_t k = 0; k < c.n_bags; k++)
        check_bag(&c, &c.bags[k]);
    check_cases(&c);
    if (ret->promises != c.n_promises && ret->judged == c.n_bags)
        sim_fault(&c, NULL, "%zu promises follow from the log, %zu are kept", ret->promises, c.n_promises);
    bw_rows_done(&c.outages);
    bw_pg_free(c.pg);
    for (size_t k = 0; k < c.n_events; k++) {
        free(c.events[k].replaces);
        free(c.events[k].stations);
        free(c.events[k].codes);
        free(c.events[k].route);
    }
    free(c.events);
    free(c.promises);
    free(c.bags);
}
