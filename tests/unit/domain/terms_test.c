/* SPDX-License-Identifier: Apache-2.0 */
/* terms_test.c - the words a case is found by, the questions asked of them, and why it was found: every question is put
 * to every case the way PostgreSQL would, by a reader of tsquery of the test's own. */
#include "bw/domain/terms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct bw_arena arena;
static struct bw_buf query;

static int setup(void **state)
{
    (void)state;
    bw_arena_init(&arena, 4 << 20);
    bw_buf_init(&query, 64 * 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_arena_done(&arena);
    bw_buf_done(&query);
    return 0;
}

static struct bw_terms of(const char *surname, const char *given, const char *text, const char *town)
{
    struct bw_terms t;
    const struct bw_str texts[] = { bw_str_c(text) };
    const struct bw_terms_in in = { bw_str_c(surname), bw_str_c(given), bw_str_c(town), texts, 1 };
    assert_true(bw_terms_of_case(&in, &arena, &t));
    return t;
}

static bool has(const struct bw_terms *t, const char *term)
{
    for (size_t k = 0; k < t->n; k++)
        if (bw_str_eq_c(t->v[k], term))
            return true;
    return false;
}

/* --- tsquery: 'word'[:*], &, |, ( ); & binds tighter --- */

static bool any_of(const char **p, const struct bw_terms *t);

static bool atom(const char **p, const struct bw_terms *t)
{
    bool found = false;
    if (**p == '(') {
        ++*p;
        found = any_of(p, t);
        assert_int_equal(*(*p)++, ')');
        return found;
    }
    assert_int_equal(*(*p)++, '\'');
    const char *end = strchr(*p, '\'');
    assert_non_null(end);
    struct bw_str word = bw_str_n(*p, (size_t)(end - *p));
    bool begun = strncmp(end + 1, ":*", 2) == 0;
    *p = end + (begun ? 3 : 1);
    for (size_t k = 0; k < t->n; k++)
        found |= begun ? bw_str_starts(t->v[k], word) : bw_str_eq(t->v[k], word);
    return found;
}

static bool all_of(const char **p, const struct bw_terms *t)
{
    bool found = atom(p, t);
    while (**p == '&') {
        ++*p;
        found = atom(p, t) && found;
    }
    return found;
}

static bool any_of(const char **p, const struct bw_terms *t) /* NOLINT(misc-no-recursion): of a test's own making */
{
    bool found = all_of(p, t);
    while (**p == '|') {
        ++*p;
        found = all_of(p, t) || found;
    }
    return found;
}

static enum bw_closeness closest(const char *asked, const struct bw_terms *t)
{
    struct bw_words w;
    assert_true(bw_words_read(bw_str_c(asked), &w));
    enum bw_closeness first = BW_CLOSE_MAX;
    for (int close = BW_CLOSE_MAX - 1; close >= 0; close--) {
        bw_words_query(&w, (enum bw_closeness)close, BW_ASKED_OF_INDEX, &query);
        const char *p = bw_buf_cstr(&query);
        bool found = any_of(&p, t);
        assert_int_equal(*p, '\0');
        bw_words_query(&w, (enum bw_closeness)close, BW_ASKED_OF_ROWS, &query);
        p = bw_buf_cstr(&query);
        assert_true(any_of(&p, t) || !found); /* rows are asked no less than the index */
        if (found)
            first = (enum bw_closeness)close;
        else
            assert_int_equal(first,
                             close + 1 > BW_CLOSE_MAX - 1 ? BW_CLOSE_MAX : first); /* each holds those before it */
    }
    return first;
}

static bool of_rows(const char *asked, const struct bw_terms *t)
{
    struct bw_words w;
    assert_true(bw_words_read(bw_str_c(asked), &w));
    bw_words_query(&w, BW_CLOSE_BEGUN, BW_ASKED_OF_ROWS, &query);
    const char *p = bw_buf_cstr(&query);
    return any_of(&p, t);
}

/* req: DESK-01 */
static void names_are_found_as_people_spell_them(void **state)
{
    (void)state;
    static const struct {
        const char *surname, *given, *asked;
        enum bw_closeness close;
    } rows[] = {
        { "García", "Ana", "garcia", BW_CLOSE_NAME },
        { "García", "Ana", "GARCIA ANA", BW_CLOSE_NAME },
        { "García", "Ana", "ana garcía", BW_CLOSE_NAME },
        { "Müller", "", "mueller", BW_CLOSE_NAME },
        { "MUELLER", "", "Müller", BW_CLOSE_NAME },
        { "MULLER", "", "Mueller", BW_CLOSE_NAME },
        { "Sørensen", "", "soerensen", BW_CLOSE_NAME },
        { "Ångström", "", "AANGSTROEM", BW_CLOSE_NAME },
        { "O’Neill", "", "o neill", BW_CLOSE_NAME },
        { "O NEILL", "", "O'Neill", BW_CLOSE_NAME },
        { "Al-Said", "", "alsaid", BW_CLOSE_NAME },
        { "ALSAID", "", "al-said", BW_CLOSE_NAME },
        { "van der Berg", "", "berg", BW_CLOSE_NAME },
        { "VANDERBERG", "", "van der Berg", BW_CLOSE_NAME },
        { "Иванова", "Ольга", "ИВАНОВА", BW_CLOSE_NAME },
        { "TESTER", "EXAMPLEANNMRS", "exampleann", BW_CLOSE_NAME },
        { "SAMPLENAMEMS", "", "samplename", BW_CLOSE_NAME },
        { "Garcia", "Mr Juan", "juan", BW_CLOSE_NAME },
        { "Garcia", "Ana", "ga", BW_CLOSE_BEGUN },
        { "Garcia", "Ana", "garc", BW_CLOSE_BEGUN },
        { "Garcia", "Ana", "garcia a", BW_CLOSE_BEGUN },
        { "Garcia", "", "garzia", BW_CLOSE_NEAR },  /* another letter */
        { "Garcia", "", "garca", BW_CLOSE_NEAR },   /* one too few */
        { "Garcia", "", "garrcia", BW_CLOSE_NEAR }, /* one too many */
        { "Garcia", "", "gacria", BW_CLOSE_NEAR },  /* two changed */
        { "Smith", "", "smyth", BW_CLOSE_NEAR },
        { "Schmidt", "Eva", "schmitt eva", BW_CLOSE_NEAR },
        { "Иванова", "", "иваново", BW_CLOSE_NEAR },
        { "Garcia", "", "gorzia", BW_CLOSE_MAX },
        { "Garcia", "Ana", "garcia maria", BW_CLOSE_MAX },
        { "Lee", "", "lea", BW_CLOSE_MAX }, /* too short to be near */
        { "Ada", "", "adams", BW_CLOSE_MAX },
    };
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct bw_terms t = of(rows[k].surname, rows[k].given, "", "");
        enum bw_closeness got = closest(rows[k].asked, &t);
        if (got != rows[k].close)
            fail_msg("%s, %s by %s: %d", rows[k].surname, rows[k].given, rows[k].asked, got);
    }
}

