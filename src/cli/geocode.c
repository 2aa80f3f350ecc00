/* cli/geocode.c: wardheat geocode: a table with places, or the ladder of one address step by step.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "cli/cli.h"
#include "cli/geocode_place.h"

struct geocode_options {
    const char *config, *explain;
    struct wh_geocode_table table;
};

/* ---- the ladder of one address ---- */

enum { MAX_WORDS = 64 };

static size_t split_words(struct wh_str text, struct wh_str word[MAX_WORDS])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < MAX_WORDS;) {
        const size_t from = i;
        while (i < text.len && text.ptr[i] != ' ' && text.ptr[i] != ',' && text.ptr[i] != '\t') {
            i++;
        }
        if (i > from) {
            word[n++] = wh_str_slice(text, from, i);
        } else {
            i++;
        }
    }
    return n;
}

/* The last word, or two words in a row, that have the shape of a postcode. */
static bool find_postcode(const struct wh_str *word, size_t n, char ret[9])
{
    for (size_t i = n; i > 0; i--) {
        const struct wh_str one = word[i - 1];
        char both[32];
        if (i >= 2 && word[i - 2].len + one.len < sizeof both) {
            memcpy(both, word[i - 2].ptr, word[i - 2].len);
            memcpy(both + word[i - 2].len, one.ptr, one.len);
            const struct wh_str pair = {both, word[i - 2].len + one.len};
            if (wh_postcode_normalise(pair, ret)) {
                return true;
            }
        }
        if (wh_postcode_normalise(one, ret)) {
            return true;
        }
    }
    return false;
}

/* Which ward holds a place of the working CRS, or -1. */
static int32_t ward_at(struct wh_ctx *ctx, const struct wh_session *session, double x, double y)
{
    int32_t ward = -1;
    struct wh_error ignored;
    return wh_areas_assign(ctx, &session->wards, &x, &y, 1, &ward, &ignored) == WH_OK ? ward : -1;
}

/* Rung 1: the whole text is two numbers. */
static void explain_coordinates(struct wh_ctx *ctx, const struct wh_session *session,
                                const char *crs, const struct wh_str *word, size_t n,
                                struct wh_places *places)
{
    double x = 0, y = 0;
    printf("1. Given coordinates: ");
    if (n != 2 || !wh_parse_double(word[0], &x) || !wh_parse_double(word[1], &y)) {
        printf("the text is not two numbers. Next.\n");
        return;
    }
    if (!(fabs(x) > 0) && !(fabs(y) > 0)) {
        printf("0, 0 stands for no place in most systems. Next.\n");
        return;
    }
    if (crs == NULL && fabs(x) <= 180 && fabs(y) <= 180) {
        printf("%g, %g look like degrees, and the working CRS is %s in metres: say --crs "
               "EPSG:4326, longitude first. Next.\n",
               x, y, session->config.crs);
        return;
    }
    places->asked.given_x[0] = x;
    places->asked.given_y[0] = y;
    printf("x %.10g, y %.10g in %s", x, y, crs == NULL ? session->config.crs : crs);
    if (crs == NULL && ward_at(ctx, session, x, y) < 0 && ward_at(ctx, session, y, x) >= 0) {
        printf(" (exchanged, they would lie in ward %s: are x and y swapped?)",
               session->wards.name[ward_at(ctx, session, y, x)]);
    }
}

/* Rung 2. */
static void explain_postcode(const struct wh_session *session, const struct wh_str *word, size_t n,
                             bool is_placed, struct wh_places *places, char postcode[9])
{
    char count[32];
    size_t n_files = 0;
    double x = 0, y = 0, precision_m = 0;
    printf("2. Postcode: ");
    if (is_placed) {
        printf("not needed.\n");
        return;
    }
    if (!find_postcode(word, n, postcode)) {
        printf("no part of the text has the shape of a postcode. Next.\n");
        return;
    }
    if (session->postcodes != NULL) {
        (void)wh_postcodes_files(session->postcodes, &n_files);
    }
    if (n_files == 0) {
        printf("%s, but the config names no gazetteer of postcodes. Next.\n", postcode);
        return;
    }
    wh_format_count(wh_postcodes_n(session->postcodes), count, sizeof count);
    if (!wh_postcodes_find(session->postcodes, wh_str_c(postcode), &x, &y, &precision_m)) {
        printf("%s has the shape of one, but is not among the %s postcodes of %zu file%s. Next.\n",
               postcode, count, n_files, n_files == 1 ? "" : "s");
        return;
    }
    places->asked.postcode[0] = postcode;
    printf("%s is among the %s postcodes of %zu file%s, at x %.10g, y %.10g, good to %.0f m "
           "(1 sigma). Taken.\n",
           postcode, count, n_files, n_files == 1 ? "" : "s", x, y, precision_m);
}

static void print_result(const struct wh_session *session, const struct wh_places *places)
{
    const struct wh_requests *found = &places->asked.requests;
    const enum wh_method method = (enum wh_method)found->method[0];
    if (method == WH_METHOD_NONE) {
        printf("3. Address and street: this version does not look them up.\n\n"
               "Result: not placed.\n");
        return;
    }
    printf("\nResult: placed by %s at x %.2f, y %.2f in %s\n"
           "        longitude %.7f, latitude %.7f; precision %.0f m (1 sigma)\n",
           wh_method_name(method), found->x[0], found->y[0], session->config.crs, places->lon[0],
           places->lat[0], (double)found->precision_m[0]);
    if (found->ward[0] < 0) {
        printf("Ward:   none: the place lies outside every ward\n");
    } else {
        printf("Ward:   %s %s\n", session->wards.code[found->ward[0]],
               session->wards.name[found->ward[0]]);
    }
}

