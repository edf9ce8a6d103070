/* SPDX-License-Identifier: Apache-2.0 */
/* doors.h - who may come in: sender keys, staff accounts and their sessions, customer links.
 * A token is 128 to 256 random bits, shown once, kept as SHA-256.  What a token opens is cached for seconds: `quick`
 * answers from memory, `slow` reads the database.  An entry is fresh for 2 s, then one request reads it again while
 * the others go on with it, for 4 s at most; so a revocation is in force on every instance within 5 s.
 * Owns: the cache and the limiter of failed attempts.  Layer: app.  Threads: any, where nothing else is said.
 * Functions that take a bw_pg want it ready (bw_pg_ensure) and may run inside bw_tx_run.
 * Source: design.md 8, 9; reliability.md 6 (A1, A2, A5, A6, W3, W5, P3); SEC-01, SEC-02, SEC-05, PAGE-06. */
#ifndef BW_APP_DOORS_H
#define BW_APP_DOORS_H

#include "bw/app/principal.h"
#include "bw/app/totp.h"
#include "bw/base/arena.h"
#include "bw/base/crypto.h"
#include "bw/push/hub.h"
#include "bw/storage/pg.h"

struct bw_doors;
struct bw_keys;

struct bw_doors_config {
    bw_time fresh, keep;        /* 0 = 2 s and 4 s */
    bw_time idle, session;      /* of sessions; 0 = 30 min and 12 h */
    unsigned password_log2_n;   /* 0 = BW_PASSWORD_COST */
    size_t entries;             /* of the cache; 0 = 8,192 */
    const struct bw_keys *keys; /* wrap the secrets of one-time codes; NULL: accounts that have one cannot log in */
};
BW_MUST_USE bw_code bw_doors_new(const struct bw_doors_config *config, struct bw_doors **ret_take,
                                 struct bw_error *err);
void bw_doors_free(struct bw_doors *doors);

/* --- coming in --- */
enum bw_door { BW_DOOR_KEY, BW_DOOR_SESSION, BW_DOOR_LINK };
struct bw_credential {
    enum bw_door door;
    struct bw_str token;   /* as sent */
    struct bw_str address; /* of the client, in numbers */
    bool passive;          /* a stream that reconnects by itself: does not prolong a session */
};
/* From memory; never blocks.  BW_OK with *who, BW_OK with *ret_look_up (ask bw_doors_slow), or a refusal:
 * BW_E_UNAUTHENTICATED (key: misspelt, unknown, dead, wrong network), BW_E_NOT_FOUND (link), BW_E_RATE_LIMITED after
 * too many failures from one address.  A dead session is nobody: BW_OK and BW_P_ANONYMOUS.  With *ret_look_up,
 * who->test_realm says whose database bw_doors_slow wants: keys and sessions are the live one's, links their case's. */
BW_MUST_USE bw_code bw_doors_quick(struct bw_doors *doors, const struct bw_credential *c, struct bw_principal *who,
                                   bool *ret_look_up, struct bw_error *err);
/* From the database, into the cache; also BW_E_DATABASE_AWAY. */
BW_MUST_USE bw_code bw_doors_slow(struct bw_doors *doors, struct bw_pg *pg, const struct bw_credential *c,
                                  struct bw_principal *who, struct bw_error *err);
/* What was revoked on any instance since the last call leaves the cache, and its streams end with `bye`.  Every
 * instance runs this about every 2 s, one thread at a time.  hub may be NULL. */
BW_MUST_USE bw_code bw_doors_sweep(struct bw_doors *doors, struct bw_pg *pg, struct bw_hub *hub, struct bw_error *err);
/* The same for one owner (bw_principal.owner), at once, on this instance. */
void bw_doors_shut(struct bw_doors *doors, struct bw_hub *hub, const struct bw_uuid *owner);
/* A mandate of that organisation was granted or revoked here: in force at once on this instance; the sweep ends its
 * streams and tells the others. */
