/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/caseview.h"

#include <stdlib.h>

#include "bw/app/flights.h"
#include "bw/app/reads.h"
#include "bw/storage/rows.h"
#include "bw/storage/tx.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
}

static bw_code none(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
}

struct look {
    const struct bw_keys *keys;
    const struct bw_principal *who;
    struct bw_ident ref;
    bw_time now;
    struct bw_arena *arena;
    struct bw_file_seen *seen;
};

/* --- the file and its bags --- */

static bw_code read_id(struct bw_pg *pg, const struct bw_ident *ref, struct bw_uuid *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CASE_BY_REF, BW_PARAMS(bw_p_i16(bw_ident_bucket(ref)), bw_p_c(ref->value)), &rows, err);
    if (rc == BW_OK && rows.n)
        *ret = bw_rows_uuid(&rows, 0, "case_id");
    return rc == BW_OK && !rows.n ? none(err) : rc;
}

static bw_code read_file(struct bw_pg *pg, const struct bw_uuid *id, struct bw_case *ret, struct bw_error *err)
{
    int16_t bucket = bw_id_bucket(id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CASE_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1)), &rows, err);
    if (rc == BW_OK && !rows.n)
        return none(err);
    if (rc == BW_OK && !bw_row_case(&rows, 0, ret))
        return bw_fail(err, BW_E_DB, NULL, "the fold of a file does not read back");
    return rc;
}

/* The level of what is owed for a bag; one that is with its owner, or whose watch has ended, is the best of all. */
static int badness(const struct bw_file_bag *one)
{
    int level = one->n_open ? -1 : -2;
    for (size_t k = 0; k < one->n_open; k++)
        level = one->open[k].level > level ? one->open[k].level : level;
    return one->bag.watch_ended || one->bag.place == BW_PLACE_DELIVERED ? -3 : level;
}

