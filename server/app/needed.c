/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/needed.h"

#include <stdio.h>

#include "bw/app/said.h"
#include "bw/domain/waiting.h"
#include "bw/storage/rows.h"

enum { BAGS_MOST = 32, UTF8_MOST = 4 };

static bw_code no_page(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such page");
}

static bw_code read_file(struct bw_pg *pg, const struct bw_uuid *id, struct bw_case *ret, struct bw_error *err)
{
    int16_t bucket = bw_id_bucket(id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_CASE_READ, BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1)), &rows, err);
    if (rc != BW_OK)
        return rc;
    return rows.n && bw_row_case(&rows, 0, ret) ? BW_OK : no_page(err);
}

bw_code bw_needed_read(struct bw_pg *pg, const struct bw_principal *who, struct bw_needed *ret, struct bw_error *err)
{
    struct bw_uuid ids[BAGS_MOST];
    struct bw_bag bag;
    size_t n = 0;
    *ret = (struct bw_needed){ .wait = { .asked_at = 0 } };
    if (who->kind != BW_P_LINK || who->companion)
        return no_page(err);
    bw_code rc = read_file(pg, &who->case_id, &ret->file, err);
    if (rc != BW_OK || !ret->file.wait.needs[0])
        return rc;
    rc = bw_case_bags(pg, &who->case_id, ids, BAGS_MOST, &n, err);
    for (size_t k = 0; rc == BW_OK && k < n && !ret->wait.needs[0]; k++) {
        rc = bw_bag_now(pg, &ids[k], &bag, err);
        if (rc == BW_OK && bag.watched && !bag.watch_ended)
            ret->wait = bag.wait;
    }
    return rc;
}

static struct bw_needed_request *make(const struct bw_needed *needed, const char *step, struct bw_arena *arena)
{
    char text[BW_UUID_TEXT];
    struct bw_needed_request *rq = BW_NEW(arena, struct bw_needed_request);
    if (!rq)
        return NULL;
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    ev->code = BW_EV_WAITING_FOR_CUSTOMER;
    ev->subject = BW_SUBJECT_CASE;
    ev->source = BW_SRC_CUSTOMER;
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&needed->file.case_id, text)), ev->ident.value, sizeof ev->ident.value);
    bw_str_put(BW_STR("customer"), ev->sender, sizeof ev->sender);
    bw_str_put(bw_str_c(step), ev->data.action, sizeof ev->data.action);
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    return rq;
}

struct bw_needed_request *bw_needed_opened(const struct bw_needed *needed, struct bw_arena *arena)
{
    struct bw_needed_request *rq = make(needed, BW_WAIT_OPENED, arena);
    if (rq)
        (void)snprintf(rq->item.ev.event_id, sizeof rq->item.ev.event_id, "opened-%lld",
                       (long long)needed->file.wait.asked_at);
    return rq;
}

static const char *is_note(struct bw_str s)
{
    return bw_utf8_len(s) > BW_NEEDED_CHARS ? "must be at most 500 characters" : NULL;
}

struct in_given {
    struct bw_str once, note;
};
static const struct bw_field given_fields[] = {
    { BW_FIELD(struct in_given, once, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 32,
      .check = bw_said_event_id },
    { BW_FIELD(struct in_given, note, BW_J_STR), .flags = BW_J_REQUIRED | BW_J_TEXT, .min = 1,
      .max = BW_NEEDED_CHARS * UTF8_MOST, .check = is_note },
    { BW_FIELD_END },
};

bw_code bw_needed_given(const struct bw_needed *needed, struct bw_str once, struct bw_str note, struct bw_arena *arena,
                        struct bw_needed_request **ret, struct bw_faults *f)
{
    struct bw_json_out j;
    struct in_given in = { .once = BW_STR_NONE };
    BW_CLEANUP(bw_buf_done) struct bw_buf body = { 0 };
    bw_buf_init(&body, 32 * 1024);
    bw_json_out_init(&j, &body);
    bw_jo_begin(&j);
    bw_jko_str(&j, "once", once);
    bw_jko_str(&j, "note", note);
    bw_jo_end(&j);
    if (!bw_buf_ok(&body))
        return BW_E_NOMEM;
    if (bw_json_decode(bw_buf_view(&body), given_fields, &in, f) != BW_OK)
        return bw_faults_code(f);
    struct bw_needed_request *rq = make(needed, BW_WAIT_GIVEN, arena);
    if (!rq || !bw_said_note(in.note, &rq->item.ev, arena))
        return BW_E_NOMEM;
    (void)snprintf(rq->item.ev.event_id, sizeof rq->item.ev.event_id, "needed-%.*s", BW_FMT(in.once));
    *ret = rq;
    return BW_OK;
}
