/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bw/app/cases.h"
#include "bw/app/doors.h"
#include "bw/app/ingest.h"
#include "bw/app/world.h"
#include "bw/base/log.h"
#include "bw/base/sync.h"
#include "demo_story.h"
#include "policies_int.h"

#define PLATE "0125728359"
#define POLICIES_ARENA (16u << 20)

struct bw_demo {
    /* set at new, then read-only */
    struct bw_demo_options o;
    bw_time began; /* wall clock of step 0; BW_TIME_NONE: played before */
    struct bw_principal ba, ib, agent;
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_cond cond;
    bool stopping;
    pthread_t thread;
    bool running;
};

/* --- who plays --- */

struct cast {
    FILE *out;
    struct bw_pg *pg;
    struct bw_demo *demo;
    bw_time now;
};

static bw_code make_key(struct cast *c, const char *code, const char *name, struct bw_principal *who,
                        struct bw_error *err)
{
    struct bw_key_new key = { .organisation = bw_str_c(code),
                              .scopes = BW_SCOPE_EVENTS | BW_SCOPE_READ | BW_SCOPE_CASES,
                              .expires_at = BW_TIME_NONE };
    struct bw_key_made made;
    bw_code rc = bw_org_ensure(c->pg, bw_str_c(code), bw_str_c(name), "carrier", c->now, err);
    rc = rc == BW_OK ? bw_key_create(c->pg, &key, c->now, &made, err) : rc;
    if (rc != BW_OK)
        return rc;
    *who = (struct bw_principal){ .kind = BW_P_KEY, .id = made.id, .n_carriers = 1, .expires_at = BW_TIME_NONE };
    bw_str_put(bw_str_c(code), who->organisation, sizeof who->organisation);
    bw_str_put(bw_str_c(code), who->carriers[0], sizeof who->carriers[0]);
    (void)fprintf(c->out, "key-%s %s\n", code, made.token);
    bw_wipe(&made, sizeof made);
    return BW_OK;
}

static bw_code make_account(struct cast *c, const char *name, const char *organisation, const char *role,
                            struct bw_principal *who, struct bw_error *err)
{
    char password[17];
    bw_random_base62(password, 16);
    struct bw_account_new account = { .name = bw_str_c(name),
                                      .organisation = bw_str_c(organisation),
                                      .role = bw_str_c(role),
                                      .password = bw_str_c(password) };
    struct bw_uuid id;
    bw_code rc = bw_account_create(c->pg, &account, c->demo->o.password_log2_n, c->now, &id, err);
    if (rc != BW_OK)
        return rc;
    (void)fprintf(c->out, "login-%s %s\n", name, password);
    bw_wipe(password, sizeof password);
    if (!who)
        return BW_OK;
    *who = (struct bw_principal){ .kind = BW_P_ACCOUNT, .id = id, .n_carriers = 1, .expires_at = BW_TIME_NONE };
    bw_str_put(bw_str_c(organisation), who->organisation, sizeof who->organisation);
    bw_str_put(bw_str_c(organisation), who->carriers[0], sizeof who->carriers[0]);
    return BW_OK;
}

/* An hour takes a minute, and at once: no rule is asked, which would give a day's notice. */
static bw_code tell_policies(struct cast *c, const struct bw_principal *admin, struct bw_policy_book *book,
                             struct bw_arena *arena, struct bw_error *err)
{
    bw_code rc = BW_OK;
    for (int owed = 0; rc == BW_OK && owed < BW_OWE_MAX; owed++) {
        const struct bw_owed_row *row = bw_owed_row((enum bw_owed)owed);
        struct bw_policy_work *w = BW_NEW(arena, struct bw_policy_work);
        if (!w)
            return bw_fail(err, BW_E_NOMEM, NULL, "policies of the demo");
        *w = (struct bw_policy_work){ .book = book,
                                      .p = { .minutes = row->minutes < 60 ? 1 : row->minutes / 60,
                                             .valid_from = c->now,
                                             .told_at = c->now,
                                             .n_steps = 3,
                                             .steps = { 0, 2, 6 } } };
        bw_str_put(bw_str_c(row->word), w->p.owed, sizeof w->p.owed);
        bw_str_put(bw_str_c(book->carrier), w->p.carrier, sizeof w->p.carrier);
        rc = bw_policy_event(admin, c->now, arena, w, err);
        rc = rc == BW_OK ? bw_writer_wait(c->demo->o.app->writer, &w->work, err) : rc;
        book->version++;
    }
    return rc;
}