static enum wh_status explain(struct wh_ctx *ctx, const struct wh_session *session,
                              const struct geocode_options *o, struct wh_error *err)
{
    struct wh_str word[MAX_WORDS];
    struct wh_places places = {0};
    char postcode[9] = "", shown[128];
    const char *crs = o->table.crs;
    const size_t n = split_words(wh_str_c(o->explain), word);
    enum wh_status status = wh_places_init(ctx, 1, &places, err);
    if (status != WH_OK) {
        return status;
    }
    printf("Address: %s\n\n", wh_log_escape(wh_str_c(o->explain), shown, sizeof shown));
    explain_coordinates(ctx, session, crs, word, n, &places);
    if (isfinite(places.asked.given_x[0])) {
        status =
            wh_places_find(ctx, session, crs == NULL ? session->config.crs : crs, &places, err);
        printf("%s\n", status != WH_OK ? "."
                       : places.asked.requests.method[0] != WH_METHOD_NONE
                           ? ". Taken."
                           : ": no place on this CRS's part of the Earth. Next.");
    }
    if (status == WH_OK) {
        const bool is_placed = places.asked.requests.method[0] != WH_METHOD_NONE;
        explain_postcode(session, word, n, is_placed, &places, postcode);
        if (!is_placed) {
            places.asked.given_x[0] = places.asked.given_y[0] = (double)NAN;
            status = wh_places_find(ctx, session, session->config.crs, &places, err);
        }
    }
    if (status == WH_OK) {
        print_result(session, &places);
    }
    wh_places_finish(ctx, &places);
    return status;
}

/* ---- the command ---- */

static enum wh_status check_options(struct wh_ctx *ctx, const struct geocode_options *o,
                                    struct wh_error *err)
{
    bool is_geographic = false;
    if (o->explain != NULL && o->table.in != NULL) {
        return wh_fail(err, WH_ERR_USAGE, "--explain takes one address, and no table");
    }
    if (o->explain != NULL && (o->table.x != NULL || o->table.y != NULL ||
                               o->table.postcode != NULL || o->table.source != NULL)) {
        return wh_fail(err, WH_ERR_USAGE, "--x, --y, --postcode and --source are for a table");
    }
    if (o->explain == NULL && o->table.out == NULL) {
        return wh_fail(err, WH_ERR_USAGE,
                       "too few arguments; usage: wardheat geocode CONFIG IN OUT, or wardheat "
                       "geocode CONFIG --explain ADDRESS");
    }
    if (o->table.crs != NULL) {
        return wh_args_blame(wh_crs_is_geographic(ctx, o->table.crs, &is_geographic, err), err);
    }
    return WH_OK;
}

static enum wh_status geocode(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                              char **argv, struct wh_error *err)
{
    struct geocode_options o = {0};
    struct wh_session session = {0};
    const char *argument[3] = {NULL, NULL, NULL};
    const struct wh_option option[] = {
        {"explain", "ADDRESS",
         "one address, postcode, or \"x, y\": says what was tried, and why not", &o.explain, NULL},
        {"source", "ID", "the table has this source's columns, CRS, delimiter and encoding",
         &o.table.source, NULL},
        {"x", "COL", "column of x (default: easting, longitude, lon, x, ...)", &o.table.x, NULL},
        {"y", "COL", "column of y (default: northing, latitude, lat, y, ...)", &o.table.y, NULL},
        {"postcode", "COL", "column of the postcode (default: postcode, pc, pcds)",
         &o.table.postcode, NULL},
        {"crs", "C",
         "CRS of given coordinates (default: EPSG:4326 for columns named longitude\nand latitude, "
         "else the config's)",
         &o.table.crs, NULL},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, argument, err);
    o.config = argument[0];
    o.table.in = argument[1];
    o.table.out = argument[2];
    if (status == WH_OK) {
        status = check_options(ctx, &o, err);
    }
    if (status == WH_OK) {
        status = wh_session_open_config(ctx, o.config, &session, err);
        if (status == WH_OK) {
            status = wh_session_open_maps(ctx, &session, err);
        }
        if (status == WH_OK) {
            status = o.explain != NULL ? explain(ctx, &session, &o, err)
                                       : wh_geocode_table(ctx, &session, &o.table, err);
        }
        wh_session_close(ctx, &session);
    }
    return status;
}

const struct wh_command wh_command_geocode = {
    .name = "geocode",
    .arguments = "CONFIG IN.csv OUT.csv",
    .more_usage = "CONFIG --explain ADDRESS",
    .summary = "places a table's rows, or says how one address is placed",
    .details = "Places each row of IN by the ladder that a run uses: its coordinates, else its "
               "postcode in the\n"
               "config's gazetteers; then the ward by point in polygon. OUT has IN's columns, and "
               "x, y (the\n"
               "config's CRS), lon, lat (WGS 84), method (coordinate, postcode, none), precision_m "
               "(1 sigma),\n"
               "ward_code, ward_name; placed_x and so on where IN has such a column. Cells that a\n"
               "spreadsheet would take for a formula get a leading '. The state is not touched.\n\n"
               "Examples:\n"
               "  wardheat geocode council.yaml enquiries.csv placed.csv\n"
               "  wardheat geocode council.yaml crm/today.csv placed.csv --source crm\n"
               "  wardheat geocode council.yaml --explain \"12 Mill Lane, NM1 1AA\"\n"
               "  wardheat geocode council.yaml --explain \"-2.68, 53.82\" --crs EPSG:4326\n",
    .n_arguments = 1,
    .n_optional = 2,
    .run = geocode,
};
