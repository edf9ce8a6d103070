/* SPDX-License-Identifier: Apache-2.0 */
/* model_codes.h - the model's own table of event codes: D 9.1 (sightings), D 9.3 (custody), D 9.2 (what meets what). */
#ifndef BW_TESTS_SIM_MODEL_CODES_H
#define BW_TESTS_SIM_MODEL_CODES_H

#include <stdbool.h>

struct m_code {
    const char *name;
    const char *place;   /* where a sighting puts the bag; "plan", "window", "EXPECTED", "withdrawn": no sighting */
    bool rest;           /* stands there, not moving on by itself */
    const char *custody; /* "acquire", "offer", "refuse", "end" */
    const char *meets;   /* rows of what is owed, with a blank around each */
};

#define SEEN " tracing-holder tracing "
static const struct m_code m_codes[] = {
    { "BAG_EXPECTED", "EXPECTED", 0, "", "" },
    { "DATA_WITHDRAWN", "withdrawn", 0, "", "" },
    { "BAG_ACCEPTED", "AT", 0, "acquire", SEEN "transfer-pending " },
    { "BAG_SCREENED", "AT", 0, "acquire", SEEN "in-flight transfer-pending " },
    { "BAG_SORTED", "AT", 0, "acquire", SEEN "in-flight transfer-pending " },
    { "BAG_SEEN", "AT", 0, "acquire", SEEN "in-flight transfer-pending " },
    { "BAG_LOADED", "LOADED", 0, "acquire",
      SEEN "unclaimed "
           "located forward-planned transfer-pending held " },
    { "BAG_NOT_LOADED", "AT", 1, "acquire", SEEN "forward-planned transfer-pending " },
    { "BAG_OFFLOADED", "AT", 1, "acquire", SEEN "forward-planned in-flight transfer-pending " },
    { "BAG_UNLOADED", "AT", 0, "acquire", SEEN "in-flight transfer-pending " },
    { "TRANSFER_OUT", "AT", 0, "offer",
      SEEN "unclaimed "
           "located in-flight " },
    { "TRANSFER_IN", "AT", 0, "acquire", SEEN "transfer-pending custody-disputed " },
    { "TRANSFER_REFUSED", "AT", 0, "refuse", SEEN "transfer-pending custody-disputed " },
    { "CUSTODY_RESOLVED", "", 0, "acquire", SEEN "transfer-pending custody-disputed " },
    { "ON_HAND", "AT", 1, "acquire", SEEN "in-flight transfer-pending " },
    { "FORWARD_PLANNED", "plan", 0, "",
      SEEN "unclaimed "
           "located held " },
    { "CUSTOMS_HOLD", "HELD", 1, "acquire", SEEN "located in-flight transfer-pending at-station " },
    { "CUSTOMS_RELEASED", "AT", 1, "acquire", SEEN "transfer-pending held " },
    { "ARRIVED_AT_DESTINATION", "AT_DESTINATION", 1, "acquire", SEEN "located in-flight transfer-pending held " },
    { "PLACED_ON_BELT", "ON_BELT", 0, "acquire", SEEN "located in-flight transfer-pending at-station " },
    { "READY_FOR_COLLECTION", "AT_DESTINATION", 1, "acquire",
      SEEN "located in-flight transfer-pending held at-station " },
    { "HANDED_TO_COURIER", "WITH_COURIER", 0, "acquire",
      SEEN "unclaimed "
           "located transfer-pending held at-station attempted " },
    { "DELIVERY_SCHEDULED", "window", 0, "", " attempted " },
    { "DELIVERY_ATTEMPTED", "WITH_COURIER", 0, "acquire", " with-courier " },
    { "RETURNED_TO_STATION", "AT_DESTINATION", 1, "acquire", " with-courier attempted " },
    { "DELIVERED", "DELIVERED", 0, "end",
      SEEN "unclaimed "
           "located in-flight transfer-pending held at-station with-courier attempted " },
    { "CASE_OPENED", "", 0, "", " unclaimed " },
    { "SEARCHED_NOT_FOUND", "", 0, "", SEEN "reported case-step " },
    { "STATUS_CONFIRMED", "", 0, "", " reported case-step " },
    { "CASE_CLOSED", "", 0, "", " reported case-step lost " },
    { "WAITING_FOR_CUSTOMER", "", 0, "", " remind-customer " },
    { "LOSS_ADMITTED", "", 0, "", " tracing reported case-step " },
};

const struct m_code *m_code(const char *name);
/* What adds no fact about a bag (BAG-08). */
bool m_no_news(const char *code);
/* "BA" of "BA178": two characters where the third is a digit, else three. */
void m_carrier_of(const char *flight, char to[4]);

#endif
