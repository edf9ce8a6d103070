/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.c - /openapi.json from the routes table: paths, parameters, bodies, answers, refusals, who may ask.
 * Layer: http.  Threads: any; everything read is constant.  Source: OPS-07. */
#include "openapi.h"

#include <stdio.h>

static bool shown_before(const struct bw_route *routes, size_t k)
{
    for (size_t j = 0; j < k; j++)
        if (!(routes[j].flags & BW_R_HIDDEN) && strcmp(routes[j].pattern, routes[k].pattern) == 0)
            return true;
    return false;
}

static void reference(struct bw_json_out *j, const char *kind, struct bw_str name)
{
    char text[128];
    snprintf(text, sizeof text, "#/components/%s/%.*s", kind, BW_FMT(name));
    bw_jk_c(j, "$ref", text);
}

/* What each parameter is, wherever it stands; the test of the examples asks with them. */
static const struct {
    const char *name, *about, *example;
} known_parameters[] = {
    { "id", "Our id of it; of a bag also its plate, short plate, rush plate or file reference", "0125728359" },
    { "ref", "A file reference: station, carrier, five digits", "MADIB10001" },
    { "n", "The number of a claim on the file", "1" },
    { "slug", "The last part of a problem's type", "event-id-conflict" },
    { "date", "Day of travel, where a plate was used again; of a flight, of its departure where it departs",
      "2026-11-20" },
    { "q", "A plate in any form, or a file reference", "0125 728359" },
    { "flight", "A flight of an airline, by its own number or a codeshare's", "BA178" },
    { "owes", "Only what this carrier owes", "BA" },
    { "case", "Only what is about this file and its bags", "MADIB10001" },
    { "carrier", "Whose, where not the caller's own", "IB" },
    { "overdue", "true: only what is overdue", "true" },
    { "station", "Only at this station", "LHR" },
    { "kind", "Only of this kind: place, case, claim or ask", "place" },
    { "level", "Only what was raised to this level at least", "1" },
    { "after", "The next page: as the Link of the page before says", "0.10000001-0000-8000-8000-000000000000" },
    { "from", "Start of the period, RFC 3339 or a day", "2026-11-20T00:00:00Z" },
    { "to", "End of the period, RFC 3339 or a day", "2026-11-21T00:00:00Z" },
    { "by", "Rows by carrier or by station", "carrier" },
    { "format", "json or csv", "json" },
    { "sender", "Only what this sender sent", "BA" },
    { "state", "Only those in this state", "waiting" },
    { "last_event_id", "Resume behind this event; the header Last-Event-ID wins", "1-0" },
    { "lastEventId", "The same, as some polyfills say it", "1-0" },
    { "atomic", "true: all lines or none, at most 1,000", "true" },
    { "dry_run", "true: the verdicts, and nothing is stored", "true" },
    { "Idempotency-Key", "1 to 128 printable characters: the same again gives the first answer, for 7 days",
      "5f2c7f6e-open-728359" },
    { "If-Match", "The ETag of what you read, or the version of a change, in quotes; * for whatever is there", "*" },
};

static void parameter(struct bw_json_out *j, struct bw_str name, const char *in)
{
    bw_jo_begin(j);
    bw_jk_str(j, "name", name);
    bw_jk_c(j, "in", in);
    bw_jk_bool(j, "required", strcmp(in, "path") == 0);
    for (size_t k = 0; k < BW_LEN(known_parameters); k++) {
        if (!bw_str_eq_c(name, known_parameters[k].name))
            continue;
        bw_jk_c(j, "description", known_parameters[k].about);
        bw_jk_c(j, "example", known_parameters[k].example);
    }
    bw_jkey(j, "schema");
    bw_jo_begin(j);
    bw_jk_c(j, "type", "string");
    bw_jo_end(j);
    bw_jo_end(j);
}