static bw_code make_policies(struct cast *c, const struct bw_principal *admin, struct bw_error *err)
{
    static const char *const carriers[] = { "BA", "IB" };
    struct bw_arena arena;
    bw_code rc = BW_OK;
    bw_arena_init(&arena, POLICIES_ARENA);
    for (size_t k = 0; rc == BW_OK && k < BW_LEN(carriers); k++) {
        struct bw_policy_book *book = NULL;
        rc = bw_policy_book_read(c->pg, carriers[k], c->now, &arena, &book, err);
        rc = rc == BW_OK ? tell_policies(c, admin, book, &arena, err) : rc;
    }
    bw_arena_done(&arena);
    return rc;
}

static bw_code make_cast(struct cast *c, struct bw_error *err)
{
    struct bw_demo *d = c->demo;
    struct bw_principal admin = { .kind = BW_P_ACCOUNT };
    bw_code rc = make_key(c, "BA", "British Airways", &d->ba, err);
    rc = rc == BW_OK ? make_key(c, "IB", "Iberia", &d->ib, err) : rc;
    rc = rc == BW_OK ? bw_org_ensure(c->pg, BW_STR("AUDIT"), BW_STR("Auditors"), "auditor", c->now, err) : rc;
    rc = rc == BW_OK ? bw_org_ensure(c->pg, BW_STR("OPS"), BW_STR("Operator"), "operator", c->now, err) : rc;
    rc = rc == BW_OK ? make_account(c, "agent-ib", "IB", "agent", &d->agent, err) : rc;
    rc = rc == BW_OK ? make_account(c, "agent-ba", "BA", "agent", NULL, err) : rc;
    rc = rc == BW_OK ? make_account(c, "auditor", "AUDIT", "auditor", NULL, err) : rc;
    rc = rc == BW_OK ? make_account(c, "admin", "OPS", "admin", &admin, err) : rc;
    rc = rc == BW_OK ? make_account(c, "supervisor-ib", "IB", "supervisor", NULL, err) : rc;
    rc = rc == BW_OK ? make_policies(c, &admin, err) : rc;
    return rc == BW_OK ? bw_worlds_load(d->o.app->worlds, c->pg, NULL, err) : rc;
}

/* --- posting --- */

static void put_rest(struct bw_buf *b, const char *rest, bw_time began)
{
    char day[BW_DATE_TEXT], at[BW_TIME_TEXT];
    for (const char *p = rest; *p; p++) {
        if (*p != '%') {
            bw_buf_ch(b, *p);
            continue;
        }
        switch (*++p) {
        case 'D':
            bw_buf_c(b, bw_date_text(bw_date_of(began), day));
            break;
        case 'F':
            bw_buf_c(b, bw_time_text(began + 1060 * BW_SECOND, at));
            break;
        case 'U':
            bw_buf_c(b, bw_time_text(began + 1240 * BW_SECOND, at));
            break;
        default:
            bw_buf_c(b, bw_time_text(began + 510 * BW_SECOND, at));
            break;
        }
    }
}

