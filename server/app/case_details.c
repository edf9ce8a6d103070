/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/case_details.h"

#include "bw/base/codec.h"
#include "bw/storage/case_sealed.h"
#include "bw/storage/rows.h"

#define TEXT_MOST (128 * 1024)

/* --- reading --- */

static bw_code take_row(const struct bw_keys *keys, struct bw_rows *rows, struct bw_arena *arena,
                        struct bw_case_whole *ret, struct bw_error *err)
{
    struct bw_str details, reason;
    if (!bw_row_case(rows, 0, &ret->file))
        return bw_fail(err, BW_E_DB, NULL, "the fold of a file does not read back");
    bw_code rc = bw_case_unseal(keys, &ret->file.case_id, rows, 0, arena, &details, &reason, err);
    if (rc != BW_OK)
        return rc;
    if (!bw_details_read(details, arena, &ret->details))
        return bw_fail(err, BW_E_DB, NULL, "the details of a file do not read back");
    ret->details.priority.class_ = (int)ret->file.priority - 1;
    ret->details.priority.reason = reason;
    return BW_OK;
}

bw_code bw_case_details(struct bw_pg *pg, const struct bw_keys *keys, const struct bw_uuid *case_id,
                        struct bw_arena *arena, struct bw_case_whole *ret, struct bw_error *err)
{
    *ret = (struct bw_case_whole){ 0 };
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CASE_DETAILS, BW_PARAMS(bw_p_i16(bw_id_bucket(case_id)), bw_p_uuid(case_id)),
                             &rows, err);
    if (rc == BW_OK && !rows.n)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    return rc == BW_OK ? take_row(keys, &rows, arena, ret, err) : rc;
}

/* --- writing --- */

static struct bw_str json_of(const struct bw_details *d, const char *inside, struct bw_arena *arena)
{
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, TEXT_MOST);
    bw_json_out_init(&j, &text);
    if (inside) {
        bw_jo_begin(&j);
        bw_jkey(&j, inside);
    }
    bw_details_write(d, false, &j);
    if (inside)
        bw_jo_end(&j);
    struct bw_str out = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    bw_buf_done(&text);
    return out;
}

bw_code bw_case_seal(const struct bw_keys *keys, const struct bw_details *d, struct bw_arena *arena,
                     struct bw_case_sealed *ret)
{
    ret->details = json_of(d, NULL, arena);
    ret->reason = d->priority.class_ >= 0 ? d->priority.reason : BW_STR_NONE;
    return ret->details.p ? bw_case_search_of(keys, d, arena, &ret->search) : BW_E_NOMEM;
}

/* The members named, and nothing else. */
static struct bw_details only(const struct bw_details *d, unsigned fields)
{
    struct bw_details some = { .needed_by = BW_DATE_NONE, .priority = { .class_ = -1 } };
    if (fields & BW_DETAIL_PASSENGER)
        some.passenger = d->passenger;
    if (fields & BW_DETAIL_CONTACTS)
        some.contacts = d->contacts;
    if (fields & BW_DETAIL_DESCRIPTION)
        some.description = d->description;
    if (fields & BW_DETAIL_BAGS)
        some.bags = d->bags;
    if (fields & BW_DETAIL_NEEDED_BY)
        some.needed_by = d->needed_by;
    if (fields & BW_DETAIL_LANGUAGE)
        some.language = d->language;
    if (fields & BW_DETAIL_DELIVERY)
        some.delivery = d->delivery;
    if (fields & BW_DETAIL_COLLECTOR)
        some.collector = d->collector;
    return some; /* a priority's reason is never copied: it has to be gone when the file is closed */
}

static void event_of(const struct bw_case *file, unsigned fields, const struct bw_details *after, bw_time now,
                     struct bw_event *ev)
{
    uint8_t random[8];
    char id[17], text[BW_UUID_TEXT];
    ev->code = BW_EV_DETAILS_CORRECTED;
    ev->subject = BW_SUBJECT_CASE;
    /* A change of what was read is later than all that was read, whatever the clocks of two instances say. */
    ev->occurred_at = now > file->newest.t ? now : file->newest.t + 1;
    bw_random(random, sizeof random);
    bw_hex(random, sizeof random, id);
    bw_str_put(bw_str_c(id), ev->event_id, sizeof ev->event_id);
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&file->case_id, text)), ev->ident.value, sizeof ev->ident.value);
    ev->data.fields = fields;
    if (fields & BW_DETAIL_PRIORITY)
        ev->data.priority = (enum bw_priority)(after->priority.class_ + 1);
    if (fields & BW_DETAIL_DELIVERY)
        ev->data.n_stays = (uint8_t)bw_details_stays(after, ev->data.stays);
}

bw_code bw_case_change_of(const struct bw_keys *keys, const struct bw_case_whole *before,
                          const struct bw_details *after, bw_time now, struct bw_arena *arena, struct bw_item *item,
                          unsigned *ret_fields)
{
    unsigned fields = bw_details_changed(&before->details, after);
    *ret_fields = fields;
    if (!fields)
        return BW_OK;
    struct bw_case_change *change = BW_NEW(arena, struct bw_case_change);
    const struct bw_details was = only(&before->details, fields);
    struct bw_str told = json_of(&was, "before", arena);
    if (!change || !told.p)
        return BW_E_NOMEM;
    event_of(&before->file, fields, after, now, &item->ev);
    item->ev.private_body = told;
    change->read_version = before->file.version;
    item->case_change = change;
    return bw_case_seal(keys, after, arena, &change->sealed);
}
