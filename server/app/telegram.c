/* SPDX-License-Identifier: Apache-2.0 */
/* Telegrams: what the reader found becomes one work of the writer, what it could not use a dead letter. */
#include "bw/app/ingest.h"

#include "bw/app/world.h"

/* The same text of the same sender is the same message for ever: its id is an HMAC of both (TYB-06). */
static struct bw_uuid raw_id(const struct bw_app *app, struct bw_str sender, struct bw_str text, bw_time now)
{
    char day[BW_DATE_TEXT];
    struct bw_str parts[] = {
        BW_STR("raw message\n"), sender, BW_STR("\n"), bw_str_c(bw_date_text(bw_date_of(now), day)), BW_STR("\n"), text
    };
    struct bw_hash h = bw_hmac(&app->keys->installation, parts, BW_LEN(parts));
    return bw_uuid_v8(h.b);
}

static bool unusable(const struct bw_typeb_message *m)
{
    return m->status == BW_TYPEB_UNUSABLE || m->status == BW_TYPEB_PARTLY_USED || m->lost;
}

static struct bw_str faults_json(struct bw_arena *arena, const struct bw_typeb_message *m)
{
    struct bw_buf text;
    bw_buf_init(&text, 256 * 1024);
    struct bw_json_out j;
    bw_json_out_init(&j, &text);
    bw_ja_begin(&j);
    for (const struct bw_typeb_fault *f = m->faults; f; f = f->next) {
        bw_jo_begin(&j);
        bw_jk_i64(&j, "line", f->line);
        bw_jko_c(&j, "element", f->element);
        bw_jk_c(&j, "reason", f->reason);
        bw_jk_bool(&j, "lost", f->lost);
        bw_jo_end(&j);
    }
    bw_ja_end(&j);
    struct bw_str out = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    bw_buf_done(&text);
    return out;
}

static bool add_dead(struct bw_arena *arena, struct bw_telegram *t, const struct bw_typeb_message *m)
{
    struct bw_dead_letter_new *d = &t->work.dead[t->work.n_dead++];
    d->ordinal = m->ordinal;
    d->first_line = m->first_line;
    d->last_line = m->last_line;
    bw_str_put(bw_str_c(bw_smi_word(m->smi)), d->smi, sizeof d->smi);
    bw_str_put(bw_str_c(bw_typeb_status_word(m->status)), d->status, sizeof d->status);
    d->faults = faults_json(arena, m);
    uint8_t mixed[16];
    memcpy(mixed, t->work.raw_id.b, sizeof mixed);
    mixed[4] ^= (uint8_t)m->ordinal;
    mixed[5] ^= (uint8_t)((unsigned)m->ordinal >> 8);
    mixed[0] ^= 0xd1; /* apart from the message's own id */
    d->id = bw_uuid_v8(mixed);
    return d->faults.p != NULL;
}

/* A text without any message: kept whole for staff to look at. */
static bool add_whole(struct bw_arena *arena, struct bw_telegram *t, struct bw_str text)
{
    struct bw_dead_letter_new *d = &t->work.dead[t->work.n_dead++];
    d->first_line = d->last_line = 1;
    for (size_t k = 0; k + 1 < text.n; k++)
        d->last_line += text.p[k] == '\n';
    bw_str_put(BW_STR("unusable"), d->status, sizeof d->status);
    d->faults =
        bw_arena_str(arena, BW_STR("[{\"line\":1,\"reason\":\"no message identifier was found\",\"lost\":true}]"));
    uint8_t mixed[16];
    memcpy(mixed, t->work.raw_id.b, sizeof mixed);
    mixed[0] ^= 0xd1;
    d->id = bw_uuid_v8(mixed);
    return d->faults.p != NULL;
}

static void add_items(struct bw_telegram *t, const struct bw_typeb_message *m, size_t *at)
{
    for (size_t k = 0; k < m->n_facts; k++) {
        struct bw_item *item = &t->work.items[(*at)++];
        item->ev = m->facts[k].ev;
        item->ev.raw_id = t->work.raw_id;
        if (item->ev.time_kind == BW_T_ORIGIN)
            item->ev.order.t = m->origin_at;
    }
}

