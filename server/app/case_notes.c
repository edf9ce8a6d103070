/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/case_notes.h"

#include "bw/app/mandates.h"
#include "bw/app/reads.h"
#include "bw/storage/private.h"
#include "bw/storage/rows.h"

enum { LOG_MOST = 5000 };

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
}

/* --- the texts --- */

struct in_note {
    struct bw_str note;
};
static const struct bw_field note_fields[] = {
    { BW_FIELD(struct in_note, note, BW_J_STR), .flags = BW_J_TEXT, .max = 4000 },
    { BW_FIELD_END },
};

static bool text_of(struct bw_str json, struct bw_arena *arena, struct bw_str *ret)
{
    struct in_note in = { 0 };
    struct bw_faults *f = BW_NEW(arena, struct bw_faults);
    if (!f)
        return false;
    bw_faults_init(f, arena);
    *ret = bw_json_decode(json, note_fields, &in, f) == BW_OK ? bw_arena_str(arena, in.note) : BW_STR_NONE;
    return ret->n > 0;
}

static bool open_text(const struct bw_keys *keys, struct bw_rows *rows, size_t row, struct bw_arena *arena,
                      struct bw_str *ret)
{
    struct bw_str json;
    return bw_private_open(keys, rows, row, arena, &json) && text_of(json, arena, ret);
}

/* --- who reads which --- */

/* Of the carrier that wrote; of who works for it, those that may write notes in its name. */
static bool wrote(const struct bw_principal *who, struct bw_rows *rows, size_t row, const char *column)
{
    struct bw_str carrier = bw_rows_text(rows, row, column);
    return carrier.n && (who->roles & BW_DESK) &&
           bw_mandate_reads(who, carrier, BW_EV_STAFF_NOTE, NULL, 0, bw_clock_wall());
}

/* A hand-over's words are for both of its sides. */
static bool own(const struct bw_principal *who, struct bw_rows *rows, size_t row)
{
    return wrote(who, rows, row, "carrier") || wrote(who, rows, row, "from_carrier") ||
           wrote(who, rows, row, "to_carrier");
}

static bw_code record(struct bw_pg *pg, const struct bw_principal *who, const struct bw_file_seen *file, bw_time now,
                      struct bw_error *err)
{
    const struct bw_read one = { .who = who,
                                 .case_id = &file->file.case_id,
                                 .shown = BW_SEE_NOTES,
                                 .holds_until = BW_TIME_NONE,
                                 .why = file->sight.asks ? BW_STR("reason-given") : BW_STR("work-on-the-case") };
    return bw_read_record(pg, &one, now, err);
}

static bw_code read_rows(struct bw_pg *pg, const struct bw_file_seen *file, struct bw_rows *rows, struct bw_error *err)
{
    static const struct bw_str codes[] = { BW_STR_INIT("STAFF_NOTE"),          BW_STR_INIT("FAULT_CODED"),
                                           BW_STR_INIT("CASE_OWNER_OFFERED"),  BW_STR_INIT("CASE_OWNER_CHANGED"),
                                           BW_STR_INIT("CASE_OWNER_REFUSED"),  BW_STR_INIT("CASE_CLOSED"),
                                           BW_STR_INIT("WAITING_FOR_CUSTOMER") };
    struct bw_uuid id[BW_CASE_BAGS + 1] = { file->file.case_id };
    int16_t bucket[BW_CASE_BAGS + 1];
    size_t n = 1;
    for (size_t k = 0; k < file->n_bags; k++)
        id[n++] = file->bags[k].bag.bag_id;
    for (size_t k = 0; k < n; k++)
        bucket[k] = bw_id_bucket(&id[k]);
    return bw_pg_query(pg, BW_STMT_CASE_NOTES,
                       BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(id, n), bw_p_texts(codes, BW_LEN(codes)),
                                 bw_p_i32(BW_NOTES_MOST)),
                       rows, err);
}

bw_code bw_case_notes(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                      const struct bw_file_seen *file, bw_time now, struct bw_arena *arena, struct bw_case_note **ret,
                      size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bool all = file->sight.sees & BW_SEE_NOTES, others = false;
    bw_code rc = read_rows(pg, file, &rows, err);
    *ret_n = 0;
    *ret = rc == BW_OK ? BW_NEW_ARRAY(arena, struct bw_case_note, rows.n + 1) : NULL;
    if (rc != BW_OK || !*ret)
        return rc == BW_OK ? no_memory(err) : rc;
    for (size_t row = 0; row < rows.n; row++) {
        struct bw_case_note *one = &(*ret)[*ret_n];
        bool mine = own(who, &rows, row);
        if ((!mine && !all) || !bw_code_from(bw_rows_text(&rows, row, "code"), &one->code) ||
            !open_text(app->keys, &rows, row, arena, &one->text))
            continue;
        one->recorded_at = bw_rows_time(&rows, row, "recorded_at");
        bw_str_put(bw_rows_text(&rows, row, "carrier"), one->carrier, sizeof one->carrier);
        bw_str_put(bw_rows_text(&rows, row, "sender"), one->sender, sizeof one->sender);
        others = others || !mine;
        ++*ret_n;
    }
    return others ? record(pg, who, file, now, err) : BW_OK;
}

/* --- the log --- */

bw_code bw_case_log(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_arena *arena, struct bw_event ***ret,
                    size_t *ret_n, struct bw_error *err)
{
    int16_t bucket = bw_id_bucket(case_id);
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_EVENT_HISTORY,
                    BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(case_id, 1), bw_p_i32(LOG_MOST)), &rows, err);
    if (rc != BW_OK)
        return rc;
    *ret = BW_NEW_ARRAY(arena, struct bw_event *, rows.n + 1);
    struct bw_event *events = BW_NEW_ARRAY(arena, struct bw_event, rows.n + 1);
    if (!*ret || !events)
        return no_memory(err);
    for (size_t row = 0; row < rows.n; row++) {
        (*ret)[rows.n - 1 - row] = &events[row]; /* rows come by version */
        if (!bw_row_event(&rows, row, arena, &events[row]))
            return bw_fail(err, BW_E_DB, NULL, "an event row does not read back");
    }
    *ret_n = rows.n;
    return BW_OK;
}