static void parameters(struct bw_json_out *j, const struct bw_route *r)
{
    struct bw_str rest = bw_str_c(r->pattern);
    if (bw_str_find(rest, '{') == rest.n && !r->query && !(r->flags & (BW_R_ONCE | BW_R_MATCH)))
        return;
    bw_jkey(j, "parameters");
    bw_ja_begin(j);
    while (rest.p) {
        struct bw_str segment = bw_str_split(&rest, '/');
        if (segment.n > 2 && segment.p[0] == '{')
            parameter(j, bw_str_n(segment.p + 1, bw_str_find(segment, '}') - 1), "path");
    }
    rest = bw_str_c(r->query);
    while (r->query && rest.p)
        parameter(j, bw_str_split(&rest, ' '), "query");
    if (r->flags & BW_R_ONCE)
        parameter(j, BW_STR("Idempotency-Key"), "header");
    if (r->flags & BW_R_MATCH)
        parameter(j, BW_STR("If-Match"), "header");
    bw_ja_end(j);
}

static struct bw_str example_of(struct bw_str name, const char *suffix)
{
    char file[96];
    snprintf(file, sizeof file, "schemas/%.*s.example.%s", BW_FMT(name), suffix);
    const struct bw_asset *a = bw_asset_find(bw_str_c(file));
    return a ? bw_str_trim(bw_str_n((const char *)a->p, a->n)) : BW_STR_NONE;
}

static void example_json(struct bw_json_out *j, struct bw_str schema)
{
    struct bw_str text = example_of(schema, "json");
    if (bw_str_eq_c(schema, "EventIn")) {
        bw_openapi_event_examples(j);
    } else if (text.p) {
        bw_jkey(j, "example");
        bw_jraw(j, text);
    }
}

static void example_text(struct bw_json_out *j, const struct bw_route *r)
{
    struct bw_str text = example_of(bw_str_c(r->operation), "txt");
    if (text.p) {
        bw_jkey(j, "example");
        bw_jstr(j, text);
    }
}

/* A refusal is a problem, whatever else the status may carry. */
static void content(struct bw_json_out *j, const struct bw_route *r, struct bw_str media, struct bw_str schema,
                    bool sent)
{
    bw_jkey(j, "content");
    bw_jo_begin(j);
    while (media.p) {
        char type[64];
        bw_str_put(bw_str_split(&media, ' '), type, sizeof type);
        struct bw_str name = strstr(type, "problem") ? BW_STR("Problem") : schema;
        bool json = strstr(type, "json") != NULL && name.n > 0;
        bw_jkey(j, type);
        bw_jo_begin(j);
        bw_jkey(j, "schema");
        bw_jo_begin(j);
        if (json)
            reference(j, "schemas", name);
        else
            bw_jk_c(j, "type", "string");
        bw_jo_end(j);
        if (json) /* of lines: of one line */
            example_json(j, name);
        else if (sent)
            example_text(j, r);
        bw_jo_end(j);
    }
    bw_jo_end(j);
}

static void body(struct bw_json_out *j, const struct bw_route *r)
{
    char about[64];
    if (!r->media)
        return;
    snprintf(about, sizeof about, "At most %zu bytes.", r->body_max);
    bw_jkey(j, "requestBody");
    bw_jo_begin(j);
    bw_jk_bool(j, "required", true);
    bw_jk_c(j, "description", about);
    content(j, r, bw_str_c(r->media), bw_str_c(r->schema), true);
    bw_jo_end(j);
}

static const char *status_words(unsigned status)
{
    static const struct {
        unsigned status;
        const char *words;
    } known[] = {
        { 200, "As asked" },      { 201, "Created" },         { 202, "Taken" },     { 204, "Done" },
        { 300, "More than one" }, { 303, "See there" },       { 304, "Unchanged" }, { 400, "Not acceptable" },
        { 401, "Not known" },     { 403, "Forbidden" },       { 404, "Not there" }, { 409, "Contradiction" },
        { 411, "Length needed" }, { 412, "Changed" },         { 413, "Too large" }, { 415, "Wrong media type" },
        { 422, "Does not fit" },  { 428, "If-Match needed" }, { 429, "Too often" }, { 503, "Not now" }
    };
    for (size_t k = 0; k < BW_LEN(known); k++)
        if (known[k].status == status)
            return known[k].words;
    return "Other";
}

