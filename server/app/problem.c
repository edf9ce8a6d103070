/* SPDX-License-Identifier: Apache-2.0 */
#include "bw/app/problem.h"

/* Details may quote what a client sent; only text goes out. */
static void text(struct bw_json_out *j, const char *key, struct bw_str s)
{
    if (s.n > 0 && bw_utf8_valid(s, 0))
        bw_jk_str(j, key, s);
}

void bw_problem_members(struct bw_json_out *j, bw_code code, struct bw_str detail, struct bw_str instance,
                        struct bw_str request_id, const struct bw_faults *faults)
{
    const struct bw_code_info *info = bw_code_info(code);
    char type[80] = "/problems/";
    BW_ASSERT(bw_str_copy(bw_str_c(info->slug), type + 10, sizeof type - 10));
    bw_jk_c(j, "type", type);
    bw_jk_c(j, "title", info->title);
    bw_jk_i64(j, "status", info->status);
    text(j, "detail", detail);
    text(j, "instance", instance);
    text(j, "request_id", request_id);
    if (faults && faults->n > 0) {
        size_t kept = faults->n < BW_FAULTS_MAX ? faults->n : BW_FAULTS_MAX;
        bw_jkey(j, "errors");
        bw_ja_begin(j);
        for (size_t k = 0; k < kept; k++) {
            const struct bw_fault *f = &faults->v[k];
            bw_jo_begin(j);
            bw_jk_str(j, "pointer", bw_utf8_valid(f->pointer, 0) ? f->pointer : BW_STR(""));
            bw_jk_c(j, "code", bw_code_info(f->code)->slug);
            text(j, "detail", f->detail);
            bw_jo_end(j);
        }
        bw_ja_end(j);
        if (faults->n > kept)
            bw_jk_i64(j, "further_errors", (int64_t)(faults->n - kept));
    }
}

void bw_problem_json(struct bw_json_out *j, bw_code code, struct bw_str detail, struct bw_str instance,
                     struct bw_str request_id, const struct bw_faults *faults)
{
    bw_jo_begin(j);
    bw_problem_members(j, code, detail, instance, request_id, faults);
    bw_jo_end(j);
}
