/* SPDX-License-Identifier: Apache-2.0 */
/* say_rights_test.c - the rights box in every regime, for every claim, with and without a start, a reviewer and each
 * state of each condition: every sentence is filled in and never says what CLK-07 forbids. */
#include "bw/domain/rights.h"
#include "say_fixture.h"
#include "say_int.h"

static struct page *p;
static size_t texts;

static void check(void *ctx, const struct bw_view *node)
{
    (void)ctx;
    if (node->kind != BW_V_STR || !node->s.n)
        return;
    char *copy = bw_arena_printf(&p->arena, "%.*s", BW_FMT(node->s));
    struct bw_page page = { .reader = &p->reader };
    if (bw_page_clean(&page, copy)[0] == '\0' || strpbrk(copy, "{}") || strstr(copy, "  ") || strstr(copy, " ."))
        fail_msg("%s", copy);
    texts++;
}

/* The conditions that a claim of this kind can have, each in the states that it can be in. */
static const struct {
    enum bw_grant grant;
    struct bw_condition conditions[3];
    uint8_t n;
} rows[] = {
    { BW_GRANT_DAMAGE, { { "has-bag", BW_MET }, { "told", BW_MET } }, 2 },
    { BW_GRANT_DELAY, { { "has-bag", BW_MISSING }, { "told", BW_MISSING } }, 2 },
    { BW_GRANT_NOT_COME, { { "not-come", BW_MET }, { "admitted", BW_MET }, { "told", BW_MET } }, 3 },
    { BW_GRANT_NOT_COME, { { "not-come", BW_MISSING }, { "admitted", BW_MISSING }, { "told", BW_MISSING } }, 3 },
    { BW_GRANT_ACTION, { { "told", BW_MISSING } }, 1 },
    { BW_GRANT_BAG_FEE, { { "late", BW_MET }, { "report", BW_MET }, { "fee", BW_NOT_KNOWN } }, 3 },
    { BW_GRANT_BAG_FEE, { { "late", BW_MISSING }, { "report", BW_MISSING }, { "fee", BW_NOT_KNOWN } }, 3 },
    { BW_GRANT_BAG_FEE, { { "late", BW_NOT_KNOWN }, { "report", BW_MET }, { "fee", BW_NOT_KNOWN } }, 3 },
};
static const char *const starts[] = {
    NULL, BW_START_DELIVERED, BW_START_READY, BW_START_FLIGHT_DAY, BW_START_SCHEDULED, BW_START_LANDED
};

static void fill(struct bw_rights *r, struct bw_legal_rule *rules, unsigned how)
{
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct bw_right *d = &r->dates[r->n++];
        rules[k] = (struct bw_legal_rule){ .grant = rows[k].grant,
                                           .amount = 21,
                                           .rule = "Montreal Convention, Article 31(2)" };
        *d = (struct bw_right){ .rule = &rules[k],
                                .reviewed = how & 1,
                                .from = rows[k].grant == BW_GRANT_NOT_COME || rows[k].grant == BW_GRANT_BAG_FEE,
                                .bag = (uint8_t)(1 + k % 2),
                                .start = starts[how % BW_LEN(starts)],
                                .uncertain = how & 8,
                                .n_conditions = rows[k].n,
                                .zone = how & 16 ? p->f.madrid : NULL,
                                .start_day = day("2026-11-20"),
                                .last_day = day("2028-11-20"),
                                .at = at("2028-11-20T22:59:00Z") };
        memcpy(d->conditions, rows[k].conditions, sizeof d->conditions);
        bw_str_put(how & 16 ? BW_STR("MAD") : BW_STR(""), d->station, sizeof d->station);
        bw_str_put(how & 32 ? BW_STR("IB") : BW_STR(""), d->said_by, sizeof d->said_by);
    }
}

static void fill_rights(struct bw_rights *r, struct bw_legal_rule *rules, struct bw_legal_limit *limit, size_t law,
                        unsigned how)
{
    static const char *const laws[] = { BW_LAW_ROUTE,      BW_LAW_CARRIERS,   BW_LAW_DOMESTIC,
                                        BW_LAW_NO_JOURNEY, BW_LAW_NO_STATION, BW_LAW_NOT_LISTED };
    *limit = (struct bw_legal_limit){
        .amount = how & 2 ? 1519 : 800, .currency = "XDR", .rule = "Article 22(2)", .valid_from = day("2024-12-28")
    };
    *r = (struct bw_rights){ .regime = law < 3 ? (enum bw_regime)(law + 1) : BW_REGIME_UNKNOWN,
                             .why = laws[law],
                             .from = "JFK",
                             .to = "MAD",
                             .flight = "IB3167",
                             .reviewed = how & 1,
                             .forecast = how & 2,
                             .limit = how & 4 ? limit : NULL };
    if (how & 8)
        bw_str_put(BW_STR("USD"), limit->currency, sizeof limit->currency);
    if (how & 1)
        bw_str_put(BW_STR("counsel"), limit->reviewer, sizeof limit->reviewer);
    fill(r, rules, how);
}

