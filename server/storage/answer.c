/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/answer.h"

#include "bw/domain/hours.h"

static void answer_route(struct bw_json_out *j, const struct bw_bag *bag)
{
    bw_jkey(j, "route");
    bw_ja_begin(j);
    for (size_t k = 0; k < bag->n_legs; k++) {
        const struct bw_leg *leg = &bag->legs[k];
        bw_jo_begin(j);
        bw_jko_c(j, "flight", leg->flight);
        bw_jko_date(j, "date", leg->date);
        bw_jko_c(j, "from", leg->from);
        bw_jko_c(j, "to", leg->to);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void answer_forward(struct bw_json_out *j, const struct bw_bag *bag)
{
    if (!bag->forward)
        return;
    bw_jkey(j, "forward");
    bw_jo_begin(j);
    bw_jko_c(j, "flight", bag->fwd_flight);
    bw_jko_date(j, "date", bag->fwd_date);
    bw_jko_c(j, "from", bag->fwd_from);
    bw_jko_c(j, "to", bag->fwd_to);
    bw_jko_c(j, "plate", bag->fwd_plate);
    bw_jko_c(j, "planned_by", bag->fwd_by);
    bw_jo_end(j);
}

void bw_answer_wait(struct bw_json_out *j, const struct bw_wait *w)
{
    if (!w->needs[0])
        return;
    bw_jkey(j, "waiting");
    bw_jo_begin(j);
    bw_jk_c(j, "needs", w->needs);
    bw_jk_c(j, "asked_by", w->by);
    bw_jk_time(j, "asked_at", w->asked_at);
    if (w->reached_at) {
        bw_jk_time(j, "reached_at", w->reached_at);
        bw_jk_c(j, "reached_by", w->by_page ? "page" : "staff");
    }
    bw_jo_end(j);
}

void bw_answer_bag(struct bw_json_out *j, const struct bw_bag *bag)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &bag->bag_id);
    bw_jko_c(j, "plate", bag->plate);
    bw_jko_c(j, "short_plate", bag->short_plate);
    bw_jko_date(j, "travel_date", bag->travel_date);
    bw_jk_i64(j, "version", bag->version);
    bw_jk_c(j, "place", bw_place_word(bag->place));
    bw_jko_c(j, "station", bag->station);
    bw_jko_c(j, "spot", bag->spot);
    bw_jko_c(j, "flight", bag->flight);
    bw_jko_date(j, "flight_date", bag->flight_date);
    bw_jk_bool(j, "at_rest", bag->at_rest);
    bw_jk_c(j, "custody", bw_custody_word(bag->custody));
    bw_jko_c(j, "custodian", bag->custodian);
    bw_jko_c(j, "receiver", bag->receiver);
    bw_jk_c(j, "case", bw_case_word(bag->case_state));
    bw_jko_c(j, "case_ref", bag->case_ref);
    bw_jko_c(j, "owner", bag->owner);
    bw_jk_bool(j, "watched", bag->watched);
    bw_jko_c(j, "watched_why", bag->watch_why);
    bw_jko_c(j, "priority", bw_priority_word(bag->priority));
    if (bag->n_stays)
        bw_jko_c(j, "bring_to", bw_bag_target(bag));
    bw_jk_time(j, "last_seen_at", bag->last_seen_at);
    bw_jko_c(j, "last_seen_station", bag->last_seen_station);
    bw_jko_c(j, "last_seen_by", bag->last_seen_carrier);
    bw_jk_time(j, "last_news_at", bag->last_news_at);
    bw_jko_c(j, "last_news_from", bag->last_news_carrier);
    bw_jko_time(j, "last_confirmed_at", bag->last_confirmed_at);
    bw_answer_wait(j, &bag->wait);
    answer_forward(j, bag);
    answer_route(j, bag);
    if (!bw_uuid_is_nil(&bag->joined_into))
        bw_jk_uuid(j, "joined_into", &bag->joined_into);
    bw_jo_end(j);
}

