/* SPDX-License-Identifier: Apache-2.0 */
/* Folders, locks, children, and the small facts of migrations: what needs no server. */
#include "datadir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bw/storage/cluster.h"
#include "bw/storage/migrate.h"
#include "child.h"

static char dir[] = "/tmp/bwt-XXXXXX";
static char path[256];

static const char *at(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void folders_are_private_and_go_again(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    struct stat st;
    assert_int_equal(bw_make_dir(at("a/b/c"), &err), BW_OK);
    assert_int_equal(stat(at("a/b/c"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(bw_make_dir(at("a/b/c"), &err), BW_OK); /* there already */
    assert_int_equal(bw_write_file(at("a/b/c/file"), BW_STR("text"), &err), BW_OK);
    assert_int_equal(bw_make_dir(at("a/b/c/file/d"), &err), BW_E_CONFIG);
    assert_int_equal(bw_make_dir("relative", &err), BW_E_CONFIG);
    assert_int_equal(bw_remove_tree(at("a"), &err), BW_OK);
    assert_int_not_equal(access(at("a"), F_OK), 0);
    assert_int_equal(bw_remove_tree(at("a"), &err), BW_OK);
}

static void files_are_written_whole(void **state)
{
    (void)state;
    char text[8];
    struct bw_error err = { 0 };
    struct stat st;
    assert_int_equal(bw_write_file(at("f"), BW_STR("first, long"), &err), BW_OK);
    assert_int_equal(bw_write_file(at("f"), BW_STR("second"), &err), BW_OK);
    assert_true(bw_read_file(at("f"), text, sizeof(text)));
    assert_string_equal(text, "second");
    assert_true(bw_read_file(at("f"), text, 4)); /* cut, with its end */
    assert_string_equal(text, "sec");
    assert_int_equal(stat(at("f"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(bw_read_file(at("none"), text, sizeof(text)));
    assert_int_equal(bw_write_file(at("none/f"), BW_STR("x"), &err), BW_E_IO);
}

static void locks_end_by_a_deadline(void **state)
{
    (void)state;
    struct bw_error err = { 0 };
    int a = bw_lock_file(at("lock"), &err), b = bw_lock_file(at("lock"), &err);
    assert_true(a >= 0 && b >= 0);
    assert_true(bw_lock_until(a, LOCK_EX, bw_clock_mono()));
    bw_time began = bw_clock_mono();
    assert_false(bw_lock_until(b, LOCK_SH, began + 50 * BW_MS));
    assert_true(bw_clock_mono() - began >= 50 * BW_MS);
    close(a);
    assert_true(bw_lock_until(b, LOCK_SH, bw_clock_mono() + BW_SECOND));
    close(b);
    assert_int_equal(bw_lock_file(at("none/lock"), &err), -1);
    assert_int_equal(err.code, BW_E_CONFIG);
}

static bw_code run(const char *script, bw_time limit, struct bw_error *err)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    const struct bw_child_options o = { .argv = argv, .dir = dir, .out_path = at("out") };
    return bw_child_run(&o, limit, err);
}

static void children_are_clean_and_bounded(void **state)
{
    (void)state;
    char out[512];
    struct bw_error err = { 0 };
    assert_int_equal(setenv("BWT_SECRET", "x", 1), 0);
    assert_int_equal(run("pwd; echo \"secret:$BWT_SECRET\"; ls /proc/self/fd | wc -l", 10 * BW_SECOND, &err), BW_OK);
    assert_true(bw_read_file(at("out"), out, sizeof(out)));
    assert_non_null(strstr(out, dir));
    assert_non_null(strstr(out, "secret:\n"));
    assert_int_equal(run("exit 3", 10 * BW_SECOND, &err), BW_E_IO);
    assert_non_null(strstr(err.detail, "status 3"));
    assert_int_equal(run("kill -9 $$", 10 * BW_SECOND, &err), BW_E_IO);
    assert_non_null(strstr(err.detail, "signal 9"));
    bw_time began = bw_clock_mono();
    assert_int_equal(run("exec sleep 60", 100 * BW_MS, &err), BW_E_IO);
    assert_non_null(strstr(err.detail, "too long"));
    assert_true(bw_clock_mono() - began < 20 * BW_SECOND);
    const char *const none[] = { "/nonexistent/program", NULL };
    const struct bw_child_options o = { .argv = none };
    assert_int_equal(bw_child_run(&o, BW_SECOND, &err), BW_E_IO);
    const char *const true_[] = { "/bin/true", NULL };
    const struct bw_child_options nobody = { .argv = true_, .user = "bwt-no-such-user" };
    assert_int_equal(bw_child_run(&nobody, BW_SECOND, &err), BW_E_CONFIG);
}

static void users_are_found(void **state)
{
    (void)state;
    struct bw_user root, again;
    assert_true(bw_user_named("root", &root));
    assert_int_equal(root.uid, 0);
    assert_true(bw_user_with_id(0, &again));
    assert_string_equal(again.name, root.name);
    assert_false(bw_user_named("bwt-no-such-user", &root));
    assert_false(bw_user_with_id(3999999, &again));
}

static void the_socket_has_a_folder_by_the_data(void **state)
{
    (void)state;
    char a[BW_RUN_DIR], b[BW_RUN_DIR], again[BW_RUN_DIR];
    assert_int_equal(setenv("XDG_RUNTIME_DIR", "/run/user/1", 1), 0);
    bw_cluster_run_dir("/var/lib/bagwatch", a);
    bw_cluster_run_dir("/var/lib/other", b);
    bw_cluster_run_dir("/var/lib/bagwatch", again);
    assert_string_equal(a, again);
    assert_string_not_equal(a, b);
    assert_true(
        bw_str_starts(bw_str_c(a), geteuid() == 0 ? BW_STR("/run/bagwatch-") : BW_STR("/run/user/1/bagwatch-")));
    assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
    if (geteuid() != 0)
        assert_string_equal(bw_cluster_run_dir("/var/lib/bagwatch", a), "");
}

static void the_schema_number_is_the_newest_migrations(void **state)
{
    (void)state;
    static const struct bw_script rows[] = { { "0001_a", { "", 0 } }, { "0017_b", { "", 0 } } };
    const struct bw_scripts two = { rows, 2 }, none = { NULL, 0 };
    assert_int_equal(bw_schema_number(&two), 17);
    assert_int_equal(bw_schema_number(&none), 0);
    assert_true(bw_schema_number(&bw_sql_migrations) >= 1);
}

static void texts_are_embedded_whole(void **state)
{
    (void)state;
    const struct bw_scripts *const all[] = { &bw_sql_bootstrap, &bw_sql_migrations, &bw_sql_cluster };
    for (size_t i = 0; i < BW_LEN(all); i++) {
        assert_true(all[i]->n > 0);
        for (unsigned n = 0; n < all[i]->n; n++) {
            struct bw_str sql = all[i]->rows[n].sql;
            assert_int_equal(sql.n, strlen(sql.p));
            assert_true(bw_utf8_valid(sql, 0));
            assert_true(n == 0 || strcmp(all[i]->rows[n - 1].name, all[i]->rows[n].name) < 0);
        }
    }
}

static int setup(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    return bw_remove_tree(dir, NULL) == BW_OK ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_private_and_go_again),
        cmocka_unit_test(files_are_written_whole),
        cmocka_unit_test(locks_end_by_a_deadline),
        cmocka_unit_test(children_are_clean_and_bounded),
        cmocka_unit_test(users_are_found),
        cmocka_unit_test(the_socket_has_a_folder_by_the_data),
        cmocka_unit_test(the_schema_number_is_the_newest_migrations),
        cmocka_unit_test(texts_are_embedded_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
