/* cli/geocode_columns.c: which columns of a table say where something is. */
#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "cli/geocode_place.h"

static const struct wh_source *find_source(const struct wh_config *config, const char *id)
{
    for (size_t i = 0; i < config->n_sources; i++) {
        if (strcmp(config->source[i].id, id) == 0) {
            return &config->source[i];
        }
    }
    return NULL;
}

enum wh_status wh_geocode_take_source(const struct wh_config *config,
                                      const struct wh_geocode_table *table,
                                      struct wh_csv_options *csv_opt,
                                      struct wh_geocode_columns *column, struct wh_error *err)
{
    char shown[128];
    if (table->source == NULL) {
        return WH_OK;
    }
    const struct wh_source *source = find_source(config, table->source);
    if (source == NULL) {
        return wh_fail(err, WH_ERR_USAGE, "--source: the config has no source %s",
                       wh_log_escape(wh_str_c(table->source), shown, sizeof shown));
    }
    column->crs = source->crs;
    csv_opt->delimiter = source->delimiter;
    csv_opt->is_cp1252 = source->encoding == WH_ENCODING_CP1252;
    return WH_OK;
}

static enum wh_status find_named(const struct wh_csv *csv, const char *path, const char *name,
                                 int *ret, struct wh_error *err)
{
    char shown[128];
    if (name == NULL) {
        return WH_OK;
    }
    *ret = wh_csv_find(csv, name);
    return *ret >= 0 ? WH_OK
                     : wh_fail_at(err, WH_ERR_USAGE, path, 1, 0, "no column %s",
                                  wh_log_escape(wh_str_c(name), shown, sizeof shown));
}

/* "AddressLine1,AddressLine2" */
static enum wh_status find_address(const struct wh_csv *csv, const char *path, const char *names,
                                   struct wh_geocode_columns *column, struct wh_error *err)
{
    struct wh_str left = wh_str_c(names);
    while (left.len > 0) {
        char name[256];
        const size_t end = wh_str_find(left, ',');
        const struct wh_str part = wh_str_trim(wh_str_slice(left, 0, end));
        if (part.len >= sizeof name || column->n_address == WH_MOST_ADDRESS_COLUMNS) {
            return wh_fail(err, WH_ERR_USAGE, "--address takes at most %d columns",
                           WH_MOST_ADDRESS_COLUMNS);
        }
        memcpy(name, part.ptr, part.len);
        name[part.len] = '\0';
        const enum wh_status status =
            find_named(csv, path, name, &column->address[column->n_address++], err);
        if (status != WH_OK) {
            return status;
        }
        left = wh_str_slice(left, end + 1, left.len);
    }
    return WH_OK;
}

static enum wh_status find_all_named(const struct wh_geocode_table *table, const struct wh_csv *csv,
                                     struct wh_geocode_columns *column, struct wh_error *err)
{
    const struct {
        const char *name;
        int *to;
    } named[] = {{table->x, &column->x},
                 {table->y, &column->y},
                 {table->postcode, &column->postcode},
                 {table->uprn, &column->uprn},
                 {table->usrn, &column->usrn},
                 {table->ward, &column->ward}};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < sizeof named / sizeof *named; i++) {
        status = find_named(csv, table->in, named[i].name, named[i].to, err);
    }
    return status != WH_OK ? status : find_address(csv, table->in, table->address, column, err);
}

static void take_columns(const struct wh_source *source, const struct wh_csv *csv,
                         struct wh_geocode_columns *column)
{
    const struct {
        enum wh_field field;
        int *to;
    } known[] = {{WH_FIELD_POSTCODE, &column->postcode},
                 {WH_FIELD_UPRN, &column->uprn},
                 {WH_FIELD_USRN, &column->usrn},
                 {WH_FIELD_WARD, &column->ward}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *name = source->column[known[i].field];
        *known[i].to = *known[i].to < 0 && name != NULL ? wh_csv_find(csv, name) : *known[i].to;
    }
    const char *x = source->column[WH_FIELD_X], *y = source->column[WH_FIELD_Y];
    if (column->x < 0 && x != NULL && y != NULL) {
        column->x = wh_csv_find(csv, x);
        column->y = wh_csv_find(csv, y);
    }
    const char *address = source->column[WH_FIELD_ADDRESS];
    if (column->n_address == 0 && address != NULL && wh_csv_find(csv, address) >= 0) {
        column->address[column->n_address++] = wh_csv_find(csv, address);
    }
}

