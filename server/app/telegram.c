/* SPDX-License-Identifier: Apache-2.0 */
/* Telegrams: what the reader found becomes one work of the writer, what it could not use a dead letter. */
#include "bw/app/ingest.h"

#include "bw/app/mandates.h"
#include "bw/app/world.h"
#include "telegram_int.h"

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
    memcpy(mixed, t->letters_of.b, sizeof mixed);
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
    memcpy(mixed, t->letters_of.b, sizeof mixed);
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
        bw_mandate_mark(t->who, &item->ev, t->at);
    }
}

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a telegram");
}

bw_code bw_telegram_work(struct bw_telegram *t, struct bw_error *err)
{
    struct bw_arena *arena = t->work.arena;
    t->item_of = BW_NEW_ARRAY(arena, size_t, t->read.n_messages + 1);
    t->work.items = BW_NEW_ARRAY(arena, struct bw_item, t->read.n_facts + 1);
    t->work.dead = BW_NEW_ARRAY(arena, struct bw_dead_letter_new, t->read.n_messages + 1);
    t->work.n = t->read.n_facts;
    t->work.n_dead = 0;
    if (!t->item_of || !t->work.items || !t->work.dead)
        return no_memory(err);
    if (!t->read.n_messages && !add_whole(arena, t, t->work.raw))
        return no_memory(err);
    size_t at = 0;
    for (size_t k = 0; k < t->read.n_messages; k++) {
        const struct bw_typeb_message *m = &t->read.messages[k];
        t->item_of[k] = at;
        add_items(t, m, &at);
        if (unusable(m) && !add_dead(arena, t, m))
            return no_memory(err);
    }
    return BW_OK;
}

/* "BA IB" */
static struct bw_str carriers_text(struct bw_arena *arena, const struct bw_str *carriers, unsigned n)
{
    char text[BW_CARRIERS_MAX * 4 + 1];
    size_t at = 0;
    for (unsigned k = 0; k < n; k++) {
        if (k > 0)
            text[at++] = ' ';
        memcpy(text + at, carriers[k].p, carriers[k].n);
        at += carriers[k].n;
    }
    return bw_arena_str(arena, bw_str_n(text, at));
}

bw_code bw_ingest_telegram(const struct bw_app *app, const struct bw_world *world, const struct bw_principal *who,
                           struct bw_str text, bw_time now, struct bw_arena *arena, struct bw_telegram *ret,
                           struct bw_error *err)
{
    return bw_ingest_repair(app, world, who, text, NULL, now, arena, ret, err);
}

bw_code bw_ingest_repair(const struct bw_app *app, const struct bw_world *world, const struct bw_principal *who,
                         struct bw_str text, const struct bw_uuid *repaired, bw_time now, struct bw_arena *arena,
                         struct bw_telegram *ret, struct bw_error *err)
{
    char sender[BW_SENDER_TEXT];
    bw_sender_of(who, sender);
    struct bw_str carriers[BW_CARRIERS_MAX];
    size_t n_carriers = bw_principal_names(who, carriers);
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
    ret->work.arena = arena;
    ret->work.raw = text;
    ret->work.raw_id = raw_id(app, kept, text, now);
    ret->letters_of = repaired ? *repaired : ret->work.raw_id;
    ret->work.repair = repaired != NULL;
    ret->work.raw_sender = kept;
    ret->work.raw_carriers = carriers_text(arena, carriers, (unsigned)n_carriers);
    if (!kept.p || !ret->work.raw_carriers.p)
        return no_memory(err);
    ret->who = who;
    ret->at = now;
    return bw_telegram_work(ret, err);
}

/* --- the answer --- */

static void put_fault_list(struct bw_json_out *j, const struct bw_typeb_message *m)
{
    for (const struct bw_typeb_fault *f = m->faults; f; f = f->next) {
        bw_jo_begin(j);
        bw_jk_i64(j, "line", f->line);
        bw_jk_c(j, "element", f->element);
        bw_jk_c(j, "reason", f->reason);
        bw_jo_end(j);
    }
}

/* The message of the completed whole that has its facts. */
static size_t completing(const struct bw_telegram *t)
{
    size_t k = 0;
    while (k < t->read.n_messages && t->read.messages[k].joined_in != t->read.messages[k].ordinal)
        k++;
    return k;
}

static void put_bag_list(struct bw_json_out *j, const struct bw_telegram *t, size_t message)
{
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

/* What a part completed, told with the last part of it in the request; NULL: nothing. */
static const struct bw_telegram *whole_of(const struct bw_telegram *t, size_t k, bool *ret_last)
{
    const struct bw_hash *series = &t->read.messages[k].series;
    const struct bw_telegram *w = t->read.messages[k].status == BW_TYPEB_WAITING_FOR_PARTS ? t->whole : NULL;
    while (w && !bw_hash_eq(&w->read.messages[completing(w)].series, series))
        w = w->whole;
    *ret_last = true;
    for (size_t next = k + 1; w && next < t->read.n_messages; next++)
        *ret_last = *ret_last && !bw_hash_eq(&t->read.messages[next].series, series);
    return w;
}

/* from, at: the message as sent, or the whole that it completed. */
static void put_found(struct bw_json_out *j, const struct bw_telegram *from, size_t at, bool told)
{
    const struct bw_typeb_message *m = &from->read.messages[at];
    const struct bw_dead_letter_new *d = told ? dead_of(from, m->ordinal) : NULL;
    bw_jkey(j, "bags");
    bw_ja_begin(j);
    if (told && from->work.rc == BW_OK)
        put_bag_list(j, from, at);
    bw_ja_end(j);
    bw_jkey(j, "faults");
    bw_ja_begin(j);
    if (told)
        put_fault_list(j, m);
    bw_ja_end(j);
    if (d)
        bw_jk_uuid(j, "dead_letter", &d->id);
    else
        bw_jk_null(j, "dead_letter");
}

static void put_message(struct bw_json_out *j, const struct bw_telegram *t, size_t k)
{
    const struct bw_typeb_message *m = &t->read.messages[k];
    bool last;
    const struct bw_telegram *whole = whole_of(t, k, &last);
    const struct bw_telegram *from = whole ? whole : t;
    size_t at = whole ? completing(whole) : k;
    bw_jo_begin(j);
    bw_jk_i64(j, "ordinal", m->ordinal);
    bw_jk_c(j, "smi", bw_smi_word(m->smi));
    bw_jk_c(j, "action", bw_typeb_action_word(m->action));
    bw_jk_c(j, "status", bw_typeb_status_word(from->read.messages[at].status));
    bw_jko_c(j, "station", m->station);
    if (m->part)
        bw_jk_i64(j, "part", m->part);
    put_found(j, from, at, last);
    bw_jo_end(j);
}

void bw_ingest_telegram_answer(const struct bw_telegram *t, struct bw_json_out *j, int *ret_status)
{
    *ret_status = 422;
    bw_jo_begin(j);
    bw_jkey(j, "messages");
    bw_ja_begin(j);
    for (size_t k = 0; k < t->read.n_messages; k++) {
        if (t->read.messages[k].status != BW_TYPEB_UNUSABLE || !t->read.messages[k].lost)
            *ret_status = 200;
        put_message(j, t, k);
    }
    if (!t->read.n_messages)
        put_whole(j, t);
    bw_ja_end(j);
    bw_jo_end(j);
}