/* The carrier under whose number the flight is sold, where another operates it; whether nobody told who does (CLK-03).
 */
static void put_flight(struct bw_json_out *j, const struct bw_promise *p)
{
    char marketing[4] = "";
    if (p->owed != BW_OWE_FORWARD && p->owed != BW_OWE_IN_FLIGHT)
        return;
    bw_str_put(bw_flight_carrier(p->basis), marketing, sizeof marketing);
    if (marketing[0] && strcmp(marketing, p->debtor) != 0)
        bw_jk_c(j, "marketing", marketing);
    if (p->unconfirmed)
        bw_jk_bool(j, "unconfirmed", true);
}

void bw_answer_promises(struct bw_json_out *j, const struct bw_promise *open, size_t n,
                        const struct bw_world *world_or_null, bw_time now)
{
    bw_ja_begin(j);
    for (size_t k = 0; k < n; k++) {
        const struct bw_promise *p = &open[k];
        const struct bw_owed_row *row = bw_owed_row(p->owed);
        bw_jo_begin(j);
        bw_jk_uuid(j, "id", &p->promise_id);
        bw_jk_c(j, "carrier", p->debtor);
        bw_jko_c(j, "for_carrier", p->for_carrier);
        bw_jko_c(j, "to", p->creditor);
        bw_jk_c(j, "kind", bw_owed_kind_word(row->kind));
        bw_jk_c(j, "owed", row->word);
        bw_jk_c(j, "what", row->what);
        bw_jk_time(j, "opened", p->opened_at);
        bw_jk_time(j, "due", p->due_at);
        bw_jk_c(j, "policy", p->policy);
        bw_jk_i64(j, "level", p->level);
        bw_jko_c(j, "station", p->station);
        put_flight(j, p);
        if (world_or_null)
            bw_jko_time(j, "desk_opens", bw_desk_opens(world_or_null, p, now));
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

void bw_answer_offer(struct bw_json_out *j, const struct bw_case *c)
{
    if (!c->offered_to[0])
        return;
    bw_jkey(j, "offer");
    bw_jo_begin(j);
    bw_jk_c(j, "to", c->offered_to);
    bw_jk_time(j, "answer_by", c->answer_by);
    bw_jo_end(j);
}

void bw_answer_owner_rule(struct bw_json_out *j, const struct bw_case *c)
{
    bw_jkey(j, "owner_rule");
    bw_jo_begin(j);
    bw_jk_c(j, "rule", c->rule);
    bw_jk_c(j, "carrier", c->owner);
    bw_jkey(j, "inputs");
    bw_jo_begin(j);
    bw_jko_c(j, "last_segment", c->segment);
    bw_jko_c(j, "brought_here", c->brought);
    bw_jko_c(j, "forecast", c->forecast);
    bw_jko_c(j, "custodian", c->custodian);
    bw_jk_c(j, "opener", c->opener);
    bw_jk_c(j, "opened_by", c->opened_by);
    bw_jo_end(j);
    bw_jo_end(j);
}

void bw_answer_flags(struct bw_json_out *j, unsigned flags)
{
    bw_jkey(j, "flags");
    bw_ja_begin(j);
    for (unsigned bit = 0; bit < BW_EVENT_FLAGS; bit++)
        if (flags & (1u << bit))
            bw_jstr(j, bw_str_c(bw_event_flag_word(bit)));
    bw_ja_end(j);
}

void bw_answer_event(struct bw_json_out *j, const struct bw_event *ev)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "uid", &ev->uid);
    bw_jk_c(j, "event_id", ev->event_id);
    bw_jk_c(j, "code", bw_code_row(ev->code)->name);
    bw_jk_c(j, "sender", ev->sender);
    bw_jko_c(j, "carrier", ev->carrier);
    bw_jk_c(j, "source", bw_source_word(ev->source));
    bw_jko_c(j, "station", ev->station);
    bw_jko_c(j, "place", ev->place);
    bw_jko_c(j, "flight", ev->flight);
    bw_jko_date(j, "flight_date", ev->flight_date);
    bw_jko_c(j, "from_carrier", ev->from_carrier);
    bw_jko_c(j, "to_carrier", ev->to_carrier);
    bw_jko_c(j, "reason", ev->reason);
    bw_jko_c(j, "new_plate", ev->new_plate);
    struct bw_buf data;
    bw_buf_init(&data, 16 * 1024); /* a mandate's stations and codes take under 8 KiB, all else under 2 */
    bw_event_data_json(&ev->data, &data);
    BW_ASSERT(bw_buf_ok(&data));
    if (data.n) {
        bw_jkey(j, "data");
        bw_jraw(j, bw_buf_view(&data));
    }
    bw_buf_done(&data);
    bw_jk_time(j, "occurred_at", ev->occurred_at);
    bw_jk_c(j, "time_type", bw_time_type_word(ev->time_type));
    bw_jk_time(j, "recorded_at", ev->recorded_at);
    bw_jk_i64(j, "version", ev->version);
    bw_jk_c(j, "outcome", bw_outcome_word(ev->outcome));
    bw_answer_flags(j, ev->flags);
    if (ev->marks & BW_MARK_TAKEN_BACK)
        bw_jk_bool(j, "taken_back", true);
    if (ev->marks & BW_MARK_POSSIBLE)
        bw_jk_bool(j, "possible", true);
    bw_jo_end(j);
}

