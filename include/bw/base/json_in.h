/* SPDX-License-Identifier: Apache-2.0 */
/* json_in.h - decoder for bodies: one static table of fields per document, every fault reported at once.
 * bw_json_scan runs first, then json-c builds the tree, then the table fills a plain struct by offsetof.
 * Strings become bw_str slices in the request's arena.  Nothing is clamped: what does not fit is refused.
 * Faults of content that the scan finds (encoding, NUL, doubled keys, depth, numbers) stand beside those of the table
 * in one answer; only a broken grammar, a raw NUL or too many values end the search. Layer: base.  Threads: any; one
 * arena per call.  Source: ING-05, style.md 5.8. */
#ifndef BW_BASE_JSON_IN_H
#define BW_BASE_JSON_IN_H

#include "bw/base/arena.h"
#include "bw/base/clock.h"
#include "bw/base/err.h"
#include "bw/base/id.h"
#include "bw/base/json_scan.h"

/* One fault of a body: its problem code, JSON Pointer and a sentence. */
struct bw_fault {
    bw_code code;
    struct bw_str pointer;
    struct bw_str detail;
};
#define BW_FAULTS_MAX 64
struct bw_faults {
    struct bw_arena *arena; /* pointers and details live here */
    struct bw_fault v[BW_FAULTS_MAX];
    size_t n; /* further faults beyond the maximum are counted, not kept */
};

void bw_faults_init(struct bw_faults *f, struct bw_arena *arena);
/* pointer is a full JSON Pointer ("/flight/date"). */
void bw_fault_add(struct bw_faults *f, bw_code code, const char *pointer, const char *fmt, ...) BW_PRINTF(4, 5);
/* One code for the whole: the only fault's own, else BW_E_INVALID_BODY.  BW_OK when there is none. */
bw_code bw_faults_code(const struct bw_faults *f);

enum bw_json_type {
    BW_J_STR,     /* struct bw_str; max = bytes; further checked by fn */
    BW_J_U32,     /* uint32_t within [min, max] */
    BW_J_I64,     /* int64_t within [min, max] */
    BW_J_BOOL,    /* bool */
    BW_J_TIME,    /* struct bw_json_time: RFC 3339 with offset */
    BW_J_DATE,    /* bw_date: YYYY-MM-DD */
    BW_J_UUID,    /* struct bw_uuid */
    BW_J_OBJECT,  /* nested struct, decoded by sub[] */
    BW_J_STRS,    /* struct bw_strs: array of strings, at most max elements, each checked by fn */
    BW_J_OBJECTS, /* struct bw_objects: array of nested structs of elem_size bytes, at most max */
    BW_J_ENUM,    /* int: index into words (NULL-terminated list); -1 when absent */
};
enum bw_json_flag {
    BW_J_REQUIRED = 1,
    BW_J_NULLABLE = 2, /* null leaves the value as if absent, but satisfies BW_J_REQUIRED and sets `present` */
    BW_J_TEXT = 4,     /* free text: control characters other than LF and TAB are refused, and numbers of cards and
                          passports are masked (mask.h) */
    BW_J_EXACT = 8,    /* with BW_J_TEXT: nothing is masked; telephone numbers */
};

struct bw_json_time {
    bw_time at; /* BW_TIME_NONE when absent */
    int offset_min;
};
struct bw_strs {
    struct bw_str *v;
    size_t n;
};
struct bw_objects {
    void *v;
    size_t n;
};

/* Syntax check of one string; a sentence what it should be, or NULL when it is well. */
typedef const char *bw_json_check(struct bw_str s);

struct bw_field {
    const char *name;
    enum bw_json_type type;
    size_t offset;
    unsigned flags;
    int64_t min,
        max; /* BW_J_STR: min and max bytes; numbers: range; arrays: min and max elements; both 0: the type's own */
    bw_json_check *check;
    const char *const *words;   /* BW_J_ENUM */
    const struct bw_field *sub; /* BW_J_OBJECT, BW_J_OBJECTS; ends with name == NULL */
    size_t
        elem_size; /* BW_J_OBJECT (0 = inline struct at offset, else a pointer there, NULL when absent), BW_J_OBJECTS */
    size_t present; /* offset of a bool told whether the field was sent, plus 1; 0 = none */
};

/* First part of a row whose JSON name is that of the member: { BW_FIELD(struct doc, id, BW_J_STR), .max = 64 }. */
#define BW_FIELD(struct_, member, type_) .name = #member, .type = (type_), .offset = offsetof(struct_, member)
/* Last row of every table: { BW_FIELD_END }. */
#define BW_FIELD_END .name = NULL

/* Scans, parses and decodes text into *to, which the caller zeroed; absent dates are BW_DATE_NONE, absent times
 * BW_TIME_NONE, absent enums -1 (set here).  Faults are added to f; returns bw_faults_code(f).
 * A top-level value that is not an object is a fault at "". */
BW_MUST_USE bw_code bw_json_decode(struct bw_str text, const struct bw_field *fields, void *to, struct bw_faults *f);
/* The same with other limits. */
BW_MUST_USE bw_code bw_json_decode_limits(struct bw_str text, const struct bw_json_limits *limits,
                                          const struct bw_field *fields, void *to, struct bw_faults *f);

#endif
