/* geo/geo.h: what the program says to GDAL once, and what it may ask of the libraries. */
#ifndef WH_GEO_GEO_H
#define WH_GEO_GEO_H

#include <wardheat/geo.h>

/*
 * Called once by main (never by the library: it is process-wide): registers GDAL, then takes away
 * every driver but those that we open by name, switches plug-ins, network and .aux.xml files off,
 * and silences GDAL's own printing.
 */
WH_MUST_USE enum wh_status wh_geo_start(struct wh_ctx *ctx, struct wh_error *err);
void wh_geo_stop(void);

/* "GDAL 3.6.2", "PROJ 9.1.1", "GEOS 3.11.1"; static text. */
const char *wh_geo_version_gdal(void);
const char *wh_geo_version_proj(void);
const char *wh_geo_version_geos(void);

#endif
