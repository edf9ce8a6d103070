/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/case_steps.h"

#include <stddef.h>

#include "bw/app/ingest.h"
#include "bw/app/mandates.h"
#include "bw/app/said.h"
#include "bw/domain/case_step.h"
#include "bw/domain/waiting.h"

enum { NOTE_CHARS = 500, UTF8_MOST = 4, BAGS_MOST = 32 };

/* --- the bodies --- */

struct in_step {
    struct bw_str event_id, for_carrier, to_carrier, station, reason, note;
    uint32_t bag;
    int what, step, needs;
    struct bw_json_time by;
};

static const char *is_loss(struct bw_str s)
{
    return bw_loss_meaning(s) ? NULL : "must be a reason for loss (RL) of two digits";
}
static const char *is_note(struct bw_str s)
{
    return bw_utf8_len(s) > NOTE_CHARS ? "must be at most 500 characters" : NULL;
}
static const char *is_closing(struct bw_str s)
{
    const char *meaning, *word;
    for (size_t k = 0; (word = bw_closing_at(k, &meaning)); k++)
        if (bw_str_eq_c(s, word))
            return NULL;
    return "must be delivered, settled, withdrawn, duplicate or mistaken";
}

#define EVENT_ID                                                                                                       \
    {                                                                                                                  \
        BW_FIELD(struct in_step, event_id, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = BW_EVENT_ID - 1,        \
                                                      .check = bw_said_event_id                                        \
    }
#define FOR_CARRIER                                                                                                    \
    {                                                                                                                  \
        BW_FIELD(struct in_step, for_carrier, BW_J_STR), .min = 2, .max = 3, .check = bw_check_carrier                 \
    }
#define NOTE(need)                                                                                                     \
    {                                                                                                                  \
        BW_FIELD(struct in_step, note, BW_J_STR), .flags = BW_J_TEXT | (need), .min = 1,                               \
                                                  .max = NOTE_CHARS * UTF8_MOST, .check = is_note                      \
    }

const struct bw_field bw_case_offer_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    { BW_FIELD(struct in_step, to_carrier, BW_J_STR), .flags = BW_J_REQUIRED, .min = 2, .max = 3,
      .check = bw_check_carrier },
    NOTE(0),
    { BW_FIELD_END },
};
const struct bw_field bw_case_owner_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    NOTE(0),
    { BW_FIELD_END },
};
const struct bw_field bw_case_fault_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    { BW_FIELD(struct in_step, bag, BW_J_U32), .min = 1, .max = BAGS_MOST },
    { BW_FIELD(struct in_step, station, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 3,
      .check = bw_check_station },
    { BW_FIELD(struct in_step, reason, BW_J_STR), .flags = BW_J_REQUIRED, .min = 2, .max = 2, .check = is_loss },
    NOTE(BW_J_REQUIRED),
    { BW_FIELD_END },
};
const struct bw_field bw_case_close_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    { BW_FIELD(struct in_step, reason, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 20, .check = is_closing },
    NOTE(0),
    { BW_FIELD_END },
};
const struct bw_field bw_case_note_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    NOTE(BW_J_REQUIRED),
    { BW_FIELD_END },
};

const struct bw_field bw_case_promise_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    { BW_FIELD(struct in_step, what, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = bw_given_words },
    { BW_FIELD(struct in_step, by, BW_J_TIME), .flags = BW_J_REQUIRED },
    NOTE(0),
    { BW_FIELD_END },
};

