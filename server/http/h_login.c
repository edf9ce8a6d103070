/* SPDX-License-Identifier: Apache-2.0 */
/* h_login.c - logging in and out: GET and POST /login, POST /logout.
 * A log-in takes three steps: find the account (query worker), check the password (hash thread, half a second for every
 * name alike), open the session (query worker).  Whether the name, the password or the one-time code was wrong is told
 * to nobody.
 * Layer: http.  Threads: loop, workers.  Source: SEC-02, reliability.md W3, W4, W5. */
#include "pages_int.h"

#include "bw/base/log.h"

#include "auth_int.h"
#include "handlers.h"

struct attempt {
    struct bw_login login;
    struct bw_str name, password, code, next;
    int64_t step; /* of the one-time code */
};

/* Where to after log-in: a path of this server and nothing else (an open redirect would serve phishing). */
static struct bw_str local_path(struct bw_str next)
{
    bool good = next.n > 0 && next.n <= 512 && next.p[0] == '/' && !(next.n > 1 && next.p[1] == '/');
    for (size_t k = 0; good && k < next.n; k++)
        good = next.p[k] > 0x20 && next.p[k] < 0x7f && next.p[k] != '\\';
    return good ? next : BW_STR("/desk");
}

static void page(struct bw_request *rq, int status, struct bw_str name, struct bw_str next, bool failed)
{
    struct bw_leaf leaf;
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.login.title", NULL, 0));
    bw_view_add_str(&rq->arena, leaf.view, "name", name);
    bw_view_add_str(&rq->arena, leaf.view, "next", next);
    bw_view_add_bool(&rq->arena, leaf.view, "failed", failed);
    bw_leaf_reply(&leaf, status, "login");
}

void bw_h_login_page(struct bw_request *rq)
{
    struct bw_str next = local_path(bw_request_query(rq, "next"));
    if (rq->who.kind == BW_P_ACCOUNT)
        bw_reply_redirect(rq, next);
    else
        page(rq, 200, BW_STR(""), next, false);
}

static void job_open(struct bw_request *rq, struct bw_pg *pg)
{
    const struct attempt *a = rq->data;
    const struct bw_totp *totp = &a->login.totp;
    struct bw_session_made made;
    struct bw_error err = { 0 };
    struct bw_doors *doors = bw_app_of(rq)->doors;
    struct bw_str old = bw_session_cookie(rq);
    bw_code code = BW_OK;
    if (totp->on)
        code = bw_totp_spend(pg, &a->login.account, totp, a->step, rq->at_wall, &err);
    if (code == BW_E_UNAUTHENTICATED) { /* used by another log-in since it was read */
        page(rq, 401, a->name, a->next, true);
        return;
    }
    if (code == BW_OK)
        code = bw_session_open(doors, pg, &a->login.account, old, rq->at_wall, &made, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    if (rq->who.kind == BW_P_ACCOUNT)
        bw_doors_shut(doors, bw_app_of(rq)->hub, &rq->who.owner);
    bw_reply_session_cookie(rq, made.token);
    bw_reply_redirect(rq, a->next);
    bw_wipe(&made, sizeof made);
}

static void step_open(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_open);
}

static void job_check(struct bw_request *rq, struct bw_pg *pg)
{
    struct attempt *a = rq->data;
    (void)pg;
    struct bw_doors *doors = bw_app_of(rq)->doors;
    bool good = bw_login_check(doors, &a->login, a->password, bw_str_c(rq->address));
    if (good && a->login.totp.on)
        good = bw_totp_check(doors, &a->login.account, &a->login.totp, a->code, rq->at_wall, &a->step);
    bw_wipe(a->login.stored, sizeof a->login.stored);
    bw_log(BW_INFO, "login", BW_LB("good", good));
    if (good)
        bw_request_then(rq, step_open);
    else
        page(rq, 401, a->name, a->next, true);
}

static void step_check(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_HASH, job_check);
}

static void job_find(struct bw_request *rq, struct bw_pg *pg)
{
    struct attempt *a = rq->data;
    struct bw_error err = { 0 };
    bw_code code = bw_login_find(bw_app_of(rq)->doors, pg, a->name, &a->login, &err);
    if (code == BW_OK)
        bw_request_then(rq, step_check);
    else
        bw_reply_problem(rq, code, &err);
}

void bw_h_login(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    struct attempt *a = BW_NEW(&rq->arena, struct attempt);
    if (!a) {
        bw_reply_problem(rq, BW_E_BUSY, NULL);
        return;
    }
    a->name = bw_str_trim(bw_request_form(rq, "name"));
    a->password = bw_request_form(rq, "password");
    a->code = bw_str_trim(bw_request_form(rq, "code"));
    a->next = local_path(bw_request_form(rq, "next"));
    bw_code code = bw_login_allowed(bw_app_of(rq)->doors, bw_str_c(rq->address), &err);
    if (code != BW_OK) {
        bw_reply_later(rq, code, &err, 10);
        return;
    }
    rq->data = a;
    bw_request_job(rq, BW_JOB_QUERY, job_find);
}

static void job_close(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_doors *doors = bw_app_of(rq)->doors;
    bw_code code = bw_session_close(doors, pg, bw_session_cookie(rq), rq->at_wall, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    bw_doors_shut(doors, bw_app_of(rq)->hub, &rq->who.owner);
    bw_reply_session_cookie(rq, "");
    bw_reply_redirect(rq, BW_STR("/login"));
}

void bw_h_logout(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, job_close);
}
