/* SPDX-License-Identifier: Apache-2.0 */
/* mandate_book.c - the mandates of each organisation that has knocked, in memory.
 * A page is replaced as a whole.  Layer: app.  Threads: any; one mutex, no waiting.  Source: bw/app/mandates.h. */
#include <stdlib.h>

#include "door_int.h"

#include "bw/domain/mandate.h"

struct page {
    char organisation[16];
    struct bw_mandate *v; /* n of them, stations behind them in the same block */
    size_t n;
};

struct bw_mandates {
    struct bw_mutex lock;
    struct page *pages; /* by organisation; under lock */
    size_t n, cap;
};

struct bw_mandates *bw_mandates_new(void)
{
    struct bw_mandates *book = calloc(1, sizeof *book);
    if (book)
        bw_mutex_init(&book->lock);
    return book;
}

void bw_mandates_free(struct bw_mandates *book)
{
    if (!book)
        return;
    for (size_t k = 0; k < book->n; k++)
        free(book->pages[k].v);
    free(book->pages);
    bw_mutex_done(&book->lock);
    free(book);
}

/* Where the organisation's page is, or would be. */
static size_t place_locked(const struct bw_mandates *book, const char *organisation, bool *ret_there)
{
    size_t low = 0, high = book->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(book->pages[middle].organisation, organisation) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_there = low < book->n && strcmp(book->pages[low].organisation, organisation) == 0;
    return low;
}

static bool put(struct bw_mandates *book, const char *organisation, struct bw_mandate *take, size_t n)
{
    bool there, ok = true;
    bw_lock(&book->lock);
    size_t at = place_locked(book, organisation, &there);
    if (!there && book->n == book->cap) {
        size_t cap = book->cap ? 2 * book->cap : 16;
        struct page *more = realloc(book->pages, cap * sizeof *more);
        ok = more != NULL;
        if (more) {
            book->pages = more;
            book->cap = cap;
        }
    }
    if (!there && ok) {
        memmove(&book->pages[at + 1], &book->pages[at], (book->n - at) * sizeof *book->pages);
        book->pages[at] = (struct page){ .n = 0 };
        bw_str_put(bw_str_c(organisation), book->pages[at].organisation, sizeof book->pages[at].organisation);
        book->n++;
    }
    if (ok) {
        struct bw_mandate *old = book->pages[at].v;
        book->pages[at].v = take;
        book->pages[at].n = n;
        take = old;
    }
    bw_unlock(&book->lock);
    free(take);
    return ok;
}

/* --- from rows --- */

static size_t stations_of(struct bw_rows *rows)
{
    size_t n = 0;
    for (size_t k = 0; k < rows->n; k++)
        n += bw_rows_array(rows, k, "stations").left;
    return n;
}

static void read_one(struct bw_rows *rows, size_t row, char (**free_station)[4], struct bw_mandate *m)
{
    struct bw_array stations = bw_rows_array(rows, row, "stations"), codes = bw_rows_array(rows, row, "codes");
    bw_str_put(bw_rows_text(rows, row, "carrier"), m->carrier, sizeof m->carrier);
    m->from = bw_rows_date(rows, row, "valid_from");
    m->until = bw_rows_date(rows, row, "valid_until");
    m->every_station = stations.left == 0;
    m->every_code = codes.left == 0;
    m->stations = *free_station;
    while (bw_array_next(&stations)) {
        bw_str_put(stations.s, m->stations[m->n_stations++], sizeof m->stations[0]);
        ++*free_station;
    }
    enum bw_event_code code;
    while (bw_array_next(&codes)) /* a code that a newer program knows covers nothing here */
        if (bw_code_from(codes.s, &code))
            bw_mandate_add_code(m, code);
}

static void add(char to[BW_CARRIERS_MAX][4], unsigned *n, struct bw_str carrier)
{
    for (unsigned k = 0; k < *n; k++)
        if (bw_str_eq_c(carrier, to[k]))
            return;
    if (*n < BW_CARRIERS_MAX && bw_str_copy(carrier, to[*n], sizeof to[0]))
        ++*n;
}

/* Whether the carrier has given a mandate that is in force today. */
static bool in_force(struct bw_rows *rows, struct bw_str carrier, bw_date today)
{
    for (size_t k = 0; k < rows->n; k++) {
        bw_date from = bw_rows_date(rows, k, "valid_from"), until = bw_rows_date(rows, k, "valid_until");
        bool dated = (from == BW_DATE_NONE || from <= today) && (until == BW_DATE_NONE || today <= until);
        if (dated && bw_rows_null(rows, k, "revoked_at") && bw_str_eq(bw_rows_text(rows, k, "carrier"), carrier))
            return true;
    }
    return false;
}

/* Its own carrier and those with a mandate in force may be read and spoken for; behind them stand those that may only
 * be named.  A key or account that lists none has all that ever gave its organisation a mandate. */
