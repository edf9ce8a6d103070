/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_lex.c - a telegram as lines, a line as an element with fields; always slices of the input.
 * A full stop starts an element only at the start of a line: free text such as A.SMITH holds them too.
 * Layer: domain.  Threads: any; pure.  Source: domain.md 2.2, 2.5 (control characters). */
#include "typeb_int.h"

/* SOH, STX and ETX stand around texts in archives, padding behind lines. */
static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == '\x7f';
}

static struct bw_str bare(const char *p, const char *end)
{
    while (p < end && is_control(*p))
        p++;
    while (end > p && (is_control(end[-1]) || end[-1] == ' '))
        end--;
    return bw_str_n(p, (size_t)(end - p));
}

struct bw_tb_lex bw_tb_lex_start(struct bw_str text)
{
    static const char nothing[1];
    const char *p = text.p ? text.p : nothing;
    return (struct bw_tb_lex){ .at = p, .end = p + text.n };
}

bool bw_tb_lex_next(struct bw_tb_lex *lex, struct bw_tb_line *ret)
{
    while (lex->at < lex->end) {
        const char *begin = lex->at, *p = begin;
        while (p < lex->end && *p != '\n' && *p != '\r')
            p++;
        const char *stop = p;
        while (p < lex->end && *p == '\r')
            p++;
        if (p < lex->end && *p == '\n')
            p++;
        lex->at = p;
        lex->no++;
        struct bw_str text = bare(begin, stop);
        if (text.n > 0) {
            *ret = (struct bw_tb_line){ .text = text, .begin = begin, .end = p, .no = lex->no };
            return true;
        }
    }
    return false;
}

char bw_tb_letter(struct bw_str line)
{
    if (line.n < 2 || line.p[0] != '.' || (line.n > 2 && line.p[2] != '/'))
        return 0;
    char c = line.p[1];
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    return bw_is_upper(c) ? c : (char)0;
}

struct bw_str bw_typeb_field(const struct bw_typeb_element *e, size_t i)
{
    if (e->letter == 0 || e->text.n < 3)
        return BW_STR_NONE;
    struct bw_str rest = bw_str_drop(e->text, 3);
    while (rest.p) {
        struct bw_str field = bw_str_split(&rest, '/');
        if (i-- == 0)
            return field;
    }
    return BW_STR_NONE;
}

/* In the order of enum bw_smi. */
static const char *const smi_words[BW_SMI_MAX] = { "", "BSM", "BTM", "BPM", "BUM", "BNS", "BCM", "BMM", "BRQ" };

enum bw_smi bw_tb_smi(struct bw_str line)
{
    for (int smi = BW_SMI_BSM; smi < BW_SMI_MAX; smi++)
        if (bw_str_eq_c(line, smi_words[smi]))
            return (enum bw_smi)smi;
    return BW_SMI_NONE;
}

const char *bw_smi_word(enum bw_smi smi)
{
    BW_ASSERT(smi < BW_SMI_MAX);
    return smi_words[smi];
}

const char *bw_typeb_action_word(enum bw_typeb_action action)
{
    static const char *const words[] = { "new", "change", "delete" };
    BW_ASSERT((size_t)action < BW_LEN(words));
    return words[action];
}

const char *bw_typeb_status_word(enum bw_typeb_status status)
{
    static const char *const words[] = { "used", "partly_used", "unusable", "not_a_bag_message", "waiting_for_parts" };
    BW_ASSERT((size_t)status < BW_LEN(words));
    return words[status];
}
