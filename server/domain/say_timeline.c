/* SPDX-License-Identifier: Apache-2.0 */
/* say_timeline.c - the history in the customer's words, newest first, and the line of the newest confirmation.
 * Pure.  Layer: domain.  Threads: any.  Source: PAGE-03, BAG-08, CLK-07. */
#include <stdio.h>

#include "bw/domain/ask.h"
#include "bw/domain/watch.h"
#include "say_int.h"

/* Recorded later than this after it occurred: said so (PAGE-03). */
#define REPORTED_LATE (10 * BW_MINUTE)

bool bw_page_shows(const struct bw_event *ev)
{
    /* Said in a carrier's name that has not allowed it: nothing but a sighting is passed on (SEC-10). */
    if (ev->flags & BW_FL_NO_MANDATE && ev->flags & BW_FL_NO_EFFECT)
        return false;
    if (strcmp(ev->data.owed, bw_owed_row(BW_OWE_OWNER)->word) == 0)
        return false;
    if (ev->code == BW_EV_PROMISE_MOVED && ev->data.due == BW_TIME_NONE)
        return false; /* nobody was told anything: only the next level waits */
    switch ((int)ev->code) {
    case BW_EV_STAFF_NOTE:
    case BW_EV_UNLOAD_ORDERED:     /* an order of airport security */
    case BW_EV_CASE_OWNER_OFFERED: /* between carriers: their customer hears of it when it is answered */
    case BW_EV_CASE_OWNER_REFUSED:
    case BW_EV_CASE_OWNER_LAPSED:
    case BW_EV_FAULT_CODED:
    case BW_EV_DATA_REVEALED:
    case BW_EV_OUTAGE:
    case BW_EV_POLICY_CHANGED:
    case BW_EV_FEED_SILENT:
    case BW_EV_DISRUPTION:
    case BW_EV_MANDATE_GRANTED:
    case BW_EV_MANDATE_REVOKED:
    case BW_EV_ALIAS_JOINED:
    case BW_EV_ALIAS_PARTED:
        return false;
    default:
        return ev->outcome != BW_OUT_DUPLICATE && ev->outcome != BW_OUT_MOOT;
    }
}

/* --- confirmations --- */

void bw_line_add_confirmation(struct bw_line *l, const struct bw_event *ev, const char *first_key)
{
    char key[64];
    const struct bw_page *page = l->page;
    const struct bw_event_data *d = &ev->data;
    bool named = d->asked[0] && strcmp(d->action, "waiting") != 0;
    const struct bw_slot slots[] = { BW_SLOT_T("carrier", bw_carrier_name(page->world, ev->carrier)),
                                     BW_SLOT_T("asked", bw_page_name(page, d->asked)),
                                     BW_SLOT_T("party", bw_page_name(page, d->waiting_for)),
                                     BW_SLOT_AT("time", ev->recorded_at) };
    snprintf(key, sizeof key, "%s.%s", first_key,
             named && strcmp(d->action, "searched") == 0 ? "searched"
             : named                                     ? "asked"
                                                         : "waiting");
    bw_line_add(l, key, slots, BW_LEN(slots));
    if (d->waiting_for[0])
        bw_line_add(l, "confirmed.waits_for", slots, BW_LEN(slots));
    if (d->next_step_at != BW_TIME_NONE) {
        const struct bw_slot step[] = { slots[0], BW_SLOT_AT("time", d->next_step_at) };
        bw_line_add(l, d->next_step_at > page->now ? "confirmed.next_step" : "confirmed.next_step_past", step,
                    BW_LEN(step));
    }
}

void bw_say_confirmed(const struct bw_page *page)
{
    const struct bw_event *newest = NULL;
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        bool counts = ev->source == BW_SRC_STAFF && !(ev->flags & BW_FL_NO_MANDATE);
        if (ev->code == BW_EV_STATUS_CONFIRMED && counts && (!newest || ev->recorded_at > newest->recorded_at))
            newest = ev;
    }
    if (!newest || page->bag->watch_ended)
        return;
    struct bw_line l;
    bw_line_begin(&l, page, bw_view_add_map(page->arena, page->to, "confirmed"));
    bw_line_add_confirmation(&l, newest, "confirmed");
    bw_line_end(&l);
}

/* --- what one entry says --- */

static const char *piece(const struct bw_page *page, const char *key, const char *value)
{
    const struct bw_slot slots[] = { BW_SLOT_T("x", value) };
    return value[0] ? bw_page_text(page, key, slots, 1) : "";
}

