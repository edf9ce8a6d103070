/* SPDX-License-Identifier: Apache-2.0 */
/* cli_report.c - `report stale`: the same report as GET /v1/reports/stale, for whoever has the server's own shell. */
#include <sysexits.h>

#include "bw/app/stale_report.h"
#include "cli.h"
#include "cli_db.h"

#define REPORT_US (60 * BW_SECOND)
enum { ARENA_MAX = 1 << 30, TEXT_MAX = 256 << 20 };

struct wanted {
    struct bw_stale_period period;
    enum bw_stale_by by;
    bool csv;
};

/* "2026-11-20" is its beginning in UTC; else RFC 3339. */
static bool instant(const char *text, bw_time *ret)
{
    bw_date day;
    if (bw_date_parse(bw_str_c(text), &day)) {
        *ret = bw_date_start(day);
        return true;
    }
    return bw_time_parse(bw_str_c(text), ret, NULL);
}

static bool one_of(const char *text, const char *first, const char *second, bool *ret_second)
{
    *ret_second = text && strcmp(text, second) == 0;
    return !text || *ret_second || strcmp(text, first) == 0;
}

static bw_code read_wanted(const struct bw_cli *cli, struct wanted *ret, struct bw_error *err)
{
    const char *from = bw_cli_arg(cli, "from"), *to = bw_cli_arg(cli, "to"), *as_of = bw_cli_arg(cli, "as-of");
    bool by_station = false;
    ret->period.as_of = bw_clock_wall();
    if (!from || !to || !instant(from, &ret->period.from) || !instant(to, &ret->period.to) ||
        ret->period.to <= ret->period.from)
        return bw_fail(err, BW_E_BAD_REQUEST, NULL, "--from and --to are days or RFC 3339 instants, and --to is later");
    if (as_of && !instant(as_of, &ret->period.as_of))
        return bw_fail(err, BW_E_BAD_REQUEST, "as-of", "is a day or an RFC 3339 instant");
    if (!one_of(bw_cli_arg(cli, "by"), "carrier", "station", &by_station))
        return bw_fail(err, BW_E_BAD_REQUEST, "by", "is carrier or station");
    if (!one_of(bw_cli_arg(cli, "format"), "json", "csv", &ret->csv))
        return bw_fail(err, BW_E_BAD_REQUEST, "format", "is json or csv");
    ret->by = by_station ? BW_BY_STATION : BW_BY_CARRIER;
    return BW_OK;
}

static int print(struct bw_cli *cli, const struct bw_stale_report *r, bool csv)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, TEXT_MAX);
    if (csv) {
        bw_stale_csv(r, &text);
    } else {
        bw_json_out_init(&j, &text);
        bw_stale_json(r, &j);
        bw_buf_ch(&text, '\n');
    }
    return bw_cli_print(cli, &text);
}

static int report(struct bw_cli *cli, struct bw_database *db)
{
    const struct bw_principal everybody = { .kind = BW_P_ACCOUNT, .roles = BW_AUDITOR, .every_carrier = true };
    const struct bw_pg_options o = { .conninfo = db->app,
                                     .name = "report",
                                     .role = db->app_role,
                                     .sets = BW_SET_QUERY,
                                     .statement_us = REPORT_US,
                                     .call_us = REPORT_US };
    struct bw_arena arena;
    struct bw_stale_report *r = NULL;
    struct bw_pg *pg = NULL;
    struct wanted w;
    struct bw_error err = { 0 };
    bw_arena_init(&arena, ARENA_MAX);
    bw_code code = read_wanted(cli, &w, &err);
    if (code == BW_OK)
        code = bw_pg_new(&o, &pg, &err);
    if (code == BW_OK)
        code = bw_pg_ensure(pg, &err);
    if (code == BW_OK)
        code = bw_stale_make(pg, &w.period, w.by, &everybody, &arena, &r, &err);
    int status = code == BW_OK ? print(cli, r, w.csv) : bw_cli_fail(cli, code, &err);
    bw_pg_free(pg);
    bw_arena_done(&arena);
    return status;
}

int bw_verb_report_stale(struct bw_cli *cli)
{
    return bw_cli_with_database(cli, report);
}
