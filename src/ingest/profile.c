/* ingest/profile.c: what a profile says of a source, so that the config need not. */
#include "ingest/ingest.h"

void wh_source_apply_profile(struct wh_source *source)
{
    if (source->delimiter == '\0') {
        source->delimiter = ',';
    }
    if (source->profile != WH_PROFILE_POLICE_UK) {
        return;
    }
    /* data.police.uk, "street" files: month only, snap points, no reference for anti-social
     * behaviour. */
    static const struct {
        enum wh_field field;
        const char *column;
    } police[] = {
        {WH_FIELD_REFERENCE, "Crime ID"},  {WH_FIELD_OPENED, "Month"},
        {WH_FIELD_CATEGORY, "Crime type"}, {WH_FIELD_STATUS, "Last outcome category"},
        {WH_FIELD_ADDRESS, "Location"},    {WH_FIELD_X, "Longitude"},
        {WH_FIELD_Y, "Latitude"},
    };
    for (size_t i = 0; i < sizeof police / sizeof *police; i++) {
        if (source->column[police[i].field] == NULL) {
            source->column[police[i].field] = police[i].column;
        }
    }
    if (source->date_format == NULL) {
        source->date_format = "%Y-%m";
    }
    if (source->crs == NULL) {
        source->crs = "EPSG:4326";
    }
}
