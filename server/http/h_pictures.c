/* SPDX-License-Identifier: Apache-2.0 */
/* h_pictures.c - pictures of a claim: POST takes one as it is (image/jpeg, image/png), or from the customer's form; GET
 * gives the cleaned picture to those who see the claim whole.
 * Who sends is settled before the first byte; the body is held on the heap within the budget of all bodies.  What it is
 * decides its content, never its declared type or name.  A picture is served so that no browser takes it for anything
 * else: attachment, nosniff, a sandbox without rights.
 * Layer: http.  Threads: loop, query worker, writer's completion.  Source: CASE-08, SEC-13. */
#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>

#include "bw/app/attach.h"
#include "bw/base/multipart.h"
#include "claims_int.h"
#include "upload.h"

#define FORM_MORE 4096 /* around the picture in a form */
#define PARTS 4

struct intake {
    struct bw_request *rq;
    struct bw_buf body;
    bw_code refused;
    const char *why;
    struct bw_attach picture;
    struct bw_claim_request *claim;
    struct bw_uuid case_id;
    unsigned number;
    bw_job *told;
};

static void leave(void *data)
{
    struct intake *in = data;
    bw_buf_done(&in->body);
    bw_attach_done(&in->picture);
}

static size_t feed(void *ctx, const char *data, size_t n)
{
    struct intake *in = ctx;
    if (in->refused != BW_OK)
        return n;
    if (!bw_request_reserve(in->rq, n)) {
        in->refused = BW_E_BUSY;
        in->why = "too many bytes of bodies are on their way";
        return n;
    }
    bw_buf_add(&in->body, data, n);
    if (!bw_buf_ok(&in->body)) {
        in->refused = BW_E_TOO_LARGE;
        in->why = "larger than this route takes";
    }
    return n;
}

static void fail(void *ctx, bw_code code, const char *why)
{
    struct intake *in = ctx;
    in->refused = code;
    in->why = why;
}

static void end(void *ctx)
{
    struct intake *in = ctx;
    bw_request_resume(in->rq);
}

/* --- from the body to the log --- */

static void row_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct intake *in = rq->data;
    bw_code rc = bw_attach_row(pg, &in->case_id, in->number, &in->picture, bw_clock_wall(), &err);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        in->told(rq, pg);
}

static void stored(struct bw_request *rq)
{
    const struct intake *in = rq->data;
    if (!bw_claim_refused(rq, in->claim))
        bw_request_job(rq, BW_JOB_QUERY, row_job);
}

static void submit(struct bw_request *rq)
{
    struct intake *in = rq->data;
    bw_request_commit(rq, &in->claim->work, stored);
}

/* The picture in a form: its one file. */
static struct bw_str picture_of(struct bw_request *rq, struct bw_str body)
{
    struct bw_form_part parts[PARTS];
    size_t n;
    struct bw_str type = bw_request_header(rq, "Content-Type"), picture = BW_STR_NONE;
    if (!bw_str_starts(type, BW_STR("multipart/")))
        return body;
    if (!bw_multipart_parse(type, body, parts, PARTS, &n))
        return BW_STR_NONE;
    for (size_t k = 0; k < n; k++)
        if (parts[k].file && !picture.p)
            picture = parts[k].body;
    return picture;
}

static bool there(const struct bw_claims_seen *seen, const struct bw_uuid *id)
{
    for (size_t k = 0; k < seen->n_photos; k++)
        if (bw_uuid_eq(&seen->photos[k].id, id))
            return true;
    return false;
}

/* What the fold would refuse is not written to the disk first; the fold decides for good.  A repeat gets its answer. */
static bw_code welcome(const struct bw_claims_seen *seen, const struct intake *in, struct bw_error *err)
{
    struct bw_event said = in->claim->item.ev;
    return there(seen, &in->picture.id) ? BW_OK : bw_claim_admit(&seen->file->file, &said, err);
}

static bw_code keep(struct bw_request *rq, struct bw_pg *pg, struct intake *in, const struct bw_claims_seen *seen,
                    struct bw_error *err)
{
    bw_time now = bw_clock_wall();
    const struct bw_case *file = &seen->file->file;
    struct bw_str picture = picture_of(rq, bw_buf_view(&in->body));
    in->case_id = file->case_id;
    if (!picture.n)
        return bw_fail(err, BW_E_PHOTO, NULL, "there is no picture");
    bw_code rc = bw_attach_clean(rq->app, &in->case_id, in->number, picture, &in->picture, err);
    if (rc != BW_OK)
        return rc;
    rc = bw_claim_evidence(&rq->who, bw_request_param(rq, "n"), &in->picture.id, &in->picture.content, now, &rq->arena,
                           &in->claim, err);
    rc = rc == BW_OK ? bw_claim_bind(&rq->who, file, now, in->claim, err) : rc;
    rc = rc == BW_OK ? welcome(seen, in, err) : rc;
    return rc == BW_OK ? bw_attach_file(rq->app, pg, &in->case_id, &in->picture, err) : rc;
}

