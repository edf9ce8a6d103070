/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c - bytes as text and back: hex, base64url, base62, CRC32, percent and form encoding.
 * Decoders are strict so that one value has one text: two spellings of one key or cursor would be two keys.
 * Layer: base.  Threads: any.  Source: RFC 4648 5, RFC 3986 2.1, WHATWG URL 5.1. */
#include "bw/base/codec.h"

static int hex_digit(char c)
{
    if (bw_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

void bw_hex(const void *p, size_t n, char *to)
{
    const uint8_t *bytes = p;
    for (size_t at = 0; at < n; at++) {
        to[2 * at] = "0123456789abcdef"[bytes[at] >> 4];
        to[2 * at + 1] = "0123456789abcdef"[bytes[at] & 15];
    }
    to[2 * n] = '\0';
}

bool bw_unhex(struct bw_str s, void *to, size_t n)
{
    uint8_t *bytes = to;
    if (s.n % 2 != 0 || s.n / 2 != n)
        return false;
    for (size_t at = 0; at < n; at++) {
        int high = hex_digit(s.p[2 * at]), low = hex_digit(s.p[2 * at + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[at] = (uint8_t)(high * 16 + low);
    }
    return true;
}

void bw_base64url(const void *p, size_t n, struct bw_buf *to)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const uint8_t *bytes = p;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t at = 0; at < n; at++) {
        bits = (bits << 8 | bytes[at]) & 0xFFFF;
        for (have += 8; have >= 6; have -= 6)
            bw_buf_ch(to, alphabet[bits >> (have - 6) & 63]);
    }
    if (have)
        bw_buf_ch(to, alphabet[bits << (6 - have) & 63]);
}

static int base64url_digit(char c)
{
    if (bw_is_upper(c))
        return c - 'A';
    if (bw_is_digit(c))
        return c - '0' + 52;
    if (bw_is_alnum(c))
        return c - 'a' + 26;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool bw_unbase64url(struct bw_str s, void *to, size_t size, size_t *ret_n)
{
    uint8_t *bytes = to;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t n = 0;
    if (s.n % 4 == 1)
        return false;
    for (size_t at = 0; at < s.n; at++) {
        int digit = base64url_digit(s.p[at]);
        if (digit < 0)
            return false;
        bits = (bits << 6 | (uint32_t)digit) & 0xFFFF;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        if (n == size)
            return false;
        bytes[n++] = (uint8_t)(bits >> have);
    }
    /* Left-over bits must be zero (RFC 4648 3.5), or several texts would mean the same bytes. */
    if (bits & ((1U << have) - 1))
        return false;
    *ret_n = n;
    return true;
}

/* Bitwise, four bits a step: the inputs are keys and short names, so a table of 16 is fast enough. */
uint32_t bw_crc32(struct bw_str s)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    uint32_t crc = UINT32_MAX;
    for (size_t at = 0; at < s.n; at++) {
        crc ^= (uint8_t)s.p[at];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

void bw_base32(const uint8_t *p, size_t n, struct bw_buf *to)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    BW_ASSERT(n % 5 == 0);
    for (size_t k = 0; k < n; k += 5) {
        uint64_t forty = 0;
        for (size_t i = 0; i < 5; i++)
            forty = forty << 8 | p[k + i];
        for (int shift = 35; shift >= 0; shift -= 5)
            bw_buf_ch(to, alphabet[forty >> shift & 31]);
    }
}

void bw_base62(uint64_t v, size_t width, char *to)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    to[width] = '\0';
    for (size_t at = width; at > 0; at--) {
        to[at - 1] = alphabet[v % 62];
        v /= 62;
    }
    BW_ASSERT(v == 0);
}

bool bw_percent_decode(struct bw_arena *a, struct bw_str s, int plus, struct bw_str *ret)
{
    char *to = bw_arena_alloc(a, s.n + 1);
    size_t n = 0;
    if (!to)
        return false;
    for (size_t at = 0; at < s.n; at++) {
        char c = s.p[at];
        if (c == '+' && plus)
            c = ' ';
        if (c == '%') {
            int high = s.n - at > 2 ? hex_digit(s.p[at + 1]) : -1;
            int low = s.n - at > 2 ? hex_digit(s.p[at + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(uint8_t)(high * 16 + low);
            at += 2;
        }
        if (c == '\0')
            return false;
        to[n++] = c;
    }
    *ret = bw_str_n(to, n);
    return true;
}

void bw_percent_encode(struct bw_buf *to, struct bw_str s)
{
    for (size_t at = 0; at < s.n; at++) {
        char c = s.p[at];
        if (bw_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            bw_buf_ch(to, c);
        else
            bw_buf_printf(to, "%%%02X", (unsigned)(unsigned char)c);
    }
}

bool bw_form_parse(struct bw_arena *a, struct bw_str s, struct bw_pair *to, size_t max, size_t *ret_n)
{
    size_t n = 0;
    while (s.p) {
        struct bw_str value = bw_str_split(&s, '&');
        if (bw_str_empty(value))
            continue;
        if (n == max)
            return false;
        struct bw_str name = bw_str_split(&value, '=');
        if (!bw_percent_decode(a, name, 1, &to[n].name) || !bw_percent_decode(a, value, 1, &to[n].value))
            return false;
        n++;
    }
    *ret_n = n;
    return true;
}
