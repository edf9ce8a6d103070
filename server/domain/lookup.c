/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/domain/lookup.h"

enum { DIGITS_LEAST = 7, DIGITS_MOST = 17, SERIAL_DIGITS = 6 };

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* --- plain forms --- */

/* Digits of a text that holds nothing else but what people put between them; 0 where it does, or has too many. */
static size_t digits_of(struct bw_str s, char to[20])
{
    size_t n = 0;
    for (size_t k = 0; k < s.n; k++) {
        if (bw_is_digit(s.p[k])) {
            if (n == DIGITS_MOST)
                return 0;
            to[n++] = s.p[k];
        } else if (!memchr(" +()-./\t", s.p[k], 8)) {
            return 0;
        }
    }
    to[n] = '\0';
    return n;
}

/* Without "(0)", which nobody dials from abroad. */
static size_t cut_trunk(struct bw_str s, char to[64])
{
    size_t n = 0;
    for (size_t k = 0; k < s.n && n < 63; k++) {
        if (k + 2 < s.n && memcmp(s.p + k, "(0)", 3) == 0)
            k += 2;
        else
            to[n++] = s.p[k];
    }
    return n;
}

struct bw_str bw_phone_digits(struct bw_str s, char to[20])
{
    char cut[64];
    s = bw_str_trim(s);
    bool abroad = s.n > 1 && (s.p[0] == '+' || (s.p[0] == '0' && s.p[1] == '0'));
    size_t n = s.n < sizeof cut ? digits_of(abroad ? bw_str_n(cut, cut_trunk(s, cut)) : s, to) : 0;
    if (abroad && s.p[0] != '+' && n > 2) {
        n -= 2;
        memmove(to, to + 2, n + 1);
    }
    return n >= DIGITS_LEAST ? bw_str_n(to, n) : BW_STR("");
}

struct bw_str bw_pnr_plain(struct bw_str s, char to[9])
{
    s = bw_str_trim(s);
    if (s.n < 5 || s.n > 8 || !bw_str_all(s, bw_is_alnum))
        return BW_STR("");
    for (size_t k = 0; k < s.n; k++)
        to[k] = upper(s.p[k]);
    to[s.n] = '\0';
    return bw_str_n(to, s.n);
}

struct bw_str bw_mail_plain(struct bw_str s, char to[255])
{
    s = bw_str_trim(s);
    size_t at = bw_str_find(s, '@');
    if (s.n > 254 || at == 0 || at + 1 >= s.n || bw_str_find(s, ' ') < s.n)
        return BW_STR("");
    for (size_t k = 0; k < s.n; k++)
        to[k] = lower(s.p[k]);
    to[s.n] = '\0';
    return bw_str_n(to, s.n);
}

/* --- readings --- */

static void add_ident(struct bw_lookup *l, struct bw_str s, bw_date date)
{
    const char *why;
    if (l->n_idents < BW_LEN(l->ident) && bw_ident_parse(s, date, &l->ident[l->n_idents], &why)) {
        l->n_idents++;
        l->readings |= BW_READ_IDENT;
    }
}

/* Nine digits are a plate read from the issuer on: its first digit is hardly ever anything but 0. */
static void read_digits(struct bw_lookup *l, struct bw_str s, bw_date date)
{
    char plain[20], phone[20];
    size_t n = digits_of(s, plain);
    if (n == 9) {
        char plate[11] = "0";
        memcpy(plate + 1, plain, 10);
        add_ident(l, bw_str_c(plate), date);
    }
    if (n == SERIAL_DIGITS) {
        memcpy(l->serial, plain, sizeof l->serial);
        l->readings |= BW_READ_SERIAL;
    }
    if (n >= 4 && n < DIGITS_LEAST) {
        memcpy(l->digits, plain, n + 1);
        l->readings |= BW_READ_LAST4;
    }
    struct bw_str whole = bw_phone_digits(s, phone);
    if (whole.n) {
        memcpy(l->digits, whole.p, whole.n);
        l->digits[whole.n] = '\0';
        l->readings |= BW_READ_PHONE;
    }
}

/* "IB3167", "IB 3167 20NOV", "IB3167/20": the flight is the shortest beginning that leaves nothing or a day. */
static void read_flight(struct bw_lookup *l, struct bw_str s, bw_date date, bw_date today)
{
    for (size_t n = 3; n <= s.n; n++) {
        bool ends = n == s.n || s.p[n] == ' ' || s.p[n] == '/' || s.p[n] == ',';
        char flight[BW_FLIGHT];
        if (!ends || !bw_flight_parse(bw_str_take(s, n), flight))
            continue;
        struct bw_str rest = n == s.n ? BW_STR("") : bw_str_trim(bw_str_drop(s, n + 1));
        bw_date day = date;
        if (rest.n && !bw_day_read(rest, today, &day))
            continue;
        bw_str_put(bw_str_c(flight), l->flight, sizeof l->flight);
        l->first = day == BW_DATE_NONE ? today - BW_FLIGHT_DAYS + 2 : day;
        l->last = day == BW_DATE_NONE ? today + 1 : day;
        l->readings |= BW_READ_FLIGHT;
        return;
    }
}

/* A plate with the day behind it: "0125728359 20NOV", "BA728359/20.11.". */
static void read_dated(struct bw_lookup *l, struct bw_str s, bw_date today)
{
    for (size_t n = s.n; n-- > 8;) {
        bw_date day;
        if ((s.p[n] == ' ' || s.p[n] == '/') && bw_day_read(bw_str_trim(bw_str_drop(s, n + 1)), today, &day))
            add_ident(l, bw_str_take(s, n), day);
    }
}

bool bw_lookup_read(struct bw_str typed, bw_date date, bw_date today, struct bw_lookup *ret, const char **ret_why)
{
    struct bw_str s = bw_str_trim(typed);
    *ret = (struct bw_lookup){ .first = BW_DATE_NONE, .last = BW_DATE_NONE };
    if (s.n > BW_LOOKUP_MOST || !bw_utf8_valid(s, 0)) {
        *ret_why =
            s.n > BW_LOOKUP_MOST ? "That is too long to look for; a name or a number is enough" : "That is no text";
        return false;
    }
    if (bw_mail_plain(s, ret->mail).n) {
        ret->readings = BW_READ_MAIL;
        return true;
    }
    add_ident(ret, s, date);
    if (ret->n_idents == 0)
        read_dated(ret, s, today);
    read_digits(ret, s, date);
    if (bw_pnr_plain(s, ret->pnr).n)
        ret->readings |= BW_READ_PNR;
    read_flight(ret, s, date, today);
    bool words = bw_words_read(s, &ret->words);
    bool one_letter = words && ret->words.n == 1 && bw_utf8_len(ret->words.v[0]) < 2;
    bool named = ret->readings & (BW_READ_IDENT | BW_READ_PHONE);
    bool number = ret->readings & (BW_READ_SERIAL | BW_READ_LAST4);
    if (words && !one_letter && !named && !number)
        ret->readings |= BW_READ_WORDS;
    if (ret->readings == 0)
        *ret_why = !words && ret->words.n ? "Those are too many words to look for; six are enough"
                                          : "Type at least two letters, or four digits of a phone";
    return ret->readings != 0;
}
