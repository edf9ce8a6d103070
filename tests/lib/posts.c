/* SPDX-License-Identifier: Apache-2.0 */
/* posts.c - see posts.h. */
#include "posts.h"

#include "bw/domain/event_in.h"

static void post_finished(struct bw_work *work)
{
    struct post *p = work->ctx;
    if (p->look)
        p->look(p);
    bw_lock(&p->mu);
    p->finished = true;
    p->calls++;
    bw_cond_signal(&p->cond);
    bw_unlock(&p->mu);
}

void post_init(struct post *p)
{
    *p = (struct post){ .finished = false };
    bw_arena_init(&p->arena, (size_t)8 << 20);
    bw_mutex_init(&p->mu);
    bw_cond_init(&p->cond);
    p->work.items = p->items;
    p->work.arena = &p->arena;
    p->work.done = post_finished;
    p->work.ctx = p;
}

void post_done(struct post *p)
{
    bw_cond_done(&p->cond);
    bw_mutex_done(&p->mu);
    bw_arena_done(&p->arena);
}

/* Adds one body, said by the carrier's own key or by a person of it. */
struct bw_item *post_add_as(struct post *p, const char *carrier, enum bw_voice voice, const char *json)
{
    BW_ASSERT(p->work.n < POST_ITEMS);
    struct bw_item *item = &p->items[p->work.n++];
    struct bw_faults *f = BW_NEW(&p->arena, struct bw_faults);
    struct bw_str speaks = bw_str_c(carrier);
    char *sender = bw_arena_printf(&p->arena, voice == BW_VOICE_STAFF ? "%s.u00000001" : "%s", carrier);
    BW_ASSERT(f && sender);
    bw_faults_init(f, &p->arena);
    const struct bw_event_ctx ctx = {
        .voice = voice, .sender = bw_str_c(sender), .carriers = &speaks, .n_carriers = 1, .now = bw_clock_wall()
    };
    if (bw_event_in(bw_str_c(json), &ctx, &p->arena, &item->ev, f) != BW_OK) {
        fprintf(stderr, "%s: %.*s\n", json, BW_FMT(f->n ? f->v[0].detail : BW_STR("refused")));
        abort();
    }
    return item;
}

struct bw_item *post_add(struct post *p, const char *carrier, const char *json)
{
    return post_add_as(p, carrier, BW_VOICE_CARRIER, json);
}

struct bw_item *post_add_file(struct post *p, const char *ref, const char *const *plates, size_t n)
{
    struct bw_case_new *made = BW_NEW(&p->arena, struct bw_case_new);
    struct bw_ident *bags = BW_NEW_ARRAY(&p->arena, struct bw_ident, n);
    const char *why;
    BW_ASSERT(made && bags);
    for (size_t k = 0; k < n; k++) {
        bool ok = bw_ident_parse(bw_str_c(plates[k]), BW_DATE_NONE, &bags[k], &why);
        BW_ASSERT(ok);
    }
    struct bw_item *item = &p->items[p->work.n++];
    struct bw_event *ev = &item->ev;
    bw_event_init(ev);
    ev->code = BW_EV_CASE_OPENED;
    ev->source = BW_SRC_STAFF;
    ev->subject = BW_SUBJECT_CASE;
    ev->occurred_at = bw_clock_wall();
    ev->ident.kind = BW_IDENT_REF;
    bw_str_put(bw_str_c(ref), ev->ident.value, sizeof ev->ident.value);
    bw_str_put(bw_str_c(ref), ev->event_id, sizeof ev->event_id);
    bw_str_put(BW_STR("IB.u00000001"), ev->sender, sizeof ev->sender);
    bw_str_put(BW_STR("IB"), ev->carrier, sizeof ev->carrier);
    bw_str_put(BW_STR("MAD"), ev->station, sizeof ev->station);
    made->case_id = bw_id_with_bucket(bw_uuid_v7(bw_clock_wall()), bw_ident_bucket(&ev->ident));
    bw_str_put(bw_str_c(ref), made->ref, sizeof made->ref);
    bw_str_put(BW_STR("MAD"), made->station, sizeof made->station);
    bw_str_put(BW_STR("IB"), made->opener, sizeof made->opener);
    made->bags = bags;
    made->n_bags = n;
    made->sealed.details = BW_STR("{\"passenger\":{\"surname\":\"HIDDEN\"}}");
    made->sealed.search.names = BW_STR("sample");
    struct bw_hash link = bw_sha256(bw_str_c(ref));
    made->link_hash = link;
    item->new_case = made;
    return item;
}

