/* SPDX-License-Identifier: Apache-2.0 */
/* From an identity as sent to the bag it names on that day (BAG-01, design.md 7 "alias"). */
#include <stdio.h>

#include "batch_ways.h"

#define WINDOW_BEFORE 3
#define WINDOW_AFTER 30
#define REF_DAYS 3650
#define AFTER_LAST_WORD 3

#define ACTOR_KEY 17
static struct bw_str actor_key(enum bw_subject kind, const struct bw_uuid *id, char to[ACTOR_KEY])
{
    to[0] = (char)kind;
    memcpy(to + 1, id->b, 16);
    return bw_str_n(to, ACTOR_KEY);
}

struct bw_actor *bw_actor_find(struct bw_batch *b, enum bw_subject kind, const struct bw_uuid *id)
{
    char key[ACTOR_KEY];
    return bw_map_get(&b->actors, actor_key(kind, id, key));
}

struct bw_actor *bw_actor_get(struct bw_batch *b, enum bw_subject kind, const struct bw_uuid *id)
{
    char key[ACTOR_KEY];
    struct bw_actor *a = bw_actor_find(b, kind, id);
    if (a)
        return a;
    a = BW_NEW(&b->arena, struct bw_actor);
    struct bw_str kept = bw_arena_str(&b->arena, actor_key(kind, id, key));
    if (!a || !kept.p || !bw_map_put(&b->actors, kept, a) || !bw_list_add(&b->arena, &b->actor_list, a))
        return NULL;
    a->kind = kind;
    a->id = *id;
    return a;
}

struct bw_alias_set *bw_alias_get(struct bw_batch *b, enum bw_ident_kind kind, struct bw_str value)
{
    char key[64];
    int n = snprintf(key, sizeof key, "%s:%.*s", bw_ident_kind_word(kind), BW_FMT(value));
    BW_ASSERT(n > 0 && (size_t)n < sizeof key);
    struct bw_alias_set *s = bw_map_get(&b->aliases, bw_str_n(key, (size_t)n));
    if (s)
        return s;
    s = BW_NEW(&b->arena, struct bw_alias_set);
    struct bw_str kept = bw_arena_str(&b->arena, bw_str_n(key, (size_t)n));
    if (!s || !kept.p || !bw_map_put(&b->aliases, kept, s) || !bw_list_add(&b->arena, &b->alias_list, s))
        return NULL;
    s->kind = kind;
    bw_str_put(value, s->value, sizeof s->value);
    return s;
}

bw_date bw_event_day(const struct bw_event *ev, bw_time now)
{
    if (ev->ident.date != BW_DATE_NONE)
        return ev->ident.date;
    if (ev->occurred_at != BW_TIME_NONE)
        return bw_date_of(ev->occurred_at);
    return ev->flight_date != BW_DATE_NONE ? ev->flight_date : bw_date_of(now);
}

bool bw_window_add(struct bw_batch *b, struct bw_alias_set *s, const struct bw_window *w)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 4;
        struct bw_window *v = BW_NEW_ARRAY(&b->arena, struct bw_window, cap);
        if (!v)
            return false;
        if (s->n)
            memcpy(v, s->v, s->n * sizeof *v);
        s->v = v;
        s->cap = cap;
    }
    s->v[s->n++] = *w;
    return true;
}

static bool alias_put(struct bw_batch *b, enum bw_ident_kind kind, struct bw_str value, bw_date day,
                      const struct bw_uuid *bag_id, int16_t twin)
{
    struct bw_alias_set *s = bw_alias_get(b, kind, value);
    if (!s)
        return false;
    struct bw_window w = { day - WINDOW_BEFORE, day + WINDOW_AFTER + 1, twin, *bag_id, true };
    if (kind == BW_IDENT_REF) { /* never given again, so it means its bags on any day, also before it was given */
        w.from = day - REF_DAYS;
        w.until = day + REF_DAYS;
    }
    bool sole = kind == BW_IDENT_PLATE || kind == BW_IDENT_RUSH;
    for (size_t k = 0; k < s->n; k++) {
        const struct bw_window *o = &s->v[k];
        if (bw_uuid_eq(&o->bag_id, bag_id) && o->from <= day && day < o->until)
            return true;
        if (!sole || o->twin != twin)
            continue;
        /* clipped at neighbouring windows: day itself lies in none of them */
        if (o->until <= day && o->until > w.from)
            w.from = o->until;
        if (o->from > day && o->from < w.until)
            w.until = o->from;
    }
    return bw_window_add(b, s, &w);
}

