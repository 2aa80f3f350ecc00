/* geo/geo.c: the program's one-time words to GDAL, and versions. */
#include "geo/geo.h"

#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <geos_c.h>
#include <ogr_srs_api.h>
#include <proj.h>

#include "base/error.h"

/* All that is ever opened or written through GDAL: RELIABILITY.md section 2, item 2. */
static const char *const kept[] = {"GeoJSON", "GPKG",       "ESRI Shapefile", "FlatGeobuf", "XLSX",
                                   "ODS",     "PostgreSQL", "GTiff",          "COG",        "MEM",
                                   "Memory",  "MVT"}; /* written, never opened */

static bool is_kept(const char *name)
{
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strcmp(name, kept[i]) == 0) {
            return true;
        }
    }
    return false;
}

enum wh_status wh_geo_start(struct wh_ctx *ctx, struct wh_error *err)
{
    (void)ctx;
    CPLSetErrorHandler(CPLQuietErrorHandler);
    CPLSetConfigOption("GDAL_DRIVER_PATH", "disable"); /* the plug-in folder is not even opened */
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    CPLSetConfigOption("CPL_DEBUG", "OFF");
    OSRSetPROJEnableNetwork(0);
    GDALAllRegister();
    for (int i = GDALGetDriverCount() - 1; i >= 0; i--) {
        const GDALDriverH driver = GDALGetDriver(i);
        if (!is_kept(GDALGetDriverShortName(driver))) {
            GDALDeregisterDriver(driver);
            GDALDestroyDriver(driver);
        }
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (GDALGetDriverByName(kept[i]) == NULL) {
            return wh_fail(err, WH_ERR_INTERNAL, "this GDAL has no %s driver", kept[i]);
        }
    }
    return WH_OK;
}

void wh_geo_stop(void)
{
    GDALDestroy();
}

const char *wh_geo_version_gdal(void)
{
    return "GDAL " GDAL_RELEASE_NAME;
}

#define TEXT_OF(n) #n
#define VERSION_OF(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *wh_geo_version_proj(void)
{
    return "PROJ " VERSION_OF(PROJ_VERSION_MAJOR, PROJ_VERSION_MINOR, PROJ_VERSION_PATCH);
}

#undef VERSION_OF
#undef TEXT_OF

const char *wh_geo_version_geos(void)
{
    return "GEOS " GEOS_VERSION;
}
