/* SPDX-License-Identifier: Apache-2.0 */
/* What of the session needs no server: headers of statements, parameters on the wire, classes of failures. */
#include "bw/storage/pg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pg_int.h"

static void headers_are_read(void **state)
{
    (void)state;
    struct bw_str list = BW_STR("$1 bucket smallint, $2 words text[],  $3 at timestamptz"), name;
    enum bw_pg_type type;
    assert_true(bw_stmt_next(&list, &name, &type));
    assert_true(bw_str_eq_c(name, "bucket") && type == BW_T_I16);
    assert_true(bw_stmt_next(&list, &name, &type));
    assert_true(bw_str_eq_c(name, "words") && type == BW_T_TEXTS);
    assert_true(bw_stmt_next(&list, &name, &type));
    assert_true(bw_str_eq_c(name, "at") && type == BW_T_TIME);
    assert_false(bw_stmt_next(&list, &name, &type));
    list = BW_STR("n int8, d double precision, u uuid[]");
    assert_true(bw_stmt_next(&list, &name, &type) && type == BW_T_I64);
    assert_true(bw_stmt_next(&list, &name, &type) && type == BW_T_F64);
    assert_true(bw_stmt_next(&list, &name, &type) && type == BW_T_UUIDS);
    list = BW_STR("");
    assert_false(bw_stmt_next(&list, &name, &type));
}

static void types_and_oids_agree(void **state)
{
    (void)state;
    for (unsigned t = 0; t < BW_T_MAX; t++)
        assert_int_equal(bw_pg_type_of(bw_pg_oid((enum bw_pg_type)t)), t);
    assert_int_equal(bw_pg_type_of(1043), BW_T_TEXT); /* varchar */
    assert_int_equal(bw_pg_type_of(1700), BW_T_MAX);  /* numeric: cast it */
    assert_string_equal(bw_pg_type_name(BW_T_BYTEAS), "bytea[]");
    assert_string_equal(bw_pg_type_name(BW_T_MAX), "another type");
}

static void encode(struct bw_buf *scratch, const struct bw_param *p, size_t n, struct bw_wire_params *wire)
{
    struct bw_error err = { 0 };
    assert_int_equal(bw_pg_encode(scratch, p, n, wire, &err), BW_OK);
}

static void scalars_are_big_endian(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf scratch;
    struct bw_wire_params wire;
    bw_buf_init(&scratch, 4096);
    encode(&scratch,
           BW_PARAMS(bw_p_i16(-2), bw_p_i32(1), bw_p_i64(258), bw_p_bool(true), bw_p_c("é"), bw_p_null(BW_T_TEXT),
                     bw_p_text(BW_STR("")), bw_p_jsonb(BW_STR("{}"))),
           &wire);
    assert_int_equal(wire.n, 8);
    assert_memory_equal(wire.values[0], "\xff\xfe", 2);
    assert_memory_equal(wire.values[1], "\0\0\0\1", 4);
    assert_memory_equal(wire.values[2], "\0\0\0\0\0\0\1\2", 8);
    assert_int_equal(wire.lengths[3], 1);
    assert_memory_equal(wire.values[4], "\xc3\xa9", 2);
    assert_null(wire.values[5]);
    assert_non_null(wire.values[6]); /* empty is not NULL */
    assert_int_equal(wire.lengths[6], 0);
    assert_memory_equal(wire.values[7], "\1{}", 3); /* jsonb's version byte */
    for (int i = 0; i < wire.n; i++)
        assert_int_equal(wire.formats[i], 1);
}

