/* SPDX-License-Identifier: Apache-2.0 */
/* case_again.h - a bag that is seen after its file was closed without it: a linked file opens by itself, with the same
 * passenger and owner by the rule, so that somebody owes again and the customer need not ask (CASE-02).
 * Layer: app.  Threads: a chore of the duties, with their session.  Source: CASE-02, domain.md 9.2 (CLOSED). */
#ifndef BW_APP_CASE_AGAIN_H
#define BW_APP_CASE_AGAIN_H

#include "bw/app/app.h"
#include "bw/storage/pg.h"

/* Opens the linked files that are due, some at a time; of app it uses writer and keys.  Two instances at once open one: the
 * bag has an open file by then. */
BW_MUST_USE bw_code bw_case_again(const struct bw_app *app, struct bw_pg *pg, struct bw_error *err);

#endif
