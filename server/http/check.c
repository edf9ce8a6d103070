/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - the request head held against our own rules, because libmicrohttpd 0.9.75 takes the first of two
 * Content-Lengths, ignores "Content-Length :", reads unknown transfer codings until the end of the connection, cuts
 * URLs at %00 and passes any method and version.  What is doubtful about framing also closes the connection.
 * Layer: http.  Threads: loop.  Source: reliability.md 2.1 ("our rule"), design.md 8 (limits), ING-10. */
#include "http_int.h"

const char *bw_method_name(enum bw_method m)
{
    static const char *const names[BW_METHOD_MAX] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" };
    return names[m];
}

static bool is_token(char c)
{
    return bw_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool plain_value(struct bw_str s)
{
    for (size_t k = 0; k < s.n; k++) {
        unsigned char c = (unsigned char)s.p[k];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* Headers that may stand once only: two readers of the message could each take another. */
static bool must_be_single(struct bw_str name)
{
    static const char *const single[] = { "Content-Length", "Transfer-Encoding", "Host",          "Authorization",
                                          "Content-Type",   "Idempotency-Key",   "Last-Event-ID", "Origin",
                                          "Expect",         "If-Match",          "X-CSRF-Token",  "Content-Encoding" };
    for (size_t k = 0; k < BW_LEN(single); k++)
        if (bw_str_eq_nocase(name, bw_str_c(single[k])))
            return true;
    return false;
}

struct head_walk {
    struct bw_request *rq;
    struct bw_error *err;
    bw_code code;
};

static enum MHD_Result head_line(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value,
                                 size_t value_n)
{
    struct head_walk *w = cls;
    struct bw_request *rq = w->rq;
    struct bw_pair pair = { bw_str_n(name, name_n), bw_str_n(value ? value : "", value_n) };
    (void)kind;
    if (rq->n_headers == BW_HEADERS_MAX)
        w->code = bw_fail(w->err, BW_E_BAD_REQUEST, NULL, "more than %d header lines", BW_HEADERS_MAX);
    else if (!bw_str_all(pair.name, is_token))
        w->code = bw_fail(w->err, BW_E_BAD_REQUEST, NULL, "a header name holds a character that names may not hold");
    else if (!plain_value(pair.value))
        w->code =
            bw_fail(w->err, BW_E_BAD_REQUEST, NULL, "the header %.*s holds a control character", BW_FMT(pair.name));
    else if (must_be_single(pair.name) && bw_request_header(rq, name).p)
        w->code = bw_fail(w->err, BW_E_BAD_REQUEST, NULL, "the header %.*s stands twice", BW_FMT(pair.name));
    if (w->code != BW_OK)
        return MHD_NO;
    rq->headers[rq->n_headers++] = pair;
    return MHD_YES;
}

/* RFC 9110 9.1: methods are case-sensitive. */
static bw_code method_of(struct bw_request *rq, const char *method, struct bw_error *err)
{
    for (int m = 0; m < BW_METHOD_MAX; m++) {
        if (strcmp(method, bw_method_name((enum bw_method)m)) == 0) {
            rq->method = (enum bw_method)m;
            return BW_OK;
        }
    }
    rq->reply.close = true;
    return bw_fail(err, BW_E_METHOD, NULL, "no resource here takes that method");
}

static bool has_escape(struct bw_str s, char high, char low)
{
    for (size_t k = 0; k + 2 < s.n; k++)
        if (s.p[k] == '%' && s.p[k + 1] == high && (s.p[k + 2] | 0x20) == low)
            return true;
    return false;
}

static bw_code target_of(struct bw_request *rq, struct bw_error *err)
{
    struct bw_str t = rq->target;
    if (t.n > BW_URI_MAX)
        return bw_fail(err, BW_E_URI_TOO_LONG, NULL, "%zu bytes", t.n);
    if (t.n == 0 || t.p[0] != '/')
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "the request target must start with /");
    for (size_t k = 0; k < t.n; k++)
        if ((unsigned char)t.p[k] <= 0x20 || (unsigned char)t.p[k] >= 0x7f || t.p[k] == '#')
            return bw_fail(err, BW_E_BAD_REQUEST, NULL, "the request target holds a character that must be escaped");
    rq->path = bw_str_take(t, bw_str_find(t, '?'));
    if (has_escape(t, '0', '0') || has_escape(rq->path, '2', 'f'))
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "the request target holds %%00 or %%2F");
    struct bw_str rest = rq->path;
    while (rest.p) {
        struct bw_str segment = bw_str_split(&rest, '/');
        if (bw_str_eq_c(segment, ".") || bw_str_eq_c(segment, ".."))
            return bw_fail(err, BW_E_BAD_REQUEST, NULL, "the path holds a dot segment");
    }
    return BW_OK;
}

bool bw_request_length(const struct bw_request *rq, uint64_t *ret)
{
    struct bw_str s = bw_request_header(rq, "Content-Length");
    return s.p && bw_str_to_u64(s, 0, INT64_MAX, ret);
}

bool bw_request_gzip(const struct bw_request *rq)
{
    struct bw_str coding = bw_str_trim(bw_request_header(rq, "Content-Encoding"));
    return bw_str_eq_nocase(coding, BW_STR("gzip")) || bw_str_eq_nocase(coding, BW_STR("x-gzip"));
}

bool bw_request_has_body(const struct bw_request *rq)
{
    uint64_t n = 0;
    return bw_request_header(rq, "Transfer-Encoding").p || (bw_request_length(rq, &n) && n > 0);
}

static bw_code framing(struct bw_request *rq, struct bw_error *err)
{
    struct bw_str coding = bw_request_header(rq, "Transfer-Encoding");
    struct bw_str length = bw_request_header(rq, "Content-Length");
    uint64_t n = 0;
    if (coding.p && length.p)
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "Content-Length and Transfer-Encoding contradict each other");
    if (coding.p && !bw_str_eq_nocase(coding, BW_STR("chunked")))
        return bw_fail(err, BW_E_NOT_IMPLEMENTED, NULL, "the only transfer coding known here is chunked");
    if (length.p && !bw_request_length(rq, &n)) /* libmicrohttpd answers most of these itself, with two status lines */
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "Content-Length is not a number of bytes");
    return BW_OK;
}

