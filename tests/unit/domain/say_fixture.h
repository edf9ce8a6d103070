/* SPDX-License-Identifier: Apache-2.0 */
/* say_fixture.h - the customer's page of the fixture's bag, as tests of the page begin: BA owes a plan, IB the next word.
 * Layer: tests. */
#ifndef BW_TESTS_SAY_FIXTURE_H
#define BW_TESTS_SAY_FIXTURE_H

#include "fixture.h"
#include "view_text.h"

/* One thread walks over all pages, so that a build that looks for races (twenty times as slow) takes one page in a
 * hundred. */
#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_THREAD__) || HAS_FEATURE(thread_sanitizer)
#define SAY_EACH 101
#else
#define SAY_EACH 1
#endif

struct page {
    struct fixture f;
    struct bw_catalogue *words;
    struct bw_reader reader;
    struct bw_arena arena;
    struct bw_bag bag;
    struct bw_case c;
    struct bw_promise open[2], case_open[2];
    const struct bw_event *history[80];
    struct bw_said said;
};

static inline struct bw_view *say_at(struct page *p, const char *now)
{
    struct bw_view *to = bw_view_map(&p->arena);
    bw_say_status(&p->bag, &p->c, &p->said, &p->f.world, &p->reader, at(now), &p->arena, to);
    return to;
}

static inline struct bw_promise promise(enum bw_owed owed, const char *debtor, const char *opened, const char *due, int level)
{
    struct bw_promise p = { .promise_id = id_of(500 + (unsigned)owed),
                            .owed = owed,
                            .opened_at = at(opened),
                            .due_at = at(due),
                            .level = (int8_t)level,
                            .closed_at = BW_TIME_NONE };
    bw_str_put(bw_str_c(debtor), p.debtor, sizeof p.debtor);
    if (owed == BW_OWE_ASK_REPORT)
        bw_str_put(BW_STR("LH"), p.for_carrier, sizeof p.for_carrier);
    bw_str_put(BW_STR("IB3163/2026-11-21"), p.basis, sizeof p.basis);
    bw_str_put(BW_STR("BA"), p.handoff_from, sizeof p.handoff_from);
    bw_str_put(bw_str_c(bw_owed_row(owed)->word), p.policy, sizeof p.policy);
    p.next_level_at = p.due_at + (level >= 1 ? 6 * BW_HOUR : 0);
    return p;
}

/* Back to the bag of the fixture: BA owes a plan, IB the next word. */
static inline void begin(struct page *p)
{
    bw_arena_reset(&p->arena);
    p->bag = watched_bag();
    p->c = open_case();
    bw_str_put(BW_STR("0125728359"), p->bag.plate, sizeof p->bag.plate);
    p->bag.last_seen_code = BW_EV_BAG_UNLOADED;
    p->open[0] = promise(BW_OWE_LOCATED, "BA", "2026-11-21T00:50:00Z", "2026-11-21T04:50:00Z", -1);
    p->case_open[0] = promise(BW_OWE_CASE_STEP, "IB", "2026-11-21T00:55:00Z", "2026-11-22T00:55:00Z", -1);
    p->said = (struct bw_said){ p->history, 0, p->open, 1, p->case_open, 1 };
}

static inline void plan_forward(struct bw_bag *bag)
{
    bag->forward = true;
    bag->fwd_date = day("2026-11-21");
    bw_str_put(BW_STR("IB3163"), bag->fwd_flight, sizeof bag->fwd_flight);
    bw_str_put(BW_STR("LHR"), bag->fwd_from, sizeof bag->fwd_from);
    bw_str_put(BW_STR("MAD"), bag->fwd_to, sizeof bag->fwd_to);
    bw_str_put(BW_STR("BA"), bag->fwd_by, sizeof bag->fwd_by);
}

static inline int page_setup(void **state)
{
    static struct page p;
    fixture_init(&p.f);
    p.words = english();
    p.reader = (struct bw_reader){ p.words, p.f.madrid };
    bw_arena_init(&p.arena, 16 << 20);
    *state = &p;
    return 0;
}

static inline int page_teardown(void **state)
{
    struct page *p = *state;
    bw_arena_done(&p->arena);
    bw_catalogue_free(p->words);
    fixture_done(&p->f);
    return 0;
}

#endif