void bw_feed_line_put(struct bw_buf *to, const struct bw_feed_line *line)
{
    char case_text[BW_UUID_TEXT], bag_text[BW_UUID_TEXT];
    bw_buf_printf(to, "%d %s %u %s %d %.*s %d %.*s ", line->ordinal,
                  bw_uuid_is_nil(&line->case_id) ? "-" : bw_uuid_text(&line->case_id, case_text), line->bag_ordinal,
                  bw_uuid_text(&line->bag_id, bag_text), line->version, BW_FMT(line->state), line->level,
                  BW_FMT(bw_str_empty(line->audience) ? BW_STR("-") : line->audience));
    bw_buf_str(to, line->json);
    bw_buf_ch(to, '\n');
}

static bool take_number(struct bw_str *rest, int64_t min, int64_t max, int64_t *ret)
{
    return bw_str_to_i64(bw_str_split(rest, ' '), min, max, ret);
}

bool bw_feed_line_next(struct bw_str *rest, struct bw_feed_line *ret)
{
    if (!rest->p || !rest->n)
        return false;
    struct bw_str line = bw_str_split(rest, '\n');
    int64_t ordinal, bag_ordinal, version, level;
    if (!take_number(&line, 0, INT32_MAX, &ordinal))
        return false;
    struct bw_str case_text = bw_str_split(&line, ' ');
    ret->case_id = (struct bw_uuid){ { 0 } };
    if (!bw_str_eq_c(case_text, "-") && !bw_uuid_parse(case_text, &ret->case_id))
        return false;
    if (!take_number(&line, 0, 255, &bag_ordinal) || !bw_uuid_parse(bw_str_split(&line, ' '), &ret->bag_id) ||
        !take_number(&line, 0, INT32_MAX, &version))
        return false;
    ret->state = bw_str_split(&line, ' ');
    if (!take_number(&line, -1, INT16_MAX, &level))
        return false;
    ret->audience = bw_str_split(&line, ' ');
    if (bw_str_eq_c(ret->audience, "-"))
        ret->audience = BW_STR_NONE;
    ret->ordinal = (int32_t)ordinal;
    ret->bag_ordinal = (unsigned)bag_ordinal;
    ret->version = (int32_t)version;
    ret->level = (int)level;
    ret->json = line;
    return line.n > 0 && line.p[0] == '{';
}
