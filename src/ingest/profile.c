/* ingest/profile.c: layouts that many sources share, so that nobody has to map their columns. */
#include <string.h>

#include "base/str.h"
#include "ingest/ingest_internal.h"

/* A profile's column; a field that stands several times is looked for under each name. */
struct known_column {
    enum wh_field field;
    const char *name;
};

/* data.police.uk, "street" files: what happened in a month, at a point nearby. */
static const struct known_column police[] = {
    {WH_FIELD_REFERENCE, "Crime ID"}, {WH_FIELD_CATEGORY, "Crime type"},
    {WH_FIELD_OPENED, "Month"},       {WH_FIELD_STATUS, "Last outcome category"},
    {WH_FIELD_ADDRESS, "Location"},   {WH_FIELD_X, "Longitude"},
    {WH_FIELD_Y, "Latitude"}};

/*
 * mysociety/fixmystreet, perllib/FixMyStreet/Reporting.pm, the export of problems. With groups of
 * categories the narrower name stands in Subcategory. `Query` is what somebody looked for, who may
 * live there: it is not read.
 */
static const struct known_column fixmystreet[] = {
    {WH_FIELD_REFERENCE, "Report ID"}, {WH_FIELD_CATEGORY, "Subcategory"},
    {WH_FIELD_CATEGORY, "Category"},   {WH_FIELD_OPENED, "Created"},
    {WH_FIELD_OPENED, "Confirmed"},    {WH_FIELD_CLOSED, "Fixed"},
    {WH_FIELD_CLOSED, "Closed"},       {WH_FIELD_STATUS, "Status"},
    {WH_FIELD_CHANNEL, "Site Used"},   {WH_FIELD_WARD, "Ward"},
    {WH_FIELD_X, "Longitude"},         {WH_FIELD_Y, "Latitude"}};

/*
 * GeoReport v2 (wiki.open311.org/GeoReport_v2) and its bulk form (GeoReport/bulk): source,
 * closed_date and status_description are of the latter. A zipcode is mapped by hand where it is a
 * postcode.
 */
static const struct known_column open311[] = {{WH_FIELD_REFERENCE, "service_request_id"},
                                              {WH_FIELD_CATEGORY, "service_name"},
                                              {WH_FIELD_SERVICE_CODE, "service_code"},
                                              {WH_FIELD_OPENED, "requested_datetime"},
                                              {WH_FIELD_CLOSED, "closed_date"},
                                              {WH_FIELD_CLOSED, "closed_datetime"},
                                              {WH_FIELD_UPDATED, "updated_datetime"},
                                              {WH_FIELD_DUE, "expected_datetime"},
                                              {WH_FIELD_STATUS, "status"},
                                              {WH_FIELD_STATUS, "status_description"},
                                              {WH_FIELD_PROVIDER, "agency_responsible"},
                                              {WH_FIELD_ADDRESS, "address"},
                                              {WH_FIELD_CHANNEL, "source"},
                                              {WH_FIELD_CHANNEL, "extended_attributes.channel"},
                                              {WH_FIELD_X, "long"},
                                              {WH_FIELD_Y, "lat"}};

/*
 * The 311 tables of New York (erm2-nwe9), Chicago (v6vf-nfxy), San Francisco (vw6y-z8j6) and Austin
 * (xwdj-i9he), by the names of their fields; blanks and underscores are alike. Their ZIP codes are
 * no postcodes that we know.
 */
