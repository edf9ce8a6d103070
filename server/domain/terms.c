/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/domain/terms.h"

#include <stdio.h>

#include "bw/base/fold.h"
#include "terms_int.h"

/* --- letters --- */

static bool goes_on(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t bw_letter(struct bw_str s, size_t at)
{
    size_t n = 1;
    while (at + n < s.n && goes_on(s.p[at + n]))
        n++;
    return n;
}

struct bw_str bw_word_key(struct bw_str word, char to[BW_KEY_MOST])
{
    size_t n = 0, k = 0;
    for (; k < word.n && n < BW_KEY_MOST; k++) {
        to[n++] = word.p[k];
        bool vowel = word.p[k] == 'a' || word.p[k] == 'o' || word.p[k] == 'u';
        if (vowel && k + 1 < word.n && (word.p[k + 1] == 'e' || (word.p[k] == 'a' && word.p[k + 1] == 'a')))
            k++;
    }
    if (k < word.n && goes_on(word.p[k])) { /* cut within a letter: without it */
        while (goes_on(to[n - 1]))
            n--;
        n--;
    }
    return bw_str_n(to, n);
}

struct bw_str bw_words_joined(const struct bw_str *words, size_t n, char to[BW_KEY_MOST])
{
    char text[BW_KEY_MOST];
    size_t at = 0;
    for (size_t k = 0; k < n; k++) {
        struct bw_str key = bw_word_key(words[k], text);
        if (at + key.n > BW_KEY_MOST)
            return BW_STR_NONE;
        memcpy(to + at, key.p, key.n);
        at += key.n;
    }
    return n > 1 && n <= BW_JOINED_MOST ? bw_str_n(to, at) : BW_STR_NONE;
}

/* The first SURE of them end no name of their own. */
enum { SURE = 3 };
static const char *const titles[] = { "mrs", "mstr", "mr", "miss", "ms", "chd", "inf" };

struct bw_str bw_word_titleless(struct bw_str word, enum bw_titles which)
{
    for (size_t k = 0; k < (which == BW_TITLES_ALL ? BW_LEN(titles) : SURE); k++) {
        struct bw_str title = bw_str_c(titles[k]);
        if (word.n >= title.n + 3 && bw_str_ends(word, title))
            return bw_str_take(word, word.n - title.n);
    }
    return word;
}

static bool is_title(struct bw_str word)
{
    for (size_t k = 0; k < BW_LEN(titles); k++)
        if (bw_str_eq_c(word, titles[k]))
            return true;
    return false;
}

size_t bw_word_shorter(struct bw_str key, size_t k, char to[BW_KEY_MOST])
{
    size_t at = 0;
    for (; k > 0 && at < key.n; k--)
        at += bw_letter(key, at);
    if (at >= key.n)
        return 0;
    size_t n = bw_letter(key, at);
    memcpy(to, key.p, at);
    memcpy(to + at, key.p + at + n, key.n - at - n);
    return key.n - n;
}

/* --- of a case --- */

struct making {
    struct bw_arena *arena;
    struct bw_terms *to;
    bool failed;
};

static void add(struct making *m, const char *mark, struct bw_str word)
{
    char text[BW_KEY_MOST + 2];
    struct bw_terms *to = m->to;
    if (word.n == 0 || to->n == BW_TERMS_MAX)
        return;
    size_t marked = strlen(mark);
    memcpy(text, mark, marked);
    memcpy(text + marked, word.p, word.n);
    struct bw_str term = bw_str_n(text, marked + word.n);
    for (size_t k = 0; k < to->n; k++)
        if (bw_str_eq(to->v[k], term))
            return;
    to->v[to->n] = bw_arena_str(m->arena, term);
    m->failed |= !to->v[to->n].p;
    to->n++;
}

static void add_near(struct making *m, struct bw_str key)
{
    char shorter[BW_KEY_MOST];
    size_t n;
    if (!bw_word_may_be_near(key))
        return;
    for (size_t k = 0; (n = bw_word_shorter(key, k, shorter)) > 0; k++)
        add(m, "~", bw_str_n(shorter, n));
}

static void add_begun(struct making *m, struct bw_str key)
{
    size_t n = 0;
    for (size_t k = 0; k < BW_BEGUN_MOST && n < key.n; k++) {
        n += bw_letter(key, n);
        add(m, "^", bw_str_take(key, n));
    }
}

enum name_part { SURNAME, GIVEN };

static void add_name(struct making *m, struct bw_str word, enum name_part part, bool alone)
{
    char text[BW_KEY_MOST];
    struct bw_str key = bw_word_key(word, text);
    add(m, "", key);
    add_begun(m, key);
    if (part == SURNAME)
        add_near(m, key);
    struct bw_str bare = bw_word_titleless(word, BW_TITLES_ALL);
    if (bare.n < word.n && (part == GIVEN || alone)) {
        char other[BW_KEY_MOST];
        add(m, "", bw_word_key(bare, other));
    }
}

/* The words of one part of the name, and all in one where there are several: "van der Berg", "vanderberg". */
static void add_names(struct making *m, struct bw_str folded, enum name_part part, bool alone)
{
    char text[BW_KEY_MOST];
    struct bw_str words[BW_JOINED_MOST + 1];
    size_t n = 0;
    for (struct bw_str rest = folded; rest.p;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        if (word.n == 0 || (is_title(word) && folded.n > word.n))
            continue;
        add_name(m, word, part, alone);
        if (n < BW_LEN(words))
            words[n++] = word;
    }
    add(m, "", bw_words_joined(words, n, text));
}

static void add_text(struct making *m, struct bw_str folded)
{
    char text[BW_KEY_MOST];
    for (struct bw_str rest = folded; rest.p;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        add(m, "=", bw_word_key(word, text));
    }
}

static struct bw_str folded(struct making *m, const struct bw_str *parts, size_t n)
{
    size_t max = 0, at = 0;
    for (size_t k = 0; k < n; k++)
        max += parts[k].n * 3 + 1;
    char *to = bw_arena_alloc(m->arena, max + 1);
    if (!to) {
        m->failed = true;
        return BW_STR("");
    }
    for (size_t k = 0; k < n; k++) {
        size_t got = bw_fold(parts[k], to + at + (at > 0), max - at - (at > 0));
        if (got > 0 && at > 0)
            to[at++] = ' ';
        at += got;
    }
    return bw_str_n(to, at);
}

bool bw_terms_of_case(const struct bw_terms_in *in, struct bw_arena *arena, struct bw_terms *ret)
{
    *ret = (struct bw_terms){ .v = BW_NEW_ARRAY(arena, struct bw_str, BW_TERMS_MAX) };
    struct making m = { arena, ret, !ret->v };
    const struct bw_str name[] = { in->surname, in->given };
    struct bw_str surname = folded(&m, &name[0], 1), given = folded(&m, &name[1], 1);
    ret->names = folded(&m, name, BW_LEN(name));
    ret->description = folded(&m, in->texts, in->n_texts);
    ret->town = folded(&m, &in->town, 1);
    if (m.failed)
        return false;
    add_names(&m, surname, SURNAME, given.n == 0);
    add_names(&m, given, GIVEN, false);
    add_text(&m, ret->town);
    add_text(&m, ret->description);
    return !m.failed;
}

const char *bw_term_of_flight(const char *flight, bw_date date, char to[BW_TERM_FLIGHT])
{
    char day[BW_DATE_TEXT];
    (void)snprintf(to, BW_TERM_FLIGHT, "@%s/%s", flight, bw_date_text(date, day));
    return to;
}
