/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - the compiled templates and message catalogues of the pages, made once from the embedded files.
 * Read-only afterwards but for the readers' time zones, which are loaded when first asked for and then kept.
 * Layer: http; bw_app.pages is one of these.  Threads: any.  Source: design.md 8, 9; PAGE-*. */
#ifndef BW_HTTP_PAGES_H
#define BW_HTTP_PAGES_H

#include "bw/base/buf.h"

struct bw_pages;
struct bw_request;

/* zone_dir NULL = /usr/share/zoneinfo.  BW_E_CONFIG with the file's name where a template or catalogue is broken. */
BW_MUST_USE bw_code bw_pages_new(const char *zone_dir, struct bw_pages **ret_take, struct bw_error *err);
void bw_pages_free(struct bw_pages *pages);
/* For bw_http_config.error_page, with the pages as its context: a refusal in words. */
bool bw_pages_error(void *pages, struct bw_request *rq, bw_code code, const struct bw_error *err, struct bw_buf *to);

#endif
