/* cli/hotspots.c: wardheat hotspots: its options and its help. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/hotspots_work.h"

#define DEFAULT_CELL_M 20.0
#define DEFAULT_WINDOW_DAYS 90

static enum wh_status read_dates(struct wh_hotspots_ask *o, struct wh_error *err)
{
    const char *const format = o->input.date_format;
    o->window_days = DEFAULT_WINDOW_DAYS;
    o->as_of_day = WH_NO_DAY;
    if (o->input.opened == NULL && (format != NULL || o->window != NULL || o->as_of != NULL)) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--date-format, --window and --as-of need --opened: which column has the "
                       "dates?");
    }
    enum wh_status status = wh_points_date_format(&o->input, err);
    if (status == WH_OK && o->window != NULL) {
        status = wh_args_whole("window", o->window, 1, 3660, &o->window_days, err);
    }
    if (status == WH_OK && o->as_of != NULL) {
        status = wh_args_day("as-of", o->as_of, &o->as_of_day, err);
    }
    return status;
}

/* Where a base is named, hot spots are what it does not explain. */
static enum wh_status read_method(struct wh_hotspots_ask *o, struct wh_error *err)
{
    o->hotspot.method =
        wh_base_kind(&o->base) == WH_BASE_NONE ? WH_HOTSPOT_DENSEST : WH_HOTSPOT_RELATIVE_RISK;
    o->hotspot.false_discovery = 0.05;
    o->hotspot.ratio = 1.3;
    if (o->method != NULL && strcmp(o->method, "densest") == 0) {
        o->hotspot.method = WH_HOTSPOT_DENSEST;
    } else if (o->method != NULL && strcmp(o->method, "relative-risk") == 0) {
        if (o->hotspot.method == WH_HOTSPOT_DENSEST) {
            return wh_fail(err, WH_ERR_USAGE,
                           "--method relative-risk needs --relative-to: a file of addresses, or "
                           "area, or population");
        }
    } else if (o->method != NULL && !wh_method_is_known(o->method)) {
        char shown[64];
        return wh_fail(err, WH_ERR_USAGE,
                       "--method: expected relative-risk or densest, or gi-star, moran, global, "
                       "scan, new-scan, "
                       "clusters, hdbscan, emerging, near-repeats, predict; not %s",
                       wh_log_escape(wh_str_c(o->method), shown, sizeof shown));
    }
    enum wh_status status = WH_OK;
    if (o->false_discovery != NULL) {
        status = wh_args_number("false-discovery", o->false_discovery, 0.0001, 0.5, "a rate",
                                &o->hotspot.false_discovery, err);
    }
    if (status == WH_OK) {
        status = wh_method_cells(o->cells_of, &o->cells, err);
    }
    if (status == WH_OK && o->ratio != NULL) {
        status = wh_args_number("ratio", o->ratio, 1, 100, "a ratio", &o->hotspot.ratio, err);
    }
    return status;
}

static enum wh_status read_numbers(struct wh_hotspots_ask *o, struct wh_error *err)
{
    double at_least = 10;
    o->cell_m = DEFAULT_CELL_M;
    o->is_auto = o->bandwidth == NULL;
    o->density.edge = WH_EDGE_DIGGLE;
    o->hotspot = (struct wh_hotspot_options){
        .share = 0.2, .min_area_km2 = 0.01, .at_most = 15, .change_z = 1.96};
    enum wh_status status = o->areas == NULL
                                ? wh_fail(err, WH_ERR_USAGE, "--areas is needed: which polygons?")
                                : wh_points_kernel(o->kernel, &o->density.kernel, err);
    if (status == WH_OK && o->bandwidth != NULL) {
        status = wh_args_number("bandwidth", o->bandwidth, 0.001, 1e6, "metres",
                                &o->density.bandwidth_m, err);
    }
    if (status == WH_OK && o->cell != NULL) {
        status = wh_args_number("cell", o->cell, 0.001, 1e6, "metres", &o->cell_m, err);
    }
    if (status == WH_OK && o->share != NULL) {
        status = wh_args_number("share", o->share, 0.001, 0.999, "a share", &o->hotspot.share, err);
    }
    if (status == WH_OK && o->at_least != NULL) {
        status =
            wh_args_number("at-least", o->at_least, 1, 1e9, "a number of points", &at_least, err);
    }
    o->hotspot.at_least = (uint32_t)at_least;
    if (status == WH_OK) {
        status = read_method(o, err);
    }
    return status == WH_OK ? read_dates(o, err) : status;
}