/* CASE-09: the worst first; of two alike the one that nothing was heard of for longer. */
static int cmp_worst(const void *pa, const void *pb)
{
    const struct bw_file_bag *a = pa, *b = pb;
    int bad_a = badness(a), bad_b = badness(b);
    if (bad_a != bad_b)
        return bad_a < bad_b ? 1 : -1;
    if (a->bag.last_news_at != b->bag.last_news_at)
        return a->bag.last_news_at < b->bag.last_news_at ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static bool known(const struct bw_file_bag *v, size_t n, const struct bw_uuid *id)
{
    for (size_t k = 0; k < n; k++)
        if (bw_uuid_eq(&v[k].bag.bag_id, id))
            return true;
    return false;
}

static bw_code read_bags(struct bw_pg *pg, struct look *l, const struct bw_uuid *case_id, struct bw_error *err)
{
    struct bw_uuid ids[BW_CASE_BAGS];
    size_t n;
    bw_code rc = bw_case_bags(pg, case_id, ids, BW_LEN(ids), &n, err);
    struct bw_file_bag *v = rc == BW_OK ? BW_NEW_ARRAY(l->arena, struct bw_file_bag, n + 1) : NULL;
    if (rc != BW_OK || !v)
        return rc == BW_OK ? no_memory(err) : rc;
    for (size_t k = 0; rc == BW_OK && k < n; k++) {
        struct bw_file_bag *one = &v[l->seen->n_bags];
        *one = (struct bw_file_bag){ .number = k };
        rc = bw_bag_now(pg, &ids[k], &one->bag, err);
        if (rc == BW_OK && known(v, l->seen->n_bags, &one->bag.bag_id))
            continue; /* two of them turned out to be one bag */
        rc = rc == BW_OK ? bw_open_of(pg, &one->bag.bag_id, one->open, &one->n_open, err) : rc;
        l->seen->n_bags++;
    }
    l->seen->bags = v;
    return rc;
}

/* Its bags have one journey. */
static bw_code read_flights(struct bw_pg *pg, struct look *l, struct bw_error *err)
{
    struct bw_file_seen *s = l->seen;
    return s->n_bags ? bw_flights_of(pg, &s->bags[0].bag, l->arena, &s->flights, &s->n_flights, err) : BW_OK;
}

/* --- what this reader sees of it --- */

/* A report may name any bag: until it is accepted, whoever made it, or is to answer it, learns nothing of a bag that is
 * not its own (BAG-05). */
static void hide_others(struct bw_file_seen *s, const struct bw_principal *who)
{
    for (size_t k = 0; k < s->n_bags; k++) {
        struct bw_file_bag *one = &s->bags[k];
        if (bw_uuid_eq(&one->bag.case_id, &s->file.case_id) || bw_bag_visible(&one->bag, who))
            continue;
        struct bw_bag known = one->bag;
        bw_bag_init(&one->bag, &known.bag_id, known.made_at);
        one->bag.version = known.version;
        bw_str_put(bw_str_c(known.plate), one->bag.plate, sizeof one->bag.plate);
        one->n_open = 0;
    }
}

static bw_code decide(struct bw_pg *pg, struct look *l, struct bw_error *err)
{
    struct bw_file_seen *s = l->seen;
    const struct bw_bag *bags[BW_CASE_BAGS];
    struct bw_case_facts facts = { &s->file, bags, s->n_bags, BW_TIME_NONE };
    for (size_t k = 0; k < s->n_bags; k++)
        bags[k] = &s->bags[k].bag;
    bw_case_sight(l->who, &facts, l->now, &s->sight);
    if (s->sight.asks) {
        bw_code rc = bw_revealed_until(pg, &s->file.case_id, &l->who->id, l->now, &facts.revealed_until, err);
        if (rc != BW_OK)
            return rc;
        bw_case_sight(l->who, &facts, l->now, &s->sight);
    }
    for (size_t k = 0; k < s->n_bags && k < 32; k++)
        s->bags[k].brought = s->sight.drops >> k & 1;
    hide_others(s, l->who);
    return s->sight.sees ? BW_OK : none(err);
}

/* Not even opened where nothing of them may be seen. */
static bw_code open_details(struct bw_pg *pg, struct look *l, struct bw_error *err)
{
    struct bw_file_seen *s = l->seen;
    struct bw_case_whole *whole = BW_NEW(l->arena, struct bw_case_whole);
    if (!whole)
        return no_memory(err);
    if (!(s->sight.sees & (BW_SEE_PERSONAL | BW_SEE_LOOKS)))
        return BW_OK;
    bw_code rc = bw_case_details(pg, l->keys, &s->file.case_id, l->arena, whole, err);
    s->erased = rc == BW_E_NOT_FOUND && whole->file.ref[0];
    if (rc == BW_OK)
        s->details = &whole->details;
    return s->erased ? BW_OK : rc;
}

static bw_code look(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct look *l = ctx;
    struct bw_uuid id;
    *l->seen = (struct bw_file_seen){ .today = bw_date_of(l->now) };
    bw_code rc = bw_feed_position(pg, &l->seen->complete_to, err);
    rc = rc == BW_OK ? read_id(pg, &l->ref, &id, err) : rc;
    rc = rc == BW_OK ? read_file(pg, &id, &l->seen->file, err) : rc;
    rc = rc == BW_OK ? read_bags(pg, l, &id, err) : rc;
    rc = rc == BW_OK ? read_flights(pg, l, err) : rc;
    rc = rc == BW_OK ? decide(pg, l, err) : rc;
    rc = rc == BW_OK ? bw_open_of(pg, &id, l->seen->open, &l->seen->n_open, err) : rc;
    rc = rc == BW_OK ? open_details(pg, l, err) : rc;
    if (rc == BW_OK)
        qsort(l->seen->bags, l->seen->n_bags, sizeof *l->seen->bags, cmp_worst);
    return rc;
}

bw_code bw_file_see(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who, struct bw_str ref,
                    bw_time now, struct bw_arena *arena, struct bw_file_seen **ret, struct bw_error *err)
{
    const char *why;
    struct look l = { .keys = app->keys, .who = who, .now = now, .arena = arena };
    l.seen = BW_NEW(arena, struct bw_file_seen);
    if (!l.seen)
        return no_memory(err);
    if (!bw_ident_parse_as(BW_IDENT_REF, ref, BW_DATE_NONE, &l.ref, &why))
        return none(err);
    bw_code rc = bw_tx_read(pg, look, &l, err);
    if (rc == BW_OK)
        *ret = l.seen;
    return rc;
}

bw_code bw_file_sight(struct bw_pg *pg, const struct bw_principal *who, const struct bw_case *file, bw_time now,
                      struct bw_arena *arena, struct bw_sight *ret, struct bw_error *err)
{
    struct look l = { .who = who, .now = now, .arena = arena };
    l.seen = BW_NEW(arena, struct bw_file_seen);
    if (!l.seen)
        return no_memory(err);
    l.seen->file = *file;
    bw_code rc = read_bags(pg, &l, &file->case_id, err);
    rc = rc == BW_OK ? decide(pg, &l, err) : rc;
    *ret = l.seen->sight;
    return rc;
}

bw_code bw_file_rights(struct bw_file_seen *seen, const struct bw_world *world, bw_time now, struct bw_arena *arena,
                       struct bw_error *err)
{
    const struct bw_bag *bags[BW_CASE_BAGS];
    if (!(seen->sight.sees & BW_SEE_CASE))
        return BW_OK;
    struct bw_rights *rights = BW_NEW(arena, struct bw_rights);
    if (!rights)
        return no_memory(err);
    for (size_t k = 0; k < seen->n_bags; k++)
        bags[k] = &seen->bags[k].bag;
    struct bw_world known = *world;
    known.flights = seen->flights;
    known.n_flights = seen->n_flights;
    bw_rights_of(&seen->file, bags, seen->n_bags, &known, now, rights);
    seen->rights = rights;
    return BW_OK;
}

/* What of the dates may change while nobody says anything: time passes, and rules are reviewed. */
static unsigned dates_now(const struct bw_rights *r)
{
    unsigned sum = r ? (unsigned)r->n : 0;
    for (size_t k = 0; r && k < r->n; k++) {
        sum = sum * 31 + r->dates[k].reviewed;
        for (size_t c = 0; c < r->dates[k].n_conditions; c++)
            sum = sum * 31 + (unsigned)r->dates[k].conditions[c].met;
    }
    return sum;
}

struct bw_str bw_file_tag(const struct bw_file_seen *seen, struct bw_arena *arena)
{
    long bags = 0, levels = 0;
    for (size_t k = 0; k < seen->n_bags; k++) {
        bags += seen->bags[k].bag.version; /* each of them only ever rises */
        levels += badness(&seen->bags[k]) + 3;
    }
    return bw_str_c(bw_arena_printf(arena, "%d-%ld-%ld-%x-%x%s", seen->file.version, bags, levels, seen->sight.sees,
                                    dates_now(seen->rights), seen->erased ? "e" : ""));
}

bw_code bw_file_shown(struct bw_pg *pg, const struct bw_principal *who, const struct bw_file_seen *seen, bw_time now,
                      struct bw_error *err)
{
    unsigned shown = seen->sight.sees & BW_SEE_PERSONAL;
    if (!seen->details || !shown)
        return BW_OK;
    const struct bw_read one = { .who = who,
                                 .case_id = &seen->file.case_id,
                                 .shown = shown,
                                 .holds_until = BW_TIME_NONE,
                                 .why = seen->sight.asks ? BW_STR("reason-given") : BW_STR("work-on-the-case") };
    return bw_read_record(pg, &one, now, err);
}
