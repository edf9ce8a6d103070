/* SPDX-License-Identifier: Apache-2.0 */
/* pack_int.h - byte-stable binary form of a plain struct, by a table of its members: equal states have equal bytes, and
 * what is read back packs to the same bytes.  Numbers are big-endian; texts have a length byte; an event code is its
 * name, because codes.def grows and its numbers move. Layer: domain.  Threads: any. */
#ifndef BW_DOMAIN_PACK_INT_H
#define BW_DOMAIN_PACK_INT_H

#include "bw/base/buf.h"

enum bw_pack_kind { BW_PACK_INT, BW_PACK_UINT, BW_PACK_BOOL, BW_PACK_TEXT, BW_PACK_BYTES, BW_PACK_CODE };
struct bw_pack_member {
    unsigned short offset, size;
    enum bw_pack_kind kind;
    unsigned below; /* UINT: values from here on are refused; 0 = none */
};

/* form: first byte, told apart from other structs and later forms. */
void bw_pack(uint8_t form, const struct bw_pack_member *members, size_t n, const void *from, struct bw_buf *to);
/* False for bytes that bw_pack() did not write.  *ret must be zeroed; it is spoilt then. */
BW_MUST_USE bool bw_unpack(uint8_t form, const struct bw_pack_member *members, size_t n, struct bw_str bytes,
                           void *ret);

#endif
