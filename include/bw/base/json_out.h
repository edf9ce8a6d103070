/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.h - the one JSON writer: streaming, byte-stable (no white space, keys in the order written, shortest
 * escapes:
 * \" \\ \b \f \n \r \t, \u00XX for other control characters, everything else as UTF-8; '<', '>' and '&' plain).
 * Misuse (a value where a key is due, unbalanced ends) asserts.  Size failure is sticky in the buffer.
 * Layer: base.  Threads: one owner at a time. */
#ifndef BW_BASE_JSON_OUT_H
#define BW_BASE_JSON_OUT_H

#include "bw/base/buf.h"
#include "bw/base/clock.h"
#include "bw/base/id.h"

#define BW_JSON_OUT_DEPTH 16
struct bw_json_out {
    struct bw_buf *b;
    unsigned depth;
    unsigned char kind[BW_JSON_OUT_DEPTH]; /* 'o', 'a' */
    bool comma[BW_JSON_OUT_DEPTH];
    bool after_key;
};

void bw_json_out_init(struct bw_json_out *j, struct bw_buf *b);
void bw_jo_begin(struct bw_json_out *j); /* { */
void bw_jo_end(struct bw_json_out *j);   /* } */
void bw_ja_begin(struct bw_json_out *j); /* [ */
void bw_ja_end(struct bw_json_out *j);   /* ] */
void bw_jkey(struct bw_json_out *j, const char *key);
void bw_jstr(struct bw_json_out *j, struct bw_str s); /* invalid UTF-8 asserts: text is checked at the door */
void bw_ji64(struct bw_json_out *j, int64_t v);
void bw_ju64(struct bw_json_out *j, uint64_t v);
void bw_jbool(struct bw_json_out *j, bool v);
void bw_jnull(struct bw_json_out *j);
void bw_jraw(struct bw_json_out *j, struct bw_str json); /* one complete JSON value, trusted */

/* key and value in one call; the "o" (optional) forms write nothing when the value is absent. */
void bw_jk_str(struct bw_json_out *j, const char *key, struct bw_str s);
void bw_jk_c(struct bw_json_out *j, const char *key, const char *s);
void bw_jk_i64(struct bw_json_out *j, const char *key, int64_t v);
void bw_jk_bool(struct bw_json_out *j, const char *key, bool v);
void bw_jk_null(struct bw_json_out *j, const char *key);
void bw_jk_time(struct bw_json_out *j, const char *key, bw_time at);   /* null for BW_TIME_NONE */
void bw_jk_date(struct bw_json_out *j, const char *key, bw_date date); /* null for BW_DATE_NONE */
void bw_jk_uuid(struct bw_json_out *j, const char *key, const struct bw_uuid *id);
/* An array of n texts that stand in places of `size` bytes each, one behind the other. */
void bw_jk_texts(struct bw_json_out *j, const char *key, const char *texts, size_t size, size_t n);
void bw_jko_str(struct bw_json_out *j, const char *key, struct bw_str s); /* nothing when empty */
void bw_jko_c(struct bw_json_out *j, const char *key, const char *s);     /* nothing when NULL or "" */
void bw_jko_time(struct bw_json_out *j, const char *key, bw_time at);
void bw_jko_date(struct bw_json_out *j, const char *key, bw_date date);

#endif
