/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_field.c - single elements read into values: version, flights, tag details, irregularity, loading, screening,
 * scan. What cannot be read is a fault of its line and nothing is guessed: a plate with a digit too many has eleven
 * readings. Layer: domain.  Threads: any; pure.  Source: domain.md 2.3, 2.4. */
#include "typeb_int.h"

enum { PLATE = 10, COUNT = 3, SERIALS = 1000000 };

/* Field in capitals, for codes that occur in either case. */
static struct bw_str upper(struct bw_str s, char *to, size_t size)
{
    size_t n = s.n < size ? s.n : size;
    for (size_t at = 0; at < n; at++) {
        char c = s.p[at];
        to[at] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return bw_str_n(to, n);
}

/* "PART7" to 7; false for a text that begins so and goes on otherwise. */
static bool part_number(struct bw_str s, uint8_t *ret)
{
    uint64_t n;
    *ret = 0;
    if (!bw_str_starts(s, BW_STR("PART")))
        return true;
    if (!bw_str_to_u64(bw_str_drop(s, 4), 1, 99, &n))
        return false;
    *ret = (uint8_t)n;
    return true;
}

bool bw_tb_version(struct bw_tb_work *w, const struct bw_typeb_element *e)
{
    struct bw_typeb_message *m = w->m;
    char text[5];
    struct bw_str sent = bw_typeb_field(e, 0), v = upper(sent, text, sizeof text);
    if (sent.n != sizeof text || !bw_is_digit(v.p[0]) || !bw_is_station(bw_str_drop(v, 2))) {
        bw_tb_fault(w, e->line, e->letter,
                    "the version is not a digit, a source letter and three letters of a station");
        return false;
    }
    if (memchr("LTXR", v.p[1], 4))
        m->source_mark = v.p[1];
    else
        bw_tb_fault(w, e->line, e->letter, "the source letter is none of L, T, X, R");
    bw_str_put(bw_str_drop(v, 2), m->station, sizeof m->station);
    if (!part_number(bw_typeb_field(e, 1), &m->part)) {
        bw_tb_fault(w, e->line, e->letter, "the part number is not 1 to 99");
        m->status = BW_TYPEB_UNUSABLE;
    }
    return true;
}

const struct bw_tb_flight *bw_tb_flight(struct bw_tb_work *w, const struct bw_typeb_element *e)
{
    struct bw_tb_flight *f = BW_NEW(w->arena, struct bw_tb_flight);
    if (!f) {
        w->out_of_memory = true;
        return NULL;
    }
    char airport[3];
    struct bw_str number = bw_typeb_field(e, 0), sent = bw_typeb_field(e, 2), at = upper(sent, airport, sizeof airport);
    *f = (struct bw_tb_flight){ .date = bw_tb_date(bw_typeb_field(e, 1), w->today), .line = e->line };
    f->ok = number.n >= 3 && number.n <= 8 && bw_flight_parse(number, f->flight);
    if (!f->ok)
        bw_tb_fault(w, e->line, e->letter, "the flight is not an airline and a number");
    if (f->date == BW_DATE_NONE) {
        f->ok = false;
        bw_tb_fault(w, e->line, e->letter, "the date is no day and month, or there is no such day near the receipt");
    }
    if (sent.n == sizeof airport && bw_is_station(at))
        bw_str_put(at, f->airport, sizeof f->airport);
    else if (sent.n > 0)
        bw_tb_fault(w, e->line, e->letter, "the airport is not three letters");
    if (e->letter == 'I' && f->airport[0] && strcmp(f->airport, w->m->station) == 0)
        bw_tb_note(w, e->line, e->letter, "the inbound flight comes from the station where it is said to arrive");
    return f;
}

bool bw_tb_tags(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_str tags, char ret_first[11],
                unsigned *ret_count)
{
    uint64_t serial, count;
    if (tags.n != PLATE + COUNT || !bw_str_all(tags, bw_is_digit)) {
        bw_tb_fault(w, e->line, e->letter, "the tag is not ten digits of a plate and three of a count");
        return false;
    }
    struct bw_str plate = bw_str_take(tags, PLATE);
    if (bw_str_eq(plate, BW_STR("0000000000"))) {
        bw_tb_fault(w, e->line, e->letter, "0000000000 stands for a tag that could not be read and names no bag");
        return false;
    }
    if (!bw_str_to_u64(bw_str_drop(plate, 4), 0, SERIALS - 1, &serial) ||
        !bw_str_to_u64(bw_str_drop(tags, PLATE), 1, 999, &count)) {
        bw_tb_fault(w, e->line, e->letter, "the count of the tag is 000");
        return false;
    }
    if (serial + count > SERIALS) {
        bw_tb_fault(w, e->line, e->letter, "the plates would run on into those of another issuer");
        return false;
    }
    bw_str_put(plate, ret_first, PLATE + 1);
    *ret_count = (unsigned)count;
    return true;
}

/* One of the words, in capitals, into to[4]. */
static bool one_of(struct bw_str field, const char *const words[], size_t n, char to[4])
{
    char text[4];
    struct bw_str word = upper(field, text, sizeof text);
    for (size_t at = 0; at < n; at++)
        if (bw_str_eq_c(word, words[at])) {
            bw_str_put(word, to, 4);
            return true;
        }
    return false;
}

static bool read_irregularity(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_tb_mark *mark)
{
    static const char *const known[] = { "OFF", "NAL", "UNS", "OND", "ONA" };
    mark->decides = one_of(bw_typeb_field(e, 0), known, BW_LEN(known), mark->word);
    if (!mark->decides)
        bw_tb_fault(w, e->line, e->letter, "the irregularity is none of OFF, NAL, UNS, OND, ONA");
    return mark->decides;
}

/* A stowage element decides when it says anything at all; ".U///" does not. */
static bool read_loading(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_tb_mark *mark)
{
    (void)w;
    for (size_t at = 2; at < e->text.n; at++)
        mark->decides |= e->text.p[at] != '/' && e->text.p[at] != ' ';
    return mark->decides;
}

/* Only a result tells that the bag was screened; an instruction (".X/XRAY") tells that it should be. */
static bool read_screening(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_tb_mark *mark)
{
    static const char *const known[] = { "CLR", "REJ", "UCL" };
    struct bw_str result = bw_typeb_field(e, 1);
    if (result.n == 0)
        return false;
    mark->decides = one_of(result, known, BW_LEN(known), mark->word);
    if (!mark->decides)
        bw_tb_fault(w, e->line, e->letter, "the screening result is none of CLR, REJ, UCL");
    return mark->decides;
}

/* Local readings need the zone of the .V station: an unknown one makes no time rather than a wrong one (TYB-05). */
static bool to_utc(struct bw_tb_work *w, const struct bw_typeb_element *e, bw_time local, struct bw_tb_mark *mark)
{
    const struct bw_station *station = bw_world_station(w->ctx->world, w->m->station);
    if (!station || !station->zone) {
        bw_tb_fault(w, e->line, e->letter, "the local time cannot be read: the zone of the station is not known");
        return false;
    }
    enum bw_local how;
    mark->at = bw_zone_to_utc(station->zone, local, &how);
    mark->offset_min = (int16_t)(bw_zone_offset(station->zone, mark->at, NULL) / 60);
    mark->flags = how == BW_LOCAL_FOLD ? BW_FL_DST_FOLD : how == BW_LOCAL_GAP ? BW_FL_DST_GAP : 0U;
    return true;
}

static bool read_time(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_tb_mark *mark)
{
    struct bw_str day = bw_typeb_field(e, 3), clock = bw_typeb_field(e, 4);
    if (clock.n == 0)
        return true; /* no time said, none invented */
    bw_date date = bw_tb_date(day, w->today);
    bw_time of_day;
    bool utc;
    if (date == BW_DATE_NONE || !bw_tb_clock(clock, &of_day, &utc)) {
        bw_tb_fault(w, e->line, e->letter,
                    "the time of the scan is not a day and month and HHMM or HHMMSS with L, Z or nothing");
        return false;
    }
    if (utc)
        mark->at = bw_date_start(date) + of_day;
    else if (!to_utc(w, e, bw_date_start(date) + of_day, mark))
        return false;
    mark->ahead = mark->at > w->ctx->received_at + 2 * BW_MINUTE;
    if (mark->ahead)
        bw_tb_fault(w, e->line, e->letter, "the time of the scan lies ahead of the receipt");
    return true;
}

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

static bool read_scan(struct bw_tb_work *w, const struct bw_typeb_element *e, struct bw_tb_mark *mark)
{
    static const char *const known[] = { "S", "R", "G", "H" };
    struct bw_str code = bw_typeb_field(e, 0), place = bw_str_trim(bw_typeb_field(e, 5));
    mark->decides = one_of(code, known, BW_LEN(known), mark->word);
    if (!mark->decides && code.n > 0)
        bw_tb_note(w, e->line, e->letter, "the kind of processing is none of S, R, G, H");
    if (bw_str_all(place, is_printable) && place.n < sizeof mark->place)
        bw_str_put(place, mark->place, sizeof mark->place);
    else if (place.n > 0)
        bw_tb_note(w, e->line, e->letter, "the reading location is longer than 40 characters or not plain text");
    return read_time(w, e, mark);
}

const struct bw_tb_mark *bw_tb_mark(struct bw_tb_work *w, const struct bw_typeb_element *e)
{
    struct bw_tb_mark *mark = BW_NEW(w->arena, struct bw_tb_mark);
    if (!mark) {
        w->out_of_memory = true;
        return NULL;
    }
    mark->line = e->line;
    mark->at = BW_TIME_NONE;
    bool usable = e->letter == 'B'   ? read_irregularity(w, e, mark)
                  : e->letter == 'U' ? read_loading(w, e, mark)
                  : e->letter == 'X' ? read_screening(w, e, mark)
                                     : read_scan(w, e, mark);
    return usable ? mark : NULL;
}
