/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_envelope.c - priority, addresses and origin line before a message.
 * A relayed message carries one envelope in another; the addresses of the innermost and the last origin that is not
 * blank count.  Messages that follow without an envelope of their own stay under the one before. Layer: domain.
 * Threads: any; pure.  Source: domain.md 2.5. */
#include "typeb_int.h"

enum { ADDRESS = 7, DAY_TIME = 6 };

static bool is_address(struct bw_str s)
{
    return s.n == ADDRESS && bw_str_all(s, bw_is_alnum);
}

/* The next word and what stands behind it; false when only blanks are left. */
static bool next_word(struct bw_str *rest, struct bw_str *ret)
{
    while (rest->n > 0 && rest->p[0] == ' ')
        *rest = bw_str_drop(*rest, 1);
    size_t n = bw_str_find(*rest, ' ');
    *ret = bw_str_take(*rest, n);
    *rest = bw_str_drop(*rest, n);
    return n > 0;
}

/* Number of addresses, 0 when a word is none. */
static size_t count_addresses(struct bw_str line)
{
    size_t n = 0;
    struct bw_str word;
    while (next_word(&line, &word)) {
        if (!is_address(word))
            return 0;
        n++;
    }
    return n;
}

static bool is_priority(struct bw_str word)
{
    return word.n == 2 && word.p[0] == 'Q' && bw_is_upper(word.p[1]);
}

bool bw_tb_is_priority_line(struct bw_str line)
{
    struct bw_str word;
    return line.p[0] == 'Q' && next_word(&line, &word) && is_priority(word) && count_addresses(line) > 0;
}

static void add_addresses(struct bw_tb_preamble *p, struct bw_str line, struct bw_arena *arena)
{
    struct bw_typeb_envelope *e = p->current;
    if (e->n_to == BW_TB_ADDRESSES)
        return;
    size_t n = e->n_to + count_addresses(line);
    n = n > BW_TB_ADDRESSES ? BW_TB_ADDRESSES : n;
    struct bw_str *to = BW_NEW_ARRAY(arena, struct bw_str, n);
    if (!to) {
        p->out_of_memory = true;
        return;
    }
    for (size_t at = 0; at < n; at++) {
        if (at < e->n_to)
            to[at] = e->to[at];
        else if (!next_word(&line, &to[at]))
            break;
    }
    e->to = to;
    e->n_to = n;
}

/* The envelope that these lines fill: a new one with the first of them. */
static bool begin(struct bw_tb_preamble *p, struct bw_arena *arena)
{
    if (!p->fresh) {
        struct bw_typeb_envelope *e = BW_NEW(arena, struct bw_typeb_envelope);
        if (!e) {
            p->out_of_memory = true;
            return false;
        }
        p->current = e;
        p->fresh = true;
    }
    return true;
}

static bool is_day_time(struct bw_str s)
{
    return s.n == DAY_TIME && bw_str_all(s, bw_is_digit);
}

/* ".PEKKMCA HB/301623", ".HKGODCI 061625/AMAMQ", ".TYOFSNH 061627 Z": an address, then at will a signature before the
 * day and time, and anything behind. */
static bool take_origin(struct bw_tb_preamble *p, struct bw_str line, struct bw_arena *arena)
{
    if (line.p[0] != '.')
        return false;
    struct bw_str rest = bw_str_drop(line, 1), origin, word;
    if (!next_word(&rest, &origin))
        return true; /* blank: the layer before it names the origin */
    if (line.p[1] == ' ' || !is_address(origin))
        return false;
    if (!begin(p, arena))
        return true;
    struct bw_typeb_envelope *e = p->current;
    e->origin_line = line;
    e->origin = origin;
    e->signature = e->day_time = BW_STR_NONE;
    if (next_word(&rest, &word)) {
        struct bw_str first = bw_str_split(&word, '/');
        struct bw_str second = word.p ? bw_str_take(word, DAY_TIME) : BW_STR_NONE;
        if (is_day_time(first)) {
            e->day_time = first;
        } else if (is_day_time(second)) {
            e->signature = first;
            e->day_time = second;
        }
    }
    return true;
}

bool bw_tb_preamble_take(struct bw_tb_preamble *p, struct bw_str line, struct bw_arena *arena)
{
    if (bw_tb_is_priority_line(line)) {
        if (!begin(p, arena))
            return true;
        p->current->priority = bw_str_take(line, 2);
        p->current->n_to = 0;
        add_addresses(p, bw_str_drop(line, 2), arena);
        p->in_addresses = true;
        return true;
    }
    if (p->in_addresses && count_addresses(line) > 0) {
        add_addresses(p, line, arena);
        return true;
    }
    p->in_addresses = false;
    return take_origin(p, line, arena);
}