static void keep_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct intake *in = rq->data;
    struct bw_claims_seen *seen;
    if (bw_claims_read(rq, pg, &seen) != BW_OK)
        return;
    in->number = bw_claim_named(rq, seen);
    if (!in->number)
        return;
    bw_code rc = keep(rq, pg, in, seen, &err);
    bw_buf_done(&in->body);
    if (rc != BW_OK)
        bw_reply_problem(rq, rc, &err);
    else
        bw_request_then(rq, submit);
}

static void whole(struct bw_request *rq)
{
    struct bw_error err = { 0 };
    const struct intake *in = rq->data;
    if (in->refused != BW_OK)
        bw_reply_problem(rq, bw_fail(&err, in->refused, NULL, "%s", in->why), &err);
    else
        bw_request_job(rq, BW_JOB_QUERY, keep_job);
}

static void begin(struct bw_request *rq, size_t most, bw_job *told)
{
    struct bw_error err = { 0 };
    struct intake *in = BW_NEW(&rq->arena, struct intake);
    bw_code rc = in ? BW_OK : BW_E_NOMEM;
    if (rc == BW_OK && bw_request_gzip(rq))
        rc = bw_fail(&err, BW_E_UNSUPPORTED_MEDIA, "Content-Encoding", "pictures are not packed once more");
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    *in = (struct intake){ .rq = rq, .told = told };
    bw_buf_init(&in->body, most);
    rq->data = in;
    bw_request_on_end(rq, leave, in);
    bw_request_upload(rq, &(struct bw_upload){ feed, fail, end, whole, in });
}

static void told_job(struct bw_request *rq, struct bw_pg *pg)
{
    const struct intake *in = rq->data;
    bw_claim_answer(rq, pg, in->claim);
}

void bw_h_picture_post(struct bw_request *rq)
{
    begin(rq, BW_PHOTO_BYTES, told_job);
}

/* Back to the page, by a redirect, so that nothing is sent twice (PAGE-07). */
static void page_job(struct bw_request *rq, struct bw_pg *pg)
{
    (void)pg;
    const char *at = bw_arena_printf(&rq->arena, "/t/%.*s/claims", BW_FMT(bw_request_param(rq, "token")));
    bw_reply_redirect(rq, at ? bw_str_c(at) : BW_STR("/"));
}

void bw_h_customer_picture_post(struct bw_request *rq)
{
    begin(rq, BW_PHOTO_BYTES + FORM_MORE, page_job);
}

/* --- reading --- */

static const struct bw_claim_photo *picked(struct bw_request *rq, const struct bw_claims_seen *seen, unsigned number)
{
    struct bw_uuid id;
    if (!bw_uuid_parse(bw_request_param(rq, "id"), &id))
        return NULL;
    for (size_t k = 0; k < seen->n_photos; k++)
        if (seen->photos[k].claim == number && bw_uuid_eq(&seen->photos[k].id, &id))
            return &seen->photos[k];
    return NULL;
}

static void get_job(struct bw_request *rq, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    struct bw_claims_seen *seen;
    char *bytes = NULL;
    unsigned number = bw_claims_read(rq, pg, &seen) == BW_OK ? bw_claim_named(rq, seen) : 0;
    if (!number)
        return;
    const struct bw_claim_photo *photo = seen->whole ? picked(rq, seen, number) : NULL;
    bw_code rc = photo ? bw_file_shown(pg, &rq->who, seen->file, bw_clock_wall(), &err)
                       : bw_fail(&err, BW_E_NOT_FOUND, NULL, "no such picture");
    rc = rc == BW_OK ? bw_attach_open(rq->app, pg, &seen->file->file.case_id, photo, &bytes, &err) : rc;
    if (rc != BW_OK) {
        bw_reply_problem(rq, rc, &err);
        return;
    }
    bool jpeg = bw_str_eq_c(photo->media, bw_photo_media(BW_PHOTO_JPEG));
    const char *name =
        bw_arena_printf(&rq->arena, "attachment; filename=\"%s-%u-%u.%s\"", seen->file->file.ref, number,
                        (unsigned)(photo - seen->photos) + 1, bw_photo_suffix(jpeg ? BW_PHOTO_JPEG : BW_PHOTO_PNG));
    struct bw_buf take = { 0 };
    bw_buf_init(&take, photo->bytes + 1);
    bw_buf_add(&take, bytes, photo->bytes);
    free(bytes);
    bw_reply_buf(rq, 200, bw_photo_media(jpeg ? BW_PHOTO_JPEG : BW_PHOTO_PNG), &take);
    bw_reply_header(rq, "Content-Disposition", name ? bw_str_c(name) : BW_STR("attachment"));
    bw_reply_header(rq, "Content-Security-Policy", BW_STR("sandbox; default-src 'none'"));
}

void bw_h_picture_get(struct bw_request *rq)
{
    bw_request_job(rq, BW_JOB_QUERY, get_job);
}
