/* SPDX-License-Identifier: Apache-2.0 */
/* details.c - the details of a file against their field table, written in this file's order, compared member by member.
 * Layer: domain.  Threads: any.  Source: CASE-01, CASE-06, CASE-10, CASE-12. */
#include "bw/domain/details.h"

#include <stdio.h>

#include "bw/domain/bagcode.h"

const char *bw_details_is_code(struct bw_str s)
{
    struct bw_bagcode code;
    const char *why = NULL;
    return !s.n || bw_bagcode_parse(s, &code, &why) ? NULL : why;
}

static const char *is_station(struct bw_str s)
{
    return s.n ? bw_check_station(s) : NULL;
}

const char *bw_details_is_language(struct bw_str s)
{
    bool letters = s.n == 2 && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] >= 'a' && s.p[1] <= 'z';
    return !s.n || letters ? NULL : "must be a language of two letters";
}

static const char *is_country(struct bw_str s)
{
    return !s.n || (s.n == 2 && bw_str_all(s, bw_is_upper)) ? NULL : "must be a country of two capital letters";
}

static const char *const address_kinds[] = { "permanent", "temporary", NULL };

/* Null takes a member away in a merge patch, and reads as absent. */
#define TEXT_ROW(struct_, member, most)                                                                                \
    {                                                                                                                  \
        BW_FIELD(struct_, member, BW_J_STR), .flags = BW_J_TEXT | BW_J_NULLABLE, .max = (most)                         \
    }
#define EXACT_ROW(struct_, member, most)                                                                               \
    {                                                                                                                  \
        BW_FIELD(struct_, member, BW_J_STR), .flags = BW_J_TEXT | BW_J_NULLABLE | BW_J_EXACT, .max = (most)            \
    }
#define CHECKED_ROW(struct_, member, most, fn)                                                                         \
    {                                                                                                                  \
        BW_FIELD(struct_, member, BW_J_STR), .flags = BW_J_NULLABLE, .max = (most), .check = (fn)                      \
    }
#define DATE_ROW(struct_, member)                                                                                      \
    {                                                                                                                  \
        BW_FIELD(struct_, member, BW_J_DATE), .flags = BW_J_NULLABLE                                                   \
    }

const struct bw_field bw_details_name_fields[] = {
    { BW_FIELD(struct bw_details_name, surname, BW_J_STR), .flags = BW_J_REQUIRED | BW_J_TEXT, .min = 1, .max = 80 },
    TEXT_ROW(struct bw_details_name, given, 80),
    { BW_FIELD_END },
};
const struct bw_field bw_details_contact_fields[] = {
    EXACT_ROW(struct bw_details_contacts, phone, 40), TEXT_ROW(struct bw_details_contacts, mail, 254),
    TEXT_ROW(struct bw_details_contacts, pnr, 8),     TEXT_ROW(struct bw_details_contacts, address, 400),
    TEXT_ROW(struct bw_details_contacts, town, 80),   { BW_FIELD_END },
};
const struct bw_field bw_details_content_fields[] = {
    { BW_FIELD(struct bw_details_content, category, BW_J_STR), .flags = BW_J_REQUIRED | BW_J_TEXT, .min = 1,
      .max = 40 },
    TEXT_ROW(struct bw_details_content, text, 116), /* two lines of an element: domain.md 4.2, 4.3 */
    { BW_FIELD_END },
};
static const struct bw_field bag_fields[] = {
    BW_DETAILS_BAG_ROWS(0),
    { BW_FIELD_END },
};
const struct bw_field bw_details_address_fields[] = {
    { BW_FIELD(struct bw_details_address, kind, BW_J_ENUM), .flags = BW_J_REQUIRED, .words = address_kinds },
    TEXT_ROW(struct bw_details_address, address, 400),
    TEXT_ROW(struct bw_details_address, town, 80),
    CHECKED_ROW(struct bw_details_address, country, 2, is_country),
    EXACT_ROW(struct bw_details_address, phone, 40),
    CHECKED_ROW(struct bw_details_address, station, 3, is_station),
    DATE_ROW(struct bw_details_address, from),
    DATE_ROW(struct bw_details_address, until),
    { BW_FIELD_END },
};
const struct bw_field bw_details_priority_fields[] = {
    { .name = "class",
      .type = BW_J_ENUM,
      .offset = offsetof(struct bw_details_priority, class_),
      .flags = BW_J_REQUIRED,
      .words = bw_priority_words },
    TEXT_ROW(struct bw_details_priority, reason, 400),
    { BW_FIELD_END },
};
const struct bw_field bw_details_fields[] = {
    { BW_FIELD(struct bw_details, passenger, BW_J_OBJECT), .flags = BW_J_REQUIRED, .sub = bw_details_name_fields },
    { BW_FIELD(struct bw_details, contacts, BW_J_OBJECT), .flags = BW_J_NULLABLE, .sub = bw_details_contact_fields },
    TEXT_ROW(struct bw_details, description, 400),
    { BW_FIELD(struct bw_details, bags, BW_J_OBJECTS), .flags = BW_J_NULLABLE, .max = BW_CASE_BAGS, .sub = bag_fields,
      .elem_size = sizeof(struct bw_details_bag) },
    DATE_ROW(struct bw_details, needed_by),
    CHECKED_ROW(struct bw_details, language, 2, bw_details_is_language),
    { BW_FIELD(struct bw_details, delivery, BW_J_OBJECTS), .flags = BW_J_NULLABLE, .max = BW_STAYS,
      .sub = bw_details_address_fields, .elem_size = sizeof(struct bw_details_address) },
    TEXT_ROW(struct bw_details, collector, 120),
    { BW_FIELD(struct bw_details, priority, BW_J_OBJECT), .flags = BW_J_NULLABLE, .sub = bw_details_priority_fields },
    { BW_FIELD_END },
};

