/* SPDX-License-Identifier: Apache-2.0 */
/* attach_test.c - pictures of claims against a real database and folder: sealed under the case's key, the same picture
 * one file, a changed or exchanged file refused, nothing to open once the key is gone; strays are swept, once old. */
#include "bw/app/attach.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "door_rig.h"

static char folder[] = "/tmp/bwt-attach-XXXXXX";
static struct bw_keys keys;
static struct bw_app app = { .keys = &keys, .attachments = folder };
static struct bw_pg *writer;
static struct bw_uuid case_id;

/* One grey point. */
static const char png[] =
    "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08"
    "\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x60\x00\x00\x00\x02\x00"
    "\x01\x48\xaf\xa4\x71\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";
#define PICTURE bw_str_n(png, sizeof png - 1)

static void give_key(const struct bw_uuid *id)
{
    struct bw_error err = { 0 };
    struct bw_key key;
    struct bw_wrapped w;
    int16_t bucket = bw_id_bucket(id);
    bw_random(key.b, sizeof key.b);
    bw_key_wrap(&keys, id, "case", &key, &w);
    struct bw_str kind = BW_STR("case"), nonce = bw_str_n((const char *)w.nonce, sizeof w.nonce);
    struct bw_str wrapped = bw_str_n((const char *)w.sealed, sizeof w.sealed);
    rig_ok(bw_pg_query(writer, BW_STMT_DATA_KEY_INSERT,
                       BW_PARAMS(bw_p_i16s(&bucket, NULL, 1), bw_p_uuids(id, 1), bw_p_texts(&kind, 1),
                                 bw_p_byteas(&nonce, 1), bw_p_byteas(&wrapped, 1), bw_p_time(bw_clock_wall())),
                       NULL, &err),
           &err);
}

static int start(void **state)
{
    uint8_t secret[32] = { 9 };
    struct bw_error err = { 0 };
    bw_keys_from(secret, &keys);
    if (rig_setup(state) != 0 || !mkdtemp(folder))
        return -1;
    writer = rig_session(rig_cluster.app, NULL, BW_SET_WRITER);
    case_id = bw_id_with_bucket(bw_uuid_v7(bw_clock_wall()), 7);
    give_key(&case_id);
    rig_ok(bw_attach_prepare(folder, &err), &err);
    rig_ok(bw_attach_prepare(folder, &err), &err); /* a second start */
    return 0;
}

static int stop(void **state)
{
    char path[128];
    for (unsigned k = 0; k < 256; k++) {
        (void)snprintf(path, sizeof path, "%s/%02x", folder, k);
        (void)rmdir(path);
    }
    (void)rmdir(folder);
    bw_pg_free(writer);
    return rig_teardown(state);
}

static void path_of(const struct bw_uuid *id, char to[128])
{
    char text[BW_UUID_TEXT];
    (void)snprintf(to, 128, "%s/%02x/%s", folder, id->b[0], bw_uuid_text(id, text));
}

static struct bw_claim_photo row_of(const struct bw_attach *a)
{
    return (struct bw_claim_photo){ .id = a->id, .bytes = (unsigned)a->photo.n };
}

/* req: CASE-08, CASE-06 */
static void a_picture_is_sealed_under_its_cases_key(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_attach a = { 0 }, same = { 0 }, other = { 0 };
    struct stat first, again;
    char path[128], *back = NULL;
    rig_ok(bw_attach_clean(&app, &case_id, 1, PICTURE, &a, &err), &err);
    rig_ok(bw_attach_file(&app, rig_app, &case_id, &a, &err), &err);
    path_of(&a.id, path);
    assert_int_equal(stat(path, &first), 0);
    assert_int_equal(first.st_mode & 0777, 0600);
    rig_ok(bw_attach_clean(&app, &case_id, 1, PICTURE, &same, &err), &err);
    assert_true(bw_uuid_eq(&a.id, &same.id));
    rig_ok(bw_attach_file(&app, rig_app, &case_id, &same, &err), &err);
    assert_int_equal(stat(path, &again), 0);
    assert_int_equal(first.st_ino, again.st_ino); /* not written anew */
    struct bw_claim_photo photo = row_of(&a);
    rig_ok(bw_attach_open(&app, rig_app, &case_id, &photo, &back, &err), &err);
    assert_memory_equal(back, png, sizeof png - 1);
    free(back);
    rig_ok(bw_attach_clean(&app, &case_id, 2, PICTURE, &other, &err), &err);
    assert_false(bw_uuid_eq(&a.id, &other.id)); /* of another claim: another attachment */
    photo.id = other.id;
    assert_int_equal(bw_attach_open(&app, rig_app, &case_id, &photo, &back, &err), BW_E_IO); /* no such file */
    char exchanged[128];
    path_of(&other.id, exchanged);
    assert_int_equal(rename(path, exchanged), 0);
    assert_int_equal(bw_attach_open(&app, rig_app, &case_id, &photo, &back, &err), BW_E_IO); /* another's bytes */
    assert_int_equal(unlink(exchanged), 0);
    struct bw_uuid erased = bw_id_with_bucket(bw_uuid_v7(bw_clock_wall()), 9);
    assert_int_equal(bw_attach_file(&app, rig_app, &erased, &a, &err), BW_E_ERASED);
    assert_int_equal(bw_attach_open(&app, rig_app, &erased, &photo, &back, &err), BW_E_ERASED);
    assert_int_equal(bw_attach_clean(&app, &case_id, 1, BW_STR("%PDF-1.7"), &other, &err), BW_E_PHOTO);
    bw_attach_done(&a);
    bw_attach_done(&same);
    bw_attach_done(&other);
}

static void age(const char *path)
{
    const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
}

/* req: CASE-08 (a file that no row names is swept away, once its row can come no more) */
static void strays_are_swept(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct bw_attach kept = { 0 }, stray = { 0 };
    char path[128], lost[128], half[160];
    rig_ok(bw_attach_clean(&app, &case_id, 3, PICTURE, &kept, &err), &err);
    rig_ok(bw_attach_clean(&app, &case_id, 4, PICTURE, &stray, &err), &err);
    rig_ok(bw_attach_file(&app, rig_app, &case_id, &kept, &err), &err);
    rig_ok(bw_attach_file(&app, rig_app, &case_id, &stray, &err), &err);
    rig_ok(bw_attach_row(rig_app, &case_id, 3, &kept, bw_clock_wall(), &err), &err);
    rig_ok(bw_attach_row(rig_app, &case_id, 3, &kept, bw_clock_wall(), &err), &err); /* twice is once */
    path_of(&kept.id, path);
    path_of(&stray.id, lost);
    (void)snprintf(half, sizeof half, "%s.new-abcdefgh", path);
    int fd = open(half, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0 && close(fd) == 0);
    rig_ok(bw_attach_sweep(folder, rig_app, &err), &err);
    assert_int_equal(access(lost, F_OK) | access(half, F_OK) | access(path, F_OK), 0); /* all of them are young */
    age(path);
    age(lost);
    age(half);
    rig_ok(bw_attach_sweep(folder, rig_app, &err), &err);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(lost, F_OK), 0);
    assert_int_not_equal(access(half, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    bw_attach_done(&kept);
    bw_attach_done(&stray);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_picture_is_sealed_under_its_cases_key),
                                        cmocka_unit_test(strays_are_swept) };
    return cmocka_run_group_tests(tests, start, stop);
}
