/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h - database rows as domain values: events of a history, promises, bags, cases.
 * Layer: storage.  Threads: any; memory from the arena given. */
#ifndef BW_STORAGE_ROWS_H
#define BW_STORAGE_ROWS_H

#include "bw/domain/promise.h"
#include "bw/storage/pg.h"

/* Fills *ev from a row that has the columns of queries/event_history.sql. False for a row that does not read back. */
BW_MUST_USE bool bw_row_event(struct bw_rows *rows, size_t row, struct bw_arena *arena, struct bw_event *ret);
/* Columns of queries/promise_open.sql. */
BW_MUST_USE bool bw_row_promise(struct bw_rows *rows, size_t row, struct bw_promise *ret);
/* Columns bucket, bag_id, version, fold. */
BW_MUST_USE bool bw_row_bag(struct bw_rows *rows, size_t row, struct bw_bag *ret);
BW_MUST_USE bool bw_row_case(struct bw_rows *rows, size_t row, struct bw_case *ret);
/* A flight of flight_read or flight_due, under the number and day it was asked for. */
BW_MUST_USE bool bw_row_flight(struct bw_rows *rows, size_t row, struct bw_flight *ret);

#endif
