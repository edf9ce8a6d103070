/* SPDX-License-Identifier: Apache-2.0 */
/* h_account.c - a person's own account: GET /account, and setting up, confirming and turning off one-time codes.
 * The secret is shown until a code of it was typed; after that nobody sees it again.
 * Layer: http.  Threads: loop, then a query worker.  Source: SEC-02, RFC 6238; the address scheme otpauth:// is what
 * authenticators read. */
#include "pages_int.h"

#include "bw/app/doors.h"

#include "handlers.h"

/* "JBSW Y3DP …": groups of four are typed with fewer mistakes. */
static const char *in_fours(struct bw_arena *a, const char *secret)
{
    struct bw_buf b BW_CLEANUP(bw_buf_done);
    bw_buf_init(&b, 128);
    for (size_t k = 0; secret[k]; k++) {
        if (k && k % 4 == 0)
            bw_buf_ch(&b, ' ');
        bw_buf_ch(&b, secret[k]);
    }
    return bw_arena_str(a, bw_buf_view(&b)).p;
}

static bw_code add_secret(struct bw_leaf *leaf, const struct bw_totp *totp, struct bw_error *err)
{
    struct bw_request *rq = leaf->rq;
    char secret[BW_TOTP_TEXT];
    bw_code code = bw_totp_secret(bw_pages_app(rq)->doors, &rq->who.id, totp, secret, err);
    if (code != BW_OK)
        return code;
    bw_view_add_c(&rq->arena, leaf->view, "secret", in_fours(&rq->arena, secret));
    /* names are of [a-z0-9._@-]: no escape is needed */
    bw_view_add_c(&rq->arena, leaf->view, "otpauth",
                  bw_arena_printf(&rq->arena, "otpauth://totp/Bagwatch:%s?secret=%s&issuer=Bagwatch&period=%d",
                                  rq->who.name, secret, BW_TOTP_STEP));
    bw_wipe(secret, sizeof secret);
    return BW_OK;
}

static void page(struct bw_request *rq, struct bw_pg *pg, int status, bool wrong)
{
    struct bw_error err = { 0 };
    struct bw_totp totp;
    struct bw_leaf leaf;
    struct bw_arena *a = &rq->arena;
    bw_code code = bw_totp_read(pg, &rq->who.id, &totp, &err);
    bw_leaf_begin(&leaf, rq, NULL, bw_clock_wall());
    if (code == BW_OK && totp.there && !totp.on)
        code = add_secret(&leaf, &totp, &err);
    if (code != BW_OK) {
        bw_reply_problem(rq, code, &err);
        return;
    }
    const char *role = bw_role_word(rq->who.roles);
    const struct bw_arg args[] = { { "name", bw_str_c(rq->who.name) },
                                   { "role", bw_str_c(role ? role : "") },
                                   { "organisation", bw_str_c(rq->who.organisation) } };
    bw_leaf_title(&leaf, bw_leaf_text(&leaf, "page.account.title", NULL, 0));
    bw_view_add_bool(a, leaf.view, "at_account", true);
    bw_view_add_c(a, leaf.view, "who", bw_leaf_text(&leaf, "page.account.who", args, BW_LEN(args)));
    bw_view_add_c(a, leaf.view, "csrf", rq->who.csrf);
    if (wrong)
        bw_view_add_c(a, leaf.view, "fault", bw_leaf_text(&leaf, "page.account.wrong", NULL, 0));
    bw_view_add_bool(a, leaf.view, "on", totp.on);
    bw_view_add_bool(a, leaf.view, "pending", totp.there && !totp.on);
    bw_view_add_bool(a, leaf.view, "off", !totp.there);
    bw_leaf_reply(&leaf, status, "account");
}

static void show_job(struct bw_request *rq, struct bw_pg *pg)
{
    page(rq, pg, 200, false);
}

static void back(struct bw_request *rq, bw_code code, const struct bw_error *err)
{
    if (code == BW_OK)
        bw_reply_redirect(rq, BW_STR("/account"));
    else
        bw_reply_problem(rq, code, err);
}

static void begin_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_code code = bw_totp_begin(bw_pages_app(rq)->doors, pg, &rq->who.id, &err);
    back(rq, code == BW_E_NOT_FOUND ? BW_OK : code, &err); /* on already: the page says so */
}

/* Both turning on and turning off take a code, and use it up. */
static void with_code(struct bw_request *rq, struct bw_pg *pg, bool off)
{
    struct bw_error err = { 0 };
    struct bw_totp totp;
    int64_t step = 0;
    struct bw_str said = bw_str_trim(bw_request_form(rq, "code"));
    bw_code code = bw_totp_read(pg, &rq->who.id, &totp, &err);
    if (code == BW_OK && totp.on == off) {
        if (!bw_totp_check(bw_pages_app(rq)->doors, &rq->who.id, &totp, said, rq->at_wall, &step)) {
            page(rq, pg, 422, true);
            return;
        }
        code = bw_totp_spend(pg, &rq->who.id, &totp, step, rq->at_wall, &err);
        if (code == BW_OK && off)
            code = bw_totp_off(pg, &rq->who.id, &err);
    }
    back(rq, code, &err);
}

static void confirm_job(struct bw_request *rq, struct bw_pg *pg)
{
    with_code(rq, pg, false);
}

static void off_job(struct bw_request *rq, struct bw_pg *pg)
{
    with_code(rq, pg, true);
}

void bw_h_account(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, show_job);
}

void bw_h_codes_begin(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, begin_job);
}

void bw_h_codes_confirm(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, confirm_job);
}

void bw_h_codes_off(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, off_job);
}
