/* SPDX-License-Identifier: Apache-2.0 */
/* cli.c - from argv to a verb with its arguments, and from failures to exit codes. */
#include "cli.h"

#include <sysexits.h>

enum { TEXT_MAX = 64 << 10 };

int bw_exit_code(bw_code code)
{
    static const struct {
        bw_code code;
        int status;
    } rows[] = {
        { BW_OK, EX_OK },
        { BW_E_CONFIG, EX_CONFIG },
        { BW_E_DATABASE_AWAY, EX_UNAVAILABLE },
        { BW_E_BUSY, EX_TEMPFAIL },
        { BW_E_RETRY, EX_TEMPFAIL },
        { BW_E_CLASH, EX_TEMPFAIL },
        { BW_E_NOMEM, EX_OSERR },
        { BW_E_IO, EX_IOERR },
        { BW_E_NOT_FOUND, EX_NOINPUT },
        { BW_E_FORBIDDEN, EX_NOPERM },
        { BW_E_BAD_REQUEST, EX_USAGE },
        { BW_E_INVALID_BODY, EX_DATAERR },
        { BW_E_POISON, EX_DATAERR },
    };
    for (size_t i = 0; i < BW_LEN(rows); i++)
        if (rows[i].code == code)
            return rows[i].status;
    return EX_SOFTWARE;
}

int bw_cli_fail(const struct bw_cli *cli, bw_code code, const struct bw_error *err)
{
    const char *detail = err->detail[0] ? err->detail : bw_code_info(code)->title;
    fprintf(cli->err, "bagwatchd: %s%s%s%s%s\n", cli->verb ? cli->verb->name : "", cli->verb ? ": " : "", err->field,
            err->field[0] ? ": " : "", detail);
    return bw_exit_code(code);
}

int bw_cli_print(const struct bw_cli *cli, struct bw_buf *text)
{
    const char *c = bw_buf_cstr(text);
    if (!c)
        return EX_OSERR;
    return fputs(c, cli->out) >= 0 && fflush(cli->out) == 0 ? EX_OK : EX_IOERR;
}

const char *bw_cli_arg(const struct bw_cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->n_args; i++)
        if (bw_str_eq_c(bw_str_n(cli->args[i].name, cli->args[i].n), name))
            return cli->args[i].value;
    return NULL;
}

/* --- finding the verb --- */

static const char *second_word(const char *name)
{
    const char *space = strchr(name, ' ');
    return space ? space + 1 : NULL;
}

/* How many of argv the verb's name takes; 0 = it is another verb. */
static int matches(const struct bw_verb *verb, int argc, const char *const *argv)
{
    const char *second = second_word(verb->name);
    struct bw_str first = bw_str_n(verb->name, second ? (size_t)(second - verb->name) - 1 : strlen(verb->name));
    if (argc < 1 || !bw_str_eq_c(first, argv[0]))
        return 0;
    if (!second)
        return 1;
    return argc > 1 && strcmp(second, argv[1]) == 0 ? 2 : 0;
}

static const struct bw_verb *verb_of(int argc, const char *const *argv, int *ret_used)
{
    for (size_t i = 0; i < bw_verbs_n; i++) {
        *ret_used = matches(&bw_verbs[i], argc, argv);
        if (*ret_used)
            return &bw_verbs[i];
    }
    return NULL;
}

