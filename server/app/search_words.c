/* SPDX-License-Identifier: Apache-2.0 */
/* Names, descriptions and towns: first among the newest cases, which holds enough of all that is common; then, for what
 * is rare there, by the index, one closeness after the other until a screen is full. */
#include "search_int.h"

/* What a question costs at most: LOOK rows read in order, and BUDGET rows that the index names.  Words that one case in
 * LOOK / BW_HITS_MOST has fill the screen from the first; of rarer ones a million cases hold fewer than BUDGET, unless
 * they were much more common once.  8,000 rows more in order cost 1.4 ms of processor
 * time, 3,000 fewer from all over the table save 12 to 28 (tests/bench/RESULTS.md). */
enum { LOOK = 12000, BUDGET = 2000, NEAR_FROM = 5 };

struct asking {
    struct bw_searching *s;
    struct bw_buf question[BW_CLOSE_MAX], of_rows[BW_CLOSE_MAX];
};

static unsigned why_found(unsigned in)
{
    static const struct {
        unsigned in, why;
    } rows[] = { { BW_IN_NAME, BW_WHY_NAME },
                 { BW_IN_NAME_BEGUN, BW_WHY_NAME_BEGUN },
                 { BW_IN_NAME_NEAR, BW_WHY_NAME_NEAR },
                 { BW_IN_DESCRIPTION, BW_WHY_DESCRIPTION },
                 { BW_IN_TOWN, BW_WHY_TOWN } };
    unsigned why = 0;
    for (size_t k = 0; k < BW_LEN(rows); k++)
        why |= in & rows[k].in ? rows[k].why : 0;
    return why;
}

static void add_row(struct bw_searching *s, struct bw_rows *rows, size_t k)
{
    struct bw_uuid id = bw_rows_uuid(rows, k, "case_id");
    unsigned in = bw_words_found(&s->asked->words, bw_rows_text(rows, k, "names"), bw_rows_text(rows, k, "description"),
                                 bw_rows_text(rows, k, "town"));
    bw_candidate_add(s, true, &id, why_found(in), bw_rows_time(rows, k, "opened_at"));
}

/* *ret: how many of the newest come that close or closer. */
static bw_code among_newest(const struct asking *a, size_t ret[BW_CLOSE_MAX], struct bw_error *err)
{
    struct bw_searching *s = a->s;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(s->pg, BW_STMT_SEARCH_NEWEST,
                             BW_PARAMS(bw_p_texts(s->carriers, s->n_carriers),
                                       bw_p_text(bw_buf_view(&a->of_rows[BW_CLOSE_NEAR])),
                                       bw_p_text(bw_buf_view(&a->of_rows[BW_CLOSE_NAME])),
                                       bw_p_text(bw_buf_view(&a->of_rows[BW_CLOSE_WHOLE])),
                                       bw_p_text(bw_buf_view(&a->of_rows[BW_CLOSE_BEGUN])), bw_p_i32(LOOK),
                                       bw_p_i32(BW_HITS_MOST * 2)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        add_row(s, &rows, k);
        for (int close = bw_rows_i32(&rows, k, "close"); close < BW_CLOSE_MAX; close++)
            ret[close]++;
    }
    s->more |= rc == BW_OK && rows.n == (size_t)BW_HITS_MOST * 2;
    return rc;
}

static bw_code by_index(struct bw_searching *s, struct bw_param question, bool words, size_t *ret_n,
                        struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(s->pg, BW_STMT_SEARCH_TERMS,
                             BW_PARAMS(bw_p_texts(s->carriers, s->n_carriers), question, bw_p_i32(BUDGET),
                                       bw_p_i32(BW_HITS_MOST * 2)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "case_id");
        if (words)
            add_row(s, &rows, k);
        else
            bw_candidate_add(s, true, &id, BW_WHY_FLIGHT, bw_rows_time(&rows, k, "opened_at"));
    }
    *ret_n = rc == BW_OK ? rows.n : 0;
    s->more |= rc == BW_OK && rows.n && bw_rows_i64(&rows, 0, "reached") > (int64_t)rows.n;
    return rc;
}

static bw_code ask(struct asking *a, struct bw_error *err)
{
    size_t newest[BW_CLOSE_MAX] = { 0 }, found = 0;
    bw_code rc = among_newest(a, newest, err);
    for (int close = 0; rc == BW_OK && close < BW_CLOSE_MAX; close++) {
        found = found > newest[close] ? found : newest[close];
        if (found >= BW_HITS_MOST || (close == BW_CLOSE_NEAR && found >= NEAR_FROM))
            break;
        rc = by_index(a->s, bw_p_text(bw_buf_view(&a->question[close])), true, &found, err);
    }
    return rc;
}

bw_code bw_search_by_words(struct bw_searching *s, struct bw_error *err)
{
    struct asking *a = BW_NEW(s->arena, struct asking);
    bw_code rc = a ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a search");
    if (rc != BW_OK)
        return rc;
    a->s = s;
    for (int close = 0; close < BW_CLOSE_MAX; close++) {
        bw_buf_init(&a->question[close], 64 * 1024);
        bw_buf_init(&a->of_rows[close], 64 * 1024);
        bw_words_query(&s->asked->words, (enum bw_closeness)close, BW_ASKED_OF_INDEX, &a->question[close]);
        bw_words_query(&s->asked->words, (enum bw_closeness)close, BW_ASKED_OF_ROWS, &a->of_rows[close]);
        if (!bw_buf_ok(&a->question[close]) || !bw_buf_ok(&a->of_rows[close]))
            rc = bw_fail(err, BW_E_NOMEM, NULL, "no memory for a search");
    }
    rc = rc == BW_OK ? ask(a, err) : rc;
    for (int close = 0; close < BW_CLOSE_MAX; close++) {
        bw_buf_done(&a->question[close]);
        bw_buf_done(&a->of_rows[close]);
    }
    return rc;
}

bw_code bw_search_by_flight(struct bw_searching *s, struct bw_error *err)
{
    struct bw_buf question;
    size_t n;
    bw_buf_init(&question, 64 * 1024);
    bw_flight_query(s->asked->flight, s->asked->first, s->asked->last, &question);
    bw_code rc = bw_buf_ok(&question) ? by_index(s, bw_p_text(bw_buf_view(&question)), false, &n, err)
                                      : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a search");
    bw_buf_done(&question);
    return rc;
}
