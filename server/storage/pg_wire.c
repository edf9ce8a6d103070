/* SPDX-License-Identifier: Apache-2.0 */
/* pg_wire.c - waiting for the server, always with an end (reliability.md F7, P3, P4): libpq is non-blocking, every wait
 * is a poll up to the deadline of the call, and a deadline that passes closes the socket. */
#include "pg_int.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

enum { DRAIN_MAX = 1024 }; /* results read in a row before the session counts as mad (P4) */

void bw_pg_call_begin(struct bw_pg *pg)
{
    pg->until = pg->deadline != BW_TIME_NONE ? pg->deadline : bw_clock_mono() + pg->call_us;
    pg->unknown = false;
    pg->sqlstate[0] = '\0';
    pg->constraint[0] = '\0';
}

bw_code bw_pg_lost(struct bw_pg *pg, const char *what, struct bw_error *err)
{
    struct bw_str text = pg->c ? bw_str_trim(bw_str_c(PQerrorMessage(pg->c))) : BW_STR_NONE;
    if (bw_str_empty(text))
        text = BW_STR("no connection");
    bw_fail(err, BW_E_DATABASE_AWAY, NULL, "%s: %.*s", what, BW_FMT(text));
    bw_pg_drop(pg);
    return BW_E_DATABASE_AWAY;
}

bw_code bw_pg_wait(struct bw_pg *pg, short events, struct bw_error *err)
{
    struct pollfd fd = { PQsocket(pg->c), events, 0 };
    for (;;) {
        bw_time left = pg->until - bw_clock_mono();
        if (left <= 0 || fd.fd < 0) {
            bw_pg_drop(pg);
            return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "no answer from the database in time");
        }
        bw_time ms = left / BW_MS + 1;
        int n = poll(&fd, 1, ms > INT_MAX ? INT_MAX : (int)ms);
        if (n > 0)
            break;
        if (n < 0 && errno != EINTR)
            return bw_pg_lost(pg, "poll", err);
    }
    if ((fd.revents & (POLLIN | POLLERR | POLLHUP)) && !PQconsumeInput(pg->c))
        return bw_pg_lost(pg, "reading from the database", err);
    return BW_OK;
}

bw_code bw_pg_flush(struct bw_pg *pg, struct bw_error *err)
{
    for (;;) {
        int rc = PQflush(pg->c);
        if (rc == 0)
            return BW_OK;
        if (rc < 0)
            return bw_pg_lost(pg, "writing to the database", err);
        /* reading meanwhile: else both sides may stand with full buffers */
        bw_code code = bw_pg_wait(pg, POLLIN | POLLOUT, err);
        if (code != BW_OK)
            return code;
    }
}

bw_code bw_pg_result(struct bw_pg *pg, PGresult **ret_take, struct bw_error *err)
{
    if (!pg->c)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "no connection");
    bw_code code = bw_pg_flush(pg, err);
    while (code == BW_OK && PQisBusy(pg->c))
        code = bw_pg_wait(pg, POLLIN, err);
    if (code != BW_OK)
        return code;
    *ret_take = PQgetResult(pg->c);
    return BW_OK;
}

bw_code bw_pg_drain(struct bw_pg *pg, struct bw_error *err)
{
    for (int i = 0; i < DRAIN_MAX; i++) {
        if (!pg->c || PQstatus(pg->c) == CONNECTION_BAD)
            return bw_pg_lost(pg, "after an error", err);
        PGresult *res = NULL;
        bw_code code = bw_pg_result(pg, &res, err);
        if (code != BW_OK || !res)
            return code;
        PQclear(res);
    }
    return bw_pg_lost(pg, "results without end", err);
}

static void take_notifies(struct bw_pg *pg, bool *any)
{
    for (PGnotify *n = PQnotifies(pg->c); n; n = PQnotifies(pg->c)) {
        *any = true;
        PQfreemem(n);
    }
}

bw_code bw_pg_wait_notify(struct bw_pg *pg, bw_time mono, int wake_fd, bool *ret, struct bw_error *err)
{
    bool any = false;
    *ret = false;
    if (!pg->c)
        return bw_fail(err, BW_E_DATABASE_AWAY, NULL, "no connection");
    for (;;) {
        take_notifies(pg, &any);
        bw_time left = mono - bw_clock_mono();
        if (any || left <= 0) {
            *ret = any;
            return BW_OK;
        }
        struct pollfd fds[2] = { { PQsocket(pg->c), POLLIN, 0 }, { wake_fd, POLLIN, 0 } };
        bw_time ms = left / BW_MS + 1;
        int n = poll(fds, 2, ms > INT_MAX ? INT_MAX : (int)ms);
        if (n < 0 && errno != EINTR)
            return bw_pg_lost(pg, "poll", err);
        if (n > 0 && fds[0].revents && (!PQconsumeInput(pg->c) || PQstatus(pg->c) == CONNECTION_BAD))
            return bw_pg_lost(pg, "listening", err);
        if (n > 0 && fds[1].revents) {
            take_notifies(pg, &any);
            *ret = any;
            return BW_OK;
        }
    }
}
