/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/said.h"

#include "bw/base/json_out.h"

const char *bw_said_event_id(struct bw_str s)
{
    for (size_t at = 0; at < s.n; at++)
        if (!bw_is_alnum(s.p[at]) && !strchr("._:-", s.p[at]))
            return "must be of A-Z, a-z, 0-9, '.', '_', ':' and '-'";
    return NULL;
}

void bw_said_for(const struct bw_principal *who, struct bw_str said, struct bw_event *ev, struct bw_faults *f)
{
    if (!said.n && who->n_carriers == 1)
        said = bw_str_c(who->carriers[0]);
    if (!said.n)
        bw_fault_add(f, BW_E_INVALID_BODY, "/for_carrier", "is needed where you speak for several carriers, or none");
    else if (!bw_principal_has(who, said))
        bw_fault_add(f, BW_E_CODE_NOT_YOURS, "/for_carrier", "you do not speak for %.*s", BW_FMT(said));
    else
        bw_str_put(said, ev->carrier, sizeof ev->carrier);
}

bool bw_said_note(struct bw_str note, struct bw_event *ev, struct bw_arena *arena)
{
    BW_CLEANUP(bw_buf_done) struct bw_buf text = { 0 };
    struct bw_json_out j;
    if (!note.n)
        return true;
    bw_buf_init(&text, 16384);
    bw_json_out_init(&j, &text);
    bw_jo_begin(&j);
    bw_jk_str(&j, "note", note);
    bw_jo_end(&j);
    ev->private_body = bw_buf_ok(&text) ? bw_arena_str(arena, bw_buf_view(&text)) : BW_STR_NONE;
    return ev->private_body.p != NULL;
}
