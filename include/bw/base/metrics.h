/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.h - counters, gauges and histograms from one table (metrics.def), printed as Prometheus text 0.0.4.
 * Every label has a closed list of values, fixed at init, so the number of series is bounded.
 * Layer: base.  Threads: any; updates are relaxed atomics.  Source: design.md 9, OPS-04. */
#ifndef BW_BASE_METRICS_H
#define BW_BASE_METRICS_H

#include "bw/base/buf.h"
#include "bw/base/clock.h"

enum bw_metric {
#define X(id, kind, name, labels, help) id,
#include "bw/base/metrics.def"
#undef X
    BW_METRIC_MAX
};

/* Series of a metric are found by a small number that the owner of the label defines (enum value, route row).
 * bw_metric_label gives series `slot` its label text, e.g. `route="/v1/events",method="POST",code="2xx"`;
 * call at wiring, before threads. slot < 1024, for histograms < 256.  Asserts that the text has the names of the table
 * in their order.  A metric without label names has slot 0 only; unlabelled slots of the others are not printed. */
void bw_metric_label(enum bw_metric m, unsigned slot, const char *label_text);
void bw_metric_add(enum bw_metric m, unsigned slot, uint64_t n); /* counters; gauges too, (uint64_t)-1 takes one off */
void bw_metric_set(enum bw_metric m, unsigned slot, int64_t v); /* gauges; seconds gauges are given in us */
void bw_metric_observe(enum bw_metric m, unsigned slot, int64_t us); /* histograms of seconds, from microseconds */
void bw_metric_observe_n(enum bw_metric m, unsigned slot, int64_t n); /* histograms of counts */
/* From here on what this thread counts is not counted, nor what threads do that it starts (bw_thread_start); false ends
 * it.  For the test realm, whose figures must not mix with those of the live one (ING-15). */
void bw_metrics_mute(bool mute);
bool bw_metrics_muted(void);
int64_t bw_metric_get(enum bw_metric m, unsigned slot);
void bw_metrics_print(struct bw_buf *to);
void bw_metrics_reset(void); /* tests: all values 0, labels stay */

#endif