/* Refusals of one form are described once; a row's own schema stands beside the problem. */
static void answer(struct bw_json_out *j, const struct bw_route *r, unsigned status, struct bw_str schema)
{
    char key[12];
    snprintf(key, sizeof key, "%u", status);
    bw_jkey(j, key);
    bw_jo_begin(j);
    bool lines = schema.p && (r->flags & BW_R_UPLOAD) && strcmp(r->media, "application/x-ndjson") == 0;
    if (status >= 400 && !schema.p) {
        reference(j, "responses", BW_STR("Refusal"));
        bw_jo_end(j);
        return;
    }
    struct bw_str name = bw_str_split(&schema, '+'); /* "StaleReport+text/csv" */
    char media[96];
    snprintf(media, sizeof media, "%s%s%.*s%s", lines ? "application/x-ndjson" : "application/json",
             schema.p ? " " : "", BW_FMT(schema), status >= 400 ? " application/problem+json" : "");
    bw_jk_c(j, "description", status_words(status));
    if (name.p && !name.n) { /* "200:+image/jpeg+image/png" */
        bw_str_put(schema, media, sizeof media);
        for (char *at = media; (at = strchr(at, '+'));)
            *at = ' ';
        content(j, r, bw_str_c(media), BW_STR_NONE, false);
    } else if (name.p)
        content(j, r, bw_str_c(media), name, false);
    else if (status == 200 && (r->flags & BW_R_STREAM))
        content(j, r, BW_STR("text/event-stream"), BW_STR_NONE, false);
    else if (status == 200 && (r->flags & BW_R_PAGE))
        content(j, r, BW_STR("text/html"), BW_STR_NONE, false);
    else if (status == 200)
        content(j, r, BW_STR("text/plain"), BW_STR_NONE, false);
    bw_jo_end(j);
}

/* What every row of a kind may be answered beside its own list. */
static bool implied(const struct bw_route *r, unsigned status)
{
    switch (status) {
    case 400:
        return true;
    case 401:
    case 403:
        return !(r->who & BW_ANYONE) && !(r->flags & BW_R_TOKEN);
    case 404:
        return strchr(r->pattern, '{') != NULL;
    case 411:
    case 413:
    case 415:
        return r->media != NULL;
    case 422:
        return r->schema != NULL || (r->flags & BW_R_ONCE);
    case 409:
        return r->flags & BW_R_ONCE;
    case 429:
        return r->rate != BW_RATE_FREE;
    case 503:
        return !(r->who & BW_ANYONE);
    default:
        return false;
    }
}

static void answers(struct bw_json_out *j, const struct bw_route *r)
{
    bw_jkey(j, "responses");
    bw_jo_begin(j);
    for (unsigned status = 200; status < 600; status++) {
        struct bw_str rest = bw_str_c(r->answers), schema = BW_STR_NONE;
        bool listed = false;
        while (rest.p && !listed) {
            struct bw_str one = bw_str_split(&rest, ' '), digits = bw_str_split(&one, ':');
            uint64_t v = 0;
            listed = bw_str_to_u64(digits, 200, 599, &v) && v == status;
            schema = listed ? one : BW_STR_NONE;
        }
        if (listed || implied(r, status))
            answer(j, r, status, schema);
    }
    bw_jo_end(j);
}

static void security(struct bw_json_out *j, const struct bw_route *r)
{
    bw_jkey(j, "security");
    bw_ja_begin(j);
    const struct {
        unsigned who;
        const char *name;
    } kinds[] = { { BW_SENDER, "key" }, { BW_STAFF, "session" } };
    for (size_t k = 0; k < BW_LEN(kinds) && !(r->who & BW_ANYONE); k++) {
        if (!(r->who & kinds[k].who))
            continue;
        bw_jo_begin(j);
        bw_jkey(j, kinds[k].name);
        bw_ja_begin(j);
        bw_ja_end(j);
        bw_jo_end(j);
    }
    bw_ja_end(j);
}

