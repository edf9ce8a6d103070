/* SPDX-License-Identifier: Apache-2.0 */
/* verify_mandate.c - mandates held against the events of their logs: granted once, revoked once, in the same words.
 */
#include "door_int.h"

#include "bw/storage/rows.h"
#include "verify_int.h"

enum { TERMS_MAX = 64 << 10 };

static bool terms_of(struct bw_rows *rows, size_t row, struct bw_arena *arena, struct bw_mandate_terms *to)
{
    struct bw_str *stations = NULL, *codes = NULL;
    bool read = bw_row_texts(rows, row, "stations", arena, &stations, &to->n_stations) &&
                bw_row_texts(rows, row, "codes", arena, &codes, &to->n_codes);
    to->sender = bw_rows_text(rows, row, "sender");
    to->stations = stations;
    to->codes = codes;
    to->from = bw_rows_date(rows, row, "valid_from");
    to->until = bw_rows_date(rows, row, "valid_until");
    return read;
}

static bool same_terms(const struct bw_mandate_terms *a, const struct bw_mandate_terms *b)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf one = { 0 }, other = { 0 };
    struct bw_event_data d;
    bw_buf_init(&one, TERMS_MAX);
    bw_buf_init(&other, TERMS_MAX);
    bw_event_data_init(&d);
    d.mandate = a;
    bw_event_data_json(&d, &one);
    d.mandate = b;
    bw_event_data_json(&d, &other);
    return bw_str_eq(bw_buf_view(&one), bw_buf_view(&other));
}

static bw_code check_mandate(struct bw_verification *v, struct bw_rows *rows, size_t row, const struct bw_histories *h,
                             struct bw_error *err)
{
    static const enum bw_event_code codes[] = { BW_EV_MANDATE_GRANTED, BW_EV_MANDATE_REVOKED };
    struct bw_uuid id = bw_rows_uuid(rows, row, "mandate_id");
    struct bw_str carrier = bw_rows_text(rows, row, "carrier");
    struct bw_mandate_terms terms = { .n_codes = 0 };
    size_t n;
    const struct bw_event *events = bw_history_of(h, &id, &n);
    bw_check_versions(v, "mandate", &id, events, n, bw_rows_i16(rows, row, "version"));
    if (!terms_of(rows, row, &v->arena, &terms))
        return bw_fail(err, BW_E_NOMEM, NULL, "mandates");
    for (size_t i = 0; i < n; i++) {
        const struct bw_event *ev = &events[i];
        bool same = ev->data.mandate && same_terms(ev->data.mandate, &terms) && bw_str_eq_c(carrier, ev->carrier);
        if (i >= BW_LEN(codes) || ev->code != codes[i] || !same)
            bw_differs(v, "mandate", &id, "it is not what event %d says", ev->version);
    }
    return BW_OK;
}

bw_code bw_verify_mandate_page(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct bw_verification *v = ctx;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    struct bw_histories h = { 0 };
    bw_code code =
        bw_pg_query(pg, BW_STMT_VERIFY_MANDATES, BW_PARAMS(bw_p_uuid(&v->id), bw_p_i32(BW_VERIFY_PAGE)), &rows, err);
    v->more = code == BW_OK && rows.n == BW_VERIFY_PAGE;
    if (code != BW_OK || rows.n == 0)
        return code;
    struct bw_uuid *ids = BW_NEW_ARRAY(&v->arena, struct bw_uuid, rows.n);
    if (!ids)
        return bw_fail(err, BW_E_NOMEM, NULL, "mandates");
    for (size_t i = 0; i < rows.n; i++)
        ids[i] = bw_rows_uuid(&rows, i, "mandate_id");
    code = bw_read_histories(v, ids, rows.n, &h, err);
    for (size_t i = 0; code == BW_OK && i < rows.n; i++)
        code = check_mandate(v, &rows, i, &h, err);
    v->id = ids[rows.n - 1];
    return code;
}
