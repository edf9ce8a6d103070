/* SPDX-License-Identifier: Apache-2.0 */
/* idle.h - what was said without a new fact: confirmations and plans since the bag was last seen, searched for in vain, or
 * admitted to be lost.  After two of them nothing but such a fact meets a promise (CLK-11).  Counted by recorded times,
 * which the events carry, so that the order of arrival within a fold does not matter.
 * Pure values; equal states have equal bytes.  Layer: domain.  Threads: any.  Source: CLK-11, CLK-04. */
#ifndef BW_DOMAIN_IDLE_H
#define BW_DOMAIN_IDLE_H

#include "bw/domain/event.h"

struct bw_world;

#define BW_IDLE_MOST 2 /* in a row; a further one meets nothing */
#define BW_IDLE_WORDS 3
#define BW_IDLE_PLANS 4
/* The newest confirmations of one carrier since the last fact, newest first; 0 = none. */
struct bw_idle_word {
    char carrier[4];
    bw_time at[BW_IDLE_MOST + 1];
};
struct bw_idle_plan {
    char flight[BW_FLIGHT];
    bw_date date;
    char from[4];
    bw_time at;
};
struct bw_idle {
    bw_time fact_at; /* recorded time of the newest fact; 0 = none */
    struct bw_idle_word words[BW_IDLE_WORDS]; /* by carrier */
    uint8_t n_words;
    struct bw_idle_plan plans[BW_IDLE_PLANS]; /* the newest by recorded time, oldest first; each flight once */
    uint8_t n_plans;
};

/* A carrier saw the bag, took it, searched for it in person, or admits its loss. */
bool bw_is_fact(const struct bw_event *ev);
/* Folds one event that is believed; ev->recorded_at is set. */
void bw_idle_step(struct bw_idle *idle, const struct bw_event *ev);
/* The same for the confirmations of a file, whose facts stand on the logs of its bags. */
void bw_idle_say(struct bw_idle_word *words, uint8_t *n, const struct bw_event *ev);
/* Since when there has been nothing new: the newest fact, or the first plan since; 0 = never anything. */
bw_time bw_idle_since(const struct bw_idle *idle);
/* How often a carrier has confirmed after `since`, up to BW_IDLE_MOST + 1. */
unsigned bw_idle_words(const struct bw_idle_word *words, size_t n, const char *carrier, bw_time since);
/* How many plans since the last fact are past their flight's departure; a flight without known times has left when its
 * date at its origin has ended. */
unsigned bw_idle_left(const struct bw_idle *idle, const struct bw_world *world, bw_time now);
/* For a confirmation or a plan that was just folded: the how-manyth it is without a new fact; above BW_IDLE_MOST it meets
 * nothing.  0 for any other event. */
unsigned bw_idle_row(const struct bw_idle *idle, const struct bw_event *ev, const struct bw_world *world);
/* True for a confirmation or a plan that meets nothing, for it is one too many without a new fact. */
bool bw_idle_empty(const struct bw_event *ev);
/* Only a fact meets from now on. */
bool bw_idle_stands(const struct bw_idle *idle, const struct bw_world *world, bw_time now);

#endif
