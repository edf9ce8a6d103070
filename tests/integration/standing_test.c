/* SPDX-License-Identifier: Apache-2.0 */
/* standing_test.c - a writer's session whose process was paused while it sent a transaction is ended by who is awake;
 * one that works, waits for a lock or goes on meanwhile is not.  req: CLK-05 (reliability.md 7, row 27) */
#include "rig.h"

#include <libpq-fe.h>
#include <poll.h>
#include <string.h>

#include "standing.h"

static struct rig rig;

static int start(void **state)
{
    (void)state;
    rig_start(&rig);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

/* Sends these and no Sync, as a process does that stands still before the rest of its transaction has left it. */
static void send_part(PGconn *c, const char *first, const char *second)
{
    assert_int_equal(PQsendQueryParams(c, first, 0, NULL, NULL, NULL, NULL, 0), 1);
    assert_int_equal(PQsendQueryParams(c, second, 0, NULL, NULL, NULL, NULL, 0), 1);
    assert_int_equal(PQsendFlushRequest(c), 1);
    assert_int_equal(PQflush(c), 0);
}

static PGconn *writer_of(const char *name)
{
    const char *const keys[] = { "dbname", "application_name", NULL }, *const values[] = { rig.cluster.app, name,
                                                                                           NULL };
    PGconn *c = PQconnectdbParams(keys, values, 1);
    assert_int_equal(PQstatus(c), CONNECTION_OK);
    assert_int_equal(PQenterPipelineMode(c), 1);
    return c;
}

static size_t look(struct bw_standing *standing, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    standing->next = 0;
    rig_ok(bw_standing_end(standing, pg, &err), &err);
    return standing->n;
}

/* Until so many stand; bounded. */
static void until_stand(struct bw_standing *standing, struct bw_pg *pg, size_t n)
{
    for (int turn = 0; turn < 500; turn++) {
        struct bw_standing fresh = { .n = 0 };
        if (look(&fresh, pg) == n) {
            *standing = fresh;
            return;
        }
        (void)poll(NULL, 0, 20);
    }
    fail_msg("never %zu sessions that stand", n);
}

static bool gone(PGconn *c)
{
    struct pollfd fd = { PQsocket(c), POLLIN, 0 };
    for (int turn = 0; turn < 500; turn++) {
        if (PQconsumeInput(c) == 0 || PQstatus(c) == CONNECTION_BAD)
            return true;
        for (PGresult *res; !PQisBusy(c) && (res = PQgetResult(c)) != NULL;)
            PQclear(res);
        (void)poll(&fd, 1, 20);
    }
    return false;
}

static void one_that_stands_is_ended_the_second_time(void **state)
{
    (void)state;
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_DUTIES);
    struct bw_standing standing = { .n = 0 };
    PGconn *stands = writer_of("writer 1"), *other = writer_of("somebody else");
    send_part(stands, "BEGIN", "SELECT pg_advisory_xact_lock(4711)");
    send_part(other, "BEGIN", "SELECT 1");
    until_stand(&standing, pg, 1);
    assert_int_equal(look(&standing, pg), 0);
    assert_true(gone(stands));
    assert_int_equal(look(&standing, pg), 0); /* no writer of ours, whatever it does */
    assert_int_equal(PQsendQueryParams(other, "SELECT 2", 0, NULL, NULL, NULL, NULL, 0), 1);
    assert_int_equal(PQpipelineSync(other), 1);
    assert_int_equal(PQflush(other), 0);
    assert_int_equal(PQstatus(other), CONNECTION_OK);
    PQfinish(stands);
    PQfinish(other);
    bw_pg_free(pg);
}

static void one_that_goes_on_or_waits_for_a_lock_is_left(void **state)
{
    (void)state;
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_DUTIES);
    struct bw_standing standing = { .n = 0 };
    PGconn *first = writer_of("test writer 1"), *second = writer_of("writer 2");
    send_part(first, "BEGIN", "SELECT pg_advisory_xact_lock(4712)");
    until_stand(&standing, pg, 1);
    send_part(second, "BEGIN", "SELECT pg_advisory_xact_lock(4712)"); /* waits for the first: it works */
    send_part(first, "SELECT 1", "SELECT 2");
    struct bw_standing fresh = { .n = 0 };
    until_stand(&fresh, pg, 1);
    assert_int_equal(look(&standing, pg), 1); /* it stands again, but moved in between */
    assert_int_equal(look(&standing, pg), 0);
    assert_true(gone(first));
    until_stand(&fresh, pg, 1); /* and the second has its lock */
    PQfinish(first);
    PQfinish(second);
    bw_pg_free(pg);
}

static void nobody_looks_twice_in_five_seconds(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_pg *pg = rig_session(rig.cluster.app, NULL, BW_SET_DUTIES);
    struct bw_standing standing = { .n = 0 };
    PGconn *stands = writer_of("writer 3");
    send_part(stands, "BEGIN", "SELECT 1");
    until_stand(&standing, pg, 1);
    rig_ok(bw_standing_end(&standing, pg, &err), &err);
    assert_int_equal(standing.n, 1);
    PQfinish(stands);
    bw_pg_free(pg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_stands_is_ended_the_second_time),
        cmocka_unit_test(one_that_goes_on_or_waits_for_a_lock_is_left),
        cmocka_unit_test(nobody_looks_twice_in_five_seconds),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
