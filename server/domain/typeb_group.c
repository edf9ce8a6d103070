/* SPDX-License-Identifier: Apache-2.0 */
/* typeb_group.c - which elements belong to which bags.
 * A new .F starts a flight group; a .N or .B behind a .P starts a passenger group (domain.md 2.3, "Grouping").  Keeping
 * only the last .F and .P would silently mix up owners.  What stands before the first .F holds for all; what stands
 * between .F and the first plate holds for that flight; behind a plate it holds for the plates since the last of its
 * kind. In a BTM an .I opens a new inbound flight that lasts until the next .I; elsewhere it belongs to the group it
 * stands in. Layer: domain.  Threads: any; pure. */
#include "typeb_int.h"

enum level { ALL, FLIGHT, PASSENGER, LEVELS };

struct walk {
    struct bw_tb_work *w;
    struct bw_tb_groups *g;
    enum level level;
    const struct bw_tb_mark *mark[LEVELS][BW_TB_SLOTS];
    size_t pending[BW_TB_SLOTS]; /* first plates of the group that no element of the kind stands behind */
    const struct bw_tb_flight *f, *i, *inbound; /* inbound: of the BTM, or of all */
    size_t head_o, n_head_o;
    bool rush[LEVELS];
    bool closed; /* a .P was there: the next plate is another passenger's */
    bool flight_seen;
    bool trailing;      /* the message names each flight behind its plates */
    int32_t group_line; /* where the next group begins for erasure; 0: at its first plate */
};

static struct bw_tb_group *group(struct walk *k)
{
    return &k->g->groups[k->g->n_groups - 1];
}

static void clear_level(struct walk *k, enum level level)
{
    memset(k->mark[level], 0, sizeof k->mark[level]);
    k->rush[level] = false;
}

/* In a BSM or BPM any order is met inside a group (domain.md 2.3): plates before the first .F of all are its own, and
 * those that come behind are read the same way. */
static bool behind_its_plates(const struct walk *k)
{
    bool open = k->level == PASSENGER && !k->closed && k->w->m->smi != BW_SMI_BTM;
    return open && (k->trailing || (k->f == NULL && !k->flight_seen));
}

static void on_flight(struct walk *k, const struct bw_typeb_element *e)
{
    if (behind_its_plates(k)) {
        k->trailing = k->flight_seen = true;
        k->f = group(k)->f = bw_tb_flight(k->w, e);
        return;
    }
    k->flight_seen = true;
    k->f = bw_tb_flight(k->w, e);
    k->i = k->inbound;
    clear_level(k, FLIGHT);
    /* Onward flights before the first .F are odd and belong to it. */
    if (k->level == PASSENGER || k->f) {
        k->head_o = k->g->n_onward;
        k->n_head_o = 0;
    }
    if (k->g->n_groups > 0 && k->group_line == 0)
        k->group_line = e->line;
    k->level = FLIGHT;
}

static void on_inbound(struct walk *k, const struct bw_typeb_element *e)
{
    const struct bw_tb_flight *i = bw_tb_flight(k->w, e);
    bool carries = k->w->m->smi == BW_SMI_BTM || k->level == ALL;
    if (carries)
        k->inbound = i;
    if (carries && k->level == PASSENGER) {
        k->f = NULL;
        k->level = FLIGHT;
        clear_level(k, FLIGHT);
        k->head_o = k->g->n_onward;
        k->n_head_o = 0;
        k->group_line = e->line;
    }
    if (k->level == PASSENGER)
        group(k)->i = i;
    else
        k->i = i;
}

static void on_onward(struct walk *k, const struct bw_typeb_element *e)
{
    const struct bw_tb_flight *o = bw_tb_flight(k->w, e);
    if (!o || !o->ok)
        return;
    k->g->onward[k->g->n_onward++] = o;
    if (k->level == PASSENGER)
        group(k)->n_own_o++;
    else
        k->n_head_o++;
}

static void open_group(struct walk *k, int32_t line)
{
    k->g->n_groups++;
    *group(k) = (struct bw_tb_group){ .f = k->f,
                                      .i = k->i,
                                      .head_o = k->head_o,
                                      .n_head_o = k->n_head_o,
                                      .own_o = k->g->n_onward,
                                      .rush = k->rush[ALL] || k->rush[FLIGHT],
                                      .first_line = k->group_line ? k->group_line : line,
                                      .last_line = k->group_line };
    k->group_line = 0;
    clear_level(k, PASSENGER);
    for (int slot = 0; slot < BW_TB_SLOTS; slot++)
        k->pending[slot] = k->g->n_bags;
    k->level = PASSENGER;
    k->closed = false;
}

static const struct bw_tb_mark *nearest_before(const struct walk *k, int slot)
{
    for (int level = PASSENGER; level >= ALL; level--)
        if (k->mark[level][slot])
            return k->mark[level][slot];
    return NULL;
}

