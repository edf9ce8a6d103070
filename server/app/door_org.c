/* SPDX-License-Identifier: Apache-2.0 */
/* door_org.c - organisations, and for which carriers one speaks.
 * Layer: app.  Threads: the session's owner.  Source: SEC-14, design.md 8 ("Roles"). */
#include "bw/domain/identity.h"

#include "door_int.h"

static bool code_char(char c)
{
    return bw_is_upper(c) || bw_is_digit(c);
}

bw_code bw_org_ensure(struct bw_pg *pg, struct bw_str code, struct bw_str name, const char *kind, bw_time now,
                      struct bw_error *err)
{
    enum bw_organisation_kind known;
    if (!bw_organisation_kind_from(bw_str_c(kind), &known))
        return bw_fail(err, BW_E_INVALID_BODY, "/kind", "carrier, handler, courier, auditor or operator");
    if (code.n < 2 || code.n >= BW_ORGANISATION_TEXT || !bw_str_all(code, code_char))
        return bw_fail(err, BW_E_INVALID_BODY, "/organisation", "2 to 12 capital letters and digits");
    if (strcmp(kind, "carrier") == 0 && (code.n > 3 || !bw_is_carrier(code)))
        return bw_fail(err, BW_E_INVALID_BODY, "/organisation", "a carrier is named by its code of 2 or 3 characters");
    if (name.n == 0 || name.n > 100 || !bw_utf8_valid(name, 0))
        return bw_fail(err, BW_E_INVALID_BODY, "/name", "1 to 100 bytes of text");
    return bw_pg_query(pg, BW_STMT_ORG_INSERT,
                       BW_PARAMS(bw_p_text(code), bw_p_text(name), bw_p_c(kind), bw_p_time(now)), NULL, err);
}

bw_code bw_org_kind(struct bw_pg *pg, struct bw_str code, char kind[16], struct bw_error *err)
{
    struct bw_rows rows BW_CLEANUP(bw_rows_done) = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_ORG_READ, BW_PARAMS(bw_p_text(code)), &rows, err);
    if (rc != BW_OK)
        return rc;
    if (rows.n == 0)
        return bw_fail(err, BW_E_NOT_FOUND, "/organisation", "no such organisation");
    bw_str_put(bw_rows_text(&rows, 0, "kind"), kind, 16);
    return BW_OK;
}

bw_code bw_org_carriers(struct bw_str code, const char *kind, const struct bw_str *more, size_t n_more,
                        struct bw_str to[BW_CARRIERS_MAX], size_t *ret_n, struct bw_error *err)
{
    size_t n = 0;
    if (strcmp(kind, "carrier") == 0)
        to[n++] = code;
    for (size_t k = 0; k < n_more; k++) {
        bool there = false;
        if (!bw_is_carrier(more[k]))
            return bw_fail(err, BW_E_INVALID_BODY, "/carriers", "a carrier is named by its code of 2 or 3 characters");
        for (size_t j = 0; j < n; j++)
            there = there || bw_str_eq(to[j], more[k]);
        if (there)
            continue;
        if (n == BW_CARRIERS_MAX)
            return bw_fail(err, BW_E_INVALID_BODY, "/carriers", "at most %d carriers", BW_CARRIERS_MAX);
        to[n++] = more[k];
    }
    *ret_n = n;
    return BW_OK;
}

bool bw_row_texts(struct bw_rows *rows, size_t row, const char *col, struct bw_arena *arena, struct bw_str **ret,
                  size_t *ret_n)
{
    struct bw_array a = bw_rows_array(rows, row, col);
    struct bw_str *v = BW_NEW_ARRAY(arena, struct bw_str, a.left);
    size_t n = 0;
    while (v && bw_array_next(&a)) {
        v[n] = bw_arena_str(arena, a.s);
        if (!v[n++].p)
            return false;
    }
    *ret = v;
    *ret_n = n;
    return v != NULL;
}
