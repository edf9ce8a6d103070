/* SPDX-License-Identifier: Apache-2.0 */
/* principal.h - who a request speaks for: nobody, a sender key, a staff account, or the holder of a customer link.
 * A plain value, filled by the doors (auth) and only read by everybody else.  Layer: app.  Threads: values.
 * Source: design.md 8 ("Roles"), SEC-03, SEC-10, SEC-13, SEC-14. */
#ifndef BW_APP_PRINCIPAL_H
#define BW_APP_PRINCIPAL_H

#include "bw/base/id.h"
#include "bw/base/str.h"

enum bw_principal_kind { BW_P_ANONYMOUS, BW_P_KEY, BW_P_ACCOUNT, BW_P_LINK };

/* Who may use a route, and (from BW_SCANNER up) which roles an account has. */
enum bw_who {
    BW_ANYONE = 1,
    BW_SENDER = 2,   /* holds a sender key */
    BW_CUSTOMER = 4, /* holds a customer link */
    BW_SCANNER = 8,
    BW_AGENT = 16,
    BW_SUPERVISOR = 32,
    BW_AUDITOR = 64,
    BW_CARRIER_ADMIN = 128,
    BW_ADMIN = 256,
};
#define BW_STAFF (BW_SCANNER | BW_AGENT | BW_SUPERVISOR | BW_AUDITOR | BW_CARRIER_ADMIN | BW_ADMIN)
/* Those who read bags and cases at a screen. */
#define BW_DESK (BW_AGENT | BW_SUPERVISOR | BW_CARRIER_ADMIN | BW_ADMIN)

/* What a sender key may be used for. */
enum bw_scope {
    BW_SCOPE_EVENTS = 1, /* scans, telegrams, heartbeats, flight times */
    BW_SCOPE_READ = 2,   /* bags, streams, search, promises, reports of its own carriers */
    BW_SCOPE_CASES = 4,  /* open and change cases */
};

/* What its organisation is; it decides what may be seen (app/sight.h), not what may be said. */
enum bw_organisation_kind { BW_ORG_CARRIER, BW_ORG_HANDLER, BW_ORG_COURIER, BW_ORG_AUDITOR, BW_ORG_OPERATOR };
/* "carrier", "handler", "courier", "auditor", "operator"; false: none of them. */
BW_MUST_USE bool bw_organisation_kind_from(struct bw_str word, enum bw_organisation_kind *ret);

#define BW_CARRIERS_MAX 64
#define BW_CSRF_TEXT 44
struct bw_mandates;
struct bw_principal {
    enum bw_principal_kind kind;
    unsigned roles;         /* bits of enum bw_who from BW_SCANNER up; 0 unless kind is BW_P_ACCOUNT */
    unsigned scopes;        /* bits of enum bw_scope; 0 unless kind is BW_P_KEY */
    struct bw_uuid id;      /* of the key, account or link; nil for nobody */
    struct bw_uuid owner;   /* what its streams hang on: the key, the session (not the account), the link */
    struct bw_uuid case_id; /* BW_P_LINK: the one case it opens; nil else */
    char name[64];          /* key label or account name, for logs and screens; never a token */
    char organisation[16];
    enum bw_organisation_kind organisation_kind;
    char carriers[BW_CARRIERS_MAX][4]; /* NUL-closed codes: first those it may speak for and read, */
    unsigned n_carriers;               /* so many of them; */
    unsigned n_named;                  /* up to here those it may name, for sightings without a mandate (SEC-10) */
    char own_carrier[4];               /* its organisation, where that is a carrier; "" else */
    struct bw_mandates *mandates;      /* app/mandates.h; NULL: its carriers are all its own */
    bool every_carrier;                /* administrators and auditors of the installation */
    bool companion;                    /* BW_P_LINK: coarse, read-only */
    bool test_realm;                   /* `bagk_test_` */
    char csrf[BW_CSRF_TEXT];           /* BW_P_ACCOUNT: the session's token; "" else */
    bw_time expires_at;                /* end of session, key or link by the wall clock; BW_TIME_NONE = none */
};

/* The bits of enum bw_who that this principal counts as; BW_ANYONE is always among them. */
unsigned bw_principal_bits(const struct bw_principal *p);
/* One of its own carriers, or any where it has every carrier. */
bool bw_principal_speaks_for(const struct bw_principal *p, struct bw_str carrier);
/* One of its own carriers. */
bool bw_principal_has(const struct bw_principal *p, struct bw_str carrier);
/* Its carriers as slices; they borrow from *p.  Returns p->n_carriers. */
size_t bw_principal_slices(const struct bw_principal *p, struct bw_str to[BW_CARRIERS_MAX]);
/* The same for all that it may name in what it says (n_named of them, or its own where that is not filled). */
size_t bw_principal_names(const struct bw_principal *p, struct bw_str to[BW_CARRIERS_MAX]);

#endif