static const char *station_piece(const struct bw_page *page, const char *station)
{
    return piece(page, "piece.at", station[0] ? bw_station_name(page->world, station) : "");
}

static const char *proof_text(const struct bw_page *page, const struct bw_event *ev)
{
    char key[32];
    snprintf(key, sizeof key, "proof.%s", ev->data.proof);
    return bw_catalogue_has(page->reader->words, key) ? piece(page, "piece.proof", bw_page_text(page, key, NULL, 0))
                                                      : "";
}

static const char *level_suffix(int level)
{
    static const char *const by_level[] = { ".1", ".1", ".2", ".3" };
    return level < (int)BW_LEN(by_level) ? by_level[level > 0 ? level : 0] : ".more";
}

static bool says(const char *have, const char *word)
{
    return strcmp(have, word) == 0;
}

/* What is said of a promise. */
static const char *promise_suffix(const struct bw_event *ev)
{
    const struct bw_event_data *d = &ev->data;
    if (ev->code == BW_EV_PROMISE_MOVED)
        return says(d->why, BW_MOVE_OUTAGE) ? ".outage" : ".disruption";
    if (ev->code == BW_EV_PROMISE_GIVEN)
        return says(d->action, "write") ? ".write" : says(d->action, "look") ? ".look" : ".call";
    if (!says(d->owed, bw_owed_row(BW_OWE_ASK)->word) || d->level > 2)
        return level_suffix(d->level);
    return d->level <= 1 ? ".ask.1" : ".ask.2";
}

/* What was asked of the reader, or became of that (CLK-18). */
static const char *wait_suffix(const struct bw_event *ev)
{
    static const char *const suffixes[] = { ".asked", ".reached", ".tried", ".opened", ".withdrawn", ".given", NULL };
    size_t at = 0;
    while (suffixes[at + 1] && !says(ev->data.action, suffixes[at] + 1))
        at++;
    return says(ev->data.action, "given") && ev->source == BW_SRC_CUSTOMER ? ".given.you" : suffixes[at];
}

static const char *flight_suffix(const struct bw_event *ev)
{
    if (ev->code == BW_EV_FLIGHT_TIMES)
        return says(ev->reason, BW_REASON_CANCELLED) ? ".cancelled" : "";
    if (ev->flight[0] && says(ev->data.why, BW_WHY_MISSED))
        return ".missed";
    return says(ev->data.why, BW_WHY_UNCLAIMED) ? ".unclaimed" : "";
}

static const char *suffix_of(enum bw_event_code code, const struct bw_event *ev)
{
    switch ((int)code) {
    case BW_EV_PROMISE_MISSED:
    case BW_EV_PROMISE_MOVED:
    case BW_EV_PROMISE_GIVEN:
        return promise_suffix(ev);
    case BW_EV_WAITING_FOR_CUSTOMER:
        return wait_suffix(ev);
    case BW_EV_WATCH_STARTED:
    case BW_EV_FLIGHT_TIMES:
        return flight_suffix(ev);
    case BW_EV_TRANSFER_OUT:
        return ev->to_carrier[0] ? "" : ".bare";
    case BW_EV_TRANSFER_IN:
    case BW_EV_TRANSFER_REFUSED:
        return ev->from_carrier[0] ? "" : ".bare";
    case BW_EV_FORWARD_PLANNED:
        return ev->flight[0] && ev->flight_date != BW_DATE_NONE ? "" : ".bare";
    case BW_EV_DAMAGE_REPORTED:
    case BW_EV_PILFERAGE_REPORTED:
    case BW_EV_CLAIM_FILED:
    case BW_EV_CLAIM_EVIDENCE:
        return ev->source == BW_SRC_CUSTOMER ? ".you" : "";
    default:
        return "";
    }
}

/* Codes whose words depend on more than the code. */
static const char *entry_key(const struct bw_event *ev, char to[64])
{
    enum bw_event_code code = ev->code;
    if (code == BW_EV_CLAIM_STEP) {
        snprintf(to, 64, "event.CLAIM_STEP%s%s", ev->data.claim_step[0] ? "." : "", ev->data.claim_step);
        return to;
    }
    if (ev->flags & BW_FL_NO_MANDATE && bw_code_row(code)->flags & BW_CF_SIGHTING)
        code = BW_EV_BAG_SEEN;
    snprintf(to, 64, "event.%s%s", bw_code_row(code)->name, suffix_of(code, ev));
    return to;
}