static bw_code play(struct bw_demo *d, size_t which, struct bw_error *err)
{
    const struct bw_demo_step *s = &steps[which];
    const struct bw_principal *who = s->staff ? &d->agent : strcmp(s->carrier, "BA") == 0 ? &d->ba : &d->ib;
    char at[BW_TIME_TEXT], day[BW_DATE_TEXT];
    struct bw_arena arena;
    struct bw_buf body;
    struct bw_work work;
    bw_arena_init(&arena, (size_t)4 << 20);
    bw_buf_init(&body, 8192);
    bw_buf_printf(&body,
                  "{\"event_id\":\"demo-%zu\",\"plate\":\"" PLATE
                  "\",\"travel_date\":\"%s\",\"code\":\"%s\",\"occurred_at\":\"%s\",",
                  which + 1, bw_date_text(bw_date_of(d->began), day), s->code,
                  bw_time_text(d->began + s->occurred_at * BW_SECOND, at));
    put_rest(&body, s->rest, d->began);
    bw_buf_ch(&body, '}');
    struct bw_faults *f = BW_NEW(&arena, struct bw_faults);
    bw_code rc = f && bw_buf_ok(&body) ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for the demo");
    if (rc == BW_OK) {
        bw_faults_init(f, &arena);
        rc = bw_ingest_event(who, bw_buf_view(&body), bw_clock_wall(), &arena, &work, f);
        if (rc != BW_OK && f->n)
            (void)bw_fail(err, rc, NULL, "%.*s: %.*s", BW_FMT(f->v[0].pointer), BW_FMT(f->v[0].detail));
    }
    rc = rc == BW_OK ? bw_writer_wait(d->o.app->writer, &work, err) : rc;
    bw_buf_done(&body);
    bw_arena_done(&arena);
    return rc;
}

static bw_code open_case(struct cast *c, struct bw_error *err)
{
    struct bw_demo *d = c->demo;
    struct bw_arena arena;
    struct bw_case_request *rq = NULL;
    struct bw_faults *f;
    char day[BW_DATE_TEXT];
    bw_arena_init(&arena, (size_t)4 << 20);
    f = BW_NEW(&arena, struct bw_faults);
    (void)bw_date_text(bw_date_of(d->began), day);
    char *body =
        bw_arena_printf(&arena,
                        "{\"plate\":\"" PLATE "\",\"travel_date\":\"%s\",\"station\":\"MAD\","
                        "\"passenger\":{\"surname\":\"SAMPLE\",\"given\":\"ANA\"},\"description\":\"blue upright, "
                        "BU22\","
                        "\"itinerary\":[{\"flight\":\"BA178\",\"date\":\"%s\",\"from\":\"JFK\",\"to\":\"LHR\"},"
                        "{\"flight\":\"IB3167\",\"date\":\"%s\",\"from\":\"LHR\",\"to\":\"MAD\"}]}",
                        day, day, day);
    bw_code rc = f && body ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for the demo");
    if (rc == BW_OK) {
        bw_faults_init(f, &arena);
        rc = bw_case_request(d->o.app, &d->agent, bw_str_c(body), bw_clock_wall(), &arena, &rq, f);
    }
    rc = rc == BW_OK ? bw_case_number(c->pg, rq, bw_clock_wall(), err) : rc;
    rc = rc == BW_OK ? bw_writer_wait(d->o.app->writer, &rq->work, err) : rc;
    if (rc == BW_OK)
        (void)fprintf(c->out, "reference %s\ncustomer %s/t/%s\nplate " PLATE "\ntravel-date %s\n", rq->new_case.ref,
                      d->o.origin, rq->token, day);
    bw_arena_done(&arena);
    return rc;
}

/* Everything that stands at the start: scans of the journey so far, and the file. */
static bw_code set_stage(struct cast *c, struct bw_error *err)
{
    bw_code rc = make_cast(c, err);
    c->demo->began = bw_clock_wall();
    for (size_t k = 0; rc == BW_OK && k < BW_LEN(steps) && steps[k].post_at < CASE_AT; k++)
        rc = play(c->demo, k, err);
    return rc == BW_OK ? open_case(c, err) : rc;
}

/* --- DATA/demo.txt --- */

static void tell(const char *file)
{
    char line[256];
    FILE *in = fopen(file, "re");
    if (!in)
        return;
    (void)printf("\nThe demo (kept in %s):\n", file);
    while (fgets(line, sizeof line, in))
        (void)printf("  %s", line);
    (void)printf("\n");
    (void)fflush(stdout);
    (void)fclose(in);
}

