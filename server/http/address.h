/* SPDX-License-Identifier: Apache-2.0 */
/* address.h - socket addresses, listeners and the peers that are trusted as proxies (listen.c).  Layer: http.  Threads: any. */
#ifndef BW_HTTP_ADDRESS_H
#define BW_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "bw/base/err.h"
#include "bw/base/str.h"

/* A network, or one address with all its bits. */
struct bw_net {
    int family;
    uint8_t addr[16];
    unsigned bits;
};

struct bw_address {
    struct sockaddr_storage sa;
    socklen_t len;
    bool loopback;
};
BW_MUST_USE bw_code bw_address_parse(const char *text, struct bw_address *ret, struct bw_error *err);
/* A listening socket; reuse = SO_REUSEPORT. Fills in the port that was chosen for port 0. */
BW_MUST_USE bw_code bw_listen(struct bw_address *at, bool reuse, int *ret_fd, struct bw_error *err);
/* Fails where anybody, also one with SO_REUSEPORT, listens there already; with port 0 it chooses the port. */
BW_MUST_USE bw_code bw_listen_probe(struct bw_address *at, struct bw_error *err);
unsigned bw_address_port(const struct bw_address *at);
void bw_sockaddr_text(const struct sockaddr *sa, char to[46]);
BW_MUST_USE bool bw_net_parse(struct bw_str text, struct bw_net *ret);
bool bw_net_has(const struct bw_net *net, const char *address);
BW_MUST_USE bw_code bw_nets_parse(const char *list, struct bw_net *to, size_t max, size_t *ret_n, struct bw_error *err);
/* The client's address as the nearest proxy that we trust tells it; "" = nothing usable. */
void bw_forwarded_for(struct bw_str header, const struct bw_net *trusted, size_t n, char to[46]);
bool bw_address_trusted(const char *address, const struct bw_net *trusted, size_t n);

#endif
