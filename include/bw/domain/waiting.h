/* SPDX-License-Identifier: Apache-2.0 */
/* waiting.h - waiting for the customer: a form, a key or an address without which a bag cannot go on.  The file's owner
 * asks; nothing rests before the customer was reached.  Then the desk duties of place news (held, located, at-station,
 * attempted) are not owed, and the owner owes a reminder to the customer every day instead.  It ends when the customer
 * gives it, when staff say so, with the file, and for a bag as soon as that moves on.  Pure.  Layer: domain.  Threads:
 * any. Source: CLK-18, CLK-01. */
#ifndef BW_DOMAIN_WAITING_H
#define BW_DOMAIN_WAITING_H

#include "bw/domain/promise.h"

/* data.why of a WAITING_FOR_CUSTOMER: what is needed; ended by NULL. */
extern const char *const bw_wait_words[]; /* "form", "key", "address" */
/* data.action: what is said.  Staff of the owner say all but "opened", the customer "opened" and "given". */
#define BW_WAIT_ASKED "asked"     /* a message was sent, or it stands on the page: the customer may not know */
#define BW_WAIT_REACHED "reached" /* a person told the customer; where nothing is waited for yet, it is from now on */
#define BW_WAIT_TRIED "tried"     /* reminded without reaching: a message left */
#define BW_WAIT_OPENED "opened"   /* the customer opened the page with the request on it; once a request */
#define BW_WAIT_GIVEN "given"     /* it is there */
#define BW_WAIT_WITHDRAWN "withdrawn"     /* it is not needed any more */
extern const char *const bw_wait_steps[]; /* what staff say, ended by NULL */

/* With the reason in err: BW_E_FORBIDDEN for a carrier that does not own the file, BW_E_CASE_STEP where the file does
 * not allow it as it stands.  Asking for what is asked for already is refused: it restarts nothing. */
BW_MUST_USE bw_code bw_wait_may(const struct bw_case *c, const struct bw_event *ev, struct bw_error *err);
/* Adds what a step leaves out: of which request it is; and sets it behind the step before. */
void bw_wait_complete(const struct bw_case *c, struct bw_event *ev);
/* Nothing is waited for any more. */
void bw_wait_end(struct bw_wait *w);
/* Folds a WAITING_FOR_CUSTOMER. */
void bw_wait_step(struct bw_wait *w, const struct bw_event *ev);
/* The customer was spoken to, or tried: keeps the daily reminder, and a word that was given (CLK-19). */
bool bw_wait_contact(const struct bw_event *ev);

/* The customer knows, and has not given it: the clock of desk duties rests. */
bool bw_wait_rests(const struct bw_wait *w);
/* A duty that rests meanwhile. */
bool bw_wait_covers(enum bw_owed owed);
/* True where the bag moved on between the two: another place, station or custodian, a plan or a delivery attempt. */
bool bw_wait_over(const struct bw_bag *before, const struct bw_bag *after);

#endif
