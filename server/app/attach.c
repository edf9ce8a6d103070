/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bw/base/codec.h"
#include "bw/storage/keys.h"

/* A file is the nonce, then the sealed picture. */
#define SEALED_MORE ((size_t)(BW_NONCE + BW_TAG))

void bw_attach_done(struct bw_attach *a)
{
    free(a->bytes);
    a->bytes = NULL;
}

bw_code bw_attach_clean(const struct bw_app *app, const struct bw_uuid *case_id, unsigned claim, struct bw_str body,
                        struct bw_attach *ret, struct bw_error *err)
{
    if (body.n > BW_PHOTO_BYTES)
        return bw_fail(err, BW_E_PHOTO, NULL, "the file is larger than 8 MiB");
    struct bw_attach a = { .bytes = malloc(body.n + BW_PHOTO_EXTRA) };
    if (!a.bytes)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a picture");
    bw_code rc = bw_photo_clean(body, a.bytes, &a.photo, err);
    if (rc != BW_OK) {
        bw_attach_done(&a);
        return rc;
    }
    char number[4];
    (void)snprintf(number, sizeof number, "%u", claim % 100);
    a.content = bw_sha256(bw_str_n(a.bytes, a.photo.n));
    struct bw_str parts[] = { BW_STR("attachment"), bw_str_n((const char *)case_id->b, sizeof case_id->b),
                              bw_str_c(number), BW_STR("\n"), bw_hash_bytes(&a.content) };
    struct bw_hash name = bw_hmac(&app->keys->installation, parts, BW_LEN(parts));
    a.id = bw_uuid_v8(name.b);
    *ret = a;
    return BW_OK;
}

/* --- files --- */

static bool path_of(const char *folder, const struct bw_uuid *id, const char *ending, char to[PATH_MAX])
{
    char text[BW_UUID_TEXT], head[3];
    bw_hex(id->b, 1, head);
    int n = snprintf(to, PATH_MAX, "%s/%s/%s%s", folder, head, bw_uuid_text(id, text), ending);
    return n > 0 && n < PATH_MAX;
}

static struct bw_str aad_of(const struct bw_uuid *case_id, const struct bw_uuid *id, char to[96])
{
    char of[BW_UUID_TEXT], text[BW_UUID_TEXT];
    int n = snprintf(to, 96, "%s/attachment/%s", bw_uuid_text(case_id, of), bw_uuid_text(id, text));
    BW_ASSERT(n > 0 && n < 96);
    return bw_str_n(to, (size_t)n);
}

static bool write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* The name is there after a power cut too. */
static bool keep_name(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    bw_str_put(bw_str_n(path, (size_t)(slash - path)), folder, sizeof folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bw_code write_file(const char *folder, const struct bw_uuid *id, const uint8_t *p, size_t n,
                          struct bw_error *err)
{
    char path[PATH_MAX], temp[PATH_MAX], ending[16] = ".new-";
    bw_random_base62(ending + 5, 8);
    if (!path_of(folder, id, "", path) || !path_of(folder, id, ending, temp))
        return bw_fail(err, BW_E_IO, NULL, "the path of the attachments is too long");
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return bw_fail(err, BW_E_IO, NULL, "cannot write a picture: errno %d", errno);
    bool ok = write_all(fd, p, n) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && rename(temp, path) == 0 && keep_name(path);
    if (!ok)
        (void)unlink(temp);
    return ok ? BW_OK : bw_fail(err, BW_E_IO, NULL, "cannot write a picture: errno %d", errno);
}

bw_code bw_attach_file(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *case_id,
                       const struct bw_attach *a, struct bw_error *err)
{
    struct bw_key key;
    bool there;
    char path[PATH_MAX], aad[96];
    struct stat st;
    bw_code rc = bw_case_key(app, pg, case_id, &key, &there, err);
    if (rc != BW_OK)
        return rc;
    if (!there)
        return bw_fail(err, BW_E_ERASED, NULL, "what this file held was erased");
    size_t n = a->photo.n + SEALED_MORE;
    bool kept = path_of(app->attachments, &a->id, "", path) && stat(path, &st) == 0 && (size_t)st.st_size == n;
    uint8_t *sealed = kept ? NULL : malloc(n);
    if (sealed) {
        bw_random(sealed, BW_NONCE);
        bw_seal(&key, sealed, aad_of(case_id, &a->id, aad), bw_str_n(a->bytes, a->photo.n), sealed + BW_NONCE);
        rc = write_file(app->attachments, &a->id, sealed, n, err);
    } else if (!kept) {
        rc = bw_fail(err, BW_E_NOMEM, NULL, "no memory for a picture");
    }
    bw_wipe(&key, sizeof key);
    free(sealed);
    return rc;
}

bw_code bw_attach_row(struct bw_pg *pg, const struct bw_uuid *case_id, unsigned claim, const struct bw_attach *a,
                      bw_time now, struct bw_error *err)
{
    return bw_pg_query(pg, BW_STMT_ATTACHMENT_INSERT,
                       BW_PARAMS(bw_p_i16(bw_id_bucket(case_id)), bw_p_uuid(case_id), bw_p_uuid(&a->id),
                                 bw_p_i16((int16_t)claim), bw_p_c(bw_photo_media(a->photo.kind)),
                                 bw_p_i32((int32_t)a->photo.width), bw_p_i32((int32_t)a->photo.height),
                                 bw_p_i32((int32_t)a->photo.n), bw_p_bytea(bw_hash_bytes(&a->content)), bw_p_time(now)),
                       NULL, err);
}

/* The whole of a file that must have just so many bytes. */
static bool read_file(const char *path, uint8_t *to, size_t n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t have = 0;
    while (fd >= 0 && have < n) {
        ssize_t got = read(fd, to + have, n - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    if (fd >= 0)
        (void)close(fd);
    return have == n;
}

static bw_code unseal(const struct bw_app *app, const struct bw_key *key, const struct bw_uuid *case_id,
                      const struct bw_claim_photo *photo, char *to, struct bw_error *err)
{
    char path[PATH_MAX], aad[96];
    size_t n = photo->bytes + SEALED_MORE;
    uint8_t *sealed = malloc(n);
    if (!sealed)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a picture");
    bool there = path_of(app->attachments, &photo->id, "", path) && read_file(path, sealed, n);
    bool well = there && bw_open(key, sealed, aad_of(case_id, &photo->id, aad),
                                 bw_str_n((const char *)sealed + BW_NONCE, n - BW_NONCE), (uint8_t *)to);
    free(sealed);
    if (!there)
        return bw_fail(err, BW_E_IO, NULL, "a picture's file is missing or cut");
    return well ? BW_OK : bw_fail(err, BW_E_IO, NULL, "a picture's file was changed");
}

bw_code bw_attach_open(const struct bw_app *app, struct bw_pg *pg, const struct bw_uuid *case_id,
                       const struct bw_claim_photo *photo, char **ret_take, struct bw_error *err)
{
    struct bw_key key;
    bool there;
    bw_code rc = bw_case_key(app, pg, case_id, &key, &there, err);
    if (rc != BW_OK)
        return rc;
    if (!there)
        return bw_fail(err, BW_E_ERASED, NULL, "what this file held was erased");
    char *to = malloc(photo->bytes + 1U);
    rc = to ? unseal(app, &key, case_id, photo, to, err) : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a picture");
    bw_wipe(&key, sizeof key);
    if (rc == BW_OK)
        *ret_take = to;
    else
        free(to);
    return rc;
}