/* --- writing --- */

static void write_passenger(const struct bw_details *d, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_str(j, "surname", d->passenger.surname);
    bw_jko_str(j, "given", d->passenger.given);
    bw_jo_end(j);
}

static void write_contacts(const struct bw_details *d, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jko_str(j, "phone", d->contacts.phone);
    bw_jko_str(j, "mail", d->contacts.mail);
    bw_jko_str(j, "pnr", d->contacts.pnr);
    bw_jko_str(j, "address", d->contacts.address);
    bw_jko_str(j, "town", d->contacts.town);
    bw_jo_end(j);
}

static void write_bag(const struct bw_details_bag *bag, struct bw_json_out *j)
{
    const struct bw_details_content *contents = bag->contents.v;
    bw_jo_begin(j);
    bw_jko_str(j, "code", bag->code);
    bw_jko_str(j, "brand", bag->brand);
    bw_jko_str(j, "description", bag->description);
    if (bag->contents.n) {
        bw_jkey(j, "contents");
        bw_ja_begin(j);
        for (size_t k = 0; k < bag->contents.n; k++) {
            bw_jo_begin(j);
            bw_jk_str(j, "category", contents[k].category);
            bw_jko_str(j, "text", contents[k].text);
            bw_jo_end(j);
        }
        bw_ja_end(j);
    }
    bw_jo_end(j);
}

static void write_bags(const struct bw_details *d, struct bw_json_out *j)
{
    const struct bw_details_bag *bags = d->bags.v;
    bw_ja_begin(j);
    for (size_t k = 0; k < d->bags.n; k++)
        write_bag(&bags[k], j);
    bw_ja_end(j);
}