const struct bw_field bw_case_wait_fields[] = {
    EVENT_ID,
    FOR_CARRIER,
    { BW_FIELD(struct in_step, step, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = bw_wait_steps },
    { BW_FIELD(struct in_step, needs, BW_J_ENUM), .words = bw_wait_words },
    NOTE(0),
    { BW_FIELD_END },
};

static const struct {
    const struct bw_field *fields;
    enum bw_event_code code;
} verbs[BW_CASE_VERBS] = {
    [BW_CASE_OFFER] = { bw_case_offer_fields, BW_EV_CASE_OWNER_OFFERED },
    [BW_CASE_ACCEPT] = { bw_case_owner_fields, BW_EV_CASE_OWNER_CHANGED },
    [BW_CASE_DECLINE] = { bw_case_owner_fields, BW_EV_CASE_OWNER_REFUSED },
    [BW_CASE_FAULT] = { bw_case_fault_fields, BW_EV_FAULT_CODED },
    [BW_CASE_CLOSE] = { bw_case_close_fields, BW_EV_CASE_CLOSED },
    [BW_CASE_NOTE] = { bw_case_note_fields, BW_EV_STAFF_NOTE },
    [BW_CASE_PROMISE] = { bw_case_promise_fields, BW_EV_PROMISE_GIVEN },
    [BW_CASE_WAIT] = { bw_case_wait_fields, BW_EV_WAITING_FOR_CUSTOMER },
};

const struct bw_field *bw_case_verb_fields(enum bw_case_verb verb)
{
    return verbs[verb].fields;
}

/* What rests on a person's word says how that came: a reason for closing, and having told or tried to tell the
 * customer. */
static void hold_word(enum bw_case_verb verb, const struct in_step *in, struct bw_faults *f)
{
    if (in->note.n)
        return;
    if (verb == BW_CASE_CLOSE && bw_closing_needs_word(in->reason))
        bw_fault_add(f, BW_E_INVALID_BODY, "/note", "%.*s rests on somebody's word: say whose", BW_FMT(in->reason));
    const char *step = verb == BW_CASE_WAIT ? bw_wait_steps[in->step] : "";
    if (strcmp(step, BW_WAIT_REACHED) == 0 || strcmp(step, BW_WAIT_TRIED) == 0)
        bw_fault_add(f, BW_E_INVALID_BODY, "/note", "%s rests on your word: say how", step);
}

static void take_words(enum bw_case_verb verb, const struct in_step *in, struct bw_event *ev)
{
    if (verb == BW_CASE_PROMISE) {
        bw_str_put(bw_str_c(bw_given_words[in->what]), ev->data.action, sizeof ev->data.action);
        ev->data.answer_by = in->by.at;
    } else if (verb == BW_CASE_WAIT) {
        bw_str_put(bw_str_c(bw_wait_steps[in->step]), ev->data.action, sizeof ev->data.action);
        if (in->needs >= 0)
            bw_str_put(bw_str_c(bw_wait_words[in->needs]), ev->data.why, sizeof ev->data.why);
    }
}

bw_code bw_case_step_request(const struct bw_principal *who, enum bw_case_verb verb, struct bw_str ref,
                             struct bw_str body, bw_time now, struct bw_arena *arena, struct bw_case_step_request **ret,
                             struct bw_faults *f)
{
    struct in_step *in = BW_NEW(arena, struct in_step);
    struct bw_case_step_request *rq = BW_NEW(arena, struct bw_case_step_request);
    if (!in || !rq)
        return BW_E_NOMEM;
    struct bw_event *ev = &rq->item.ev;
    bw_event_init(ev);
    bw_code rc = bw_json_decode(body, verbs[verb].fields, in, f);
    if (rc == BW_OK || in->for_carrier.n)
        bw_said_for(who, in->for_carrier, ev, f);
    if (rc == BW_OK)
        hold_word(verb, in, f);
    if (f->n)
        return bw_faults_code(f);
    rq->verb = verb;
    rq->ref = ref;
    ev->code = verbs[verb].code;
    ev->source = who->kind == BW_P_ACCOUNT ? BW_SRC_STAFF : BW_SRC_JSON;
    ev->subject = BW_SUBJECT_CASE;
    ev->data.bag_ordinal = (uint8_t)in->bag;
    take_words(verb, in, ev);
    bw_sender_of(who, ev->sender);
    bw_str_put(in->event_id, ev->event_id, sizeof ev->event_id);
    bw_str_put(in->to_carrier, ev->to_carrier, sizeof ev->to_carrier);
    bw_str_put(in->station, ev->station, sizeof ev->station);
    bw_str_put(in->reason, ev->reason, sizeof ev->reason);
    if (!bw_said_note(in->note, ev, arena))
        return BW_E_NOMEM;
    if (!bw_mandated(who, ev, now)) {
        bw_fault_add(f, BW_E_CODE_NOT_YOURS, "/for_carrier", "%s has given you no mandate for that", ev->carrier);
        return bw_faults_code(f);
    }
    rq->work = (struct bw_work){ .items = &rq->item, .n = 1, .arena = arena };
    *ret = rq;
    return BW_OK;
}

/* --- the file --- */

/* It has seen the bag, by a sighting that was believed (domain.md 9.3.9). */
static bool saw(const struct bw_bag_seen *seen, const char *carrier)
{
    for (size_t k = 0; k < seen->n_history; k++) {
        const struct bw_event *ev = seen->history[k];
        bool sighting = bw_code_row(ev->code)->flags & BW_CF_SIGHTING && !(ev->flags & BW_FL_NO_MANDATE);
        bool doubted = ev->outcome == BW_OUT_IMPLAUSIBLE || ev->outcome == BW_OUT_CORRECTED;
        if (sighting && !doubted && strcmp(ev->carrier, carrier) == 0)
            return true;
    }
    return false;
}

/* Carriers of the journey, who opened the file, and who has seen one of its bags: they work in it.  Histories are read
 * only for the last. */
static bw_code concerned(struct bw_pg *pg, const struct bw_file_seen *file, const char *carrier, bool speaks,
                         struct bw_arena *arena, struct bw_error *err)
{
    bool is = strcmp(file->file.opener, carrier) == 0 || strcmp(file->file.owner, carrier) == 0;
    for (size_t k = 0; k < file->n_bags && !is; k++)
        is = bw_bag_in_journey(&file->bags[k].bag, carrier);
    for (size_t k = 0; k < file->n_bags && !is; k++) {
        struct bw_bag_seen *seen;
        bw_code rc = bw_bag_see(pg, &file->bags[k].bag.bag_id, BW_WANT_HISTORY, arena, &seen, err);
        if (rc != BW_OK)
            return rc;
        is = saw(seen, carrier);
    }
    return is ? BW_OK
              : bw_fail(err, speaks ? BW_E_FORBIDDEN : BW_E_CASE_STEP, speaks ? "/for_carrier" : "/to_carrier",
                        "%s is no carrier of this journey and has seen no bag of it", carrier);
}

bw_code bw_case_step_find(const struct bw_app *app, struct bw_pg *pg, const struct bw_principal *who,
                          struct bw_case_step_request *rq, bw_time now, struct bw_arena *arena, struct bw_error *err)
{
    char text[BW_UUID_TEXT];
    struct bw_file_seen *file;
    struct bw_event *ev = &rq->item.ev;
    bw_code rc = bw_file_see(app, pg, who, rq->ref, now, arena, &file, err);
    if (rc == BW_OK && !(file->sight.sees & BW_SEE_CASE))
        rc = bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    rc = rc == BW_OK ? concerned(pg, file, ev->carrier, true, arena, err) : rc;
    if (rc == BW_OK && ev->to_carrier[0])
        rc = concerned(pg, file, ev->to_carrier, false, arena, err);
    if (rc != BW_OK)
        return rc;
    ev->ident = (struct bw_ident){ .kind = BW_IDENT_ID, .date = BW_DATE_NONE };
    bw_str_put(bw_str_c(bw_uuid_text(&file->file.case_id, text)), ev->ident.value, sizeof ev->ident.value);
    return BW_OK;
}