static struct bw_item *add_step(struct post *p, enum bw_event_code code, const struct bw_uuid *case_id,
                                const char *carrier, const char *reason)
{
    char text[BW_UUID_TEXT];
    BW_ASSERT(p->work.n < POST_ITEMS);
    struct bw_item *item = &p->items[p->work.n++];
    struct bw_event *ev = &item->ev;
    bw_event_init(ev);
    ev->code = code;
    ev->subject = BW_SUBJECT_CASE;
    ev->source = BW_SRC_STAFF;
    ev->occurred_at = bw_clock_wall();
    ev->ident.kind = BW_IDENT_ID;
    bw_str_put(bw_str_c(bw_uuid_text(case_id, text)), ev->ident.value, sizeof ev->ident.value);
    (void)snprintf(ev->sender, sizeof ev->sender, "%s.u00000001", carrier);
    bw_str_put(bw_str_c(carrier), ev->carrier, sizeof ev->carrier);
    bw_str_put(bw_str_c(reason), ev->reason, sizeof ev->reason);
    return item;
}

struct bw_item *post_add_closing(struct post *p, const struct bw_uuid *case_id, const char *carrier,
                                 const char *event_id)
{
    struct bw_item *fault = add_step(p, BW_EV_FAULT_CODED, case_id, carrier, "79");
    (void)snprintf(fault->ev.event_id, sizeof fault->ev.event_id, "%.50s.fault", event_id);
    bw_str_put(BW_STR("LHR"), fault->ev.station, sizeof fault->ev.station);
    struct bw_item *end = add_step(p, BW_EV_CASE_CLOSED, case_id, carrier, "withdrawn");
    bw_str_put(bw_str_c(event_id), end->ev.event_id, sizeof end->ev.event_id);
    return end;
}

bw_code post_send(struct bw_writer *w, struct post *p)
{
    struct bw_error err = { 0 };
    return bw_writer_submit(w, &p->work, &err);
}

/* Waits for done(), at most 60 s. */
void post_wait(struct post *p)
{
    bw_time until = bw_clock_mono() + 60 * BW_SECOND;
    bw_lock(&p->mu);
    while (!p->finished)
        BW_ASSERT(bw_cond_wait_until(&p->cond, &p->mu, until));
    bw_unlock(&p->mu);
}

/* Sends and waits; the code of the whole. */
bw_code post_run(struct bw_writer *w, struct post *p)
{
    bw_code code = post_send(w, p);
    if (code != BW_OK)
        return code;
    post_wait(p);
    return p->work.rc;
}

/* --- writers ----------------------------------------------------------------------------------------------------- */

static const struct bw_world *posts_world(void *ctx)
{
    return ctx;
}
static void posts_release(void *ctx, const struct bw_world *world)
{
    (void)ctx;
    (void)world;
}

struct bw_writer_options posts_options(struct bwt_door *d, const char *instance)
{
    return (struct bw_writer_options){ .conninfo = d->cluster.app,
                                       .role = "bagwatch_app",
                                       .keys = &d->keys,
                                       .world = posts_world,
                                       .release = posts_release,
                                       .world_ctx = &d->world,
                                       .instance = instance };
}

/* Not yet started: what is submitted before bw_writer_start is one batch. */
struct bw_writer *posts_writer(const struct bw_writer_options *o)
{
    struct bw_error err = { 0 };
    struct bw_writer *w = NULL;
    if (bw_writer_new(o, &w, &err) != BW_OK) {
        fprintf(stderr, "writer: %s\n", err.detail);
        abort();
    }
    return w;
}

void posts_start(struct bw_writer *w)
{
    struct bw_error err = { 0 };
    bw_code code = bw_writer_start(w, &err);
    BW_ASSERT(code == BW_OK);
}

void posts_end(struct bw_writer *w)
{
    bw_writer_stop(w);
    bw_writer_free(w);
}

/* One batch of all the posts by one thread of a writer of its own. */
void posts_as_one_batch(struct bwt_door *d, struct post *posts, size_t n)
{
    struct bw_writer_options o = posts_options(d, "one batch");
    o.threads = 1;
    o.batch_max = 4096;
    struct bw_writer *w = posts_writer(&o);
    for (size_t k = 0; k < n; k++) {
        bw_code code = post_send(w, &posts[k]);
        BW_ASSERT(code == BW_OK);
    }
    posts_start(w);
    for (size_t k = 0; k < n; k++)
        post_wait(&posts[k]);
    posts_end(w);
}

/* --- questions --- */

/* First column of the first row of any question, as the superuser; "" for none or NULL.  Valid until the next call. */
const char *ask(struct bwt_door *d, const char *fmt, ...)
{
    static char answer[8192];
    char question[4096];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(question, sizeof question, fmt, args);
    va_end(args);
    BW_ASSERT(n > 0 && (size_t)n < sizeof question);
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    struct bw_pg *pg = db_session(d->cluster.owner, BW_SET_QUERY);
    bw_code code = bw_pg_query(pg, TEST_STMT_SCALAR, BW_PARAMS(bw_p_c(question)), &rows, &err);
    if (code != BW_OK) {
        fprintf(stderr, "%s: %s\n", question, err.detail);
        abort();
    }
    bw_str_put(bw_str_take(bw_rows_text(&rows, 0, "value"), sizeof answer - 1), answer, sizeof answer);
    bw_rows_done(&rows);
    bw_pg_free(pg);
    return answer;
}

