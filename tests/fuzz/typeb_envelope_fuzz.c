/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_envelope_fuzz.c - any lines before a message: addresses have seven characters, times six digits, nothing is
 * invented, and what an origin line says as a time lies within the last months or the next hour. */
#include "typeb_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bw_time now = 1795179600 * BW_SECOND;
    struct bw_arena arena;
    bw_arena_init(&arena, (size_t)16 << 20);
    struct bw_tb_lex lex = bw_tb_lex_start(bw_str_n((const char *)data, size > 65536 ? 65536 : size));
    struct bw_tb_preamble before = { 0 };
    struct bw_tb_line line;
    while (bw_tb_lex_next(&lex, &line)) {
        const struct bw_typeb_envelope *last = before.current;
        bool taken = bw_tb_preamble_take(&before, line.text, &arena);
        const struct bw_typeb_envelope *e = before.current;
        BW_ASSERT(taken || e == last);
        if (!e || before.out_of_memory)
            continue;
        BW_ASSERT((e->priority.n == 2) == (e->n_to > 0) && e->n_to <= BW_TB_ADDRESSES);
        for (size_t at = 0; at < e->n_to; at++)
            BW_ASSERT(e->to[at].n == 7);
        BW_ASSERT((e->origin.n == 7) == (e->origin_line.n > 0));
        bw_time at = bw_tb_origin_time(e->day_time, now);
        BW_ASSERT(at == BW_TIME_NONE || (at <= now + BW_HOUR && at > now - 93 * BW_DAY));
        if (bw_tb_smi(line.text) != BW_SMI_NONE)
            before.fresh = before.in_addresses = false;
    }
    bw_arena_done(&arena);
    return 0;
}
