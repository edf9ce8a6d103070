/* SPDX-License-Identifier: Apache-2.0 */
/* photo_jpeg.c - JPEG, marker by marker: tables, frame and scans are checked and copied, everything else is left out.
 * Layer: domain.  Threads: any.  Source: ITU-T T.81 Annex B. */
#include "photo_int.h"

#include <string.h>

enum {
    SOF0 = 0xC0,
    SOF1 = 0xC1,
    SOF2 = 0xC2,
    DHT = 0xC4,
    JPG = 0xC8,
    DAC = 0xCC,
    SOF15 = 0xCF,
    RST0 = 0xD0,
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DQT = 0xDB,
    DRI = 0xDD,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP14 = 0xEE,
    APP15 = 0xEF,
    COM = 0xFE,
};
#define MARKER 0xFF

struct jpeg {
    struct bw_photo_copy *c;
    bool framed;
    bool restarts; /* DRI gave an interval */
    unsigned components, scans;
    unsigned char ids[4];
    unsigned orientation; /* 0: not said yet */
    int transform;        /* of Adobe's segment; -1: none */
};

static bw_code bad(const struct jpeg *j, const char *why)
{
    return bw_photo_bad(j->c, why);
}

static void put_segment(struct jpeg *j, unsigned marker, struct bw_str body)
{
    const char head[] = { (char)MARKER, (char)marker, (char)((body.n + 2) >> 8), (char)(body.n + 2) };
    bw_photo_put(j->c, head, sizeof head);
    bw_photo_put(j->c, body.p, body.n);
}

static bw_code copy(struct jpeg *j, unsigned marker, struct bw_str body)
{
    put_segment(j, marker, body);
    return BW_OK;
}

/* --- segments --- */

/* Quantisation tables: precision 0 or 1, number 0 to 3, 64 elements. */
static bw_code quantisation(struct jpeg *j, struct bw_str body)
{
    struct bw_str rest = body;
    while (rest.n > 0) {
        unsigned head = (unsigned char)rest.p[0];
        size_t n = 1 + (head >> 4 ? 128 : 64);
        if (head >> 4 > 1 || (head & 15) > 3 || rest.n < n)
            return bad(j, "a quantisation table is broken");
        rest = bw_str_drop(rest, n);
    }
    return body.n ? copy(j, DQT, body) : bad(j, "a quantisation table is empty");
}

/* Huffman tables: class 0 or 1, number 0 to 3, sixteen counts and as many values, 256 at most. */
static bw_code huffman(struct jpeg *j, struct bw_str body)
{
    struct bw_str rest = body;
    while (rest.n > 0) {
        size_t values = 0;
        if (rest.n < 17 || (unsigned char)rest.p[0] >> 4 > 1 || (rest.p[0] & 15) > 3)
            return bad(j, "a Huffman table is broken");
        for (size_t k = 1; k <= 16; k++)
            values += (unsigned char)rest.p[k];
        if (values > 256 || rest.n < 17 + values)
            return bad(j, "a Huffman table is broken");
        rest = bw_str_drop(rest, 17 + values);
    }
    return body.n ? copy(j, DHT, body) : bad(j, "a Huffman table is empty");
}

static bw_code interval(struct jpeg *j, struct bw_str body)
{
    if (body.n != 2)
        return bad(j, "the restart interval is broken");
    j->restarts = bw_photo_u16(body.p) > 0;
    return copy(j, DRI, body);
}

/* What the picture needs and its metadata said, in blocks of our own; it stands before the frame, where all that came
 * before has been read. */
static void put_own(struct jpeg *j)
{
    char exif[6 + BW_EXIF_BYTES] = "Exif";
    char adobe[12] = { 'A', 'd', 'o', 'b', 'e', 0, 100 };
    if (j->orientation > 1) {
        bw_exif_make(j->orientation, exif + 6);
        put_segment(j, APP1, bw_str_n(exif, sizeof exif));
        j->c->photo->orientation = j->orientation;
    }
    if (j->transform < 0)
        return;
    adobe[11] = (char)j->transform;
    put_segment(j, APP14, bw_str_n(adobe, sizeof adobe));
}

static bw_code frame(struct jpeg *j, unsigned marker, struct bw_str body)
{
    if (j->framed)
        return bad(j, "it has two frames");
    if (body.n < 6 || body.p[0] != 8)
        return bad(j, "it has not eight bits a colour");
    unsigned n = (unsigned char)body.p[5];
    if ((n != 1 && n != 3 && n != 4) || body.n != 6 + 3 * (size_t)n)
        return bad(j, "its frame is broken");
    for (unsigned k = 0; k < n; k++) {
        unsigned sampling = (unsigned char)body.p[6 + 3 * k + 1], table = (unsigned char)body.p[6 + 3 * k + 2];
        unsigned across = sampling >> 4, down = sampling & 15;
        if (across < 1 || across > 4 || down < 1 || down > 4 || table > 3)
            return bad(j, "a component of its frame is broken");
        j->ids[k] = (unsigned char)body.p[6 + 3 * k];
    }
    bw_code rc = bw_photo_sides(j->c, bw_photo_u16(body.p + 3), bw_photo_u16(body.p + 1));
    if (rc != BW_OK)
        return rc;
    j->framed = true;
    j->components = n;
    put_own(j);
    return copy(j, marker, body);
}

