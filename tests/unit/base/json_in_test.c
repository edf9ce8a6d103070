/* SPDX-License-Identifier: Apache-2.0 */
/* json_in_test.c - the decoder: what fits fills the struct, and every fault of a body is told at once with its place.
 */
#include "bw/base/json_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "bw/base/buf.h"

struct leg {
    struct bw_str flight;
    bw_date date;
    int kind;
};

struct place {
    struct bw_str name;
    struct bw_json_time seen;
};

struct doc {
    struct bw_str id, note;
    uint32_t count;
    int64_t shift;
    bool urgent, note_sent;
    struct bw_json_time at;
    bw_date day;
    struct bw_uuid uid;
    struct place place, *spare;
    struct bw_strs tags;
    struct bw_objects legs;
    int kind;
};

static const char *is_tag(struct bw_str s)
{
    return s.n == 3 && bw_str_all(s, bw_is_digit) ? NULL : "must be three digits";
}

static const char *const kinds[] = { "ACTUAL", "PLANNED", NULL };

static const struct bw_field leg_fields[] = {
    { BW_FIELD(struct leg, flight, BW_J_STR), .flags = BW_J_REQUIRED, .min = 3, .max = 8 },
    { BW_FIELD(struct leg, date, BW_J_DATE) },
    { BW_FIELD(struct leg, kind, BW_J_ENUM), .words = kinds },
    { BW_FIELD_END },
};

