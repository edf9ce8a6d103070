/* SPDX-License-Identifier: Apache-2.0 */
/* assets.c - the embedded files by name, and addresses of static ones that change with their content, so that browsers
 * may keep them for ever.  Layer: http.  Threads: any after bw_assets_init; the table is then constant. */
#include "http_int.h"

#include <stdio.h>

#include "bw/base/crypto.h"

#define ASSETS_MAX 256
#define HASH_TEXT 17

static char hashes[ASSETS_MAX][HASH_TEXT];
static char urls[ASSETS_MAX][128];

void bw_assets_init(void)
{
    BW_ASSERT(bw_assets_n <= ASSETS_MAX);
    for (size_t k = 0; k < bw_assets_n; k++) {
        const struct bw_asset *a = &bw_assets[k];
        struct bw_hash h = bw_sha256(bw_str_n((const char *)a->p, a->n));
        bw_hex(h.b, 8, hashes[k]);
        if (strncmp(a->name, "static/", 7) == 0)
            snprintf(urls[k], sizeof urls[k], "/assets/%.16s/%.80s", hashes[k], a->name + 7);
    }
}

const struct bw_asset *bw_asset_find(struct bw_str name)
{
    size_t low = 0, high = bw_assets_n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = bw_str_cmp(bw_str_c(bw_assets[mid].name), name);
        if (order == 0)
            return &bw_assets[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const char *bw_asset_hash(const struct bw_asset *asset)
{
    return hashes[asset - bw_assets];
}

const char *bw_asset_url(const char *static_name)
{
    for (size_t k = 0; k < bw_assets_n; k++)
        if (urls[k][0] && strcmp(bw_assets[k].name + 7, static_name) == 0)
            return urls[k];
    bw_assert_failed("a page names a static file that is not embedded", __FILE__, __LINE__);
}

const struct bw_asset *bw_asset_by_url(struct bw_str hash, struct bw_str file)
{
    for (size_t k = 0; k < bw_assets_n; k++)
        if (urls[k][0] && bw_str_eq_c(hash, hashes[k]) && bw_str_eq_c(file, bw_assets[k].name + 7))
            return &bw_assets[k];
    return NULL;
}
