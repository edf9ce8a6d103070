/* SPDX-License-Identifier: Apache-2.0 */
/* tool.c - the same traffic and the same checks for a run in another language, through HTTP
 * (tests/blackbox/sim.test.mjs): sim.run traffic SEED HOURS BAGS            one line a statement: when, what, who, and
 * the text in hex sim.run check CONNINFO SEED HOURS BAGS     answers on standard input: "<position> <answer> [<uid>]",
 * then the checks */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bw/base/codec.h"
#include "run.h"

static unsigned number(const char *text)
{
    uint64_t n = 0;
    bool fits = bw_str_to_u64(bw_str_c(text), 1, 100000, &n);
    BW_ASSERT(fits);
    return (unsigned)n;
}

static struct sim_traffic traffic(char **argv)
{
    struct sim_traffic t = { .from = SIM_FROM, .bags = number(argv[2]), .plain = true };
    bool fits = bw_str_to_u64(bw_str_c(argv[0]), 0, UINT64_MAX, &t.seed);
    BW_ASSERT(fits);
    t.until = t.from + number(argv[1]) * BW_HOUR;
    t.max = (size_t)t.bags * SIM_PER_BAG;
    t.v = calloc(t.max, sizeof *t.v);
    BW_ASSERT(t.v);
    sim_traffic_make(&t);
    return t;
}

static int print(const struct sim_traffic *t)
{
    static const char *const kinds[] = { "event", "case", "telegram" };
    static char hex[2 * sizeof t->v->text + 1];
    for (size_t k = 0; k < t->n; k++) {
        const struct sim_statement *s = &t->v[k];
        bw_hex(s->text, strlen(s->text), hex);
        printf("{\"at\":%lld,\"kind\":\"%s\",\"carrier\":\"%s\",\"staff\":%s,\"id\":\"%s\",\"text\":\"%s\"}\n",
               (long long)(s->arrives / BW_MS), kinds[s->kind], sim_carriers[s->carrier], s->staff ? "true" : "false",
               s->event_id, hex);
    }
    return 0;
}

static int check(const char *owner, struct sim_traffic *t)
{
    char line[128];
    struct sim_checked got;
    while (fgets(line, sizeof line, stdin)) {
        struct bw_str rest = bw_str_trim(bw_str_c(line)), at = bw_str_split(&rest, ' '),
                      answer = bw_str_split(&rest, ' ');
        uint64_t position, code;
        bool fits = bw_str_to_u64(at, 0, t->n - 1, &position) && bw_str_to_u64(answer, 0, SIM_CONFLICT, &code);
        BW_ASSERT(fits);
        t->v[position].answer = (uint8_t)code;
        if (rest.n && !bw_uuid_parse(rest, &t->v[position].uid))
            return 64;
    }
    sim_check(owner, t, t->until, &got);
    printf("{\"events\":%zu,\"bags\":%zu,\"judged\":%zu,\"promises\":%zu,\"levels\":%zu,\"stored\":%zu,\"repeated\":%"
           "zu,"
           "\"refused\":%zu,\"conflicts\":%zu,\"differences\":%zu}\n",
           got.events, got.bags, got.judged, got.promises, got.levels, got.stored, got.repeated, got.refused,
           got.conflicts, got.faults);
    return got.faults ? 1 : 0;
}

int sim_tool(int argc, char **argv)
{
    struct sim_traffic t = { 0 };
    int end = 64;
    if (argc == 5 && strcmp(argv[1], "traffic") == 0) {
        t = traffic(argv + 2);
        end = print(&t);
    } else if (argc == 6 && strcmp(argv[1], "check") == 0) {
        t = traffic(argv + 3);
        end = check(argv[2], &t);
    }
    free(t.v);
    return end;
}