static int guess(const struct wh_csv *csv, const char *const *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const int found = wh_csv_find(csv, name[i]);
        if (found >= 0) {
            return found;
        }
    }
    return -1;
}

static void guess_columns(const struct wh_csv *csv, struct wh_geocode_columns *column)
{
    static const struct {
        const char *x, *y;
        bool is_degrees;
    } usual[] = {{"easting", "northing", false},
                 {"eastings", "northings", false},
                 {"longitude", "latitude", true},
                 {"lon", "lat", true},
                 {"lng", "lat", true},
                 {"long", "lat", true},
                 {"x", "y", false}};
    static const char *const postcode[] = {"postcode", "pc", "pcds", "pcd", "post_code"};
    static const char *const address[] = {"address", "location", "locationtext", "full_address"};
    static const char *const uprn[] = {"uprn"}, *const usrn[] = {"usrn"};
    static const char *const ward[] = {"ward", "ward_code", "ward_name"};
    for (size_t i = 0; column->x < 0 && i < sizeof usual / sizeof *usual; i++) {
        const int x = wh_csv_find(csv, usual[i].x), y = wh_csv_find(csv, usual[i].y);
        if (x >= 0 && y >= 0) {
            column->x = x;
            column->y = y;
            column->crs = usual[i].is_degrees && column->crs == NULL ? "EPSG:4326" : column->crs;
        }
    }
    column->postcode = column->postcode >= 0
                           ? column->postcode
                           : guess(csv, postcode, sizeof postcode / sizeof *postcode);
    column->uprn = column->uprn >= 0 ? column->uprn : guess(csv, uprn, 1);
    column->usrn = column->usrn >= 0 ? column->usrn : guess(csv, usrn, 1);
    column->ward = column->ward >= 0 ? column->ward : guess(csv, ward, sizeof ward / sizeof *ward);
    if (column->n_address == 0) {
        const int found = guess(csv, address, sizeof address / sizeof *address);
        if (found >= 0) {
            column->address[column->n_address++] = found;
        }
    }
}

enum wh_status wh_geocode_find_columns(const struct wh_config *config,
                                       const struct wh_geocode_table *table,
                                       const struct wh_csv *csv, struct wh_geocode_columns *ret,
                                       struct wh_error *err)
{
    struct wh_geocode_columns column = {
        .crs = ret->crs, .x = -1, .y = -1, .postcode = -1, .uprn = -1, .usrn = -1, .ward = -1};
    if ((table->x == NULL) != (table->y == NULL)) {
        return wh_fail(err, WH_ERR_USAGE, "--x and --y belong together: one of them is missing");
    }
    enum wh_status status = find_all_named(table, csv, &column, err);
    if (status != WH_OK) {
        return status;
    }
    if (table->source != NULL) {
        take_columns(find_source(config, table->source), csv, &column);
    } else {
        guess_columns(csv, &column);
    }
    if (column.x < 0 || column.y < 0) {
        column.x = column.y = -1;
    }
    if (column.x < 0 && column.postcode < 0 && column.n_address == 0 && column.uprn < 0 &&
        column.usrn < 0) {
        return wh_fail_at(
            err, WH_ERR_USAGE, table->in, 1, 0,
            "no columns look like coordinates, a postcode, an address or a UPRN: name "
            "them with --x and --y, --postcode, --address or --uprn");
    }
    *ret = column;
    return WH_OK;
}