/* req: DESK-01 */
static void looks_and_town_are_found_by_their_words(void **state)
{
    (void)state;
    struct bw_terms t = of("Brown", "Ben", "Blue hard-shell SAMSONITE, 4 wheels", "Alcalá de Henares");
    assert_int_equal(closest("blue samsonite", &t), BW_CLOSE_WHOLE);
    assert_int_equal(closest("samsonite brown", &t), BW_CLOSE_WHOLE);
    assert_int_equal(closest("alcala", &t), BW_CLOSE_WHOLE);
    assert_int_equal(closest("brown", &t), BW_CLOSE_NAME);
    assert_int_equal(closest("samson", &t), BW_CLOSE_MAX); /* beginnings are for names, where an index is asked */
    assert_true(of_rows("samson", &t));
    assert_int_equal(closest("red samsonite", &t), BW_CLOSE_MAX);
    assert_int_equal(closest("samsanite", &t), BW_CLOSE_MAX); /* nearness is for names */
    assert_true(bw_str_eq_c(t.names, "brown ben"));
    assert_true(bw_str_eq_c(t.description, "blue hard shell samsonite 4 wheels"));
    assert_true(bw_str_eq_c(t.town, "alcala de henares"));
}

static void terms_are_marked_by_what_they_are(void **state)
{
    (void)state;
    struct bw_terms t = of("Ng", "Bo", "red", "Rom");
    static const char *const want[] = { "ng", "^n", "^ng", "bo", "^b", "^bo", "=rom", "=red" };
    assert_int_equal(t.n, BW_LEN(want));
    for (size_t k = 0; k < BW_LEN(want); k++)
        assert_true(has(&t, want[k]));
    t = of("Rossi", "", "", "");
    assert_true(has(&t, "~ross") && has(&t, "~ossi") && has(&t, "~rosi") && !has(&t, "~rossi"));
    t = of("", "", "", "");
    assert_int_equal(t.n, 0);
}

