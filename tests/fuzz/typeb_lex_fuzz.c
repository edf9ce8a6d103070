/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_lex_fuzz.c - any bytes: lines cover the text without gap, slices lie within their line, fields within theirs.
 */
#include "typeb_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool within(struct bw_str part, struct bw_str whole)
{
    return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str text = { (const char *)data, size };
    struct bw_tb_lex lex = bw_tb_lex_start(text);
    struct bw_tb_line line;
    int32_t last = 0;
    while (bw_tb_lex_next(&lex, &line)) {
        BW_ASSERT(line.no > last && line.text.n > 0);
        BW_ASSERT(within(line.text, bw_str_n(line.begin, (size_t)(line.end - line.begin))));
        BW_ASSERT(line.end == lex.at && memchr(line.text.p, '\n', line.text.n) == NULL);
        last = line.no;
        struct bw_typeb_element e = { .letter = bw_tb_letter(line.text), .line = line.no, .text = line.text };
        size_t slashes = 0, n = 0;
        for (size_t at = 0; at < line.text.n; at++)
            slashes += line.text.p[at] == '/';
        for (struct bw_str field; (field = bw_typeb_field(&e, n)).p && n < 64; n++)
            BW_ASSERT(within(field, line.text) && bw_str_find(field, '/') == field.n);
        BW_ASSERT(n == 64 || n == (e.letter ? slashes : 0));
        (void)bw_tb_smi(line.text);
    }
    BW_ASSERT(lex.at == lex.end);
    return 0;
}