bw_code bw_ingest_telegram(const struct bw_app *app, const struct bw_world *world, const struct bw_principal *who,
                           struct bw_str text, bw_time now, struct bw_arena *arena, struct bw_telegram *ret,
                           struct bw_error *err)
{
    char sender[BW_SENDER];
    bw_sender_of(who, sender);
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n_carriers = bw_principal_slices(who, carriers);
    struct bw_str kept = bw_arena_str(arena, bw_str_c(sender));
    struct bw_typeb_ctx ctx = { .sender = kept,
                                .carriers = carriers,
                                .n_carriers = n_carriers,
                                .world = world,
                                .received_at = now,
                                .key = &app->keys->installation };
    *ret = (struct bw_telegram){ 0 };
    bw_code rc = bw_typeb_read(text, &ctx, arena, &ret->read, err);
    if (rc != BW_OK)
        return rc;
    ret->item_of = BW_NEW_ARRAY(arena, size_t, ret->read.n_messages + 1);
    ret->work.items = BW_NEW_ARRAY(arena, struct bw_item, ret->read.n_facts + 1);
    ret->work.dead = BW_NEW_ARRAY(arena, struct bw_dead_letter_new, ret->read.n_messages + 1);
    if (!kept.p || !ret->item_of || !ret->work.items || !ret->work.dead)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    ret->work.arena = arena;
    ret->work.n = ret->read.n_facts;
    ret->work.raw = text;
    ret->work.raw_id = raw_id(app, kept, text, now);
    ret->work.raw_sender = kept;
    if (!ret->read.n_messages && !add_whole(arena, ret, text))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    size_t at = 0;
    for (size_t k = 0; k < ret->read.n_messages; k++) {
        const struct bw_typeb_message *m = &ret->read.messages[k];
        ret->item_of[k] = at;
        add_items(ret, m, &at);
        if (unusable(m) && !add_dead(arena, ret, m))
            return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
    }
    return BW_OK;
}

/* --- the answer --- */

static void put_faults(struct bw_json_out *j, const struct bw_typeb_message *m)
{
    bw_jkey(j, "faults");
    bw_ja_begin(j);
    for (const struct bw_typeb_fault *f = m->faults; f; f = f->next) {
        bw_jo_begin(j);
        bw_jk_i64(j, "line", f->line);
        bw_jk_c(j, "element", f->element);
        bw_jk_c(j, "reason", f->reason);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void put_bags(struct bw_json_out *j, const struct bw_telegram *t, size_t message)
{
    bw_jkey(j, "bags");
    bw_ja_begin(j);
    const struct bw_typeb_message *m = &t->read.messages[message];
    for (size_t k = 0; k < m->n_facts; k++) {
        const struct bw_item *item = &t->work.items[t->item_of[message] + k];
        bw_jo_begin(j);
        bw_jk_c(j, "plate", m->facts[k].ev.ident.value);
        bw_jk_c(j, "code", bw_code_row(m->facts[k].ev.code)->name);
        if (item->rc == BW_OK) {
            int status;
            bw_jkey(j, "answer");
            bw_ingest_answer(item, j, &status);
        } else {
            bw_jk_c(j, "refused", bw_code_info(item->rc)->slug);
            bw_jk_c(j, "detail", item->err.detail);
        }
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static const struct bw_dead_letter_new *dead_of(const struct bw_telegram *t, int32_t ordinal)
{
    for (size_t k = 0; k < t->work.n_dead; k++)
        if (t->work.dead[k].ordinal == ordinal)
            return &t->work.dead[k];
    return NULL;
}

static void put_whole(struct bw_json_out *j, const struct bw_telegram *t)
{
    bw_jo_begin(j);
    bw_jk_i64(j, "ordinal", 0);
    bw_jk_c(j, "smi", "");
    bw_jk_c(j, "action", "new");
    bw_jk_c(j, "status", "unusable");
    bw_jkey(j, "bags");
    bw_ja_begin(j);
    bw_ja_end(j);
    bw_jkey(j, "faults");
    bw_jraw(j, t->work.dead[0].faults);
    bw_jk_uuid(j, "dead_letter", &t->work.dead[0].id);
    bw_jo_end(j);
}

void bw_ingest_telegram_answer(const struct bw_telegram *t, struct bw_json_out *j, int *ret_status)
{
    *ret_status = 422;
    bw_jo_begin(j);
    bw_jkey(j, "messages");
    bw_ja_begin(j);
    for (size_t k = 0; k < t->read.n_messages; k++) {
        const struct bw_typeb_message *m = &t->read.messages[k];
        if (m->status != BW_TYPEB_UNUSABLE || !m->lost)
            *ret_status = 200;
        bw_jo_begin(j);
        bw_jk_i64(j, "ordinal", m->ordinal);
        bw_jk_c(j, "smi", bw_smi_word(m->smi));
        bw_jk_c(j, "action", bw_typeb_action_word(m->action));
        bw_jk_c(j, "status", bw_typeb_status_word(m->status));
        bw_jko_c(j, "station", m->station);
        if (m->part)
            bw_jk_i64(j, "part", m->part);
        put_bags(j, t, k);
        put_faults(j, m);
        const struct bw_dead_letter_new *d = dead_of(t, m->ordinal);
        if (d)
            bw_jk_uuid(j, "dead_letter", &d->id);
        else
            bw_jk_null(j, "dead_letter");
        bw_jo_end(j);
    }
    if (!t->read.n_messages)
        put_whole(j, t);
    bw_ja_end(j);
    bw_jo_end(j);
}
