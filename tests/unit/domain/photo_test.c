/* SPDX-License-Identifier: Apache-2.0 */
/* photo_test.c - pictures from strangers: what is kept is what a decoder needs, and nothing that was written into them
 * about a place, a person or a device comes through; what is cut, bent or too large is refused. */
#include "bw/domain/photo.h"

#include "bw/base/buf.h"
#include "bw/base/codec.h"
#include "domain_test.h"

#define SECRET "40.4719N 3.5626W"

static struct bw_buf made;
static char clean[1 << 16];
static struct bw_photo photo;
static struct bw_error err;

static void begin(const void *magic, size_t n)
{
    bw_buf_clear(&made);
    bw_buf_add(&made, magic, n);
}

static bw_code run(struct bw_str in)
{
    assert_true(in.n + BW_PHOTO_EXTRA <= sizeof clean);
    memset(clean, 0x55, sizeof clean);
    memset(&photo, 0, sizeof photo);
    return bw_photo_clean(in, clean, &photo, &err);
}

static bool holds(struct bw_str all, const char *part)
{
    size_t n = strlen(part);
    for (size_t at = 0; at + n <= all.n; at++)
        if (memcmp(all.p + at, part, n) == 0)
            return true;
    return false;
}

static struct bw_str cleaned(void)
{
    return bw_str_n(clean, photo.n);
}

/* --- JPEG --- */

static void seg(unsigned marker, const void *p, size_t n)
{
    const char head[] = { (char)0xFF, (char)marker, (char)((n + 2) >> 8), (char)(n + 2) };
    bw_buf_add(&made, head, sizeof head);
    bw_buf_add(&made, p, n);
}

/* EXIF with a GPS block, a serial number and an orientation, in either byte order. */
static void exif(bool little, unsigned orientation)
{
    static const char big[] =
        "Exif\0\0MM\0*\0\0\0\x08\0\x03\x01\x0F\0\x02\0\0\0\x10\0\0\0\x60\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
        "\x88\x25\0\x04\0\0\0\x01\0\0\0\x60\0\0\0\0" SECRET;
    static const char small[] =
        "Exif\0\0II*\0\x08\0\0\0\x03\0\x0F\x01\x02\0\x10\0\0\0\x60\0\0\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
        "\x25\x88\x04\0\x01\0\0\0\x60\0\0\0\0\0\0\0" SECRET;
    char bytes[sizeof big];
    memcpy(bytes, little ? small : big, sizeof bytes);
    bytes[little ? 36 : 37] = (char)orientation;
    if (little)
        bytes[37] = 0;
    seg(0xE1, bytes, sizeof bytes - 1);
}

static void tables(void)
{
    char dqt[65] = { 0 }, dht[17 + 2] = { 0 };
    memset(dqt + 1, 1, 64);
    dht[2] = 2; /* two codes of two bits */
    dht[18] = 1;
    seg(0xDB, dqt, sizeof dqt);
    seg(0xC4, dht, sizeof dht);
}

static void frame(unsigned marker, unsigned width, unsigned height)
{
    const char sof[] = {
        8, (char)(height >> 8), (char)height, (char)(width >> 8), (char)width, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0
    };
    seg(marker, sof, sizeof sof);
}

static void scan(void)
{
    static const char sos[] = { 3, 1, 0, 2, 0, 3, 0, 0, 63, 0 };
    seg(0xDA, sos, sizeof sos);
    bw_buf_add(&made, "\x12\x34\xFF\x00\x56\xFF\x00\x9A", 8);
}

