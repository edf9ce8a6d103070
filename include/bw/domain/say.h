/* SPDX-License-Identifier: Apache-2.0 */
/* say.h - what the customer's page says about a bag: words from a message catalogue, filled into a view for the template.
 * Pure.  Layer: domain.  Threads: any; catalogues are read-only once parsed.  Source: PAGE-01..03, CLK-07, domain.md 9.5. */
#ifndef BW_DOMAIN_SAY_H
#define BW_DOMAIN_SAY_H

#include "bw/base/mustache.h"
#include "bw/domain/promise.h"

/* How late the news is: words and colour follow it (PAGE-02): late from due, overdue from level 2. */
enum bw_freshness { BW_FRESH, BW_LATE, BW_OVERDUE, BW_DONE };
enum bw_freshness bw_freshness(const struct bw_promise *open, size_t n_open, const struct bw_bag *bag, bw_time now);
const char *bw_freshness_word(enum bw_freshness f); /* "on-time", "late", "overdue", "done" */

/* A message catalogue: key -> text with {named} arguments, from one flat JSON object of strings. */
struct bw_catalogue;
BW_MUST_USE bw_code bw_catalogue_parse(struct bw_str json, struct bw_catalogue **ret_take, struct bw_error *err);
void bw_catalogue_free(struct bw_catalogue *c);
bool bw_catalogue_has(const struct bw_catalogue *c, const char *key);
struct bw_arg {
    const char *name;
    struct bw_str value;
};
/* The language is written from right to left: its key "dir" says so. */
bool bw_catalogue_rtl(const struct bw_catalogue *c);
/* Adds a text that was not written in the catalogue's language (a name, a code, a time): between the marks that keep its
 * own direction to itself (FSI and PDI of UAX #9) where the language is written from right to left, else as it is. */
void bw_say_foreign(const struct bw_catalogue *c, struct bw_str text, struct bw_buf *to);
/* Text of a key with arguments filled in, each as bw_say_foreign does; a missing key asserts: tests/lint/words.mjs and the
 * catalogue test walk all keys. */
void bw_say(const struct bw_catalogue *c, const char *key, const struct bw_arg *args, size_t n, struct bw_buf *to);

/* The reader: language and zone. */
struct bw_reader {
    const struct bw_catalogue *words;
    const struct bw_zone *zone; /* NULL = UTC */
};

struct bw_said {
    const struct bw_event *const *history; /* of the bag, newest first; case events included */
    size_t n_history;
    const struct bw_promise *open; /* open promises of the bag */
    size_t n_open;
    const struct bw_promise *case_open; /* open promises of the case */
    size_t n_case_open;
};
/* Fills the view for the status page; its keys stand in server/web/templates/README.md.  Headings and labels are those of
 * bw_say_words, once a page and not once a bag. */
void bw_say_status(const struct bw_bag *bag, const struct bw_case *c, const struct bw_said *said, const struct bw_world *world,
                   const struct bw_reader *reader, bw_time now, struct bw_arena *arena, struct bw_view *to);
/* Adds `rights`: the law, the limit and the dates of a file in words (PAGE-05); several: the file has several bags. */
struct bw_rights;
void bw_say_rights(const struct bw_rights *rights, bool several, const struct bw_world *world,
                   const struct bw_reader *reader, bw_time now, struct bw_arena *arena, struct bw_view *to);
/* Every key of the catalogue that begins with "page." and takes no arguments, without that prefix, dots as underscores, as
 * the map `words`: headings and labels of every page. */
void bw_say_words(const struct bw_catalogue *words, struct bw_arena *arena, struct bw_view *to);
/* Local time of the reader in words of the catalogue: "21 Nov, 01:45". */
void bw_say_time(const struct bw_reader *reader, bw_time at, struct bw_buf *to);
/* "2 h 14 min". */
void bw_say_span(const struct bw_reader *reader, int64_t us, struct bw_buf *to);

#endif
