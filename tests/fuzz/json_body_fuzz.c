/* SPDX-License-Identifier: Apache-2.0 */
/* json_body_fuzz.c - bodies of every kind that the routes take, against their field tables: decoded, or refused with
 * faults whose pointers are text; and a case made of one.  Source: ING-05, SEC-09. */
#include "bw/app/cases.h"
#include "bw/domain/details.h"
#include "bw/storage/keys.h"
#include "http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void told(bw_code rc, const struct bw_faults *f)
{
    BW_ASSERT((rc == BW_OK) == (f->n == 0));
    for (size_t k = 0; k < f->n && k < BW_FAULTS_MAX; k++) {
        BW_ASSERT(f->v[k].pointer.n == 0 || f->v[k].pointer.p[0] == '/');
        BW_ASSERT(bw_utf8_valid(f->v[k].pointer, 0) && bw_utf8_valid(f->v[k].detail, 0) && f->v[k].detail.n > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bw_principal who = {
        .kind = BW_P_ACCOUNT, .organisation = "IB", .carriers = { "IB" }, .n_carriers = 1
    };
    static const struct bw_keys keys;
    static const struct bw_app app = { .keys = &keys };
    struct bw_str body = bw_str_n((const char *)data, size);
    struct bw_arena arena;
    struct bw_faults f;
    bw_arena_init(&arena, 8 << 20);
    for (size_t k = 0; k < bw_schemas_n; k++) {
        max_align_t room[256] = { 0 };
        if (!bw_schemas[k].fields)
            continue;
        bw_faults_init(&f, &arena);
        told(bw_json_decode(body, bw_schemas[k].fields, room, &f), &f);
        bw_arena_reset(&arena);
    }
    struct bw_case_request *rq = NULL;
    bw_faults_init(&f, &arena);
    bw_code rc = bw_case_request(&app, &who, body, bw_date_start(20777), &arena, &rq, &f);
    told(rc, &f);
    if (rc == BW_OK)
        BW_ASSERT(rq->new_case.n_bags >= 1 && rq->new_case.n_bags <= BW_CASE_BAGS &&
                  rq->new_case.sealed.details.p[0] == '{' && rq->new_case.n_legs <= BW_LEGS);
    bw_arena_done(&arena);
    return 0;
}