static bool is_id_char(char c)
{
    return bw_is_alnum(c) || c == '.' || c == '_' || c == '-';
}

/* W3C Trace Context: 00-<32 hex>-<16 hex>-<2 hex>; only the trace id is kept. */
static void trace_of(struct bw_request *rq)
{
    struct bw_str s = bw_request_header(rq, "traceparent");
    uint8_t id[16], zero[16] = { 0 };
    if (s.n != 55 || !bw_str_starts(s, BW_STR("00-")) || s.p[35] != '-' || s.p[52] != '-' ||
        !bw_unhex(bw_str_n(s.p + 3, 32), id, sizeof id) || memcmp(id, zero, sizeof id) == 0)
        return;
    bw_hex(id, sizeof id, rq->trace);
}

static void ids_of(struct bw_request *rq)
{
    struct bw_str id = bw_request_header(rq, "X-Request-Id");
    if (id.n >= 8 && id.n <= 64 && bw_str_all(id, is_id_char)) {
        bw_str_put(id, rq->id, sizeof rq->id);
    } else {
        char text[BW_UUID_TEXT];
        struct bw_uuid own = bw_uuid_v7(rq->at_wall);
        bw_str_put(bw_str_c(bw_uuid_text(&own, text)), rq->id, sizeof rq->id);
    }
    trace_of(rq);
}

static bool host_char(char c)
{
    return bw_is_alnum(c) || (c != '\0' && strchr(".-:[]_", c) != NULL);
}

