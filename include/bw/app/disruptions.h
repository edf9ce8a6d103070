/* SPDX-License-Identifier: Apache-2.0 */
/* disruptions.h - storms: told, confirmed by a second person, renewed, ended, each an event of the disruption's own
 * log; read by those whom they concern; and the chore that puts off, ends and proposes. By one word a disruption holds
 * for an hour at most, and a station has one such hour a day; with a second person for as long as it was asked, at most
 * 24 hours, and the same again where it is renewed.  A carrier's supervisor tells it for that carrier alone, the
 * installation's own for whom he names or for all. Layer: app.  Threads: any; functions that take a bw_pg want it
 * ready, set query; the chore the duties' thread. Source: CLK-14. */
#ifndef BW_APP_DISRUPTIONS_H
#define BW_APP_DISRUPTIONS_H

#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/base/json_in.h"
#include "bw/base/json_out.h"
#include "bw/domain/disruption.h"
#include "bw/storage/side.h"
#include "bw/storage/writer.h"

enum bw_storm_state { BW_STORM_PROPOSED, BW_STORM_DECLARED, BW_STORM_CONFIRMED, BW_STORM_ENDED };
const char *bw_storm_state_word(enum bw_storm_state s); /* "PROPOSED", … */

struct bw_disruption {
    struct bw_storm storm; /* until: when it ends by itself; from BW_TIME_NONE: it waits for a second person */
    int32_t version;
    enum bw_storm_state state;
    int32_t bags; /* that the rule counted; 0: a person told it */
    bw_time told_at, asked_until, ended_at;
    char told_by[BW_SENDER_TEXT], asked_by[BW_SENDER_TEXT], confirmed_by[BW_SENDER_TEXT]; /* handles; "" none */
    char ended_why[8]; /* "over", "lapsed" (nobody confirmed), "ended" (by hand); "" */
};

/* Bodies: {station, carriers, cause, until} and {until}. */
struct bw_disruption_in {
    struct bw_str station, cause;
    struct bw_strs carriers;
    struct bw_json_time until;
};
extern const struct bw_field bw_disruption_fields[], bw_disruption_renew_fields[];

/* A word on its way to the writer. */
struct bw_disruption_work {
    struct bw_disruption d; /* as it is from then on */
    bool window;            /* it holds for another time from now on */
    char audience[BW_STORM_CARRIERS][4];
    size_t n_audience;
    struct bw_side side;
    struct bw_item item;
    struct bw_work work; /* ready but for done and ctx */
};
enum bw_storm_step { BW_STORM_CONFIRM, BW_STORM_RENEW, BW_STORM_END };
/* BW_E_INVALID_BODY with the field; BW_E_FORBIDDEN for a carrier that is not his; BW_E_DISRUPTION where one stands. */
BW_MUST_USE bw_code bw_disruption_declare(struct bw_pg *pg, const struct bw_principal *who,
                                          const struct bw_disruption_in *in, bw_time now, struct bw_arena *arena,
                                          struct bw_disruption_work *ret, struct bw_error *err);
/* BW_E_NOT_FOUND; BW_E_FORBIDDEN where it is of other carriers; BW_E_DISRUPTION where the step does not follow, such as
 * a confirmation by who asked.  until: of a renewal. */
BW_MUST_USE bw_code bw_disruption_step(struct bw_pg *pg, const struct bw_principal *who, const struct bw_uuid *id,
                                       enum bw_storm_step step, bw_time until, bw_time now, struct bw_arena *arena,
                                       struct bw_disruption_work *ret, struct bw_error *err);

/* Those that stand and those of the last 30 days, of one's own carriers or of all; at most 500. */
BW_MUST_USE bw_code bw_disruption_list(struct bw_pg *pg, const struct bw_principal *who, bw_time now,
                                       struct bw_arena *arena, struct bw_disruption **ret, size_t *ret_n,
                                       struct bw_error *err);
void bw_disruption_json(const struct bw_disruption *d, bw_time now, struct bw_json_out *j);

/* The bags of one, as far as the reader's carriers owe or are owed. */
struct bw_storm_bag {
    struct bw_uuid id;
    const char *plate, *ref; /* "" none */
    const char *debtor;
    enum bw_owed owed;
    bw_time due_at;
    int level;
};
struct bw_storm_bags {
    struct bw_storm_bag *v;
    size_t n;
    int64_t bags, late; /* of all of them */
};
BW_MUST_USE bw_code bw_storm_bags_read(struct bw_pg *pg, const struct bw_principal *who, const struct bw_storm *s,
                                       bw_time now, size_t most, struct bw_arena *arena, struct bw_storm_bags *ret,
                                       struct bw_error *err);

/* Storms that hold, for the world.  Lives in the arena. */
BW_MUST_USE bw_code bw_storms_read(struct bw_pg *pg, struct bw_arena *arena, struct bw_storm **ret, size_t *ret_n,
                                   struct bw_error *err);

/* A chore (bw/app/duties.h): ends what is over, puts off what falls due in a storm, proposes. */
struct bw_worlds;
struct bw_storms {
    struct bw_writer *writer;
    struct bw_worlds *worlds;
    bw_time looked; /* ours, monotonic: for heaps */
};
bw_code bw_storms_turn(void *ctx, struct bw_pg *pg, struct bw_error *err);

#endif
