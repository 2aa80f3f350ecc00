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

/* Two numbers with a comma or blanks between. */
static bool read_pair(struct wh_str text, double *x, double *y)
{
    size_t at = 0;
    text = wh_str_trim(text);
    while (at < text.len && text.ptr[at] != ',' && text.ptr[at] != ' ' && text.ptr[at] != '\t') {
        at++;
    }
    struct wh_str rest = wh_str_trim(wh_str_slice(text, at, text.len));
    if (rest.len > 0 && rest.ptr[0] == ',') {
        rest = wh_str_trim(wh_str_slice(rest, 1, rest.len));
    }
    return wh_parse_double(wh_str_slice(text, 0, at), x) && wh_parse_double(rest, y);
}

/* Ten digits or so, and nothing else. */
static uint64_t read_uprn(struct wh_str text)
{
    int64_t number = 0;
    return wh_parse_int(wh_str_trim(text), &number) && number > 99999 ? (uint64_t)number : 0;
}

/* What the text says, and, of coordinates, what is wrong with them. */
static enum wh_status read_question(struct wh_ctx *ctx, const struct wh_session *session,
                                    const struct geocode_options *o, struct wh_question *question,
                                    struct wh_error *err)
{
    const struct wh_str text = wh_str_c(o->explain);
    const char *crs = o->table.crs == NULL ? session->config.crs : o->table.crs;
    struct wh_source_crs source = {.source_id = "", .to_lonlat = session->to_lonlat};
    double x = 0, y = 0, area[4];
    *question = (struct wh_question){.x = (double)NAN, .y = (double)NAN};
    question->uprn = read_uprn(text);
    if (!read_pair(text, &x, &y)) {
        question->address = question->uprn == 0 ? text : (struct wh_str){NULL, 0};
        return WH_OK;
    }
    enum wh_status status = wh_transform_create(ctx, crs, session->config.crs,
                                                &session->config.crs_opt, &source.to_working, err);
    if (status == WH_OK) {
        status = wh_crs_is_geographic(ctx, crs, &source.is_geographic, err);
    }
    if (status == WH_OK) {
        wh_areas_box(&session->wards, area);
        const double given_x = x, given_y = y;
        const enum wh_place_reason reason = wh_given_check(&source, area, &x, &y);
        if (reason == WH_REASON_NONE) {
            question->x = x;
            question->y = y;
        } else {
            printf("Given coordinates: %.10g, %.10g in %s: %s.%s\n", given_x, given_y, crs,
                   wh_reason_words(reason),
                   reason == WH_REASON_COORDINATE_CRS
                       ? " For degrees say --crs EPSG:4326, longitude first."
                       : "");
        }
    }
    wh_transform_destroy(ctx, source.to_working);
    return status;
}

/* The ward of an answer, or -1. */
static int32_t ward_of(struct wh_ctx *ctx, const struct wh_session *session,
                       const struct wh_answer *answer)
{
    const struct wh_index *index = wh_gazetteers_index(session->gazetteers);
    int32_t ward = -1;
    struct wh_error ignored;
    for (uint32_t i = 0; answer->method == WH_METHOD_WARD && i < index->n_wards; i++) {
        if (index->ward[i].name == answer->ward_phrase) {
            return (int32_t)i;
        }
    }
    return isfinite(answer->x) && wh_areas_assign(ctx, &session->wards, &answer->x, &answer->y, 1,
                                                  &ward, &ignored) == WH_OK
               ? ward
               : -1;
}

static void print_result(struct wh_ctx *ctx, const struct wh_session *session,
                         const struct wh_answer *answer)
{
    size_t n = 0;
    const struct wh_gazetteer_note *file = wh_gazetteers_files(session->gazetteers, &n);
    const int32_t ward = ward_of(ctx, session, answer);
    if (answer->method == WH_METHOD_NONE) {
        printf("\nResult: not placed: %s\n",
               wh_reason_words((enum wh_place_reason)answer->placing.reason));
        return;
    }
    printf("\nResult: placed by %s (%s), score %.2f\n", wh_method_name(answer->method),
           wh_method_words(answer->method), (double)answer->placing.score);
    if (answer->method != WH_METHOD_WARD) {
        double lon = answer->x, lat = answer->y;
        wh_transform_points(session->to_lonlat, false, &lon, &lat, 1);
        printf("Place:  x %.2f, y %.2f in %s; longitude %.7f, latitude %.7f\n"
               "        good to %.0f m (1 sigma)\n",
               answer->x, answer->y, session->config.crs, lon, lat, answer->precision_m);
    }
    if (answer->placing.file < n) {
        printf("Row:    %s:%u\n", file[answer->placing.file].path, answer->placing.line);
    }
    if (answer->placing.flags & WH_PLACING_TIE) {
        printf("Note:   at a rung above several places fitted as well as one another\n");
    }
    if (answer->placing.flags & WH_PLACING_OTHER_POSTCODE) {
        printf("Note:   the gazetteers give this address another postcode\n");
    }
    if (answer->placing.flags & WH_PLACING_CONFLICT) {
        printf("Note:   coordinates and postcode are %.0f m apart\n",
               (double)answer->placing.conflict_m);
    }
    if (ward < 0) {
        printf("Ward:   none: the place lies outside every ward\n");
    } else {
        printf("Ward:   %s %s\n", session->wards.code[ward], session->wards.name[ward]);
    }
}