static bool says_window(const struct bw_event *ev)
{
    return ev->data.window_from != BW_TIME_NONE && ev->data.window_until != BW_TIME_NONE;
}

static const char *owner_name(const struct bw_page *page, const struct bw_event *ev)
{
    const char *owner = ev->data.owner[0] ? ev->data.owner : ev->to_carrier;
    if (!owner[0])
        owner = bw_page_answers(page);
    return bw_carrier_name(page->world, owner);
}

static const char *say_entry_text(const struct bw_page *page, struct bw_view *map, const struct bw_event *ev)
{
    char key[64];
    struct bw_line l;
    bw_line_begin(&l, page, map);
    if (ev->code == BW_EV_STATUS_CONFIRMED) {
        bw_line_add_confirmation(&l, ev, "event.STATUS_CONFIRMED");
        return bw_line_end(&l);
    }
    if (ev->code == BW_EV_STATION_ANSWERED) {
        bw_line_add_answer(&l, ev, "event.STATION_ANSWERED");
        return bw_line_end(&l);
    }
    const char *ref = ev->data.case_ref[0] ? ev->data.case_ref : page->bag->case_ref;
    char claim[8];
    snprintf(claim, sizeof claim, "%u", ev->data.claim);
    const struct bw_slot slots[] = {
        BW_SLOT_T("at", station_piece(page, ev->station)),
        BW_SLOT_T("claim", claim),
        BW_SLOT_T("spot", piece(page, "piece.spot", bw_page_clean(page, ev->place))),
        BW_SLOT_T("flight", piece(page, "piece.flight", ev->flight)),
        BW_SLOT_T("no", ev->flight),
        BW_SLOT_T("date", bw_page_date(page, ev->flight_date)),
        BW_SLOT_T("carrier", bw_carrier_name(page->world, ev->carrier)),
        BW_SLOT_T("from", bw_carrier_name(page->world, ev->from_carrier)),
        BW_SLOT_T("to", bw_carrier_name(page->world, ev->to_carrier)),
        BW_SLOT_T("to_station", station_piece(page, ev->data.to_station)),
        BW_SLOT_T("owner", owner_name(page, ev)),
        BW_SLOT_T("debtor", bw_carrier_name(page->world, ev->data.debtor)),
        BW_SLOT_AT("due", ev->data.due),
        BW_SLOT_T("ref", ref),
        BW_SLOT_T("searched", piece(page, "piece.searched", bw_page_clean(page, ev->data.searched))),
        BW_SLOT_T("proof", proof_text(page, ev)),
    };
    bw_line_add(&l, entry_key(ev, key), slots, BW_LEN(slots));
    if (says_window(ev)) {
        const struct bw_slot window[] = { BW_SLOT_AT("from", ev->data.window_from),
                                          BW_SLOT_AT("until", ev->data.window_until),
                                          BW_SLOT_T("carrier", bw_carrier_name(page->world, ev->carrier)) };
        bw_line_add(&l, "plan.window", window, BW_LEN(window));
    }
    return bw_line_end(&l);
}

/* --- who says it, and how sure that is --- */

static const char *source_key(const struct bw_event *ev)
{
    static const char *const keys[] = {
        [BW_SRC_JSON] = "source.json",   [BW_SRC_TYPEB] = "source.typeb",       [BW_SRC_COURIER] = "source.courier",
        [BW_SRC_STAFF] = "source.staff", [BW_SRC_CUSTOMER] = "source.customer", [BW_SRC_SYSTEM] = "source.system",
    };
    BW_ASSERT((size_t)ev->source < BW_LEN(keys));
    return keys[ev->source];
}

static const char *confidence_key(const struct bw_event *ev)
{
    if (ev->source == BW_SRC_SYSTEM)
        return "confidence.ours";
    if (ev->marks & BW_MARK_TAKEN_BACK)
        return "confidence.taken_back";
    if (ev->outcome == BW_OUT_CONTRADICTING)
        return "confidence.contradicting";
    if (ev->outcome == BW_OUT_AMBIGUOUS || ev->marks & BW_MARK_POSSIBLE)
        return "confidence.possible";
    if (ev->source == BW_SRC_CUSTOMER)
        return "confidence.customer";
    if (ev->time_type != BW_ACTUAL || ev->code == BW_EV_BAG_EXPECTED || ev->code == BW_EV_FORWARD_PLANNED)
        return "confidence.planned";
    if (ev->occurred_at == BW_TIME_NONE)
        return "confidence.untimed";
    bool here = ev->code == BW_EV_STATION_ANSWERED && strcmp(ev->data.action, BW_ASK_HERE) == 0;
    return here || bw_code_row(ev->code)->flags & BW_CF_SIGHTING ? "confidence.seen" : "confidence.said";
}