static const struct bw_field place_fields[] = {
    { BW_FIELD(struct place, name, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 20 },
    { BW_FIELD(struct place, seen, BW_J_TIME) },
    { BW_FIELD_END },
};

static const struct bw_field fields[] = {
    { BW_FIELD(struct doc, id, BW_J_STR), .flags = BW_J_REQUIRED, .min = 1, .max = 8 },
    { BW_FIELD(struct doc, note, BW_J_STR), .flags = BW_J_TEXT | BW_J_NULLABLE, .max = 100,
      .present = offsetof(struct doc, note_sent) + 1 },
    { BW_FIELD(struct doc, count, BW_J_U32), .min = 1, .max = 4096 },
    { BW_FIELD(struct doc, shift, BW_J_I64) },
    { BW_FIELD(struct doc, urgent, BW_J_BOOL) },
    { BW_FIELD(struct doc, at, BW_J_TIME), .flags = BW_J_REQUIRED },
    { BW_FIELD(struct doc, day, BW_J_DATE) },
    { BW_FIELD(struct doc, uid, BW_J_UUID) },
    { BW_FIELD(struct doc, place, BW_J_OBJECT), .sub = place_fields },
    { BW_FIELD(struct doc, spare, BW_J_OBJECT), .sub = place_fields, .elem_size = sizeof(struct place) },
    { BW_FIELD(struct doc, tags, BW_J_STRS), .min = 1, .max = 3, .check = is_tag },
    { BW_FIELD(struct doc, legs, BW_J_OBJECTS), .max = 2, .sub = leg_fields, .elem_size = sizeof(struct leg) },
    { BW_FIELD(struct doc, kind, BW_J_ENUM), .words = kinds },
    { BW_FIELD_END },
};

struct fixture {
    struct bw_arena arena;
    struct bw_faults faults;
    struct doc doc;
    bw_code rc;
};

static void decode(struct fixture *f, struct bw_str text)
{
    bw_arena_init(&f->arena, 1 << 20);
    bw_faults_init(&f->faults, &f->arena);
    memset(&f->doc, 0, sizeof f->doc);
    f->rc = bw_json_decode(text, fields, &f->doc, &f->faults);
}

/* Decodes and writes the faults, "CODE pointer: detail" a line. */
static void assert_faults(const char *text, size_t n, const char *want)
{
    struct fixture f;
    struct bw_buf told;
    decode(&f, bw_str_n(text, n));
    bw_buf_init(&told, 1 << 20);
    for (size_t k = 0; k < f.faults.n && k < BW_FAULTS_MAX; k++)
        bw_buf_printf(&told, "%s %.*s: %.*s\n", bw_code_info(f.faults.v[k].code)->slug, BW_FMT(f.faults.v[k].pointer),
                      BW_FMT(f.faults.v[k].detail));
    assert_string_equal(bw_buf_cstr(&told), want);
    assert_int_equal(f.rc, bw_faults_code(&f.faults));
    bw_buf_done(&told);
    bw_arena_done(&f.arena);
}

#define FAULTS(text, want) assert_faults("" text, sizeof(text) - 1, want)

static void fills_every_kind_of_field(void **state)
{
    (void)state;
    struct fixture f;
    decode(&f,
           BW_STR("{\"id\":\"E-1\",\"note\":\"a\\n\\u00e9\\t\\\"\",\"count\":4096,\"shift\":-9223372036854775808,"
                  "\"urgent\":true,\"at\":\"2026-11-20T21:34:00.5+01:00\",\"day\":\"2026-02-28\","
                  "\"uid\":\"0190f3a4-7c1b-7d2e-8f00-0123456789ab\",\"place\":{\"name\":\"belt 7\"},"
                  "\"spare\":{\"name\":\"x\",\"seen\":\"1970-01-01T00:00:00Z\"},\"tags\":[\"123\",\"456\"],"
                  "\"legs\":[{\"flight\":\"LH400\",\"date\":\"2026-11-20\",\"kind\":\"PLANNED\"},{\"flight\":\"BA1\"}],"
                  "\"kind\":\"ACTUAL\"}"));
    assert_int_equal(f.rc, BW_OK);
    assert_int_equal(f.faults.n, 0);
    assert_string_equal(f.doc.id.p, "E-1");
    assert_true(bw_str_eq_c(f.doc.note, "a\n\xC3\xA9\t\""));
    assert_true(f.doc.note_sent);
    assert_int_equal(f.doc.count, 4096);
    assert_true(f.doc.shift == INT64_MIN);
    assert_true(f.doc.urgent);
    assert_true(f.doc.at.at ==
                bw_date_start(bw_date_from_civil(2026, 11, 20)) + 20 * BW_HOUR + 34 * BW_MINUTE + BW_SECOND / 2);
    assert_int_equal(f.doc.at.offset_min, 60);
    assert_int_equal(f.doc.day, bw_date_from_civil(2026, 2, 28));
    assert_int_equal(f.doc.uid.b[15], 0xAB);
    assert_true(bw_str_eq_c(f.doc.place.name, "belt 7"));
    assert_true(f.doc.place.seen.at == BW_TIME_NONE);
    assert_true(f.doc.spare->seen.at == 0);
    assert_int_equal(f.doc.tags.n, 2);
    assert_true(bw_str_eq_c(f.doc.tags.v[1], "456"));
    assert_int_equal(f.doc.legs.n, 2);
    const struct leg *legs = f.doc.legs.v;
    assert_int_equal(legs[0].kind, 1);
    assert_true(bw_str_eq_c(legs[1].flight, "BA1"));
    assert_int_equal(legs[1].date, BW_DATE_NONE);
    assert_int_equal(legs[1].kind, -1);
    assert_int_equal(f.doc.kind, 0);
    bw_arena_done(&f.arena);
}

/* json-c 0.16 reads the escaped form of U+2D800 as U+FFFD; a name must come through as it was sent. */
static void characters_beyond_the_first_plane(void **state)
{
    (void)state;
    struct fixture f;
    decode(&f,
           BW_STR("{\"id\":\"\\uD876\\uDC00\",\"at\":\"2026-11-20T21:34:00Z\",\"note\":\"\\\\ud83d\\ud83d\\ude00\"}"));
    assert_int_equal(f.rc, BW_OK);
    assert_string_equal(f.doc.id.p, "\xF0\xAD\xA0\x80");
    assert_string_equal(f.doc.note.p, "\\ud83d\xF0\x9F\x98\x80");
    bw_arena_done(&f.arena);
}

static void absent_values_have_their_mark(void **state)
{
    (void)state;
    struct fixture f;
    decode(&f, BW_STR("{\"id\":\"1\",\"at\":\"2026-11-20T21:34:00Z\"}"));
    assert_int_equal(f.rc, BW_OK);
    assert_false(f.doc.note_sent);
    assert_null(f.doc.note.p);
    assert_int_equal(f.doc.day, BW_DATE_NONE);
    assert_int_equal(f.doc.kind, -1);
    assert_true(f.doc.place.seen.at == BW_TIME_NONE);
    assert_null(f.doc.spare);
    assert_int_equal(f.doc.legs.n + f.doc.tags.n, 0);
    bw_arena_done(&f.arena);
    decode(&f, BW_STR("{\"id\":\"1\",\"at\":\"2026-11-20T21:34:00Z\",\"note\":null}"));
    assert_int_equal(f.rc, BW_OK);
    assert_true(f.doc.note_sent);
    assert_null(f.doc.note.p);
    bw_arena_done(&f.arena);
}

/* req: ING-05: every fault of a body at once: unknown fields, wrong types, missing, overlong, times, numbers, UTF-8,
 * NUL, duplicate keys, depth */
static void tells_every_fault_at_once(void **state)
{
    (void)state;
    FAULTS("{\"id\":\"123456789\",\"id2\":0,\"count\":4097,\"shift\":9223372036854775808,\"urgent\":1,\"day\":\"2026-"
           "02-30\","
           "\"uid\":\"x\",\"place\":{\"name\":\"\xFF\",\"seen\":\"1969-12-31T23:59:59Z\",\"sea/n\":1},\"spare\":[],"
           "\"tags\":[\"12\",7,\"1\\u00003\"],\"legs\":[{\"flight\":\"LH\",\"kind\":\"planned\"},null],"
           "\"kind\":\"ACTUAL\",\"kind\":\"PLANNED\",\"deep\":[[[[[[[[[]]]]]]]]]}",
           "bad-json /shift: a number out of range, at byte 47\n"
           "not-utf8 /place/name: not UTF-8, at byte 124\n"
           "not-utf8 /tags/2: an escaped NUL, at byte 196\n"
           "too-deep /deep/0/0/0/0/0/0/0: nested too deeply, at byte 300\n"
           "duplicate-key /kind: a key that stands twice, at byte 269\n"
           "unknown-field /id2: no such field\n"
           "unknown-field /deep: no such field\n"
           "invalid-body /id: must be 1 to 8 bytes long\n"
           "invalid-body /count: must be within 1 and 4096\n"
           "invalid-body /urgent: must be true or false\n"
           "invalid-body /at: required\n"
           "invalid-body /day: must be a date YYYY-MM-DD\n"
           "invalid-body /uid: must be a UUID\n"
           "unknown-field /place/sea~1n: no such field\n"
           "invalid-body /place/seen: must be an RFC 3339 time with offset, 1970 to 9999, at most microseconds\n"
           "invalid-body /spare: must be an object\n"
           "invalid-body /tags/0: must be three digits\n"
           "invalid-body /tags/1: must be a string\n"
           "invalid-body /legs/0/flight: must be 3 to 8 bytes long\n"
           "invalid-body /legs/0/kind: must be one of: ACTUAL, PLANNED\n"
           "invalid-body /legs/1: must be an object\n");
}

#define GOOD "\"id\":\"1\",\"at\":\"2026-11-20T21:34:00Z\""

/* req: ING-05: one fault keeps its own code */
static void one_fault_has_its_own_code(void **state)
{
    (void)state;
    FAULTS("{" GOOD ",\"x\":1}", "unknown-field /x: no such field\n");
    FAULTS("{" GOOD ",\"id\":\"1\"}", "duplicate-key /id: a key that stands twice, at byte 38\n");
    FAULTS("{\"at\":\"2026-11-20T21:34:00Z\"}", "invalid-body /id: required\n");
    FAULTS("{" GOOD "", "bad-json /at: the text ends too early, at byte 37\n");
    FAULTS("", "bad-json : the text ends too early, at byte 0\n");
    FAULTS("[]", "invalid-body : must be an object\n");
    FAULTS(" 7 ", "invalid-body : must be an object\n");
    FAULTS("null", "invalid-body : must be an object\n");
    FAULTS("{" GOOD ",\"note\":\"a\0b\"}", "not-utf8 /note: a NUL byte, at byte 47\n");
    FAULTS("{" GOOD ",\"\xFF\":1}", "not-utf8 : not UTF-8, at byte 39\n");
}

static void assert_value_fault(const char *member, const char *want)
{
    char text[200], line[200];
    int n = snprintf(text, sizeof text, "{%s,%s}", GOOD, member);
    (void)snprintf(line, sizeof line, "%s%s", want, want[0] ? "\n" : "");
    assert_faults(text, (size_t)n, line);
}

/* req: ING-05: wrong types, overlong, out of range: refused, never clamped or converted */
static void nothing_is_clamped_or_converted(void **state)
{
    (void)state;
    assert_value_fault("\"count\":4096", "");
    assert_value_fault("\"count\":0", "invalid-body /count: must be within 1 and 4096");
    assert_value_fault("\"count\":-1", "invalid-body /count: must be within 1 and 4096");
    assert_value_fault("\"count\":4294967297", "invalid-body /count: must be within 1 and 4096");
    assert_value_fault("\"count\":\"7\"", "invalid-body /count: must be an integer");
    assert_value_fault("\"count\":7.0", "invalid-body /count: must be an integer");
    assert_value_fault("\"count\":7e0", "invalid-body /count: must be an integer");
    assert_value_fault("\"count\":null", "invalid-body /count: must be an integer");
    assert_value_fault("\"shift\":9223372036854775807", "");
    assert_value_fault("\"urgent\":\"true\"", "invalid-body /urgent: must be true or false");
    assert_value_fault("\"urgent\":null", "invalid-body /urgent: must be true or false");
    assert_value_fault("\"note\":7", "invalid-body /note: must be a string");
    assert_value_fault("\"note\":\"\\r\"",
                       "invalid-body /note: must not hold control characters other than line feed and tab");
    assert_value_fault("\"note\":\"\\u007f\"",
                       "invalid-body /note: must not hold control characters other than line feed and tab");
    assert_value_fault("\"note\":\"\\u0085\"",
                       "invalid-body /note: must not hold control characters other than line feed and tab");
    assert_value_fault("\"note\":\"\\u00a0\\u00c2\"", "");
    assert_value_fault("\"day\":\"2026-2-3\"", "invalid-body /day: must be a date YYYY-MM-DD");
    assert_value_fault("\"day\":20260203", "invalid-body /day: must be a string");
    assert_value_fault("\"kind\":\"\"", "invalid-body /kind: must be one of: ACTUAL, PLANNED");
    assert_value_fault("\"kind\":0", "invalid-body /kind: must be a string");
    assert_value_fault("\"place\":null", "invalid-body /place: must be an object");
    assert_value_fault("\"place\":{}", "invalid-body /place/name: required");
    assert_value_fault("\"tags\":[]", "invalid-body /tags: must have 1 to 3 elements");
    assert_value_fault("\"tags\":[\"111\",\"222\",\"333\",\"444\"]", "invalid-body /tags: must have 1 to 3 elements");
    assert_value_fault("\"tags\":\"111\"", "invalid-body /tags: must be an array");
    assert_value_fault("\"legs\":[]", "");
    assert_value_fault("\"legs\":{}", "invalid-body /legs: must be an array");
    assert_value_fault("\"spare\":{\"seen\":\"2026-11-20T21:34:00\",\"name\":\"x\"}",
                       "invalid-body /spare/seen: must be an RFC 3339 time with offset, 1970 to 9999, at most "
                       "microseconds");
}

static void faults_beyond_the_maximum_are_counted(void **state)
{
    (void)state;
    struct fixture f;
    struct bw_buf b;
    bw_buf_init(&b, 1 << 16);
    bw_buf_c(&b, "{" GOOD);
    for (int k = 0; k < 100; k++)
        bw_buf_printf(&b, ",\"x%d\":0", k);
    bw_buf_ch(&b, '}');
    decode(&f, bw_buf_view(&b));
    assert_int_equal(f.faults.n, 100);
    assert_int_equal(f.rc, BW_E_INVALID_BODY);
    assert_true(bw_str_eq_c(f.faults.v[BW_FAULTS_MAX - 1].pointer, "/x63"));
    bw_buf_done(&b);
    bw_arena_done(&f.arena);
}

/* A full arena refuses the body as busy; it never lets a half-filled struct through. */
static void a_full_arena_refuses(void **state)
{
    (void)state;
    struct bw_str text =
        BW_STR("{" GOOD ",\"tags\":[\"111\"],\"legs\":[{\"flight\":\"LH400\"}],\"spare\":{\"name\":\"x\"}}");
    unsigned full = 0;
    bw_code rc = BW_E_NOMEM;
    for (size_t max = 0; rc != BW_OK; max += 16) {
        assert_true(max < 4096);
        struct fixture f;
        bw_arena_init(&f.arena, max);
        bw_faults_init(&f.faults, &f.arena);
        memset(&f.doc, 0, sizeof f.doc);
        rc = bw_json_decode(text, fields, &f.doc, &f.faults);
        if (rc != BW_OK) {
            assert_int_equal(f.faults.v[0].code, BW_E_NOMEM);
            full++;
        }
        bw_arena_done(&f.arena);
    }
    assert_true(full > 3);
}

static void other_limits(void **state)
{
    (void)state;
    struct fixture f;
    decode(&f, BW_STR("{}"));
    const struct bw_json_limits narrow = { 1, 4, 30 };
    bw_faults_init(&f.faults, &f.arena);
    assert_int_equal(bw_json_decode_limits(BW_STR("{" GOOD ",\"legs\":[]}"), &narrow, fields, &f.doc, &f.faults),
                     BW_E_TOO_DEEP);
    bw_faults_init(&f.faults, &f.arena);
    assert_int_equal(bw_json_decode_limits(BW_STR("{" GOOD ",\"count\":1}"), &narrow, fields, &f.doc, &f.faults),
                     BW_OK);
    bw_faults_init(&f.faults, &f.arena);
    assert_int_equal(bw_json_decode_limits(BW_STR("{" GOOD ",\"count\":1,\"shift\":1}"), &narrow, fields, &f.doc,
                                           &f.faults),
                     BW_E_TOO_DEEP);
    bw_arena_done(&f.arena);
}

/* req: ING-05: depth is told once for what stands too deep, and collecting faults ends where nesting has no measure */
static void collecting_faults_has_an_end(void **state)
{
    (void)state;
    struct fixture f;
    struct bw_buf b;
    bw_buf_init(&b, 1 << 16);
    bw_buf_c(&b, "{" GOOD ",\"shift\":1e400,\"x\":");
    for (int k = 0; k < 10000; k++)
        bw_buf_ch(&b, '[');
    decode(&f, bw_buf_view(&b));
    assert_int_equal(f.faults.n, 3);
    assert_true(bw_str_eq_c(f.faults.v[0].pointer, "/shift"));
    assert_int_equal(f.faults.v[1].code, BW_E_TOO_DEEP);
    assert_true(bw_str_starts(f.faults.v[2].detail, BW_STR("nested far too deeply")));
    bw_buf_done(&b);
    bw_arena_done(&f.arena);
}

static void callers_add_their_own(void **state)
{
    (void)state;
    struct fixture f;
    decode(&f, BW_STR("{" GOOD "}"));
    assert_int_equal(bw_faults_code(&f.faults), BW_OK);
    bw_fault_add(&f.faults, BW_E_TIME_AHEAD, "/at", "%d minutes ahead", 7);
    assert_int_equal(bw_faults_code(&f.faults), BW_E_TIME_AHEAD);
    assert_true(bw_str_eq_c(f.faults.v[0].detail, "7 minutes ahead"));
    bw_fault_add(&f.faults, BW_E_UNKNOWN_CODE, "/code", "no such code");
    assert_int_equal(bw_faults_code(&f.faults), BW_E_INVALID_BODY);
    bw_arena_done(&f.arena);
}

/* req: SEC-06 (reliability.md P6): what nobody needs is masked before anybody has it. */
static void numbers_of_cards_in_free_text_are_masked(void **state)
{
    (void)state;
    static const struct bw_field rows[] = {
        { BW_FIELD(struct doc, id, BW_J_STR), .flags = BW_J_TEXT | BW_J_EXACT, .max = 40 },
        { BW_FIELD(struct doc, note, BW_J_STR), .flags = BW_J_TEXT, .max = 100 },
        { BW_FIELD_END },
    };
    struct bw_arena arena;
    struct bw_faults faults;
    struct doc doc = { 0 };
    bw_arena_init(&arena, 1 << 20);
    bw_faults_init(&faults, &arena);
    struct bw_str text =
        BW_STR("{\"id\":\"4111111111111111\",\"note\":\"paid 4111 1111 1111 1111, plate 0125728359\"}");
    assert_int_equal(bw_json_decode(text, rows, &doc, &faults), BW_OK);
    assert_true(bw_str_eq_c(doc.note, "paid **** **** **** 1111, plate 0125728359"));
    assert_true(bw_str_eq_c(doc.id, "4111111111111111"));
    bw_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_cards_in_free_text_are_masked),
        cmocka_unit_test(fills_every_kind_of_field),
        cmocka_unit_test(characters_beyond_the_first_plane),
        cmocka_unit_test(absent_values_have_their_mark),
        cmocka_unit_test(tells_every_fault_at_once),
        cmocka_unit_test(one_fault_has_its_own_code),
        cmocka_unit_test(nothing_is_clamped_or_converted),
        cmocka_unit_test(faults_beyond_the_maximum_are_counted),
        cmocka_unit_test(a_full_arena_refuses),
        cmocka_unit_test(other_limits),
        cmocka_unit_test(collecting_faults_has_an_end),
        cmocka_unit_test(callers_add_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
