/* SPDX-License-Identifier: Apache-2.0 */
/* bag_unpack_fuzz.c - packed bags, cases and `data` texts from anywhere: what is taken packs to the very same bytes,
 * can be folded further and can be spoken of. */
#include "bw/domain/bag.h"
#include "bw/domain/casefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bag(struct bw_str bytes, struct bw_buf *to)
{
    static const struct bw_world world;
    struct bw_bag bag;
    if (!bw_bag_unpack(bytes, &bag))
        return;
    bw_bag_pack(&bag, to);
    BW_ASSERT(bw_str_eq(bw_buf_view(to), bytes));
    bw_buf_clear(to);
    bw_bag_instruction(&bag, "BA", "LHR", &world, to);
    BW_ASSERT(to->n > 0);
}

static void try_case(struct bw_str bytes, struct bw_buf *to)
{
    struct bw_case c;
    if (!bw_case_unpack(bytes, &c))
        return;
    bw_buf_clear(to);
    bw_case_pack(&c, to);
    BW_ASSERT(bw_str_eq(bw_buf_view(to), bytes));
}

static void try_data(struct bw_str text, struct bw_buf *to)
{
    struct bw_arena arena;
    struct bw_event_data d, again;
    bw_arena_init(&arena, 1 << 20);
    if (bw_event_data_parse(text, &d, &arena)) {
        bw_buf_clear(to);
        bw_event_data_json(&d, to);
        BW_ASSERT(bw_event_data_parse(bw_buf_view(to), &again, &arena));
        BW_ASSERT(again.n_legs == d.n_legs && again.level == d.level);
    }
    bw_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str bytes = bw_str_n((const char *)data, size);
    BW_CLEANUP(bw_buf_done) struct bw_buf to = { 0 };
    bw_buf_init(&to, 1 << 16);
    try_bag(bytes, &to);
    try_case(bytes, &to);
    try_data(bytes, &to);
    return 0;
}
