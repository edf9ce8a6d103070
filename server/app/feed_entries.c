/* SPDX-License-Identifier: Apache-2.0 */
/* feed_entries.c - lines of feed_payload as entries: who may see each, and what the case's customer gets of it
 * (design.md 8: bag ordinal, version, state and level, nothing else). */
#include "bw/base/json_out.h"
#include "bw/storage/answer.h"
#include "feed_int.h"

enum { CARRIERS_MAX = 32, CUSTOMER_MAX = 256 };

void bw_feed_list_init(struct bw_feed_list *list)
{
    *list = (struct bw_feed_list){ .v = NULL };
    bw_arena_init(&list->arena, BW_FEED_ARENA);
}

void bw_feed_list_done(struct bw_feed_list *list)
{
    bw_arena_done(&list->arena);
}

void bw_feed_list_clear(struct bw_feed_list *list)
{
    bw_arena_reset(&list->arena);
    list->v = NULL;
    list->n = list->cap = 0;
}

static struct bw_feed_entry *add(struct bw_feed_list *list)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        struct bw_feed_entry *v = BW_NEW_ARRAY(&list->arena, struct bw_feed_entry, cap);
        if (!v)
            return NULL;
        if (list->n)
            memcpy(v, list->v, list->n * sizeof(*v));
        list->v = v;
        list->cap = cap;
    }
    struct bw_feed_entry *e = &list->v[list->n++];
    *e = (struct bw_feed_entry){ .index = 0 };
    return e;
}

static bool take_audience(struct bw_arena *arena, struct bw_str audience, struct bw_feed_entry *e)
{
    char(*carriers)[4] = bw_arena_array(arena, CARRIERS_MAX, sizeof(*carriers));
    if (!carriers)
        return false;
    e->carriers = (const char(*)[4])carriers;
    for (struct bw_str rest = audience; rest.p && rest.n;) {
        struct bw_str one = bw_str_split(&rest, ',');
        if (e->n_carriers == CARRIERS_MAX || !bw_str_copy(one, carriers[e->n_carriers], sizeof(*carriers)))
            return false;
        e->n_carriers++;
    }
    return true;
}

static struct bw_str customer_json(struct bw_arena *arena, const struct bw_feed_line *line)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, CUSTOMER_MAX);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jk_i64(&j, "bag", line->bag_ordinal);
    bw_jk_i64(&j, "version", line->version);
    bw_jk_str(&j, "state", line->state);
    bw_jk_i64(&j, "level", line->level);
    bw_jo_end(&j);
    return bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
}

/* The name of an entry on a stream: the word of its subject, as its type says. */
static const char *name_of(const struct bw_feed_line *line)
{
    const struct bw_str head = BW_STR("{\"v\":1,\"type\":\"");
    enum bw_subject subject;
    struct bw_str rest = bw_str_starts(line->json, head) ? bw_str_drop(line->json, head.n) : BW_STR("");
    return bw_subject_from(bw_str_split(&rest, '.'), &subject) ? bw_subject_word(subject) : "bag";
}

static bool fill(struct bw_arena *arena, const struct bw_feed_line *line, struct bw_feed_entry *e)
{
    bool has_case = !bw_uuid_is_nil(&line->case_id);
    e->bag_id = line->bag_id;
    e->case_id = line->case_id;
    e->name = name_of(line);
    e->staff = line->json;
    e->customer = has_case ? customer_json(arena, line) : BW_STR_NONE;
    return take_audience(arena, line->audience, e) && (!has_case || e->customer.p);
}

bw_code bw_feed_unpack(struct bw_rows *rows, size_t row, struct bw_str lines, uint64_t after, uint64_t upto,
                       struct bw_feed_list *list, struct bw_error *err)
{
    uint64_t first = (uint64_t)bw_rows_i64(rows, row, "first_index");
    bw_time recorded_at = bw_rows_time(rows, row, "recorded_at");
    struct bw_str rest = lines;
    struct bw_feed_line line;
    while (bw_feed_line_next(&rest, &line)) {
        uint64_t index = first + (uint64_t)line.ordinal;
        if (index <= after || index > upto)
            continue;
        struct bw_feed_entry *e = add(list);
        if (!e)
            return bw_fail(err, BW_E_NOMEM, NULL, "entries of the feed");
        e->index = index;
        e->recorded_at = recorded_at;
        if (!fill(&list->arena, &line, e))
            return bw_fail(err, BW_E_DB, NULL, "entry %llu of the feed does not read back", (unsigned long long)index);
    }
    if (rest.n)
        return bw_fail(err, BW_E_DB, NULL, "the payload of batch %lld does not read back",
                       (long long)bw_rows_i64(rows, row, "id"));
    return BW_OK;
}

uint64_t bw_feed_row_last(struct bw_rows *rows, size_t row)
{
    return (uint64_t)(bw_rows_i64(rows, row, "first_index") + bw_rows_i32(rows, row, "n") - 1);
}

bool bw_feed_row_gone(struct bw_rows *rows, size_t row, unsigned retention_days)
{
    bw_date kept_from = bw_date_of(bw_clock_wall()) - (bw_date)retention_days;
    return bw_rows_null(rows, row, "entries") && bw_date_of(bw_rows_time(rows, row, "recorded_at")) < kept_from;
}
