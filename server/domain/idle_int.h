/* SPDX-License-Identifier: Apache-2.0 */
/* idle_int.h - packing what was said without a new fact.  Pure.  Layer: domain, private.  Threads: any. */
#ifndef BW_DOMAIN_IDLE_INT_H
#define BW_DOMAIN_IDLE_INT_H

#include "bw/base/buf.h"
#include "bw/domain/idle.h"

/* All but fact_at. */
void bw_idle_pack(const struct bw_idle *idle, struct bw_buf *to);
/* Cuts it off the end.  False for bytes that bw_idle_pack() did not write. */
BW_MUST_USE bool bw_idle_unpack(struct bw_str *bytes, struct bw_idle *to);

#endif
