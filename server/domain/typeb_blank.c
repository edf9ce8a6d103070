/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_blank.c - a telegram without what it tells of one bag's owner; what stays is what events are made of anyway.
 * Unknown elements, and lines that are none, may say anything, so they go.  Layer: domain.  Threads: any; pure.
 * Source: design.md 3 ("No personal data in the log"), domain.md 2.3, CASE-06. */
#include "typeb_int.h"

static bool within(const struct bw_typeb_lines *v, size_t n, int32_t line)
{
    for (size_t k = 0; k < n; k++)
        if (line >= v[k].first && line <= v[k].last)
            return true;
    return false;
}

/* Elements whose fields are codes, flights, plates, places and times (domain.md 2.3).  Not among them: name, seat and
 * security numbers, booking, frequent traveller, group name, hotel, door address, free texts, unique identifiers. */
static bool is_bare(char letter)
{
    return letter && strchr("VFINOBWJUHEQT", letter) != NULL;
}

/* Identifiers, what stands around messages, and their ends. */
static bool is_frame(struct bw_str line)
{
    return bw_tb_smi(line) != BW_SMI_NONE || bw_str_starts(line, BW_STR("END")) || bw_str_eq_c(line, "DEL") ||
           bw_str_eq_c(line, "CHG");
}

static void put_rest(struct bw_buf *to, const char *from, const char *end)
{
    for (; from < end; from++)
        if (*from == '\n' || *from == '\r')
            bw_buf_ch(to, *from);
}

void bw_typeb_blank(struct bw_str text, const struct bw_typeb_lines *gone, size_t n_gone,
                    const struct bw_typeb_lines *kept, size_t n_kept, struct bw_buf *to)
{
    struct bw_tb_lex lex = bw_tb_lex_start(text);
    struct bw_tb_line line;
    bool headed = false;
    const char *at = text.p;
    while (bw_tb_lex_next(&lex, &line)) {
        bw_buf_str(to, bw_str_n(at, (size_t)(line.begin - at)));
        at = line.end;
        char letter = bw_tb_letter(line.text);
        headed |= bw_tb_smi(line.text) != BW_SMI_NONE;
        bool erased = within(gone, n_gone, line.no);
        bool stays = letter ? is_bare(letter) : is_frame(line.text) || (!headed && !erased);
        if (stays || (!erased && within(kept, n_kept, line.no))) {
            bw_buf_str(to, bw_str_n(line.begin, (size_t)(line.end - line.begin)));
            continue;
        }
        if (letter) {
            bw_buf_ch(to, '.');
            bw_buf_ch(to, letter);
            bw_buf_ch(to, '/');
        }
        put_rest(to, line.begin, line.end);
    }
    if (text.n)
        bw_buf_str(to, bw_str_n(at, (size_t)(text.p + text.n - at)));
}
