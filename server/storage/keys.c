/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/storage/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/base/codec.h"

static struct bw_key derive(const uint8_t secret[32], const char *label)
{
    struct bw_key root;
    memcpy(root.b, secret, sizeof root.b);
    struct bw_str parts[] = { BW_STR("bagwatch/1/"), bw_str_c(label) };
    struct bw_hash h = bw_hmac(&root, parts, BW_LEN(parts));
    struct bw_key out;
    memcpy(out.b, h.b, sizeof out.b);
    bw_wipe(&root, sizeof root);
    bw_wipe(&h, sizeof h);
    return out;
}

void bw_keys_from(const uint8_t secret[32], struct bw_keys *ret)
{
    ret->installation = derive(secret, "installation");
    ret->master = derive(secret, "master");
    ret->search = derive(secret, "search");
    struct bw_key receipt = derive(secret, "receipt"), print = derive(secret, "print");
    bw_sign_key_from(&receipt, &ret->receipt);
    bw_wipe(&receipt, sizeof receipt);
    bw_hex(print.b, 8, ret->print);
    bw_wipe(&print, sizeof print);
}

void bw_keys_wipe(struct bw_keys *keys)
{
    bw_wipe(keys, sizeof *keys);
}

static bool write_whole(int fd, const char *text, size_t n)
{
    bool ok = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

/* A name that was made is there after a power cut too. */
static bool keep_names(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

/* Written whole under a name of its own and then linked: who opens DIR/master meanwhile finds all of it or nothing, and
 * of two that make it the second takes the first one's. */
static bw_code make_file(const char *dir, const char *path, struct bw_error *err)
{
    uint8_t secret[32], tail[8];
    char text[66], fresh[512], hex[17];
    bw_random(tail, sizeof tail);
    bw_hex(tail, sizeof tail, hex);
    if (snprintf(fresh, sizeof fresh, "%s/.new-%s", dir, hex) >= (int)sizeof fresh)
        return bw_fail(err, BW_E_CONFIG, "keys", "the path of the key folder is too long");
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return bw_fail(err, BW_E_IO, "keys", "cannot make %s: %s", path, strerror(errno));
    bw_random(secret, sizeof secret);
    bw_hex(secret, sizeof secret, text);
    text[64] = '\n';
    bw_wipe(secret, sizeof secret);
    bool ok = write_whole(fd, text, 65);
    bw_wipe(text, sizeof text);
    ok = ok && (link(fresh, path) == 0 || errno == EEXIST);
    ok = unlink(fresh) == 0 && ok;
    return ok && keep_names(dir) ? BW_OK : bw_fail(err, BW_E_IO, "keys", "cannot write %s: %s", path, strerror(errno));
}

static bw_code read_secret(int fd, const char *path, uint8_t secret[32], struct bw_error *err)
{
    struct stat st;
    char text[80];
    ssize_t n = -1;
    bool closed = fstat(fd, &st) == 0 && (st.st_mode & 077) == 0;
    if (closed)
        n = read(fd, text, sizeof text);
    (void)close(fd);
    if (!closed)
        return bw_fail(err, BW_E_CONFIG, "keys", "%s must be readable by its owner alone (chmod 600)", path);
    struct bw_str hex = n > 0 ? bw_str_trim(bw_str_n(text, (size_t)n)) : BW_STR_NONE;
    bool ok = hex.n == 64 && bw_unhex(hex, secret, 32);
    bw_wipe(text, sizeof text);
    return ok ? BW_OK : bw_fail(err, BW_E_CONFIG, "keys", "%s does not hold 64 hexadecimal digits", path);
}

static bw_code open_secret(const char *dir, const char *name, int make, uint8_t secret[32], struct bw_error *err)
{
    char path[512];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return bw_fail(err, BW_E_CONFIG, "keys", "the path of the key folder is too long");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && make) {
        bw_code rc = make_file(dir, path, err);
        if (rc != BW_OK)
            return rc;
        fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (fd < 0)
        return bw_fail(err, BW_E_CONFIG, "keys", "cannot open %s: %s", path, strerror(errno));
    return read_secret(fd, path, secret, err);
}

bw_code bw_keys_open(const char *dir, int make, struct bw_keys *ret, struct bw_error *err)
{
    uint8_t secret[32];
    struct bw_key receipt;
    bw_code rc = open_secret(dir, "master", make, secret, err);
    if (rc == BW_OK)
        bw_keys_from(secret, ret);
    bw_wipe(secret, sizeof secret);
    rc = rc == BW_OK ? open_secret(dir, "receipt", make, receipt.b, err) : rc;
    if (rc == BW_OK)
        bw_sign_key_from(&receipt, &ret->receipt);
    bw_wipe(&receipt, sizeof receipt);
    return rc;
}

/* AAD of a wrapped key: its id and what it is for, so that rows cannot be swapped. */
static struct bw_str wrap_aad(const struct bw_uuid *key_id, const char *kind, char to[64])
{
    char text[BW_UUID_TEXT];
    int n = snprintf(to, 64, "data_key/%s/%s", bw_uuid_text(key_id, text), kind);
    BW_ASSERT(n > 0 && n < 64);
    return bw_str_n(to, (size_t)n);
}

void bw_key_wrap(const struct bw_keys *keys, const struct bw_uuid *key_id, const char *kind,
                 const struct bw_key *data_key, struct bw_wrapped *ret)
{
    char aad[64];
    ret->key_id = *key_id;
    bw_random(ret->nonce, sizeof ret->nonce);
    bw_seal(&keys->master, ret->nonce, wrap_aad(key_id, kind, aad), bw_str_n((const char *)data_key->b, BW_KEY),
            ret->sealed);
}

bool bw_key_unwrap(const struct bw_keys *keys, const struct bw_wrapped *w, const char *kind, struct bw_key *ret)
{
    char aad[64];
    return bw_open(&keys->master, w->nonce, wrap_aad(&w->key_id, kind, aad),
                   bw_str_n((const char *)w->sealed, sizeof w->sealed), ret->b);
}

void bw_search_hash(const struct bw_keys *keys, const char *kind, struct bw_str normalised, uint8_t to[8])
{
    struct bw_str parts[] = { bw_str_c(kind), BW_STR(":"), normalised };
    struct bw_hash h = bw_hmac(&keys->search, parts, BW_LEN(parts));
    memcpy(to, h.b, 8);
}
