/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/case_edit.h"

#include <stddef.h>
#include <stdio.h>

#include "bw/app/caseview.h"
#include "bw/app/ingest.h"
#include "bw/base/json_merge.h"

#define TEXT_MOST (128 * 1024)

bw_code bw_case_if_match(struct bw_str header, int32_t *ret, struct bw_error *err)
{
    int64_t version;
    struct bw_str tag = bw_str_trim(header);
    *ret = -1;
    if (!header.p)
        return bw_fail(err, BW_E_PRECONDITION_REQUIRED, NULL, "send the ETag of what you read in If-Match");
    if (bw_str_eq_c(tag, "*"))
        return BW_OK;
    bool quoted = tag.n > 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"';
    struct bw_str inside = quoted ? bw_str_n(tag.p + 1, tag.n - 2) : BW_STR_NONE;
    if (!bw_str_to_i64(bw_str_split(&inside, '-'), 1, INT32_MAX, &version))
        return bw_fail(err, BW_E_PRECONDITION_FAILED, NULL, "that is no ETag of a file");
    *ret = (int32_t)version;
    return BW_OK;
}

/* --- who may change what --- */

enum part { PART_NONE, PART_JOURNEY, PART_OWNER };

/* For whom the caller speaks here, by what it sees (SEC-13): the owner's details for who sees the names, how the bags
 * look for who sees that in words. */
static bw_code take_part(struct bw_pg *pg, const struct bw_principal *who, const struct bw_case *file, bw_time now,
                         struct bw_arena *arena, char carrier[4], enum part *ret, struct bw_error *err)
{
    struct bw_sight s;
    *ret = PART_NONE;
    bw_code rc = bw_file_sight(pg, who, file, now, arena, &s, err);
    if (rc != BW_OK)
        return rc;
    bool owner = s.sees & BW_SEE_NAMES && strcmp(s.as, file->owner) == 0;
    if (!s.as[0] || !(s.sees & BW_SEE_WORDS))
        return bw_fail(err, BW_E_FORBIDDEN, NULL, "you do not work on this file");
    bw_str_put(bw_str_c(s.as), carrier, 4);
    *ret = owner ? PART_OWNER : PART_JOURNEY;
    return BW_OK;
}

/* --- the patch --- */

/* How the bags look is all that a carrier of the journey may see of the details. */
struct look {
    struct bw_str description;
    struct bw_objects bags; /* struct bw_details_bag */
};
static const struct bw_field look_bag_fields[] = {
    { BW_FIELD(struct bw_details_bag, code, BW_J_STR), .flags = BW_J_NULLABLE, .max = 7, .check = bw_details_is_code },
    { BW_FIELD(struct bw_details_bag, brand, BW_J_STR), .flags = BW_J_TEXT | BW_J_NULLABLE, .max = 40 },
    { BW_FIELD(struct bw_details_bag, description, BW_J_STR), .flags = BW_J_TEXT | BW_J_NULLABLE, .max = 400 },
    { BW_FIELD_END },
};
static const struct bw_field look_fields[] = {
    { BW_FIELD(struct look, description, BW_J_STR), .flags = BW_J_TEXT | BW_J_NULLABLE, .max = 400 },
    { BW_FIELD(struct look, bags, BW_J_OBJECTS), .flags = BW_J_NULLABLE, .max = BW_CASE_BAGS, .sub = look_bag_fields,
      .elem_size = sizeof(struct bw_details_bag) },
    { BW_FIELD_END },
};

static struct bw_str json_of(const struct bw_details *d, struct bw_arena *arena)
{
    struct bw_buf text;
    struct bw_json_out j;
    bw_buf_init(&text, TEXT_MOST);
    bw_json_out_init(&j, &text);
    bw_details_write(d, true, &j);
    struct bw_str out = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    bw_buf_done(&text);
    return out;
}

