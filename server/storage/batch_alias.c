/* SPDX-License-Identifier: Apache-2.0 */
/* Identities that a batch may ask for: named before anything is read, read with the bags that nobody watches; the short
 * form of a plate only where nobody goes by the plate itself, which one scan in eight is. */
#include <stdio.h>

#include "batch_ways.h"

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the identities of a batch");
}

/* Names an identity, the short plate that a full one may be known by, and the digits that a short one may be misread
 * from. */
static bool name_identity(struct bw_batch *b, const struct bw_ident *ident)
{
    if (ident->kind == BW_IDENT_ID || ident->kind == BW_IDENT_NONE)
        return true;
    struct bw_alias_set *s = bw_alias_get(b, ident->kind, bw_str_c(ident->value));
    if (!s)
        return false;
    if (ident->kind == BW_IDENT_SHORT)
        return bw_digits_get(b, ident) != NULL;
    if (ident->kind == BW_IDENT_PLATE && !bw_short_of(b, ident->value, s->spare))
        s->spare[0] = '\0';
    return true;
}

/* Identities under which the things were said that a correction takes back. */
static bool name_replaced(struct bw_batch *b, const struct bw_event *ev)
{
    struct bw_replaced what;
    struct bw_ident ident;
    size_t at = 0;
    while (ev->code == BW_EV_CORRECTION && bw_event_replaces_next(ev->replaces, &at, &what)) {
        struct bw_uuid id;
        if (!what.identity.n || !bw_ident_from_text(what.identity, &ident))
            continue;
        if (!name_identity(b, &ident))
            return false;
        if (ident.kind == BW_IDENT_ID && bw_uuid_parse(bw_str_c(ident.value), &id) &&
            !bw_actor_get(b, BW_SUBJECT_BAG, &id))
            return false;
    }
    return true;
}

/* Names every identity that the fold may ask for. */
bool bw_batch_name_aliases(struct bw_batch *b)
{
    for (size_t k = 0; k < b->n_entries; k++) {
        const struct bw_item *item = b->entries[k].item;
        const struct bw_ident *list = item->new_case ? item->new_case->bags : &item->ev.ident;
        size_t n = item->new_case ? item->new_case->n_bags : 1;
        for (size_t i = 0; i < n; i++)
            if (!name_identity(b, &list[i]) ||
                (item->new_case && list[i].kind == BW_IDENT_PLATE && !bw_digits_get(b, &list[i])))
                return false;
        if (!name_replaced(b, &item->ev))
            return false;
        if (item->new_case && !bw_alias_get(b, BW_IDENT_REF, bw_str_c(item->new_case->ref)))
            return false;
        struct bw_ident rush;
        const char *why;
        if (item->ev.new_plate[0] && bw_ident_parse(bw_str_c(item->ev.new_plate), BW_DATE_NONE, &rush, &why) &&
            !bw_alias_get(b, rush.kind, bw_str_c(rush.value)))
            return false;
    }
    return true;
}

static int16_t bucket_of(enum bw_ident_kind kind, const char *value)
{
    struct bw_ident ident = { .kind = kind, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(value), ident.value, sizeof ident.value);
    return bw_ident_bucket(&ident);
}

/* Asks for all identities that were not asked for yet. */
bw_code bw_batch_send_aliases(struct bw_batch *b, bool with_bags, struct bw_error *err)
{
    size_t most = b->alias_list.n + 1, n = 0;
    int16_t *bucket = BW_NEW_ARRAY(&b->arena, int16_t, most), *short_bucket = BW_NEW_ARRAY(&b->arena, int16_t, most);
    bool *no_short = BW_NEW_ARRAY(&b->arena, bool, most);
    struct bw_str *text = BW_NEW_ARRAY(&b->arena, struct bw_str, most * 3);
    if (!bucket || !short_bucket || !no_short || !text)
        return no_memory(err);
    for (size_t k = 0; k < b->alias_list.n; k++) {
        const struct bw_alias_set *s = b->alias_list.v[k];
        if (s->read)
            continue;
        no_short[n] = !s->spare[0];
        bucket[n] = bucket_of(s->kind, s->value);
        short_bucket[n] = no_short[n] ? 0 : bucket_of(BW_IDENT_SHORT, s->spare);
        text[n] = bw_str_c(bw_ident_kind_word(s->kind));
        text[most + n] = bw_str_c(s->value);
        text[2 * most + n] = no_short[n] ? BW_STR_NONE : bw_str_c(s->spare);
        n++;
    }
    return bw_pipe_send(b->pg, BW_STMT_ALIAS_BAG_READ,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_texts(text, n), bw_p_texts(text + most, n),
                                  bw_p_bool(with_bags), bw_p_i16s(short_bucket, no_short, n),
                                  bw_p_texts(text + 2 * most, n)),
                        err);
}

