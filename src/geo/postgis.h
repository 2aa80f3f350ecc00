/* geo/postgis.h: a table of a PostGIS database, as the config names it. */
#ifndef WH_GEO_POSTGIS_H
#define WH_GEO_POSTGIS_H

/* One of service and dsn is given. Passwords belong in ~/.pgpass or pg_service.conf. Text
 * belongs to the config. */
struct wh_postgis {
    const char *service; /* of pg_service.conf */
    const char *dsn;     /* "host=... dbname=...", as libpq takes it */
    const char *table;   /* "table" or "schema.table" */
    const char *where;   /* SQL after WHERE, or NULL */
};

#endif
