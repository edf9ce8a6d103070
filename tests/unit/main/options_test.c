/* SPDX-License-Identifier: Apache-2.0 */
/* options_test.c - OPS-03 and SEC-08: where settings come from, what outranks what, what is refused and shown. */
#include "options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const nothing[] = { NULL };

static int setup(void **state)
{
    static struct bw_options o;
    bw_options_init(&o);
    *state = &o;
    return 0;
}

static int teardown(void **state)
{
    bw_options_done(*state);
    return 0;
}

static void write_file(char path[32], const char *text)
{
    snprintf(path, 32, "/tmp/bw-options-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static bw_code load_file(struct bw_options *o, const char *text, struct bw_error *err)
{
    char path[32];
    write_file(path, text);
    bw_code code = bw_options_flag(o, BW_STR("config"), path, err);
    if (code == BW_OK)
        code = bw_options_load(o, nothing, err);
    unlink(path);
    return code;
}

/* req: OPS-03 flags over environment over file over default */
static void each_source_outranks_the_next(void **state)
{
    struct bw_options *o = *state;
    const char *const environment[] = { "HOME=/root", "BAGWATCH_WRITER_BATCH=33", "BAGWATCH_WRITER_THREADS=3", NULL };
    char path[32];
    write_file(path, "; comment\nwriter-batch = 44\nwriter-threads = 4\nfeed-retention = 5\n");
    assert_int_equal(bw_options_flag(o, BW_STR("config"), path, NULL), BW_OK);
    assert_int_equal(bw_options_flag(o, BW_STR("writer-batch"), "22", NULL), BW_OK);
    assert_int_equal(bw_options_load(o, environment, NULL), BW_OK);
    unlink(path);
    assert_int_equal(bw_opt_number(o, BW_OPT_WRITER_BATCH), 22);
    assert_int_equal(o->v[BW_OPT_WRITER_BATCH].from, BW_FROM_FLAG);
    assert_int_equal(bw_opt_number(o, BW_OPT_WRITER_THREADS), 3);
    assert_string_equal(o->v[BW_OPT_WRITER_THREADS].where, "environment BAGWATCH_WRITER_THREADS");
    assert_int_equal(bw_opt_number(o, BW_OPT_FEED_RETENTION), 5);
    assert_int_equal(o->v[BW_OPT_FEED_RETENTION].from, BW_FROM_FILE);
    assert_int_equal(bw_opt_number(o, BW_OPT_DRAIN_SECONDS), 10);
    assert_int_equal(o->v[BW_OPT_DRAIN_SECONDS].from, BW_FROM_DEFAULT);
}

/* req: OPS-03 an unknown setting is an error with the nearest name, from wherever it comes */
static void unknown_names_tell_the_nearest(void **state)
{
    struct bw_options *o = *state;
    struct bw_error err = { 0 };
    const char *const environment[] = { "BAGWATCH_WRITER_BATHC=33", NULL };
    assert_int_equal(bw_options_flag(o, BW_STR("lisen"), "127.0.0.1:1", &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "did you mean listen?"));
    assert_int_equal(bw_options_load(o, environment, &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "did you mean writer-batch?"));
    assert_int_equal(load_file(o, "feed_retention = 3\n", &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "did you mean feed-retention?"));
    assert_int_equal(bw_options_flag(o, BW_STR("zzzzzzzzzzzz"), "1", &err), BW_E_CONFIG);
    assert_null(strstr(err.detail, "did you mean"));
}

static void values_are_checked_whichever_wins(void **state)
{
    struct bw_options *o = *state;
    struct bw_error err = { 0 };
    const char *const environment[] = { "BAGWATCH_WRITER_BATCH=many", NULL };
    assert_int_equal(bw_options_flag(o, BW_STR("writer-threads"), "17", &err), BW_E_CONFIG);
    assert_string_equal(err.field, "writer-threads");
    assert_int_equal(bw_options_flag(o, BW_STR("writer-batch"), "22", NULL), BW_OK);
    assert_int_equal(bw_options_load(o, environment, &err), BW_E_CONFIG);
    assert_int_equal(bw_options_flag(o, BW_STR("log-level"), "loud", &err), BW_E_CONFIG);
    assert_int_equal(bw_options_flag(o, BW_STR("log-level"), "warn", &err), BW_OK);
    assert_int_equal(bw_opt_number(o, BW_OPT_LOG_LEVEL), 2);
    assert_int_equal(bw_options_flag(o, BW_STR("behind-proxy"), NULL, &err), BW_OK);
    assert_true(bw_opt_on(o, BW_OPT_BEHIND_PROXY));
    assert_int_equal(bw_options_flag(o, BW_STR("listen"), NULL, &err), BW_E_CONFIG);
    assert_int_equal(bw_options_flag(o, BW_STR("public-url"), "http://a\nb", &err), BW_E_CONFIG);
    assert_int_equal(bw_options_flag(o, BW_STR("log-level"), "info", &err), BW_E_CONFIG); /* twice */
}

/* req: SEC-08 secrets from files or environment, never from the command line */
static void secrets_do_not_come_from_the_command_line(void **state)
{
    struct bw_options *o = *state;
    struct bw_error err = { 0 };
    char path[32], variable[96];
    assert_int_equal(bw_options_flag(o, BW_STR("database-url"), "postgresql://x", &err), BW_E_CONFIG);
    assert_non_null(strstr(err.detail, "BAGWATCH_DATABASE_URL_FILE"));
    write_file(path, "postgresql://owner:s3cret@db/bw\n");
    snprintf(variable, sizeof(variable), "BAGWATCH_DATABASE_URL_FILE=%s", path);
    const char *const environment[] = { variable, "DATABASE_URL=postgresql://other", NULL };
    assert_int_equal(bw_options_load(o, environment, &err), BW_OK);
    unlink(path);
    assert_string_equal(bw_opt_text(o, BW_OPT_DATABASE_URL), "postgresql://owner:s3cret@db/bw");
}

/* Only secrets have a _FILE form; a setting that is no secret is named in the refusal. */
static void only_secrets_have_a_file_form(void **state)
{
    struct bw_options *o = *state;
    struct bw_error err = { 0 };
    const char *const environment[] = { "BAGWATCH_LISTEN_FILE=/dev/null", NULL };
    assert_int_equal(bw_options_load(o, environment, &err), BW_E_CONFIG);
}

static void another_programs_name_counts_last(void **state)
{
    struct bw_options *o = *state;
    const char *const environment[] = { "DATABASE_URL=postgresql://other", "DATABASE_URLS=x", NULL };
    assert_int_equal(bw_options_load(o, environment, NULL), BW_OK);
    assert_string_equal(bw_opt_text(o, BW_OPT_DATABASE_URL), "postgresql://other");
    assert_string_equal(o->v[BW_OPT_DATABASE_URL].where, "environment DATABASE_URL");
}

/* req: SEC-08 masked in every dump; req: OPS-03 the dump says where each value came from */
static void the_dump_masks_and_names_sources(void **state)
{
    struct bw_options *o = *state;
    const char *const environment[] = { "BAGWATCH_APP_DATABASE_URL=postgresql://app:s3cret@db/bw",
                                        "BAGWATCH_DATABASE_URL=postgresql://own:s3cret@db/bw", NULL };
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, 64 << 10);
    assert_int_equal(bw_options_flag(o, BW_STR("drain-seconds"), "3", NULL), BW_OK);
    assert_int_equal(bw_options_load(o, environment, NULL), BW_OK);
    bw_options_dump(o, &text);
    const char *dump = bw_buf_cstr(&text);
    assert_non_null(dump);
    assert_null(strstr(dump, "s3cret"));
    assert_non_null(strstr(dump, "; app-database-url = ********   ; environment BAGWATCH_APP_DATABASE_URL\n"));
    assert_non_null(strstr(dump, "drain-seconds = 3   ; flag --drain-seconds\n"));
    assert_non_null(strstr(dump, "feed-retention = 7   ; default\n"));
    /* and it reads back */
    struct bw_options again;
    struct bw_error err = { 0 };
    bw_options_init(&again);
    char *kept = strdup(dump);
    char *config = strstr(kept, "config =");
    assert_non_null(config);
    *config = ';';
    assert_int_equal(load_file(&again, kept, &err), BW_OK);
    assert_int_equal(bw_opt_number(&again, BW_OPT_DRAIN_SECONDS), 3);
    assert_null(bw_opt_given(&again, BW_OPT_PUBLIC_URL));
    free(kept);
    bw_options_done(&again);
}

static void files_are_read_strictly(void **state)
{
    struct bw_error err = { 0 };
    char longer[512];
    (void)state;
    snprintf(longer, sizeof(longer), "public-url = https://%0300d\n", 1);
    static const char *const bad[] = { "listen\n", "[server]\nlisten = 127.0.0.1:1\n", "config = other.ini\n",
                                       "listen = 127.0.0.1:1\nlisten = 127.0.0.1:2\n", NULL };
    for (size_t i = 0; i < BW_LEN(bad); i++) {
        struct bw_options o;
        bw_options_init(&o);
        assert_int_equal(load_file(&o, bad[i] ? bad[i] : longer, &err), BW_E_CONFIG);
        bw_options_done(&o);
    }
    struct bw_options o;
    bw_options_init(&o);
    assert_int_equal(bw_options_flag(&o, BW_STR("config"), "/nowhere/at/all.ini", NULL), BW_OK);
    assert_int_equal(bw_options_load(&o, nothing, &err), BW_E_CONFIG);
    bw_options_done(&o);
}

static bw_code checked(enum bw_opt opt, const char *value, bool proxy)
{
    struct bw_options o;
    struct bw_error err = { 0 };
    bw_options_init(&o);
    assert_int_equal(bw_options_flag(&o, bw_str_c(bw_option_row(opt)->key), value, &err), BW_OK);
    if (proxy)
        assert_int_equal(bw_options_flag(&o, BW_STR("behind-proxy"), NULL, &err), BW_OK);
    bw_code code = bw_options_check(&o, &err);
    bw_options_done(&o);
    return code;
}

/* design.md 8: a non-loopback address needs --behind-proxy */
static void settings_agree_with_each_other(void **state)
{
    (void)state;
    assert_int_equal(checked(BW_OPT_LISTEN, "127.0.0.1:80", false), BW_OK);
    assert_int_equal(checked(BW_OPT_LISTEN, "[::1]:0", false), BW_OK);
    assert_int_equal(checked(BW_OPT_LISTEN, "0.0.0.0:80", false), BW_E_CONFIG);
    assert_int_equal(checked(BW_OPT_LISTEN, "0.0.0.0:80", true), BW_OK);
    assert_int_equal(checked(BW_OPT_LISTEN, "", true), BW_E_CONFIG);
    assert_int_equal(checked(BW_OPT_LISTEN, "8080", true), BW_E_CONFIG);
    assert_int_equal(checked(BW_OPT_METRICS_LISTEN, "10.0.0.1:9464", false), BW_E_CONFIG);
    assert_int_equal(checked(BW_OPT_METRICS_LISTEN, "", false), BW_OK);
    assert_int_equal(checked(BW_OPT_PUBLIC_URL, "bags.example", false), BW_E_CONFIG);
    assert_int_equal(checked(BW_OPT_PUBLIC_URL, "https://bags.example/", false), BW_E_CONFIG);
    assert_int_equal(checked(BW_OPT_PUBLIC_URL, "https://bags.example", false), BW_OK);
}

/* req: OPS-03 one table generates parser and help */
static void the_help_has_every_setting(void **state)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    (void)state;
    bw_buf_init(&text, 64 << 10);
    bw_options_help(&text);
    const char *help = bw_buf_cstr(&text);
    assert_non_null(help);
    for (unsigned i = 0; i < BW_OPT_MAX; i++) {
        const struct bw_option_row *row = bw_option_row((enum bw_opt)i);
        assert_non_null(strstr(help, row->what));
        if (!(row->flags & BW_OPT_SECRET))
            assert_non_null(strstr(help, row->key));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_source_outranks_the_next, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_names_tell_the_nearest, setup, teardown),
        cmocka_unit_test_setup_teardown(values_are_checked_whichever_wins, setup, teardown),
        cmocka_unit_test_setup_teardown(secrets_do_not_come_from_the_command_line, setup, teardown),
        cmocka_unit_test_setup_teardown(only_secrets_have_a_file_form, setup, teardown),
        cmocka_unit_test_setup_teardown(another_programs_name_counts_last, setup, teardown),
        cmocka_unit_test_setup_teardown(the_dump_masks_and_names_sources, setup, teardown),
        cmocka_unit_test(files_are_read_strictly),
        cmocka_unit_test(settings_agree_with_each_other),
        cmocka_unit_test(the_help_has_every_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
