/* SPDX-License-Identifier: Apache-2.0 */
/* event_data.c - the `data` column: code-specific fields as canonical JSON, written in this file's order, read back by
 * one table.  Layer: domain.  Threads: any.  Source: design.md 3 ("No personal data in the log"), 8 ("Event in"). */
#include <stddef.h>

#include "event_int.h"

const char *const bw_proof_words[] = { "pin", "signature", "photo", "id", "person", NULL };
const char *const bw_action_words[] = { "searched", "asked", "waiting", NULL };
const char *const bw_detail_words[] = { "passenger", "contacts", "description", "bags",     "needed_by",
                                        "language",  "delivery", "collector",   "priority", NULL };
_Static_assert(BW_DETAIL_PRIORITY == 1 << (BW_LEN(bw_detail_words) - 2), "every member has a word");

void bw_event_data_init(struct bw_event_data *d)
{
    *d = (struct bw_event_data){ .window_from = BW_TIME_NONE,
                                 .window_until = BW_TIME_NONE,
                                 .next_step_at = BW_TIME_NONE,
                                 .answer_by = BW_TIME_NONE,
                                 .due = BW_TIME_NONE,
                                 .quiet_until = BW_TIME_NONE,
                                 .since = BW_TIME_NONE,
                                 .level = -1 };
    for (size_t leg = 0; leg < BW_LEGS; leg++)
        d->legs[leg].date = BW_DATE_NONE;
    for (size_t stay = 0; stay < BW_STAYS; stay++)
        d->stays[stay].from = d->stays[stay].until = BW_DATE_NONE;
}

bool bw_event_has_data(const struct bw_event_data *d)
{
    const char *const texts[] = { d->to_station, d->proof,      d->action,     d->asked,   d->waiting_for,
                                  d->searched,   d->case_ref,   d->owner,      d->owed,    d->debtor,
                                  d->why,        d->claim_kind, d->claim_step, d->courier, d->rule };
    for (size_t at = 0; at < BW_LEN(texts); at++)
        if (texts[at][0])
            return true;
    bool times = d->window_from != BW_TIME_NONE || d->window_until != BW_TIME_NONE || d->next_step_at != BW_TIME_NONE ||
                 d->answer_by != BW_TIME_NONE || d->due != BW_TIME_NONE || d->quiet_until != BW_TIME_NONE ||
                 d->since != BW_TIME_NONE;
    bool ids = !bw_uuid_is_nil(&d->case_id) || !bw_uuid_is_nil(&d->promise_id) || !bw_uuid_is_nil(&d->other_bag) ||
               !bw_uuid_is_nil(&d->incident) || !bw_uuid_is_nil(&d->ask);
    bool numbers = d->n_legs || d->source_mark || d->bag_ordinal || d->n_bags || d->in_a_row || d->level >= 0 ||
                   d->same_plate || d->supervisor || d->person || d->mandate || d->linked[0] || d->fields ||
                   d->priority || d->n_stays || d->claim || d->facts.n;
    return times || ids || numbers;
}

static void opt_uuid(struct bw_json_out *j, const char *key, const struct bw_uuid *id)
{
    if (!bw_uuid_is_nil(id))
        bw_jk_uuid(j, key, id);
}

static void opt_count(struct bw_json_out *j, const char *key, int value)
{
    if (value > 0)
        bw_jk_i64(j, key, value);
}

