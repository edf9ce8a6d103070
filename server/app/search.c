/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/search.h"

#include <stdio.h>

#include "bw/app/bagview.h"
#include "bw/app/case_search.h"
#include "bw/app/lookups.h"
#include "bw/storage/tx.h"
#include "search_int.h"

/* Of one hash that many cases have (a phone's last four digits, a travel agent's mail) so many of the newest are read.
 */
enum { CONTACTS_BUDGET = 5000, CONTACTS_MOST = 40, BAGS_MOST = 16 };

const char *bw_why_word(unsigned number)
{
    static const char *const words[] = {
#define X(bit, word) word,
        BW_WHYS(X)
#undef X
    };
    return number < BW_LEN(words) ? words[number] : NULL;
}

void bw_candidate_add(struct bw_searching *s, bool is_case, const struct bw_uuid *id, unsigned why, bw_time at)
{
    for (size_t k = 0; k < s->n; k++) {
        if (s->v[k].is_case == is_case && bw_uuid_eq(&s->v[k].id, id)) {
            s->v[k].why |= why;
            return;
        }
    }
    if (s->n == BW_CANDIDATES_MOST)
        s->more = true;
    else
        s->v[s->n++] = (struct bw_candidate){ is_case, *id, why, at };
}

/* --- by what a bag or a file is called --- */

static unsigned why_of(enum bw_ident_kind kind)
{
    switch (kind) {
    case BW_IDENT_PLATE:
        return BW_WHY_PLATE;
    case BW_IDENT_RUSH:
        return BW_WHY_RUSH;
    case BW_IDENT_REF:
        return BW_WHY_REF;
    case BW_IDENT_ID:
        return BW_WHY_ID;
    case BW_IDENT_SHORT:
    case BW_IDENT_DIGITS:
    case BW_IDENT_NONE:
        break;
    }
    return BW_WHY_SHORT;
}

static bw_code by_ref(struct bw_searching *s, const struct bw_ident *ident, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(s->pg, BW_STMT_CASE_BY_REF,
                             BW_PARAMS(bw_p_i16(bw_ident_bucket(ident)), bw_p_c(ident->value)), &rows, err);
    if (rc == BW_OK && rows.n) {
        struct bw_uuid id = bw_rows_uuid(&rows, 0, "case_id");
        bw_candidate_add(s, true, &id, BW_WHY_REF, s->now);
    }
    return rc;
}

static bw_code by_ident(struct bw_searching *s, const struct bw_ident *ident, struct bw_error *err)
{
    struct bw_uuid ids[BAGS_MOST];
    size_t n = 0;
    if (ident->kind == BW_IDENT_REF)
        return by_ref(s, ident, err);
    bw_code rc = bw_bags_find(s->pg, ident, ids, BW_LEN(ids), &n, err);
    for (size_t k = 0; rc == BW_OK && k < n; k++)
        bw_candidate_add(s, false, &ids[k], why_of(ident->kind), s->now);
    return rc == BW_E_NOT_FOUND ? BW_OK : rc;
}

/* Six digits are the end of a plate: of one's own carriers' short plates that end so. */
static bw_code by_serial(struct bw_searching *s, struct bw_error *err)
{
    struct bw_ident ident[BW_CARRIERS_MAX];
    int16_t bucket[BW_CARRIERS_MAX];
    struct bw_str kind[BW_CARRIERS_MAX], value[BW_CARRIERS_MAX];
    size_t n = 0;
    for (unsigned k = 0; k < s->who->n_carriers; k++) {
        if (strlen(s->who->carriers[k]) != 2)
            continue;
        ident[n] = (struct bw_ident){ .kind = BW_IDENT_SHORT, .date = BW_DATE_NONE };
        (void)snprintf(ident[n].value, sizeof ident[n].value, "%s%s", s->who->carriers[k], s->asked->serial);
        bucket[n] = bw_ident_bucket(&ident[n]);
        kind[n] = bw_str_c(bw_ident_kind_word(BW_IDENT_SHORT));
        value[n] = bw_str_c(ident[n].value);
        n++;
    }
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        n ? bw_pg_query(s->pg, BW_STMT_ALIAS_READ,
                        BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_texts(kind, n), bw_p_texts(value, n)), &rows, err)
          : BW_OK;
    for (size_t k = rows.n; rc == BW_OK && k > 0 && rows.n - k < BAGS_MOST; k--) { /* the newest windows come last */
        struct bw_uuid id = bw_rows_uuid(&rows, k - 1, "bag_id");
        bw_candidate_add(s, false, &id, BW_WHY_SHORT, s->now);
    }
    return rc;
}

/* --- by contacts --- */

static unsigned why_contact(struct bw_str word)
{
    static const struct {
        const char *word;
        unsigned why;
    } rows[] = { { "phone", BW_WHY_PHONE },
                 { "phone7", BW_WHY_PHONE7 },
                 { "phone4", BW_WHY_PHONE4 },
                 { "mail", BW_WHY_MAIL },
                 { "pnr", BW_WHY_PNR } };
    for (size_t k = 0; k < BW_LEN(rows); k++)
        if (bw_str_eq_c(word, rows[k].word))
            return rows[k].why;
    return 0;
}

static struct bw_param hash_or_null(const uint8_t hash[8], bool asked)
{
    return bw_p_bytea(asked ? bw_str_n((const char *)hash, 8) : BW_STR_NONE);
}

