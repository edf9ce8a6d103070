/* SPDX-License-Identifier: Apache-2.0 */
/* erase_raws.c - the telegrams of a file that is erased.  Those that its bags' events point to get copies without its
 * groups; dead letters that speak of it lose their lines; texts that no event hangs on (repetitions, parts of a whole,
 * what could not be read) and that speak of it go whole. */
#include "bw/app/erase.h"
#include "bw/app/letters.h"
#include "bw/domain/typeb.h"
#include "bw/storage/raw.h"
#include "erase_int.h"

/* Texts that no event hangs on live 72 h; an hour more for clocks and the duty's rhythm. */
#define LOOSE_LIVE (73 * BW_HOUR)
enum { LOOSE_PAGE = 200, TEXT_MOST = 1 << 20 };

static bw_code no_memory(struct bw_error *err)
{
    return bw_fail(err, BW_E_NOMEM, NULL, "no memory to erase telegrams");
}

/* Lines of one telegram. */
struct ranges {
    struct bw_typeb_lines *gone, *kept;
    size_t n_gone, n_kept;
};

static bool ranges_new(struct bw_arena *arena, struct ranges *r, size_t most)
{
    *r = (struct ranges){ .gone = BW_NEW_ARRAY(arena, struct bw_typeb_lines, most + 1),
                          .kept = BW_NEW_ARRAY(arena, struct bw_typeb_lines, most + 1) };
    return r->gone && r->kept;
}

static struct bw_typeb_lines lines_in(struct bw_rows *rows, size_t row, const char *first, const char *last)
{
    return (struct bw_typeb_lines){ bw_rows_i32(rows, row, first), bw_rows_i32(rows, row, last) };
}

static bw_code read_ranges(struct bw_erasing *e, const struct bw_uuid *raw_id, struct bw_str text, struct ranges *ret,
                           struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows lines = { 0 }, letters = { 0 };
    bw_code rc = bw_pg_query(e->pg, BW_STMT_ERASE_LINES, BW_PARAMS(bw_p_uuid(raw_id), bw_p_uuids(e->bags, e->n_bags)),
                             &lines, err);
    rc = rc == BW_OK ? bw_pg_query(e->pg, BW_STMT_ERASE_LETTERS, BW_PARAMS(bw_p_uuid(raw_id)), &letters, err) : rc;
    if (rc != BW_OK)
        return rc;
    if (!ranges_new(e->arena, ret, lines.n + letters.n))
        return no_memory(err);
    for (size_t k = 0; k < lines.n; k++) {
        struct bw_typeb_lines l = lines_in(&lines, k, "raw_first", "raw_last");
        if (bw_rows_bool(&lines, k, "ours"))
            ret->gone[ret->n_gone++] = l;
        else
            ret->kept[ret->n_kept++] = l;
    }
    for (size_t k = 0; k < letters.n; k++) {
        struct bw_typeb_lines l = lines_in(&letters, k, "first_line", "last_line");
        if (bw_needles_in(&e->needles, bw_letter_lines(text, l.first, l.last)))
            ret->gone[ret->n_gone++] = l;
        else
            ret->kept[ret->n_kept++] = l;
    }
    return BW_OK;
}

/* Room for one more of each. */
static bool grow(struct bw_erasing *e)
{
    if (e->n_copies < e->room && e->n_destroyed < e->room)
        return true;
    size_t room = e->room ? e->room * 2 : 16;
    struct bw_raw_copy *copies = BW_NEW_ARRAY(e->arena, struct bw_raw_copy, room);
    struct bw_uuid *destroyed = BW_NEW_ARRAY(e->arena, struct bw_uuid, room);
    if (!copies || !destroyed)
        return false;
    if (e->room) {
        memcpy(copies, e->copies, e->n_copies * sizeof *copies);
        memcpy(destroyed, e->destroyed, e->n_destroyed * sizeof *destroyed);
    }
    e->copies = copies;
    e->destroyed = destroyed;
    e->room = room;
    return true;
}

