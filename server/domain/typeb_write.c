/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/domain/typeb_write.h"

#include "typeb_int.h"

enum { ADDRESS = 7, PLATE = 10, REFERENCE = 10, LINE = 69, ADDRESSES_A_LINE = 7 };

static bool is_address(struct bw_str s)
{
    for (size_t k = 0; k < s.n; k++)
        if (!bw_is_upper(s.p[k]) && !bw_is_digit(s.p[k]))
            return false;
    return s.n == ADDRESS;
}

static bw_code wrong(struct bw_error *err, const char *field, const char *why)
{
    return bw_fail(err, BW_E_INVALID_BODY, field, "%s", why);
}

static bw_code check_head(const struct bw_typeb_head *h, struct bw_error *err)
{
    static const char *const known[] = { "QU", "QK", "QD", "QN" };
    bool priority = false;
    for (size_t k = 0; k < BW_LEN(known); k++)
        priority = priority || bw_str_eq_c(h->priority, known[k]);
    if (!priority)
        return wrong(err, "priority", "is none of QU, QK, QD, QN");
    if (h->n_to == 0 || h->n_to > BW_TYPEB_TO)
        return wrong(err, "to", "one to 32 addresses");
    for (size_t k = 0; k < h->n_to; k++)
        if (!is_address(h->to[k]))
            return wrong(err, "to", "an address has seven capitals and digits");
    if (!is_address(h->origin))
        return wrong(err, "origin", "an address has seven capitals and digits");
    return h->at == BW_TIME_NONE ? wrong(err, "at", "is needed") : BW_OK;
}

static void put_head(const struct bw_typeb_head *h, struct bw_buf *to)
{
    int year;
    unsigned month, day;
    bw_date_to_civil(bw_date_of(h->at), &year, &month, &day);
    bw_time of_day = h->at - bw_date_start(bw_date_of(h->at));
    bw_buf_str(to, h->priority);
    for (size_t k = 0; k < h->n_to; k++) {
        bw_buf_ch(to, k > 0 && k % ADDRESSES_A_LINE == 0 ? '\n' : ' ');
        bw_buf_str(to, h->to[k]);
    }
    bw_buf_printf(to, "\n.%.*s %02u%02d%02d\n", BW_FMT(h->origin), day, (int)(of_day / BW_HOUR),
                  (int)(of_day % BW_HOUR / BW_MINUTE));
}

/* What was written, or nothing where it is too long. */
static bw_code finish(struct bw_buf *to, struct bw_buf *letter, struct bw_error *err)
{
    bw_code rc = BW_OK;
    if (bw_buf_ok(letter))
        bw_buf_str(to, bw_buf_view(letter));
    else
        rc = bw_fail(err, BW_E_TOO_LARGE, NULL, "a telegram has at most %d characters", BW_TYPEB_LETTER);
    bw_buf_done(letter);
    return rc;
}

/* --- BRQ --- */

static bool is_capital_or_digit(char c)
{
    return bw_is_upper(c) || bw_is_digit(c);
}

static bw_code check_request(const struct bw_typeb_request *r, struct bw_error *err)
{
    char flight[BW_FLIGHT];
    if (!bw_is_station(r->station))
        return wrong(err, "station", "must be a station of three letters");
    if (r->reference.n > REFERENCE || (r->reference.n && !bw_str_all(r->reference, is_capital_or_digit)))
        return wrong(err, "reference", "has at most ten capitals and digits");
    if (r->flight.n && !bw_flight_parse(r->flight, flight))
        return wrong(err, "flight", "must be a flight such as IB3167");
    if (r->flight.n && r->flight_date == BW_DATE_NONE)
        return wrong(err, "flight_date", "is needed beside a flight");
    if (r->destination.n && !bw_is_station(r->destination))
        return wrong(err, "destination", "must be a station of three letters");
    if (r->n_plates == 0)
        return wrong(err, "plates", "at least one");
    for (size_t k = 0; k < r->n_plates; k++)
        if (r->plates[k].n != PLATE || !bw_str_all(r->plates[k], bw_is_digit))
            return wrong(err, "plates", "a plate has ten digits");
    return BW_OK;
}

static void put_flight(const struct bw_typeb_request *r, struct bw_buf *to)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    char flight[BW_FLIGHT] = "";
    int year;
    unsigned month, day;
    BW_ASSERT(bw_flight_parse(r->flight, flight));
    bw_date_to_civil(r->flight_date, &year, &month, &day);
    bw_buf_printf(to, ".F/%s/%02u%.3s", flight, day, months + (size_t)(month - 1) * 3);
    if (r->destination.n)
        bw_buf_printf(to, "/%.*s", BW_FMT(r->destination));
    bw_buf_ch(to, '\n');
}

