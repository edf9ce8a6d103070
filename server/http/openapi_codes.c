/* SPDX-License-Identifier: Apache-2.0 */
/* openapi_codes.c - what the table of event codes says of the body of POST /v1/events: the codes that are posted, for
 * each what it needs and what it does not take, and an example.  Layer: http.  Threads: any.  Source: ING-14, OPS-07.
 */
#include "openapi.h"

#include <stdio.h>

#include "bw/domain/event_in.h"

/* The codes that somebody posts, by number; NULL: not this one. */
static const struct bw_code_row *posted(int code)
{
    const struct bw_code_row *row = bw_code_row((enum bw_event_code)code);
    return bw_code_is_posted(row) ? row : NULL;
}

static void code_is(struct bw_json_out *j, const struct bw_code_row *row)
{
    bw_jkey(j, "if");
    bw_jo_begin(j);
    bw_jkey(j, "properties");
    bw_jo_begin(j);
    bw_jkey(j, "code");
    bw_jo_begin(j);
    bw_jk_c(j, "const", row->name);
    bw_jo_end(j);
    bw_jo_end(j);
    bw_jo_end(j);
}

static void needs(struct bw_json_out *j, const struct bw_code_row *row)
{
    unsigned field;
    bool leads;
    const char *name;
    bw_jkey(j, "required");
    bw_ja_begin(j);
    for (size_t k = 0; (name = bw_event_member(k, &field, &leads)); k++)
        if (leads && row->required & field)
            bw_jstr(j, bw_str_c(name));
    bw_ja_end(j);
    bw_jkey(j, "properties");
    bw_jo_begin(j);
    for (size_t k = 0; (name = bw_event_member(k, &field, &leads)); k++)
        if (!((row->required | row->optional) & field))
            bw_jk_bool(j, name, false);
    bw_jo_end(j);
}

void bw_openapi_event(struct bw_json_out *j, const struct bw_field *fields)
{
    bw_jo_begin(j);
    bw_jkey(j, "allOf");
    bw_ja_begin(j);
    bw_json_schema(j, fields);
    bw_jo_begin(j);
    bw_jkey(j, "properties");
    bw_jo_begin(j);
    bw_jkey(j, "code");
    bw_jo_begin(j);
    bw_jkey(j, "enum");
    bw_ja_begin(j);
    for (int code = 1; code < BW_EV_MAX; code++)
        if (posted(code))
            bw_jstr(j, bw_str_c(posted(code)->name));
    bw_ja_end(j);
    bw_jo_end(j);
    bw_jo_end(j);
    bw_jo_end(j);
    for (int code = 1; code < BW_EV_MAX; code++) {
        const struct bw_code_row *row = posted(code);
        if (!row)
            continue;
        bw_jo_begin(j);
        bw_jk_c(j, "description", row->summary);
        code_is(j, row);
        bw_jkey(j, "then");
        bw_jo_begin(j);
        needs(j, row);
        bw_jo_end(j);
        bw_jo_end(j);
    }
    bw_ja_end(j);
    bw_jo_end(j);
}

void bw_openapi_event_examples(struct bw_json_out *j)
{
    bw_jkey(j, "examples");
    bw_jo_begin(j);
    for (int code = 1; code < BW_EV_MAX; code++) {
        const struct bw_code_row *row = posted(code);
        char text[1024];
        if (!row)
            continue;
        int n = snprintf(text, sizeof text,
                         "{\"event_id\":\"scan-%d\",\"plate\":\"0125728359\",\"travel_date\":\"2026-11-20\",\"code\":"
                         "\"%s\","
                         "\"occurred_at\":\"2026-11-20T20:34:00Z\"%s%s}",
                         code, row->name, row->example[0] ? "," : "", row->example);
        BW_ASSERT(n > 0 && (size_t)n < sizeof text);
        bw_jkey(j, row->name);
        bw_jo_begin(j);
        bw_jk_c(j, "summary", row->summary);
        bw_jkey(j, "value");
        bw_jraw(j, bw_str_c(text));
        bw_jo_end(j);
    }
    bw_jo_end(j);
}
