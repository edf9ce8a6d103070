/* SPDX-License-Identifier: Apache-2.0 */
/* caseview_json.c - a file as JSON: each class of data is written by a function of its own, asked for by its bit of
 * enum bw_sees and by nothing else.  Layer: app.  Threads: any.  Source: SEC-13, reliability.md 6 (Z3: allow-lists). */
#include "bw/app/caseview.h"
#include "bw/domain/bagcode.h"
#include "bw/storage/answer.h"

/* --- of a person --- */

/* The first character of a name and a point; a name may begin with any script's letter. */
static void add_initial(struct bw_buf *to, struct bw_str name)
{
    size_t n = name.n ? 1 : 0;
    while (n < name.n && ((unsigned char)name.p[n] & 0xC0) == 0x80)
        n++;
    if (!n)
        return;
    bw_buf_str(to, bw_str_take(name, n));
    bw_buf_c(to, ".");
}

static void put_initials(struct bw_json_out *j, const struct bw_details_name *name)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text;
    bw_buf_init(&text, 64);
    add_initial(&text, name->given);
    add_initial(&text, name->surname);
    bw_jk_str(j, "initials", bw_buf_view(&text));
}

static void put_passenger(struct bw_json_out *j, const struct bw_details *d, unsigned sees)
{
    if (!(sees & (BW_SEE_INITIALS | BW_SEE_NAMES)))
        return;
    bw_jkey(j, "passenger");
    bw_jo_begin(j);
    if (sees & BW_SEE_INITIALS)
        put_initials(j, &d->passenger);
    if (sees & BW_SEE_NAMES) {
        bw_jko_str(j, "surname", d->passenger.surname);
        bw_jko_str(j, "given", d->passenger.given);
        bw_jko_str(j, "collector", d->collector);
    }
    if (sees & BW_SEE_INITIALS)
        bw_jko_str(j, "language", d->language);
    bw_jo_end(j);
}

static void put_contacts(struct bw_json_out *j, const struct bw_details_contacts *c, unsigned sees)
{
    if (!(sees & BW_SEE_CONTACTS))
        return;
    bw_jkey(j, "contacts");
    bw_jo_begin(j);
    bw_jko_str(j, "phone", c->phone);
    bw_jko_str(j, "mail", c->mail);
    bw_jko_str(j, "pnr", c->pnr);
    bw_jo_end(j);
}

static void put_place(struct bw_json_out *j, const struct bw_details_address *a, unsigned sees)
{
    bw_jo_begin(j);
    bw_jk_c(j, "kind", a->kind == BW_ADDRESS_TEMPORARY ? "temporary" : "permanent");
    if (sees & BW_SEE_TOWN) {
        bw_jko_date(j, "from", a->from);
        bw_jko_date(j, "until", a->until);
        bw_jko_str(j, "station", a->station);
        bw_jko_str(j, "town", a->town);
        bw_jko_str(j, "country", a->country);
    }
    if (sees & BW_SEE_ADDRESS)
        bw_jko_str(j, "address", a->address);
    if (sees & BW_SEE_CONTACTS)
        bw_jko_str(j, "phone", a->phone);
    bw_jo_end(j);
}

static struct bw_details_address home_of(const struct bw_details *d)
{
    return (struct bw_details_address){ .kind = BW_ADDRESS_PERMANENT,
                                        .address = d->contacts.address,
                                        .town = d->contacts.town,
                                        .from = BW_DATE_NONE,
                                        .until = BW_DATE_NONE };
}

/* Where the passenger is, and when; the home address stands in where nothing else is said. */
static void put_delivery(struct bw_json_out *j, const struct bw_details *d, unsigned sees)
{
    const struct bw_details_address *v = d->delivery.v, home = home_of(d);
    bool permanent = false;
    if (!(sees & (BW_SEE_TOWN | BW_SEE_ADDRESS)))
        return;
    bw_jkey(j, "delivery");
    bw_ja_begin(j);
    for (size_t k = 0; k < d->delivery.n; k++) {
        permanent = permanent || v[k].kind == BW_ADDRESS_PERMANENT;
        put_place(j, &v[k], sees);
    }
    if (!permanent && (home.address.n || home.town.n))
        put_place(j, &home, sees);
    bw_ja_end(j);
}

/* Where the courier is to go today and whom to call: one of each and nothing else. */
static void put_drop(struct bw_json_out *j, const struct bw_details *d, bw_date today, unsigned sees)
{
    if (!(sees & BW_SEE_DROP))
        return;
    const struct bw_details_address home = home_of(d), *stay = bw_details_at(d, today), *at = stay ? stay : &home;
    bw_jkey(j, "drop");
    bw_jo_begin(j);
    bw_jko_str(j, "address", at->address);
    bw_jko_str(j, "town", at->town);
    bw_jko_str(j, "country", at->country);
    bw_jko_str(j, "phone", at->phone.n ? at->phone : d->contacts.phone);
    bw_jo_end(j);
}

static void put_details(struct bw_json_out *j, const struct bw_details *d, bw_date today, unsigned sees)
{
    put_passenger(j, d, sees);
    put_contacts(j, &d->contacts, sees);
    put_delivery(j, d, sees);
    put_drop(j, d, today, sees);
    if (sees & BW_SEE_WORDS)
        bw_jko_str(j, "description", d->description);
    if (sees & BW_SEE_NEED)
        bw_jko_date(j, "needed_by", d->needed_by);
}

/* --- of the bags --- */

