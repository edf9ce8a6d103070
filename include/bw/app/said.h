/* SPDX-License-Identifier: Apache-2.0 */
/* said.h - what the bodies by which people and systems say something of a bag or a file have in common: the event's id,
 * the carrier that speaks, and a note.  Layer: app.  Threads: any.  Source: design.md 8 ("Event in"), SEC-10. */
#ifndef BW_APP_SAID_H
#define BW_APP_SAID_H

#include "bw/app/principal.h"
#include "bw/base/arena.h"
#include "bw/base/json_in.h"
#include "bw/domain/event.h"

/* Check of a field (struct bw_field): NULL, or what is wrong with it. */
const char *bw_said_event_id(struct bw_str s);

/* Sets ev->carrier to the one that was named, or to the only one that who speaks for; else adds a fault. */
void bw_said_for(const struct bw_principal *who, struct bw_str said, struct bw_event *ev, struct bw_faults *f);

/* Puts the note into ev's private body, which is sealed: the log keeps its commitment.  An empty one is none.  False:
 * memory is out. */
BW_MUST_USE bool bw_said_note(struct bw_str note, struct bw_event *ev, struct bw_arena *arena);

#endif
