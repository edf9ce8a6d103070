/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c - counters, gauges and histograms in static memory, printed as Prometheus text 0.0.4.
 * A metric without labels has series 0 from the start; one with labels has those that wiring named, and what is
 * counted on any other slot stays unseen rather than making a series.
 * Layer: base.  Threads: any; relaxed atomics.  Source: design.md 9, OPS-04. */
#include "bw/base/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { SLOTS = 1024, HISTOGRAM_SLOTS = 256, BUCKETS = 16 };

enum kind { K_COUNTER, K_GAUGE, K_GAUGE_SECONDS, K_SECONDS, K_COUNTS };

static const struct {
    enum kind kind;
    const char *name, *labels, *help;
} metrics[BW_METRIC_MAX] = {
#define X(id, kind, name, labels, help) [id] = { K_##kind, "bagwatch_" name, labels, help },
#include "bw/base/metrics.def"
#undef X
};

/* Upper bounds: microseconds with their text in seconds, and plain counts. */
static const struct bound {
    int64_t le;
    const char *text;
} second_bounds[BUCKETS] = {
    { 500, "0.0005" },   { 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" },  { 10000, "0.01" }, { 25000, "0.025" },
    { 50000, "0.05" },   { 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" },  { 1000000, "1" },  { 2500000, "2.5" },
    { 5000000, "5" },    { 10000000, "10" }, { 30000000, "30" }, { 60000000, "60" },
}, count_bounds[BUCKETS] = {
    { 1, "1" },     { 2, "2" },     { 4, "4" },     { 8, "8" },       { 16, "16" },     { 32, "32" },
    { 64, "64" },   { 128, "128" }, { 256, "256" }, { 512, "512" },   { 1024, "1024" }, { 2048, "2048" },
    { 4096, "4096" }, { 8192, "8192" }, { 16384, "16384" }, { 32768, "32768" },
};

struct histogram {
    _Atomic uint64_t bucket[BUCKETS + 1]; /* the last one is +Inf; each counts its own range only */
    _Atomic int64_t sum;
};

/* set while wiring, then read-only */
static char *labels[BW_METRIC_MAX][SLOTS];
/* shared: relaxed atomics */
static _Atomic int64_t values[BW_METRIC_MAX][SLOTS];
static struct histogram histograms[BW_METRIC_MAX][HISTOGRAM_SLOTS];

static _Thread_local bool muted;

void bw_metrics_mute(bool mute)
{
    muted = mute;
}

bool bw_metrics_muted(void)
{
    return muted;
}

static bool is_histogram(enum bw_metric m)
{
    return metrics[m].kind == K_SECONDS || metrics[m].kind == K_COUNTS;
}

static unsigned slots_of(enum bw_metric m)
{
    return is_histogram(m) ? HISTOGRAM_SLOTS : SLOTS;
}

/* True when text is name="value",… with exactly the names of the table, in its order. */
static bool labels_fit(const char *names, const char *text)
{
    struct bw_str rest = bw_str_c(text), want = bw_str_c(names);
    while (want.p) {
        struct bw_str name = bw_str_split(&want, ',');
        if (!bw_str_eq(bw_str_split(&rest, '='), name) || !bw_str_starts(rest, BW_STR("\"")))
            return false;
        rest = bw_str_drop(rest, 1);
        struct bw_str value = bw_str_split(&rest, '"');
        if (!rest.p || !bw_utf8_valid(value, 0) || bw_str_find(value, '\\') < value.n ||
            bw_str_find(value, '\n') < value.n)
            return false;
        if (want.p) {
            if (!bw_str_starts(rest, BW_STR(",")))
                return false;
            rest = bw_str_drop(rest, 1);
        }
    }
    return rest.n == 0;
}

void bw_metric_label(enum bw_metric m, unsigned slot, const char *label_text)
{
    BW_ASSERT(m < BW_METRIC_MAX && slot < slots_of(m));
    BW_ASSERT(metrics[m].labels[0] && labels_fit(metrics[m].labels, label_text));
    char *copy = strdup(label_text);
    BW_ASSERT(copy);
    free(labels[m][slot]);
    labels[m][slot] = copy;
}

void bw_metric_add(enum bw_metric m, unsigned slot, uint64_t n)
{
    BW_ASSERT(m < BW_METRIC_MAX && slot < SLOTS && (metrics[m].kind == K_COUNTER || metrics[m].kind == K_GAUGE));
    if (!muted)
        atomic_fetch_add_explicit(&values[m][slot], (int64_t)n, memory_order_relaxed);
}

void bw_metric_set(enum bw_metric m, unsigned slot, int64_t v)
{
    BW_ASSERT(m < BW_METRIC_MAX && slot < SLOTS && (metrics[m].kind == K_GAUGE || metrics[m].kind == K_GAUGE_SECONDS));
    if (!muted)
        atomic_store_explicit(&values[m][slot], v, memory_order_relaxed);
}

static void observe(struct histogram *h, const struct bound *bounds, int64_t v)
{
    unsigned at = 0;
    if (muted)
        return;
    if (v < 0)
        v = 0;
    while (at < BUCKETS && v > bounds[at].le)
        at++;
    atomic_fetch_add_explicit(&h->bucket[at], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->sum, v, memory_order_relaxed);
}

void bw_metric_observe(enum bw_metric m, unsigned slot, int64_t us)
{
    BW_ASSERT(m < BW_METRIC_MAX && slot < HISTOGRAM_SLOTS && metrics[m].kind == K_SECONDS);
    observe(&histograms[m][slot], second_bounds, us);
}

void bw_metric_observe_n(enum bw_metric m, unsigned slot, int64_t n)
{
    BW_ASSERT(m < BW_METRIC_MAX && slot < HISTOGRAM_SLOTS && metrics[m].kind == K_COUNTS);
    observe(&histograms[m][slot], count_bounds, n);
}

int64_t bw_metric_get(enum bw_metric m, unsigned slot)
{
    BW_ASSERT(m < BW_METRIC_MAX && slot < slots_of(m));
    if (!is_histogram(m))
        return atomic_load_explicit(&values[m][slot], memory_order_relaxed);
    int64_t count = 0;
    for (unsigned at = 0; at <= BUCKETS; at++)
        count += (int64_t)atomic_load_explicit(&histograms[m][slot].bucket[at], memory_order_relaxed);
    return count;
}

static void print_seconds(struct bw_buf *to, int64_t us)
{
    uint64_t size = us < 0 ? (uint64_t) - (us + 1) + 1 : (uint64_t)us;
    bw_buf_printf(to, "%s%llu.%06llu\n", us < 0 ? "-" : "", (unsigned long long)(size / 1000000),
                  (unsigned long long)(size % 1000000));
}

static void print_value(struct bw_buf *to, enum bw_metric m, unsigned slot, const char *label)
{
    int64_t v = bw_metric_get(m, slot);
    bw_buf_printf(to, *label ? "%s{%s} " : "%s%s ", metrics[m].name, label);
    if (metrics[m].kind == K_GAUGE_SECONDS)
        print_seconds(to, v);
    else
        bw_buf_printf(to, "%lld\n", (long long)v);
}

static void print_histogram(struct bw_buf *to, enum bw_metric m, unsigned slot, const char *label)
{
    const struct bound *bounds = metrics[m].kind == K_SECONDS ? second_bounds : count_bounds;
    const struct histogram *h = &histograms[m][slot];
    uint64_t count = 0;
    for (unsigned at = 0; at <= BUCKETS; at++) {
        count += atomic_load_explicit(&h->bucket[at], memory_order_relaxed);
        bw_buf_printf(to, "%s_bucket{%s%sle=\"%s\"} %llu\n", metrics[m].name, label, *label ? "," : "",
                      at < BUCKETS ? bounds[at].text : "+Inf", (unsigned long long)count);
    }
    bw_buf_printf(to, *label ? "%s_sum{%s} " : "%s_sum%s ", metrics[m].name, label);
    int64_t sum = atomic_load_explicit(&h->sum, memory_order_relaxed);
    if (metrics[m].kind == K_SECONDS)
        print_seconds(to, sum);
    else
        bw_buf_printf(to, "%lld\n", (long long)sum);
    bw_buf_printf(to, *label ? "%s_count{%s} %llu\n" : "%s_count%s %llu\n", metrics[m].name, label,
                  (unsigned long long)count);
}

void bw_metrics_print(struct bw_buf *to)
{
    for (enum bw_metric m = (enum bw_metric)0; m < BW_METRIC_MAX; m++) {
        bw_buf_printf(to, "# HELP %s %s\n# TYPE %s %s\n", metrics[m].name, metrics[m].help, metrics[m].name,
                      is_histogram(m)                ? "histogram"
                      : metrics[m].kind == K_COUNTER ? "counter"
                                                     : "gauge");
        for (unsigned slot = 0; slot < slots_of(m); slot++) {
            const char *label = metrics[m].labels[0] ? labels[m][slot] : slot == 0 ? "" : NULL;
            if (!label)
                continue;
            if (is_histogram(m))
                print_histogram(to, m, slot, label);
            else
                print_value(to, m, slot, label);
        }
    }
}

void bw_metrics_reset(void)
{
    for (unsigned m = 0; m < BW_METRIC_MAX; m++) {
        for (unsigned slot = 0; slot < SLOTS; slot++)
            atomic_store_explicit(&values[m][slot], 0, memory_order_relaxed);
        for (unsigned slot = 0; slot < HISTOGRAM_SLOTS; slot++) {
            for (unsigned at = 0; at <= BUCKETS; at++)
                atomic_store_explicit(&histograms[m][slot].bucket[at], 0, memory_order_relaxed);
            atomic_store_explicit(&histograms[m][slot].sum, 0, memory_order_relaxed);
        }
    }
}
