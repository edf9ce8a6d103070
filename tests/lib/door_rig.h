/* SPDX-License-Identifier: Apache-2.0 */
/* door_rig.h - what the doors' integration tests share: a cluster, a session as the serving role, organisations, and a
 * session with test statements as the owner. */
#ifndef BW_TESTS_DOOR_RIG_H
#define BW_TESTS_DOOR_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bw/app/doors.h"
#include "bw/domain/identity.h"
#include "test_stmt_list.h"
#include "throwaway.h"

static struct bwt_cluster rig_cluster;
static struct bw_pg *rig_app;   /* bagwatch_app, as the server */
static struct bw_pg *rig_owner; /* test statements */

static inline struct bw_pg *rig_session(const char *conninfo, const struct bw_stmt_table *stmts, unsigned sets)
{
    const struct bw_pg_options o = { .conninfo = conninfo, .name = "test", .sets = sets, .stmts = stmts };
    struct bw_error err = { 0 };
    struct bw_pg *pg = NULL;
    if (bw_pg_new(&o, &pg, &err) != BW_OK || bw_pg_ensure(pg, &err) != BW_OK)
        fail_msg("%s", err.detail);
    return pg;
}

static inline void rig_ok(bw_code code, const struct bw_error *err)
{
    if (code != BW_OK)
        fail_msg("%s %s: %s", bw_code_info(code)->name, err->field, err->detail);
}

static inline int rig_setup(void **state)
{
    struct bw_error err = { 0 };
    bw_time now = bw_clock_wall();
    (void)state;
    bwt_cluster_start_migrated(&rig_cluster);
    rig_app = rig_session(rig_cluster.app, NULL, BW_SET_QUERY | BW_SET_DUTIES);
    rig_owner = rig_session(rig_cluster.owner, &test_stmts, BW_SET_ADMIN);
    rig_ok(bw_org_ensure(rig_app, BW_STR("SK"), BW_STR("SAS"), "carrier", now, &err), &err);
    rig_ok(bw_org_ensure(rig_app, BW_STR("LH"), BW_STR("Lufthansa"), "carrier", now, &err), &err);
    rig_ok(bw_org_ensure(rig_app, BW_STR("MENZIES"), BW_STR("Menzies"), "handler", now, &err), &err);
    rig_ok(bw_org_ensure(rig_app, BW_STR("WATCH"), BW_STR("The operator"), "operator", now, &err), &err);
    rig_ok(bw_org_ensure(rig_app, BW_STR("AUDIT"), BW_STR("An auditor"), "auditor", now, &err), &err);
    return 0;
}

static inline int rig_teardown(void **state)
{
    (void)state;
    bw_pg_free(rig_app);
    bw_pg_free(rig_owner);
    bwt_cluster_stop(&rig_cluster);
    return 0;
}

static inline void rig_run(unsigned stmt, const struct bw_param *params, size_t n)
{
    struct bw_error err = { 0 };
    rig_ok(bw_pg_query(rig_owner, stmt, params, n, NULL, &err), &err);
}

/* A case with this file reference, open. */
static inline struct bw_uuid rig_case(const char *ref)
{
    struct bw_ident ident;
    const char *why;
    assert_true(bw_ident_parse_as(BW_IDENT_REF, bw_str_c(ref), BW_DATE_NONE, &ident, &why));
    uint8_t bucket = bw_ident_bucket(&ident);
    struct bw_uuid id = bw_id_with_bucket(bw_uuid_v7(bw_clock_wall()), bucket);
    rig_run(TEST_STMT_DOOR_CASE_ADD,
            BW_PARAMS(bw_p_i16(bucket), bw_p_uuid(&id), bw_p_c(ref), bw_p_time(bw_clock_wall())));
    rig_run(TEST_STMT_DOOR_REF_ADD, BW_PARAMS(bw_p_i16(bucket), bw_p_uuid(&id), bw_p_c(ref)));
    return id;
}

static inline struct bw_doors *rig_doors(const struct bw_doors_config *config)
{
    struct bw_error err = { 0 };
    struct bw_doors *doors = NULL;
    rig_ok(bw_doors_new(config, &doors, &err), &err);
    return doors;
}

/* As a request would: from memory, else from the database. */
static inline bw_code rig_enter(struct bw_doors *doors, enum bw_door door, const char *token, const char *address,
                                struct bw_principal *who)
{
    struct bw_error err = { 0 };
    bool look_up = false;
    const struct bw_credential c = { door, bw_str_c(token), bw_str_c(address), false };
    *who = (struct bw_principal){ .kind = BW_P_ANONYMOUS };
    bw_code code = bw_doors_quick(doors, &c, who, &look_up, &err);
    return look_up ? bw_doors_slow(doors, rig_app, &c, who, &err) : code;
}

#endif
