/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_fuzz.c - whatever is typed into the search box or stands in a name: folding stays, terms are words, and a
 * question never leaves its quotation marks. */
#include "bw/base/fold.h"
#include "bw/domain/lookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Quoted words, joined by &, | and brackets, with :* behind a word; nothing else. */
static void is_question(struct bw_str q)
{
    bool quoted = false;
    for (size_t k = 0; k < q.n; k++) {
        quoted ^= q.p[k] == '\'';
        BW_ASSERT(quoted ? q.p[k] != '\\' && q.p[k] != ' ' : memchr("'&|():*", q.p[k], 7) != NULL);
    }
    BW_ASSERT(!quoted);
}

static void ask(const struct bw_words *w, struct bw_buf *to)
{
    for (int close = 0; close < BW_CLOSE_MAX; close++) {
        bw_words_query(w, (enum bw_closeness)close, BW_ASKED_OF_ROWS, to);
        BW_ASSERT(bw_buf_ok(to));
        is_question(bw_buf_view(to));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str text = bw_str_n((const char *)data, size < 200 ? size : 200);
    char once[4000], twice[4000];
    struct bw_str a = bw_str_n(once, bw_fold(text, once, sizeof once)),
                  b = bw_str_n(twice, bw_fold(a, twice, sizeof twice));
    BW_ASSERT(bw_str_eq(a, b) && bw_utf8_valid(a, 0));
    struct bw_lookup l;
    const char *why = NULL;
    struct bw_arena arena;
    struct bw_buf question;
    struct bw_terms terms;
    bw_arena_init(&arena, 4 << 20);
    bw_buf_init(&question, 256 * 1024);
    BW_ASSERT(bw_lookup_read(text, BW_DATE_NONE, 20000, &l, &why) || (why && why[0]));
    const struct bw_terms_in in = { text, text, text, &text, 1 };
    BW_ASSERT(bw_terms_of_case(&in, &arena, &terms));
    for (size_t k = 0; k < terms.n; k++)
        BW_ASSERT(terms.v[k].n > 0 && bw_utf8_valid(terms.v[k], 0) && bw_str_find(terms.v[k], ' ') == terms.v[k].n);
    if (l.readings & BW_READ_WORDS) {
        ask(&l.words, &question);
        (void)bw_words_found(&l.words, terms.names, terms.description, terms.town);
    }
    bw_buf_done(&question);
    bw_arena_done(&arena);
    return 0;
}