static bw_code make_file(struct bw_demo *d, struct bw_error *err)
{
    char made[512];
    int n = snprintf(made, sizeof made, "%s.new", d->o.file);
    if (n < 0 || (size_t)n >= sizeof made)
        return bw_fail(err, BW_E_CONFIG, "data", "the path of the data folder is too long");
    int fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct cast c = { .out = fd < 0 ? NULL : fdopen(fd, "w"), .demo = d, .now = bw_clock_wall() };
    if (!c.out)
        return bw_fail(err, BW_E_IO, "data", "cannot write %s: %s", made, strerror(errno));
    struct bw_pg_options pg = {
        .conninfo = d->o.conninfo, .role = d->o.role, .name = "demo", .sets = BW_SET_ADMIN | BW_SET_QUERY
    };
    bw_code rc = bw_pg_new(&pg, &c.pg, err);
    rc = rc == BW_OK ? bw_pg_ensure(c.pg, err) : rc;
    rc = rc == BW_OK ? set_stage(&c, err) : rc;
    bw_pg_free(c.pg);
    if (rc == BW_OK) {
        (void)fprintf(c.out, "home %s/\nlook-up %s/desk\nreport %s/report\n", d->o.origin, d->o.origin, d->o.origin);
        if (fflush(c.out) != 0 || fsync(fd) != 0 || rename(made, d->o.file) != 0)
            rc = bw_fail(err, BW_E_IO, "data", "cannot keep %s: %s", d->o.file, strerror(errno));
    }
    (void)fclose(c.out);
    return rc;
}

bw_code bw_demo_new(const struct bw_demo_options *o, struct bw_demo **ret_take, struct bw_error *err)
{
    struct bw_demo *d = calloc(1, sizeof *d);
    if (!d)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the demo");
    d->o = *o;
    d->began = BW_TIME_NONE;
    bw_mutex_init(&d->mu);
    bw_cond_init(&d->cond);
    bw_code rc = access(o->file, R_OK) == 0 ? BW_OK : make_file(d, err);
    if (rc != BW_OK) {
        bw_demo_free(d);
        return rc;
    }
    tell(o->file);
    *ret_take = d;
    return BW_OK;
}

/* --- the rest of the story --- */

/* False when it is time to stop. */
static bool wait_until(struct bw_demo *d, bw_time mono)
{
    bool go_on;
    bw_lock(&d->mu);
    while (!d->stopping && bw_clock_mono() < mono)
        (void)bw_cond_wait_until(&d->cond, &d->mu, mono);
    go_on = !d->stopping;
    bw_unlock(&d->mu);
    return go_on;
}

static void *run(void *arg)
{
    struct bw_demo *d = arg;
    bw_time start = bw_clock_mono() - (bw_clock_wall() - d->began);
    for (size_t k = 0; k < BW_LEN(steps); k++) {
        struct bw_error err = { 0 };
        if (steps[k].post_at < CASE_AT)
            continue;
        if (!wait_until(d, start + steps[k].post_at * BW_SECOND))
            return NULL;
        bw_code rc = play(d, k, &err);
        bw_log(rc == BW_OK ? BW_INFO : BW_WARN, "demo.step", BW_LC("code", steps[k].code),
               BW_LC("by", steps[k].carrier), BW_LC("why", err.detail));
    }
    return NULL;
}

bw_code bw_demo_start(struct bw_demo *demo, struct bw_error *err)
{
    if (demo->began == BW_TIME_NONE)
        return BW_OK;
    bw_code rc = bw_thread_start(&demo->thread, "demo", run, demo, err);
    demo->running = rc == BW_OK;
    return rc;
}

void bw_demo_stop(struct bw_demo *demo)
{
    if (!demo || !demo->running)
        return;
    bw_lock(&demo->mu);
    demo->stopping = true;
    bw_cond_broadcast(&demo->cond);
    bw_unlock(&demo->mu);
    (void)pthread_join(demo->thread, NULL);
    demo->running = false;
}

void bw_demo_free(struct bw_demo *demo)
{
    if (!demo)
        return;
    bw_cond_done(&demo->cond);
    bw_mutex_done(&demo->mu);
    free(demo);
}
