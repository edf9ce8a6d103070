/* SPDX-License-Identifier: Apache-2.0 */
/* event_int.h - what the files of an event share: its `data` inside another document, the words of its enumerations.
 * Layer: domain.  Threads: any. */
#ifndef BW_DOMAIN_EVENT_INT_H
#define BW_DOMAIN_EVENT_INT_H

#include "bw/domain/event_in.h"

/* True where at least one code-specific field is present. */
bool bw_event_has_data(const struct bw_event_data *d);
/* Writes those present as one object, as the next value of j. */
void bw_event_data_write(const struct bw_event_data *d, struct bw_json_out *j);

/* Words of `proof` and `action`, ended by NULL. */
extern const char *const bw_proof_words[];
extern const char *const bw_action_words[];

#endif