static enum wh_status hotspots(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                               char **argv, struct wh_error *err)
{
    struct wh_hotspots_ask o = {0};
    const char *argument[2] = {NULL, NULL};
    const struct wh_option option[] = {
        {"areas", "FILE", "polygons to count by, as in wards.geojson (required)", &o.areas, NULL},
        {"code", "COL", "attribute of an area's code (default: code, ward_code, ...cd)", &o.code,
         NULL},
        {"name", "COL", "attribute of an area's name (default: name, ward_name, ...nm)", &o.name,
         NULL},
        {"population", "COL", "attribute of an area's residents (default: population)",
         &o.population, NULL},
        {"streets", "FILE", "lines that hot spots are named after (default: by area)", &o.streets,
         NULL},
        {"street-name", "COL", "attribute of a street's name (default: name)", &o.street_name,
         NULL},
        {"bandwidth", "M",
         "metres (default: what best foretells this window from the one before it, or\nwhat the "
         "points ask for, within 150 to 800)",
         &o.bandwidth, NULL},
        {"cell", "M", "metres: side of a cell (default: 20)", &o.cell, NULL},
        {"kernel", "K", WH_POINTS_KERNEL_HELP, &o.kernel, NULL},
        {"relative-to", "BASE",
         "what explains points: a file of addresses (CSV, GeoPackage, ...), or\npopulation (of the "
         "areas), or area (default: nothing; hot spots are then\nthe densest places)",
         &o.base.relative_to, NULL},
        {"base-x", "COL", "CSV column of BASE's x (default: x, easting, longitude, lon, ...)",
         &o.base.x, NULL},
        {"base-y", "COL", "CSV column of BASE's y (default: y, northing, latitude, lat, ...)",
         &o.base.y, NULL},
        {"base-weight", "COL", "column of BASE's weights, as residents (default: 1 each)",
         &o.base.weight, NULL},
        {"base-crs", "C", "CRS of BASE (default: that of --crs, or what the file says)",
         &o.base.crs, NULL},
        {"method", "M", WH_METHODS_HELP, &o.method, NULL},
        {"cells", "CELLS", WH_CELLS_HELP, &o.cells_of, NULL},
        {"false-discovery", "R",
         "share of the base inside hot spots that may be there by chance\n(default: 0.05)",
         &o.false_discovery, NULL},
        {"ratio", "R", "least times what BASE explains (default: 1.3)", &o.ratio, NULL},
        {"share", "S",
         "densest: share of all points, 0.001 to 0.999, that hot spots hold together in\nthe "
         "smallest area "
         "(default: 0.2)",
         &o.share, NULL},
        {"at-least", "N", "points in a hot spot (default: 10)", &o.at_least, NULL},
        {"opened", "COL",
         "column of each point's date: counts one window, and compares it with the\none before "
         "(default: every point counts, nothing is compared)",
         &o.input.opened, NULL},
        {"date-format", "F", WH_POINTS_DATE_FORMAT_HELP, &o.input.date_format, NULL},
        {"window", "DAYS", "length of a window, 1 to 3660 days (default: 90)", &o.window, NULL},
        {"as-of", "DATE", "the day after the window (default: the day after the newest point)",
         &o.as_of, NULL},
        {"title", "TEXT", "what the points are, as in Fly-tipping (default: the file's name)",
         &o.title, NULL},
        {"crs", "C", WH_POINTS_CRS_HELP, &o.input.crs, NULL},
        {"x", "COL", WH_POINTS_X_HELP, &o.input.x, NULL},
        {"y", "COL", WH_POINTS_Y_HELP, &o.input.y, NULL},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, argument, err);
    o.input.path = argument[0];
    o.out = argument[1];
    if (o.base.crs == NULL) {
        o.base.crs = o.input.crs;
    }
    if (status == WH_OK) {
        status = read_numbers(&o, err);
    }
    return wh_args_blame(status == WH_OK ? wh_hotspots_do(ctx, &o, err) : status, err);
}

