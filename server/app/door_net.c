/* SPDX-License-Identifier: Apache-2.0 */
/* door_net.c - networks that a key may be used from, and the network that a failure counts against.
 * Layer: app.  Threads: values.  Source: SEC-01, reliability.md A6, P2. */
#include "door_int.h"

#include <arpa/inet.h>

/* The bytes of an address in numbers; 0 = not one.  IPv4 written as IPv6 (::ffff:192.0.2.1) is IPv4. */
static uint8_t address_bytes(struct bw_str s, uint8_t to[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN];
    if (!bw_str_copy(s, text, sizeof text))
        return 0;
    if (inet_pton(AF_INET, text, to) == 1)
        return 4;
    if (inet_pton(AF_INET6, text, to) != 1)
        return 0;
    if (memcmp(to, mapped, sizeof mapped) != 0)
        return 16;
    memmove(to, to + 12, 4);
    return 4;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool bw_cidr_parse(struct bw_str s, struct bw_cidr *ret)
{
    struct bw_cidr net = { .bytes = 0 };
    uint64_t bits;
    struct bw_str rest = s, address = bw_str_split(&rest, '/');
    net.bytes = address_bytes(address, net.addr);
    if (net.bytes == 0)
        return false;
    bits = net.bytes * 8u;
    if (rest.p && !bw_str_to_u64(rest, 0, bits, &bits))
        return false;
    net.bits = (uint8_t)bits;
    uint8_t cut[16] = { 0 };
    memcpy(cut, net.addr, bits / 8);
    if (bits % 8 != 0)
        cut[bits / 8] = (uint8_t)(net.addr[bits / 8] & 0xff00u >> bits % 8);
    if (memcmp(cut, net.addr, net.bytes) != 0)
        return false;
    *ret = net;
    return true;
}

bool bw_cidr_has(const struct bw_cidr *net, struct bw_str address)
{
    uint8_t bytes[16] = { 0 };
    return address_bytes(address, bytes) == net->bytes && same_bits(bytes, net->addr, net->bits);
}

struct bw_str bw_address_owner(struct bw_str address, uint8_t to[16])
{
    uint8_t n = address_bytes(address, to);
    if (n == 0)
        return address; /* "" where a proxy told nothing: they share one limit */
    return bw_str_n((const char *)to, n == 16 ? 8 : n);
}