/* 2000-01-01 is PostgreSQL's day and instant 0. */
static void times_count_from_2000(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf scratch;
    struct bw_wire_params wire;
    bw_date day = bw_date_from_civil(2000, 1, 1);
    bw_buf_init(&scratch, 4096);
    encode(&scratch,
           BW_PARAMS(bw_p_time(bw_date_start(day)), bw_p_time(bw_date_start(day) - 1), bw_p_date(day),
                     bw_p_date(day + 1), bw_p_time(BW_TIME_NONE), bw_p_date(BW_DATE_NONE)),
           &wire);
    assert_memory_equal(wire.values[0], "\0\0\0\0\0\0\0\0", 8);
    assert_memory_equal(wire.values[1], "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    assert_memory_equal(wire.values[2], "\0\0\0\0", 4);
    assert_memory_equal(wire.values[3], "\0\0\0\1", 4);
    assert_null(wire.values[4]);
    assert_null(wire.values[5]);
}

static void arrays_carry_dimensions_and_nulls(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf scratch;
    struct bw_wire_params wire;
    const int32_t numbers[] = { 5, 6 };
    const bool nulls[] = { false, true };
    const struct bw_str words[] = { BW_STR("a"), BW_STR_NONE };
    bw_buf_init(&scratch, 4096);
    encode(&scratch,
           BW_PARAMS(bw_p_i32s(numbers, nulls, 2), bw_p_texts(words, 2), bw_p_i32s(NULL, NULL, 0),
                     bw_p_i32s(numbers, NULL, 1), bw_p_null(BW_T_I32S)),
           &wire);
    static const char two[] = "\0\0\0\1\0\0\0\1\0\0\0\x17\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\5\xff\xff\xff\xff";
    static const char text[] = "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1\0\0\0\1a\xff\xff\xff\xff";
    static const char none[] = "\0\0\0\0\0\0\0\0\0\0\0\x17";
    static const char one[] = "\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\5";
    assert_int_equal(wire.lengths[0], sizeof(two) - 1);
    assert_memory_equal(wire.values[0], two, sizeof(two) - 1);
    assert_int_equal(wire.lengths[1], sizeof(text) - 1);
    assert_memory_equal(wire.values[1], text, sizeof(text) - 1);
    assert_int_equal(wire.lengths[2], sizeof(none) - 1);
    assert_memory_equal(wire.values[2], none, sizeof(none) - 1);
    assert_int_equal(wire.lengths[3], sizeof(one) - 1);
    assert_memory_equal(wire.values[3], one, sizeof(one) - 1);
    assert_null(wire.values[4]);
}

static void a_sparse_array_that_says_nothing_is_empty(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf scratch;
    struct bw_wire_params wire;
    const struct bw_str nothing[] = { BW_STR_NONE, BW_STR_NONE }, something[] = { BW_STR_NONE, BW_STR("") };
    bw_buf_init(&scratch, 4096);
    encode(&scratch,
           BW_PARAMS(bw_p_sparse(bw_p_texts(nothing, 2)), bw_p_sparse(bw_p_texts(something, 2)), bw_p_texts(nothing, 2),
                     bw_p_sparse(bw_p_texts(nothing, 0))),
           &wire);
    static const char none[] = "\0\0\0\0\0\0\0\0\0\0\0\x19";
    static const char half[] = "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1\xff\xff\xff\xff\0\0\0\0";
    static const char full[] = "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1\xff\xff\xff\xff\xff\xff\xff\xff";
    const char *const want[] = { none, half, full, none };
    const size_t lengths[] = { sizeof none - 1, sizeof half - 1, sizeof full - 1, sizeof none - 1 };
    for (size_t k = 0; k < BW_LEN(want); k++) {
        assert_int_equal(wire.lengths[k], lengths[k]);
        assert_memory_equal(wire.values[k], want[k], lengths[k]);
    }
}

static void what_does_not_fit_is_an_error(void **state)
{
    (void)state;
    BW_CLEANUP(bw_buf_done) struct bw_buf scratch;
    struct bw_wire_params wire;
    struct bw_error err = { 0 };
    const struct bw_str words[] = { BW_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                                    BW_STR("b") };
    bw_buf_init(&scratch, 64);
    assert_int_equal(bw_pg_encode(&scratch, BW_PARAMS(bw_p_text(words[0])), &wire, &err), BW_E_NOMEM);
    assert_int_equal(bw_pg_encode(&scratch, BW_PARAMS(bw_p_texts(words, 2)), &wire, &err), BW_E_NOMEM);
    encode(&scratch, BW_PARAMS(bw_p_text(words[1])), &wire); /* and the next one fits again */
    assert_memory_equal(wire.values[0], "b", 1);
}

static void sqlstates_fall_into_classes(void **state)
{
    static const struct {
        const char *state;
        bw_code code;
    } want[] = {
        { "23505", BW_E_CLASH },
        { "23P01", BW_E_CLASH },
        { "40001", BW_E_RETRY },
        { "40P01", BW_E_RETRY },
        { "55P03", BW_E_RETRY },
        { "26000", BW_E_RETRY },
        { "42P05", BW_E_RETRY },
        { "0A000", BW_E_RETRY },
        { "22P02", BW_E_POISON },
        { "22021", BW_E_POISON },
        { "22P05", BW_E_POISON },
        { "23502", BW_E_POISON },
        { "23503", BW_E_POISON },
        { "23514", BW_E_POISON },
        { "08006", BW_E_DATABASE_AWAY },
        { "57P01", BW_E_DATABASE_AWAY },
        { "57P03", BW_E_DATABASE_AWAY },
        { "57014", BW_E_DATABASE_AWAY },
        { "53100", BW_E_DATABASE_AWAY },
        { "25006", BW_E_DATABASE_AWAY },
        { "42P01", BW_E_DB },
        { "42501", BW_E_DB },
        { "P0001", BW_E_DB },
        { "", BW_E_DB },
    };
    (void)state;
    for (size_t i = 0; i < BW_LEN(want); i++)
        assert_int_equal(bw_pg_class(want[i].state), want[i].code);
}

static void a_constraint_is_known_on_citus_too(void **state)
{
    static struct bw_pg pg;
    (void)state;
    snprintf(pg.constraint, sizeof(pg.constraint), "bag_pkey_102008");
    assert_true(bw_pg_constraint_is(&pg, "bag_pkey"));
    assert_false(bw_pg_constraint_is(&pg, "bag"));
    assert_false(bw_pg_constraint_is(&pg, "bag_pkey_1020"));
    snprintf(pg.constraint, sizeof(pg.constraint), "bag_pkey");
    assert_true(bw_pg_constraint_is(&pg, "bag_pkey"));
    snprintf(pg.constraint, sizeof(pg.constraint), "bag_pkey_");
    assert_false(bw_pg_constraint_is(&pg, "bag_pkey"));
    pg.constraint[0] = '\0';
    assert_false(bw_pg_constraint_is(&pg, "bag_pkey"));
}

static void names_of_roles_and_schemas_are_plain(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    struct bw_pg_options o = { .conninfo = "dbname=x", .schema = "x; drop" };
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_E_CONFIG);
    o.schema = "";
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_E_CONFIG);
    o.schema = NULL;
    o.role = "Robert'";
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_E_CONFIG);
    o.role = NULL;
    o.conninfo = NULL;
    assert_int_equal(bw_pg_new(&o, &pg, &err), BW_E_CONFIG);
    assert_null(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read),
        cmocka_unit_test(types_and_oids_agree),
        cmocka_unit_test(scalars_are_big_endian),
        cmocka_unit_test(times_count_from_2000),
        cmocka_unit_test(arrays_carry_dimensions_and_nulls),
        cmocka_unit_test(a_sparse_array_that_says_nothing_is_empty),
        cmocka_unit_test(what_does_not_fit_is_an_error),
        cmocka_unit_test(sqlstates_fall_into_classes),
        cmocka_unit_test(a_constraint_is_known_on_citus_too),
        cmocka_unit_test(names_of_roles_and_schemas_are_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