static enum wh_status explain(struct wh_ctx *ctx, const struct wh_session *session,
                              const struct geocode_options *o, struct wh_error *err)
{
    const struct wh_ladder_options ladder = wh_session_ladder(session);
    struct wh_question question;
    struct wh_answer answer;
    struct wh_buf told;
    char shown[128];
    printf("Address: %s\n\n", wh_log_escape(wh_str_c(o->explain), shown, sizeof shown));
    enum wh_status status = read_question(ctx, session, o, &question, err);
    if (status != WH_OK) {
        return status;
    }
    wh_buf_init(&told, ctx);
    wh_ladder(wh_gazetteers_index(session->gazetteers), &ladder, &question, &told, &answer);
    status = wh_buf_ok(&told, err);
    if (status == WH_OK) {
        fwrite(told.ptr, 1, told.len, stdout);
        print_result(ctx, session, &answer);
    }
    wh_buf_finish(&told);
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
    const char *const of_table[] = {o->table.x,      o->table.y,       o->table.postcode,
                                    o->table.source, o->table.address, o->table.uprn,
                                    o->table.usrn,   o->table.ward};
    for (size_t i = 0; o->explain != NULL && i < sizeof of_table / sizeof *of_table; i++) {
        if (of_table[i] != NULL) {
            return wh_fail(err, WH_ERR_USAGE,
                           "--source and options that name columns are for a table");
        }
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
        {"address", "COLS",
         "column of the address, or several with commas between (default: address, location)",
         &o.table.address, NULL},
        {"uprn", "COL", "column of the UPRN (default: uprn)", &o.table.uprn, NULL},
        {"usrn", "COL", "column of the street's USRN (default: usrn)", &o.table.usrn, NULL},
        {"ward", "COL", "column of the ward's code or name (default: ward, ward_code)",
         &o.table.ward, NULL},
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
    .details =
        "Places each row of IN by the ladder that a run uses, and writes OUT: IN's columns, then "
        "x, y (the\n"
        "config's CRS), lon, lat (WGS 84), method, precision_m (1 sigma), score (0 to 1) and what "
        "it is made of\n"
        "(score_parts, in hundredths), tie, reason (why no better rung held), from_postcode_m (a "
        "coordinate far\n"
        "from its own postcode), gazetteer_row (file:line), ward_code, ward_name; placed_x and so "
        "on where IN\n"
        "has such a column. Cells that a spreadsheet would take for a formula get a leading '. "
        "The\n"
        "state is not touched.\n\n"
        "The ladder; the first rung that holds is taken:\n"
        "  coordinate        given, and no placeholder, exchanged, or of another CRS\n"
        "  uprn              in a gazetteer of UPRNs or addresses\n"
        "  grid-reference    ST 7478 6486: the centre of the square\n"
        "  address           house, street and postcode\n"
        "  address-locality  house and street, with its village or town, or the only one there is\n"
        "  junction          High St / Mill Ln, corner of ...\n"
        "  street            the middle of the street, or of its part in the postcode\n"
        "  postcode          the place of a postcode in use\n"
        "  ended-postcode    of one that is no longer in use\n"
        "  place             a park, a village, by name\n"
        "  ward              only the ward is known: never a point\n"
        "Where two places fit as well, none is taken: tie says so, and the next rung is tried. How "
        "text "
        "is\n"
        "compared and scored: docs/geocoding.md.\n\n"
        "Examples:\n"
        "  wardheat geocode council.yaml enquiries.csv placed.csv\n"
        "  wardheat geocode council.yaml crm/today.csv placed.csv --source crm\n"
        "  wardheat geocode council.yaml food.csv placed.csv --address AddressLine1,AddressLine2\n"
        "  wardheat geocode council.yaml --explain \"12 Mill Lane, NM1 1AA\"\n"
        "  wardheat geocode council.yaml --explain \"-2.68, 53.82\" --crs EPSG:4326\n",
    .n_arguments = 1,
    .n_optional = 2,
    .run = geocode,
};