static void write_delivery(const struct bw_details *d, struct bw_json_out *j)
{
    const struct bw_details_address *v = d->delivery.v;
    bw_ja_begin(j);
    for (size_t k = 0; k < d->delivery.n; k++) {
        bw_jo_begin(j);
        bw_jk_c(j, "kind", address_kinds[v[k].kind]);
        bw_jko_str(j, "address", v[k].address);
        bw_jko_str(j, "town", v[k].town);
        bw_jko_str(j, "country", v[k].country);
        bw_jko_str(j, "phone", v[k].phone);
        bw_jko_str(j, "station", v[k].station);
        bw_jko_date(j, "from", v[k].from);
        bw_jko_date(j, "until", v[k].until);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void write_priority(const struct bw_details *d, struct bw_json_out *j)
{
    bw_jo_begin(j);
    bw_jk_c(j, "class", bw_priority_words[d->priority.class_]);
    bw_jko_str(j, "reason", d->priority.reason);
    bw_jo_end(j);
}

static bool any_contact(const struct bw_details_contacts *c)
{
    return c->phone.n || c->mail.n || c->pnr.n || c->address.n || c->town.n;
}

void bw_details_write(const struct bw_details *d, bool with_priority, struct bw_json_out *j)
{
    bw_jo_begin(j);
    if (d->passenger.surname.n) { /* not in what is left over of a change */
        bw_jkey(j, "passenger");
        write_passenger(d, j);
    }
    if (any_contact(&d->contacts)) {
        bw_jkey(j, "contacts");
        write_contacts(d, j);
    }
    bw_jko_str(j, "description", d->description);
    if (d->bags.n) {
        bw_jkey(j, "bags");
        write_bags(d, j);
    }
    bw_jko_date(j, "needed_by", d->needed_by);
    bw_jko_str(j, "language", d->language);
    if (d->delivery.n) {
        bw_jkey(j, "delivery");
        write_delivery(d, j);
    }
    bw_jko_str(j, "collector", d->collector);
    if (with_priority && d->priority.class_ >= 0) {
        bw_jkey(j, "priority");
        write_priority(d, j);
    }
    bw_jo_end(j);
}

bool bw_details_read(struct bw_str json, struct bw_arena *arena, struct bw_details *ret)
{
    struct bw_faults f;
    *ret = (struct bw_details){ 0 };
    bw_faults_init(&f, arena);
    return bw_json_decode(json, bw_details_fields, ret, &f) == BW_OK;
}

bool bw_details_tidy(struct bw_details *d, struct bw_arena *arena)
{
    struct bw_details_bag *bags = d->bags.v;
    for (size_t k = 0; k < d->bags.n; k++) {
        struct bw_bagcode code;
        const char *why;
        if (!bw_bagcode_parse(bags[k].code, &code, &why))
            continue;
        bags[k].code = bw_arena_str(arena, bw_str_c(code.text));
        if (!bags[k].code.p)
            return false;
    }
    return true;
}

/* --- comparing --- */

static bool same_name(const struct bw_details_name *a, const struct bw_details_name *b)
{
    return bw_str_eq(a->surname, b->surname) && bw_str_eq(a->given, b->given);
}

static bool same_contacts(const struct bw_details_contacts *a, const struct bw_details_contacts *b)
{
    return bw_str_eq(a->phone, b->phone) && bw_str_eq(a->mail, b->mail) && bw_str_eq(a->pnr, b->pnr) &&
           bw_str_eq(a->address, b->address) && bw_str_eq(a->town, b->town);
}

static bool same_bag(const struct bw_details_bag *a, const struct bw_details_bag *b)
{
    const struct bw_details_content *x = a->contents.v, *y = b->contents.v;
    if (a->contents.n != b->contents.n)
        return false;
    for (size_t k = 0; k < a->contents.n; k++)
        if (!bw_str_eq(x[k].category, y[k].category) || !bw_str_eq(x[k].text, y[k].text))
            return false;
    return bw_str_eq(a->code, b->code) && bw_str_eq(a->brand, b->brand) && bw_str_eq(a->description, b->description);
}

static bool same_address(const struct bw_details_address *a, const struct bw_details_address *b)
{
    return a->kind == b->kind && a->from == b->from && a->until == b->until && bw_str_eq(a->address, b->address) &&
           bw_str_eq(a->town, b->town) && bw_str_eq(a->country, b->country) && bw_str_eq(a->phone, b->phone) &&
           bw_str_eq(a->station, b->station);
}

static bool same_bags(const struct bw_details *a, const struct bw_details *b)
{
    const struct bw_details_bag *x = a->bags.v, *y = b->bags.v;
    bool same = a->bags.n == b->bags.n;
    for (size_t k = 0; same && k < a->bags.n; k++)
        same = same_bag(&x[k], &y[k]);
    return same;
}

static bool same_delivery(const struct bw_details *a, const struct bw_details *b)
{
    const struct bw_details_address *x = a->delivery.v, *y = b->delivery.v;
    bool same = a->delivery.n == b->delivery.n;
    for (size_t k = 0; same && k < a->delivery.n; k++)
        same = same_address(&x[k], &y[k]);
    return same;
}

static bool same_priority(const struct bw_details *a, const struct bw_details *b)
{
    return a->priority.class_ == b->priority.class_ && bw_str_eq(a->priority.reason, b->priority.reason);
}

unsigned bw_details_changed(const struct bw_details *before, const struct bw_details *after)
{
    const struct {
        bool same;
        unsigned bit;
    } members[] = {
        { same_name(&before->passenger, &after->passenger), BW_DETAIL_PASSENGER },
        { same_contacts(&before->contacts, &after->contacts), BW_DETAIL_CONTACTS },
        { bw_str_eq(before->description, after->description), BW_DETAIL_DESCRIPTION },
        { same_bags(before, after), BW_DETAIL_BAGS },
        { before->needed_by == after->needed_by, BW_DETAIL_NEEDED_BY },
        { bw_str_eq(before->language, after->language), BW_DETAIL_LANGUAGE },
        { same_delivery(before, after), BW_DETAIL_DELIVERY },
        { bw_str_eq(before->collector, after->collector), BW_DETAIL_COLLECTOR },
        { same_priority(before, after), BW_DETAIL_PRIORITY },
    };
    unsigned changed = 0;
    for (size_t k = 0; k < BW_LEN(members); k++)
        changed |= members[k].same ? 0 : members[k].bit;
    return changed;
}

/* --- stays --- */

static void check_address(const struct bw_details_address *v, size_t at, const char *prefix, struct bw_faults *f)
{
    char pointer[80];
    const struct bw_details_address *one = &v[at];
    (void)snprintf(pointer, sizeof pointer, "%s/delivery/%zu", prefix, at);
    if (!one->address.n && !one->town.n && !one->station.n)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "needs an address, a town or a station");
    if (one->from != BW_DATE_NONE && one->until != BW_DATE_NONE && one->until < one->from)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "ends before it begins");
    if (one->kind == BW_ADDRESS_TEMPORARY && one->from == BW_DATE_NONE)
        bw_fault_add(f, BW_E_INVALID_BODY, pointer, "a temporary address needs its first day");
    for (size_t k = 0; k < at; k++) {
        bool both = v[k].kind == one->kind;
        bool permanent = one->kind == BW_ADDRESS_PERMANENT;
        bool apart = (v[k].until != BW_DATE_NONE && one->from != BW_DATE_NONE && v[k].until < one->from) ||
                     (one->until != BW_DATE_NONE && v[k].from != BW_DATE_NONE && one->until < v[k].from);
        if (both && (permanent || !apart)) {
            bw_fault_add(f, BW_E_INVALID_BODY, pointer,
                         permanent ? "there is a permanent address already" : "its days meet those of another one");
            return;
        }
    }
}

