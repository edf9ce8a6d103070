/* SPDX-License-Identifier: Apache-2.0 */
/* check_share.c - whose statements are a bag's when records were joined and parted (BAG-02, design.md 7: logs never
 * move, the survivor's fold merges its members' logs; what was said of a record under its own plates while it was
 * merged goes with it when it leaves), and which statements had a mandate (SEC-10). */
#include <stdlib.h>
#include <string.h>

#include "check_int.h"

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool same_id(const struct bw_uuid *a, const struct bw_uuid *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* The event of a log about another record that was stored with e; n where there is none. */
static size_t twin_of(const struct m_event *log, size_t n, const struct m_event *e)
{
    size_t k = 0;
    while (k < n && !(is(log[k].code, e->code) && log[k].batch == e->batch && same_id(&log[k].other, &e->subject)))
        k++;
    return k;
}

static void merge(struct checking *c, struct share *s, const struct m_event *e)
{
    size_t n;
    struct m_event *other = sim_log_of(c, &e->other, &n);
    size_t until = twin_of(other, n, e);
    s->skip = s->skip || sim_beyond(other, n);
    if (until == n)
        sim_fault(c, &e->subject, "version %d joins a record whose log does not say so", e->version);
    for (size_t k = 0; k < n && k <= until; k++)
        s->all[s->n++] = &other[k];
    BW_ASSERT(s->n < SIM_LOG_MAX / 2);
    if (!is(e->source, "staff"))
        return;
    struct m_bag m;
    const struct m_event *list[SIM_LOG_MAX];
    for (size_t k = 0; k < until && k < n; k++)
        list[k] = &other[k];
    m_fold_bag(&m, &e->other, list, until);
    c->r->joined++;
    if (!is(m.file, "NONE"))
        sim_fault(c, &e->subject, "version %d: the record with a file lives on, not this one", e->version);
}

/* Said on the survivor's log between join and parting, under a plate that the record went by. */
static bool goes_with(const struct m_event *said, const struct m_event *survivor, size_t n_survivor, size_t part,
                      const struct m_event *own, size_t left)
{
    const struct m_event *e = &survivor[part];
    size_t from = part;
    while (from > 0 && !(is(survivor[from].code, "ALIAS_JOINED") && same_id(&survivor[from].other, &e->other)))
        from--;
    bool during = same_id(&said->subject, &e->subject) && said >= survivor && said < survivor + n_survivor &&
                  said->version > survivor[from].version && said->version < e->version;
    size_t n = strcspn(said->ident, "@");
    if (!during || strncmp(said->ident, "id:", 3) == 0 || strncmp(said->ident, "ref:", 4) == 0)
        return false;
    for (size_t k = 0; k < left; k++)
        if (strncmp(own[k].ident, said->ident, n) == 0 && strcspn(own[k].ident, "@") == n)
            return true;
    return false;
}

static void part(struct checking *c, struct share *s, const struct m_event *e, const struct m_event *log, size_t n,
                 bool leaves)
{
    size_t n_other;
    struct m_event *other = sim_log_of(c, &e->other, &n_other);
    size_t at = twin_of(other, n_other, e), own = (size_t)(e - log), kept = 0;
    if (at == n_other) {
        sim_fault(c, &e->subject, "version %d parts a record whose log does not say so", e->version);
        return;
    }
    if (leaves) {
        s->skip = s->skip || sim_beyond(other, n_other);
        for (size_t k = 0; k < at; k++)
            if (goes_with(&other[k], other, n_other, at, log, own)) {
                s->all[s->n++] = &other[k];
                c->r->taken_along++;
            }
        return;
    }
    c->r->parted++;
    for (size_t k = 0; k < s->n; k++)
        if (!same_id(&s->all[k]->subject, &e->other) && !goes_with(s->all[k], log, n, own, other, at))
            s->all[kept++] = s->all[k];
    s->n = kept;
}

void sim_share_add(struct checking *c, struct share *s, const struct m_event *log, size_t n, size_t at)
{
    const struct m_event *e = &log[at];
    s->all[s->n++] = e;
    if (is(e->code, "ALIAS_JOINED") && is(e->why, "merge"))
        merge(c, s, e);
    else if (is(e->code, "ALIAS_PARTED"))
        part(c, s, e, log, n, is(e->why, "from"));
    BW_ASSERT(s->n < SIM_LOG_MAX - 1);
}

/* --- what may be only possible --- */

static bool off_some_route(const struct m_event **all, size_t n, const char *station)
{
    for (size_t k = 0; k < n; k++)
        if (all[k]->route && station[0] && !strstr(all[k]->route, station))
            return true;
    return false;
}

bool sim_doubtful(struct checking *c, const struct m_event *log, size_t n)
{
    const struct m_event *all[2 * SIM_LOG_MAX];
    size_t count = 0, more;
    for (size_t k = 0; k < n; k++) {
        all[count++] = &log[k];
        if (!is(log[k].code, "ALIAS_JOINED"))
            continue;
        const struct m_event *other = sim_log_of(c, &log[k].other, &more);
        BW_ASSERT(count + more + n < BW_LEN(all));
        for (size_t i = 0; i < more; i++)
            all[count++] = &other[i];
    }
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; m_sighting(all[k]) && i < k; i++) {
            bw_time between = all[k]->t > all[i]->t ? all[k]->t - all[i]->t : all[i]->t - all[k]->t;
            double reach = 1000 * ((double)between / (double)BW_HOUR + 0.5);
            if (m_sighting(all[i]) && m_apart(all[k]->station, all[i]->station) > reach - 10 &&
                (off_some_route(all, count, all[k]->station) || off_some_route(all, count, all[i]->station)))
                return true;
        }
    return false;
}

/* --- mandates --- */

static struct m_mandate *mandate_of(struct m_mandate *list, size_t n, const struct bw_uuid *id)
{
    for (size_t k = 0; k < n; k++)
        if (same_id(&list[k].granted->subject, id))
            return &list[k];
    return NULL;
}

void sim_check_mandates(struct checking *c)
{
    struct m_mandate *list = calloc(c->n_events + 1, sizeof *list);
    size_t n = 0;
    BW_ASSERT(list);
    for (size_t k = 0; k < c->n_events; k++)
        if (is(c->events[k].code, "MANDATE_GRANTED"))
            list[n++].granted = &c->events[k];
    for (size_t k = 0; k < c->n_events; k++) {
        struct m_event *e = &c->events[k];
        struct m_mandate *m = is(e->code, "MANDATE_REVOKED") ? mandate_of(list, n, &e->subject) : NULL;
        if (m)
            m->revoked = e;
        c->r->revoked += m != NULL;
    }
    c->r->granted = n;
    for (size_t k = 0; k < c->n_events; k++) {
        struct m_event *e = &c->events[k];
        e->alone = !m_mandated(e, list, n);
        if (is(e->sender, SIM_HANDLER) && e->of_bag)
            *(e->alone ? &c->r->unmandated : &c->r->mandated) += 1;
        if (e->alone != e->marked)
            sim_fault(c, &e->subject, "version %d %s for %s %s a mandate, the log says otherwise", e->version, e->code,
                      e->carrier, e->alone ? "lacks" : "has");
    }
    free(list);
}
