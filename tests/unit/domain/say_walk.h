/* SPDX-License-Identifier: Apache-2.0 */
/* say_walk.h - what must hold of every page in every language (CLK-07): its opening, its plans, that no sentence denies
 * another, and the direction of what is filled in.  What each language says it with is data: say_walk.json.
 * Layer: tests. */
#ifndef BW_TESTS_SAY_WALK_H
#define BW_TESTS_SAY_WALK_H

#include "say_fixture.h"
#include "say_int.h"

#define WALK_LANGUAGES 4
static const char *const walk_languages[WALK_LANGUAGES] = { "en", "fr", "es", "ar" };

struct walk {
    struct page *p;
    struct bw_catalogue *words[WALK_LANGUAGES], *rules;
    size_t language;
    const char *owner, *other; /* names: who answers for the page; the other carrier */
    bw_time now;
    size_t pages, sentences, turn; /* turn: of the product */
    bool every;                    /* whether each of its pages is said in each language */
    uint64_t seen[1 << 16];        /* hashes of texts that were looked at; a text holds in every page or in none */
};

/* FNV-1a; a text whose place another took is looked at again. */
static inline bool walk_seen(struct walk *w, const char *text)
{
    uint64_t h = 1469598103934665603u + w->language;
    for (const char *p = text; *p; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    uint64_t *place = &w->seen[h % BW_LEN(w->seen)];
    bool seen = *place == h;
    *place = h;
    return seen;
}

static inline struct bw_catalogue *walk_load(const char *path)
{
    struct bw_error err = { 0 };
    struct bw_catalogue *c;
    struct bw_str json = bw_test_slurp(path, NULL);
    if (bw_catalogue_parse(json, &c, &err) != BW_OK)
        fail_msg("%s: %s", path, err.detail);
    free((void *)(uintptr_t)json.p);
    return c;
}

static inline const char *walk_find(const char *text, struct bw_str word)
{
    size_t n = strlen(text);
    for (size_t i = 0; word.n > 0 && i + word.n <= n; i++)
        if (bw_str_eq_nocase(bw_str_n(text + i, word.n), word))
            return text + i;
    return NULL;
}

/* One of the forms that the data has for it. */
static inline bool walk_says(const struct walk *w, const char *rule, const char *text)
{
    char key[40];
    snprintf(key, sizeof key, "%s.%s", walk_languages[w->language], rule);
    struct bw_str forms = bw_catalogue_text(w->rules, key);
    while (forms.p)
        if (walk_find(text, bw_str_split(&forms, '|')))
            return true;
    return false;
}

static inline void walk_fail(const struct walk *w, const char *why, const char *text)
{
    const struct page *p = w->p;
    fail_msg("%s: %s: %s\n  place %s, custody %s, case %s, owed %s by %s, level %d", walk_languages[w->language], why,
             text, bw_place_word(p->bag.place), bw_custody_word(p->bag.custody), bw_case_word(p->bag.case_state),
             p->said.n_open        ? bw_owed_row(p->open[0].owed)->word
             : p->said.n_case_open ? bw_owed_row(p->case_open[0].owed)->word
                                   : "nothing",
             p->said.n_open ? p->open[0].debtor : p->case_open[0].debtor,
             p->said.n_open ? p->open[0].level : p->case_open[0].level);
}

/* --- one text --- */

/* Letters of another script stand between marks that keep their direction, and every mark is closed. */
static inline void walk_direction(const struct walk *w, const char *text)
{
    int depth = 0;
    for (const char *p = text; *p; p++) {
        bool mark = strncmp(p, "\xE2\x81", 2) == 0;
        depth += mark && p[2] == '\xA8' ? 1 : mark && p[2] == '\xA9' ? -1 : 0;
        if (depth < 0)
            walk_fail(w, "a mark too many", text);
        if (strncmp(p, "Bagwatch", 8) == 0)
            p += 7;
        else if (depth == 0 && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
            walk_fail(w, "a name without marks of direction", text);
    }
    if (depth != 0)
        walk_fail(w, "a mark is not closed", text);
}

static inline void walk_text(struct walk *w, const char *text)
{
    const struct bw_page page = { .reader = &w->p->reader };
    if (walk_seen(w, text))
        return;
    if (bw_page_clean(&page, text)[0] == '\0')
        walk_fail(w, "is never said", text);
    if (strpbrk(text, "{}") || strstr(text, "  ") || strstr(text, " .") || strstr(text, " ,"))
        walk_fail(w, "not filled in", text);
    if (w->other && strstr(text, w->other) && walk_says(w, "excuse", text))
        walk_fail(w, "another carrier as an excuse", text);
}

/* --- sentences --- */

/* Keys whose times are due times, and so no plans: somebody owes something by then. */
static inline bool walk_is_due(const char *key, const char *code)
{
    static const char *const keys[] = { "next", "next_word", "escalates", "damage_window", "asked", "outage" };
    for (size_t i = 0; i < BW_LEN(keys); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return strcmp(code, "PROMISE_MOVED") == 0;
}

static inline void walk_sentence(struct walk *w, const char *key, const struct bw_view *map)
{
    const char *text = text_at(map, "text"), *code = text_at(map, "code");
    const struct bw_view *runs = view_at(map, "runs");
    char joined[4096] = "";
    w->sentences++;
    for (const struct bw_view *run = runs ? runs->first : NULL; run; run = run->next) {
        bw_time when = is_at(run, "time") ? at(text_at(run, "iso")) : w->now;
        snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s", text_at(run, "text"));
        if (when > w->now && !walk_is_due(key, code) && !walk_says(w, "planned", text))
            walk_fail(w, "a time to come, and nobody plans it", text);
        if (when > w->now &&
            (strcmp(key, "escalated") == 0 || strcmp(key, "where") == 0 || strcmp(key, "no_news") == 0))
            walk_fail(w, "a time to come of what has been", text);
        if (when <= w->now && strcmp(key, "escalates") == 0 && is_at(run, "time"))
            walk_fail(w, "a time that has passed of what is to come", text);
    }
    if (strcmp(joined, text) != 0)
        walk_fail(w, "its pieces are not its text", text);
    if (strcmp(walk_languages[w->language], "ar") == 0)
        walk_direction(w, text);
    if ((strcmp(key, "plan") == 0 || strcmp(key, "window") == 0 || strcmp(key, "legs") == 0) &&
        !walk_says(w, "planned", text))
        walk_fail(w, "a plan without its planner", text);
}

/* Words of our tables are for data-* attributes, not for reading. */
static inline bool walk_is_raw(const char *key)
{
    return strcmp(key, "state") == 0 || strcmp(key, "owed") == 0 || strcmp(key, "zone") == 0;
}

/* depth-first, as the view nests a handful of levels */
static inline void walk_view(struct walk *w, const char *key, const struct bw_view *node)
{
    for (const struct bw_view *child = node->first; child; child = child->next) {
        const char *name = child->key ? child->key : key;
        if (child->kind == BW_V_STR && child->s.n > 0)
            walk_text(w, child->s.p);
        if (view_at(child, "runs") && view_at(child, "text"))
            walk_sentence(w, name, child);
        if (!walk_is_raw(name))
            walk_view(w, name, child);
    }
}

/* --- the page as a whole --- */

static inline void walk_opening(const struct walk *w, const struct bw_view *v)
{
    const char *apology = text_at(v, "apology.text");
    bool done = is_at(v, "freshness.done") || strcmp(bw_case_word(w->p->bag.case_state), "CLOSED") == 0 ||
                w->p->bag.watch_ended || w->p->bag.place == BW_PLACE_DELIVERED;
    char first[2048];
    if (!w->owner)
        return;
    snprintf(first, sizeof first, "%s", apology);
    char *end = strstr(first, ". ");
    if (end)
        *end = '\0';
    if (!strstr(first, w->owner) || !walk_says(w, "sorry", first))
        walk_fail(w, "does not open with the owner's apology", apology);
    if (strstr(apology, w->other))
        walk_fail(w, "the apology names another carrier", apology);
    if ((!done || w->p->bag.case_state == BW_CASE_LOST) && !walk_says(w, "does", apology))
        walk_fail(w, "does not say what the owner does", apology);
}

/* What is still owed to the reader, and what of it is past due. */
static inline size_t walk_standing(const struct walk *w, bool past)
{
    size_t n = 0;
    const struct bw_said *said = &w->p->said;
    for (size_t i = 0; i < said->n_open + said->n_case_open; i++) {
        const struct bw_promise *p = i < said->n_open ? &said->open[i] : &said->case_open[i - said->n_open];
        n += p->why == BW_CLOSE_OPEN && p->owed != BW_OWE_OWNER && !bw_promise_untold(p) &&
             bw_owed_row(p->owed)->kind <= BW_OWED_CLAIM && /* what else there is, is owed to staff */
             (!past || p->due_at <= w->now || p->level >= 1);
    }
    return n;
}

static inline void walk_whole(const struct walk *w, const struct bw_view *v)
{
    bool on_time = is_at(v, "freshness.on_time"), done = is_at(v, "freshness.done");
    size_t standing = walk_standing(w, false), past = walk_standing(w, true);
    const char *word = text_at(v, "next_word.text");
    struct bw_str none = bw_catalogue_text(w->p->reader.words, "word.none");
    bool untold = w->p->said.n_case_open && bw_promise_untold(&w->p->case_open[0]);
    struct bw_str nothing = bw_catalogue_text(w->p->reader.words, untold ? "next.untold" : "next.none");
    if (past && (on_time || done))
        walk_fail(w, "something is overdue, and it says", text_at(v, "freshness.words"));
    if (!past && (is_at(v, "freshness.late") || is_at(v, "freshness.overdue") || count_at(v, "escalated")))
        walk_fail(w, "nothing is overdue, and it says", text_at(v, "freshness.words"));
    if ((standing == 0) != (strcmp(word, none.p) == 0))
        walk_fail(w, "the next word", word);
    if (standing && !view_at(v, "next_word.runs.1"))
        walk_fail(w, "no time for the next word", word);
    if ((standing == 0) != (strcmp(text_at(v, "next.0.text"), nothing.p) == 0))
        walk_fail(w, "what comes next", text_at(v, "next.0.text"));
    if (count_at(v, "next") == 0 || strcmp(text_at(v, "where.text"), "(nothing)") == 0)
        walk_fail(w, "a top line is missing", word);
    if (done && view_at(v, "no_news"))
        walk_fail(w, "it is finished, and news is missing", text_at(v, "no_news.text"));
    for (size_t i = 0; i < w->p->said.n_open; i++)
        if (count_at(v, "escalated") && w->p->open[i].level < 1 && w->p->said.n_open == 1 &&
            w->p->said.n_case_open == 0)
            walk_fail(w, "told of a level that was not raised", text_at(v, "escalated.0.text"));
}

static inline void walk_page(struct walk *w, const char *now)
{
    w->now = at(now);
    w->pages++;
    struct bw_view *v = say_at(w->p, now);
    walk_view(w, "", v);
    walk_opening(w, v);
    walk_whole(w, v);
    bw_arena_reset(&w->p->arena);
}

static inline void walk_begin(struct walk *w, struct page *p)
{
    char path[512];
    *w = (struct walk){ .p = p, .rules = walk_load(BW_SOURCE_DIR "/tests/unit/domain/say_walk.json") };
    for (size_t i = 0; i < WALK_LANGUAGES; i++) {
        snprintf(path, sizeof path, "%s/server/web/catalogues/%s.json", BW_SOURCE_DIR, walk_languages[i]);
        w->words[i] = walk_load(path);
    }
}

static inline void walk_end(struct walk *w)
{
    for (size_t i = 0; i < WALK_LANGUAGES; i++)
        bw_catalogue_free(w->words[i]);
    bw_catalogue_free(w->rules);
}

#endif
