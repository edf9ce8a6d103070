/* SPDX-License-Identifier: Apache-2.0 */
/* bag_custody.c - the second table: who has the bag.  Only the receiver's own acquisition moves custody; the giver
 * stays custodian until then; its own later sighting settles a handover in its favour; the finder holds; an unanswered
 * handover is disputed after four hours.  A statement speaks for its own carrier alone. Layer: domain.  Threads: any.
 * Source: domain.md 9.3 (Res 753), BAG-04, BAG-05, story.md. */
#include "bag_int.h"

/* domain.md 9.2, TRANSFER_PENDING: counted from the recorded TRANSFER_OUT. */
#define HANDOVER_TIME (4 * BW_HOUR)

/* Who speaks, seen from the custody in force. */
enum who { ANYBODY, CUSTODIAN, RECEIVER, OTHER, TO_CUSTODIAN, AGAIN };
#define WHO_ANYBODY "by anybody"
#define WHO_CUSTODIAN "by its custodian"
#define WHO_RECEIVER "by its receiver"
#define WHO_OTHER "by another carrier"
#define WHO_TO_CUSTODIAN "by another carrier, to its custodian"
#define WHO_AGAIN "by its custodian, to the same receiver"
#define HOLD_ACQUIRE "own sighting or acquisition"
#define HOLD_OFFER "TRANSFER_OUT"
#define HOLD_REFUSE "TRANSFER_REFUSED"
#define HOLD_DISPUTE "CUSTODY_DISPUTED"
#define HOLD_END "DELIVERED"

/* What becomes of it. */
enum change { STAY, HOLD, BACK, OFFERED, DISPUTE, FREE };
#define CHANGE_STAY "the same"
#define CHANGE_HOLD "HELD by the speaker"
#define CHANGE_BACK "HELD by the giver"
#define CHANGE_OFFERED "PENDING, speaker to receiver"
#define CHANGE_DISPUTE "DISPUTED"
#define CHANGE_FREE "NONE"

#define CUSTODY_ROWS(R)                                                                                                \
    R(NONE, ACQUIRE, ANYBODY, HOLD, 0, "the first carrier that has it holds it")                                       \
    R(HELD, ACQUIRE, CUSTODIAN, STAY, 0, "its custodian has it still")                                                 \
    R(HELD, ACQUIRE, OTHER, HOLD, BW_FL_NO_TRANSFER_OUT, "another carrier has it, without a handover: finder holds")   \
    R(PENDING, ACQUIRE, CUSTODIAN, HOLD, 0, "the giver has it still: the handover is settled in its favour")           \
    R(PENDING, ACQUIRE, RECEIVER, HOLD, 0, "the receiver has taken it")                                                \
    R(PENDING, ACQUIRE, OTHER, HOLD, BW_FL_NO_TRANSFER_OUT, "a third carrier has it: finder holds")                    \
    R(DISPUTED, ACQUIRE, CUSTODIAN, HOLD, 0, "the giver has it: the dispute is settled in its favour")                 \
    R(DISPUTED, ACQUIRE, RECEIVER, HOLD, 0, "the receiver has it: the dispute is settled")                             \
    R(DISPUTED, ACQUIRE, OTHER, HOLD, BW_FL_NO_TRANSFER_OUT, "a third carrier has it: finder holds")                   \
    R(NONE, OFFER, ANYBODY, OFFERED, 0, "handed over by its giver's word, who answers until it is taken")              \
    R(HELD, OFFER, CUSTODIAN, OFFERED, 0, "handed over by its giver's word, who answers until it is taken")            \
    R(HELD, OFFER, TO_CUSTODIAN, STAY, 0, "the receiver has taken it before")                                          \
    R(HELD, OFFER, OTHER, OFFERED, BW_FL_NO_TRANSFER_OUT, "another carrier had it and hands it over")                  \
    R(PENDING, OFFER, AGAIN, STAY, 0, "offered again: the first offer's time runs on")                                 \
    R(PENDING, OFFER, CUSTODIAN, OFFERED, 0, "offered to somebody else")                                               \
    R(PENDING, OFFER, RECEIVER, OFFERED, 0, "the receiver had it and hands it on")                                     \
    R(PENDING, OFFER, OTHER, OFFERED, BW_FL_NO_TRANSFER_OUT, "a third carrier had it and hands it over")               \
    R(DISPUTED, OFFER, CUSTODIAN, OFFERED, 0, "the giver has it and offers it anew")                                   \
    R(DISPUTED, OFFER, RECEIVER, OFFERED, 0, "the receiver has it and hands it on")                                    \
    R(DISPUTED, OFFER, OTHER, OFFERED, BW_FL_NO_TRANSFER_OUT, "a third carrier had it and hands it over")              \
    R(PENDING, REFUSE, RECEIVER, BACK, 0, "refused: it stays with the giver")                                          \
    R(DISPUTED, REFUSE, RECEIVER, BACK, 0, "refused: it stays with the giver")                                         \
    R(PENDING, DISPUTE, ANYBODY, DISPUTE, 0, "nobody has taken it in four hours: both owe the answer")                 \
    R(NONE, END, ANYBODY, FREE, 0, "with its owner")                                                                   \
    R(HELD, END, CUSTODIAN, FREE, 0, "with its owner")                                                                 \
    R(HELD, END, OTHER, FREE, BW_FL_NO_TRANSFER_OUT, "with its owner, by a carrier that did not hold it")              \
    R(PENDING, END, ANYBODY, FREE, BW_FL_NO_TRANSFER_OUT, "with its owner, the handover unanswered")                   \
    R(DISPUTED, END, ANYBODY, FREE, BW_FL_NO_TRANSFER_OUT, "with its owner, the dispute unsettled")

