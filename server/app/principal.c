/* SPDX-License-Identifier: Apache-2.0 */
/* principal.c - the who-bits of a principal and whom it speaks for.  Layer: app.  Threads: values. */
#include "bw/app/principal.h"

bool bw_organisation_kind_from(struct bw_str word, enum bw_organisation_kind *ret)
{
    static const char *const words[] = { "carrier", "handler", "courier", "auditor", "operator" };
    for (size_t k = 0; k < BW_LEN(words); k++)
        if (bw_str_eq_c(word, words[k])) {
            *ret = (enum bw_organisation_kind)k;
            return true;
        }
    return false;
}

unsigned bw_principal_bits(const struct bw_principal *p)
{
    switch (p->kind) {
    case BW_P_ANONYMOUS:
        return BW_ANYONE;
    case BW_P_KEY:
        return BW_ANYONE | BW_SENDER;
    case BW_P_ACCOUNT:
        return BW_ANYONE | (p->roles & BW_STAFF);
    case BW_P_LINK:
        return BW_ANYONE | BW_CUSTOMER;
    }
    return BW_ANYONE;
}

bool bw_principal_has(const struct bw_principal *p, struct bw_str carrier)
{
    for (unsigned k = 0; k < p->n_carriers; k++)
        if (bw_str_eq_c(carrier, p->carriers[k]))
            return true;
    return false;
}

bool bw_principal_speaks_for(const struct bw_principal *p, struct bw_str carrier)
{
    return p->every_carrier || bw_principal_has(p, carrier);
}

size_t bw_principal_slices(const struct bw_principal *p, struct bw_str to[BW_CARRIERS_MAX])
{
    for (unsigned k = 0; k < p->n_carriers; k++)
        to[k] = bw_str_c(p->carriers[k]);
    return p->n_carriers;
}

size_t bw_principal_names(const struct bw_principal *p, struct bw_str to[BW_CARRIERS_MAX])
{
    size_t n = p->n_named > p->n_carriers ? p->n_named : p->n_carriers;
    for (size_t k = 0; k < n; k++)
        to[k] = bw_str_c(p->carriers[k]);
    return n;
}
