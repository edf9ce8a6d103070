/* SPDX-License-Identifier: Apache-2.0 */
/* cli_test.c - OPS-02: the table of verbs gives parsing, help and exit codes. */
#include "bw/storage/migrate.h"
#include "cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sysexits.h>

#include <cmocka.h>

static char said[32768], complained[32768];

static int run(const char *const *environment, int argc, const char *const *argv)
{
    FILE *out = fmemopen(said, sizeof(said), "w"), *err = fmemopen(complained, sizeof(complained), "w");
    assert_non_null(out);
    assert_non_null(err);
    said[0] = complained[0] = '\0';
    int status = bw_cli_main(argc, argv, environment, out, err);
    fclose(out);
    fclose(err);
    return status;
}

static const char *const none[] = { NULL };
#define RUN(...)                                                                                                       \
    run(none, (int)(sizeof((const char *const[]){ "bagwatchd", __VA_ARGS__ }) / sizeof(char *)),                       \
        (const char *const[]){ "bagwatchd", __VA_ARGS__ })

/* req: OPS-02 --help fits a screen */
static void the_help_fits_a_screen(void **state)
{
    static const char *const ways[] = { "--help", "help", "-h" };
    (void)state;
    for (size_t i = 0; i < BW_LEN(ways); i++) {
        assert_int_equal(RUN(ways[i]), EX_OK);
        unsigned lines = 0;
        for (struct bw_str rest = bw_str_c(said); rest.p && rest.n; lines++)
            assert_true(bw_str_split(&rest, '\n').n <= 80);
        assert_true(lines <= 24);
        for (size_t k = 0; k < bw_verbs_n; k++)
            assert_non_null(strstr(said, bw_verbs[k].name));
    }
}

static void nothing_to_do_is_a_usage_error(void **state)
{
    static const char *const alone[] = { "bagwatchd" };
    (void)state;
    assert_int_equal(run(none, 1, alone), EX_USAGE);
    assert_non_null(strstr(complained, "usage: bagwatchd"));
}

/* req: OPS-03 the nearest name */
static void unknown_words_tell_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(RUN("srve"), EX_USAGE);
    assert_non_null(strstr(complained, "did you mean serve?"));
    assert_int_equal(RUN("migrate", "upp"), EX_USAGE);
    assert_non_null(strstr(complained, "did you mean migrate up?"));
    assert_int_equal(RUN("config", "check", "--lisen=127.0.0.1:1"), EX_USAGE);
    assert_non_null(strstr(complained, "did you mean --listen?"));
    assert_int_equal(RUN("key", "create", "--carier", "BA"), EX_USAGE);
    assert_non_null(strstr(complained, "did you mean --carrier?"));
    assert_int_equal(RUN("config", "check", "-x"), EX_USAGE);
}

static void settings_come_as_flags_of_any_verb(void **state)
{
    static const char *const environment[] = { "BAGWATCH_WRITER_BATCH=7", NULL };
    static const char *const argv[] = {
        "bagwatchd", "config", "dump", "--writer-threads", "3", "--behind-proxy", "--listen=0.0.0.0:8080"
    };
    (void)state;
    assert_int_equal(run(environment, (int)BW_LEN(argv), argv), EX_OK);
    assert_non_null(strstr(said, "writer-threads = 3   ; flag --writer-threads\n"));
    assert_non_null(strstr(said, "writer-batch = 7   ; environment BAGWATCH_WRITER_BATCH\n"));
    assert_non_null(strstr(said, "behind-proxy = yes   ; flag --behind-proxy\n"));
    assert_int_equal(RUN("config", "check", "--listen", "0.0.0.0:8080"), EX_CONFIG);
    assert_non_null(strstr(complained, "behind-proxy"));
    assert_int_equal(RUN("config", "check"), EX_OK);
}

/* req: SEC-08 never from the command line */
static void a_secret_on_the_command_line_is_refused(void **state)
{
    (void)state;
    assert_int_equal(RUN("config", "check", "--database-url", "postgresql://x:y@z/w"), EX_CONFIG);
    assert_null(strstr(complained, "x:y@z"));
    assert_non_null(strstr(complained, "BAGWATCH_DATABASE_URL_FILE"));
}

static void words_and_values_are_counted(void **state)
{
    (void)state;
    assert_int_equal(RUN("config", "check", "more"), EX_USAGE);
    assert_int_equal(RUN("key", "revoke"), EX_USAGE);
    assert_non_null(strstr(complained, "takes ID"));
    assert_int_equal(RUN("key", "create", "--carrier"), EX_USAGE);
    assert_non_null(strstr(complained, "--carrier needs a value"));
    assert_int_equal(RUN("key", "create", "--test=yes"), EX_USAGE);
    assert_int_equal(RUN("key", "create"), EX_USAGE);
    assert_non_null(strstr(complained, "--carrier is needed"));
    assert_int_equal(RUN("user", "create", "jo", "--role", "agent"), EX_USAGE);
    assert_non_null(strstr(complained, "--org is needed"));
}

static void every_verb_has_its_help(void **state)
{
    (void)state;
    assert_int_equal(RUN("help", "key", "create"), EX_OK);
    assert_non_null(strstr(said, "usage: bagwatchd key create [--carrier X]"));
    assert_int_equal(RUN("key", "create", "--help"), EX_OK);
    assert_non_null(strstr(said, "[--test]"));
    assert_int_equal(RUN("help", "settings"), EX_OK);
    assert_non_null(strstr(said, "--stream-listen"));
    assert_int_equal(RUN("help", "nothing"), EX_USAGE);
    assert_int_equal(RUN("--version"), EX_OK);
    char number[32];
    snprintf(number, sizeof number, "schema %u", bw_schema_number(&bw_sql_migrations));
    assert_non_null(strstr(said, number));
}

static void failures_have_the_exit_codes_of_sysexits(void **state)
{
    (void)state;
    assert_int_equal(bw_exit_code(BW_OK), 0);
    assert_int_equal(bw_exit_code(BW_E_CONFIG), EX_CONFIG);
    assert_int_equal(bw_exit_code(BW_E_DATABASE_AWAY), EX_UNAVAILABLE);
    assert_int_equal(bw_exit_code(BW_E_BAD_REQUEST), EX_USAGE);
    assert_int_equal(bw_exit_code(BW_E_INTERNAL), EX_SOFTWARE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_help_fits_a_screen),
        cmocka_unit_test(nothing_to_do_is_a_usage_error),
        cmocka_unit_test(unknown_words_tell_the_nearest),
        cmocka_unit_test(settings_come_as_flags_of_any_verb),
        cmocka_unit_test(a_secret_on_the_command_line_is_refused),
        cmocka_unit_test(words_and_values_are_counted),
        cmocka_unit_test(every_verb_has_its_help),
        cmocka_unit_test(failures_have_the_exit_codes_of_sysexits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
