/* publish/archive.c: tilesets below tiles/, named by what is in them. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/sha256.h"
#include "publish/tilesets_internal.h"

static const char *const ENDING[] = {
    [WH_TILES_PMTILES] = ".pmtiles", [WH_TILES_MBTILES] = ".mbtiles", [WH_TILES_FOLDER] = ""};

const char *wh_tiles_ending(const struct wh_job *job)
{
    return ENDING[job->opt->tile_form];
}

bool wh_tiles_are_for_browsers(const struct wh_job *job)
{
    return job->opt->wants_tiles && job->opt->tile_form != WH_TILES_MBTILES;
}

enum wh_status wh_tile_archive_write(const struct wh_job *job, struct wh_tile_set *set,
                                     const char *stem, const char *suffix,
                                     char name[WH_TILES_BYTES], struct wh_error *err)
{
    const enum wh_tile_form form = job->opt->tile_form;
    char part_name[WH_TILES_BYTES], final_name[WH_TILES_BYTES + 8], hex[65];
    char *part = NULL, *path = NULL;
    snprintf(part_name, sizeof part_name, "tiles/%s%s.part", stem, suffix);
    enum wh_status status = wh_job_path(job, part_name, &part, err);
    if (status == WH_OK) {
        status = wh_tile_set_write(set, form, part, err);
    }
    if (status == WH_OK && form == WH_TILES_FOLDER) {
        wh_tile_set_hash(set, hex);
    } else if (status == WH_OK) {
        status = wh_sha256_file(job->ctx, part, hex, err);
    }
    if (status == WH_OK) {
        snprintf(name, WH_TILES_BYTES, "%s-%.*s%s%s", stem, WH_TILES_HASH_DIGITS, hex, suffix,
                 wh_tiles_ending(job));
        snprintf(final_name, sizeof final_name, "tiles/%s", name);
        status = wh_job_path(job, final_name, &path, err);
    }
    if (status == WH_OK) {
        status = wh_io_rename_new(part, path, err);
    }
    wh_free(job->ctx, part);
    wh_free(job->ctx, path);
    return status;
}