static const struct bw_table_row words[] = {
#define R(from, hold, who, change, flags, sentence) { #from, HOLD_##hold " " WHO_##who, CHANGE_##change, sentence },
    CUSTODY_ROWS(R)
#undef R
};
static const struct {
    enum bw_custody from;
    enum bw_hold hold;
    enum who who;
    enum change change;
    unsigned flags;
} rows[] = {
#define R(from, hold, who, change, flags, sentence) { BW_CUSTODY_##from, BW_HOLD_##hold, who, change, flags },
    CUSTODY_ROWS(R)
#undef R
};

size_t bw_custody_table(const struct bw_table_row **ret)
{
    *ret = words;
    return BW_LEN(words);
}

static enum who speaker(const struct bw_bag *bag, const struct bw_event *ev, enum bw_hold hold)
{
    bool to_receiver = strcmp(ev->to_carrier, bag->receiver) == 0;
    if (bag->custody == BW_CUSTODY_NONE)
        return ANYBODY;
    if (strcmp(ev->carrier, bag->custodian) == 0)
        return hold == BW_HOLD_OFFER && bag->custody == BW_CUSTODY_PENDING && to_receiver ? AGAIN : CUSTODIAN;
    if (bag->custody != BW_CUSTODY_HELD && strcmp(ev->carrier, bag->receiver) == 0)
        return RECEIVER;
    bool back = hold == BW_HOLD_OFFER && strcmp(ev->to_carrier, bag->custodian) == 0;
    return back && bag->custody == BW_CUSTODY_HELD ? TO_CUSTODIAN : OTHER;
}

static size_t row_of(enum bw_custody from, enum bw_hold hold, enum who who)
{
    for (size_t at = 0; at < BW_LEN(rows); at++)
        if (rows[at].from == from && rows[at].hold == hold && (rows[at].who == who || rows[at].who == ANYBODY))
            return at;
    return BW_LEN(rows);
}

static void settle(struct bw_bag *bag, enum bw_custody custody, const char *custodian, bw_time at)
{
    bag->custody = custody;
    BW_SET(bag->custodian, custodian);
    bag->receiver[0] = '\0';
    bag->custody_at = at;
    bag->offered_recorded_at = bag->timeout_at = BW_TIME_NONE;
}