static void jpeg(unsigned orientation)
{
    begin("\xFF\xD8", 2);
    seg(0xE0, "JFIF\0\1\2\0\0\1\0\1\0\0", 14);
    if (orientation)
        exif(orientation & 1, orientation);
    seg(0xE1, "http://ns.adobe.com/xap/1.0/\0<x>" SECRET "</x>", 32 + sizeof SECRET - 1);
    seg(0xE2, "MPF\0" SECRET, 4 + sizeof SECRET - 1);
    seg(0xED, "Photoshop 3.0\0" SECRET, 14 + sizeof SECRET - 1);
    seg(0xEE, "Adobe\0\x64\x00\x00\x00\x00\x01" SECRET, 12 + sizeof SECRET - 1);
    seg(0xFE, SECRET, sizeof SECRET - 1);
    tables();
    frame(0xC0, 640, 480);
    scan();
    seg(0xFE, SECRET, sizeof SECRET - 1);
    bw_buf_add(&made, "\xFF\xD9", 2);
}

/* req: CASE-08 (stripped of metadata: GPS, XMP, comments, the picture within the picture, what stands behind its end)
 */
static void metadata_of_a_jpeg_is_gone(void **state)
{
    (void)state;
    for (unsigned orientation = 0; orientation <= 9; orientation++) {
        jpeg(orientation);
        bw_buf_str(&made, BW_STR("PK\3\4 a second file, with " SECRET)); /* a polyglot */
        assert_true(holds(bw_buf_view(&made), SECRET));
        assert_int_equal(run(bw_buf_view(&made)), BW_OK);
        assert_false(holds(cleaned(), SECRET) || holds(cleaned(), "JFIF") || holds(cleaned(), "PK\3\4"));
        bool turned = orientation >= 2 && orientation <= 8;
        assert_int_equal(photo.orientation, turned ? orientation : 1);
        assert_int_equal(holds(cleaned(), "Exif"), turned);
        assert_true(holds(cleaned(), "Adobe"));
        assert_true(photo.kind == BW_PHOTO_JPEG && photo.width == 640 && photo.height == 480);
        assert_int_equal(photo.dropped, made.n - photo.n);
        assert_memory_equal(clean + photo.n - 10, "\x12\x34\xFF\x00\x56\xFF\x00\x9A\xFF\xD9", 10);
        char twice[sizeof clean];
        struct bw_photo again;
        assert_int_equal(bw_photo_clean(cleaned(), twice, &again, &err), BW_OK); /* what is clean stays as it is */
        assert_true(again.n == photo.n && again.orientation == photo.orientation);
        assert_memory_equal(twice, clean, photo.n);
    }
}

static void jpegs_of_every_coding_we_take(void **state)
{
    (void)state;
    for (unsigned marker = 0xC0; marker <= 0xCF; marker++) {
        if (marker == 0xC4)
            continue;             /* tables */
        begin("\xFF\xD8\xFF", 3); /* bytes of 0xFF may fill up before any marker */
        tables();
        frame(marker, 100, 50);
        scan();
        scan();
        bw_buf_add(&made, "\xFF\xFF\xFF\xD9", 4);
        assert_int_equal(run(bw_buf_view(&made)), marker <= 0xC2 ? BW_OK : BW_E_PHOTO);
    }
    begin("\xFF\xD8", 2);
    tables();
    seg(0xDD, "\0\4", 2);
    frame(0xC0, 16, 16);
    scan();
    bw_buf_add(&made, "\xFF\xD0\x11\xFF\xD1\x22\xFF\xD9", 8);
    assert_int_equal(run(bw_buf_view(&made)), BW_OK);
    assert_memory_equal(clean + photo.n - 8, "\xFF\xD0\x11\xFF\xD1\x22\xFF\xD9", 8);
}

struct broken {
    const char *why;
    size_t n;
    const char *bytes;
};
#define BYTES(text) sizeof(text) - 1, text
#define DQT0                                                                                                           \
    "\xFF\xDB\0\x43\0"                                                                                                 \
    "1234567890123456789012345678901234567890123456789012345678901234"
#define SOF "\xFF\xC0\0\x0B\x08\0\x10\0\x10\1\1\x11\0"
#define SOS "\xFF\xDA\0\x08\1\1\0\0\x3F\0"

