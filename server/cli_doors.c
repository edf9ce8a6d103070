/* SPDX-License-Identifier: Apache-2.0 */
/* cli_doors.c - verbs that let somebody in: sender keys, staff accounts, customer links.  Secrets go to standard
 * output, alone on their line, once; everything said about them goes to standard error. */
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "bw/app/doors.h"
#include "bw/app/world.h"
#include "cli.h"
#include "cli_db.h"

enum { LIST_MAX = 32, ARENA_MAX = 16 << 20, MADE_PASSWORD = 20, PASSWORD_MAX = 256 };

/* A verb with a session as the serving role. */
static int with_session(struct bw_cli *cli, struct bw_database *db, int (*run)(struct bw_cli *cli, struct bw_pg *pg))
{
    const struct bw_pg_options o = {
        .conninfo = db->app, .name = "command line", .role = db->app_role, .sets = BW_SET_ADMIN
    };
    struct bw_pg *pg = NULL;
    struct bw_error err = { 0 };
    bw_code code = bw_pg_new(&o, &pg, &err);
    if (code == BW_OK)
        code = bw_pg_ensure(pg, &err);
    int status = code == BW_OK ? run(cli, pg) : bw_cli_fail(cli, code, &err);
    bw_pg_free(pg);
    return status;
}

static int missing(const struct bw_cli *cli, const char *flag)
{
    struct bw_error err = { 0 };
    return bw_cli_fail(cli, bw_fail(&err, BW_E_BAD_REQUEST, NULL, "--%s is needed", flag), &err);
}

/* "LH,LX" */
static size_t cut_list(const char *text, struct bw_str to[LIST_MAX])
{
    size_t n = 0;
    for (struct bw_str rest = bw_str_c(text); rest.p && rest.n && n < LIST_MAX;)
        to[n++] = bw_str_trim(bw_str_split(&rest, ','));
    return n;
}

/* What an organisation is that was not told: a carrier that the program knows, else by whom its people are. */
static const char *kind_of(const struct bw_carrier *carrier, const char *role)
{
    if (carrier)
        return "carrier";
    if (role && strcmp(role, "auditor") == 0)
        return "auditor";
    return role && strcmp(role, "admin") == 0 ? "operator" : "handler";
}

/* An organisation is made with the first of its keys or people. */
static bw_code ensure_org(struct bw_pg *pg, const char *code, const char *kind, const char *role, struct bw_error *err)
{
    struct bw_worlds *worlds = NULL;
    bw_code rc = bw_worlds_new(NULL, &worlds, err);
    if (rc == BW_OK)
        rc = bw_worlds_load(worlds, pg, NULL, err);
    if (rc == BW_OK) {
        const struct bw_world *world = bw_worlds_take(worlds);
        const struct bw_carrier *carrier = bw_world_carrier(world, code);
        rc = bw_org_ensure(pg, bw_str_c(code), bw_str_c(carrier ? carrier->name : code),
                           kind ? kind : kind_of(carrier, role), bw_clock_wall(), err);
        bw_worlds_release(worlds, world);
    }
    bw_worlds_free(worlds);
    return rc;
}

/* "90d" */
static bool expiry(const char *text, bw_time *ret)
{
    struct bw_str s = bw_str_c(text);
    uint64_t days;
    if (!bw_str_ends(s, BW_STR("d")) || !bw_str_to_u64(bw_str_take(s, s.n - 1), 1, 3650, &days))
        return false;
    *ret = bw_clock_wall() + (bw_time)days * BW_DAY;
    return true;
}

static unsigned scopes_of(const char *text)
{
    struct bw_str words[LIST_MAX];
    unsigned scopes = 0;
    size_t n = cut_list(text, words);
    for (size_t i = 0; i < n; i++) {
        unsigned bit = bw_scope_bit(words[i]);
        if (!bit)
            return 0;
        scopes |= bit;
    }
    return scopes;
}

/* --- keys --- */