static void change(struct bw_bag *bag, const struct bw_event *ev, enum change what)
{
    char giver[4];
    BW_SET(giver, bag->custodian);
    switch (what) {
    case STAY:
        break;
    case HOLD:
        settle(bag, BW_CUSTODY_HELD, ev->carrier, ev->order.t);
        break;
    case BACK:
        settle(bag, BW_CUSTODY_HELD, giver, ev->order.t);
        break;
    case OFFERED:
        settle(bag, BW_CUSTODY_PENDING, ev->carrier, ev->order.t);
        BW_SET(bag->receiver, ev->to_carrier);
        bag->offered_recorded_at = ev->recorded_at;
        bag->timeout_at = ev->recorded_at == BW_TIME_NONE ? BW_TIME_NONE : ev->recorded_at + HANDOVER_TIME;
        break;
    case DISPUTE: /* the giver leads: it is the last proven custodian (CLK-08) */
        bag->custody = BW_CUSTODY_DISPUTED;
        bag->custody_at = ev->order.t;
        bag->timeout_at = BW_TIME_NONE;
        break;
    case FREE:
        settle(bag, BW_CUSTODY_NONE, "", ev->order.t);
        break;
    default:
        BW_ASSERT(false);
    }
}

static struct bw_part part(enum bw_answer answer, const char *sentence)
{
    return (struct bw_part){ answer, sentence, 0 };
}

/* The named verdict where the table is not asked at all. */
static bool unfit(const struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    bool open = bag->custody == BW_CUSTODY_PENDING || bag->custody == BW_CUSTODY_DISPUTED;
    if (ev->code == BW_EV_CUSTODY_DISPUTED) {
        bool same = bag->custody == BW_CUSTODY_PENDING && ev->order.t == bag->timeout_at &&
                    strcmp(ev->from_carrier, bag->custodian) == 0 && strcmp(ev->to_carrier, bag->receiver) == 0;
        *ret = part(BW_ANSWER_MOOT, "the handover was answered, or offered anew, before its time ran out");
        return !same;
    }
    if (!ev->carrier[0])
        *ret = part(BW_ANSWER_KEPT, "said for no carrier: moves no custody");
    else if (bw_untimed(ev) && bag->last_seen_at != BW_TIME_NONE)
        *ret = part(BW_ANSWER_KEPT, "no known time: kept, does not outrank a timed sighting");
    else if (ev->time_type == BW_PLANNED)
        *ret = part(BW_ANSWER_KEPT, "planned, not done: moves no custody");
    else if (ev->code == BW_EV_TRANSFER_OUT && (!ev->to_carrier[0] || strcmp(ev->to_carrier, ev->carrier) == 0))
        *ret = part(BW_ANSWER_AGAINST, "a bag is handed to another carrier, or not at all");
    else if (ev->code == BW_EV_CUSTODY_RESOLVED && !open)
        *ret = part(BW_ANSWER_AGAINST, "there is no handover or dispute to settle");
    else if (ev->code == BW_EV_DELIVERED && !ev->data.proof[0])
        *ret = part(BW_ANSWER_KEPT, "delivery without proof: moves no custody");
    else
        return false;
    return true;
}

void bw_custody_step(struct bw_bag *bag, const struct bw_event *ev, struct bw_part *ret)
{
    enum bw_hold hold = bw_code_row(ev->code)->hold;
    *ret = part(BW_ANSWER_SILENT, NULL);
    if (hold == BW_HOLD_KEEP || unfit(bag, ev, ret))
        return;
    size_t at = row_of(bag->custody, hold, speaker(bag, ev, hold));
    if (at == BW_LEN(rows)) {
        BW_ASSERT(hold == BW_HOLD_REFUSE);
        bool offered = bag->custody == BW_CUSTODY_PENDING || bag->custody == BW_CUSTODY_DISPUTED;
        *ret = part(BW_ANSWER_AGAINST, offered ? "refused by a carrier that it was not offered to: custody stays"
                                               : "refused, but nothing was offered: custody stays");
        return;
    }
    change(bag, ev, rows[at].change);
    *ret = (struct bw_part){ BW_ANSWER_ROW, words[at].sentence, rows[at].flags };
}