static void write_legs(const struct bw_event_data *d, struct bw_json_out *j)
{
    if (d->n_legs == 0)
        return;
    bw_jkey(j, "legs");
    bw_ja_begin(j);
    for (size_t at = 0; at < d->n_legs; at++) {
        const struct bw_leg *leg = &d->legs[at];
        bw_jo_begin(j);
        bw_jko_c(j, "flight", leg->flight);
        bw_jko_date(j, "date", leg->date);
        bw_jko_c(j, "from", leg->from);
        bw_jko_c(j, "to", leg->to);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void write_fields(unsigned fields, struct bw_json_out *j)
{
    if (!fields)
        return;
    bw_jkey(j, "fields");
    bw_ja_begin(j);
    for (size_t at = 0; bw_detail_words[at]; at++)
        if (fields & 1U << at)
            bw_jstr(j, bw_str_c(bw_detail_words[at]));
    bw_ja_end(j);
}

static void write_stays(const struct bw_event_data *d, struct bw_json_out *j)
{
    if (d->n_stays == 0)
        return;
    bw_jkey(j, "stays");
    bw_ja_begin(j);
    for (size_t at = 0; at < d->n_stays; at++) {
        bw_jo_begin(j);
        bw_jk_c(j, "station", d->stays[at].station);
        bw_jko_date(j, "from", d->stays[at].from);
        bw_jko_date(j, "until", d->stays[at].until);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void write_texts(struct bw_json_out *j, const char *key, const struct bw_str *v, size_t n)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (size_t at = 0; at < n; at++)
        bw_jstr(j, v[at]);
    bw_ja_end(j);
}

static void write_terms(const struct bw_mandate_terms *t, struct bw_json_out *j)
{
    if (!t)
        return;
    bw_jkey(j, "mandate");
    bw_jo_begin(j);
    bw_jk_str(j, "sender", t->sender);
    write_texts(j, "stations", t->stations, t->n_stations);
    write_texts(j, "codes", t->codes, t->n_codes);
    bw_jko_date(j, "from", t->from);
    bw_jko_date(j, "until", t->until);
    bw_jo_end(j);
}

void bw_event_data_write(const struct bw_event_data *d, struct bw_json_out *j)
{
    bw_jo_begin(j);
    if (d->facts.n) {
        bw_jkey(j, "facts");
        bw_jraw(j, d->facts);
        bw_jo_end(j);
        return;
    }
    bw_jko_c(j, "to_station", d->to_station);
    bw_jko_time(j, "window_from", d->window_from);
    bw_jko_time(j, "window_until", d->window_until);
    bw_jko_c(j, "courier", d->courier);
    bw_jko_c(j, "proof", d->proof);
    bw_jko_c(j, "action", d->action);
    bw_jko_c(j, "asked", d->asked);
    bw_jko_c(j, "waiting_for", d->waiting_for);
    bw_jko_time(j, "next_step_at", d->next_step_at);
    bw_jko_c(j, "searched", d->searched);
    if (d->person)
        bw_jk_bool(j, "person", true);
    write_legs(d, j);
    if (d->source_mark)
        bw_jk_str(j, "source_mark", bw_str_n(&d->source_mark, 1));
    opt_uuid(j, "case_id", &d->case_id);
    bw_jko_c(j, "case_ref", d->case_ref);
    bw_jko_c(j, "owner", d->owner);
    bw_jko_c(j, "rule", d->rule);
    bw_jko_c(j, "segment", d->segment);
    bw_jko_c(j, "brought", d->brought);
    bw_jko_c(j, "forecast", d->forecast);
    bw_jko_c(j, "custodian", d->custodian);
    bw_jko_time(j, "answer_by", d->answer_by);
    opt_uuid(j, "ask", &d->ask);
    opt_count(j, "bag_ordinal", d->bag_ordinal);
    opt_count(j, "n_bags", d->n_bags);
    opt_count(j, "in_a_row", d->in_a_row);
    opt_uuid(j, "promise_id", &d->promise_id);
    if (d->level >= 0)
        bw_jk_i64(j, "level", d->level);
    bw_jko_c(j, "owed", d->owed);
    bw_jko_c(j, "debtor", d->debtor);
    bw_jko_time(j, "due", d->due);
    bw_jko_time(j, "quiet_until", d->quiet_until);
    opt_uuid(j, "incident", &d->incident);
    bw_jko_time(j, "since", d->since);
    opt_uuid(j, "other_bag", &d->other_bag);
    bw_jko_c(j, "why", d->why);
    opt_count(j, "claim", d->claim);
    bw_jko_c(j, "claim_kind", d->claim_kind);
    bw_jko_c(j, "claim_step", d->claim_step);
    if (d->same_plate)
        bw_jk_bool(j, "same_plate", true);
    if (d->supervisor)
        bw_jk_bool(j, "supervisor", true);
    write_terms(d->mandate, j);
    bw_jko_c(j, "linked", d->linked);
    write_fields(d->fields, j);
    bw_jko_c(j, "priority", bw_priority_word(d->priority));
    write_stays(d, j);
    bw_jo_end(j);
}

void bw_event_data_json(const struct bw_event_data *d, struct bw_buf *to)
{
    struct bw_json_out j;
    if (!bw_event_has_data(d))
        return;
    bw_json_out_init(&j, to);
    bw_event_data_write(d, &j);
}

struct leg_in {
    struct bw_str flight, from, to;
    bw_date date;
};
static const struct bw_field leg_fields[] = {
    { .name = "flight", .type = BW_J_STR, .offset = offsetof(struct leg_in, flight), .max = BW_FLIGHT - 1 },
    { .name = "date", .type = BW_J_DATE, .offset = offsetof(struct leg_in, date) },
    { .name = "from", .type = BW_J_STR, .offset = offsetof(struct leg_in, from), .max = 3 },
    { .name = "to", .type = BW_J_STR, .offset = offsetof(struct leg_in, to), .max = 3 },
    { 0 },
};

struct stay_in {
    struct bw_str station;
    bw_date from, until;
};
static const struct bw_field stay_fields[] = {
    { .name = "station", .type = BW_J_STR, .offset = offsetof(struct stay_in, station), .min = 3, .max = 3 },
    { .name = "from", .type = BW_J_DATE, .offset = offsetof(struct stay_in, from) },
    { .name = "until", .type = BW_J_DATE, .offset = offsetof(struct stay_in, until) },
    { 0 },
};

struct terms_in {
    struct bw_str sender;
    struct bw_strs stations, codes;
    bw_date from, until;
};
#define TERMS_MOST 1000 /* more than /v1/mandates takes */
static const struct bw_field terms_fields[] = {
    { .name = "sender", .type = BW_J_STR, .offset = offsetof(struct terms_in, sender), .max = 32 },
    { .name = "stations", .type = BW_J_STRS, .offset = offsetof(struct terms_in, stations), .max = TERMS_MOST },
    { .name = "codes", .type = BW_J_STRS, .offset = offsetof(struct terms_in, codes), .max = TERMS_MOST },
    { .name = "from", .type = BW_J_DATE, .offset = offsetof(struct terms_in, from) },
    { .name = "until", .type = BW_J_DATE, .offset = offsetof(struct terms_in, until) },
    { 0 },
};

struct data_in {
    struct bw_str to_station, proof, action, asked, waiting_for, searched, source_mark, case_ref, owner, owed, debtor,
        why, claim_kind, claim_step, courier, rule, segment, brought, forecast, custodian;
    struct bw_json_time window_from, window_until, next_step_at, answer_by, due, quiet_until, since;
    struct bw_objects legs, stays;
    struct bw_strs fields;
    struct bw_str linked;
    int priority;
    struct bw_uuid case_id, promise_id, other_bag, incident, ask;
    struct terms_in *mandate;
    uint32_t bag_ordinal, n_bags, in_a_row, level, claim;
    bool same_plate, supervisor, person, has_level;
};
static unsigned detail_of(struct bw_str word)
{
    for (size_t at = 0; bw_detail_words[at]; at++)
        if (bw_str_eq_c(word, bw_detail_words[at]))
            return 1U << at;
    return 0;
}

static const char *is_detail(struct bw_str word)
{
    return detail_of(word) ? NULL : "must be a member of a file's details";
}

#define TEXT(key, room)                                                                                                \
    {                                                                                                                  \
        .name = #key, .type = BW_J_STR, .offset = offsetof(struct data_in, key),                                       \
        .max = (int64_t)sizeof(((struct bw_event_data *)0)->room) - 1                                                  \
    }
#define TIME(key)                                                                                                      \
    {                                                                                                                  \
        .name = #key, .type = BW_J_TIME, .offset = offsetof(struct data_in, key)                                       \
    }
#define UUID(key)                                                                                                      \
    {                                                                                                                  \
        .name = #key, .type = BW_J_UUID, .offset = offsetof(struct data_in, key)                                       \
    }
#define COUNT(key, most)                                                                                               \
    {                                                                                                                  \
        .name = #key, .type = BW_J_U32, .offset = offsetof(struct data_in, key), .max = (most)                         \
    }
static const struct bw_field data_fields[] = {
    TEXT(to_station, to_station),
    TIME(window_from),
    TIME(window_until),
    TEXT(courier, courier),
    TEXT(proof, proof),
    TEXT(action, action),
    TEXT(asked, asked),
    TEXT(waiting_for, waiting_for),
    TIME(next_step_at),
    TEXT(searched, searched),
    { .name = "person", .type = BW_J_BOOL, .offset = offsetof(struct data_in, person) },
    { .name = "legs",
      .type = BW_J_OBJECTS,
      .offset = offsetof(struct data_in, legs),
      .max = BW_LEGS,
      .sub = leg_fields,
      .elem_size = sizeof(struct leg_in) },
    { .name = "source_mark", .type = BW_J_STR, .offset = offsetof(struct data_in, source_mark), .min = 1, .max = 1 },
    UUID(case_id),
    TEXT(case_ref, case_ref),
    TEXT(owner, owner),
    TEXT(rule, rule),
    TEXT(segment, segment),
    TEXT(brought, brought),
    TEXT(forecast, forecast),
    TEXT(custodian, custodian),
    TIME(answer_by),
    UUID(ask),
    COUNT(bag_ordinal, UINT8_MAX),
    COUNT(n_bags, UINT8_MAX),
    COUNT(in_a_row, UINT8_MAX),
    UUID(promise_id),
    { .name = "level",
      .type = BW_J_U32,
      .offset = offsetof(struct data_in, level),
      .max = INT16_MAX,
      .present = offsetof(struct data_in, has_level) + 1 },
    TEXT(owed, owed),
    TEXT(debtor, debtor),
    TIME(due),
    TIME(quiet_until),
    UUID(incident),
    TIME(since),
    UUID(other_bag),
    TEXT(why, why),
    COUNT(claim, UINT8_MAX),
    TEXT(claim_kind, claim_kind),
    TEXT(claim_step, claim_step),
    { .name = "same_plate", .type = BW_J_BOOL, .offset = offsetof(struct data_in, same_plate) },
    { .name = "supervisor", .type = BW_J_BOOL, .offset = offsetof(struct data_in, supervisor) },
    { .name = "mandate",
      .type = BW_J_OBJECT,
      .offset = offsetof(struct data_in, mandate),
      .sub = terms_fields,
      .elem_size = sizeof(struct terms_in) },
    TEXT(linked, linked),
    { .name = "fields",
      .type = BW_J_STRS,
      .offset = offsetof(struct data_in, fields),
      .max = BW_LEN(bw_detail_words) - 1,
      .check = is_detail },
    { .name = "priority", .type = BW_J_ENUM, .offset = offsetof(struct data_in, priority), .words = bw_priority_words },
    { .name = "stays",
      .type = BW_J_OBJECTS,
      .offset = offsetof(struct data_in, stays),
      .max = BW_STAYS,
      .sub = stay_fields,
      .elem_size = sizeof(struct stay_in) },
    { 0 },
};

/* The table's maxima are the sizes of the arrays, so the copies fit. */
#define PUT(from, to) bw_str_put((from), (to), sizeof(to))

static void take_legs(const struct bw_objects *legs, struct bw_event_data *d)
{
    const struct leg_in *in = legs->v;
    for (size_t at = 0; at < legs->n; at++) {
        PUT(in[at].flight, d->legs[at].flight);
        PUT(in[at].from, d->legs[at].from);
        PUT(in[at].to, d->legs[at].to);
        d->legs[at].date = in[at].date;
    }
    d->n_legs = (uint8_t)legs->n;
}

static void take_stays(const struct bw_objects *stays, struct bw_event_data *d)
{
    const struct stay_in *in = stays->v;
    for (size_t at = 0; at < stays->n; at++) {
        PUT(in[at].station, d->stays[at].station);
        d->stays[at].from = in[at].from;
        d->stays[at].until = in[at].until;
    }
    d->n_stays = (uint8_t)stays->n;
}

static bool take_terms(const struct terms_in *in, struct bw_event_data *d, struct bw_arena *arena)
{
    if (!in)
        return true;
    struct bw_mandate_terms *t = BW_NEW(arena, struct bw_mandate_terms);
    if (!t)
        return false;
    *t = (struct bw_mandate_terms){ .sender = in->sender,
                                    .stations = in->stations.v,
                                    .n_stations = in->stations.n,
                                    .codes = in->codes.v,
                                    .n_codes = in->codes.n,
                                    .from = in->from,
                                    .until = in->until };
    d->mandate = t;
    return true;
}

#define FACTS_HEAD "{\"facts\":"
/* Facts are kept byte for byte: a proof is made of them again. */
static bool take_facts(struct bw_str json, struct bw_event_data *d, struct bw_arena *arena)
{
    struct bw_str inner = bw_str_drop(json, sizeof FACTS_HEAD - 1);
    struct bw_json_limits limits = BW_JSON_LIMITS;
    struct bw_error err;
    inner.n--;
    d->facts = bw_arena_str(arena, inner);
    return d->facts.p && bw_json_scan(json, &limits, &err) == BW_OK;
}

bool bw_event_data_parse(struct bw_str json, struct bw_event_data *ret, struct bw_arena *arena)
{
    struct data_in in = { 0 };
    struct bw_faults f;
    bw_event_data_init(ret);
    if (bw_str_empty(json))
        return true;
    if (bw_str_starts(json, BW_STR(FACTS_HEAD)) && bw_str_ends(json, BW_STR("}}")))
        return take_facts(json, ret, arena);
    bw_faults_init(&f, arena);
    if (bw_json_decode(json, data_fields, &in, &f) != BW_OK)
        return false;
    PUT(in.to_station, ret->to_station);
    ret->window_from = in.window_from.at;
    ret->window_until = in.window_until.at;
    PUT(in.courier, ret->courier);
    PUT(in.proof, ret->proof);
    PUT(in.action, ret->action);
    PUT(in.asked, ret->asked);
    PUT(in.waiting_for, ret->waiting_for);
    ret->next_step_at = in.next_step_at.at;
    PUT(in.searched, ret->searched);
    ret->person = in.person;
    take_legs(&in.legs, ret);
    ret->source_mark = in.source_mark.n ? in.source_mark.p[0] : 0;
    ret->case_id = in.case_id;
    PUT(in.case_ref, ret->case_ref);
    PUT(in.owner, ret->owner);
    PUT(in.rule, ret->rule);
    PUT(in.segment, ret->segment);
    PUT(in.brought, ret->brought);
    PUT(in.forecast, ret->forecast);
    PUT(in.custodian, ret->custodian);
    ret->answer_by = in.answer_by.at;
    ret->ask = in.ask;
    ret->bag_ordinal = (uint8_t)in.bag_ordinal;
    ret->n_bags = (uint8_t)in.n_bags;
    ret->promise_id = in.promise_id;
    ret->level = in.has_level ? (int16_t)in.level : (int16_t)-1;
    ret->in_a_row = (uint8_t)in.in_a_row;
    PUT(in.owed, ret->owed);
    PUT(in.debtor, ret->debtor);
    ret->due = in.due.at;
    ret->quiet_until = in.quiet_until.at;
    ret->incident = in.incident;
    ret->since = in.since.at;
    ret->other_bag = in.other_bag;
    PUT(in.why, ret->why);
    ret->claim = (uint8_t)in.claim;
    PUT(in.claim_kind, ret->claim_kind);
    PUT(in.claim_step, ret->claim_step);
    ret->same_plate = in.same_plate;
    ret->supervisor = in.supervisor;
    PUT(in.linked, ret->linked);
    for (size_t at = 0; at < in.fields.n; at++)
        ret->fields |= detail_of(in.fields.v[at]);
    ret->priority = (enum bw_priority)(in.priority + 1);
    take_stays(&in.stays, ret);
    return take_terms(in.mandate, ret, arena);
}