bw_code bw_typeb_write_request(const struct bw_typeb_head *head, const struct bw_typeb_request *request,
                               struct bw_buf *to, struct bw_error *err)
{
    struct bw_buf letter;
    bw_code rc = check_head(head, err);
    rc = rc == BW_OK ? check_request(request, err) : rc;
    if (rc != BW_OK)
        return rc;
    bw_buf_init(&letter, BW_TYPEB_LETTER);
    put_head(head, &letter);
    bw_buf_printf(&letter, "BRQ\n.V/1L%.*s", BW_FMT(request->station));
    if (request->reference.n)
        bw_buf_printf(&letter, "//%.*s", BW_FMT(request->reference));
    bw_buf_ch(&letter, '\n');
    if (request->flight.n)
        put_flight(request, &letter);
    for (size_t k = 0; k < request->n_plates; k++)
        bw_buf_printf(&letter, ".N/%.*s\n", BW_FMT(request->plates[k]));
    bw_buf_c(&letter, "ENDBRQ\n");
    return finish(to, &letter, err);
}

/* --- free text --- */

/* One character of Type B for the next of s, which is not empty; a whole UTF-8 sequence is one question mark. */
static char next_char(struct bw_str *s)
{
    unsigned char c = (unsigned char)s->p[0];
    *s = bw_str_drop(*s, 1);
    if (c >= 0x80)
        while (s->n > 0 && ((unsigned char)s->p[0] & 0xc0) == 0x80)
            *s = bw_str_drop(*s, 1);
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    if (c == '\t')
        return ' ';
    if (c < 0x80 && (bw_is_alnum((char)c) || (c && strchr(" -.,/()?:=+'", c))))
        return (char)c;
    return '?';
}

/* Whether a reader would take the line for an identifier, an element, an end, or part of an envelope. */
static bool misleading(struct bw_str line)
{
    return line.p[0] == '.' || bw_tb_smi(line) != BW_SMI_NONE || bw_tb_is_priority_line(line) ||
           bw_str_starts(line, BW_STR("END"));
}

static void put_line(struct bw_str line, struct bw_buf *to)
{
    while (line.n > 0 && line.p[line.n - 1] == ' ')
        line.n--;
    if (line.n > 0 && misleading(line))
        bw_buf_c(to, "- ");
    bw_buf_str(to, line);
    bw_buf_ch(to, '\n');
}

/* Where the line that begins at text ends: behind the last word that fits, else where it is full. */
static size_t fits(struct bw_str text)
{
    size_t room = LINE - 2, at = room; /* two for "- " */
    if (text.n <= room)
        return text.n;
    while (at > 0 && text.p[at] != ' ')
        at--;
    return at > 0 ? at : room;
}

static void put_wrapped(struct bw_str line, struct bw_buf *to)
{
    do {
        while (line.n > 0 && line.p[0] == ' ')
            line = bw_str_drop(line, 1);
        size_t n = fits(line);
        put_line(bw_str_take(line, n), to);
        line = bw_str_drop(line, n);
    } while (line.n > 0);
}

bw_code bw_typeb_write_text(const struct bw_typeb_head *head, struct bw_str text, struct bw_buf *to,
                            struct bw_error *err)
{
    struct bw_buf letter, line;
    bw_code rc = check_head(head, err);
    if (rc != BW_OK)
        return rc;
    if (bw_str_trim(text).n == 0)
        return wrong(err, "text", "is empty");
    bw_buf_init(&letter, BW_TYPEB_LETTER);
    bw_buf_init(&line, BW_TYPEB_LETTER + 1);
    put_head(head, &letter);
    for (struct bw_str rest = bw_str_trim(text); rest.p && bw_buf_ok(&letter) && bw_buf_ok(&line);) {
        struct bw_str one = bw_str_split(&rest, '\n');
        if (one.n > 0 && one.p[one.n - 1] == '\r')
            one.n--;
        bw_buf_clear(&line);
        while (one.n > 0)
            bw_buf_ch(&line, next_char(&one));
        if (bw_buf_ok(&line))
            put_wrapped(bw_buf_view(&line), &letter);
    }
    bool short_enough = bw_buf_ok(&line);
    bw_buf_done(&line);
    if (short_enough)
        return finish(to, &letter, err);
    bw_buf_done(&letter);
    return bw_fail(err, BW_E_TOO_LARGE, NULL, "a telegram has at most %d characters", BW_TYPEB_LETTER);
}

bool bw_typeb_letter_read(struct bw_str text, struct bw_arena *arena, struct bw_typeb_letter *ret)
{
    struct bw_tb_lex lex = bw_tb_lex_start(text);
    struct bw_tb_preamble before = { 0 };
    struct bw_tb_line line;
    *ret = (struct bw_typeb_letter){ .text = bw_str_n(lex.end, 0) };
    while (bw_tb_lex_next(&lex, &line))
        if (!bw_tb_preamble_take(&before, line.text, arena)) {
            ret->text = bw_str_n(line.begin, (size_t)(lex.end - line.begin));
            break;
        }
    ret->envelope = before.current;
    return !before.out_of_memory;
}
