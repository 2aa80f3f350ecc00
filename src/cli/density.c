/* cli/density.c: wardheat density: points in, one density surface out. */
#include "base/error.h"
#include "cli/density_output.h"

static enum wh_status make_surface(struct wh_ctx *ctx, const struct wh_density_request *request,
                                   const struct wh_density_input *input, struct wh_error *err)
{
    struct wh_density_surface surface = {0};
    enum wh_status status = wh_density_surface_make(ctx, request, input, &surface, err);
    if (status == WH_OK && request->said.out != NULL) {
        status = wh_density_write(ctx, request, input, &surface, err);
    }
    wh_density_surface_finish(ctx, &surface);
    return wh_args_blame(status, err);
}

static enum wh_status run(struct wh_ctx *ctx, const struct wh_density_words *said,
                          struct wh_error *err)
{
    struct wh_density_request request;
    struct wh_density_input input = {0};
    enum wh_status status = wh_density_options_read(said, &request, err);
    if (status == WH_OK) {
        status = wh_density_input_open(ctx, &request, &input, err);
    }
    if (status == WH_OK) {
        status = make_surface(ctx, &request, &input, err);
    }
    wh_density_input_close(ctx, &input);
    return status;
}

static enum wh_status density(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                              char **argv, struct wh_error *err)
{
    struct wh_density_words o = {0};
    const char *argument[2] = {NULL, NULL};
    const struct wh_option option[] = {
        {"bandwidth", "M",
         "metres, at least a cell: radius of the kernel, sigma of the Gaussian; or\nauto: as the "
         "points ask for; or auto:METHOD, one of scott, silverman,\nlikelihood, diggle, isj, "
         "next-likelihood, next-pai (required for points;\ndefault for a config: its theme's)",
         &o.bandwidth, NULL},
        {"explain", NULL,
         "with auto: prints what each method says, and why that bandwidth; OUT.tif\nmay be left "
         "out then",
         NULL, &o.explain},
        {"adaptive", NULL,
         "narrower kernels where points are dense, wider ones where they are not\n(Abramson 1982), "
         "from a fifth of the bandwidth to five times it (default: all\nalike)",
         NULL, &o.is_adaptive},
        {"precision", "COL",
         "column of how exactly each point was placed, 1 sigma in metres: its kernel\nis widened "
         "at equal variance, so that a postcode's middle makes no false peak\n(default: all are "
         "exact)",
         &o.input.precision, NULL},
        {"cell", "M", "metres: side of a cell (required for points; default: the config's)",
         &o.cell, NULL},
        {"kernel", "K", WH_POINTS_KERNEL_HELP, &o.kernel, NULL},
        {"edge", "AREAS",
         "polygons of the study area: only points inside count, cells outside have no\ndata "
         "(default: none; of a config: its wards)",
         &o.edge, NULL},
        {"correction", "C",
         "for what kernels lose outside the study area: diggle divides each point by\nwhat is left "
         "of it inside, so that the sum is kept; uniform divides at the\ncell; none (default: "
         "diggle)",
         &o.correction, NULL},
        {"exact", NULL,
         "every cell right to 1e-9 of the highest value (default, unless the config\nsays "
         "otherwise)",
         NULL, &o.is_exact},
        {"max-error", "F",
         "no cell may be off by more than this fraction of the highest value, as in\n0.002: faster "
         "for wide smooth kernels; what was reached is certified and said\n(default: --exact)",
         &o.max_error, NULL},
        {"float32", NULL, "half as large, seven digits (default: 64 bits a cell)", NULL,
         &o.is_float32},
        {"bounds", "X0,Y0,X1,Y1",
         "west, south, east, north of the surface, in metres of its CRS (default:\nthe study area, "
         "or all that the points reach)",
         &o.bounds, NULL},
        {"theme", "ID", "of a config: which theme (default: the only one)", &o.theme, NULL},
        {"as-of", "DATE", "of a config: the period before this day (default: today)", &o.as_of,
         NULL},
        {"opened", "COL",
         "column of dates: auto then takes the bandwidth that best foretells each\nperiod from "
         "the one before (default: no dates are read)",
         &o.input.opened, NULL},
        {"date-format", "F", WH_POINTS_DATE_FORMAT_HELP, &o.input.date_format, NULL},
        {"periods", "N", "that the dates are cut in, all of one length (default: 4)", &o.periods,
         NULL},
        {"crs", "C", WH_POINTS_CRS_HELP, &o.input.crs, NULL},
        {"x", "COL", WH_POINTS_X_HELP, &o.input.x, NULL},
        {"y", "COL", WH_POINTS_Y_HELP, &o.input.y, NULL},
        {"weight", "COL", WH_POINTS_WEIGHT_HELP, &o.input.weight, NULL},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    const enum wh_status status =
        wh_args_read(command, argc, argv, option, n_options, argument, err);
    o.input.path = argument[0];
    o.out = argument[1];
    return status == WH_OK ? run(ctx, &o, err) : status;
}

const struct wh_command wh_command_density = {
    .name = "density",
    .arguments = "POINTS OUT.tif --bandwidth M --cell M",
    .summary = "one density surface, from points or from a config's state",
    .details =
        "Reads POINTS (CSV, GeoJSON, GeoPackage, Shapefile, FlatGeobuf) and writes a GeoTIFF of "
        "events\n"
        "per km²: at each cell's centre the sum of the points' kernels, each of mass 1 (or its\n"
        "weight). Metres are metres on the ground. The sum of all cells times their area is the\n"
        "number of events, exactly so with --edge and Diggle's correction. How it was made stands "
        "in\n"
        "the file's metadata (gdalinfo OUT.tif).\n\n"
        "With CONFIG.yaml: one theme's requests of its period, from the state that the last run "
        "left,\n"
        "with the bandwidth of its maps; each kernel as wide as its request was placed. Nothing "
        "is\n"
        "read again or changed. These are exact figures, not for publication.\n\n"
        "Examples:\n"
        "  wardheat density requests.csv heat.tif --bandwidth 400 --cell 20 --crs EPSG:27700\n"
        "  wardheat density reports.geojson heat.tif --bandwidth 300 --cell 25 --edge wards.gpkg\n"
        "  wardheat density council.yaml noise.tif --theme noise --as-of 2026-11-03\n"
        "  wardheat density requests.csv --bandwidth auto --explain --cell 20 --crs EPSG:27700 \\\n"
        "      --edge wards.gpkg --opened reported --date-format %d/%m/%Y\n"
        "  wardheat density trees.csv heat.tif --bandwidth 50 --cell 5 --crs EPSG:25832 \\\n"
        "      --x rechtswert --y hochwert --kernel gaussian --weight height\n"
        "  wardheat density requests.csv wide.tif --bandwidth 2000 --cell 5 --crs EPSG:27700 \\\n"
        "      --max-error 0.002 --float32\n",
    .n_arguments = 1,
    .n_optional = 1,
    .more_usage = "CONFIG.yaml OUT.tif --theme ID\n"
                  "       wardheat density POINTS --bandwidth auto --cell M --explain",
    .run = density,
};
