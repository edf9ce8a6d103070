/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - prints the three state tables, the event codes and what can be owed as Markdown, as ARCHITECTURE.md
 * carries them (BAG-03). */
#include <stdio.h>

#include "bw/domain/promise.h"

static void table(const char *title, size_t (*rows)(const struct bw_table_row **))
{
    const struct bw_table_row *row;
    size_t n = rows(&row);
    printf("\n**%s**\n\n| from | event | to | what it means |\n| --- | --- | --- | --- |\n", title);
    for (size_t k = 0; k < n; k++)
        printf("| %s | %s | %s | %s |\n", row[k].from, row[k].event, row[k].to, row[k].sentence);
}

static void voices(unsigned v)
{
    static const char *const words[] = { "carrier", "telegram", "staff", "courier", "customer", "Bagwatch" };
    const char *sep = "";
    for (unsigned bit = 0; bit < BW_LEN(words); bit++)
        if (v & (1u << bit)) {
            printf("%s%s", sep, words[bit]);
            sep = ", ";
        }
}

static void codes(void)
{
    printf("\n**Event codes**\n\n| code | who may say it | sighting | meets | meaning |\n| --- | --- | --- | --- | --- "
           "|\n");
    for (int code = 1; code < BW_EV_MAX; code++) {
        const struct bw_code_row *row = bw_code_row((enum bw_event_code)code);
        const char *sep = "";
        printf("| %s | ", row->name);
        voices(row->voices);
        printf(" | %s | ", row->flags & BW_CF_SIGHTING ? "yes" : "no");
        for (int owed = 0; owed < BW_OWE_MAX; owed++)
            if (row->meets & (UINT64_C(1) << owed)) {
                printf("%s%s", sep, bw_owed_row((enum bw_owed)owed)->word);
                sep = ", ";
            }
        printf(" | %s |\n", row->summary);
    }
}

static void owed(void)
{
    printf("\n**What can be owed**\n\n| row | owed | default time |\n| --- | --- | --- |\n");
    for (int k = 0; k < BW_OWE_MAX; k++) {
        const struct bw_owed_row *row = bw_owed_row((enum bw_owed)k);
        printf("| %s | %s | %d min |\n", row->word, row->what, row->minutes);
    }
}

/* The rows of retention.def, which has no words of its own but for people. */
static const struct {
    const char *class_;
    int hours;
    const char *what, *from, *end;
} kept[] = {
#define R(id, ...) { __VA_ARGS__ },
#include "bw/app/retention.def"
#undef R
};

static void keeping(void)
{
    printf("\n**What is kept how long**\n\n| class | what | how long | counted from | how it ends |\n"
           "| --- | --- | --- | --- | --- |\n");
    for (size_t k = 0; k < BW_LEN(kept); k++) {
        printf("| %s | %s | ", kept[k].class_, kept[k].what);
        if (!kept[k].hours)
            printf("`retain-cases`, 730 days");
        else if (kept[k].hours % 24 || kept[k].hours < 168)
            printf("%d h", kept[k].hours);
        else
            printf("%d days", kept[k].hours / 24);
        printf(" | %s | %s |\n", kept[k].from, kept[k].end);
    }
}

int main(void)
{
    table("Place: where the bag is", bw_place_table);
    table("Custody: who has it", bw_custody_table);
    table("Case: what is owed to its owner", bw_case_table);
    table("Claim: which step follows which, and who says it", bw_claim_table);
    codes();
    owed();
    keeping();
    return 0;
}