int64_t ask_number(const char *text)
{
    int64_t v = 0;
    bool ok = !text[0] || bw_str_to_i64(bw_str_c(text), INT64_MIN, INT64_MAX, &v);
    BW_ASSERT(ok);
    return v;
}

bool await(bool (*check)(void *ctx), void *ctx, bw_time limit)
{
    for (bw_time end = bw_clock_mono() + limit; bw_clock_mono() < end; pause_ms(2))
        if (check(ctx))
            return true;
    return check(ctx);
}

void pause_ms(int ms)
{
    const struct timespec step = { ms / 1000, (long)(ms % 1000) * 1000000 };
    (void)nanosleep(&step, NULL);
}

/* --- the gate --- */

struct bw_pg *gate_close(struct bwt_door *d, const char *table)
{
    struct bw_error err = { 0 };
    char sql[160];
    struct bw_pg *pg = db_session(d->cluster.owner, BW_SET_QUERY);
    (void)snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE %s IN SHARE MODE", table);
    bw_code code = bw_pg_script(pg, "gate", bw_str_c(sql), &err);
    BW_ASSERT(code == BW_OK);
    return pg;
}

struct waiting {
    struct bwt_door *door;
    int n;
};

static bool wait_at_lock(void *ctx)
{
    const struct waiting *w = ctx;
    return ask_i64(w->door, "SELECT count(*) FROM pg_stat_activity "
                            "WHERE wait_event_type = 'Lock' AND application_name LIKE 'writer%%'") >= w->n;
}

void gate_wait(struct bwt_door *d, int n)
{
    struct waiting w = { d, n };
    /* The writers' lock_timeout is 2 s; on a busy machine one of them may come up to it again before the other is
     * there. */
    bool there = await(wait_at_lock, &w, 6 * BW_SECOND);
    BW_ASSERT(there);
}

void gate_open(struct bw_pg *gate)
{
    struct bw_error err = { 0 };
    bw_code code = bw_pg_script(gate, "gate", BW_STR("COMMIT"), &err);
    BW_ASSERT(code == BW_OK);
    bw_pg_free(gate);
}

/* --- a bag folded anew --- */

/* Adds the log of one bag; returns how many events there are now. */
static size_t take_log(struct bwt_door *d, const struct bw_uuid *id, struct bw_arena *arena, const struct bw_event **to,
                       size_t n, size_t max)
{
    struct bw_error err = { 0 };
    struct bw_rows rows = { 0 };
    int16_t bucket = bw_id_bucket(id);
    bw_code code = bw_pg_query(d->pg, BW_STMT_EVENT_HISTORY,
                               BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1), bw_p_i32(5000)), &rows, &err);
    BW_ASSERT(code == BW_OK && n + rows.n <= max);
    for (size_t k = 0; k < rows.n; k++) {
        struct bw_event *ev = BW_NEW(arena, struct bw_event);
        bool read = ev && bw_row_event(&rows, k, arena, ev);
        BW_ASSERT(read && ev->version == (int32_t)k + 1); /* versions without holes */
        to[n++] = ev;
    }
    bw_rows_done(&rows);
    return n;
}

bool bag_equals_fold(struct bwt_door *d, const struct bw_uuid *id)
{
    enum { MOST = 6000 };
    static const struct bw_event *log[MOST];
    struct bw_arena arena;
    bw_arena_init(&arena, (size_t)64 << 20);
    struct bw_bag row = bwt_bag(d, id), again = row;
    size_t n = take_log(d, id, &arena, log, 0, MOST);
    bool whole = (size_t)row.version == n;
    for (size_t k = 0; k < row.n_members; k++)
        n = take_log(d, &row.members[k], &arena, log, n, MOST);
    for (size_t k = 0; k < row.n_parted; k++)
        n = take_log(d, &row.parted[k], &arena, log, n, MOST);
    again.events = (int32_t)bw_bag_fold(&again, log, n, &d->world, NULL);
    struct bw_buf a, b;
    bw_buf_init(&a, 65536);
    bw_buf_init(&b, 65536);
    bw_bag_pack(&row, &a);
    bw_bag_pack(&again, &b);
    bool same = whole && bw_str_eq(bw_buf_view(&a), bw_buf_view(&b));
    bw_buf_done(&a);
    bw_buf_done(&b);
    bw_arena_done(&arena);
    return same;
}