static int no_such_verb(const struct bw_cli *cli, int argc, const char *const *argv)
{
    const char *names[64];
    char typed[96];
    size_t n = 0;
    for (size_t i = 0; i < bw_verbs_n && n < BW_LEN(names); i++)
        names[n++] = bw_verbs[i].name;
    snprintf(typed, sizeof(typed), "%s%s%s", argv[0], argc > 1 && argv[1][0] != '-' ? " " : "",
             argc > 1 && argv[1][0] != '-' ? argv[1] : "");
    const char *near = bw_nearest(bw_str_c(typed), names, n);
    fprintf(cli->err, "bagwatchd: no verb is called %s%s%s%s; see bagwatchd help\n", typed,
            near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return EX_USAGE;
}

/* --- arguments --- */

/* One word of the verb's `args` by its name; *ret_takes: a value belongs to it. */
static bool own_arg(const struct bw_verb *verb, struct bw_str name, struct bw_str *ret, bool *ret_takes)
{
    struct bw_str rest = bw_str_c(verb->args);
    while (rest.p && rest.n) {
        struct bw_str word = bw_str_split(&rest, ' ');
        bool takes = bw_str_ends(word, BW_STR("="));
        if (takes)
            word.n--;
        if (bw_str_eq(word, name)) {
            *ret = word;
            *ret_takes = takes;
            return true;
        }
    }
    return false;
}

/* The nearest among the verb's own flags, else among the settings. */
static bw_code unknown(const struct bw_verb *verb, struct bw_str name, struct bw_error *err)
{
    char own[24][32];
    const char *candidates[24 + BW_OPT_MAX];
    size_t n = 0;
    for (struct bw_str rest = bw_str_c(verb->args); rest.p && rest.n && n < BW_LEN(own);) {
        struct bw_str word = bw_str_split(&rest, ' ');
        word.n -= bw_str_ends(word, BW_STR("="));
        if (bw_str_copy(word, own[n], sizeof(own[n]))) {
            candidates[n] = own[n];
            n++;
        }
    }
    for (unsigned i = 0; i < BW_OPT_MAX; i++)
        candidates[n++] = bw_option_row((enum bw_opt)i)->key;
    const char *near = bw_nearest(name, candidates, n);
    return bw_fail(err, BW_E_BAD_REQUEST, NULL, "no setting or flag is called --%.*s%s%s%s",
                   BW_FMT(bw_str_take(name, 40)), near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
}

static bw_code take_own(struct bw_cli *cli, struct bw_str name, const char *value, struct bw_error *err)
{
    if (cli->n_args == BW_LEN(cli->args))
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "too many flags");
    cli->args[cli->n_args++] = (struct bw_cli_arg){ name.p, name.n, value };
    return BW_OK;
}

/* "--key", "--key=value" or "--key value"; *at moves past what was used. */
static bw_code take_flag(struct bw_cli *cli, const char *const *argv, int argc, int *at, struct bw_error *err)
{
    struct bw_str value = bw_str_c(argv[*at] + 2), word;
    struct bw_str name = bw_str_split(&value, '=');
    enum bw_opt opt = BW_OPT_MAX;
    bool takes = false;
    bool own = own_arg(cli->verb, name, &word, &takes);
    if (!own && bw_option_find(name, &opt))
        takes = bw_option_row(opt)->kind != BW_OPT_SWITCH;
    else if (!own)
        return unknown(cli->verb, name, err);
    const char *given = value.p;
    if (!given && takes) {
        if (*at + 1 >= argc)
            return bw_fail(err, BW_E_BAD_REQUEST, NULL, "--%.*s needs a value", BW_FMT(name));
        given = argv[++*at];
    }
    if (own && !takes && given)
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "--%.*s takes no value", BW_FMT(name));
    if (own)
        return take_own(cli, word, given ? given : "", err);
    return bw_options_flag(&cli->options, name, given, err);
}

static bw_code check_words(const struct bw_cli *cli, struct bw_error *err)
{
    size_t wanted = 0, most = 0;
    bool more = false;
    for (struct bw_str rest = bw_str_c(cli->verb->words); rest.p && rest.n;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        more = more || bw_str_ends(word, BW_STR("..."));
        wanted += !bw_str_starts(word, BW_STR("["));
        most++;
    }
    if (cli->n_words < wanted || (cli->n_words > most && !more))
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "%s takes %s, not %zu words", cli->verb->name,
                       wanted ? cli->verb->words : "no further words", cli->n_words);
    return BW_OK;
}

static bw_code parse(struct bw_cli *cli, int argc, const char *const *argv, struct bw_error *err)
{
    bool flags = true;
    for (int i = 0; i < argc; i++) {
        if (flags && strcmp(argv[i], "--") == 0) {
            flags = false;
        } else if (flags && argv[i][0] == '-' && argv[i][1] == '-') {
            bw_code code = take_flag(cli, argv, argc, &i, err);
            if (code != BW_OK)
                return code;
        } else if (flags && argv[i][0] == '-' && argv[i][1]) {
            return bw_fail(err, BW_E_BAD_REQUEST, NULL, "flags have two dashes, and %.40s has one", argv[i]);
        } else if (cli->n_words == BW_LEN(cli->words)) {
            return bw_fail(err, BW_E_BAD_REQUEST, NULL, "too many words");
        } else {
            cli->words[cli->n_words++] = argv[i];
        }
    }
    return check_words(cli, err);
}

