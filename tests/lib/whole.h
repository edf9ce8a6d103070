/* SPDX-License-Identifier: Apache-2.0 */
/* whole.h - asserts that a database is what its log gives: every bag and case folded anew, versions 1 to n, every leaf
 * hashed anew, the journal's leaves, the feed's numbers (bw/app/verify.h).  Says what differs.  For tests that link
 * app. Threads: the caller's. */
#ifndef BW_TESTS_WHOLE_H
#define BW_TESTS_WHOLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bw/app/verify.h"

static inline void whole_tell(void *ctx, const char *line)
{
    (void)ctx;
    print_message("%s\n", line);
}

/* What was looked at, so that a caller can ask that it was not nothing. */
static inline struct bw_verify_result whole_database(const char *conninfo)
{
    const struct bw_verify_options o = { .conninfo = conninfo, .parts = BW_VERIFY_ALL, .tell = whole_tell };
    struct bw_verify_result r = { 0 };
    struct bw_error err = { 0 };
    if (bw_verify(&o, &r, &err) != BW_OK)
        fail_msg("%s", err.detail);
    assert_int_equal(r.differences, 0);
    return r;
}

#endif