/* req: CASE-08 (content is checked), SEC-09 */
static void bent_jpegs_are_refused(void **state)
{
    (void)state;
    static const struct broken bad[] = {
        { "nothing", BYTES("\xFF\xD8\xFF") },
        { "no picture", BYTES("\xFF\xD8\xFF\xD9") },
        { "a marker without its 0xFF", BYTES("\xFF\xD8\xFF\xE0\0\2x") },
        { "stuffing for a marker", BYTES("\xFF\xD8\xFF\0\0\2") },
        { "a second start", BYTES("\xFF\xD8\xFF\xD8\0\2") },
        { "a restart outside a scan", BYTES("\xFF\xD8\xFF\xD0\0\2") },
        { "a length below itself", BYTES("\xFF\xD8\xFF\xE1\0\1") },
        { "a length past the end", BYTES("\xFF\xD8\xFF\xE1\1\0abc") },
        { "an empty quantisation table", BYTES("\xFF\xD8\xFF\xDB\0\2") },
        { "a short one", BYTES("\xFF\xD8\xFF\xDB\0\x04\0a") },
        { "precision", BYTES("\xFF\xD8\xFF\xDB\0\x03\x20") },
        { "its number", BYTES("\xFF\xD8\xFF\xDB\0\x03\x04") },
        { "an empty Huffman table", BYTES("\xFF\xD8\xFF\xC4\0\2") },
        { "too many values", BYTES("\xFF\xD8\xFF\xC4\0\x13\0\xFF\xFF\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
        { "missing values", BYTES("\xFF\xD8\xFF\xC4\0\x13\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
        { "its class", BYTES("\xFF\xD8\xFF\xC4\0\x13\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
        { "an interval", BYTES("\xFF\xD8\xFF\xDD\0\3\0") },
        { "no frame", BYTES("\xFF\xD8" DQT0 SOS "\xFF\xD9") },
        { "two frames", BYTES("\xFF\xD8" DQT0 SOF SOF) },
        { "twelve bits", BYTES("\xFF\xD8\xFF\xC1\0\x0B\x0C\0\x10\0\x10\1\1\x11\0") },
        { "a short frame", BYTES("\xFF\xD8\xFF\xC0\0\x07\x08\0\x10\0\x10") },
        { "two components", BYTES("\xFF\xD8\xFF\xC0\0\x0E\x08\0\x10\0\x10\2\1\x11\0\2\x11\0") },
        { "a wrong length", BYTES("\xFF\xD8\xFF\xC0\0\x0C\x08\0\x10\0\x10\1\1\x11\0x") },
        { "sampling across", BYTES("\xFF\xD8\xFF\xC0\0\x0B\x08\0\x10\0\x10\1\1\x51\0") },
        { "sampling down", BYTES("\xFF\xD8\xFF\xC0\0\x0B\x08\0\x10\0\x10\1\1\x10\0") },
        { "its table", BYTES("\xFF\xD8\xFF\xC0\0\x0B\x08\0\x10\0\x10\1\1\x11\4") },
        { "no height", BYTES("\xFF\xD8\xFF\xC0\0\x0B\x08\0\0\0\x10\1\1\x11\0") },
        { "a scan of nothing", BYTES("\xFF\xD8" DQT0 SOF "\xFF\xDA\0\2") },
        { "more components than the frame", BYTES("\xFF\xD8" DQT0 SOF "\xFF\xDA\0\x0A\2\1\0\1\0\0\x3F\0") },
        { "one that the frame has not", BYTES("\xFF\xD8" DQT0 SOF "\xFF\xDA\0\x08\1\7\0\0\x3F\0") },
        { "its tables", BYTES("\xFF\xD8" DQT0 SOF "\xFF\xDA\0\x08\1\1\x40\0\x3F\0") },
        { "a scan without an end", BYTES("\xFF\xD8" DQT0 SOF SOS "abc") },
        { "a scan that ends in 0xFF", BYTES("\xFF\xD8" DQT0 SOF SOS "abc\xFF") },
        { "an unasked restart", BYTES("\xFF\xD8" DQT0 SOF SOS "abc\xFF\xD0zz\xFF\xD9") },
        { "arithmetic tables", BYTES("\xFF\xD8\xFF\xCC\0\3x") },
        { "a hierarchy", BYTES("\xFF\xD8\xFF\xDE\0\3x") },
    };
    for (size_t k = 0; k < BW_LEN(bad); k++)
        if (run(bw_str_n(bad[k].bytes, bad[k].n)) != BW_E_PHOTO)
            fail_msg("taken: %s", bad[k].why);
    jpeg(6);
    for (size_t n = 0; n < made.n; n++)
        assert_int_equal(run(bw_str_n(made.p, n)), BW_E_PHOTO); /* cut anywhere */
}

/* req: CASE-08 (limited) */
static void bombs_are_refused(void **state)
{
    (void)state;
    static const unsigned sides[][3] = {
        { 20000, 3200, 1 }, { 20001, 1, 0 }, { 1, 20001, 0 }, { 8001, 8000, 0 }, { 65535, 65535, 0 }
    };
    for (size_t k = 0; k < BW_LEN(sides); k++) {
        begin("\xFF\xD8", 2);
        tables();
        frame(0xC2, sides[k][0], sides[k][1]);
        scan();
        bw_buf_add(&made, "\xFF\xD9", 2);
        assert_int_equal(run(bw_buf_view(&made)), sides[k][2] ? BW_OK : BW_E_PHOTO);
    }
    for (unsigned scans = BW_PHOTO_SCANS; scans <= BW_PHOTO_SCANS + 1; scans++) {
        begin("\xFF\xD8", 2);
        tables();
        frame(0xC2, 64, 64);
        for (unsigned k = 0; k < scans; k++)
            scan();
        bw_buf_add(&made, "\xFF\xD9", 2);
        assert_int_equal(run(bw_buf_view(&made)), scans <= BW_PHOTO_SCANS ? BW_OK : BW_E_PHOTO);
    }
    static char huge[BW_PHOTO_BYTES + 1] = "\xFF\xD8\xFF";
    assert_int_equal(bw_photo_clean(bw_str_n(huge, sizeof huge), clean, &photo, &err), BW_E_PHOTO);
}

/* --- PNG --- */

#define PNG "\x89PNG\r\n\x1A\n"

static void chunk(const char *type, const void *p, size_t n)
{
    char head[8] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n }, tail[4];
    memcpy(head + 4, type, 4);
    bw_buf_add(&made, head, 8);
    bw_buf_add(&made, p, n);
    uint32_t crc = bw_crc32(bw_str_n(made.p + made.n - n - 4, n + 4));
    for (int k = 0; k < 4; k++)
        tail[k] = (char)(crc >> (24 - 8 * k));
    bw_buf_add(&made, tail, 4);
}

static void header(unsigned width, unsigned height, unsigned depth, unsigned colour)
{
    const char ihdr[13] = { (char)(width >> 24),
                            (char)(width >> 16),
                            (char)(width >> 8),
                            (char)width,
                            (char)(height >> 24),
                            (char)(height >> 16),
                            (char)(height >> 8),
                            (char)height,
                            (char)depth,
                            (char)colour,
                            0,
                            0,
                            0 };
    begin(PNG, 8);
    chunk("IHDR", ihdr, sizeof ihdr);
}

static void tail(void)
{
    chunk("IDAT", "abc", 3);
    chunk("IDAT", "", 0);
    chunk("IDAT", "def", 3);
    chunk("tEXt", "Comment\0" SECRET, 8 + sizeof SECRET - 1);
    chunk("IEND", "", 0);
}

/* req: CASE-08 */
static void metadata_of_a_png_is_gone(void **state)
{
    (void)state;
    static const char exif_block[] = "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0\0\0\0\0" SECRET;
    for (int turned = 0; turned < 2; turned++) {
        header(640, 480, 8, 3);
        chunk("gAMA", "\0\0\xB1\x8F", 4);
        chunk("sRGB", "\0", 1);
        chunk("tIME", "\7\xEA\1\1\1\1\1", 7);
        chunk("tEXt", "Author\0" SECRET, 7 + sizeof SECRET - 1);
        chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0" SECRET, 22 + sizeof SECRET - 1);
        chunk("zTXt", "x\0\0" SECRET, 3 + sizeof SECRET - 1);
        chunk("iCCP", "profile\0\0" SECRET, 9 + sizeof SECRET - 1);
        chunk("prVt", SECRET, sizeof SECRET - 1);
        if (turned)
            chunk("eXIf", exif_block, sizeof exif_block - 1);
        chunk("PLTE", "abcdef", 6);
        chunk("tRNS", "\1\2", 2);
        tail();
        bw_buf_str(&made, BW_STR("<script>" SECRET));
        assert_int_equal(run(bw_buf_view(&made)), BW_OK);
        assert_false(holds(cleaned(), SECRET) || holds(cleaned(), "tEXt") || holds(cleaned(), "iCCP"));
        assert_true(holds(cleaned(), "PLTEabcdef") && holds(cleaned(), "tRNS\1\2") && holds(cleaned(), "gAMA"));
        assert_true(holds(cleaned(), "IDATabc") && holds(cleaned(), "IDATdef"));
        assert_int_equal(photo.orientation, turned ? 8 : 1);
        assert_int_equal(holds(cleaned(), "eXIf"), turned);
        assert_true(photo.kind == BW_PHOTO_PNG && photo.width == 640 && photo.height == 480);
        assert_memory_equal(clean + photo.n - 12, "\0\0\0\0IEND\xAE\x42\x60\x82", 12);
        char twice[sizeof clean];
        struct bw_photo again;
        assert_int_equal(bw_photo_clean(cleaned(), twice, &again, &err), BW_OK);
        assert_true(again.n == photo.n && memcmp(twice, clean, photo.n) == 0);
    }
}

static void colours_and_depths_of_png(void **state)
{
    (void)state;
    static const struct {
        unsigned colour, depths; /* bits 1 << depth */
    } good[] = { { 0, 0x10116 }, { 2, 0x10100 }, { 3, 0x116 }, { 4, 0x10100 }, { 6, 0x10100 } };
    for (unsigned n = 0; n < 8 * 18; n++) {
        unsigned colour = n / 18, depth = n % 18, allowed = 0;
        for (size_t k = 0; k < BW_LEN(good); k++)
            allowed |= good[k].colour == colour ? good[k].depths : 0;
        header(3, 2, depth, colour);
        if (colour == 3)
            chunk("PLTE", "abc", 3);
        chunk("IDAT", "x", 1);
        chunk("IEND", "", 0);
        assert_int_equal(run(bw_buf_view(&made)), allowed >> depth & 1 ? BW_OK : BW_E_PHOTO);
    }
}

/* req: CASE-08, SEC-09 */
static void bent_pngs_are_refused(void **state)
{
    (void)state;
    for (unsigned how = 0; how < 15; how++) {
        header(how == 0 ? 0 : how == 1 ? 20001 : 8, how == 2 ? 0 : how == 1 ? 20001 : 8, 8, how == 9 ? 0 : 3);
        if (how == 3)
            begin(PNG, 8);
        if (how == 4)
            chunk("IHDR", "12345678901", 11);
        if (how == 5)
            chunk("PLTE", "abcd", 4);
        if (how == 6)
            chunk("PLTE", "", 0);
        if (how != 7 && how != 5 && how != 6)
            chunk("PLTE", "abc", 3);
        if (how == 8)
            chunk("PLTE", "abc", 3);
        if (how == 10)
            chunk("ZZZZ", "critical", 8);
        if (how == 11)
            chunk("a1bc", "odd", 3);
        if (how != 12)
            chunk("IDAT", "x", 1);
        if (how == 13) {
            chunk("tIME", "1234567", 7);
            chunk("IDAT", "x", 1);
        }
        chunk("IEND", "z", how == 14);
        assert_int_equal(run(bw_buf_view(&made)), BW_E_PHOTO);
    }
    header(8, 8, 8, 2);
    tail();
    for (size_t n = 0; n < made.n; n++)
        assert_int_equal(run(bw_str_n(made.p, n)), BW_E_PHOTO);
    for (size_t at = 8; at < made.n; at++) { /* every byte is under a checksum, or is a length or the checksum */
        made.p[at] ^= 4;
        assert_int_equal(run(bw_buf_view(&made)), BW_E_PHOTO);
        made.p[at] ^= 4;
    }
    assert_int_equal(run(bw_buf_view(&made)), BW_OK);
}

/* req: CASE-08 (checked by content, whatever name or type was sent) */
static void other_formats_are_refused(void **state)
{
    (void)state;
    static const struct broken other[] = {
        { "empty", BYTES("") },
        { "PDF", BYTES("%PDF-1.7\n%\xE2\xE3") },
        { "GIF", BYTES("GIF89a\1\0\1\0\x80\0\0") },
        { "WebP", BYTES("RIFF\x24\0\0\0WEBPVP8 ") },
        { "HEIC", BYTES("\0\0\0\x18"
                        "ftypheic") },
        { "SVG", BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\"/>") },
        { "HTML", BYTES("<!doctype html>") },
        { "program", BYTES("\x7F"
                           "ELF\2\1\1") },
        { "TIFF", BYTES("II*\0\x08\0\0\0") },
    };
    for (size_t k = 0; k < BW_LEN(other); k++)
        if (run(bw_str_n(other[k].bytes, other[k].n)) != BW_E_PHOTO)
            fail_msg("taken: %s", other[k].why);
    assert_string_equal(bw_photo_media(BW_PHOTO_JPEG), "image/jpeg");
    assert_string_equal(bw_photo_media(BW_PHOTO_PNG), "image/png");
    assert_string_equal(bw_photo_suffix(BW_PHOTO_JPEG), "jpg");
    assert_string_equal(bw_photo_suffix(BW_PHOTO_PNG), "png");
}

static void odd_exif_turns_nothing(void **state)
{
    (void)state;
    static const struct broken odd[] = {
        { "no TIFF", BYTES("Exif\0\0XX*\0\x08\0\0\0") },
        { "mixed", BYTES("Exif\0\0IM*\0\x08\0\0\0") },
        { "short", BYTES("Exif\0\0II*") },
        { "not 42", BYTES("Exif\0\0II+\0\x08\0\0\0\0\0") },
        { "elsewhere", BYTES("Exif\0\0II*\0\xFF\xFF\xFF\xFF\1\0") },
        { "at its end", BYTES("Exif\0\0II*\0\x08\0\0\0") },
        { "fewer entries than it says", BYTES("Exif\0\0II*\0\x08\0\0\0\xFF\xFF\x12\1\3\0\1\0") },
        { "a long", BYTES("Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\4\0\1\0\0\0\6\0\0\0") },
        { "two of them", BYTES("Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\2\0\0\0\6\0\0\0") },
        { "zero", BYTES("Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\0\0\0\0") },
    };
    for (size_t k = 0; k < BW_LEN(odd); k++) {
        begin("\xFF\xD8", 2);
        seg(0xE1, odd[k].bytes, odd[k].n);
        tables();
        frame(0xC0, 8, 8);
        scan();
        bw_buf_add(&made, "\xFF\xD9", 2);
        assert_int_equal(run(bw_buf_view(&made)), BW_OK);
        assert_int_equal(photo.orientation, 1);
        assert_false(holds(cleaned(), "Exif"));
    }
}

static int setup(void **state)
{
    (void)state;
    bw_buf_init(&made, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bw_buf_done(&made);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_of_a_jpeg_is_gone), cmocka_unit_test(jpegs_of_every_coding_we_take),
        cmocka_unit_test(bent_jpegs_are_refused),     cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(metadata_of_a_png_is_gone),  cmocka_unit_test(colours_and_depths_of_png),
        cmocka_unit_test(bent_pngs_are_refused),      cmocka_unit_test(other_formats_are_refused),
        cmocka_unit_test(odd_exif_turns_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