static bw_code merge_whole(const struct bw_details *before, struct bw_str patch, struct bw_details *after,
                           struct bw_faults *f)
{
    struct bw_str merged, target = json_of(before, f->arena);
    if (!target.p)
        return BW_E_NOMEM;
    bw_code rc = bw_json_merge(target, patch, f, &merged);
    rc = rc == BW_OK ? bw_json_decode(merged, bw_details_fields, after, f) : rc;
    if (rc == BW_OK)
        bw_details_check(after, "", f);
    return bw_faults_code(f);
}

/* Members that are not the caller's to see are told apart from those that do not exist, by their names alone. */
static void not_theirs(const char *owner, struct bw_faults *f)
{
    for (size_t k = 0; k < f->n && k < BW_FAULTS_MAX; k++) {
        struct bw_fault *one = &f->v[k];
        struct bw_str rest = bw_str_drop(one->pointer, 1), member = bw_str_split(&rest, '/');
        bool known = bw_str_ends(one->pointer, BW_STR("/contents"));
        for (size_t i = 0; bw_detail_words[i]; i++)
            known = known || bw_str_eq_c(member, bw_detail_words[i]);
        const char *why = bw_arena_printf(f->arena, "only the owner of the file, %s, changes this", owner);
        if (one->code != BW_E_UNKNOWN_FIELD || !known || !why)
            continue;
        one->code = BW_E_FORBIDDEN;
        one->detail = bw_str_c(why);
    }
}

/* The caller's patch meets what the caller may see, so that no answer tells whether a guess was right. */
static bw_code merge_look(const struct bw_case_whole *file, struct bw_str patch, struct bw_details *after,
                          struct bw_faults *f)
{
    size_t n = file->details.bags.n;
    const struct bw_details_bag *had = file->details.bags.v;
    struct bw_details_bag *shown = BW_NEW_ARRAY(f->arena, struct bw_details_bag, n + 1);
    struct look *look = BW_NEW(f->arena, struct look);
    if (!shown || !look)
        return BW_E_NOMEM;
    for (size_t k = 0; k < n; k++)
        shown[k] =
            (struct bw_details_bag){ .code = had[k].code, .brand = had[k].brand, .description = had[k].description };
    const struct bw_details seen = { .description = file->details.description,
                                     .bags = { shown, n },
                                     .needed_by = BW_DATE_NONE,
                                     .priority = { .class_ = -1 } };
    struct bw_str merged, target = json_of(&seen, f->arena);
    if (!target.p)
        return BW_E_NOMEM;
    bw_code rc = bw_json_merge(target, patch, f, &merged);
    rc = rc == BW_OK ? bw_json_decode(merged, look_fields, look, f) : rc;
    not_theirs(file->file.owner, f);
    if (rc != BW_OK)
        return bw_faults_code(f);
    *after = file->details;
    after->description = look->description;
    after->bags = look->bags;
    struct bw_details_bag *bags = look->bags.v;
    for (size_t k = 0; k < look->bags.n && k < n; k++)
        bags[k].contents = had[k].contents;
    return BW_OK;
}

static void check_bags(const struct bw_case *file, const struct bw_details *after, struct bw_faults *f)
{
    if (after->bags.n > file->n_bags)
        bw_fault_add(f, BW_E_INVALID_BODY, "/bags", "this file has %u bags", (unsigned)file->n_bags);
}

/* --- the work --- */

static bw_code make_work(const struct bw_app *app, const struct bw_principal *who, const char carrier[4],
                         const struct bw_details *after, bw_time now, struct bw_arena *arena, struct bw_case_edit *e)
{
    bw_event_init(&e->item.ev);
    bw_code rc = bw_case_change_of(app->keys, &e->file, after, now, arena, &e->item, &e->fields);
    e->item.ev.source = who->kind == BW_P_ACCOUNT ? BW_SRC_STAFF : BW_SRC_JSON;
    bw_sender_of(who, e->item.ev.sender);
    bw_str_put(bw_str_c(carrier), e->item.ev.carrier, sizeof e->item.ev.carrier);
    e->work = (struct bw_work){ .items = &e->item, .n = 1, .arena = arena };
    return rc;
}

