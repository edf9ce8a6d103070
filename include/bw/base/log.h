/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - one JSON object per line: an event name and fields, no prose.  One write(2) a line, never from a signal
 * handler, never personal data, links, keys or bodies.  Bytes that are not clean UTF-8 are escaped, so nobody can
 * forge a line.  A line has at most PIPE_BUF bytes; what does not fit is cut and "cut":true says so.
 * Layers below app return instead of logging (debug excepted).
 * Layer: base.  Threads: any.  Source: OPS-05, reliability.md W7. */
#ifndef BW_BASE_LOG_H
#define BW_BASE_LOG_H

#include "bw/base/str.h"

enum bw_level { BW_DEBUG, BW_INFO, BW_WARN, BW_ERROR };

/* fd stays the caller's; the default is stderr at BW_INFO. */
void bw_log_init(int fd, enum bw_level least);
/* Thread-local context put into every line of this thread until cleared with empty slices. */
void bw_log_context(struct bw_str request_id, struct bw_str trace_id);

enum bw_log_kind { BW_LK_END, BW_LK_STR, BW_LK_I64, BW_LK_BOOL };
struct bw_log_field {
    enum bw_log_kind kind;
    const char *key;
    struct bw_str s;
    int64_t i;
};
#define BW_LS(k, v) ((struct bw_log_field){ BW_LK_STR, (k), (v), 0 })
#define BW_LC(k, v) ((struct bw_log_field){ BW_LK_STR, (k), bw_str_c(v), 0 })
#define BW_LI(k, v) ((struct bw_log_field){ BW_LK_I64, (k), BW_STR_NONE, (int64_t)(v) })
#define BW_LB(k, v) ((struct bw_log_field){ BW_LK_BOOL, (k), BW_STR_NONE, (v) ? 1 : 0 })

void bw_log_fields(enum bw_level level, const char *event, const struct bw_log_field *fields, size_t n);
/* bw_log(BW_INFO, "writer.committed", BW_LI("n", n), BW_LS("instance", name)); at least one field. */
#define bw_log(level, event, ...) \
    bw_log_fields((level), (event), (const struct bw_log_field[]){ __VA_ARGS__ }, \
                  sizeof((const struct bw_log_field[]){ __VA_ARGS__ }) / sizeof(struct bw_log_field))
/* Lines that could not be written (disk full, closed pipe). */
uint64_t bw_log_dropped(void);

#endif