/* --- help --- */

static const struct bw_verb_group *group_of(const struct bw_verb *verb)
{
    struct bw_str rest = bw_str_c(verb->name), first = bw_str_split(&rest, ' ');
    for (const struct bw_verb_group *g = bw_verb_groups; g->word; g++)
        if (bw_str_eq_c(first, g->word))
            return g;
    return NULL;
}

void bw_cli_help(struct bw_buf *to)
{
    bw_buf_c(to, "usage: bagwatchd VERB [FLAGS]\n\n");
    for (size_t i = 0; i < bw_verbs_n; i++) {
        const struct bw_verb_group *group = group_of(&bw_verbs[i]);
        if (!group) {
            bw_buf_printf(to, "  %-15s %s\n", bw_verbs[i].name, bw_verbs[i].what);
            continue;
        }
        bw_buf_printf(to, "  %s", bw_verbs[i].name);
        for (; i + 1 < bw_verbs_n && group_of(&bw_verbs[i + 1]) == group; i++)
            bw_buf_printf(to, ", %s", bw_verbs[i + 1].name);
        bw_buf_printf(to, ": %s\n", group->what);
    }
    bw_buf_c(to, "\n`bagwatchd help VERB` tells its flags, `bagwatchd help settings` every setting.\n"
                 "Exit codes are those of sysexits.h; 1 = differences were found.\n");
}

void bw_cli_verb_help(const struct bw_verb *verb, struct bw_buf *to)
{
    bw_buf_printf(to, "usage: bagwatchd %s%s%s", verb->name, verb->words[0] ? " " : "", verb->words);
    for (struct bw_str rest = bw_str_c(verb->args); rest.p && rest.n;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        bool takes = bw_str_ends(word, BW_STR("="));
        bw_buf_printf(to, " [--%.*s%s]", (int)(word.n - takes), word.p, takes ? " X" : "");
    }
    bw_buf_printf(to, " [SETTINGS]\n\n%s\n", verb->what);
}

static int help(const struct bw_cli *cli, int argc, const char *const *argv)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    int used;
    bw_buf_init(&text, TEXT_MAX);
    const struct bw_verb *verb = argc > 0 ? verb_of(argc, argv, &used) : NULL;
    if (verb) {
        bw_cli_verb_help(verb, &text);
    } else if (argc > 0 && strcmp(argv[0], "settings") == 0) {
        bw_buf_c(&text,
                 "Settings, as flags, as environment (BAGWATCH_LISTEN), or in the file that --config names:\n\n");
        bw_options_help(&text);
    } else if (argc > 0) {
        return no_such_verb(cli, argc, argv);
    } else {
        bw_cli_help(&text);
    }
    return bw_cli_print(cli, &text);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* --- the whole --- */

static int run(struct bw_cli *cli, int argc, const char *const *argv, const char *const *environment)
{
    struct bw_error err = { 0 };
    bw_code code = parse(cli, argc, argv, &err);
    if (code == BW_OK)
        code = bw_options_load(&cli->options, environment, &err);
    if (code == BW_OK)
        code = bw_options_check(&cli->options, &err);
    return code == BW_OK ? cli->verb->run(cli) : bw_cli_fail(cli, code, &err);
}

int bw_cli_main(int argc, const char *const *argv, const char *const *environment, FILE *out, FILE *err)
{
    struct bw_cli cli = { .verb = NULL, .out = out, .err = err };
    int used = 0;
    argc--;
    argv++;
    if (argc == 0) {
        (void)help(&(struct bw_cli){ .out = err, .err = err }, 0, NULL);
        return EX_USAGE;
    }
    if (strcmp(argv[0], "help") == 0 || asks_for_help(argv[0]))
        return help(&cli, argc - 1, argv + 1);
    static const char *const version[] = { "version" };
    if (strcmp(argv[0], "--version") == 0) {
        argc = 1;
        argv = version;
    }
    cli.verb = verb_of(argc, argv, &used);
    if (!cli.verb)
        return no_such_verb(&cli, argc, argv);
    for (int i = used; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (asks_for_help(argv[i]))
            return help(&cli, argc, argv);
    bw_options_init(&cli.options);
    int status = run(&cli, argc - used, argv + used, environment);
    bw_options_done(&cli.options);
    return status;
}
