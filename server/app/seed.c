/* SPDX-License-Identifier: Apache-2.0 */
/* seed.c - carriers, stations and the law's rules from the CSV files that the build embeds. */
#include "bw/app/seed.h"

#include <stdlib.h>

#include "bw/base/arena.h"
#include "bw/storage/migrate.h"
#include "bw/storage/tx.h"
#include "seed_int.h"

enum { ARENA_MAX = 16 << 20, COLUMNS_MAX = 12 };

/* One field, quoted or not; *rest moves behind its comma, NULL at the end of the line. */
static bool cut_field(char **rest, struct bw_str *to)
{
    char *p = *rest;
    if (*p != '"') {
        size_t n = strcspn(p, ",");
        *to = bw_str_n(p, n);
        *rest = p[n] ? p + n + 1 : NULL;
        return memchr(p, '"', n) == NULL;
    }
    char *out = ++p;
    char *start = p;
    for (; *p; p++) {
        if (*p == '"' && p[1] != '"')
            break;
        if (*p == '"')
            p++;
        *out++ = *p;
    }
    if (*p != '"' || (p[1] && p[1] != ','))
        return false;
    *to = bw_str_n(start, (size_t)(out - start));
    *rest = p[1] ? p + 2 : NULL;
    return true;
}

size_t bw_csv_cut(char *line, struct bw_str *to, size_t max)
{
    size_t n = 0;
    for (char *rest = line; rest; n++)
        if (n == max || !cut_field(&rest, &to[n]))
            return 0;
    return n;
}

static const struct bw_script *seed_named(const char *name)
{
    for (unsigned i = 0; i < bw_seeds.n; i++)
        if (strcmp(bw_seeds.rows[i].name, name) == 0)
            return &bw_seeds.rows[i];
    return NULL;
}

/* The columns of a file as arrays of n slices each; its first line names them. */
static bw_code read_columns(const char *name, size_t n_columns, struct bw_arena *arena, struct bw_str *columns[],
                            size_t *ret_n, struct bw_error *err)
{
    const struct bw_script *seed = seed_named(name);
    size_t lines = 0;
    BW_ASSERT(seed);
    struct bw_str rest = bw_arena_str(arena, seed->sql);
    for (size_t i = 0; i < rest.n; i++)
        lines += rest.p[i] == '\n';
    for (size_t k = 0; k < n_columns; k++)
        columns[k] = BW_NEW_ARRAY(arena, struct bw_str, lines);
    if (!rest.p || !columns[n_columns - 1])
        return bw_fail(err, BW_E_NOMEM, NULL, "seed %s", name);
    bw_str_split(&rest, '\n');
    size_t n = 0;
    for (; rest.n > 0; n++) {
        struct bw_str fields[COLUMNS_MAX];
        struct bw_str line = bw_arena_str(arena, bw_str_trim(bw_str_split(&rest, '\n')));
        union {
            const char *p;
            char *writable; /* the arena's own copy */
        } u = { .p = line.p };
        if (!line.p || bw_csv_cut(u.writable, fields, n_columns) != n_columns)
            return bw_fail(err, BW_E_CONFIG, NULL, "seed %s: line %zu is malformed", name, n + 2);
        for (size_t k = 0; k < n_columns; k++)
            columns[k][n] = fields[k];
    }
    *ret_n = n;
    return BW_OK;
}

struct seeding {
    struct bw_arena arena;
    struct bw_seeded done;
};

static bw_code seed_carriers(struct bw_pg *pg, struct seeding *s, struct bw_error *err)
{
    struct bw_str *c[3];
    size_t n = 0;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = read_columns("carriers", BW_LEN(c), &s->arena, c, &n, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_CARRIER_SEED,
                           BW_PARAMS(bw_p_texts(c[0], n), bw_p_texts(c[1], n), bw_p_texts(c[2], n)), &rows, err);
    s->done.carriers = rows.affected;
    return code;
}

static bw_code seed_stations(struct bw_pg *pg, struct seeding *s, struct bw_error *err)
{
    struct bw_str *c[6];
    size_t n = 0;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code code = read_columns("stations", BW_LEN(c), &s->arena, c, &n, err);
    if (code == BW_OK)
        code = bw_pg_query(pg, BW_STMT_STATION_SEED,
                           BW_PARAMS(bw_p_texts(c[0], n), bw_p_texts(c[1], n), bw_p_texts(c[2], n), bw_p_texts(c[3], n),
                                     bw_p_texts(c[4], n), bw_p_texts(c[5], n)),
                           &rows, err);
    s->done.stations = rows.affected;
    return code;
}

/* A file whose columns are the parameters of its statement. */
static bw_code seed_legal(struct bw_pg *pg, struct seeding *s, const char *name, unsigned stmt, size_t n_columns,
                          struct bw_error *err)
{
    struct bw_str *c[COLUMNS_MAX];
    struct bw_param params[COLUMNS_MAX];
    size_t n = 0;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    BW_ASSERT(n_columns <= COLUMNS_MAX);
    bw_code code = read_columns(name, n_columns, &s->arena, c, &n, err);
    for (size_t k = 0; code == BW_OK && k < n_columns; k++)
        params[k] = bw_p_texts(c[k], n);
    if (code == BW_OK)
        code = bw_pg_query(pg, stmt, params, n_columns, &rows, err);
    s->done.legal += rows.affected;
    return code;
}

static bw_code seed_all(struct bw_pg *pg, void *ctx, struct bw_error *err)
{
    struct seeding *s = ctx;
    s->done = (struct bw_seeded){ 0 };
    bw_arena_reset(&s->arena);
    bw_code code = seed_carriers(pg, s, err);
    code = code == BW_OK ? seed_stations(pg, s, err) : code;
    code = code == BW_OK ? seed_legal(pg, s, "legal_rules", BW_STMT_LEGAL_RULE_SEED, 12, err) : code;
    code = code == BW_OK ? seed_legal(pg, s, "legal_limits", BW_STMT_LEGAL_LIMIT_SEED, 7, err) : code;
    return code == BW_OK ? seed_legal(pg, s, "legal_scopes", BW_STMT_LEGAL_SCOPE_SEED, 7, err) : code;
}

bw_code bw_seed_reference(const char *conninfo, const char *schema, struct bw_seeded *ret, struct bw_error *err)
{
    const struct bw_pg_options o = {
        .conninfo = conninfo,
        .name = "seed",
        .role = "bagwatch_owner",
        .schema = schema,
        .sets = BW_SET_OWNER,
        .statement_us = 30 * BW_SECOND,
        .call_us = 30 * BW_SECOND,
    };
    struct bw_pg *pg = NULL;
    struct seeding s = { .done = { 0 } };
    bw_code code = bw_pg_new(&o, &pg, err);
    if (code != BW_OK)
        return code;
    bw_arena_init(&s.arena, ARENA_MAX);
    code = bw_tx_run(pg, seed_all, &s, err);
    bw_arena_done(&s.arena);
    bw_pg_free(pg);
    if (code == BW_OK && ret)
        *ret = s.done;
    return code;
}
