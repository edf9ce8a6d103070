/* SPDX-License-Identifier: Apache-2.0 */
/* leg_acts.c - what people do: join and part records (BAG-02), code the fault and close a file (CASE-04), let the
 * handler speak and take that back (SEC-10), through the use cases that the pages and the API call. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bw/app/case_steps.h"
#include "bw/app/links.h"
#include "leg.h"

/* --- waiting for one work --- */

struct waiting {
    struct bw_mutex mu;
    struct bw_cond cond;
    bool done;
};

static void on_done(struct bw_work *work)
{
    struct waiting *w = work->ctx;
    bw_lock(&w->mu);
    w->done = true;
    bw_cond_signal(&w->cond);
    bw_unlock(&w->mu);
}

/* What became of its only item; SIM_UNANSWERED where the writer is busy, or without a database. */
static uint8_t store(struct leg *leg, struct bw_work *work, uint64_t *rng)
{
    static struct waiting w;
    struct bw_error err = { 0 };
    bw_time end = bw_clock_mono() + PATIENCE_S * BW_SECOND;
    w.done = false;
    bw_mutex_init(&w.mu);
    bw_cond_init(&w.cond);
    work->done = on_done;
    work->ctx = &w;
    if (bw_writer_submit(leg->writers[sim_random(rng) % 2], work, &err) != BW_OK)
        return SIM_UNANSWERED;
    bw_lock(&w.mu);
    while (!w.done)
        if (!bw_cond_wait_until(&w.cond, &w.mu, end))
            _exit(4);
    bw_unlock(&w.mu);
    return work->rc == BW_OK ? sim_answer_of(&work->items[0]) : SIM_UNANSWERED;
}

/* What the database says may be no; whatever else goes wrong is the test's. */
static bool refused(bw_code code, const struct bw_error *err, const char *what)
{
    if (code != BW_E_NOT_FOUND && code != BW_E_LINK && code != BW_E_CASE_STEP && code != BW_E_FORBIDDEN)
        sim_must(code, err, what);
    return code != BW_OK;
}

/* "<plate> <body>" */
static struct bw_str parts_of(const struct sim_statement *s, struct bw_ident *ret)
{
    const char *why = "";
    struct bw_str body = bw_str_c(s->text), plate = bw_str_split(&body, ' ');
    bool is = bw_ident_parse(plate, BW_DATE_NONE, ret, &why);
    BW_ASSERT(is);
    return body;
}

/* --- records --- */

static uint8_t join_or_part(struct leg *leg, const struct sim_statement *s, struct bw_arena *arena, uint64_t *rng)
{
    struct bw_principal who = sim_speaker(leg, s);
    struct bw_link_request *rq;
    struct bw_ident bag;
    struct bw_faults f;
    struct bw_error err = { 0 };
    who.every_carrier = true; /* sees both, whoever spoke of them */
    struct bw_str body = parts_of(s, &bag);
    bw_faults_init(&f, arena);
    sim_must(bw_link_request(&who, s->kind == SIM_JOIN, &bag, body, arena, &rq, &f), &err, "a link's body");
    if (refused(bw_link_find(leg->pg, &who, rq, arena, &err), &err, "link"))
        return SIM_REFUSED;
    return store(leg, &rq->work, rng);
}

/* --- files --- */

static uint8_t step(struct leg *leg, const struct bw_principal *who, enum bw_case_verb verb, const char *ref,
                    struct bw_str body, struct bw_arena *arena, uint64_t *rng)
{
    const struct bw_app app = { .keys = &leg->r->keys };
    struct bw_case_step_request *rq;
    struct bw_faults f;
    struct bw_error err = { 0 };
    bw_faults_init(&f, arena);
    sim_must(bw_case_step_request(who, verb, bw_str_c(ref), body, bw_clock_wall(), arena, &rq, &f), &err,
             "a step's body");
    if (refused(bw_case_step_find(&app, leg->pg, who, rq, bw_clock_wall(), arena, &err), &err, "step"))
        return SIM_REFUSED;
    return store(leg, &rq->work, rng);
}

/* The owner asks the customer for something, or codes the fault and then closes; who owns it is asked now. */
static uint8_t owner_says(struct leg *leg, const struct sim_statement *s, struct bw_arena *arena, uint64_t *rng)
{
    struct bw_uuid ids[2];
    struct bw_bag_seen *seen;
    struct bw_ident bag;
    struct bw_error err = { 0 };
    char fault[160];
    size_t n = 0;
    struct bw_str body = parts_of(s, &bag);
    if (refused(bw_bags_find(leg->pg, &bag, ids, BW_LEN(ids), &n, &err), &err, "bag") || n != 1)
        return SIM_REFUSED;
    sim_must(bw_bag_see(leg->pg, &ids[0], BW_WANT_STATE, arena, &seen, &err), &err, "bag");
    if (!seen->bag.case_ref[0])
        return SIM_REFUSED;
    struct bw_principal who = { .kind = BW_P_ACCOUNT, .n_carriers = 1, .roles = BW_AGENT };
    memcpy(who.organisation, seen->bag.owner, 4);
    memcpy(who.carriers[0], seen->bag.owner, 4);
    memcpy(who.own_carrier, seen->bag.owner, 4);
    who.id.b[15] = 0x77;
    (void)snprintf(fault, sizeof fault,
                   "{\"event_id\":\"%.20sf\",\"station\":\"%s\",\"reason\":\"11\",\"note\":\"Left behind.\"}",
                   s->event_id, sim_stations[s->number % SIM_STATIONS]);
    if (s->kind == SIM_WAIT)
        return step(leg, &who, BW_CASE_WAIT, seen->bag.case_ref, body, arena, rng);
    uint8_t coded = step(leg, &who, BW_CASE_FAULT, seen->bag.case_ref, bw_str_c(fault), arena, rng);
    if (coded == SIM_UNANSWERED || coded == SIM_REFUSED)
        return coded;
    return step(leg, &who, BW_CASE_CLOSE, seen->bag.case_ref, body, arena, rng);
}

