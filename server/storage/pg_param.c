/* SPDX-License-Identifier: Apache-2.0 */
/* pg_param.c - parameters in PostgreSQL's binary form (src/backend/utils/adt: *recv functions), big endian.
 * Times count from 2000-01-01. */
#include "pg_int.h"

#include <endian.h>
#include <limits.h>

#define EPOCH_US INT64_C(946684800000000) /* 2000-01-01 in bw_time */
#define EPOCH_DAYS 10957

static void put16(struct bw_buf *to, int16_t v)
{
    uint16_t be = htobe16((uint16_t)v);
    bw_buf_add(to, &be, sizeof(be));
}

static void put32(struct bw_buf *to, int32_t v)
{
    uint32_t be = htobe32((uint32_t)v);
    bw_buf_add(to, &be, sizeof(be));
}

static void put64(struct bw_buf *to, int64_t v)
{
    uint64_t be = htobe64((uint64_t)v);
    bw_buf_add(to, &be, sizeof(be));
}

/* One value without its length; type is a scalar's. */
static void put_value(struct bw_buf *to, enum bw_pg_type type, int64_t i, struct bw_str s)
{
    char flag = i ? 1 : 0;
    if (type == BW_T_I16)
        put16(to, (int16_t)i);
    else if (type == BW_T_I32)
        put32(to, (int32_t)i);
    else if (type == BW_T_I64 || type == BW_T_F64)
        put64(to, i);
    else if (type == BW_T_BOOL)
        bw_buf_add(to, &flag, 1);
    else if (type == BW_T_TIME)
        put64(to, i - EPOCH_US);
    else if (type == BW_T_DATE)
        put32(to, (int32_t)i - EPOCH_DAYS);
    else {
        if (type == BW_T_JSONB)
            bw_buf_ch(to, 1); /* version of jsonb_recv's format */
        bw_buf_str(to, s);
    }
}

struct element {
    bool null;
    int64_t i;
    struct bw_str s;
};

static struct element element_at(const struct bw_param *p, size_t n)
{
    struct element e = { .null = p->nulls && p->nulls[n] };
    if (p->type == BW_T_I16S)
        e.i = ((const int16_t *)p->items)[n];
    else if (p->type == BW_T_I32S)
        e.i = ((const int32_t *)p->items)[n];
    else if (p->type == BW_T_I64S)
        e.i = ((const int64_t *)p->items)[n];
    else if (p->type == BW_T_F64S)
        memcpy(&e.i, (const double *)p->items + n, sizeof(e.i));
    else if (p->type == BW_T_BOOLS)
        e.i = ((const bool *)p->items)[n];
    else if (p->type == BW_T_TIMES) {
        e.i = ((const bw_time *)p->items)[n];
        e.null = e.i == BW_TIME_NONE;
    } else if (p->type == BW_T_DATES) {
        e.i = ((const bw_date *)p->items)[n];
        e.null = e.i == BW_DATE_NONE;
    } else if (p->type == BW_T_UUIDS) {
        const struct bw_uuid *id = &((const struct bw_uuid *)p->items)[n];
        e.s = bw_str_n((const char *)id->b, sizeof(id->b));
        e.null = bw_uuid_is_nil(id);
    } else {
        e.s = ((const struct bw_str *)p->items)[n];
        e.null = !e.s.p;
    }
    return e;
}

static bool says_nothing(const struct bw_param *p)
{
    for (size_t n = 0; n < p->n; n++)
        if (!element_at(p, n).null)
            return false;
    return true;
}

static void put_array(struct bw_buf *to, const struct bw_param *p)
{
    enum bw_pg_type of = (enum bw_pg_type)(p->type - 1); /* BW_PG_TYPES: an array follows its element */
    bool none = !p->n || (p->sparse && says_nothing(p));
    put32(to, none ? 0 : 1);
    size_t has_null_at = to->n;
    put32(to, 0);
    put32(to, (int32_t)bw_pg_oid(of));
    if (none)
        return;
    put32(to, (int32_t)p->n);
    put32(to, 1); /* lower bound */
    bool any_null = false;
    for (size_t n = 0; n < p->n; n++) {
        struct element e = element_at(p, n);
        if (e.null) {
            put32(to, -1);
            any_null = true;
            continue;
        }
        size_t at = to->n;
        put32(to, 0);
        put_value(to, of, e.i, e.s);
        if (!bw_buf_ok(to))
            return;
        uint32_t length = htobe32((uint32_t)(to->n - at - 4));
        memcpy(to->p + at, &length, sizeof(length));
    }
    if (any_null)
        to->p[has_null_at + 3] = 1;
}

static bool is_array(enum bw_pg_type type)
{
    return type % 2 == 1; /* BW_PG_TYPES: element, array, element, array … */
}

bw_code bw_pg_encode(struct bw_buf *scratch, const struct bw_param *params, size_t n, struct bw_wire_params *ret,
                     struct bw_error *err)
{
    size_t at[BW_STMT_COLUMNS];
    BW_ASSERT(n <= BW_STMT_COLUMNS);
    bw_buf_clear(scratch);
    bw_buf_ch(scratch, 0); /* so that a value of no bytes has an address too */
    ret->n = (int)n;
    for (size_t i = 0; i < n; i++) {
        at[i] = scratch->n;
        if (is_array(params[i].type) && !params[i].null)
            put_array(scratch, &params[i]);
        else if (!params[i].null)
            put_value(scratch, params[i].type, params[i].i, params[i].s);
        ret->formats[i] = 1;
        if (scratch->n - at[i] > INT_MAX)
            return bw_fail(err, BW_E_NOMEM, NULL, "parameter %zu is too large", i + 1);
        ret->lengths[i] = (int)(scratch->n - at[i]);
    }
    if (!bw_buf_ok(scratch))
        return bw_fail(err, BW_E_NOMEM, NULL, "parameters do not fit into memory");
    for (size_t i = 0; i < n; i++)
        ret->values[i] = params[i].null ? NULL : scratch->p + at[i];
    return BW_OK;
}