static void check_box(const char *unreviewed, bool english_words, size_t law, unsigned how)
{
    static struct bw_rights r;
    struct bw_legal_rule rules[BW_LEN(rows)];
    struct bw_legal_limit limit;
    fill_rights(&r, rules, &limit, law, how);
    bw_arena_reset(&p->arena);
    struct bw_view *v = bw_view_map(&p->arena);
    bw_say_rights(&r, how & 4, &p->f.world, &p->reader, at("2026-11-22T00:00:00Z"), &p->arena, v);
    view_walk(v, check, NULL);
    assert_int_equal(count_at(v, "rights.dates"), BW_LEN(rows));
    bool asks = strstr(text_at(v, "rights.dates.0.why.text"), unreviewed) != NULL;
    assert_int_equal(asks, !(how & 1));
    if (!english_words)
        return;
    assert_non_null(strstr(text_at(v, "rights.dates.0.date.text"), "you can claim until"));
    if (starts[how % BW_LEN(starts)])
        assert_non_null(strstr(text_at(v, "rights.dates.4.date.text"), "you can claim until 20 Nov 2028"));
}

/* req: CLK-10 (an unreviewed rule says "check with the airline"; the words are "you can claim until") */
static void every_sentence_of_the_box(void **state)
{
    static const char *const languages[] = { "en", "fr", "es", "ar" };
    p = *state;
    struct bw_catalogue *english_words = p->words;
    assert_non_null(strstr(bw_catalogue_text(english_words, "rights.unreviewed").p, "check with the airline"));
    for (size_t l = 0; l < BW_LEN(languages); l++) {
        char path[sizeof BW_SOURCE_DIR + 40];
        struct bw_error err = { 0 };
        struct bw_catalogue *words;
        snprintf(path, sizeof path, "%s/server/web/catalogues/%s.json", BW_SOURCE_DIR, languages[l]);
        struct bw_str json = bw_test_slurp(path, NULL);
        assert_int_equal(bw_catalogue_parse(json, &words, &err), BW_OK);
        free((void *)(uintptr_t)json.p);
        p->reader.words = words;
        for (unsigned how = 0; how < 64; how++)
            for (size_t law = 0; law < 6; law++)
                check_box(bw_catalogue_text(words, "rights.unreviewed").p, l == 0, law, how);
        bw_catalogue_free(words);
    }
    p->reader.words = english_words;
    assert_true(texts > 20000);
}

/* A law that nobody has reviewed says so by itself, and a date is over a minute behind its last one. */
static void what_the_law_and_its_end_say(void **state)
{
    static struct bw_rights r;
    struct bw_legal_rule rules[BW_LEN(rows)];
    struct bw_legal_limit limit;
    p = *state;
    for (unsigned reviewed = 0; reviewed < 2; reviewed++) {
        fill_rights(&r, rules, &limit, 0, 3);
        r.regime = BW_REGIME_MONTREAL;
        r.reviewed = reviewed;
        bw_arena_reset(&p->arena);
        struct bw_view *v = bw_view_map(&p->arena);
        bw_say_rights(&r, false, &p->f.world, &p->reader, at("2028-11-20T22:59:00Z"), &p->arena, v);
        bool asks = strstr(text_at(v, "rights.law.text"), "check with the airline") != NULL;
        assert_int_equal(asks, !reviewed);
        assert_false(is_at(v, "rights.dates.4.over"));
        v = bw_view_map(&p->arena);
        bw_say_rights(&r, false, &p->f.world, &p->reader, at("2028-11-20T22:59:01Z"), &p->arena, v);
        assert_true(is_at(v, "rights.dates.4.over"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_sentence_of_the_box),
                                        cmocka_unit_test(what_the_law_and_its_end_say) };
    return cmocka_run_group_tests(tests, page_setup, page_teardown);
}
