/* SPDX-License-Identifier: Apache-2.0 */
/* json_scan_int.h - the parts of the strict JSON scan that its three files and the decoder share.
 * A run walks the text once with a stack of frames instead of recursion.  Faults of content (encoding, depth, doubled
 * keys, ranges) are told to a sink and the walk may go on, so that a decoder can report them all; a broken grammar ends
 * it. Layer: base, private.  Threads: any; a run lives on its caller's stack.  Source: RFC 8259, reliability.md 5,
 * ING-05. */
#ifndef BW_BASE_JSON_SCAN_INT_H
#define BW_BASE_JSON_SCAN_INT_H

#include "bw/base/json_scan.h"

/* Beyond this many open containers even a walk that collects faults stops. */
#define BW_SCAN_DEPTH_MAX 64
#define BW_SCAN_KEYS_INLINE 64
#define BW_SCAN_POINTER 512

struct bw_scan_fault {
    bw_code code;
    const char *pointer; /* JSON Pointer, whole segments only: what does not fit is named by its parent */
    size_t offset;       /* byte of the text */
    const char *what;
};
/* Takes one fault; true = go on looking for more. */
typedef bool bw_scan_sink(void *ctx, const struct bw_scan_fault *fault);

struct bw_scan_key {
    struct bw_str raw; /* between the quotes, still escaped */
    bool plain;        /* holds no backslash */
};

struct bw_scan_frame {
    bool object;
    size_t keys;          /* object: where its keys begin in the stack of keys */
    struct bw_str member; /* object: raw key of the member being read; p == NULL between members */
    size_t index;         /* array: element being read */
};

enum bw_scan_want { WANT_VALUE, WANT_VALUE_OR_END, WANT_KEY, WANT_KEY_OR_END, WANT_COMMA_OR_END, WANT_NOTHING };

struct bw_scan {
    struct bw_str text;
    size_t at;
    const struct bw_json_limits *limits;
    bw_scan_sink *sink;
    void *ctx;
    enum bw_scan_want want;
    bw_code rc; /* why the walk stopped */
    unsigned nodes, depth;
    struct bw_scan_frame frames[BW_SCAN_DEPTH_MAX];
    struct bw_scan_key *keys; /* keys of all open objects, outermost first; inline until it grows */
    size_t n_keys, cap_keys;
    struct bw_scan_key few[BW_SCAN_KEYS_INLINE];
};

/* Walks the whole text.  BW_OK when the grammar held to the end (faults of content may have been told),
 * else the code of the fault at which the walk stopped. */
bw_code bw_scan_run(struct bw_str text, const struct bw_json_limits *limits, bw_scan_sink *sink, void *ctx);

/* Tells a fault of content at byte `at`; false when the walk stops here. */
bool bw_scan_tell(struct bw_scan *s, bw_code code, size_t at, const char *what);
/* Tells a fault that ends the walk; always false. */
bool bw_scan_break(struct bw_scan *s, bw_code code, size_t at, const char *what);

/* Reads the string whose opening quote stands at s->at.  *ret_clean is false when a fault was told in it. */
bool bw_scan_string(struct bw_scan *s, struct bw_str *ret_raw, bool *ret_clean);
/* Reads a number that begins at s->at. */
bool bw_scan_number(struct bw_scan *s);
/* Reads true, false or null. */
bool bw_scan_literal(struct bw_scan *s);
/* Tells what is wrong with the byte at s->at, which nothing of the grammar begins with; always false. */
bool bw_scan_unexpected(struct bw_scan *s);

/* Remembers a key of the innermost object; false when memory is out. */
bool bw_scan_key_push(struct bw_scan *s, struct bw_str raw);
/* Tells every key that stands twice in the innermost object, then forgets its keys. */
bool bw_scan_keys_close(struct bw_scan *s);
/* Writes the JSON Pointer (RFC 6901) of the place being read, whole segments as long as they fit. */
void bw_scan_pointer(const struct bw_scan *s, char *to, size_t size);

/* One segment with its leading '/' and its '~' escapes, appended at *len; false and nothing when it does not fit. */
bool bw_pointer_add(char *to, size_t size, size_t *len, struct bw_str segment);
bool bw_pointer_add_index(char *to, size_t size, size_t *len, size_t index);

#endif