static const struct known_column socrata[] = {
    {WH_FIELD_REFERENCE, "unique_key"},
    {WH_FIELD_REFERENCE, "sr_number"},
    {WH_FIELD_REFERENCE, "service_request_id"},
    {WH_FIELD_REFERENCE, "CaseID"},
    {WH_FIELD_REFERENCE, "Service Request (SR) Number"},
    {WH_FIELD_CATEGORY, "complaint_type"},
    {WH_FIELD_CATEGORY, "Problem (formerly Complaint Type)"},
    {WH_FIELD_CATEGORY, "sr_type"},
    {WH_FIELD_CATEGORY, "service_name"},
    {WH_FIELD_CATEGORY, "category"},
    {WH_FIELD_CATEGORY, "sr_type_desc"},
    {WH_FIELD_CATEGORY, "SR Description"},
    {WH_FIELD_SERVICE_CODE, "sr_short_code"},
    {WH_FIELD_SERVICE_CODE, "sr_type_code"},
    {WH_FIELD_OPENED, "created_date"},
    {WH_FIELD_OPENED, "requested_datetime"},
    {WH_FIELD_OPENED, "opened"},
    {WH_FIELD_OPENED, "sr_created_date"},
    {WH_FIELD_CLOSED, "closed_date"},
    {WH_FIELD_CLOSED, "close_date"},
    {WH_FIELD_CLOSED, "closed"},
    {WH_FIELD_CLOSED, "sr_closed_date"},
    {WH_FIELD_DUE, "due_date"},
    {WH_FIELD_UPDATED, "resolution_action_updated_date"},
    {WH_FIELD_UPDATED, "last_modified_date"},
    {WH_FIELD_UPDATED, "updated_datetime"},
    {WH_FIELD_UPDATED, "updated"},
    {WH_FIELD_UPDATED, "last_update_date"},
    {WH_FIELD_UPDATED, "sr_updated_date"},
    {WH_FIELD_STATUS, "status"},
    {WH_FIELD_STATUS, "status_description"},
    {WH_FIELD_STATUS, "sr_status_desc"},
    {WH_FIELD_STATUS, "SR Status"},
    {WH_FIELD_PROVIDER, "agency"},
    {WH_FIELD_PROVIDER, "owner_department"},
    {WH_FIELD_PROVIDER, "agency_responsible"},
    {WH_FIELD_PROVIDER, "responsible_agency"},
    {WH_FIELD_PROVIDER, "sr_department_desc"},
    {WH_FIELD_PROVIDER, "owning_department"},
    {WH_FIELD_CHANNEL, "open_data_channel_type"},
    {WH_FIELD_CHANNEL, "origin"},
    {WH_FIELD_CHANNEL, "source"},
    {WH_FIELD_CHANNEL, "sr_method_received_desc"},
    {WH_FIELD_CHANNEL, "method_received"},
    {WH_FIELD_ADDRESS, "incident_address"},
    {WH_FIELD_ADDRESS, "street_address"},
    {WH_FIELD_ADDRESS, "address"},
    {WH_FIELD_ADDRESS, "sr_location"},
    {WH_FIELD_X, "longitude"},
    {WH_FIELD_X, "long"},
    {WH_FIELD_X, "sr_location_long"},
    {WH_FIELD_X, "Longitude Coordinate"},
    {WH_FIELD_Y, "latitude"},
    {WH_FIELD_Y, "lat"},
    {WH_FIELD_Y, "sr_location_lat"},
    {WH_FIELD_Y, "Latitude Coordinate"}};

#define COLUMNS(table) (table), sizeof(table) / sizeof *(table)

static const struct {
    enum wh_profile profile;
    const struct known_column *column;
    size_t n_columns;
    const char *date_format, *other_format;
    bool updated_is_closed;
} profiles[] = {{WH_PROFILE_POLICE_UK, COLUMNS(police), "%Y-%m", NULL, false},
                {WH_PROFILE_FIXMYSTREET, COLUMNS(fixmystreet), "iso", "%Y-%m-%d %H:%M:%S", false},
                {WH_PROFILE_OPEN311, COLUMNS(open311), "iso", NULL, true},
                /* The API says ISO, the portal's own export the American way. */
                {WH_PROFILE_SOCRATA_311, COLUMNS(socrata), "iso", "%m/%d/%Y %I:%M:%S %p", false}};

#undef COLUMNS

/* A field that the config maps is the config's alone. */
static void add_columns(struct wh_source *source, const struct known_column *column, size_t n)
{
    size_t n_more[WH_N_FIELDS] = {0};
    for (size_t i = 0; i < n; i++) {
        const enum wh_field field = column[i].field;
        if (source->column[field] == NULL) {
            source->column[field] = column[i].name;
            source->is_of_profile[field] = true;
        } else if (source->is_of_profile[field] && n_more[field] < WH_MOST_COLUMNS) {
            source->more[field][n_more[field]++] = column[i].name;
        }
    }
}

void wh_source_apply_profile(struct wh_source *source)
{
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (profiles[i].profile != source->profile) {
            continue;
        }
        add_columns(source, profiles[i].column, profiles[i].n_columns);
        source->crs = source->crs != NULL ? source->crs : "EPSG:4326";
        source->updated_is_closed = profiles[i].updated_is_closed;
        if (source->date_format == NULL) {
            source->date_format = profiles[i].date_format;
            source->other_format = profiles[i].other_format;
        }
    }
    if (source->date_format == NULL) {
        source->date_format = "iso";
    }
    if (source->delimiter == '\0') {
        source->delimiter = ',';
    }
}