/* Metadata: nothing of it is copied; the orientation and the colour transform are read. */
static void metadata(struct jpeg *j, unsigned marker, struct bw_str body)
{
    if (marker == APP1 && !j->orientation && bw_str_starts(body, bw_str_n("Exif\0\0", 6)))
        j->orientation = bw_exif_orientation(bw_str_drop(body, 6));
    if (marker == APP14 && body.n >= 12 && bw_str_starts(body, BW_STR("Adobe")) && (unsigned char)body.p[11] <= 2)
        j->transform = (unsigned char)body.p[11];
}

/* --- scans --- */

/* The coded bits up to the next marker: 0xFF stands there only before 0x00 or, where there are restarts, a restart
 * marker.  Bytes of 0xFF that fill up before a marker are left out. */
static bw_code coded(struct jpeg *j)
{
    struct bw_str *in = &j->c->in;
    size_t at = 0;
    for (;;) {
        const char *mark = at < in->n ? memchr(in->p + at, MARKER, in->n - at) : NULL;
        if (!mark)
            return bad(j, "it ends within the picture");
        at = (size_t)(mark - in->p);
        size_t next = at + 1;
        while (next < in->n && (unsigned char)in->p[next] == MARKER)
            next++;
        if (next == in->n)
            return bad(j, "it ends within the picture");
        unsigned what = (unsigned char)in->p[next];
        bool stuffed = what == 0 && next == at + 1;
        bool restart = j->restarts && what >= RST0 && what <= RST7 && next == at + 1;
        if (!stuffed && !restart)
            break;
        at = next + 1;
    }
    bw_photo_put(j->c, in->p, at);
    *in = bw_str_drop(*in, at);
    return BW_OK;
}

static bw_code scan(struct jpeg *j, struct bw_str body)
{
    unsigned n = body.n ? (unsigned char)body.p[0] : 0;
    if (!j->framed || n < 1 || n > j->components || body.n != 4 + 2 * (size_t)n)
        return bad(j, "a scan is broken");
    for (unsigned k = 0; k < n; k++) {
        unsigned tables = (unsigned char)body.p[2 + 2 * k];
        if (!memchr(j->ids, body.p[1 + 2 * k], j->components) || tables >> 4 > 3 || (tables & 15) > 3)
            return bad(j, "a scan is broken");
    }
    if (++j->scans > BW_PHOTO_SCANS)
        return bad(j, "it has too many scans");
    put_segment(j, SOS, body);
    return coded(j);
}

/* --- the whole --- */

static bw_code segment(struct jpeg *j, unsigned marker, struct bw_str body)
{
    switch (marker) {
    case DQT:
        return quantisation(j, body);
    case DHT:
        return huffman(j, body);
    case DRI:
        return interval(j, body);
    case SOS:
        return scan(j, body);
    case SOF0:
    case SOF1:
    case SOF2:
        return frame(j, marker, body);
    default:
        break;
    }
    bool meta = (marker >= APP0 && marker <= APP15) || marker == COM;
    if (!meta)
        return bad(j, "it is coded in a way that we do not take");
    metadata(j, marker, body);
    return BW_OK;
}

/* A marker, past bytes of 0xFF that fill up; 0 where there is none. */
static unsigned take_marker(struct bw_str *in)
{
    size_t at = 0;
    while (at < in->n && (unsigned char)in->p[at] == MARKER)
        at++;
    if (at == 0 || at == in->n)
        return 0;
    unsigned marker = (unsigned char)in->p[at];
    *in = bw_str_drop(*in, at + 1);
    return marker;
}

bw_code bw_photo_jpeg(struct bw_photo_copy *c)
{
    struct jpeg j = { .c = c, .transform = -1 };
    c->photo->kind = BW_PHOTO_JPEG;
    c->in = bw_str_drop(c->in, 2);
    bw_photo_put(c, "\xFF\xD8", 2);
    for (;;) {
        unsigned marker = take_marker(&c->in);
        if (marker == EOI)
            break;
        if (marker < SOF0 || c->in.n < 2)
            return bad(&j, "a marker is missing");
        size_t n = bw_photo_u16(c->in.p);
        if (marker == SOI || (marker >= RST0 && marker <= RST7) || n < 2 || n > c->in.n)
            return bad(&j, "a segment is broken");
        struct bw_str body = bw_str_n(c->in.p + 2, n - 2);
        c->in = bw_str_drop(c->in, n);
        bw_code rc = segment(&j, marker, body);
        if (rc != BW_OK)
            return rc;
    }
    if (j.scans == 0)
        return bad(&j, "there is no picture in it");
    bw_photo_put(c, "\xFF\xD9", 2);
    return BW_OK;
}
