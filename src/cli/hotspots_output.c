/* cli/hotspots_output.c: a release's writers work in a folder of their own; what they made is taken
 * from there. */
#include "cli/hotspots_output.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "cli/points_input.h"
#include "publish/geojson.h"
#include "publish/tables.h"
#include "run/run.h"

#define MAX_FILE_BYTES ((uint64_t)1 << 32)

static enum wh_status write_staged(struct wh_ctx *ctx, const struct wh_report *report,
                                   const struct wh_publish_options *opt, const char *folder,
                                   struct wh_error *err)
{
    struct wh_job job = {.ctx = ctx, .report = report, .opt = opt, .folder = folder};
    enum wh_status status = wh_job_init(&job, err);
    if (status == WH_OK) {
        status = wh_geojson_write_hotspots(&job, err);
    }
    if (status == WH_OK) {
        status = wh_geojson_write_wards(&job, err);
    }
    if (status == WH_OK) {
        status = wh_tables_write(&job, err);
    }
    wh_job_finish(&job);
    return status;
}

static enum wh_status read_staged(struct wh_ctx *ctx, const char *folder, const char *name,
                                  struct wh_buf *buf, struct wh_error *err)
{
    char *path = wh_path_join(ctx, folder, name);
    wh_buf_clear(buf);
    const enum wh_status status = path == NULL
                                      ? wh_fail_memory(ctx, err)
                                      : wh_io_read_all(ctx, path, MAX_FILE_BYTES, buf, err);
    wh_free(ctx, path);
    return status;
}

static enum wh_status deliver(struct wh_ctx *ctx, const char *folder, struct wh_str stem,
                              struct wh_error *err)
{
    static const char *const from[] = {"geojson/hotspots.qml", "geojson/wards.qml",
                                       "geojson/wards.geojson", "geojson/hotspots.geojson"};
    static const char *const ending[] = {".qml", "-areas.qml", "-areas.geojson", ".geojson"};
    struct wh_buf content, path;
    enum wh_status status = WH_OK;
    wh_buf_init(&content, ctx);
    wh_buf_init(&path, ctx);
    for (size_t i = 0; status == WH_OK && i < sizeof from / sizeof *from; i++) {
        wh_buf_clear(&path);
        wh_buf_str(&path, stem);
        wh_buf_c(&path, ending[i]);
        status = wh_buf_ok(&path, err);
        if (status == WH_OK) {
            status = read_staged(ctx, folder, from[i], &content, err);
        }
        if (status == WH_OK) {
            status = wh_io_replace(ctx, path.ptr, wh_buf_view(&content), err);
        }
    }
    if (status == WH_OK) {
        status = read_staged(ctx, folder, "tables/wards.csv", &content, err);
    }
    if (status == WH_OK) {
        fwrite(content.ptr, 1, content.len, stdout); /* main looks whether it went out */
    }
    wh_buf_finish(&path);
    wh_buf_finish(&content);
    return status;
}

static enum wh_status open_tools(struct wh_ctx *ctx, const struct wh_report *report,
                                 struct wh_transform **ret_to_lonlat, struct wh_style **ret_style,
                                 struct wh_language **ret_english, struct wh_error *err)
{
    char *styles = wh_path_join(ctx, wh_run_assets_dir(), "styles");
    enum wh_status status =
        styles == NULL ? wh_fail_memory(ctx, err)
                       : wh_points_transform(ctx, report->crs, "EPSG:4326", ret_to_lonlat, err);
    if (status == WH_OK) {
        status = wh_style_load(ctx, styles, "standard", ret_style, err);
    }
    if (status == WH_OK) {
        status = wh_language_load(ctx, styles, NULL, "en", ret_english, err);
    }
    wh_free(ctx, styles);
    return status;
}

enum wh_status wh_hotspots_output(struct wh_ctx *ctx, const struct wh_report *report,
                                  const char *out, struct wh_error *err)
{
    struct wh_transform *to_lonlat = NULL;
    struct wh_style *style = NULL;
    struct wh_language *english = NULL;
    char *scratch = NULL;
    struct wh_str stem = wh_str_c(out);
    if (!wh_str_has_suffix(stem, ".geojson") || stem.len == sizeof ".geojson" - 1) {
        return wh_fail(err, WH_ERR_USAGE, "the output must be a name that ends in .geojson");
    }
    stem = wh_str_slice(stem, 0, stem.len - (sizeof ".geojson" - 1));
    enum wh_status status = open_tools(ctx, report, &to_lonlat, &style, &english, err);
    if (status == WH_OK) {
        status = wh_io_make_scratch(ctx, &scratch, err);
    }
    if (status == WH_OK) {
        char note[160];
        struct wh_report noted = *report;
        const struct wh_publish_options opt = {
            .to_lonlat = to_lonlat, .style = style, .english = english, .wants_geojson = true};
        const struct wh_transform_info *info = wh_transform_info(to_lonlat);
        if (!info->is_best) {
            snprintf(note, sizeof note, "positions are good to about %.0f m",
                     fmax(1, info->accuracy_m));
            noted.datum_note = note;
        }
        status = write_staged(ctx, &noted, &opt, scratch, err);
    }
    if (status == WH_OK) {
        status = deliver(ctx, scratch, stem, err);
    }
    if (scratch != NULL) {
        struct wh_error ignored;
        (void)!wh_io_remove_tree(ctx, scratch, status == WH_OK ? err : &ignored);
    }
    wh_free(ctx, scratch);
    wh_style_destroy(ctx, style);
    wh_language_destroy(ctx, english);
    wh_transform_destroy(ctx, to_lonlat);
    return status;
}