static void put_looks(struct bw_json_out *j, const struct bw_details_bag *b)
{
    struct bw_bagcode code;
    char words[200];
    const char *why;
    bw_jkey(j, "looks");
    bw_jo_begin(j);
    bw_jko_str(j, "code", b->code);
    if (b->code.n && bw_bagcode_parse(b->code, &code, &why)) {
        bw_bagcode_words(&code, words, sizeof words);
        bw_jk_c(j, "words", words);
    }
    bw_jko_str(j, "brand", b->brand);
    bw_jo_end(j);
}

static void put_contents(struct bw_json_out *j, const struct bw_objects *contents)
{
    const struct bw_details_content *v = contents->v;
    bw_jkey(j, "contents");
    bw_ja_begin(j);
    for (size_t k = 0; k < contents->n; k++) {
        bw_jo_begin(j);
        bw_jko_str(j, "category", v[k].category);
        bw_jko_str(j, "text", v[k].text);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void put_bag(struct bw_json_out *j, const struct bw_file_seen *seen, const struct bw_file_bag *one)
{
    const struct bw_details *d = seen->details;
    const struct bw_details_bag *b = d && one->number < d->bags.n ? d->bags.v : NULL;
    unsigned sees = b ? seen->sight.sees : 0;
    b = b ? b + one->number : NULL;
    bw_jo_begin(j);
    bw_jk_i64(j, "ordinal", (int64_t)one->number + 1);
    bw_jkey(j, "bag");
    bw_answer_bag(j, &one->bag);
    bw_jkey(j, "promises");
    bw_answer_promises(j, one->open, one->n_open, NULL, BW_TIME_NONE);
    if (sees & BW_SEE_LOOKS)
        put_looks(j, b);
    if (sees & BW_SEE_WORDS)
        bw_jko_str(j, "description", b->description);
    if (sees & BW_SEE_CONTENTS)
        put_contents(j, &b->contents);
    bw_jo_end(j);
}

/* --- the whole --- */

static void put_sees(struct bw_json_out *j, const char *key, unsigned sees)
{
    bw_jkey(j, key);
    bw_ja_begin(j);
    for (unsigned bit = 0; bw_sees_word(bit); bit++)
        if (sees & (1u << bit))
            bw_jstr(j, bw_str_c(bw_sees_word(bit)));
    bw_ja_end(j);
}

static void put_case(struct bw_json_out *j, const struct bw_file_seen *seen)
{
    const struct bw_case *file = &seen->file;
    bw_jk_i64(j, "version", file->version);
    bw_jk_c(j, "state", bw_case_word(file->state));
    bw_jk_c(j, "owner", file->owner);
    bw_jk_c(j, "station", file->station);
    bw_jk_time(j, "opened_at", file->opened_at);
    bw_answer_owner_rule(j, file);
    bw_answer_offer(j, file);
    bw_answer_wait(j, &file->wait);
    bw_jko_c(j, "closed_why", file->closed_why);
    bw_jko_c(j, "linked", file->linked);
    bw_jkey(j, "promises");
    bw_answer_promises(j, seen->open, seen->n_open, NULL, BW_TIME_NONE);
    bw_jkey(j, "bags");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_bags; k++)
        put_bag(j, seen, &seen->bags[k]);
    bw_ja_end(j);
    if (seen->rights) {
        bw_jkey(j, "rights");
        bw_rights_json(j, seen->rights);
    }
}

/* The class is for every carrier of the journey, the reason for the owner (CASE-12). */
static void put_priority(struct bw_json_out *j, const struct bw_file_seen *seen)
{
    if (!(seen->sight.sees & BW_SEE_PRIORITY) || seen->file.priority == BW_PRIORITY_NONE)
        return;
    bw_jkey(j, "priority");
    bw_jo_begin(j);
    bw_jk_c(j, "class", bw_priority_word(seen->file.priority));
    if (seen->details && (seen->sight.sees & BW_SEE_NEED))
        bw_jko_str(j, "reason", seen->details->priority.reason);
    bw_jo_end(j);
}

/* Of the bags that it brings: which, and when. */
static void put_brought(struct bw_json_out *j, const struct bw_file_seen *seen)
{
    bw_jkey(j, "brings");
    bw_ja_begin(j);
    for (size_t k = 0; k < seen->n_bags; k++) {
        const struct bw_file_bag *one = &seen->bags[k];
        if (!one->brought)
            continue;
        bw_jo_begin(j);
        bw_jko_c(j, "plate", one->bag.plate);
        bw_jko_time(j, "window_from", one->bag.window_from);
        bw_jko_time(j, "window_until", one->bag.window_until);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

void bw_file_json(struct bw_json_out *j, const struct bw_file_seen *seen)
{
    unsigned sees = seen->sight.sees;
    bw_jo_begin(j);
    bw_jk_uuid(j, "id", &seen->file.case_id);
    bw_jk_c(j, "ref", seen->file.ref);
    put_sees(j, "sees", sees);
    if (seen->sight.asks & ~sees)
        put_sees(j, "asks", seen->sight.asks & ~sees);
    if (sees & BW_SEE_CASE)
        put_case(j, seen);
    if (sees & BW_SEE_DROP)
        put_brought(j, seen);
    put_priority(j, seen);
    if (seen->details)
        put_details(j, seen->details, seen->today, sees);
    if (seen->erased)
        bw_jk_bool(j, "erased", true);
    bw_jo_end(j);
}