/* Only where a carrier said it: what Bagwatch or the reader enters is recorded as it happens. */
static void say_reported(const struct bw_page *page, struct bw_view *map, const struct bw_event *ev)
{
    if (ev->occurred_at == BW_TIME_NONE || ev->recorded_at - ev->occurred_at <= REPORTED_LATE || !ev->carrier[0])
        return;
    BW_CLEANUP(bw_buf_done) struct bw_buf span;
    bw_buf_init(&span, 200);
    bw_say_span(page->reader, ev->recorded_at - ev->occurred_at, &span);
    const char *text = bw_buf_cstr(&span);
    const struct bw_slot slots[] = { BW_SLOT_T("span", text ? text : ""),
                                     BW_SLOT_T("carrier", bw_carrier_name(page->world, ev->carrier)),
                                     BW_SLOT_T("at", piece(page, "piece.at", ev->station)) };
    bw_line_say(page, bw_view_add_map(page->arena, map, "reported"), "reported.later", slots, BW_LEN(slots));
}

static const char *say_entry(const struct bw_page *page, struct bw_view *list, const struct bw_event *ev)
{
    struct bw_arena *a = page->arena;
    struct bw_view *map = bw_view_add_map(a, list, NULL);
    bw_view_add_c(a, map, "code", bw_code_row(ev->code)->name);
    const char *text = say_entry_text(page, map, ev);
    struct bw_view *occurred = bw_view_add_map(a, map, "occurred");
    bw_view_add_bool(a, occurred, "untimed", ev->occurred_at == BW_TIME_NONE);
    if (ev->occurred_at != BW_TIME_NONE)
        bw_page_when(page, occurred, ev->occurred_at);
    else
        bw_view_add_c(a, occurred, "words", bw_page_text(page, "time.untimed", NULL, 0));
    bw_page_when(page, bw_view_add_map(a, map, "recorded"), ev->recorded_at);
    say_reported(page, map, ev);
    if (ev->carrier[0])
        bw_page_party(page, bw_view_add_map(a, map, "carrier"), ev->carrier);
    bw_view_add_c(a, map, "source", bw_page_text(page, source_key(ev), NULL, 0));
    const struct bw_slot slots[] = { BW_SLOT_T("carrier", bw_carrier_name(page->world, ev->carrier)) };
    bw_view_add_c(a, map, "confidence", bw_page_text(page, confidence_key(ev), slots, 1));
    bw_view_add_bool(a, map, "ours", ev->source == BW_SRC_SYSTEM);
    bw_view_add_bool(a, map, "taken_back", ev->marks & BW_MARK_TAKEN_BACK);
    bw_view_add_bool(a, map, "confirmation", ev->code == BW_EV_STATUS_CONFIRMED);
    return text;
}

/* A statement written on bag and case stands once in the reader's history. */
static bool told_before(const struct bw_page *page, size_t i)
{
    const struct bw_event *ev = page->said->history[i];
    for (size_t j = 0; j < i; j++) {
        const struct bw_event *other = page->said->history[j];
        if (other->code == ev->code && other->recorded_at == ev->recorded_at &&
            strcmp(other->event_id, ev->event_id) == 0 && strcmp(other->sender, ev->sender) == 0)
            return true;
    }
    return false;
}

void bw_say_timeline(const struct bw_page *page)
{
    const char *newest = NULL;
    bw_time newest_at = BW_TIME_NONE;
    struct bw_view *list = bw_view_add_list(page->arena, page->to, "timeline");
    for (size_t i = 0; i < page->said->n_history; i++) {
        const struct bw_event *ev = page->said->history[i];
        if (!bw_page_shows(ev) || told_before(page, i))
            continue;
        const char *text = say_entry(page, list, ev);
        if (!newest || ev->recorded_at > newest_at) {
            newest = text;
            newest_at = ev->recorded_at;
        }
    }
    if (newest)
        bw_view_add_c(page->arena, page->to, "announce", newest);
}
