/* geocode/gazetteer_columns.c: which column of a publisher's file holds what. */
#include <string.h>

#include "base/error.h"
#include "geocode/gazetteer_internal.h"
#include "model/postcode.h"

enum { MOST_NAMES = 10 };

/* Names that publishers use, the best first. */
static const char *const known_names[WH_N_GAZETTEER_FIELDS][MOST_NAMES] = {
    [WH_GAZ_UPRN] = {"uprn"},
    [WH_GAZ_USRN] = {"usrn"},
    [WH_GAZ_UNIT] = {"unit", "sub_building", "sub_building_name", "flat"},
    [WH_GAZ_NAME] = {"building_name", "house_name", "distname", "name", "name1", "building"},
    [WH_GAZ_ORGANISATION] = {"organisation", "organisation_name", "la_organisation",
                             "rm_organisation_name"},
    [WH_GAZ_NUMBER] = {"building_number", "number", "house_number", "housenumber", "no"},
    [WH_GAZ_STREET] = {"street_name", "street_descriptor", "street_description", "street",
                       "thoroughfare", "road_name", "road"},
    [WH_GAZ_OTHER] = {"other", "street2", "other_street"},
    [WH_GAZ_LOCALITY] = {"locality", "dependent_locality", "populated_place", "district", "suburb",
                         "village"},
    [WH_GAZ_TOWN] = {"town_name", "town", "post_town", "city", "district_borough"},
    [WH_GAZ_POSTCODE] = {"pcds", "postcode", "postcode_locator", "pc", "pcd", "pcd7", "pcd8",
                         "post_code"},
    [WH_GAZ_ADDRESS] = {"single_line_address", "address", "full_address"},
    [WH_GAZ_QUALITY] = {"positional_quality_indicator", "positional_quality", "pq", "osgrdind",
                        "gridind"},
    [WH_GAZ_FROM] = {"dointr"},
    [WH_GAZ_TO] = {"doterm"},
};

static const char *const bs7666_names[N_BS7666_PARTS] = {
    "pao_text", "pao_start_number", "pao_start_suffix", "pao_end_number", "pao_end_suffix",
    "sao_text", "sao_start_number", "sao_start_suffix", "sao_end_number", "sao_end_suffix"};

static const char gb_grid[] = "EPSG:27700", degrees[] = "EPSG:4326";

/* Pairs of columns; those whose CRS only one publisher can mean come first. */
static const struct {
    const char *x, *y, *crs;
} known_places[] = {{"x_coordinate", "y_coordinate", gb_grid},
                    {"geometry_x", "geometry_y", gb_grid},
                    {"oseast1m", "osnrth1m", gb_grid},
                    {"east1m", "north1m", gb_grid},
                    {"gridgb1e", "gridgb1n", gb_grid},
                    {"easting", "northing", NULL},
                    {"eastings", "northings", NULL},
                    {"x", "y", NULL},
                    {"longitude", "latitude", degrees},
                    {"long", "lat", degrees},
                    {"lon", "lat", degrees},
                    {"lng", "lat", degrees}};

static const char code_point_header[] =
    "postcode,positional_quality_indicator,eastings,northings,country_code,nhs_regional_ha_code,"
    "nhs_ha_code,admin_county_code,admin_district_code,admin_ward_code";
static const char open_names_header[] =
    "id,names_uri,name1,name1_lang,name2,name2_lang,type,local_type,geometry_x,geometry_y,"
    "most_detail_view_res,least_detail_view_res,mbr_xmin,mbr_ymin,mbr_xmax,mbr_ymax,"
    "postcode_district,postcode_district_uri,populated_place,populated_place_uri,"
    "populated_place_type,district_borough,district_borough_uri,district_borough_type,"
    "county_unitary,county_unitary_uri,county_unitary_type,region,region_uri,country,country_uri,"
    "related_spatial_object,same_as_dbpedia,same_as_geonames";
enum { CODE_POINT_COLUMNS = 10, OPEN_NAMES_COLUMNS = 34 };

const char *wh_gazetteer_missing_header(const struct wh_str *field, size_t n)
{
    char postcode[9];
    if (n == CODE_POINT_COLUMNS && wh_postcode_normalise(field[0], postcode)) {
        return code_point_header;
    }
    return n == OPEN_NAMES_COLUMNS && !wh_str_eq_fold(field[0], wh_str_c("ID")) ? open_names_header
                                                                                : NULL;
}

int wh_gazetteer_find_column(const struct wh_str *name, size_t n, const char *wanted)
{
    const struct wh_str text = wh_str_trim(wh_str_c(wanted));
    int found = -1;
    for (size_t i = 0; i < n; i++) {
        if (wh_str_eq(name[i], text)) {
            return (int)i;
        }
        if (found < 0 && wh_str_eq_fold(name[i], text)) {
            found = (int)i;
        }
    }
    return found;
}

static int find_known(const struct wh_str *name, size_t n, enum wh_gazetteer_field field)
{
    for (size_t i = 0; i < MOST_NAMES && known_names[field][i] != NULL; i++) {
        const int found = wh_gazetteer_find_column(name, n, known_names[field][i]);
        if (found >= 0) {
            return found;
        }
    }
    return -1;
}

static enum wh_status find_named(const struct wh_gazetteer *gazetteer, const char *path,
                                 const struct wh_str *name, size_t n,
                                 struct gazetteer_columns *columns, struct wh_error *err)
{
    for (size_t i = 0; i < WH_N_GAZETTEER_FIELDS; i++) {
        columns->at[i] = gazetteer->field[i] == NULL
                             ? find_known(name, n, (enum wh_gazetteer_field)i)
                             : wh_gazetteer_find_column(name, n, gazetteer->field[i]);
        if (gazetteer->field[i] != NULL && columns->at[i] < 0) {
            char shown[96];
            return wh_fail_at(err, WH_ERR_INPUT, path, 1, 0, "no column %s for the gazetteer's %s",
                              wh_log_escape(wh_str_c(gazetteer->field[i]), shown, sizeof shown),
                              wh_gazetteer_field_name((enum wh_gazetteer_field)i));
        }
    }
    return WH_OK;
}

