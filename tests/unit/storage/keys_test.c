/* SPDX-License-Identifier: Apache-2.0 */
/* keys_test.c - the installation's keys: their file, what is derived, wrapping of data keys, look-up hashes. */
#include "bw/storage/keys.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bw/base/codec.h"

static char dir[] = "/tmp/bwt-XXXXXX";
static char path[64], receipt[64];

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(receipt, sizeof receipt, "%s/receipt", dir);
    return snprintf(path, sizeof path, "%s/master", dir) < (int)sizeof path ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(receipt);
    return rmdir(dir);
}

static struct bw_keys keys_of(uint8_t byte)
{
    uint8_t secret[32];
    struct bw_keys keys;
    memset(secret, byte, sizeof secret);
    bw_keys_from(secret, &keys);
    return keys;
}

static void put(const char *content, mode_t mode)
{
    (void)unlink(path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(content, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* Stored texts can only be opened as long as these stay what they are. */
static void what_is_derived_never_changes(void **state)
{
    (void)state;
    static const char *const labels[] = { "installation", "master", "search", "print" };
    struct bw_keys keys = keys_of(7);
    const uint8_t *const derived[] = { keys.installation.b, keys.master.b, keys.search.b };
    struct bw_key root;
    memset(root.b, 7, sizeof root.b);
    for (size_t k = 0; k < BW_LEN(labels); k++) {
        struct bw_str parts[] = { BW_STR("bagwatch/1/"), bw_str_c(labels[k]) };
        struct bw_hash wanted = bw_hmac(&root, parts, BW_LEN(parts));
        char hex[17];
        bw_hex(wanted.b, 8, hex);
        if (k < BW_LEN(derived))
            assert_memory_equal(derived[k], wanted.b, BW_KEY);
        else
            assert_string_equal(keys.print, hex);
    }
    assert_memory_not_equal(keys.installation.b, keys.master.b, BW_KEY);
    assert_memory_not_equal(keys.master.b, keys.search.b, BW_KEY);
}

static void a_missing_file_is_made_once_and_for_its_owner_alone(void **state)
{
    (void)state;
    struct bw_keys first, again;
    struct bw_error err = { 0 };
    struct stat st;
    assert_int_equal(bw_keys_open(dir, 0, &first, &err), BW_E_CONFIG); /* never made unasked */
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(bw_keys_open(dir, 1, &first, &err), BW_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 65);
    assert_int_equal(bw_keys_open(dir, 1, &again, &err), BW_OK);
    assert_memory_equal(&first, &again, sizeof first);
    (void)unlink(path);
    assert_int_equal(bw_keys_open(dir, 1, &again, &err), BW_OK);
    assert_string_not_equal(first.print, again.print);
    (void)unlink(path);
    assert_int_equal(bw_keys_open("/no/such/folder", 1, &again, &err), BW_E_IO);
}

/* A process that waits for a byte, opens or makes the keys, and says which it got. */
static pid_t opener(int gate, int answers)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    struct bw_keys keys;
    struct bw_error err = { 0 };
    char byte;
    if (read(gate, &byte, 1) != 1 || bw_keys_open(dir, 1, &keys, &err) != BW_OK)
        _exit(1);
    _exit(write(answers, keys.print, 16) == 16 ? 0 : 2);
}

static size_t files_in(const char *folder)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    (void)closedir(d);
    return n;
}

/* Several programs start at once on an empty folder: all take the one key that is there in the end, none reads a half
 * written one, and nothing else stays in the folder. */
static void programs_that_start_at_once_share_one_key(void **state)
{
    (void)state;
    enum { ROUNDS = 60, PROGRAMS = 6 };
    for (int round = 0; round < ROUNDS; round++) {
        int gate[2], answers[2];
        pid_t pid[PROGRAMS];
        char prints[PROGRAMS][16], more;
        struct bw_keys keys;
        struct bw_error err = { 0 };
        assert_int_equal(pipe(gate), 0);
        assert_int_equal(pipe(answers), 0);
        for (int k = 0; k < PROGRAMS; k++) {
            pid[k] = opener(gate[0], answers[1]);
            assert_true(pid[k] > 0);
        }
        assert_int_equal(write(gate[1], "123456", PROGRAMS), PROGRAMS);
        for (int k = 0; k < PROGRAMS; k++) {
            int status;
            assert_int_equal(waitpid(pid[k], &status, 0), pid[k]);
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            assert_int_equal(read(answers[0], prints[k], 16), 16);
        }
        (void)close(answers[1]);
        assert_int_equal(read(answers[0], &more, 1), 0);
        assert_int_equal(bw_keys_open(dir, 0, &keys, &err), BW_OK);
        for (int k = 0; k < PROGRAMS; k++)
            assert_memory_equal(prints[k], keys.print, 16);
        assert_int_equal(files_in(dir), 2);
        (void)close(answers[0]);
        (void)close(gate[0]);
        (void)close(gate[1]);
        (void)unlink(path);
        (void)unlink(receipt);
    }
}

/* req: CASE-08 (the key of receipts is a file of its own: either is changed without the other) */
static void receipts_have_a_key_of_their_own(void **state)
{
    (void)state;
    struct bw_keys first, again;
    struct bw_error err = { 0 };
    struct stat st;
    assert_int_equal(bw_keys_open(dir, 1, &first, &err), BW_OK);
    assert_int_equal(stat(receipt, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(bw_keys_open(dir, 1, &again, &err), BW_OK);
    assert_string_not_equal(first.print, again.print);
    assert_string_equal(first.receipt.id, again.receipt.id);
    assert_int_equal(unlink(receipt), 0);
    assert_int_equal(bw_keys_open(dir, 0, &again, &err), BW_E_CONFIG);
    assert_int_equal(bw_keys_open(dir, 1, &again, &err), BW_OK);
    assert_string_not_equal(first.receipt.id, again.receipt.id);
    (void)unlink(path);
    (void)unlink(receipt);
}

#define SECRET "0707070707070707070707070707070707070707070707070707070707070707"

static void the_file_is_64_hexadecimal_digits(void **state)
{
    (void)state;
    struct bw_keys keys, wanted = keys_of(7);
    struct bw_error err = { 0 };
    put(SECRET "\n", 0600);
    assert_int_equal(bw_keys_open(dir, 1, &keys, &err), BW_OK);
    assert_memory_equal(&keys, &wanted, offsetof(struct bw_keys, receipt));
    put(SECRET, 0400); /* without its end of line, read-only */
    assert_int_equal(bw_keys_open(dir, 0, &keys, &err), BW_OK);
    static const char *const bad[] = { "", "\n", "07", (SECRET "07"), (SECRET SECRET), ("x" SECRET), "g70707" };
    for (size_t k = 0; k < BW_LEN(bad); k++) {
        put(bad[k], 0600);
        err = (struct bw_error){ 0 };
        assert_int_equal(bw_keys_open(dir, 1, &keys, &err), BW_E_CONFIG); /* nor is it made anew */
        assert_null(strstr(err.detail, "0707"));
    }
    (void)unlink(path);
}

static void files_that_others_can_read_are_refused(void **state)
{
    (void)state;
    struct bw_keys keys;
    struct bw_error err = { 0 };
    static const mode_t modes[] = { 0640, 0604, 0660, 0644, 0601 };
    for (size_t k = 0; k < BW_LEN(modes); k++) {
        put(SECRET "\n", modes[k]);
        assert_int_equal(bw_keys_open(dir, 1, &keys, &err), BW_E_CONFIG);
    }
    (void)unlink(path);
}

/* req: CASE-06 */
static void data_keys_open_only_under_their_own_name_and_kind(void **state)
{
    (void)state;
    struct bw_keys keys = keys_of(1), others = keys_of(2);
    struct bw_uuid id = bw_uuid_v7(0), strange = bw_uuid_v7(0);
    struct bw_key data_key, got;
    struct bw_wrapped w, again;
    bw_random(data_key.b, sizeof data_key.b);
    bw_key_wrap(&keys, &id, "case", &data_key, &w);
    assert_true(bw_uuid_eq(&w.key_id, &id));
    assert_null(memmem(w.sealed, sizeof w.sealed, data_key.b, 8));
    assert_true(bw_key_unwrap(&keys, &w, "case", &got));
    assert_memory_equal(got.b, data_key.b, BW_KEY);
    bw_key_wrap(&keys, &id, "case", &data_key, &again);
    assert_memory_not_equal(w.nonce, again.nonce, BW_NONCE);
    assert_false(bw_key_unwrap(&keys, &w, "bag", &got));
    assert_false(bw_key_unwrap(&others, &w, "case", &got));
    again = w;
    again.key_id = strange; /* a row moved to another case */
    assert_false(bw_key_unwrap(&keys, &again, "case", &got));
    for (size_t k = 0; k < sizeof w.sealed; k++) {
        again = w;
        again.sealed[k] ^= 1;
        assert_false(bw_key_unwrap(&keys, &again, "case", &got));
    }
}

/* req: CASE-06 */
static void look_up_hashes_hang_on_kind_value_and_key(void **state)
{
    (void)state;
    struct bw_keys keys = keys_of(1), others = keys_of(2);
    uint8_t hash[8], again[8], kind[8], value[8], key[8];
    bw_search_hash(&keys, "phone", BW_STR("34600123456"), hash);
    bw_search_hash(&keys, "phone", BW_STR("34600123456"), again);
    bw_search_hash(&keys, "mail", BW_STR("34600123456"), kind);
    bw_search_hash(&keys, "phone", BW_STR("34600123457"), value);
    bw_search_hash(&others, "phone", BW_STR("34600123456"), key);
    assert_memory_equal(hash, again, sizeof hash);
    assert_memory_not_equal(hash, kind, sizeof hash);
    assert_memory_not_equal(hash, value, sizeof hash);
    assert_memory_not_equal(hash, key, sizeof hash);
}

static void wiped_keys_are_gone(void **state)
{
    (void)state;
    struct bw_keys keys = keys_of(1);
    static const struct bw_keys none;
    bw_keys_wipe(&keys);
    assert_memory_equal(&keys, &none, sizeof keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_derived_never_changes),
        cmocka_unit_test(a_missing_file_is_made_once_and_for_its_owner_alone),
        cmocka_unit_test(receipts_have_a_key_of_their_own),
        cmocka_unit_test(programs_that_start_at_once_share_one_key),
        cmocka_unit_test(the_file_is_64_hexadecimal_digits),
        cmocka_unit_test(files_that_others_can_read_are_refused),
        cmocka_unit_test(data_keys_open_only_under_their_own_name_and_kind),
        cmocka_unit_test(look_up_hashes_hang_on_kind_value_and_key),
        cmocka_unit_test(wiped_keys_are_gone),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
