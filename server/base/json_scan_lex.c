/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_lex.c - strings, numbers and words of the strict scan.
 * Layer: base.  Threads: any.  Source: RFC 8259 3, 6 and 7; RFC 3629; reliability.md P9 (what PostgreSQL refuses). */
#include "json_scan_int.h"

static unsigned char byte_at(const struct bw_scan *s, size_t at)
{
    return (unsigned char)s->text.p[at];
}

/* Length of the well-formed sequence at `at`, 0 when there is none. */
static size_t utf8_at(const struct bw_scan *s, size_t at)
{
    unsigned char lead = byte_at(s, at);
    size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (n > s->text.n - at || !bw_utf8_valid(bw_str_n(s->text.p + at, n), BW_UTF8_NUL_OK))
        return 0;
    return n;
}

bool bw_scan_unexpected(struct bw_scan *s)
{
    if (byte_at(s, s->at) == 0)
        return bw_scan_break(s, BW_E_NOT_UTF8, s->at, "a NUL byte");
    if (utf8_at(s, s->at) == 0)
        return bw_scan_break(s, BW_E_NOT_UTF8, s->at, "not UTF-8");
    if (bw_str_starts(bw_str_n(s->text.p + s->at, s->text.n - s->at), BW_STR("\xEF\xBB\xBF")))
        return bw_scan_break(s, BW_E_BAD_JSON, s->at, "a byte order mark");
    return bw_scan_break(s, BW_E_BAD_JSON, s->at, "an unexpected byte");
}

/* State of one string: each kind of fault is told once. */
struct string_scan {
    size_t bytes; /* after unescaping */
    bool long_told, utf8_told, nul_told;
};

static bool tell_once(struct bw_scan *s, bool *told, bw_code code, size_t at, const char *what)
{
    if (*told)
        return true;
    *told = true;
    return bw_scan_tell(s, code, at, what);
}

static bool hex4(const struct bw_scan *s, size_t at, unsigned *ret)
{
    if (s->text.n - at < 4)
        return false;
    unsigned v = 0;
    for (size_t k = 0; k < 4; k++) {
        char c = s->text.p[at + k];
        unsigned digit;
        if (bw_is_digit(c))
            digit = (unsigned)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (unsigned)((c | 0x20) - 'a' + 10);
        else
            return false;
        v = v * 16 + digit;
    }
    *ret = v;
    return true;
}

/* s->at stands on the first digit of \uXXXX. */
static bool unicode_escape(struct bw_scan *s, struct string_scan *str)
{
    unsigned unit;
    size_t from = s->at - 2;
    if (!hex4(s, s->at, &unit))
        return bw_scan_break(s, BW_E_BAD_JSON, from, "a broken escape");
    s->at += 4;
    if (unit == 0)
        return tell_once(s, &str->nul_told, BW_E_NOT_UTF8, from, "an escaped NUL");
    if (unit < 0xD800 || unit > 0xDFFF) {
        str->bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
        return true;
    }
    unsigned low;
    if (unit < 0xDC00 && s->text.n - s->at >= 6 && s->text.p[s->at] == '\\' && s->text.p[s->at + 1] == 'u' &&
        hex4(s, s->at + 2, &low) && low >= 0xDC00 && low <= 0xDFFF) {
        s->at += 6;
        str->bytes += 4;
        return true;
    }
    str->bytes += 3;
    return tell_once(s, &str->utf8_told, BW_E_NOT_UTF8, from, "half a surrogate pair");
}

static bool escape(struct bw_scan *s, struct string_scan *str)
{
    if (s->text.n - s->at < 2)
        return bw_scan_break(s, BW_E_BAD_JSON, s->at, "the text ends too early");
    char c = s->text.p[s->at + 1];
    if (c == 'u') {
        s->at += 2;
        return unicode_escape(s, str);
    }
    if (bw_str_find(BW_STR("\"\\/bfnrt"), c) == 8)
        return bw_scan_break(s, BW_E_BAD_JSON, s->at, "an unknown escape");
    s->at += 2;
    str->bytes++;
    return true;
}

/* One character of a string that is neither quote nor escape. */
static bool character(struct bw_scan *s, struct string_scan *str)
{
    unsigned char c = byte_at(s, s->at);
    if (c == 0)
        return bw_scan_break(s, BW_E_NOT_UTF8, s->at, "a NUL byte");
    if (c < 0x20)
        return bw_scan_break(s, BW_E_BAD_JSON, s->at, "a raw control character in a string");
    size_t n = c < 0x80 ? 1 : utf8_at(s, s->at);
    if (n == 0 && !tell_once(s, &str->utf8_told, BW_E_NOT_UTF8, s->at, "not UTF-8"))
        return false;
    n = n ? n : 1;
    s->at += n;
    str->bytes += n;
    return true;
}

