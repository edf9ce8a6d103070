/* SPDX-License-Identifier: Apache-2.0 */
/* Names beside hits: in full for the owner of a case, initials for the other carriers of its journey, nothing for the
 * rest (SEC-13); and the record that they were shown (CASE-07). */
#include "bw/app/reads.h"
#include "bw/app/sight.h"
#include "search_int.h"

/* What the list shows of a person; the rest of what its reader may see stands in the file. */
static unsigned shown_of(const struct bw_hit *hit)
{
    if (!hit->has_case)
        return 0;
    return hit->sees & BW_SEE_NAMES ? BW_SEE_NAMES : hit->sees & BW_SEE_INITIALS;
}

/* "de la cruz ana" -> "D. L. C. A." */
static struct bw_str initials_of(struct bw_str names, struct bw_arena *arena)
{
    const char *all = "";
    for (struct bw_str rest = names; rest.p && all;) {
        struct bw_str word = bw_str_split(&rest, ' ');
        size_t n = word.n ? 1 : 0;
        while (n && n < word.n && ((unsigned char)word.p[n] & 0xC0) == 0x80)
            n++;
        char first = n == 1 && word.p[0] >= 'a' && word.p[0] <= 'z' ? (char)(word.p[0] - 'a' + 'A') : '\0';
        if (n)
            all = first ? bw_arena_printf(arena, "%s%s%c.", all, all[0] ? " " : "", first)
                        : bw_arena_printf(arena, "%s%s%.*s.", all, all[0] ? " " : "", (int)n, word.p);
    }
    return bw_str_c(all);
}

bw_code bw_search_names(struct bw_searching *s, struct bw_found *to, struct bw_error *err)
{
    struct bw_uuid ids[BW_HITS_MOST];
    int16_t bucket[BW_HITS_MOST];
    size_t n = 0;
    for (size_t k = 0; k < to->n; k++) {
        if (!shown_of(&to->hits[k]))
            continue;
        ids[n] = to->hits[k].file.case_id;
        bucket[n] = bw_id_bucket(&ids[n]);
        n++;
    }
    if (n == 0)
        return BW_OK;
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc =
        bw_pg_query(s->pg, BW_STMT_SEARCH_NAMES, BW_PARAMS(bw_p_i16s(bucket, NULL, n), bw_p_uuids(ids, n)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "case_id");
        for (size_t h = 0; h < to->n; h++) {
            struct bw_hit *hit = &to->hits[h];
            if (!shown_of(hit) || !bw_uuid_eq(&hit->file.case_id, &id))
                continue;
            struct bw_str names = bw_rows_text(&rows, k, "names");
            if (shown_of(hit) == BW_SEE_NAMES)
                hit->name = bw_arena_str(s->arena, names);
            else
                hit->initials = initials_of(names, s->arena);
        }
    }
    return rc;
}

bw_code bw_search_shown(struct bw_searching *s, const struct bw_found *found, struct bw_error *err)
{
    struct bw_uuid ids[BW_HITS_MOST];
    unsigned shown[BW_HITS_MOST];
    size_t n = 0;
    for (size_t k = 0; k < found->n; k++) {
        const struct bw_hit *hit = &found->hits[k];
        if (!hit->name.n && !hit->initials.n)
            continue;
        shown[n] = hit->name.n ? BW_SEE_NAMES : BW_SEE_INITIALS;
        ids[n++] = hit->file.case_id;
    }
    return bw_reads_record(s->pg, s->who, ids, shown, n, BW_STR("search"), s->now, err);
}
