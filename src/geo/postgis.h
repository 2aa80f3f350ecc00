/* geo/postgis.h: a table of a PostGIS database, as the config names it. */
#ifndef WH_GEO_POSTGIS_H
#define WH_GEO_POSTGIS_H

#include <stddef.h>

/* One of service and dsn is given. Passwords belong in ~/.pgpass or pg_service.conf. Text
 * belongs to the config. */
struct wh_postgis {
    const char *service; /* of pg_service.conf */
    const char *dsn;     /* "host=... dbname=...", as libpq takes it */
    const char *table;   /* "table" or "schema.table" */
    const char *where;   /* SQL after WHERE, or NULL */
};

/* "postgis:crm.requests": what stands for a path in messages and in the manifest. Returns `out`. */
#define WH_POSTGIS_NAME 192
const char *wh_postgis_name(const struct wh_postgis *postgis, char *out, size_t size);

#endif
