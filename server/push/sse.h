/* SPDX-License-Identifier: Apache-2.0 */
/* sse.h - event-stream framing (WHATWG HTML 9.2): pure bytes.  Private to push.  Threads: any. */
#ifndef BW_PUSH_SSE_INT_H
#define BW_PUSH_SSE_INT_H

#include "bw/push/hub.h"

/* One event.  name and id may be NULL; data with line feeds becomes several data lines (a CR is refused by assertion, it
 * would end a line). */
void bw_sse_event(struct bw_buf *to, const char *name, const struct bw_cursor *id, struct bw_str data);
/* ": text" and an empty line: keeps the connection alive, never changes the id. */
void bw_sse_comment(struct bw_buf *to, struct bw_str text);
void bw_sse_retry(struct bw_buf *to, unsigned ms);

#endif