/* Of a gazetteer of streets the name is the street's, whichever of the two keys or columns holds
 * it. */
static void settle_names(const struct wh_gazetteer *gazetteer, struct gazetteer_columns *columns)
{
    int *name = &columns->at[WH_GAZ_NAME], *street = &columns->at[WH_GAZ_STREET];
    if (gazetteer->type == WH_GAZETTEER_STREET) {
        if (gazetteer->field[WH_GAZ_NAME] != NULL || *street < 0) {
            *street = *name;
        }
        *name = -1;
    }
    if (gazetteer->type == WH_GAZETTEER_PLACE) {
        *street = -1;
    }
}

void wh_gazetteer_find_places(const struct wh_gazetteer *gazetteer, const struct wh_str *name,
                              size_t n, struct gazetteer_columns *columns)
{
    columns->lon = columns->lat = -1;
    if (gazetteer->field[WH_GAZ_X] != NULL) {
        const bool is_lon =
            wh_str_eq_fold(wh_str_c(gazetteer->field[WH_GAZ_X]), wh_str_c("lon")) ||
            wh_str_eq_fold(wh_str_c(gazetteer->field[WH_GAZ_X]), wh_str_c("longitude"));
        columns->crs = is_lon ? degrees : NULL;
        return;
    }
    for (size_t i = 0; i < sizeof known_places / sizeof known_places[0]; i++) {
        const int x = wh_gazetteer_find_column(name, n, known_places[i].x);
        const int y = wh_gazetteer_find_column(name, n, known_places[i].y);
        if (x < 0 || y < 0) {
            continue;
        }
        if (columns->at[WH_GAZ_X] < 0) {
            columns->at[WH_GAZ_X] = x;
            columns->at[WH_GAZ_Y] = y;
            columns->crs = known_places[i].crs;
        } else if (known_places[i].crs == degrees && columns->lon < 0) {
            columns->lon = x;
            columns->lat = y;
        }
    }
}

/* What a row must tell, so that there is anything to look up. */
static enum wh_status check_needs(const struct wh_gazetteer *gazetteer, const char *path,
                                  bool is_layer, const struct gazetteer_columns *columns,
                                  struct wh_error *err)
{
    const int *at = columns->at;
    const char *missing = NULL;
    switch (gazetteer->type) {
    case WH_GAZETTEER_UPRN:
        missing = at[WH_GAZ_UPRN] < 0 ? "UPRN" : NULL;
        break;
    case WH_GAZETTEER_ADDRESS:
        missing = at[WH_GAZ_STREET] < 0 && at[WH_GAZ_ADDRESS] < 0 && at[WH_GAZ_NAME] < 0 ? "street"
                                                                                         : NULL;
        break;
    case WH_GAZETTEER_POSTCODE:
        missing = at[WH_GAZ_POSTCODE] < 0 ? "postcode" : NULL;
        break;
    case WH_GAZETTEER_STREET:
        missing = at[WH_GAZ_STREET] < 0 ? "name" : NULL;
        break;
    case WH_GAZETTEER_JUNCTION:
        missing = at[WH_GAZ_STREET] < 0  ? "street"
                  : at[WH_GAZ_OTHER] < 0 ? "other street (other)"
                                         : NULL;
        break;
    case WH_GAZETTEER_PLACE:
        missing = at[WH_GAZ_NAME] < 0 ? "name" : NULL;
        break;
    case WH_N_GAZETTEER_TYPES:
        break;
    }
    if (missing == NULL && !is_layer) {
        missing = at[WH_GAZ_X] < 0 ? "easting (x)" : at[WH_GAZ_Y] < 0 ? "northing (y)" : NULL;
    }
    return missing == NULL
               ? WH_OK
               : wh_fail_at(err, WH_ERR_INPUT, path, 1, 0,
                            "no column for the %s; name it in the gazetteer's fields", missing);
}

enum wh_status wh_gazetteer_find_columns(const struct wh_gazetteer *gazetteer, const char *path,
                                         const struct wh_str *name, size_t n, bool is_layer,
                                         struct gazetteer_columns *ret, struct wh_error *err)
{
    static const char *const box_names[4] = {"mbr_xmin", "mbr_ymin", "mbr_xmax", "mbr_ymax"};
    struct gazetteer_columns columns = {.crs = NULL};
    enum wh_status status = find_named(gazetteer, path, name, n, &columns, err);
    if (status != WH_OK) {
        return status;
    }
    settle_names(gazetteer, &columns);
    wh_gazetteer_find_places(gazetteer, name, n, &columns);
    for (size_t i = 0; i < N_BS7666_PARTS; i++) {
        columns.bs7666[i] = wh_gazetteer_find_column(name, n, bs7666_names[i]);
    }
    columns.local_type = wh_gazetteer_find_column(name, n, "local_type");
    for (size_t i = 0; i < 4; i++) {
        columns.box[i] = wh_gazetteer_find_column(name, n, box_names[i]);
    }
    if (columns.local_type >= 0 && gazetteer->type == WH_GAZETTEER_POSTCODE) {
        columns.at[WH_GAZ_POSTCODE] = wh_gazetteer_find_column(name, n, "name1"); /* OS Open Names has them as names */
    }
    status = check_needs(gazetteer, path, is_layer, &columns, err);
    if (status == WH_OK) {
        *ret = columns;
    }
    return status;
}