static void a_flight_is_a_term_of_its_day(void **state)
{
    (void)state;
    char term[BW_TERM_FLIGHT];
    bw_date day = bw_date_from_civil(2026, 11, 20);
    assert_string_equal(bw_term_of_flight("IB3167", day, term), "@IB3167/2026-11-20");
    bw_flight_query("IB3167", day - 1, day, &query);
    assert_string_equal(bw_buf_cstr(&query), "'@IB3167/2026-11-19'|'@IB3167/2026-11-20'");
}

static void a_long_text_is_cut_and_a_long_word_too(void **state)
{
    (void)state;
    char text[4000], word[301];
    size_t n = 0;
    for (unsigned k = 0; n + 8 < sizeof text; k++)
        n += (size_t)snprintf(text + n, sizeof text - n, "w%u ", k);
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    struct bw_terms t = of(word, word, text, "");
    assert_int_equal(t.n, BW_TERMS_MAX);
    assert_int_equal(closest(word, &t), BW_CLOSE_NAME);
    for (size_t k = 0; k + 1 < sizeof word; k += 2)
        memcpy(word + k, "\xD0\xB8", 2); /* и: cut between letters, never within */
    t = of(word, "", "", "");
    for (size_t k = 0; k < t.n; k++)
        assert_true(bw_utf8_valid(t.v[k], 0));
}

static void words_are_read_up_to_six(void **state)
{
    (void)state;
    struct bw_words w;
    assert_true(bw_words_read(BW_STR("  De la\tCruz, Ana "), &w));
    assert_int_equal(w.n, 4);
    assert_true(bw_str_eq_c(w.v[2], "cruz"));
    assert_true(bw_words_read(BW_STR("a b c d e f"), &w));
    assert_false(bw_words_read(BW_STR("a b c d e f g"), &w));
    assert_false(bw_words_read(BW_STR(" ,-' "), &w));
}

/* What stands in a question is letters and digits, whatever was typed: it cannot end its own quotation. */
static void a_question_is_no_way_into_the_query(void **state)
{
    (void)state;
    static const char *const typed[] = { "x' | 'y", "x\\", "a:* & !b", "'); DROP TABLE case_search; --", "<-> ()" };
    for (size_t k = 0; k < BW_LEN(typed); k++) {
        struct bw_words w;
        struct bw_terms none = { 0 };
        if (!bw_words_read(bw_str_c(typed[k]), &w))
            continue;
        bw_words_query(&w, BW_CLOSE_NEAR, BW_ASKED_OF_ROWS, &query);
        const char *p = bw_buf_cstr(&query);
        assert_false(any_of(&p, &none));
        assert_int_equal(*p, '\0');
        assert_null(strchr(bw_buf_cstr(&query), '\\'));
    }
}

/* req: DESK-01 */
static void it_says_where_the_words_stand(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        unsigned in;
    } rows[] = {
        { "mueller", BW_IN_NAME },      { "muell", BW_IN_NAME_BEGUN },
        { "miller", BW_IN_NAME_NEAR },  { "anna mulle", BW_IN_NAME | BW_IN_NAME_BEGUN },
        { "black", BW_IN_DESCRIPTION }, { "samson", BW_IN_DESCRIPTION },
        { "berlin", BW_IN_TOWN },       { "muller black berlin", BW_IN_NAME | BW_IN_DESCRIPTION | BW_IN_TOWN },
        { "mul ler", BW_IN_NAME },      { "mulleranna", BW_IN_NAME },
        { "anna x", BW_IN_NAME },       { "annna", BW_IN_NAME_NEAR },
    };
    struct bw_terms t = of("Müller", "Anna", "black Samsonite", "Berlin");
    for (size_t k = 0; k < BW_LEN(rows); k++) {
        struct bw_words w;
        assert_true(bw_words_read(bw_str_c(rows[k].asked), &w));
        unsigned in = bw_words_found(&w, t.names, t.description, t.town);
        if (in != rows[k].in)
            fail_msg("%s: %u", rows[k].asked, in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_as_people_spell_them),
        cmocka_unit_test(looks_and_town_are_found_by_their_words),
        cmocka_unit_test(terms_are_marked_by_what_they_are),
        cmocka_unit_test(a_flight_is_a_term_of_its_day),
        cmocka_unit_test(a_long_text_is_cut_and_a_long_word_too),
        cmocka_unit_test(words_are_read_up_to_six),
        cmocka_unit_test(a_question_is_no_way_into_the_query),
        cmocka_unit_test(it_says_where_the_words_stand),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
