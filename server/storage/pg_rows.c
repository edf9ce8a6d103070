/* SPDX-License-Identifier: Apache-2.0 */
/* pg_rows.c - rows in PostgreSQL's binary form, by column name and checked type. */
#include "pg_int.h"

#include <endian.h>

#define EPOCH_US INT64_C(946684800000000) /* 2000-01-01 in bw_time */
#define EPOCH_DAYS 10957

void bw_rows_done(struct bw_rows *rows)
{
    PQclear(rows->res);
    *rows = (struct bw_rows){ 0 };
}

/* Readers ask for columns in the order of the statement: begin behind the last one found. */
static int column(struct bw_rows *r, const char *name)
{
    BW_ASSERT(r->res);
    unsigned n = (unsigned)PQnfields(r->res);
    for (unsigned i = 0; i < n; i++) {
        unsigned c = (r->next + i) % n;
        if (strcmp(PQfname(r->res, (int)c), name) == 0) {
            r->next = c + 1;
            return (int)c;
        }
    }
    bw_assert_failed(name, "no such column", 0);
}

static enum bw_pg_type type_at(struct bw_rows *r, int c)
{
    return bw_pg_type_of(PQftype(r->res, c));
}

static struct bw_str raw(struct bw_rows *r, size_t row, int c)
{
    BW_ASSERT(row < r->n);
    if (PQgetisnull(r->res, (int)row, c))
        return BW_STR_NONE;
    return bw_str_n(PQgetvalue(r->res, (int)row, c), (size_t)PQgetlength(r->res, (int)row, c));
}

static struct bw_str raw_of(struct bw_rows *r, size_t row, const char *col, enum bw_pg_type type)
{
    int c = column(r, col);
    BW_ASSERT(type_at(r, c) == type);
    return raw(r, row, c);
}

static int64_t number(struct bw_str s)
{
    uint16_t v2;
    uint32_t v4;
    uint64_t v8;
    switch (s.n) {
    case 1:
        return s.p[0];
    case 2:
        memcpy(&v2, s.p, 2);
        return (int16_t)be16toh(v2);
    case 4:
        memcpy(&v4, s.p, 4);
        return (int32_t)be32toh(v4);
    case 8:
        memcpy(&v8, s.p, 8);
        return (int64_t)be64toh(v8);
    default:
        return 0;
    }
}

static bw_time time_of(struct bw_str s)
{
    if (!s.p)
        return BW_TIME_NONE;
    int64_t v = number(s);
    if (v == INT64_MIN || v > INT64_MAX - EPOCH_US) /* -infinity, infinity */
        return v == INT64_MIN ? BW_TIME_NONE : INT64_MAX;
    return v + EPOCH_US;
}

static bw_date date_of(struct bw_str s)
{
    if (!s.p)
        return BW_DATE_NONE;
    int64_t v = number(s);
    if (v == INT32_MIN || v == INT32_MAX)
        return v == INT32_MIN ? BW_DATE_NONE : INT32_MAX;
    return (bw_date)(v + EPOCH_DAYS);
}

static struct bw_str jsonb_of(struct bw_str s)
{
    return s.p ? bw_str_drop(s, 1) : s; /* the version byte */
}

bool bw_rows_null(struct bw_rows *r, size_t row, const char *col)
{
    return !raw(r, row, column(r, col)).p;
}

int16_t bw_rows_i16(struct bw_rows *r, size_t row, const char *col)
{
    return (int16_t)number(raw_of(r, row, col, BW_T_I16));
}

int32_t bw_rows_i32(struct bw_rows *r, size_t row, const char *col)
{
    return (int32_t)number(raw_of(r, row, col, BW_T_I32));
}

int64_t bw_rows_i64(struct bw_rows *r, size_t row, const char *col)
{
    int c = column(r, col);
    enum bw_pg_type type = type_at(r, c);
    BW_ASSERT(type == BW_T_I64 || type == BW_T_I32 || type == BW_T_I16);
    return number(raw(r, row, c));
}

double bw_rows_f64(struct bw_rows *r, size_t row, const char *col)
{
    int64_t bits = number(raw_of(r, row, col, BW_T_F64));
    double v;
    memcpy(&v, &bits, sizeof(v));
    return v;
}

bool bw_rows_bool(struct bw_rows *r, size_t row, const char *col)
{
    return number(raw_of(r, row, col, BW_T_BOOL)) != 0;
}

struct bw_str bw_rows_text(struct bw_rows *r, size_t row, const char *col)
{
    return raw_of(r, row, col, BW_T_TEXT);
}

struct bw_str bw_rows_bytea(struct bw_rows *r, size_t row, const char *col)
{
    return raw_of(r, row, col, BW_T_BYTEA);
}

struct bw_str bw_rows_jsonb(struct bw_rows *r, size_t row, const char *col)
{
    return jsonb_of(raw_of(r, row, col, BW_T_JSONB));
}

struct bw_uuid bw_rows_uuid(struct bw_rows *r, size_t row, const char *col)
{
    struct bw_uuid id = { { 0 } };
    struct bw_str s = raw_of(r, row, col, BW_T_UUID);
    if (s.n == sizeof(id.b))
        memcpy(id.b, s.p, sizeof(id.b));
    return id;
}

bw_time bw_rows_time(struct bw_rows *r, size_t row, const char *col)
{
    return time_of(raw_of(r, row, col, BW_T_TIME));
}

bw_date bw_rows_date(struct bw_rows *r, size_t row, const char *col)
{
    return date_of(raw_of(r, row, col, BW_T_DATE));
}

struct bw_array bw_rows_array(struct bw_rows *r, size_t row, const char *col)
{
    enum { HEAD = 12, DIM = 8 }; /* dimensions, has-null, element OID; then size and lower bound */
    int c = column(r, col);
    enum bw_pg_type type = type_at(r, c);
    BW_ASSERT(type < BW_T_MAX && type % 2 == 1);
    struct bw_array a = { .type = (enum bw_pg_type)(type - 1) };
    struct bw_str s = raw(r, row, c);
    if (s.n < HEAD + DIM || number(bw_str_take(s, 4)) != 1)
        return a;
    a.left = (size_t)number(bw_str_take(bw_str_drop(s, HEAD), 4));
    a.rest = bw_str_drop(s, HEAD + DIM);
    return a;
}

bool bw_array_next(struct bw_array *a)
{
    if (!a->left || a->rest.n < 4)
        return false;
    a->left--;
    int64_t n = number(bw_str_take(a->rest, 4));
    a->rest = bw_str_drop(a->rest, 4);
    a->null = n < 0;
    a->s = a->null ? BW_STR_NONE : bw_str_take(a->rest, (size_t)n);
    a->rest = bw_str_drop(a->rest, a->s.n);
    if (a->type == BW_T_TIME)
        a->i = time_of(a->s);
    else if (a->type == BW_T_DATE)
        a->i = date_of(a->s);
    else if (a->type == BW_T_I16 || a->type == BW_T_I32 || a->type == BW_T_I64 || a->type == BW_T_BOOL)
        a->i = number(a->s);
    else if (a->type == BW_T_JSONB)
        a->s = jsonb_of(a->s);
    return true;
}
