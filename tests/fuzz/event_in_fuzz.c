/* SPDX-License-Identifier: Apache-2.0 */
/* event_in_fuzz.c - bodies of POST /v1/events from anywhere, said by every voice: refused with a fault, or an event
 * that is canonical, has a leaf, and can be folded into a bag that packs. */
#include "bw/domain/bag.h"
#include "bw/domain/event_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct bw_event *ev, struct bw_buf *to)
{
    static const struct bw_world nowhere;
    struct bw_bag bag, back;
    struct bw_step step;
    struct bw_event follow[BW_FOLLOW_MAX];
    ev->recorded_at = bw_date_start(20000);
    bw_event_set_order(ev, BW_TIME_NONE);
    bw_buf_clear(to);
    bw_event_canonical(ev, to);
    BW_ASSERT(bw_buf_ok(to));
    bw_buf_clear(to);
    bw_event_leaf(ev, to);
    BW_ASSERT(bw_buf_ok(to));
    bw_bag_init(&bag, &ev->uid, ev->recorded_at);
    const struct bw_bag before = bag;
    bw_bag_step(&bag, ev, &nowhere, &step);
    BW_ASSERT(step.sentence && step.outcome != BW_OUT_MOOT);
    (void)bw_bag_follow(&before, &bag, ev, follow, BW_FOLLOW_MAX);
    bw_buf_clear(to);
    bw_bag_pack(&bag, to);
    BW_ASSERT(bw_buf_ok(to) && bw_bag_unpack(bw_buf_view(to), &back));
    const struct bw_event *history[] = { ev };
    bw_bag_fold(&back, history, 1, &nowhere, NULL);
    BW_ASSERT(back.place == bag.place || ev->code == BW_EV_CORRECTION);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bw_str carriers[] = { BW_STR_INIT("BA"), BW_STR_INIT("IB") };
    static const enum bw_voice voices[] = { BW_VOICE_CARRIER, BW_VOICE_STAFF, BW_VOICE_COURIER, BW_VOICE_CUSTOMER };
    struct bw_str body = bw_str_n((const char *)data, size);
    BW_CLEANUP(bw_buf_done) struct bw_buf to = { 0 };
    struct bw_arena arena;
    bw_arena_init(&arena, 8 << 20);
    bw_buf_init(&to, 1 << 17);
    for (size_t k = 0; k < BW_LEN(voices); k++) {
        struct bw_event_ctx ctx = { voices[k], BW_STR("ba.u1"), carriers, k == BW_LEN(voices) - 1 ? 0 : 1 + k % 2,
                                    bw_date_start(20777) };
        struct bw_faults f;
        struct bw_event ev;
        bw_faults_init(&f, &arena);
        bw_code rc = bw_event_in(body, &ctx, &arena, &ev, &f);
        BW_ASSERT((rc == BW_OK) == (f.n == 0));
        if (rc == BW_OK)
            use(&ev, &to);
        bw_arena_reset(&arena);
    }
    bw_arena_done(&arena);
    return 0;
}
