/* SPDX-License-Identifier: Apache-2.0 */
/* chaser.c - the words and forms of a chaser.  Layer: domain.  Threads: any.  Source: CLK-05, CLK-15, TYB-10. */
#include "bw/domain/chaser.h"

#include <stdio.h>

#include "bw/domain/typeb_write.h"

#define OURS "BAGWTXS" /* where our telegrams come from */
#define TEXT_MOST (16 * 1024)

static const char *const kinds[] = { [BW_CHASE_DEBTOR] = "debtor",
                                     [BW_CHASE_DESK] = "desk",
                                     [BW_CHASE_SUPERVISORS] = "supervisors",
                                     [BW_CHASE_CUSTOMER] = "customer" };
static const char *const channels[] = { [BW_CHANNEL_WEBHOOK] = "webhook",
                                        [BW_CHANNEL_MAIL] = "mail",
                                        [BW_CHANNEL_TELEGRAM] = "telegram",
                                        [BW_CHANNEL_PAGE] = "page" };

const char *bw_chase_word(enum bw_chase_kind kind)
{
    BW_ASSERT((size_t)kind < BW_LEN(kinds));
    return kinds[kind];
}

const char *bw_channel_word(enum bw_channel channel)
{
    BW_ASSERT((size_t)channel < BW_LEN(channels));
    return channels[channel];
}

bool bw_channel_from(struct bw_str word, enum bw_channel *ret)
{
    size_t at;
    if (!bw_str_among(word, channels, BW_CHANNEL_PAGE, &at))
        return false;
    *ret = (enum bw_channel)at;
    return true;
}

static size_t tell(struct bw_chase_to *to, size_t n, enum bw_chase_kind kind, const char *carrier)
{
    if (!carrier[0] && kind != BW_CHASE_CUSTOMER)
        return n;
    if (n && to[n - 1].kind == kind && strcmp(to[n - 1].carrier, carrier) == 0)
        return n;
    to[n].kind = kind;
    bw_str_put(bw_str_c(carrier), to[n].carrier, sizeof to[n].carrier);
    return n + 1;
}

size_t bw_chase_whom(const struct bw_promise *p, int level, struct bw_chase_to to[BW_CHASE_MOST])
{
    /* an owner that cannot be told is asked by the debtor, which then is told in its place (CLK-16) */
    bool outside = p->for_carrier[0] && strcmp(p->for_carrier, p->creditor) == 0;
    const char *owner = outside ? p->debtor : p->creditor;
    size_t n = 0;
    if (level <= 1)
        return tell(to, n, BW_CHASE_DEBTOR, p->debtor);
    if (level == 2) {
        n = tell(to, n, BW_CHASE_DESK, owner);
        return p->owed == BW_OWE_OWNER ? n : tell(to, n, BW_CHASE_CUSTOMER, "");
    }
    n = tell(to, n, BW_CHASE_SUPERVISORS, p->debtor);
    return tell(to, n, BW_CHASE_SUPERVISORS, owner);
}

void bw_chase_link(const struct bw_chase *c, struct bw_buf *to)
{
    bw_buf_printf(to, "/v1/promises?owes=%s&overdue=%s", c->debtor, c->level > 0 ? "true" : "false");
    if (c->station[0])
        bw_buf_printf(to, "&station=%s", c->station);
    bw_buf_printf(to, "&level=%d", c->level);
}

static void put_line(struct bw_json_out *j, const struct bw_chase_line *l, bw_time now)
{
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &l->promise_id);
    bw_jko_c(j, "plate", l->plate);
    bw_jko_c(j, "case_ref", l->ref);
    bw_jk_c(j, "owed", bw_owed_row(l->owed)->word);
    bw_jk_c(j, "what", bw_owed_row(l->owed)->what);
    bw_jko_c(j, "for_carrier", l->for_carrier);
    bw_jk_time(j, "due", l->due_at);
    bw_jk_i64(j, "late_minutes", now > l->due_at ? (now - l->due_at) / BW_MINUTE : 0);
    bw_jo_end(j);
}