bool bw_alias_add(struct bw_batch *b, enum bw_ident_kind kind, struct bw_str value, bw_date day,
                  const struct bw_uuid *bag_id)
{
    return alias_put(b, kind, value, day, bag_id, 0);
}

static struct bw_actor *make_bag(struct bw_batch *b, const struct bw_ident *ident, bw_date day)
{
    struct bw_uuid id = bw_id_with_bucket(bw_uuid_v7(b->now), bw_ident_bucket(ident));
    struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_BAG, &id);
    if (!a)
        return NULL;
    a->fresh = a->found = true;
    a->has_history = true;
    bw_bag_init(&a->now.bag, &id, b->now);
    a->now.bag.travel_date = day;
    return a;
}

struct bw_actor *bw_bag_unnamed(struct bw_batch *b, const struct bw_ident *ref, bw_date day)
{
    struct bw_actor *a = make_bag(b, ref, day);
    if (a)
        a->dirty = true;
    return a;
}

bool bw_short_of(const struct bw_batch *b, const char *plate, char to[9])
{
    const struct bw_carrier *c = bw_world_issuer(b->world, bw_plate_issuer(plate));
    return c && bw_plate_to_short(plate, bw_str_c(c->code), to);
}

/* Follows ALIAS_JOINED to the record that lives on. */
static struct bw_actor *survivor(struct bw_batch *b, struct bw_actor *a)
{
    for (int hop = 0; a && hop < 4 && !bw_uuid_is_nil(&a->now.bag.joined_into); hop++)
        a = bw_actor_get(b, BW_SUBJECT_BAG, &a->now.bag.joined_into);
    return a;
}

bw_code bw_bag_hit(struct bw_batch *b, const struct bw_uuid *id, struct bw_actor **ret, struct bw_error *err)
{
    struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_BAG, id);
    a = a ? survivor(b, a) : NULL;
    if (!a)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a bag");
    if (!a->found)
        b->needs_reading = true;
    *ret = a;
    return BW_OK;
}

/* --- the bags that fit --- */

#define CANDIDATES_MOST 16

struct candidate {
    struct bw_actor *bag;
    int match;
};
struct candidates {
    struct candidate v[CANDIDATES_MOST];
    size_t n;
    int16_t twin; /* number for one more window beside theirs */
};

/* The date said beside the identity counts most, then the route. */
static int match(const struct bw_batch *b, const struct bw_actor *a, const struct bw_ident *ident,
                 const struct bw_event *ev)
{
    int route = ev ? bw_bag_match(&a->now.bag, ev, b->world) : 0;
    bool same_day = ident->date != BW_DATE_NONE && a->now.bag.travel_date == ident->date;
    return route < 0 ? route : route + (same_day ? 4 : 0);
}

/* Every record whose window holds the day, each once; records that were joined count as one.  b->needs_reading: not all
 * could be looked at. */
