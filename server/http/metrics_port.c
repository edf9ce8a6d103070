/* SPDX-License-Identifier: Apache-2.0 */
/* metrics_port.c - GET /metrics on a port of its own (127.0.0.1:9464), away from what customers reach.
 * Layer: http.  Threads: its own daemon's.  Source: OPS-04, design.md 9. */
#include "http_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define METRICS_MAX (4u << 20)

/* What is counted elsewhere and only read when somebody asks. */
static void refresh(struct bw_http *http)
{
    bw_metric_add(BW_M_LOG_DROPPED, 0, bw_log_dropped() - (uint64_t)bw_metric_get(BW_M_LOG_DROPPED, 0));
    if (!http->config.hub)
        return;
    struct bw_hub_stats s = bw_hub_stats(http->config.hub);
    bw_metric_set(BW_M_STREAMS, 0, s.staff);
    bw_metric_set(BW_M_STREAMS, 1, s.customers);
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **slot)
{
    static int seen;
    struct bw_daemon *d = cls;
    (void)version;
    (void)data;
    (void)size;
    if (!*slot) {
        *slot = &seen; /* answer at the second call, when the head is read */
        return MHD_YES;
    }
    bool good = strcmp(url, "/metrics") == 0 && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
    struct bw_buf b;
    bw_buf_init(&b, METRICS_MAX);
    if (good) {
        refresh(d->http);
        bw_metrics_print(&b);
    } else {
        bw_buf_c(&b, "only GET /metrics is here\n");
    }
    size_t n = 0;
    char *p = bw_buf_ok(&b) ? bw_buf_steal(&b, &n) : NULL;
    bw_buf_done(&b);
    if (!p)
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_buffer(n, p, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(p);
        return MHD_NO;
    }
    bw_security_headers(response, NULL, false);
    MHD_add_response_header(response, "Content-Type", good ? "text/plain; version=0.0.4" : "text/plain");
    enum MHD_Result result = MHD_queue_response(connection, good ? 200 : 404, response);
    MHD_destroy_response(response);
    return result;
}

static void label_streams(void)
{
    static const char *const reasons[] = { "client", "rotate", "stall", "slow", "bye", "drain" };
    char text[40];
    bw_metric_label(BW_M_STREAMS, 0, "kind=\"staff\"");
    bw_metric_label(BW_M_STREAMS, 1, "kind=\"customer\"");
    for (unsigned k = 0; k < BW_LEN(reasons); k++) {
        snprintf(text, sizeof text, "reason=\"%s\"", reasons[k]);
        bw_metric_label(BW_M_STREAM_CLOSED, k, text);
    }
}

bw_code bw_metrics_port_start(struct bw_http *http, struct bw_daemon *d, struct bw_error *err)
{
    struct bw_address at;
    bw_code code = bw_address_parse(http->config.metrics_listen, &at, err);
    if (code == BW_OK)
        code = bw_listen(&at, false, &d->listen_fd, err);
    if (code != BW_OK)
        return code;
    label_streams();
    bw_mutex_init(&d->lock);
    d->mhd = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_USE_ITC, 0, NULL, NULL, answer, d,
                              MHD_OPTION_LISTEN_SOCKET, d->listen_fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                              MHD_OPTION_CONNECTION_LIMIT, 32u, MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_END);
    http->metrics_port = bw_address_port(&at);
    if (d->mhd)
        return BW_OK;
    close(d->listen_fd);
    bw_mutex_done(&d->lock);
    return bw_fail(err, BW_E_IO, "metrics_listen", "libmicrohttpd does not start");
}