/* A bag that came with its alias. */
static bw_code take_bag(struct bw_batch *b, struct bw_rows *rows, size_t row, struct bw_error *err)
{
    if (bw_rows_null(rows, row, "fold"))
        return BW_OK;
    struct bw_uuid id = bw_rows_uuid(rows, row, "bag_id");
    const struct bw_actor *known = bw_actor_find(b, BW_SUBJECT_BAG, &id);
    return known && known->found ? BW_OK : bw_batch_actor_in(b, rows, row, false, err);
}

static struct bw_alias_set *set_of(struct bw_batch *b, struct bw_str kind, struct bw_str value)
{
    char key[64];
    int n = snprintf(key, sizeof key, "%.*s:%.*s", BW_FMT(kind), BW_FMT(value));
    struct bw_alias_set *s = n > 0 && (size_t)n < sizeof key ? bw_map_get(&b->aliases, bw_str_n(key, (size_t)n)) : NULL;
    return s || !bw_str_eq_c(kind, "short") ? s : bw_alias_get(b, BW_IDENT_SHORT, value);
}

static bool take_alias(struct bw_batch *b, struct bw_rows *rows, size_t row)
{
    struct bw_alias_set *s = set_of(b, bw_rows_text(rows, row, "kind"), bw_rows_text(rows, row, "value"));
    if (!s || s->read) /* the short form of two plates comes twice, as windows of the same bags: no harm */
        return true;
    struct bw_window w = { .from = bw_rows_date(rows, row, "from_date"),
                           .until = bw_rows_date(rows, row, "until_date"),
                           .twin = bw_rows_i16(rows, row, "twin"),
                           .bag_id = bw_rows_uuid(rows, row, "bag_id") };
    if (!bw_window_add(b, s, &w))
        return false;
    s->n_read = s->n;
    int16_t number = bw_rows_i16(rows, row, "number");
    s->next = number >= s->next ? (int16_t)(number + 1) : s->next;
    return true;
}

/* What was asked for is known now, the short forms of plates that nobody goes by with it. */
static bool aliases_known(struct bw_batch *b)
{
    for (size_t k = 0, n = b->alias_list.n; k < n; k++) {
        const struct bw_alias_set *s = b->alias_list.v[k];
        if (s->read || !s->spare[0] || s->n_read)
            continue;
        struct bw_alias_set *behind = bw_alias_get(b, BW_IDENT_SHORT, bw_str_c(s->spare));
        if (!behind)
            return false;
        behind->read = true;
    }
    for (size_t k = 0; k < b->alias_list.n; k++)
        ((struct bw_alias_set *)b->alias_list.v[k])->read = true;
    return true;
}

bw_code bw_batch_read_aliases(struct bw_batch *b, struct bw_rows *rows, struct bw_error *err)
{
    for (size_t k = 0; k < b->alias_list.n; k++) { /* a fold may have made windows in one that it must not judge by */
        struct bw_alias_set *s = b->alias_list.v[k];
        s->n = s->n_read;
    }
    bw_code rc = bw_pipe_read(b->pg, BW_STMT_ALIAS_BAG_READ, rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows->n; k++)
        rc = take_alias(b, rows, k) ? take_bag(b, rows, k, err) : no_memory(err);
    if (rc == BW_OK && !aliases_known(b))
        rc = no_memory(err);
    return rc;
}

/* Short forms of plates that are known, but not on the day that was said. */
bw_code bw_batch_read_late_aliases(struct bw_batch *b, struct bw_error *err)
{
    bool any = false;
    for (size_t k = 0; k < b->alias_list.n; k++)
        any = any || !((const struct bw_alias_set *)b->alias_list.v[k])->read;
    if (!any)
        return BW_OK;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_batch_send_aliases(b, false, err);
    rc = rc == BW_OK ? bw_batch_send_number(b, err) : rc;
    rc = rc == BW_OK ? bw_batch_read_aliases(b, &rows, err) : rc;
    return rc == BW_OK ? bw_batch_read_number(b, &rows, err) : rc;
}
