/* SPDX-License-Identifier: Apache-2.0 */
/* door_int.h - what the files of the doors share: tokens, networks, the limiter of failures, the cache.
 * Private to app.  Source: bw/app/doors.h. */
#ifndef BW_APP_DOOR_INT_H
#define BW_APP_DOOR_INT_H

#include "bw/app/doors.h"
#include "bw/app/mandates.h"
#include "bw/base/sync.h"

/* --- door_token.c --- */
/* A sender key by its letters alone: prefix, alphabet and CRC32 fit.  A typing mistake costs no database. */
BW_MUST_USE bool bw_key_well_formed(struct bw_str token);
void bw_key_token(bool test, char to[BW_KEY_TEXT]);
/* As long as base64url of so many bytes, and of its letters (base62 among them): sessions (32) and links (16). */
BW_MUST_USE bool bw_token_well_formed(struct bw_str token, size_t bytes);
/* What stands behind "test-" where that is how it begins; p == NULL: it does not. */
struct bw_str bw_link_test_part(struct bw_str token);
/* bytes random bytes as base64url with a closing NUL. */
void bw_token_make(size_t bytes, char *to, size_t size);
/* The id of a session or link: its row has none, so the first half of the token's hash serves. */
struct bw_uuid bw_token_id(const struct bw_hash *hash);
BW_MUST_USE bool bw_hash_from(struct bw_str bytea, struct bw_hash *ret);
/* The first row holds this very token in its column token_hash: compared once more, in constant time. */
BW_MUST_USE bool bw_token_row(struct bw_rows *rows, const struct bw_hash *token);

/* --- door_net.c --- */
struct bw_cidr {
    uint8_t addr[16];
    uint8_t bytes; /* 4 or 16 */
    uint8_t bits;
};
/* "192.0.2.0/24", "2001:db8::/32", or an address alone; bits behind the prefix must be zero. */
BW_MUST_USE bool bw_cidr_parse(struct bw_str s, struct bw_cidr *ret);
bool bw_cidr_has(const struct bw_cidr *net, struct bw_str address);
/* Whom an address stands for when failures are counted: IPv4 whole, IPv6 by its /64. */
struct bw_str bw_address_owner(struct bw_str address, uint8_t to[16]);

/* --- door_limit.c: failed attempts by address (A6) --- */
enum bw_fail_kind { BW_FAIL_KEY, BW_FAIL_SESSION, BW_FAIL_LINK, BW_FAIL_LOGIN, BW_FAIL_CODE, BW_FAIL_MAX };
struct bw_fail_limit;
struct bw_fail_limit *bw_fail_limit_new(void); /* NULL: no memory */
void bw_fail_limit_free(struct bw_fail_limit *l);
/* True when that address has failed too often just now. */
bool bw_fail_limit_over(struct bw_fail_limit *l, enum bw_fail_kind kind, struct bw_str address, bw_time mono);
void bw_fail_limit_add(struct bw_fail_limit *l, enum bw_fail_kind kind, struct bw_str address, bw_time mono);

/* --- door_cache.c --- */
/* What a token opens. */
struct bw_pass {
    bool dead; /* nothing: unknown, revoked, expired */
    struct bw_principal who;
    struct bw_cidr nets[BW_KEY_CIDRS];
    size_t n_nets;
};
enum bw_cached { BW_CACHED_NO, BW_CACHED_YES, BW_CACHED_AGED };
struct bw_door_cache;
struct bw_door_cache *bw_door_cache_new(size_t entries, bw_time fresh, bw_time keep);
void bw_door_cache_free(struct bw_door_cache *c);
/* YES with *ret, also for dead ones; AGED: it was good, and the caller is the one to read it again; NO. */
enum bw_cached bw_door_cache_find(struct bw_door_cache *c, enum bw_door door, const struct bw_hash *token, bw_time mono,
                                  struct bw_pass *ret);
/* read_at: monotonic, before the database was asked. */
void bw_door_cache_put(struct bw_door_cache *c, enum bw_door door, const struct bw_hash *token, bw_time read_at,
                       const struct bw_pass *pass);
void bw_door_cache_drop(struct bw_door_cache *c, const struct bw_hash *token);
void bw_door_cache_drop_owner(struct bw_door_cache *c, const struct bw_uuid *owner);
void bw_door_cache_drop_organisation(struct bw_door_cache *c, const char *organisation);

/* --- mandate_book.c --- */
struct bw_mandates *bw_mandates_new(void); /* NULL: no memory */
void bw_mandates_free(struct bw_mandates *book);
/* Reads the page of who->organisation (of that kind) and fills who's carriers: those listed, as far as its mandates go.
 */
BW_MUST_USE bw_code bw_mandates_read(struct bw_mandates *book, struct bw_pg *pg, struct bw_array listed,
                                     struct bw_str kind, bw_time now, struct bw_principal *who, struct bw_error *err);

/* --- each door's own reading; BW_OK with pass->dead set where it opens nothing --- */
BW_MUST_USE bw_code bw_key_read(const struct bw_doors *doors, struct bw_pg *pg, const struct bw_hash *token,
                                bw_time now, struct bw_pass *pass, struct bw_error *err);
BW_MUST_USE bw_code bw_session_read(const struct bw_doors *doors, struct bw_pg *pg, const struct bw_hash *token,
                                    bool passive, bw_time now, struct bw_pass *pass, struct bw_error *err);
BW_MUST_USE bw_code bw_link_read(struct bw_pg *pg, const struct bw_hash *token, bw_time now, struct bw_pass *pass,
                                 struct bw_error *err);

/* --- door_account.c --- */
/* Names are kept in lower case, so that nobody can look like somebody else. */
BW_MUST_USE bool bw_account_name(struct bw_str s, char to[64]);
/* Ends every session of the account that the one row names by its account_id.  BW_E_NOT_FOUND for no row. */
BW_MUST_USE bw_code bw_account_end(struct bw_pg *pg, struct bw_rows *account, bw_time now, struct bw_error *err);
/* --- door_totp.c --- */
void bw_totp_row(struct bw_rows *rows, struct bw_totp *ret);

/* --- door_org.c --- */
/* The organisation's kind ("carrier" …).  BW_E_NOT_FOUND. */
BW_MUST_USE bw_code bw_org_kind(struct bw_pg *pg, struct bw_str code, char kind[16], struct bw_error *err);
/* A carrier's own code, then the others, each once; at most BW_CARRIERS_MAX. */
BW_MUST_USE bw_code bw_org_carriers(struct bw_str code, const char *kind, const struct bw_str *more, size_t n_more,
                                    struct bw_str to[BW_CARRIERS_MAX], size_t *ret_n, struct bw_error *err);
/* A text[] column into the arena. */
BW_MUST_USE bool bw_row_texts(struct bw_rows *rows, size_t row, const char *col, struct bw_arena *arena,
                              struct bw_str **ret, size_t *ret_n);

#define BW_CHANGES_KEPT 256
struct bw_doors {
    struct bw_doors_config config; /* fixed, defaults filled in */
    struct bw_door_cache *cache;   /* has its own lock */
    struct bw_fail_limit *fails;   /* has its own lock */
    struct bw_mandates *mandates;  /* has its own lock */
    /* the sweeping thread's */
    bw_time swept_at;
    struct bw_uuid changes[BW_CHANGES_KEPT]; /* of mandates, done with; the last n_changes of them */
    size_t n_changes;
};

#endif