static int key_create(struct bw_cli *cli, struct bw_pg *pg)
{
    struct bw_str carriers[LIST_MAX], cidrs[LIST_MAX];
    const char *carrier = bw_cli_arg(cli, "carrier"), *speaks = bw_cli_arg(cli, "for"), *cidr = bw_cli_arg(cli, "cidr");
    const char *scope = bw_cli_arg(cli, "scope"), *expires = bw_cli_arg(cli, "expires"),
               *kind = bw_cli_arg(cli, "kind");
    struct bw_key_new key = { .organisation = bw_str_c(carrier),
                              .carriers = carriers,
                              .n_carriers = speaks ? cut_list(speaks, carriers) : 0,
                              .cidrs = cidrs,
                              .n_cidrs = cidr ? cut_list(cidr, cidrs) : 0,
                              .scopes = scopes_of(scope ? scope : "events,read"),
                              .test = bw_cli_arg(cli, "test") != NULL,
                              .expires_at = BW_TIME_NONE };
    struct bw_key_made made;
    struct bw_error err = { 0 };
    bw_code code = BW_OK;
    if (!key.scopes)
        code = bw_fail(&err, BW_E_BAD_REQUEST, "scope", "scopes are events, read and cases");
    if (code == BW_OK && expires && !expiry(expires, &key.expires_at))
        code = bw_fail(&err, BW_E_BAD_REQUEST, "expires", "takes days, such as 90d");
    if (code == BW_OK)
        code = ensure_org(pg, carrier, kind ? kind : strlen(carrier) <= 3 ? "carrier" : "handler", NULL, &err);
    if (code == BW_OK)
        code = bw_key_create(pg, &key, bw_clock_wall(), &made, &err);
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    char id[BW_UUID_TEXT];
    fprintf(cli->out, "%s\n", made.token);
    fprintf(cli->err, "key %s of %s; it is shown this once\n", bw_uuid_text(&made.id, id), carrier);
    bw_wipe(&made, sizeof(made));
    return EX_OK;
}

static void print_key(const struct bw_cli *cli, const struct bw_key_row *k)
{
    char id[BW_UUID_TEXT], made[BW_TIME_TEXT], at[BW_TIME_TEXT];
    fprintf(cli->out, "%s %s…%s %s made %s", bw_uuid_text(&k->id, id), k->prefix, k->last4, k->organisation,
            bw_time_text(k->made_at, made));
    for (size_t i = 0; i < k->n_carriers; i++)
        fprintf(cli->out, "%s%.*s", i ? "," : " for ", BW_FMT(k->carriers[i]));
    if (k->expires_at != BW_TIME_NONE)
        fprintf(cli->out, " expires %s", bw_time_text(k->expires_at, at));
    if (k->last_used_at != BW_TIME_NONE)
        fprintf(cli->out, " used %s", bw_time_text(k->last_used_at, at));
    if (k->revoked_at != BW_TIME_NONE)
        fprintf(cli->out, " REVOKED %s", bw_time_text(k->revoked_at, at));
    fputs("\n", cli->out);
}