static bw_code collect(struct bw_batch *b, const struct bw_alias_set *s, bw_date day, const struct bw_ident *ident,
                       const struct bw_event *ev, struct candidates *ret, struct bw_error *err)
{
    ret->n = 0;
    ret->twin = 0;
    for (size_t k = 0; k < s->n; k++) {
        const struct bw_window *w = &s->v[k];
        struct bw_actor *a = NULL;
        if (w->from > day || w->until <= day)
            continue;
        ret->twin = w->twin >= ret->twin ? (int16_t)(w->twin + 1) : ret->twin;
        bw_code rc = bw_bag_hit(b, &w->bag_id, &a, err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
        bool there = false;
        for (size_t i = 0; i < ret->n; i++)
            there = there || ret->v[i].bag == a;
        if (!there && ret->n < CANDIDATES_MOST)
            ret->v[ret->n++] = (struct candidate){ a, match(b, a, ident, ev) };
    }
    return BW_OK;
}

/* The one that fits best; among equals the one that is watched; NULL: none can be, or several are left. */
static struct bw_actor *best_of(const struct candidates *c, bool *ret_any)
{
    int best = -1;
    struct bw_actor *one = NULL, *watched = NULL;
    size_t n = 0, n_watched = 0;
    for (size_t k = 0; k < c->n; k++)
        best = c->v[k].match > best ? c->v[k].match : best;
    *ret_any = best >= 0;
    for (size_t k = 0; k < c->n; k++) {
        if (c->v[k].match < 0 || c->v[k].match != best)
            continue;
        one = c->v[k].bag;
        n++;
        if (one->now.bag.watched) {
            watched = one;
            n_watched++;
        }
    }
    if (n == 1)
        return one;
    return n_watched == 1 ? watched : NULL;
}

static bool tells_journey(const struct bw_event *ev)
{
    return ev && (ev->code == BW_EV_BAG_EXPECTED || ev->code == BW_EV_CASE_OPENED);
}

bool bw_file_is_open(const struct bw_bag *bag)
{
    return bag->case_state == BW_CASE_OPEN || bag->case_state == BW_CASE_CLAIM || bag->case_state == BW_CASE_LOST;
}

/* The window that ends last before the day; NULL: none, or twins do.  *ret_free: where the next one begins. */
static const struct bw_window *window_before(const struct bw_alias_set *s, bw_date day, bw_date *ret_free)
{
    const struct bw_window *last = NULL;
    bool twins = false;
    for (size_t k = 0; k < s->n; k++) {
        const struct bw_window *w = &s->v[k];
        if (w->from > day && w->from < *ret_free)
            *ret_free = w->from;
        if (w->until > day || (last && w->until < last->until))
            continue;
        twins = last && w->until == last->until && !bw_uuid_eq(&w->bag_id, &last->bag_id);
        last = w;
    }
    return twins ? NULL : last;
}

/* No window holds the day.  A bag whose file is open is looked for longer than its window: the days behind it, to three
 * after this one, become its own as far as they are free (design.md 7).  A travel date, and the first words of a
 * journey, mean another bag.  *ret stays NULL where it is none of that. */
static bw_code stretch(struct bw_batch *b, struct bw_alias_set *s, const struct bw_ident *ident, bw_date day,
                       const struct bw_event *ev, struct bw_actor **ret, struct bw_error *err)
{
    struct bw_actor *a = NULL;
    bw_date until = day + AFTER_LAST_WORD + 1;
    if (!ev || ident->date != BW_DATE_NONE || tells_journey(ev) || ev->code == BW_EV_BAG_ACCEPTED)
        return BW_OK;
    const struct bw_window *last = window_before(s, day, &until);
    bw_code rc = last ? bw_bag_hit(b, &last->bag_id, &a, err) : BW_OK;
    if (!last || rc != BW_OK || b->needs_reading || !bw_file_is_open(&a->now.bag))
        return rc;
    const struct bw_window more = { last->until, until, last->twin, a->id, true };
    *ret = a;
    return bw_window_add(b, s, &more) ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a window");
}

/* A bag that was known by its short plate only and now shows its whole plate. */
static struct bw_actor *adopt(struct bw_batch *b, const char *short_plate, bw_date day, const struct bw_ident *ident,
                              const struct bw_event *ev, struct bw_error *err)
{
    struct candidates c = { .n = 0 };
    struct bw_alias_set *s = bw_alias_get(b, BW_IDENT_SHORT, bw_str_c(short_plate));
    if (!s || collect(b, s, day, ident, ev, &c, err) != BW_OK || c.n != 1 || c.v[0].match < 0)
        return NULL;
    return c.v[0].bag->now.bag.plate[0] ? NULL : c.v[0].bag;
}

/* A record for a plate that none has on that day; twin > 0: others have it, and none of them can be meant (BAG-12). */
static bw_code resolve_plate(struct bw_batch *b, const struct bw_ident *ident, bw_date day, const struct bw_event *ev,
                             int16_t twin, struct bw_actor **ret, struct bw_error *err)
{
    char short_plate[9] = "";
    bool has_short = ident->kind == BW_IDENT_PLATE && bw_short_of(b, ident->value, short_plate);
    const struct bw_alias_set *s = has_short ? bw_alias_get(b, BW_IDENT_SHORT, bw_str_c(short_plate)) : NULL;
    if (has_short && !s)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a short plate");
    b->needs_reading = b->needs_reading || (s && !s->read); /* the plate was known, on other days */
    struct bw_actor *a = has_short && !twin && !b->needs_reading ? adopt(b, short_plate, day, ident, ev, err) : NULL;
    if (b->needs_reading)
        return BW_OK;
    a = a ? a : make_bag(b, ident, day);
    if (!a || !alias_put(b, ident->kind, bw_str_c(ident->value), day, &a->id, twin) ||
        (has_short && !bw_alias_add(b, BW_IDENT_SHORT, bw_str_c(short_plate), day, &a->id)))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a bag");
    if (!a->now.bag.plate[0])
        bw_str_put(bw_str_c(ident->value), a->now.bag.plate, sizeof a->now.bag.plate);
    if (has_short && !a->now.bag.short_plate[0])
        bw_str_put(bw_str_c(short_plate), a->now.bag.short_plate, sizeof a->now.bag.short_plate);
    a->dirty = true;
    *ret = a;
    return BW_OK;
}

static bw_code resolve_short(struct bw_batch *b, const struct bw_ident *ident, bw_date day, struct bw_actor **ret,
                             struct bw_error *err)
{
    struct bw_actor *a = make_bag(b, ident, day);
    if (!a || !bw_alias_add(b, BW_IDENT_SHORT, bw_str_c(ident->value), day, &a->id))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a bag");
    bw_str_put(bw_str_c(ident->value), a->now.bag.short_plate, sizeof a->now.bag.short_plate);
    a->dirty = true;
    *ret = a;
    return BW_OK;
}

/* Nothing is merged silently: the statement is kept on a record of its own, which staff may join (BAG-02). */
static bw_code keep_apart(struct bw_batch *b, const struct bw_ident *ident, bw_date day, struct bw_actor **ret,
                          bool *ret_ambiguous, struct bw_error *err)
{
    *ret = make_bag(b, ident, day);
    if (!*ret)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a bag");
    *ret_ambiguous = true;
    (*ret)->dirty = true;
    return BW_OK;
}

static bw_code resolve_new(struct bw_batch *b, const struct bw_ident *ident, bw_date day, const struct bw_event *ev,
                           int16_t twin, struct bw_actor **ret, struct bw_error *err)
{
    if (ident->kind == BW_IDENT_REF)
        return bw_fail(err, BW_E_NOT_FOUND, "/bag", "no file %s", ident->value);
    if (ident->kind == BW_IDENT_SHORT)
        return resolve_short(b, ident, day, ret, err);
    return resolve_plate(b, ident, day, ev, twin, ret, err);
}

static bw_code resolve_id(struct bw_batch *b, const struct bw_ident *ident, struct bw_actor **ret, struct bw_error *err)
{
    struct bw_uuid id;
    if (!bw_uuid_parse(bw_str_c(ident->value), &id))
        return bw_fail(err, BW_E_NOT_FOUND, "/bag", "no such bag");
    const struct bw_actor *a = bw_actor_get(b, BW_SUBJECT_BAG, &id);
    if (a && !a->found && a->read_version < 0) /* asked for, and not there */
        return bw_fail(err, BW_E_NOT_FOUND, "/bag", "no such bag");
    return bw_bag_hit(b, &id, ret, err);
}

bw_code bw_resolve(struct bw_batch *b, const struct bw_ident *ident, bw_date day, const struct bw_event *ev,
                   struct bw_actor **ret, bool *ret_ambiguous, struct bw_error *err)
{
    struct candidates c;
    bool any = false;
    *ret_ambiguous = false;
    if (ident->kind == BW_IDENT_ID)
        return resolve_id(b, ident, ret, err);
    struct bw_alias_set *s = bw_alias_get(b, ident->kind, bw_str_c(ident->value));
    if (!s)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for an identity");
    bw_code rc = collect(b, s, day, ident, ev, &c, err);
    if (rc != BW_OK || b->needs_reading)
        return rc;
    struct bw_actor *one = best_of(&c, &any);
    if (c.n == 0 && ident->kind != BW_IDENT_REF) {
        rc = stretch(b, s, ident, day, ev, &one, err);
        if (rc != BW_OK || b->needs_reading)
            return rc;
    }
    bool sole = c.n == 1 && !(c.v[0].match < 0 && tells_journey(ev));
    if (one || sole) {
        *ret = one ? one : c.v[0].bag;
        return BW_OK;
    }
    if (c.n == 0 || (!any && tells_journey(ev) && ident->kind != BW_IDENT_REF))
        return resolve_new(b, ident, day, ev, c.twin, ret, err);
    return keep_apart(b, ident, day, ret, ret_ambiguous, err);
}