static bw_code find_case(struct bw_pg *pg, struct bw_str ref, struct bw_uuid *ret, struct bw_error *err)
{
    struct bw_ident ident;
    const char *why;
    if (!bw_ident_parse_as(BW_IDENT_REF, ref, BW_DATE_NONE, &ident, &why))
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    BW_CLEANUP(bw_rows_done) struct bw_rows rows = { 0 };
    bw_code rc = bw_pg_query(pg, BW_STMT_CASE_BY_REF, BW_PARAMS(bw_p_i16(bw_ident_bucket(&ident)), bw_p_c(ident.value)),
                             &rows, err);
    if (rc == BW_OK && !rows.n)
        return bw_fail(err, BW_E_NOT_FOUND, NULL, "no such file");
    if (rc == BW_OK)
        *ret = bw_rows_uuid(&rows, 0, "case_id");
    return rc;
}

/* Reads a file that the caller has a part in; that its details were erased is for those to know. */
static bw_code read_theirs(struct bw_pg *pg, const struct bw_app *app, const struct bw_principal *who,
                           const struct bw_uuid *id, bw_time now, struct bw_arena *arena, struct bw_case_edit *e,
                           char carrier[4], enum part *ret, struct bw_error *err)
{
    bw_code read = bw_case_details(pg, app->keys, id, arena, &e->file, err);
    if (read != BW_OK && !e->file.file.ref[0])
        return read;
    struct bw_error other = { 0 };
    bw_code rc = take_part(pg, who, &e->file.file, now, arena, carrier, ret, &other);
    if (rc != BW_OK)
        *err = other;
    return rc != BW_OK ? rc : read;
}

bw_code bw_case_edit(struct bw_pg *pg, const struct bw_app *app, const struct bw_principal *who,
                     const struct bw_case_patch *patch, bw_time now, struct bw_case_edit **ret, struct bw_faults *f,
                     struct bw_error *err)
{
    struct bw_arena *arena = f->arena;
    int32_t version = patch->version;
    struct bw_uuid id;
    char carrier[4];
    enum part part;
    struct bw_case_edit *e = BW_NEW(arena, struct bw_case_edit);
    struct bw_details *after = BW_NEW(arena, struct bw_details);
    if (!e || !after)
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
    bw_code rc = find_case(pg, patch->ref, &id, err);
    rc = rc == BW_OK ? read_theirs(pg, app, who, &id, now, arena, e, carrier, &part, err) : rc;
    if (rc != BW_OK)
        return rc;
    const struct bw_case *file = &e->file.file;
    if (version >= 0 && (version < file->changed_version || version > file->version))
        return bw_fail(err, BW_E_PRECONDITION_FAILED, NULL, "the details were changed at version %d",
                       file->changed_version);
    rc = part == PART_OWNER ? merge_whole(&e->file.details, patch->body, after, f)
                            : merge_look(&e->file, patch->body, after, f);
    if (rc == BW_OK)
        check_bags(file, after, f);
    if (rc != BW_OK || f->n)
        return f->n ? bw_faults_code(f) : rc;
    *ret = e;
    if (!bw_details_tidy(after, arena))
        return bw_fail(err, BW_E_NOMEM, NULL, "no memory for a file");
    return make_work(app, who, carrier, after, now, arena, e);
}

int32_t bw_case_edit_version(const struct bw_case_edit *edit)
{
    return edit->fields ? edit->item.ev.version : edit->file.file.version;
}

void bw_case_edit_answer(const struct bw_case_edit *edit, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_c(j, "ref", edit->file.file.ref);
    bw_jk_i64(j, "version", bw_case_edit_version(edit));
    bw_jkey(j, "fields");
    bw_ja_begin(j);
    for (size_t k = 0; bw_detail_words[k]; k++)
        if (edit->fields & 1U << k)
            bw_jstr(j, bw_str_c(bw_detail_words[k]));
    bw_ja_end(j);
    if (edit->item.answer.n) {
        bw_jkey(j, "changed");
        bw_jraw(j, edit->item.answer);
    }
    bw_jo_end(j);
}