bool bw_scan_string(struct bw_scan *s, struct bw_str *ret_raw, bool *ret_clean)
{
    struct string_scan str = { 0, false, false, false };
    size_t from = s->at++;
    for (;;) {
        if (s->at == s->text.n)
            return bw_scan_break(s, BW_E_BAD_JSON, from, "a string without an end");
        char c = s->text.p[s->at];
        if (c == '"')
            break;
        if (!(c == '\\' ? escape(s, &str) : character(s, &str)))
            return false;
        if (str.bytes > s->limits->string && !tell_once(s, &str.long_told, BW_E_TOO_DEEP, from, "an overlong string"))
            return false;
    }
    *ret_raw = bw_str_n(s->text.p + from + 1, s->at - from - 1);
    *ret_clean = !str.long_told && !str.utf8_told && !str.nul_told;
    s->at++;
    return true;
}

static struct bw_str digits(struct bw_scan *s)
{
    size_t from = s->at;
    while (s->at < s->text.n && bw_is_digit(s->text.p[s->at]))
        s->at++;
    return bw_str_n(s->text.p + from, s->at - from);
}

static bool take(struct bw_scan *s, char c)
{
    if (s->at == s->text.n || s->text.p[s->at] != c)
        return false;
    s->at++;
    return true;
}

/* What stands in a number, each part without its sign or mark. */
struct number {
    bool negative, real, exp_negative;
    struct bw_str whole, fraction, exp;
};

static size_t leading_zeros(struct bw_str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] == '0')
        n++;
    return n;
}

static bool fits_int64(const struct number *num)
{
    uint64_t max = (uint64_t)INT64_MAX + (num->negative ? 1 : 0);
    uint64_t v;
    return bw_str_to_u64(num->whole, 0, max, &v);
}

/* True when the decimal exponent of the first significant digit lies within [-307, 307], or the number is nought:
 * then a double holds it without becoming infinite, nought or subnormal, whatever its digits. */
static bool fits_double(const struct number *num)
{
    const int64_t span = 307, far = 1000000000;
    int64_t lead;
    if (leading_zeros(num->whole) < num->whole.n) {
        lead = (int64_t)num->whole.n - 1;
    } else {
        size_t zeros = leading_zeros(num->fraction);
        if (zeros == num->fraction.n)
            return true;
        lead = -(int64_t)zeros - 1;
    }
    uint64_t exp = 0;
    struct bw_str significant = bw_str_drop(num->exp, leading_zeros(num->exp));
    if (significant.n > 0 && !bw_str_to_u64(significant, 0, (uint64_t)far, &exp))
        return false;
    lead += num->exp_negative ? -(int64_t)exp : (int64_t)exp;
    return lead >= -span && lead <= span;
}

bool bw_scan_number(struct bw_scan *s)
{
    struct number num = { .negative = false };
    size_t from = s->at;
    num.negative = take(s, '-');
    num.whole = digits(s);
    if (num.whole.n == 0 || (num.whole.n > 1 && num.whole.p[0] == '0'))
        return bw_scan_break(s, BW_E_BAD_JSON, from, "not a number");
    if (take(s, '.')) {
        num.real = true;
        num.fraction = digits(s);
        if (num.fraction.n == 0)
            return bw_scan_break(s, BW_E_BAD_JSON, from, "not a number");
    }
    if (take(s, 'e') || take(s, 'E')) {
        num.real = true;
        num.exp_negative = take(s, '-');
        if (!num.exp_negative)
            (void)take(s, '+');
        num.exp = digits(s);
        if (num.exp.n == 0)
            return bw_scan_break(s, BW_E_BAD_JSON, from, "not a number");
    }
    if (num.real ? fits_double(&num) : fits_int64(&num))
        return true;
    return bw_scan_tell(s, BW_E_BAD_JSON, from, "a number out of range");
}

bool bw_scan_literal(struct bw_scan *s)
{
    static const struct bw_str words[] = { { "true", 4 }, { "false", 5 }, { "null", 4 } };
    struct bw_str rest = bw_str_drop(s->text, s->at);
    for (size_t k = 0; k < BW_LEN(words); k++) {
        if (bw_str_starts(rest, words[k])) {
            s->at += words[k].n;
            return true;
        }
    }
    return bw_scan_unexpected(s);
}
