/* SPDX-License-Identifier: Apache-2.0 */
/* listen.c - addresses to listen on, the probe that keeps two copies off one port, and whose forwarding headers count.
 * Layer: http.  Threads: any.  Source: design.md 8 (first paragraph), reliability.md 2.2, 2.4. */
#include "http_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#define BACKLOG 4096

static bool host_of(struct bw_str host, uint16_t port, struct bw_address *ret)
{
    char text[64];
    if (!bw_str_copy(host, text, sizeof text))
        return false;
    memset(ret, 0, sizeof *ret);
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(&ret->sa, &v4, sizeof v4);
        ret->len = sizeof v4;
        ret->loopback = (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        return false;
    memcpy(&ret->sa, &v6, sizeof v6);
    ret->len = sizeof v6;
    ret->loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    return true;
}

bw_code bw_address_parse(const char *text, struct bw_address *ret, struct bw_error *err)
{
    struct bw_str s = bw_str_c(text);
    size_t colon = s.n;
    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    uint64_t port = 0;
    if (colon > 0 && bw_str_to_u64(bw_str_drop(s, colon), 0, 65535, &port)) {
        struct bw_str host = bw_str_take(s, colon - 1);
        if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
            host = bw_str_n(host.p + 1, host.n - 2);
        if (host_of(host, (uint16_t)port, ret))
            return BW_OK;
    }
    return bw_fail(err, BW_E_CONFIG, "listen", "\"%s\" is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080",
                   text);
}

unsigned bw_address_port(const struct bw_address *at)
{
    if (at->sa.ss_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, &at->sa, sizeof v4);
        return ntohs(v4.sin_port);
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, &at->sa, sizeof v6);
    return ntohs(v6.sin6_port);
}

static bw_code bind_failed(int fd, const struct bw_address *at, struct bw_error *err)
{
    int why = errno;
    char text[46];
    if (fd >= 0)
        close(fd);
    bw_sockaddr_text((const struct sockaddr *)&at->sa, text);
    if (why == EADDRINUSE)
        return bw_fail(err, BW_E_CONFIG, "listen",
                       "port %u of %s is taken; another copy may be running (choose a port)", bw_address_port(at),
                       text);
    return bw_fail(err, BW_E_IO, "listen", "cannot listen on %s port %u: %s", text, bw_address_port(at), strerror(why));
}

bw_code bw_listen(struct bw_address *at, bool reuse, int *ret_fd, struct bw_error *err)
{
    const int on = 1;
    int fd = socket(at->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        (reuse && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) ||
        (at->sa.ss_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) ||
        bind(fd, (const struct sockaddr *)&at->sa, at->len) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&at->sa, &at->len) != 0)
        return bind_failed(fd, at, err);
    *ret_fd = fd;
    return BW_OK;
}

bw_code bw_listen_probe(struct bw_address *at, struct bw_error *err)
{
    int fd = -1;
    bw_code code = bw_listen(at, false, &fd, err);
    if (code == BW_OK)
        close(fd);
    return code;
}

void bw_sockaddr_text(const struct sockaddr *sa, char to[46])
{
    to[0] = '\0';
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, sa, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, to, 46);
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, sa, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, to, 46);
    }
}

bool bw_net_parse(struct bw_str text, struct bw_net *ret)
{
    struct bw_str rest = text, host = bw_str_split(&rest, '/');
    char c[64];
    if (!bw_str_copy(host, c, sizeof c))
        return false;
    memset(ret, 0, sizeof *ret);
    unsigned max = 32;
    ret->family = AF_INET;
    if (inet_pton(AF_INET, c, ret->addr) != 1) {
        max = 128;
        ret->family = AF_INET6;
        if (inet_pton(AF_INET6, c, ret->addr) != 1)
            return false;
    }
    uint64_t bits = max;
    if (rest.p && !bw_str_to_u64(rest, 0, max, &bits))
        return false;
    ret->bits = (unsigned)bits;
    return true;
}

bool bw_net_has(const struct bw_net *net, const char *address)
{
    uint8_t addr[16];
    if (inet_pton(net->family, address, addr) != 1)
        return false;
    unsigned whole = net->bits / 8, left = net->bits % 8;
    if (memcmp(addr, net->addr, whole) != 0)
        return false;
    return left == 0 || ((addr[whole] ^ net->addr[whole]) >> (8 - left)) == 0;
}

bw_code bw_nets_parse(const char *list, struct bw_net *to, size_t max, size_t *ret_n, struct bw_error *err)
{
    struct bw_str rest = bw_str_c(list);
    size_t n = 0;
    while (rest.p) {
        struct bw_str one = bw_str_trim(bw_str_split(&rest, ' '));
        if (bw_str_empty(one))
            continue;
        if (n == max || !bw_net_parse(one, &to[n]))
            return bw_fail(err, BW_E_CONFIG, "trusted_proxies",
                           "\"%.*s\" is not an address or network, or there are more than %zu", BW_FMT(one), max);
        n++;
    }
    *ret_n = n;
    return BW_OK;
}

bool bw_address_trusted(const char *address, const struct bw_net *trusted, size_t n)
{
    static const struct bw_net loop4 = { AF_INET, { 127 }, 8 };
    static const struct bw_net loop6 = { AF_INET6, { [15] = 1 }, 128 };
    if (bw_net_has(&loop4, address) || bw_net_has(&loop6, address))
        return true;
    for (size_t k = 0; k < n; k++)
        if (bw_net_has(&trusted[k], address))
            return true;
    return false;
}

void bw_forwarded_for(struct bw_str header, const struct bw_net *trusted, size_t n, char to[46])
{
    to[0] = '\0';
    /* From the right: each proxy appends the peer it saw, so the first one that is not ours is the client. */
    while (header.n > 0) {
        size_t comma = header.n;
        while (comma > 0 && header.p[comma - 1] != ',')
            comma--;
        struct bw_str one = bw_str_trim(bw_str_drop(header, comma));
        header.n = comma > 0 ? comma - 1 : 0;
        char text[46];
        struct bw_net net;
        if (!bw_str_copy(one, text, sizeof text) || bw_str_find(one, '/') < one.n || !bw_net_parse(one, &net))
            return;
        memcpy(to, text, sizeof text);
        if (!bw_address_trusted(text, trusted, n))
            return;
    }
}
