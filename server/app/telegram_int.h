/* SPDX-License-Identifier: Apache-2.0 */
/* telegram_int.h - the steps of a telegram on its way into the writer, among themselves.  Private to app. */
#ifndef BW_APP_TELEGRAM_INT_H
#define BW_APP_TELEGRAM_INT_H

#include "bw/app/ingest.h"

/* Items and dead letters of what was read, into t->work, which has its arena, raw text and raw id already. */
BW_MUST_USE bw_code bw_telegram_work(struct bw_telegram *t, struct bw_error *err);

#endif