static void webhook(const struct bw_chase *c, struct bw_buf *to)
{
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, 256);
    bw_chase_link(c, &text);
    bw_json_out_init(&j, to);
    bw_jo_begin(&j);
    bw_jk_i64(&j, "v", 1);
    bw_jk_c(&j, "type", c->level > 0 ? "promise.missed" : "promise.reminded");
    bw_jk_c(&j, "to", c->kind == BW_CHASE_CUSTOMER ? bw_chase_word(c->kind) : c->receiver);
    bw_jk_c(&j, "as", bw_chase_word(c->kind));
    bw_jk_c(&j, "carrier", c->debtor);
    bw_jko_c(&j, "station", c->station);
    bw_jk_i64(&j, "level", c->level);
    bw_jk_time(&j, "made", c->now);
    bw_jk_i64(&j, "count", (int64_t)c->all);
    bw_jkey(&j, "promises");
    bw_ja_begin(&j);
    for (size_t k = 0; k < c->n; k++)
        put_line(&j, &c->lines[k], c->now);
    bw_ja_end(&j);
    bw_jk_str(&j, "all", bw_buf_view(&text));
    bw_jo_end(&j);
    bw_buf_done(&text);
}

static void head_line(const struct bw_chase *c, struct bw_buf *to)
{
    const char *at = c->station[0] ? " at " : "";
    if (c->level <= 0)
        bw_buf_printf(to, "%s owes %zu update%s%s%s: they fall due\n", c->debtor, c->all, c->all == 1 ? "" : "s", at,
                      c->station);
    else
        bw_buf_printf(to, "%s owes %zu update%s%s%s that did not come: level %d\n", c->debtor, c->all,
                      c->all == 1 ? "" : "s", at, c->station, c->level);
}

static void words(const struct bw_chase *c, struct bw_buf *to)
{
    for (size_t k = 0; k < c->n; k++) {
        const struct bw_chase_line *l = &c->lines[k];
        char due[BW_TIME_TEXT];
        bw_buf_printf(to, "%s%s%s: %s%s%s, due %s\n", l->plate, l->plate[0] && l->ref[0] ? " " : "", l->ref,
                      bw_owed_row(l->owed)->what, l->for_carrier[0] ? ", for " : "", l->for_carrier,
                      bw_time_text(l->due_at, due));
    }
    if (c->all > c->n)
        bw_buf_printf(to, "and %zu more\n", c->all - c->n);
}

static bw_code telegram(const struct bw_chase *c, struct bw_str address, struct bw_buf *to, struct bw_error *err)
{
    struct bw_buf text;
    struct bw_chase cut = *c;
    const struct bw_typeb_head head = {
        .priority = BW_STR("QU"), .to = &address, .n_to = 1, .origin = BW_STR(OURS), .at = c->now
    };
    bw_code rc = BW_E_TOO_LARGE;
    bw_buf_init(&text, TEXT_MOST);
    for (bool least = false; rc == BW_E_TOO_LARGE && !least; cut.n = cut.n * 3 / 4) { /* as many as a telegram holds */
        least = cut.n == 0;
        bw_buf_clear(&text);
        head_line(&cut, &text);
        words(&cut, &text);
        rc = bw_typeb_write_text(&head, bw_buf_view(&text), to, err);
    }
    bw_buf_done(&text);
    return rc;
}

bw_code bw_chase_render(const struct bw_chase *c, enum bw_channel channel, struct bw_str address, struct bw_buf *to,
                        struct bw_error *err)
{
    if (channel == BW_CHANNEL_TELEGRAM)
        return telegram(c, address, to, err);
    if (channel == BW_CHANNEL_MAIL) {
        bw_buf_str(to, BW_STR("Subject: "));
        head_line(c, to);
        bw_buf_str(to, BW_STR("\n"));
        words(c, to);
        bw_buf_str(to, BW_STR("All of them: "));
        bw_chase_link(c, to);
        bw_buf_str(to, BW_STR("\n"));
    } else {
        webhook(c, to);
    }
    return bw_buf_ok(to) ? BW_OK : bw_fail(err, BW_E_NOMEM, NULL, "no memory for a chaser");
}