/* --- mandates --- */

struct grant_in {
    struct bw_str sender;
    struct bw_strs stations, codes;
    bw_date from, until;
};
static const struct bw_field grant_fields[] = {
    { BW_FIELD(struct grant_in, sender, BW_J_STR), .flags = BW_J_REQUIRED, .min = 2, .max = 12 },
    { BW_FIELD(struct grant_in, stations, BW_J_STRS), .max = SIM_STATIONS },
    { BW_FIELD(struct grant_in, codes, BW_J_STRS), .max = SIM_STATIONS },
    { BW_FIELD(struct grant_in, from, BW_J_DATE) },
    { BW_FIELD(struct grant_in, until, BW_J_DATE) },
    { BW_FIELD_END },
};

/* The one that the carrier has given and not taken back; NULL: none. */
static const struct bw_mandate_row *given(struct leg *leg, const struct bw_principal *who, struct bw_arena *arena)
{
    struct bw_mandate_row *rows = NULL;
    struct bw_error err = { 0 };
    size_t n = 0;
    sim_must(bw_mandate_list(leg->pg, bw_str_c(who->organisation), arena, &rows, &n, &err), &err, "mandates");
    for (size_t k = 0; k < n; k++)
        if (rows[k].revoked_at == BW_TIME_NONE)
            return &rows[k];
    return NULL;
}

static uint8_t mandate(struct leg *leg, const struct sim_statement *s, struct bw_arena *arena, uint64_t *rng)
{
    struct bw_principal who = sim_speaker(leg, s);
    struct bw_mandate_work *work = BW_NEW(arena, struct bw_mandate_work);
    struct grant_in *in = BW_NEW(arena, struct grant_in);
    struct bw_error err = { 0 };
    struct bw_faults f;
    bw_time now = bw_clock_wall();
    who.id = leg->r->supervisors[s->carrier];
    who.roles = BW_SUPERVISOR;
    bool revoke = strcmp(s->text, "revoke") == 0;
    const struct bw_mandate_row *there = given(leg, &who, arena);
    if (revoke != (there != NULL))
        return SIM_REPEATED; /* an earlier leg did it, and died before it could say so */
    BW_ASSERT(work && in);
    if (revoke) {
        sim_must(bw_mandate_revoke(leg->pg, &who, &there->id, now, arena, work, &err), &err, "revoke");
    } else {
        bw_faults_init(&f, arena);
        sim_must(bw_json_decode(bw_str_c(s->text), grant_fields, in, &f), &err, "a mandate's body");
        const struct bw_mandate_row row = { .carrier = bw_str_c(sim_carriers[s->carrier]),
                                            .sender = in->sender,
                                            .stations = in->stations.v,
                                            .n_stations = in->stations.n,
                                            .codes = in->codes.v,
                                            .n_codes = in->codes.n,
                                            .from = in->from,
                                            .until = in->until };
        sim_must(bw_mandate_grant(leg->pg, &who, &row, now, arena, work, &err), &err, "grant");
    }
    return store(leg, &work->work, rng);
}

void sim_people_make(struct sim_run *r)
{
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    struct bw_pg *pg = sim_session(r->cluster.app, BW_SET_QUERY | BW_SET_DUTIES);
    sim_must(bw_org_ensure(pg, BW_STR(SIM_HANDLER), BW_STR("Ground handling"), "handler", now, &err), &err, "handler");
    for (size_t k = 0; k < SIM_CARRIERS; k++) {
        char name[16];
        struct bw_str code = bw_str_c(sim_carriers[k]);
        (void)snprintf(name, sizeof name, "boss-%s", sim_carriers[k]);
        sim_must(bw_org_ensure(pg, code, code, "carrier", now, &err), &err, "carrier");
        const struct bw_account_new account = { .name = bw_str_c(name),
                                                .organisation = code,
                                                .role = BW_STR("supervisor"),
                                                .password = BW_STR("a word that nobody needs") };
        sim_must(bw_account_create(pg, &account, 10, now, &r->supervisors[k], &err), &err, "account");
    }
    bw_pg_free(pg);
}

void sim_act(struct leg *leg, struct sim_statement *s, uint64_t *rng)
{
    struct bw_arena *arena = &leg->slots[0].arena;
    struct bw_error err = { 0 };
    bw_arena_reset(arena);
    sim_must(bw_pg_ensure(leg->pg, &err), &err, "session");
    if (s->kind == SIM_MANDATE)
        s->answer = mandate(leg, s, arena, rng);
    else if (s->kind == SIM_CLOSE || s->kind == SIM_WAIT)
        s->answer = owner_says(leg, s, arena, rng);
    else
        s->answer = join_or_part(leg, s, arena, rng);
    __atomic_add_fetch(&leg->r->tally->answered, s->answer != SIM_UNANSWERED, __ATOMIC_SEQ_CST);
}
