/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/domain/bagcode.h"

#include <stdio.h>

static const struct bw_bagcode_row colours[] = {
#define BW_COLOUR(code, name) { code, name },
#include "bw/domain/bagcodes.def"
};
static const struct bw_bagcode_row types[] = {
#define BW_TYPE(code, name) { code, name },
#include "bw/domain/bagcodes.def"
};
static const struct bw_bagcode_row descriptors[] = {
#define BW_DESCRIPTOR(letter, name) { letter, name },
#include "bw/domain/bagcodes.def"
};

size_t bw_bagcode_colours(const struct bw_bagcode_row **ret)
{
    *ret = colours;
    return BW_LEN(colours);
}

size_t bw_bagcode_types(const struct bw_bagcode_row **ret)
{
    *ret = types;
    return BW_LEN(types);
}

size_t bw_bagcode_descriptors(const struct bw_bagcode_row **ret)
{
    *ret = descriptors;
    return BW_LEN(descriptors);
}

static const char *name_of(const struct bw_bagcode_row *rows, size_t n, struct bw_str code)
{
    for (size_t k = 0; k < n; k++)
        if (bw_str_eq_c(code, rows[k].code))
            return rows[k].name;
    return NULL;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static const char *fault_of(struct bw_bagcode *code)
{
    if (memcmp(code->text, "TD", 2) == 0)
        memcpy(code->text, "BN", 2);
    code->colour = name_of(colours, BW_LEN(colours), bw_str_n(code->text, 2));
    code->type = name_of(types, BW_LEN(types), bw_str_n(code->text + 2, 2));
    if (!code->colour)
        return "must begin with a colour of the chart, such as BK";
    if (!code->type)
        return "must name a type of the chart behind the colour, such as 22";
    for (size_t k = 0; k < 3; k++) {
        code->words[k] = name_of(descriptors, BW_LEN(descriptors), bw_str_n(code->text + 4 + k, 1));
        if (!code->words[k] && code->text[4 + k] != 'X')
            return "must end in up to three letters of the chart: D L M R T B C H K S W, or X";
    }
    if (memcmp(code->text + 2, "22", 2) == 0 && strpbrk(code->text + 4, "DR"))
        code->type = "upright"; /* soft where nothing else is said of it: 22D is mixed, 22R rigid */
    return NULL;
}

bool bw_bagcode_parse(struct bw_str s, struct bw_bagcode *ret, const char **ret_why)
{
    struct bw_bagcode code = { 0 };
    memset(code.text, 'X', sizeof code.text - 1);
    *ret_why = "must be a colour, a type and up to three descriptors, such as BU22MBC";
    if (s.n < 4 || s.n > 7)
        return false;
    for (size_t k = 0; k < s.n; k++)
        code.text[k] = upper(s.p[k]);
    const char *fault = fault_of(&code);
    *ret_why = fault;
    if (!fault)
        *ret = code;
    return !fault;
}

size_t bw_bagcode_words(const struct bw_bagcode *code, char *to, size_t size)
{
    int n = snprintf(to, size, "%s %s", code->colour, code->type);
    const char *gap = ": ";
    for (size_t k = 0; k < 3; k++) {
        if (!code->words[k])
            continue;
        BW_ASSERT(n > 0 && (size_t)n < size);
        n += snprintf(to + n, size - (size_t)n, "%s%s", gap, code->words[k]);
        gap = ", ";
    }
    BW_ASSERT(n > 0 && (size_t)n < size);
    return (size_t)n;
}