static void fill_carriers(struct bw_principal *who, struct bw_array listed, struct bw_rows *rows, bw_time now)
{
    char wanted[BW_CARRIERS_MAX][4];
    unsigned n = 0;
    bool any = listed.left > 0;
    while (bw_array_next(&listed))
        add(wanted, &n, listed.s);
    /* Those in force first: whoever took theirs back must not stand in the way. */
    for (size_t k = 0; !any && k < rows->n; k++)
        if (in_force(rows, bw_rows_text(rows, k, "carrier"), bw_date_of(now)))
            add(wanted, &n, bw_rows_text(rows, k, "carrier"));
    for (size_t k = 0; !any && k < rows->n; k++)
        add(wanted, &n, bw_rows_text(rows, k, "carrier"));
    who->n_carriers = 0;
    for (unsigned k = 0; k < n; k++)
        if (strcmp(wanted[k], who->own_carrier) == 0 || in_force(rows, bw_str_c(wanted[k]), bw_date_of(now)))
            add(who->carriers, &who->n_carriers, bw_str_c(wanted[k]));
    who->n_named = who->n_carriers;
    for (unsigned k = 0; k < n; k++)
        add(who->carriers, &who->n_named, bw_str_c(wanted[k]));
}

static bw_code read_page(struct bw_mandates *book, struct bw_pg *pg, struct bw_str kind, struct bw_principal *who,
                         struct bw_rows *rows, struct bw_error *err)
{
    bw_code code = bw_pg_query(pg, BW_STMT_MANDATE_HELD, BW_PARAMS(bw_p_c(who->organisation)), rows, err);
    if (code != BW_OK)
        return code;
    size_t n = 0, head = rows->n * sizeof(struct bw_mandate);
    struct bw_mandate *v = calloc(1, head + 4 * stations_of(rows) + 1);
    if (!v)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for mandates");
    char(*station)[4] = (void *)((char *)v + head);
    for (size_t k = 0; k < rows->n; k++)
        if (bw_rows_null(rows, k, "revoked_at"))
            read_one(rows, k, &station, &v[n++]);
    if (!bw_organisation_kind_from(kind, &who->organisation_kind))
        who->organisation_kind = BW_ORG_HANDLER; /* nobody: it has no carrier of its own */
    if (bw_str_eq_c(kind, "carrier"))
        bw_str_put(bw_str_c(who->organisation), who->own_carrier, sizeof who->own_carrier);
    who->mandates = book;
    return put(book, who->organisation, v, n) ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for mandates");
}

bw_code bw_mandates_read(struct bw_mandates *book, struct bw_pg *pg, struct bw_array listed, struct bw_str kind,
                         bw_time now, struct bw_principal *who, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code code = read_page(book, pg, kind, who, &rows, err);
    if (code == BW_OK)
        fill_carriers(who, listed, &rows, now);
    return code;
}

bw_code bw_mandates_of(struct bw_doors *doors, struct bw_pg *pg, struct bw_principal *who, struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    char kind[16] = "";
    bw_code code = bw_org_kind(pg, bw_str_c(who->organisation), kind, err);
    if (code != BW_OK && code != BW_E_NOT_FOUND)
        return code;
    return read_page(doors->mandates, pg, bw_str_c(kind), who, &rows, err);
}

bool bw_mandated(const struct bw_principal *who, const struct bw_event *ev, bw_time now)
{
    bool there, covered = false;
    struct bw_mandates *book = who->mandates;
    if (!book || !ev->carrier[0] || strcmp(ev->carrier, who->own_carrier) == 0)
        return true;
    bw_date day = bw_mandate_day(ev, now);
    bw_lock(&book->lock);
    size_t at = place_locked(book, who->organisation, &there);
    for (size_t k = 0; there && !covered && k < book->pages[at].n; k++)
        covered = bw_mandate_covers(&book->pages[at].v[k], ev, day);
    bw_unlock(&book->lock);
    return covered;
}

static bool one_of(const struct bw_mandate *m, const char (*stations)[4], size_t n)
{
    for (size_t k = 0; k < m->n_stations; k++)
        for (size_t j = 0; j < n; j++)
            if (strcmp(m->stations[k], stations[j]) == 0)
                return true;
    return m->every_station;
}

static bool lets_read(const struct bw_mandate *m, struct bw_str carrier, int code, const char (*stations)[4], size_t n,
                      bw_date today)
{
    if (!bw_str_eq_c(carrier, m->carrier) || (m->from != BW_DATE_NONE && today < m->from) ||
        (m->until != BW_DATE_NONE && today > m->until))
        return false;
    bool coded = code < 0 || m->every_code || (m->codes[code / 8] >> (code % 8) & 1);
    return coded && one_of(m, stations, n);
}

bool bw_mandate_reads(const struct bw_principal *who, struct bw_str carrier, int code, const char (*stations)[4],
                      size_t n, bw_time now)
{
    bool there, covered = false;
    struct bw_mandates *book = who->mandates;
    if (!bw_principal_has(who, carrier))
        return false;
    if (!book || bw_str_eq_c(carrier, who->own_carrier))
        return true;
    bw_lock(&book->lock);
    size_t at = place_locked(book, who->organisation, &there);
    for (size_t k = 0; there && !covered && k < book->pages[at].n; k++)
        covered = lets_read(&book->pages[at].v[k], carrier, code, stations, n, bw_date_of(now));
    bw_unlock(&book->lock);
    return covered;
}

void bw_mandate_mark(const struct bw_principal *who, struct bw_event *ev, bw_time now)
{
    if (!bw_mandated(who, ev, now))
        ev->flags |= BW_FL_NO_MANDATE;
}
