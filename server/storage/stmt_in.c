/* SPDX-License-Identifier: Apache-2.0 */
/* stmt_in.c - reads the `in:` and `out:` lines of statements, and maps type names to OIDs. */
#include "pg_int.h"

#include <stdlib.h>

struct type_row {
    const char *name, *other;
    unsigned oid;
};

static const struct type_row types[BW_T_MAX] = {
#define X(id, name, other, oid) [id] = { name, other, oid },
    BW_PG_TYPES(X)
#undef X
};

unsigned bw_pg_oid(enum bw_pg_type type)
{
    return types[type].oid;
}

const char *bw_pg_type_name(enum bw_pg_type type)
{
    return type < BW_T_MAX ? types[type].name : "another type";
}

enum bw_pg_type bw_pg_type_of(unsigned oid)
{
    enum { CHAR = 18, NAME = 19, BPCHAR = 1042, VARCHAR = 1043 };
    if (oid == CHAR || oid == NAME || oid == BPCHAR || oid == VARCHAR)
        return BW_T_TEXT;
    for (unsigned i = 0; i < BW_T_MAX; i++)
        if (types[i].oid == oid)
            return (enum bw_pg_type)i;
    return BW_T_MAX;
}

static enum bw_pg_type type_named(struct bw_str name)
{
    for (unsigned i = 0; i < BW_T_MAX; i++)
        if (bw_str_eq_c(name, types[i].name) || bw_str_eq_c(name, types[i].other))
            return (enum bw_pg_type)i;
    return BW_T_MAX;
}

bool bw_stmt_next(struct bw_str *list, struct bw_str *ret_name, enum bw_pg_type *ret_type)
{
    *list = bw_str_trim(*list);
    if (bw_str_empty(*list))
        return false;
    struct bw_str type = bw_str_trim(bw_str_split(list, ','));
    struct bw_str name = bw_str_split(&type, ' ');
    if (bw_str_starts(name, BW_STR("$"))) { /* "$1 bucket smallint": the number is for the reader */
        type = bw_str_trim(type);
        name = bw_str_split(&type, ' ');
    }
    *ret_name = name;
    *ret_type = type_named(bw_str_trim(type));
    BW_ASSERT(*ret_type < BW_T_MAX);
    return true;
}

const struct bw_stmt_row *bw_stmt_row_of(const struct bw_stmt_known *k, unsigned stmt)
{
    BW_ASSERT(stmt < k->table->n);
    const struct bw_stmt_row *row = &k->table->rows[stmt];
    BW_ASSERT(row->sets & k->sets); /* else this session never prepared it */
    return row;
}

bw_code bw_stmt_known_init(struct bw_stmt_known *k, const struct bw_stmt_table *table, unsigned sets,
                           struct bw_error *err)
{
    k->table = table;
    k->sets = sets;
    k->in = calloc(table->n ? table->n : 1, sizeof(*k->in));
    if (!k->in)
        return bw_fail(err, BW_E_NOMEM, NULL, "statement table");
    for (unsigned i = 0; i < table->n; i++) {
        struct bw_str list = bw_str_c(table->rows[i].in), name;
        enum bw_pg_type type;
        while (bw_stmt_next(&list, &name, &type)) {
            BW_ASSERT(k->in[i].n < BW_STMT_COLUMNS);
            k->in[i].types[k->in[i].n++] = (uint8_t)type;
        }
    }
    return BW_OK;
}

void bw_stmt_known_done(struct bw_stmt_known *k)
{
    free(k->in);
    k->in = NULL;
}