static bw_code blank(struct bw_erasing *e, const struct bw_uuid *raw_id, struct bw_str text, struct bw_error *err)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf blanked;
    struct ranges r;
    bw_buf_init(&blanked, TEXT_MOST);
    bw_code rc = read_ranges(e, raw_id, text, &r, err);
    if (rc != BW_OK || !r.n_gone)
        return rc;
    bw_typeb_blank(text, r.gone, r.n_gone, r.kept, r.n_kept, &blanked);
    if (!bw_buf_ok(&blanked) || !grow(e) ||
        !bw_raw_copy_make(e->app->keys, raw_id, bw_buf_view(&blanked), e->arena, &e->copies[e->n_copies]))
        return no_memory(err);
    e->n_copies++;
    return BW_OK;
}

static bool copied(const struct bw_erasing *e, const struct bw_uuid *raw_id)
{
    for (size_t k = 0; k < e->n_copies; k++)
        if (bw_uuid_eq(&e->copies[k].raw_id, raw_id))
            return true;
    return false;
}

static bw_code linked(struct bw_erasing *e, struct bw_error *err)
{
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(e->pg, BW_STMT_ERASE_RAWS, BW_PARAMS(bw_p_uuids(e->bags, e->n_bags)), &rows, err);
    for (size_t k = 0; rc == BW_OK && k < rows.n; k++) {
        struct bw_uuid id = bw_rows_uuid(&rows, k, "raw_id");
        struct bw_str text;
        rc = bw_raw_open(e->app->keys, &id, &rows, k, e->arena, &text, err);
        rc = rc == BW_OK ? blank(e, &id, text, err) : rc;
    }
    return rc;
}

static bw_code look_at_loose(struct bw_erasing *e, struct bw_rows *rows, size_t row, struct bw_arena *scratch,
                             struct bw_error *err)
{
    struct bw_uuid id = bw_rows_uuid(rows, row, "raw_id");
    struct bw_str text;
    bw_code rc = bw_raw_open(e->app->keys, &id, rows, row, scratch, &text, err);
    if (rc != BW_OK || copied(e, &id) || !bw_needles_in(&e->needles, text))
        return rc;
    if (bw_rows_bool(rows, row, "linked"))
        return blank(e, &id, text, err);
    if (!grow(e))
        return no_memory(err);
    e->destroyed[e->n_destroyed++] = id;
    return BW_OK;
}

static bw_code loose(struct bw_erasing *e, struct bw_arena *scratch, struct bw_error *err)
{
    struct bw_uuid after = { { 0, [15] = 1 } }; /* the nil UUID would be NULL */
    for (;;) {
        BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
        bw_code rc =
            bw_pg_query(e->pg, BW_STMT_ERASE_LOOSE,
                        BW_PARAMS(bw_p_time(e->now - LOOSE_LIVE), bw_p_uuid(&after), bw_p_i32(LOOSE_PAGE)), &rows, err);
        bw_arena_reset(scratch);
        for (size_t k = 0; rc == BW_OK && k < rows.n; k++)
            rc = look_at_loose(e, &rows, k, scratch, err);
        if (rc != BW_OK || rows.n < LOOSE_PAGE)
            return rc;
        after = bw_rows_uuid(&rows, rows.n - 1, "raw_id");
    }
}

bw_code bw_erase_raws(struct bw_erasing *e, struct bw_error *err)
{
    struct bw_arena scratch;
    bw_code rc = linked(e, err);
    bw_arena_init(&scratch, BW_ERASE_ARENA);
    rc = rc == BW_OK && e->needles.n ? loose(e, &scratch, err) : rc;
    bw_arena_done(&scratch);
    e->rq->what.copies = e->copies;
    e->rq->what.n_copies = e->n_copies;
    e->rq->what.destroyed = e->destroyed;
    e->rq->what.n_destroyed = e->n_destroyed;
    return rc;
}
