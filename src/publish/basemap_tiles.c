/*
 * publish/basemap_tiles.c: the base map for the dashboard, as sheets: what lies under the density,
 * what over it, and the names, which stand on top of all lines.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/sha256.h"
#include "publish/tilesets_internal.h"

#define SHARP 2 /* pixels of the picture a pixel of the screen: names are sharp on any */

/* It is the same for both editions, and most nights the same as the night before. */
static const char *const STANDS_IN[] = {"../public/tiles", "../../../current/public/tiles",
                                        "../../../current/officer/tiles"};

/* Takes the archive of that name from where it stands already (a folder of tiles is drawn anew);
 * *ret_found says whether it did. A copy, no link: the editions' files have different modes. */
static enum wh_status find_sheet(const struct wh_job *job, const char *name, const char *path,
                                 bool *ret_found, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    bool is_found = false;
    for (size_t i = 0; i < sizeof STANDS_IN / sizeof STANDS_IN[0]; i++) {
        struct wh_file_info info;
        char *const folder = wh_path_join(job->ctx, job->folder, STANDS_IN[i]);
        char *const other = folder == NULL ? NULL : wh_path_join(job->ctx, folder, name);
        if (other == NULL) {
            status = wh_fail_memory(job->ctx, err);
        } else if (wh_io_stat(other, &info) && info.is_regular) {
            status = wh_io_copy(job->ctx, other, path, err);
            is_found = true;
        }
        wh_free(job->ctx, other);
        wh_free(job->ctx, folder);
        if (is_found || status != WH_OK) {
            break;
        }
    }
    *ret_found = is_found;
    return status;
}

/* *ret_n: how many tiles there are; with none there is no file either. */
static enum wh_status draw_sheet(const struct wh_job *job, const struct wh_base_map *map,
                                 const struct wh_basetile_options *opt, const char *path,
                                 uint64_t *ret_n, struct wh_error *err)
{
    static const char *const WORDS[WH_N_LAID_SHEETS] = {
        [WH_SHEET_BELOW] = "what lies under a density",
        [WH_SHEET_ABOVE] = "roads, water, railways, to lay over a density",
        [WH_SHEET_NAMES] = "names, to lay over everything"};
    struct wh_tile_set *set = NULL;
    struct wh_tile_stats stats = {0};
    enum wh_status status =
        wh_tilesets_open(job, "Base map", WORDS[opt->sheet], opt->zoom_max, &set, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_render_basetiles(job->ctx, map, job->opt->to_lonlat, opt, wh_tilesets_add, set,
                                 &stats, err);
    if (status == WH_OK && stats.tiles > 0) {
        status = wh_tile_set_write(set, job->opt->tile_form, path, err);
    }
    wh_tile_set_destroy(set);
    *ret_n = stats.tiles;
    return status;
}

struct wh_basetile_options wh_basemap_tiles_plan(const struct wh_job *job, enum wh_base_sheet sheet)
{
    double box[4];
    wh_tilesets_box(job, box);
    return wh_basetiles_plan(box, job->opt->zoom_min, job->opt->zoom_max, SHARP, sheet);
}

/* The tiles' key, and the licence lines that the archive holds beside them. */
static void name_content(const struct wh_job *job, const struct wh_base_map *map,
                         const struct wh_basetile_options *opt, char ret_hex[65])
{
    struct wh_sha256 sha;
    wh_basetiles_key(map, opt, ret_hex);
    wh_sha256_init(&sha);
    wh_sha256_add(&sha, ret_hex, 64);
    for (size_t i = 0; i < job->report->n_licences; i++) {
        wh_sha256_add(&sha, job->report->licence[i], strlen(job->report->licence[i]) + 1);
    }
    wh_sha256_hex(&sha, ret_hex);
}

/* Here the hash in the name is of all that the tiles are made from, so that it is known before they
 * are drawn. */
static enum wh_status write_sheet(struct wh_job *job, enum wh_base_sheet sheet,
                                  struct wh_error *err)
{
    const struct wh_base_map map = {
        .basemap = job->opt->basemap, .wards = job->report->wards, .style = job->opt->style};
    const struct wh_basetile_options opt = wh_basemap_tiles_plan(job, sheet);
    char *const name = job->basemap_name[sheet];
    char in_tiles[WH_TILES_BYTES + 8], hex[65];
    char *path = NULL;
    bool is_found = false;
    uint64_t n = 0;
    name_content(job, &map, &opt, hex);
    snprintf(name, WH_TILES_BYTES, "basemap-%s-%.*s%s", wh_base_sheet_name(sheet),
             WH_TILES_HASH_DIGITS, hex, wh_tiles_ending(job));
    snprintf(in_tiles, sizeof in_tiles, "tiles/%s", name);
    enum wh_status status = wh_job_path(job, in_tiles, &path, err);
    if (status == WH_OK) {
        status = find_sheet(job, name, path, &is_found, err);
    }
    if (status == WH_OK && !is_found) {
        status = draw_sheet(job, &map, &opt, path, &n, err);
        name[0] = n > 0 ? name[0] : '\0';
    }
    wh_free(job->ctx, path);
    return status;
}

enum wh_status wh_basemap_tiles_write(struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (int i = 0; i < WH_N_LAID_SHEETS && status == WH_OK; i++) {
        if (job->opt->basemap != NULL || i == WH_SHEET_NAMES) { /* wards have names anyway */
            status = write_sheet(job, (enum wh_base_sheet)i, err);
        }
    }
    return status;
}