void bw_doors_mandate_changed(struct bw_doors *doors, const char *organisation);

/* --- organisations --- */
#define BW_ORGANISATION_TEXT 13
/* kind "carrier", "handler", "courier", "auditor" or "operator".  One that is there stays as it is. */
BW_MUST_USE bw_code bw_org_ensure(struct bw_pg *pg, struct bw_str code, struct bw_str name, const char *kind,
                                  bw_time now, struct bw_error *err);

/* --- sender keys: bagk_live_ or bagk_test_, 30 base62 digits, 6 base62 digits of the CRC32 of those 30 --- */
#define BW_KEY_TEXT 47
#define BW_KEY_PREFIX_TEXT 15
#define BW_KEY_CIDRS 16
struct bw_key_new {
    struct bw_str organisation;
    const struct bw_str *carriers; /* beside the organisation's own */
    size_t n_carriers;
    unsigned scopes;
    const struct bw_str *cidrs; /* networks it may come from; none = any */
    size_t n_cidrs;
    bool test;
    bw_time expires_at; /* BW_TIME_NONE = never */
};
struct bw_key_made {
    struct bw_uuid id;
    char token[BW_KEY_TEXT];         /* to be shown once */
    char prefix[BW_KEY_PREFIX_TEXT]; /* "bagk_live_" and 4 digits */
    char last4[5];
    char carriers[BW_CARRIERS_MAX][4]; /* its organisation's own first */
    size_t n_carriers;
};
/* BW_E_NOT_FOUND: no such organisation; BW_E_INVALID_BODY: field names the part. */
BW_MUST_USE bw_code bw_key_create(struct bw_pg *pg, const struct bw_key_new *key, bw_time now, struct bw_key_made *ret,
                                  struct bw_error *err);
struct bw_key_row {
    struct bw_uuid id;
    char prefix[BW_KEY_PREFIX_TEXT], last4[5], organisation[BW_ORGANISATION_TEXT];
    bool test;
    unsigned scopes;
    struct bw_str *carriers, *cidrs;
    size_t n_carriers, n_cidrs;
    bw_time made_at, expires_at, revoked_at, last_used_at;
};
/* Newest first, at most 1,000; organisation empty = all. */
BW_MUST_USE bw_code bw_key_list(struct bw_pg *pg, struct bw_str organisation, struct bw_arena *arena,
                                struct bw_key_row **ret, size_t *ret_n, struct bw_error *err);
/* BW_E_NOT_FOUND where that organisation (empty = any) has no such key; one that is revoked already stays so. */
BW_MUST_USE bw_code bw_key_revoke(struct bw_pg *pg, const struct bw_uuid *id, struct bw_str organisation, bw_time now,
                                  struct bw_error *err);
/* "events", "read", "cases"; 0 = no such scope.  bw_scope_word(1 << n) is NULL past the last. */
unsigned bw_scope_bit(struct bw_str word);
const char *bw_scope_word(unsigned bit);

/* --- staff --- */
#define BW_PASSWORD_MAX 256
#define BW_PASSWORD_COST 17 /* log2 N of scrypt: 0.44 s and 128 MiB (reliability.md W5) */
/* "scanner" … "admin" to its bit of enum bw_who; 0 = no such role. */
unsigned bw_role_bit(struct bw_str word);
const char *bw_role_word(unsigned bit);
struct bw_account_new {
    struct bw_str name; /* 2 to 63 of [A-Za-z0-9._@-], first letter or digit; kept in lower case */
    struct bw_str organisation;
    struct bw_str role;            /* "admin" for the operator's people, and for them alone */
    const struct bw_str *carriers; /* beside the organisation's own */
    size_t n_carriers;
    struct bw_str password; /* 12 to 256 bytes */
};
/* Half a second of scrypt; password_log2_n 0 = BW_PASSWORD_COST.  BW_E_CLASH: the name is taken.  Refuses like
 * bw_key_create. */
