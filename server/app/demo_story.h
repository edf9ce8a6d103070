/* SPDX-License-Identifier: Apache-2.0 */
/* demo_story.h - the steps of the demo: when, by whom, what.  Times are seconds from the start; backdated ones are
 * negative. */
#ifndef BW_APP_DEMO_STORY_INT_H
#define BW_APP_DEMO_STORY_INT_H

struct bw_demo_step {
    int post_at;         /* when it is posted */
    int occurred_at;     /* when it happened */
    const char *carrier; /* who says it */
    int staff;           /* 1: a person of that carrier */
    const char *code;
    const char
        *rest; /* further members of the body; %D = travel date, %F, %U = window from and until, %N = next step */
};

#define HOUR 3600
/* Row numbers are those of the story; an hour takes a minute. */
static const struct bw_demo_step steps[] = {
    { 0, -10 * HOUR, "BA", 0, "BAG_ACCEPTED", "\"station\":\"JFK\",\"place\":\"desk 14\"" },
    { 0, -8 * HOUR, "BA", 0, "BAG_LOADED", "\"station\":\"JFK\",\"flight\":{\"no\":\"BA178\",\"date\":\"%D\"}" },
    { 0, -25 * 60, "BA", 0, "BAG_UNLOADED", "\"station\":\"LHR\",\"flight\":{\"no\":\"BA178\",\"date\":\"%D\"}" },
    { 0, -20 * 60, "BA", 0, "TRANSFER_OUT", "\"station\":\"LHR\",\"to_carrier\":\"IB\",\"place\":\"T5 transfer\"" },
    /* the file is opened here; Iberia owes acceptance within a minute and says nothing: reminded, chased, escalated */
    { 270, 265, "BA", 0, "ON_HAND", "\"station\":\"LHR\",\"place\":\"T3 store\"" },
    { 300, 300, "IB", 1, "STATUS_CONFIRMED",
      "\"action\":\"asked\",\"asked\":\"LHR\",\"waiting_for\":\"BA\",\"next_step_at\":\"%N\"" },
    /* now British Airways owes the plan for four minutes and lets it pass */
    { 690, 690, "BA", 0, "FORWARD_PLANNED",
      "\"station\":\"LHR\",\"to_station\":\"MAD\",\"new_plate\":\"2125001234\",\"time_type\":\"planned\","
      "\"flight\":{\"no\":\"IB3163\",\"date\":\"%D\"}" },
    { 735, 733, "IB", 0, "BAG_LOADED", "\"station\":\"LHR\",\"flight\":{\"no\":\"IB3163\",\"date\":\"%D\"}" },
    { 765, 640, "BA", 0, "BAG_SEEN", "\"station\":\"LHR\",\"place\":\"T3 store\"" },
    { 900, 898, "IB", 0, "ARRIVED_AT_DESTINATION", "\"station\":\"MAD\"" },
    { 1000, 1000, "IB", 0, "HANDED_TO_COURIER", "\"station\":\"MAD\",\"window\":{\"from\":\"%F\",\"until\":\"%U\"}" },
    { 1210, 1208, "IB", 0, "DELIVERED", "\"proof\":\"pin\"" },
    { 1245, 1245, "IB", 1, "DAMAGE_REPORTED", "\"note\":\"A wheel is broken off.\"" },
};
#define CASE_AT 2 /* seconds: when the file is opened */

#endif
