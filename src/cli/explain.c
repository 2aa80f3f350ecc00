/* cli/explain.c: wardheat explain. */
#include "run/explain.h"

#include <wardheat/metrics.h>

#include "base/error.h"
#include "cli/cli.h"
#include "run/explain_hotspot.h"

/* A metric's name needs no config; a file of that name would be asked for as ./NAME. */
static bool is_metric(const char *name)
{
    return wh_metric_find(name) != WH_N_METRICS ||
           wh_str_eq_c(wh_str_c(name), wh_breakdown_note()->id);
}

static enum wh_status explain_in(struct wh_ctx *ctx, const char *name, bool has_level,
                                 bool is_check, const struct wh_explain_options *opt,
                                 struct wh_buf *buf, struct wh_error *err)
{
    if (is_check) {
        return wh_explain_check(ctx, name, buf, err);
    }
    if (opt->area_code != NULL) {
        return wh_explain_area(ctx, name, opt, buf, err);
    }
    if (has_level || opt->metric_id != NULL || opt->theme_id != NULL || opt->is_public) {
        return wh_fail(err, WH_ERR_USAGE,
                       "which ward or area? Give --ward CODE, or --level L --area CODE");
    }
    return is_metric(name) || wh_str_find(wh_str_c(name), '.') == wh_str_c(name).len
               ? wh_explain_metric(name, buf, err)
               : wh_fail(err, WH_ERR_USAGE, "of what? Give --ward CODE, --area CODE or --check");
}

static enum wh_status explain(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                              char **argv, struct wh_error *err)
{
    const char *name = NULL, *ward = NULL, *hotspot = NULL;
    bool is_check = false;
    struct wh_explain_options opt = {0};
    const struct wh_option option[] = {
        {"ward", "CODE", "code of a ward, or \"(all)\" (default: none)", &ward, NULL},
        {"level", "ID", "of the config's areas (default: wards)", &opt.level_id, NULL},
        {"area", "CODE", "code of an area of that level (default: none)", &opt.area_code, NULL},
        {"metric", "ID", "one metric, as in metrics.csv (default: all)", &opt.metric_id, NULL},
        {"theme", "ID", "one theme (default: all)", &opt.theme_id, NULL},
        {"hotspot", "ID", "a hot spot of hotspots.csv instead (default: areas)", &hotspot, NULL},
        {"public", NULL, "the public's figures (default: the officers')", NULL, &opt.is_public},
        {"check", NULL, "counts every published number again (default: one area)", NULL, &is_check},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, &name, err);
    if (status == WH_OK && ward != NULL && (opt.level_id != NULL || opt.area_code != NULL)) {
        status = wh_fail(err, WH_ERR_USAGE, "--ward is --level wards --area: give one of them");
    }
    opt.area_code = ward != NULL ? ward : opt.area_code;
    if (status == WH_OK && hotspot != NULL && (opt.area_code != NULL || opt.is_public)) {
        status =
            wh_fail(err, WH_ERR_USAGE, "--hotspot stands alone: officers' figures, of no area");
    }
    if (status == WH_OK && hotspot != NULL) {
        status = wh_explain_hotspot(ctx, name, hotspot, &buf, err);
    } else if (status == WH_OK) {
        status = explain_in(ctx, name, opt.level_id != NULL, is_check, &opt, &buf, err);
    }
    if (status == WH_OK || status == WH_ERR_INTERNAL) { /* what does not follow is shown too */
        fwrite(buf.ptr, 1, buf.len, stdout);
    }
    wh_buf_finish(&buf);
    return status;
}

const struct wh_command wh_command_explain = {
    .name = "explain",
    .arguments = "METRIC | CONFIG",
    .summary = "what a figure is, and how it follows from what is stored",
    .details =
        "With a metric's id: its definition, formula, unit and source. With CONFIG and a ward or "
        "area:\n"
        "also the inputs, counted again from the requests that the state holds, the number that "
        "follows\n"
        "from them, and the one that the release which stands has published. A hot spot is found "
        "again and\n"
        "its arithmetic shown. --check makes every file of numbers again and compares. Reads no "
        "source,\n"
        "changes nothing. Exits 1 where a published number is another, 4 where the state has gone "
        "on.\n\n"
        "Examples:\n"
        "  wardheat explain per_1000\n"
        "  wardheat explain council.yaml --ward E05900001 --metric within_target\n"
        "  wardheat explain council.yaml --level lsoa --area E01000001 --theme noise --public\n"
        "  wardheat explain council.yaml --hotspot noise-e3562-n4386\n"
        "  wardheat explain council.yaml --check\n",
    .n_arguments = 1,
    .run = explain,
};
