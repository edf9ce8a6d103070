/* SPDX-License-Identifier: Apache-2.0 */
/* domain_test.h - what the domain's tests share: instants and events in one line.
 * Layer: tests. */
#ifndef BW_TESTS_DOMAIN_TEST_H
#define BW_TESTS_DOMAIN_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bw/domain/event.h"

static inline bw_time at(const char *rfc3339)
{
    bw_time t;
    if (!bw_time_parse(bw_str_c(rfc3339), &t, NULL))
        fail_msg("no time: %s", rfc3339);
    return t;
}

static inline bw_date day(const char *iso)
{
    bw_date d;
    if (!bw_date_parse(bw_str_c(iso), &d))
        fail_msg("no date: %s", iso);
    return d;
}

static inline struct bw_ident ident(const char *text)
{
    struct bw_ident id;
    const char *why;
    if (!bw_ident_parse(bw_str_c(text), BW_DATE_NONE, &id, &why))
        fail_msg("%s: %s", text, why);
    return id;
}

/* Any id that differs by seed. */
static inline struct bw_uuid id_of(unsigned seed)
{
    struct bw_uuid id = { { 0x10, (uint8_t)(seed >> 16), (uint8_t)(seed >> 8), (uint8_t)seed } };
    return bw_uuid_v8(id.b);
}

#endif
