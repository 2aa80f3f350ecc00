/* ingest/profile.c: layouts that many sources share, so that nobody has to map their columns. */
#include <string.h>

#include "base/str.h"
#include "ingest/ingest_internal.h"

void wh_source_apply_profile(struct wh_source *source)
{
    static const char *const police[WH_N_FIELDS] = {
        [WH_FIELD_REFERENCE] = "Crime ID", [WH_FIELD_CATEGORY] = "Crime type",
        [WH_FIELD_OPENED] = "Month",       [WH_FIELD_STATUS] = "Last outcome category",
        [WH_FIELD_ADDRESS] = "Location",   [WH_FIELD_X] = "Longitude",
        [WH_FIELD_Y] = "Latitude"};
    if (source->profile == WH_PROFILE_POLICE_UK) {
        for (size_t i = 0; i < WH_N_FIELDS; i++) {
            source->column[i] = source->column[i] != NULL ? source->column[i] : police[i];
        }
        source->crs = source->crs != NULL ? source->crs : "EPSG:4326";
        source->date_format = source->date_format != NULL ? source->date_format : "%Y-%m";
    }
    if (source->date_format == NULL) {
        source->date_format = "iso";
    }
    if (source->delimiter == '\0') {
        source->delimiter = ',';
    }
}