static int key_list(struct bw_cli *cli, struct bw_pg *pg)
{
    const char *carrier = bw_cli_arg(cli, "carrier");
    struct bw_arena arena;
    struct bw_key_row *rows;
    size_t n = 0;
    struct bw_error err = { 0 };
    bw_arena_init(&arena, ARENA_MAX);
    bw_code code = bw_key_list(pg, carrier ? bw_str_c(carrier) : BW_STR_NONE, &arena, &rows, &n, &err);
    for (size_t i = 0; code == BW_OK && i < n; i++)
        print_key(cli, &rows[i]);
    bw_arena_done(&arena);
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

static int key_revoke(struct bw_cli *cli, struct bw_pg *pg)
{
    struct bw_uuid id;
    struct bw_error err = { 0 };
    bw_code code = bw_uuid_parse(bw_str_c(cli->words[0]), &id)
                       ? bw_key_revoke(pg, &id, BW_STR_NONE, bw_clock_wall(), &err)
                       : bw_fail(&err, BW_E_BAD_REQUEST, "ID", "is the UUID that `key list` shows");
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

/* --- accounts --- */

/* From standard input where it is not a person, else made; *ret_made tells which. */
static bool take_password(char to[PASSWORD_MAX + 2], bool *ret_made)
{
    *ret_made = isatty(STDIN_FILENO) == 1 || !fgets(to, PASSWORD_MAX + 2, stdin);
    if (*ret_made)
        bw_random_base62(to, MADE_PASSWORD);
    to[strcspn(to, "\r\n")] = '\0';
    if (!to[0]) {
        *ret_made = true;
        bw_random_base62(to, MADE_PASSWORD);
    }
    return strlen(to) <= PASSWORD_MAX;
}

static int user_create(struct bw_cli *cli, struct bw_pg *pg)
{
    struct bw_str carriers[LIST_MAX];
    const char *org = bw_cli_arg(cli, "org"), *speaks = bw_cli_arg(cli, "for"), *role = bw_cli_arg(cli, "role");
    char password[PASSWORD_MAX + 2];
    bool made = false;
    struct bw_uuid id;
    struct bw_error err = { 0 };
    bw_code code = take_password(password, &made) ? ensure_org(pg, org, bw_cli_arg(cli, "kind"), role, &err)
                                                  : bw_fail(&err, BW_E_BAD_REQUEST, NULL, "the password is too long");
    const struct bw_account_new account = { .name = bw_str_c(cli->words[0]),
                                            .organisation = bw_str_c(org),
                                            .role = bw_str_c(role),
                                            .carriers = carriers,
                                            .n_carriers = speaks ? cut_list(speaks, carriers) : 0,
                                            .password = bw_str_c(password) };
    if (code == BW_OK)
        code = bw_account_create(pg, &account, 0, bw_clock_wall(), &id, &err);
    if (code == BW_OK && made)
        fprintf(cli->out, "%s\n", password);
    bw_wipe(password, sizeof(password));
    if (code == BW_E_CLASH)
        code = bw_fail(&err, BW_E_BAD_REQUEST, "NAME", "is taken");
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    fprintf(cli->err, "account %s of %s%s\n", cli->words[0], org, made ? "; its password is shown this once" : "");
    return EX_OK;
}

static int user_password(struct bw_cli *cli, struct bw_pg *pg)
{
    char password[PASSWORD_MAX + 2];
    bool made = false;
    struct bw_error err = { 0 };
    bw_code code = take_password(password, &made)
                       ? bw_account_password(pg, bw_str_c(cli->words[0]), bw_str_c(password), 0, bw_clock_wall(), &err)
                       : bw_fail(&err, BW_E_BAD_REQUEST, NULL, "the password is too long");
    if (code == BW_OK && made)
        fprintf(cli->out, "%s\n", password);
    bw_wipe(password, sizeof(password));
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

static int user_disable(struct bw_cli *cli, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_code code = bw_account_disable(pg, bw_str_c(cli->words[0]), bw_clock_wall(), &err);
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

static int user_codes_off(struct bw_cli *cli, struct bw_pg *pg)
{
    struct bw_error err = { 0 };
    bw_code code = bw_totp_reset(pg, bw_str_c(cli->words[0]), bw_clock_wall(), &err);
    return code == BW_OK ? EX_OK : bw_cli_fail(cli, code, &err);
}

/* --- links --- */

static int link_create(struct bw_cli *cli, struct bw_pg *pg)
{
    const char *language = bw_cli_arg(cli, "language"), *url = bw_opt_given(&cli->options, BW_OPT_PUBLIC_URL);
    char token[BW_LINK_TEXT];
    struct bw_error err = { 0 };
    bw_code code = bw_link_create(pg, bw_str_c(cli->words[0]), bw_cli_arg(cli, "companion") != NULL,
                                  language ? bw_str_c(language) : BW_STR_NONE, bw_clock_wall(), token, &err);
    if (code != BW_OK)
        return bw_cli_fail(cli, code, &err);
    fprintf(cli->out, "%s/t/%s\n", url ? url : "", token);
    bw_wipe(token, sizeof(token));
    return EX_OK;
}

/* --- verbs --- */

static int db_key_create(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, key_create);
}
static int db_key_list(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, key_list);
}
static int db_key_revoke(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, key_revoke);
}
static int db_user_create(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, user_create);
}
static int db_user_password(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, user_password);
}
static int db_user_disable(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, user_disable);
}
static int db_user_codes_off(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, user_codes_off);
}
static int db_link_create(struct bw_cli *cli, struct bw_database *db)
{
    return with_session(cli, db, link_create);
}

int bw_verb_key_create(struct bw_cli *cli)
{
    return bw_cli_arg(cli, "carrier") ? bw_cli_with_database(cli, db_key_create) : missing(cli, "carrier");
}
int bw_verb_key_list(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, db_key_list);
}
int bw_verb_key_revoke(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, db_key_revoke);
}
int bw_verb_user_create(struct bw_cli *cli)
{
    if (!bw_cli_arg(cli, "role") || !bw_cli_arg(cli, "org"))
        return missing(cli, bw_cli_arg(cli, "role") ? "org" : "role");
    return bw_cli_with_database(cli, db_user_create);
}
int bw_verb_link_create(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, db_link_create);
}
int bw_verb_user_password(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, db_user_password);
}
int bw_verb_user_disable(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, db_user_disable);
}
int bw_verb_user_codes_off(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, db_user_codes_off);
}