BW_MUST_USE bw_code bw_account_create(struct bw_pg *pg, const struct bw_account_new *account, unsigned password_log2_n,
                                      bw_time now, struct bw_uuid *ret, struct bw_error *err);
/* Both end every session of the account.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_account_password(struct bw_pg *pg, struct bw_str name, struct bw_str password,
                                        unsigned password_log2_n, bw_time now, struct bw_error *err);
BW_MUST_USE bw_code bw_account_disable(struct bw_pg *pg, struct bw_str name, bw_time now, struct bw_error *err);

/* --- logging in: look up (database), check (hash thread), open (database) --- */
struct bw_login {
    struct bw_uuid account;        /* nil: no such account, or disabled; nobody is told */
    char stored[BW_PASSWORD_TEXT]; /* of nobody in that case, at the same cost */
    struct bw_totp totp;
};
/* BW_E_RATE_LIMITED after too many wrong passwords from the address. */
BW_MUST_USE bw_code bw_login_allowed(struct bw_doors *doors, struct bw_str address, struct bw_error *err);
BW_MUST_USE bw_code bw_login_find(struct bw_doors *doors, struct bw_pg *pg, struct bw_str name, struct bw_login *ret,
                                  struct bw_error *err);
/* Slow on purpose, and as slow for nobody.  A failure counts against the address. */
BW_MUST_USE bool bw_login_check(struct bw_doors *doors, const struct bw_login *login, struct bw_str password,
                                struct bw_str address);
#define BW_SESSION_TEXT 44
struct bw_session_made {
    char token[BW_SESSION_TEXT]; /* for the cookie: 256 bits */
    char csrf[BW_CSRF_TEXT];
    bw_time ends_at;
};
/* A new token at every login; the session that `old` (may be empty) stood for is revoked. */
BW_MUST_USE bw_code bw_session_open(struct bw_doors *doors, struct bw_pg *pg, const struct bw_uuid *account,
                                    struct bw_str old, bw_time now, struct bw_session_made *ret, struct bw_error *err);
BW_MUST_USE bw_code bw_session_close(struct bw_doors *doors, struct bw_pg *pg, struct bw_str token, bw_time now,
                                     struct bw_error *err);

/* --- customer links: /t/<token>, good until 30 days after the case is closed --- */
#define BW_LINK_DIGITS 22    /* base62: 131 bits */
#define BW_LINK_TEST "test-" /* stands before those of a link to a case of the test realm */
#define BW_LINK_TEXT 28
#define BW_LINK_AFTER_CLOSING (30 * BW_DAY)
/* A fresh token and what the writer keeps of it (bw_case_new.link_hash). */
void bw_link_token(bool test, char token[BW_LINK_TEXT], struct bw_hash *ret);
/* Another link to a case.  BW_E_NOT_FOUND: no such reference. */
BW_MUST_USE bw_code bw_link_create(struct bw_pg *pg, struct bw_str ref, bool companion, struct bw_str language,
                                   bw_time now, char token[BW_LINK_TEXT], struct bw_error *err);
/* The case of a file reference.  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_link_case(struct bw_pg *pg, struct bw_str ref, struct bw_uuid *ret, struct bw_error *err);
struct bw_link_row {
    struct bw_uuid id; /* bw_principal.id of its holder */
    bool companion;
    bw_time made_at, ends_at, revoked_at;
};
BW_MUST_USE bw_code bw_link_list(struct bw_pg *pg, const struct bw_uuid *case_id, struct bw_arena *arena,
                                 struct bw_link_row **ret, size_t *ret_n, struct bw_error *err);
/* BW_E_NOT_FOUND where the case has no such link. */
BW_MUST_USE bw_code bw_link_revoke(struct bw_pg *pg, const struct bw_uuid *case_id, const struct bw_uuid *id,
                                   bw_time now, struct bw_error *err);

#endif
