/* cli/print.c: wardheat print. */
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "run/run.h"

static enum wh_status print(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                            char **argv, struct wh_error *err)
{
    const char *argument[2] = {NULL, NULL}, *paper = NULL, *as_of = NULL;
    struct wh_run_print_options opt = {0};
    const struct wh_option option[] = {
        {"ward", "CODE", "code of one ward (default: all)", &opt.ward_code, NULL},
        {"theme", "ID", "id of one theme (default: all together)", &opt.theme_id, NULL},
        {"hotspot", "ID",
         "evidence of one hot spot, exact figures, not to publish (default: wards)",
         &opt.hotspot_id, NULL},
        {"paper", "A4|A3", "size of the page (default: the config's)", &paper, NULL},
        {"lang", "L", "as in cy, or two on a sheet, as in en+cy (default: the config's first)",
         &opt.language, NULL},
        {"edition", "E", "standard, large, grey or high-contrast (default: the config's first)",
         &opt.edition, NULL},
        {"strict", NULL, "refuse a language that lacks a message (default: said in English)", NULL,
         &opt.is_strict},
        {"style", "S", "a style of styles/: standard, dark, ... (default: the edition's)",
         &opt.style, NULL},
        {"layout", "L", "a layout of styles/print/, or your own file (default: the config's)",
         &opt.layout, NULL},
        {"as-of", "DATE", "as in 2026-11-03 (default: today in the config's zone)", &as_of, NULL},
        {"officer", NULL, "exact figures, not for publication (default: small numbers hidden)",
         NULL, &opt.is_officer},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, argument, err);
    if (status == WH_OK && paper != NULL) {
        opt.has_paper = true;
        opt.paper = strcmp(paper, "A3") == 0 ? WH_PAPER_A3 : WH_PAPER_A4;
        if (strcmp(paper, "A3") != 0 && strcmp(paper, "A4") != 0) {
            status = wh_fail(err, WH_ERR_USAGE, "--paper: expected A4 or A3");
        }
    }
    if (status == WH_OK && opt.hotspot_id != NULL &&
        (opt.ward_code != NULL || opt.theme_id != NULL)) {
        status = wh_fail(err, WH_ERR_USAGE,
                         "--hotspot: its id says where it is; leave --ward and --theme out");
    }
    if (status == WH_OK && as_of != NULL) {
        opt.has_as_of = true;
        status = wh_args_day("as-of", as_of, &opt.as_of_day, err);
    }
    return status != WH_OK ? status : wh_run_print(ctx, argument[0], &opt, argument[1], err);
}

const struct wh_command wh_command_print = {
    .name = "print",
    .arguments = "CONFIG OUT.pdf",
    .summary = "printed maps, from the state that the last run left",
    .details =
        "Draws one PDF: an overview page for each theme with its ranked wards, then a sheet for "
        "each\n"
        "ward over all themes, front and back; or one ward's sheet. With --theme, a page for each\n"
        "ward about that theme alone. Figures are those of the last complete public period. With\n"
        "--hotspot (its id: officer/geojson/hotspots.geojson) a page of all that stands behind "
        "it,\n"
        "for officers. OUT.svg is one sheet as a drawing, its second page OUT-2.svg. Reads no\n"
        "source again, and changes nothing.\n\n"
        "Examples:\n"
        "  wardheat print council.yaml --ward E05900001 ward.pdf\n"
        "  wardheat print council.yaml --edition grey to-photocopy.pdf\n"
        "  wardheat print council.yaml --ward E05900001 --lang en+cy bilingual.pdf\n"
        "  wardheat print council.yaml --theme noise --paper A3 --officer noise.pdf\n"
        "  wardheat print council.yaml --theme noise --ward E05900001 drawing.svg\n"
        "  wardheat print council.yaml --hotspot noise-e3570-n4369 evidence.pdf\n",
    .n_arguments = 2,
    .run = print,
};
