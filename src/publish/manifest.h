/* publish/manifest.h: manifest.json of a staged release: what went in, how, what came out, each
 * file with its SHA-256; no wall-clock facts. */
#ifndef WH_PUBLISH_MANIFEST_H
#define WH_PUBLISH_MANIFEST_H

#include "base/str.h"
#include "geo/crs.h"
#include "model/report.h"

struct wh_manifest_input {
    const char *role; /* "source crm", "wards", "gazetteer", "basemap", "config" */
    const char *name; /* path as the config names it, never absolute */
    const char *sha256;
    uint64_t size_bytes, rows;
    int64_t edition_day; /* of a gazetteer; WH_NO_DAY: not known, or no gazetteer */
    bool is_answer;      /* of a server, to what this night has asked: another run asks otherwise */
};
struct wh_manifest_transform {
    const char *what; /* "web: EPSG:4326 to EPSG:27700" */
    struct wh_transform_info info;
};
struct wh_manifest {
    size_t n_inputs;
    const struct wh_manifest_input *input;
    size_t n_transforms;
    const struct wh_manifest_transform *transform;
    size_t n_parameters; /* pairs: "density.kernel", "quartic" */
    const char *const *parameter_name, *const *parameter_value;
    size_t n_versions; /* pairs: "wardheat", "0.1.0" */
    const char *const *version_name, *const *version_value;
    const char *gates; /* "ok" or a sentence */
};
/*
 * Writes <folder>/manifest.json over every other file under `folder`. `report` gives id, dates,
 * sources' ledgers, per-theme facts. The public report may go into a public folder; the manifest of
 * the whole release stands beside both and gives the officer's figures only when `report` is the
 * officer's.
 */
WH_MUST_USE enum wh_status wh_manifest_write(struct wh_ctx *ctx, const char *folder,
                                             const struct wh_report *report,
                                             const struct wh_manifest *manifest,
                                             struct wh_error *err);
#endif
