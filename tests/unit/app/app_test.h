/* SPDX-License-Identifier: Apache-2.0 */
/* app_test.h - what the tests of use cases share: principals, keys, and looking into a text.  Layer: tests. */
#ifndef BW_TESTS_APP_TEST_H
#define BW_TESTS_APP_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bw/app/app.h"
#include "bw/app/principal.h"
#include "bw/base/buf.h"
#include "bw/base/json_in.h"
#include "bw/storage/keys.h"

/* Of the organisation that its first carrier is; carriers as in "BA IB". */
static inline struct bw_principal principal(enum bw_principal_kind kind, const char *carriers)
{
    struct bw_principal who = { .kind = kind, .name = "Ada Lovelace" };
    struct bw_str rest = bw_str_c(carriers);
    while (rest.p && rest.n)
        bw_str_put(bw_str_split(&rest, ' '), who.carriers[who.n_carriers++], sizeof who.carriers[0]);
    bw_str_put(bw_str_c(who.carriers[0]), who.organisation, sizeof who.organisation);
    for (uint8_t k = 0; k < sizeof who.id.b; k++)
        who.id.b[k] = (uint8_t)(0x10 + k);
    return who;
}

/* The installation's keys from a secret of equal bytes. */
static inline struct bw_keys keys_of(uint8_t byte)
{
    uint8_t secret[32];
    struct bw_keys keys;
    memset(secret, byte, sizeof secret);
    bw_keys_from(secret, &keys);
    return keys;
}

static inline bw_time at(const char *rfc3339)
{
    bw_time t;
    if (!bw_time_parse(bw_str_c(rfc3339), &t, NULL))
        fail_msg("no time: %s", rfc3339);
    return t;
}

static inline bool has(struct bw_str text, const char *part)
{
    return memmem(text.p, text.n, part, strlen(part)) != NULL;
}

static inline bool told(const struct bw_faults *f, bw_code code, const char *pointer)
{
    for (size_t k = 0; k < f->n; k++)
        if (f->v[k].code == code && bw_str_eq_c(f->v[k].pointer, pointer))
            return true;
    return false;
}

#endif
