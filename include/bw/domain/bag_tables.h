/* SPDX-License-Identifier: Apache-2.0 */
/* bag_tables.h - the three state tables as rows of words.  Read-only.  Layer: domain.  Threads: any.
 * Source: design.md 6, BAG-03. */
#ifndef BW_DOMAIN_BAG_TABLES_H
#define BW_DOMAIN_BAG_TABLES_H

#include <stddef.h>

/* Rows of the three tables, for ARCHITECTURE.md and the tests that walk them (BAG-03). */
struct bw_table_row {
    const char *from, *event, *to, *sentence;
};
size_t bw_place_table(const struct bw_table_row **ret);
size_t bw_custody_table(const struct bw_table_row **ret);
size_t bw_case_table(const struct bw_table_row **ret);

#endif