bw_code bw_check_head(struct bw_request *rq, const char *method, const char *version, struct bw_error *err)
{
    struct head_walk walk = { rq, err, BW_OK };
    rq->headers = BW_NEW_ARRAY(&rq->arena, struct bw_pair, BW_HEADERS_MAX);
    if (!rq->headers) {
        rq->reply.close = true;
        return bw_fail(err, BW_E_BUSY, NULL, "no memory for the headers");
    }
    MHD_get_connection_values_n(rq->core->connection, MHD_HEADER_KIND, head_line, &walk);
    ids_of(rq);
    bw_code code = walk.code;
    if (code == BW_OK)
        code = framing(rq, err);
    if (code == BW_OK && strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        code = bw_fail(err, BW_E_BAD_REQUEST, NULL, "the version must be HTTP/1.1 or HTTP/1.0");
    struct bw_str host = bw_request_header(rq, "Host");
    if (code == BW_OK && !host.p && strcmp(version, "HTTP/1.1") == 0)
        code = bw_fail(err, BW_E_BAD_REQUEST, NULL, "HTTP/1.1 needs a Host header");
    if (code == BW_OK && host.p && (host.n == 0 || host.n > 255 || !bw_str_all(host, host_char)))
        code = bw_fail(err, BW_E_BAD_REQUEST, NULL, "Host is not a host name");
    if (code != BW_OK) {
        rq->reply.close = true;
        return code;
    }
    code = method_of(rq, method, err);
    if (code == BW_OK)
        code = target_of(rq, err);
    return code;
}

static bool media_taken(const char *media, struct bw_str sent)
{
    struct bw_str rest = sent, type = bw_str_trim(bw_str_split(&rest, ';'));
    char lower[64];
    if (type.n >= sizeof lower)
        return false;
    for (size_t k = 0; k < type.n; k++)
        lower[k] = (char)(type.p[k] >= 'A' && type.p[k] <= 'Z' ? type.p[k] | 0x20 : type.p[k]);
    if (!bw_word_in(media, bw_str_n(lower, type.n)))
        return false;
    while (rest.p) {
        struct bw_str value = bw_str_split(&rest, ';'), name = bw_str_trim(bw_str_split(&value, '='));
        value = bw_str_trim(value);
        if (bw_str_eq_nocase(name, BW_STR("charset")) && !bw_str_eq_nocase(value, BW_STR("utf-8")) &&
            !bw_str_eq_nocase(value, BW_STR("\"utf-8\"")) && !bw_str_eq_nocase(value, BW_STR("us-ascii")))
            return false;
    }
    return true;
}

/* What was done to the body before it was sent (RFC 9110 8.4): a route that reads it as it comes undoes gzip. */
static bw_code coding_of(struct bw_request *rq, struct bw_error *err)
{
    struct bw_str coding = bw_str_trim(bw_request_header(rq, "Content-Encoding"));
    bool gzip = (rq->route->flags & BW_R_UPLOAD) != 0;
    if (coding.n == 0 || bw_str_eq_nocase(coding, BW_STR("identity")) || (gzip && bw_request_gzip(rq)))
        return BW_OK;
    bw_reply_header(rq, "Accept-Encoding", gzip ? BW_STR("gzip") : BW_STR("identity"));
    return bw_fail(err, BW_E_UNSUPPORTED_MEDIA, "Content-Encoding", "this route takes %s bodies",
                   gzip ? "plain and gzip" : "plain");
}

bw_code bw_check_body(struct bw_request *rq, struct bw_error *err)
{
    const struct bw_route *route = rq->route;
    struct bw_str expect = bw_request_header(rq, "Expect"), media = bw_request_header(rq, "Content-Type");
    uint64_t n = 0;
    bool known = bw_request_length(rq, &n), chunked = bw_request_header(rq, "Transfer-Encoding").p != NULL;
    if (expect.p && !bw_str_eq_nocase(expect, BW_STR("100-continue")))
        return bw_fail(err, BW_E_EXPECTATION, NULL, "Expect names something else than 100-continue");
    if (known && n > route->body_max)
        return bw_fail(err, BW_E_TOO_LARGE, NULL, "%llu bytes; this route takes %zu", (unsigned long long)n,
                       route->body_max);
    if (route->body_max == 0)
        return chunked ? bw_fail(err, BW_E_TOO_LARGE, NULL, "this route takes no body") : BW_OK;
    if (!known && !chunked)
        return bw_fail(err, BW_E_LENGTH_REQUIRED, NULL, "neither Content-Length nor chunked coding");
    if (known && n == 0 && !media.p)
        return BW_OK;
    if (!media.p || !media_taken(route->media, media))
        return bw_fail(err, BW_E_UNSUPPORTED_MEDIA, NULL, "this route takes %s in UTF-8", route->media);
    return coding_of(rq, err);
}
