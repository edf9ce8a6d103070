/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - templates and catalogues from the embedded files, readers' zones, rendering.
 * Layer: http.  Threads: any; the zones have a lock of their own.  Source: design.md 9, PAGE-09. */
#include "pages_int.h"

#include <stdlib.h>

#include "bw/base/mustache.h"
#include "bw/base/sync.h"

#define TEMPLATES_MAX 64
#define CATALOGUES_MAX 16
#define ZONES_MAX 700 /* the zones there are; beyond, readers get the default */

struct bw_pages {
    /* set at the start, then read-only */
    struct bw_page_template templates[TEMPLATES_MAX];
    size_t n_templates;
    struct bw_page_catalogue catalogues[CATALOGUES_MAX];
    size_t n_catalogues;
    char names[TEMPLATES_MAX][40];
    char zone_dir[256];
    /* shared: mu */
    struct bw_mutex mu;
    struct bw_zone *zones[ZONES_MAX];
    size_t n_zones;
};

/* "templates/status.mustache" -> "status"; empty for other files. */
static struct bw_str stem(const char *name, const char *folder, const char *ending)
{
    struct bw_str s = bw_str_c(name), f = bw_str_c(folder), e = bw_str_c(ending);
    if (!bw_str_starts(s, f) || !bw_str_ends(s, e) || s.n < f.n + e.n)
        return BW_STR_NONE;
    return bw_str_n(s.p + f.n, s.n - f.n - e.n);
}

static bw_code add_template(struct bw_pages *p, const struct bw_asset *a, struct bw_str name, struct bw_error *err)
{
    BW_ASSERT(p->n_templates < TEMPLATES_MAX);
    struct bw_page_template *t = &p->templates[p->n_templates];
    bw_str_put(name, p->names[p->n_templates], sizeof p->names[0]);
    t->name = p->names[p->n_templates];
    bw_code rc = bw_template_compile(bw_str_n((const char *)a->p, a->n), &t->t, err);
    if (rc == BW_OK)
        p->n_templates++;
    return rc;
}

static bw_code add_catalogue(struct bw_pages *p, const struct bw_asset *a, struct bw_str name, struct bw_error *err)
{
    BW_ASSERT(p->n_catalogues < CATALOGUES_MAX);
    struct bw_page_catalogue *c = &p->catalogues[p->n_catalogues];
    bw_str_put(name, c->language, sizeof c->language);
    bw_code rc = bw_catalogue_parse(bw_str_n((const char *)a->p, a->n), &c->words, err);
    if (rc == BW_OK)
        p->n_catalogues++;
    return rc;
}

static bw_code load(struct bw_pages *p, struct bw_error *err)
{
    for (size_t k = 0; k < bw_assets_n; k++) {
        const struct bw_asset *a = &bw_assets[k];
        struct bw_str page = stem(a->name, "templates/", ".mustache"), words = stem(a->name, "catalogues/", ".json");
        bw_code rc = BW_OK;
        if (page.n)
            rc = add_template(p, a, page, err);
        else if (words.n)
            rc = add_catalogue(p, a, words, err);
        if (rc != BW_OK)
            return rc;
    }
    return BW_OK;
}

bw_code bw_pages_new(const char *zone_dir, struct bw_pages **ret_take, struct bw_error *err)
{
    struct bw_pages *p = calloc(1, sizeof *p);
    if (!p)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for the pages");
    bw_mutex_init(&p->mu);
    if (!bw_str_copy(bw_str_c(zone_dir), p->zone_dir, sizeof p->zone_dir)) {
        bw_pages_free(p);
        return bw_fail(err, BW_E_CONFIG, NULL, "the folder of time zones has too long a name");
    }
    bw_code rc = load(p, err);
    if (rc != BW_OK) {
        bw_pages_free(p);
        return rc;
    }
    *ret_take = p;
    return BW_OK;
}

void bw_pages_free(struct bw_pages *p)
{
    if (!p)
        return;
    for (size_t k = 0; k < p->n_templates; k++)
        bw_template_free(p->templates[k].t);
    for (size_t k = 0; k < p->n_catalogues; k++)
        bw_catalogue_free(p->catalogues[k].words);
    for (size_t k = 0; k < p->n_zones; k++)
        bw_zone_free(p->zones[k]);
    bw_mutex_done(&p->mu);
    free(p);
}

/* --- rendering --- */

static const struct bw_template *find(const struct bw_pages *p, struct bw_str name)
{
    for (size_t k = 0; k < p->n_templates; k++)
        if (bw_str_eq_c(name, p->templates[k].name))
            return p->templates[k].t;
    return NULL;
}

static const struct bw_template *find_partial(void *ctx, struct bw_str name)
{
    return find(ctx, name);
}

bw_code bw_pages_render(const struct bw_pages *p, const char *name, const struct bw_view *view, struct bw_buf *to,
                        struct bw_error *err)
{
    const struct bw_template *t = find(p, bw_str_c(name));
    BW_ASSERT(t); /* part of the program */
    return bw_template_render(t, view, find_partial, (void *)(uintptr_t)p, to, err);
}

/* --- readers --- */

const struct bw_page_catalogue *bw_pages_language_at(const struct bw_pages *p, size_t i)
{
    return i < p->n_catalogues ? &p->catalogues[i] : NULL;
}

static const struct bw_zone *zone_kept(const struct bw_pages *p, struct bw_str name)
{
    for (size_t k = 0; k < p->n_zones; k++)
        if (bw_str_eq_c(name, bw_zone_name(p->zones[k])))
            return p->zones[k];
    return NULL;
}

const struct bw_zone *bw_pages_zone(struct bw_pages *p, struct bw_str name)
{
    struct bw_error err = { 0 };
    struct bw_zone *made = NULL;
    /* copies of every zone stand under these, one of them with leap seconds */
    if (!name.n || name.n > 64 || bw_str_starts(name, BW_STR("right/")) || bw_str_starts(name, BW_STR("posix/")))
        return NULL;
    bw_lock(&p->mu);
    const struct bw_zone *zone = zone_kept(p, name);
    bool room = p->n_zones < ZONES_MAX;
    bw_unlock(&p->mu);
    if (zone || !room || bw_zone_load(p->zone_dir[0] ? p->zone_dir : NULL, name, &made, &err) != BW_OK)
        return zone;
    bw_lock(&p->mu);
    zone = zone_kept(p, name); /* somebody may have been quicker */
    if (!zone && p->n_zones < ZONES_MAX) {
        p->zones[p->n_zones++] = made;
        zone = made;
        made = NULL;
    }
    bw_unlock(&p->mu);
    bw_zone_free(made);
    return zone;
}
