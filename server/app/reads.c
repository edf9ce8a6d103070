/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/reads.h"

#include <stdio.h>

#include "bw/app/ingest.h"
#include "bw/app/sight.h"

static const char *role_of(const struct bw_principal *who)
{
    static const struct {
        unsigned bit;
        const char *word;
    } roles[] = { { BW_SCANNER, "scanner" },
                  { BW_AGENT, "agent" },
                  { BW_SUPERVISOR, "supervisor" },
                  { BW_AUDITOR, "auditor" },
                  { BW_CARRIER_ADMIN, "carrier-admin" },
                  { BW_ADMIN, "admin" } };
    for (size_t k = 0; k < BW_LEN(roles); k++)
        if (who->roles & roles[k].bit)
            return roles[k].word;
    return who->kind == BW_P_KEY ? "key" : "customer";
}

bw_code bw_read_record(struct bw_pg *pg, const struct bw_read *one, bw_time now, struct bw_error *err)
{
    struct bw_str shown[32];
    size_t n = 0;
    struct bw_uuid id = bw_uuid_v7(now);
    for (unsigned bit = 0; bw_sees_word(bit); bit++)
        if (one->shown & (1u << bit))
            shown[n++] = bw_str_c(bw_sees_word(bit));
    return bw_pg_query(pg, BW_STMT_READ_ADD,
                       BW_PARAMS(bw_p_uuid(&id), bw_p_i16(bw_id_bucket(one->case_id)), bw_p_uuid(one->case_id),
                                 bw_p_time(now), bw_p_uuid(&one->who->id), bw_p_c(one->who->name),
                                 bw_p_c(one->who->organisation), bw_p_c(role_of(one->who)), bw_p_texts(shown, n),
                                 bw_p_text(one->why), bw_p_time(one->holds_until)),
                       NULL, err);
}

bw_code bw_reads_record(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *case_ids,
                        const unsigned *shown, size_t n, struct bw_str why, bw_time now, struct bw_error *err)
{
    struct bw_uuid id[BW_READS_AT_ONCE];
    int16_t bucket[BW_READS_AT_ONCE];
    char text[BW_READS_AT_ONCE][128];
    struct bw_str words[BW_READS_AT_ONCE];
    BW_ASSERT(n <= BW_READS_AT_ONCE);
    for (size_t k = 0; k < n; k++) {
        size_t at = 0;
        id[k] = bw_uuid_v7(now);
        bucket[k] = bw_id_bucket(&case_ids[k]);
        for (unsigned bit = 0; bw_sees_word(bit); bit++) {
            struct bw_str word = bw_str_c(bw_sees_word(bit));
            if (!(shown[k] & (1u << bit)) || at + word.n + 1 > sizeof text[k])
                continue;
            if (at)
                text[k][at++] = ' ';
            memcpy(text[k] + at, word.p, word.n);
            at += word.n;
        }
        words[k] = bw_str_n(text[k], at);
    }
    if (n == 0)
        return BW_OK;
    return bw_pg_query(pg, BW_STMT_READ_ADD_ALL,
                       BW_PARAMS(bw_p_uuids(id, n), bw_p_i16s(bucket, NULL, n), bw_p_uuids(case_ids, n), bw_p_time(now),
                                 bw_p_uuid(&who->id), bw_p_c(who->name), bw_p_c(who->organisation),
                                 bw_p_c(role_of(who)), bw_p_texts(words, n), bw_p_text(why)),
                       NULL, err);
}

bw_code bw_revealed_until(struct bw_pg *pg, const struct bw_uuid *case_id, const struct bw_uuid *reader, bw_time now,
                          bw_time *ret, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(pg, BW_STMT_READ_REVEALED,
                    BW_PARAMS(bw_p_i16(bw_id_bucket(case_id)), bw_p_uuid(case_id), bw_p_uuid(reader), bw_p_time(now)),
                    &rows, err);
    *ret = rc == BW_OK && rows.n ? bw_rows_time(&rows, 0, "holds_until") : BW_TIME_NONE;
    return rc;
}

static bool texts(struct bw_rows *rows, size_t row, struct bw_arena *arena, struct bw_read_row *to)
{
    struct bw_array a = bw_rows_array(rows, row, "shown");
    to->shown = BW_NEW_ARRAY(arena, struct bw_str, a.left + 1);
    while (to->shown && bw_array_next(&a))
        to->shown[to->n_shown++] = bw_arena_str(arena, a.s);
    return to->shown != NULL;
}

bw_code bw_read_list(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_arena *arena, struct bw_read_row **ret,
                     size_t *ret_n, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_READ_LIST,
                             BW_PARAMS(bw_p_i16(bw_id_bucket(case_id)), bw_p_uuid(case_id), bw_p_i32(BW_READS_MOST)),
                             &rows, err);
    if (rc != BW_OK)
        return rc;
    struct bw_read_row *v = BW_NEW_ARRAY(arena, struct bw_read_row, rows.n + 1);
    bool well = v != NULL;
    for (size_t k = 0; well && k < rows.n; k++) {
        v[k] = (struct bw_read_row){ .at = bw_rows_time(&rows, k, "at"),
                                     .holds_until = bw_rows_time(&rows, k, "holds_until"),
                                     .name = bw_arena_str(arena, bw_rows_text(&rows, k, "name")),
                                     .organisation = bw_arena_str(arena, bw_rows_text(&rows, k, "organisation")),
                                     .role = bw_arena_str(arena, bw_rows_text(&rows, k, "role")),
                                     .why = bw_arena_str(arena, bw_rows_text(&rows, k, "why")) };
        well = texts(&rows, k, arena, &v[k]);
    }
    *ret = v;
    *ret_n = rows.n;
    return well ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for the list");
}

/* --- reasons --- */

const char *bw_reveal_reason(size_t k)
{
    static const char *const reasons[] = { "audit", "complaint", "legal", "customer-asked", "repair" };
    return k < BW_LEN(reasons) ? reasons[k] : NULL;
}

bool bw_reveal_event(const struct bw_principal *who, const struct bw_uuid *case_id, struct bw_str reason,
                     struct bw_str note, bw_time now, struct bw_arena *arena, struct bw_event *ret)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    char id[BW_UUID_TEXT];
    const struct bw_uuid fresh = bw_uuid_v7(now);
    bw_event_init(ret);
    ret->code = BW_EV_DATA_REVEALED;
    ret->source = BW_SRC_STAFF;
    ret->subject = BW_SUBJECT_CASE;
    ret->occurred_at = now;
    ret->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    (void)bw_uuid_text(case_id, ret->ident.value);
    bw_sender_of(who, ret->sender);
    (void)snprintf(ret->event_id, sizeof ret->event_id, "reveal-%s", bw_uuid_text(&fresh, id));
    bw_str_put(bw_str_c(who->own_carrier), ret->carrier, sizeof ret->carrier);
    bw_str_put(reason, ret->reason, sizeof ret->reason);
    bw_buf_init(&text, 16384);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jk_str(&j, "note", note);
    bw_jo_end(&j);
    ret->private_body = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    return ret->private_body.p != NULL;
}
