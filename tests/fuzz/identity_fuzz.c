/* SPDX-License-Identifier: Apache-2.0 */
/* identity_fuzz.c - names of bags and flights from anywhere: what is read has one text, and that text is read back to
 * the same name. */
#include "bw/domain/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bw_str text = bw_str_n((const char *)data, size);
    struct bw_ident id, again;
    const char *why = NULL;
    char to[BW_IDENT_TEXT], flight[BW_FLIGHT], same[BW_FLIGHT];
    if (bw_ident_parse(text, BW_DATE_NONE, &id, &why)) {
        BW_ASSERT(bw_ident_from_text(bw_str_c(bw_ident_text(&id, to)), &again));
        BW_ASSERT(again.kind == id.kind && strcmp(again.value, id.value) == 0);
        BW_ASSERT(bw_ident_bucket(&again) == bw_ident_bucket(&id));
    } else {
        BW_ASSERT(why && why[0]);
    }
    if (bw_ident_from_text(text, &id))
        BW_ASSERT(bw_str_eq_c(text, bw_ident_text(&id, to)));
    if (bw_flight_parse(text, flight)) {
        BW_ASSERT(bw_flight_parse(bw_str_c(flight), same) && strcmp(flight, same) == 0);
        BW_ASSERT(bw_is_carrier(bw_flight_carrier(flight)));
    }
    return 0;
}