static void on_plates(struct walk *k, const struct bw_typeb_element *e, const struct bw_tb_mark *irregular,
                      struct bw_str tags)
{
    if (k->level != PASSENGER || k->closed)
        open_group(k, e->line);
    struct bw_tb_bags bags = { .group = k->g->n_groups - 1, .irregular = irregular != NULL, .line = e->line };
    if (!bw_tb_tags(k->w, e, tags, bags.first, &bags.count))
        return;
    for (int slot = 0; slot < BW_TB_SLOTS; slot++)
        bags.mark[slot] = nearest_before(k, slot);
    if (irregular)
        bags.mark[BW_TB_B] = irregular;
    k->g->bags[k->g->n_bags++] = bags;
    k->g->n_plates += bags.count;
}

static void on_mark(struct walk *k, const struct bw_typeb_element *e, enum bw_tb_slot slot)
{
    const struct bw_tb_mark *mark = bw_tb_mark(k->w, e);
    if (!mark)
        return;
    bool repeated = k->mark[k->level][slot] != NULL;
    if (k->level == PASSENGER) {
        repeated = repeated && k->pending[slot] == k->g->n_bags;
        for (; k->pending[slot] < k->g->n_bags; k->pending[slot]++)
            if (slot != BW_TB_B || !k->g->bags[k->pending[slot]].irregular)
                k->g->bags[k->pending[slot]].mark[slot] = mark;
    }
    if (repeated)
        bw_tb_note(k->w, e->line, e->letter,
                   "the element stands twice for the same bags; the one nearest to them is used");
    k->mark[k->level][slot] = mark;
}

/* .B/OFF/<tag> names a bag of its own; .B/OFF alone says something of the bags about it. */
static void on_irregularity(struct walk *k, const struct bw_typeb_element *e)
{
    struct bw_str tags = bw_typeb_field(e, 1);
    if (tags.n == 0) {
        on_mark(k, e, BW_TB_B);
        return;
    }
    const struct bw_tb_mark *mark = bw_tb_mark(k->w, e);
    if (mark)
        on_plates(k, e, mark, tags);
}

static void on_exception(struct walk *k, const struct bw_typeb_element *e)
{
    if (k->w->m->smi == BW_SMI_BTM)
        k->closed = true; /* Astra: after P or E a new N starts (domain.md 2.3) */
    if (!bw_str_eq_nocase(bw_typeb_field(e, 0), BW_STR("RUSH")))
        return;
    k->rush[k->level] = true;
    struct bw_tb_group *own = k->level == PASSENGER ? group(k) : NULL;
    if (own)
        own->rush = true;
}

static void on_element(struct walk *k, const struct bw_typeb_element *e)
{
    switch (e->letter) {
    case 'F':
        on_flight(k, e);
        break;
    case 'I':
        on_inbound(k, e);
        break;
    case 'O':
        on_onward(k, e);
        break;
    case 'N':
        on_plates(k, e, NULL, bw_typeb_field(e, 0));
        break;
    case 'B':
        on_irregularity(k, e);
        break;
    case 'U':
        on_mark(k, e, BW_TB_U);
        break;
    case 'X':
        on_mark(k, e, BW_TB_X);
        break;
    case 'J':
        on_mark(k, e, BW_TB_J);
        break;
    case 'E':
        on_exception(k, e);
        break;
    case 'P':
        k->closed = true;
        break;
    default:
        break; /* kept as sent, and nothing to us */
    }
    if (k->level != PASSENGER)
        return;
    /* Parts may stand in any order. */
    struct bw_tb_group *own = group(k);
    own->first_line = e->line < own->first_line ? e->line : own->first_line;
    own->last_line = e->line > own->last_line ? e->line : own->last_line;
}

void bw_tb_groups(struct bw_tb_work *w, struct bw_tb_groups *ret)
{
    const struct bw_typeb_message *m = w->m;
    size_t plates = 0, onward = 0;
    for (size_t at = 0; at < m->n_whole; at++) {
        plates += m->whole[at].letter == 'N' || m->whole[at].letter == 'B';
        onward += m->whole[at].letter == 'O';
    }
    *ret = (struct bw_tb_groups){ .groups = BW_NEW_ARRAY(w->arena, struct bw_tb_group, plates),
                                  .bags = BW_NEW_ARRAY(w->arena, struct bw_tb_bags, plates),
                                  .onward = BW_NEW_ARRAY(w->arena, const struct bw_tb_flight *, onward) };
    if (!ret->groups || !ret->bags || !ret->onward) {
        w->out_of_memory = true;
        return;
    }
    struct walk k = { .w = w, .g = ret };
    for (size_t at = 0; at < m->n_whole && !w->out_of_memory; at++) {
        if (m->whole[at].letter == 'V')
            continue;
        /* The first group reaches back to the first element, so that a name before its plate is blanked with it. */
        if (ret->n_groups == 0 && k.group_line == 0)
            k.group_line = m->whole[at].line;
        on_element(&k, &m->whole[at]);
    }
}