void bw_details_check(const struct bw_details *d, const char *prefix, struct bw_faults *f)
{
    for (size_t k = 0; k < d->delivery.n; k++)
        check_address(d->delivery.v, k, prefix, f);
}

const struct bw_details_address *bw_details_at(const struct bw_details *d, bw_date day)
{
    const struct bw_details_address *v = d->delivery.v, *permanent = NULL;
    for (size_t k = 0; k < d->delivery.n; k++) {
        if (v[k].kind == BW_ADDRESS_PERMANENT)
            permanent = &v[k];
        else if (day >= v[k].from && (v[k].until == BW_DATE_NONE || day <= v[k].until))
            return &v[k];
    }
    return permanent;
}

static void put_stay(const struct bw_details_address *v, struct bw_stay *to)
{
    *to = (struct bw_stay){ .from = v->from, .until = v->until };
    bw_str_put(v->station, to->station, sizeof to->station);
}

/* Temporary ones first: who looks for a day takes the first that fits. */
size_t bw_details_stays(const struct bw_details *d, struct bw_stay to[BW_STAYS])
{
    const struct bw_details_address *v = d->delivery.v;
    size_t n = 0;
    for (int kind = BW_ADDRESS_TEMPORARY; kind >= BW_ADDRESS_PERMANENT; kind--)
        for (size_t k = 0; k < d->delivery.n && n < BW_STAYS; k++)
            if (v[k].kind == kind && v[k].station.n)
                put_stay(&v[k], &to[n++]);
    return n;
}