const struct wh_command wh_command_hotspots = {
    .name = "hotspots",
    .arguments = "POINTS OUT.geojson --areas FILE",
    .summary = "hot spots and a report by area from points",
    .details =
        "Reads POINTS (CSV, GeoJSON, GeoPackage, Shapefile, FlatGeobuf) and estimates their "
        "density "
        "in\n"
        "the areas. With --relative-to, hot spots are where there are more points than the base\n"
        "explains, beyond chance; without, the densest places that together hold a fifth of all\n"
        "points, which may be no more than where most people live. Writes\n"
        "  OUT.geojson, OUT.qml               hot spots (RFC 7946), styled for QGIS\n"
        "  OUT-areas.geojson, OUT-areas.qml   the figures of every area\n"
        "and prints the figures of every area as CSV on standard output. Counts are exact: small\n"
        "ones may point to people, so think before publishing (`wardheat run` hides them).\n\n"
        "Other methods write a layer or a table of their own, on all points in the areas:\n"
        "  gi-star       OUT.geojson  Getis-Ord Gi* with p, q and bin, of --cells\n"
        "  moran         OUT.geojson  local Moran and smoothed rates of areas; global on stdout\n"
        "  global        OUT.csv      do areas with many lie together? Moran's I, Geary's C, and G "
        "of\n"
        "                             Getis and Ord: near 0, 1 and what is expected if they do "
        "not\n"
        "  scan          OUT.geojson  Kulldorff's circles against --relative-to\n"
        "  new-scan      OUT.geojson  areas with more in the last thirds of --window than their "
        "own\n"
        "                             past explains: what is new (space-time permutation scan)\n"
        "  clusters      OUT.geojson  points in knots (DBSCAN: --at-least within --bandwidth)\n"
        "  hdbscan       OUT.geojson  points in knots of any width (HDBSCAN: of --at-least "
        "points)\n"
        "  emerging      OUT.geojson  17 classes from Gi* over complete thirds of --window\n"
        "  near-repeats  OUT.csv      Knox: pairs near in space and time, against chance\n"
        "  predict       OUT.csv      PAI, PEI, RRI of the map and of simple counting\n\n"
        "Examples:\n"
        "  wardheat hotspots flytips.csv gi.geojson --areas wards.geojson --crs EPSG:27700 "
        "\\\n"
        "      --method gi-star --cells hexagons --bandwidth 400\n"
        "  wardheat hotspots flytips.csv flytips.geojson --areas wards.geojson --crs EPSG:27700\n"
        "  wardheat hotspots flytips.csv flytips.geojson --areas wards.geojson --crs EPSG:27700 "
        "\\\n"
        "      --relative-to addresses.csv\n"
        "  wardheat hotspots flytips.csv flytips.geojson --areas wards.geojson --crs EPSG:27700 "
        "\\\n"
        "      --opened reported --date-format %d/%m/%Y --window 90 --as-of 2026-11-03\n"
        "  wardheat hotspots reports.geojson hot.geojson --areas lsoa.gpkg --code lsoa21cd \\\n"
        "      --name lsoa21nm --streets roads.gpkg --bandwidth 300 > by-area.csv\n",
    .n_arguments = 2,
    .run = hotspots,
};