static void operation(struct bw_json_out *j, const struct bw_route *r)
{
    static const char *const lower[BW_METHOD_MAX] = { "get", "head", "post", "put", "patch", "delete" };
    bw_jkey(j, lower[r->method]);
    bw_jo_begin(j);
    bw_jk_c(j, "operationId", r->operation);
    bw_jk_c(j, "summary", r->summary);
    security(j, r);
    parameters(j, r);
    body(j, r);
    answers(j, r);
    bw_jo_end(j);
}

static void paths(struct bw_json_out *j, const struct bw_route *routes, size_t n)
{
    bw_jkey(j, "paths");
    bw_jo_begin(j);
    for (size_t k = 0; k < n; k++) {
        if ((routes[k].flags & BW_R_HIDDEN) || shown_before(routes, k))
            continue;
        bw_jkey(j, routes[k].pattern);
        bw_jo_begin(j);
        for (size_t i = k; i < n; i++)
            if (!(routes[i].flags & BW_R_HIDDEN) && strcmp(routes[i].pattern, routes[k].pattern) == 0)
                operation(j, &routes[i]);
        bw_jo_end(j);
    }
    bw_jo_end(j);
}

static void schemas(struct bw_json_out *j)
{
    bw_jkey(j, "schemas");
    bw_jo_begin(j);
    for (size_t k = 0; k < bw_schemas_n; k++) {
        const struct bw_schema *s = &bw_schemas[k];
        bw_jkey(j, s->name);
        if (s->fields) {
            if (strcmp(s->name, "EventIn") == 0)
                bw_openapi_event(j, s->fields);
            else
                bw_json_schema(j, s->fields);
            continue;
        }
        char file[96];
        snprintf(file, sizeof file, "schemas/%s.json", s->name);
        const struct bw_asset *a = bw_asset_find(bw_str_c(file));
        BW_ASSERT(a); /* a schema without field table needs its file */
        bw_jraw(j, bw_str_trim(bw_str_n((const char *)a->p, a->n)));
    }
    bw_jo_end(j);
}

static void components(struct bw_json_out *j)
{
    bw_jkey(j, "components");
    bw_jo_begin(j);
    schemas(j);
    bw_jkey(j, "responses");
    bw_jraw(j, BW_STR("{\"Refusal\":{\"description\":\"A refusal that says what to do about it\",\"content\":"
                      "{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}"));
    bw_jkey(j, "securitySchemes");
    bw_jraw(j, BW_STR("{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"A sender key; "
                      "with bagk_test_ in front it works in the test realm, whose answers have Bagwatch-Realm: test\"},"
                      "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-bagwatch\","
                      "\"description\":\"A staff session\"}}"));
    bw_jo_end(j);
}

void bw_openapi(const struct bw_route *routes, size_t n, struct bw_str origin, struct bw_buf *to)
{
    struct bw_json_out j;
    bw_json_out_init(&j, to);
    bw_jo_begin(&j);
    bw_jk_c(&j, "openapi", "3.1.0");
    bw_jkey(&j, "info");
    bw_jraw(&j,
            BW_STR(
                "{\"title\":\"Bagwatch\",\"version\":\"1\",\"description\":\"Tracks delayed baggage across airlines: "
                "post what you see, read what is known, and who owes the next update.\","
                "\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}"));
    bw_jkey(&j, "servers");
    bw_ja_begin(&j);
    bw_jo_begin(&j);
    bw_jk_str(&j, "url", origin);
    bw_jo_end(&j);
    bw_ja_end(&j);
    paths(&j, routes, n);
    components(&j);
    bw_jo_end(&j);
}