static bw_code by_contacts(struct bw_searching *s, struct bw_error *err)
{
    const struct bw_lookup *l = s->asked;
    bool phone = l->readings & BW_READ_PHONE, last4 = l->readings & BW_READ_LAST4, mail = l->readings & BW_READ_MAIL,
         pnr = l->readings & BW_READ_PNR;
    struct bw_contact_hash of_phone = { .whole = { 0 } };
    uint8_t of_mail[8], of_pnr[8];
    if (phone || last4)
        bw_phone_hash(s->app->keys, bw_str_c(l->digits), &of_phone);
    bw_mail_hash(s->app->keys, bw_str_c(l->mail), of_mail);
    bw_pnr_hash(s->app->keys, bw_str_c(l->pnr), of_pnr);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(s->pg, BW_STMT_SEARCH_CONTACT,
                             BW_PARAMS(bw_p_texts(s->carriers, s->n_carriers), hash_or_null(of_phone.whole, phone),
                                       hash_or_null(of_phone.last7, phone), hash_or_null(of_phone.last4, last4),
                                       hash_or_null(of_mail, mail), hash_or_null(of_pnr, pnr),
                                       bw_p_i32(CONTACTS_BUDGET), bw_p_i32(CONTACTS_MOST)),
                             &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "case_id");
        bw_candidate_add(s, true, &id, why_contact(bw_rows_text(&rows, k, "why")), bw_rows_time(&rows, k, "opened_at"));
    }
    s->more |= rc == BW_OK && rows.n >= CONTACTS_MOST;
    return rc;
}

/* --- all of it --- */

static bw_code gather(struct bw_searching *s, struct bw_error *err)
{
    const struct bw_lookup *l = s->asked;
    bw_code rc = BW_OK;
    for (size_t k = 0; rc == BW_OK && k < l->n_idents; k++)
        rc = by_ident(s, &l->ident[k], err);
    if (rc == BW_OK && (l->readings & BW_READ_SERIAL))
        rc = by_serial(s, err);
    if (rc == BW_OK && (l->readings & (BW_READ_PHONE | BW_READ_LAST4 | BW_READ_MAIL | BW_READ_PNR)))
        rc = by_contacts(s, err);
    if (rc == BW_OK && (l->readings & BW_READ_FLIGHT))
        rc = bw_search_by_flight(s, err);
    if (rc == BW_OK && (l->readings & BW_READ_WORDS))
        rc = bw_search_by_words(s, err);
    return rc;
}

struct snapshot {
    struct bw_searching *s;
    struct bw_found *found;
};

static bw_code look(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct snapshot *x = ctx;
    x->s->n = 0;
    x->s->more = false;
    *x->found = (struct bw_found){ .hits = NULL };
    bw_code rc = bw_feed_position(pg, &x->found->complete_to, err);
    rc = rc == BW_OK ? gather(x->s, err) : rc;
    return rc == BW_OK ? bw_search_load(x->s, x->found, err) : rc;
}

#define OF_PERSONS (BW_READ_PNR | BW_READ_PHONE | BW_READ_LAST4 | BW_READ_MAIL | BW_READ_WORDS)

/* What the question means to this asker; NULL, or why nothing may be asked. */
static const char *read_question(struct bw_searching *s, const struct bw_search_in *in, struct bw_lookup *asked,
                                 const struct bw_search_scope *scope)
{
    const char *why = NULL;
    if (!bw_lookup_read(in->q, in->date, bw_date_of(in->now), asked, &why))
        return why;
    if (!scope->personal)
        asked->readings &= ~(unsigned)OF_PERSONS;
    s->asked = asked;
    return asked->readings ? NULL
                           : "You look for bag tags, file references and flights; people are looked for by those who "
                             "work on their files";
}

/* A name that looks outside one's own carriers may go on with. */
static bool is_exact(const struct bw_lookup *l)
{
    enum bw_ident_kind kind = l->n_idents ? l->ident[0].kind : BW_IDENT_NONE;
    return kind == BW_IDENT_PLATE || kind == BW_IDENT_RUSH || kind == BW_IDENT_REF;
}

bw_code bw_search(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                  const struct bw_search_in *in, struct bw_arena *arena, struct bw_found **ret, struct bw_error *err)
{
    struct bw_searching *s = BW_NEW(arena, struct bw_searching);
    struct bw_lookup *asked = BW_NEW(arena, struct bw_lookup);
    struct bw_found *found = BW_NEW(arena, struct bw_found);
    struct bw_search_scope scope;
    if (!s || !asked || !found)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a search");
    *s = (struct bw_searching){ .pg = pg, .app = app, .who = who, .arena = arena, .now = in->now };
    bw_search_scope(who, in->now, &scope);
    if (scope.every)
        s->carriers[s->n_carriers++] = BW_STR("*");
    else /* also those whose mandate is for some stations: sight takes away what is elsewhere */
        s->n_carriers = bw_principal_slices(who, s->carriers);
    struct snapshot x = { s, found };
    const char *say = read_question(s, in, asked, &scope);
    bw_code rc = say ? bw_feed_position(pg, &found->complete_to, err) : bw_tx_read(pg, look, &x, err);
    rc = rc == BW_OK && found->n ? bw_search_shown(s, found, err) : rc;
    found->say = say;
    found->ask = !say && !found->n && scope.outside && is_exact(asked);
    if (rc == BW_OK)
        *ret = found;
    return rc;
}
