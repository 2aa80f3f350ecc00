/* base/time.h: calendar time and IANA zones (the system's tz database), without the C library's global zone. */
#ifndef WH_BASE_TIME_H
#define WH_BASE_TIME_H

#include <wardheat/base.h>

#define WH_NO_DAY INT64_MIN /* of a day that is not known */

struct wh_civil { /* Gregorian calendar, proleptic */
    int32_t year;
    uint8_t month, day;           /* 1..12, 1..31 */
    uint8_t hour, minute, second; /* 0..23, 0..59, 0..59 */
    bool has_time;                /* false: a date only */
    bool has_offset;              /* the text named its own offset (Z, +01:00) */
    int32_t offset_s;
};

int64_t wh_day_from_civil(int32_t year, unsigned month, unsigned day); /* days since 1970-01-01 */
void wh_civil_from_day(int64_t day, struct wh_civil *ret);
bool wh_civil_is_valid(const struct wh_civil *civil); /* 31/02 is not */
int64_t wh_month_start(int64_t day);                  /* day number of the first of its month */
int64_t wh_month_add(int64_t first_of_month, int months);

/*
 * Reads `text` by a strptime-like format: %d %m %Y %y %H %I %M %S %p %b %B %z %f %% and literal characters; a blank
 * matches one or more blanks. "%Y-%m" alone gives the first of the month. "iso" reads ISO 8601: a date, or date and
 * time with T or blank, optional fraction, optional Z or +hh:mm. False: not that format, or not a date.
 */
bool wh_time_parse(const char *format, struct wh_str text, struct wh_civil *ret);
/* "iso", or a format of the directives above that holds at least a year and a month (%I needs %p). For the config. */
bool wh_time_format_is_valid(const char *format);

struct wh_zone;
/* Opens "Europe/London" from the tz database. WH_ERR_CONFIG: no such zone. Caller destroys. */
WH_MUST_USE enum wh_status wh_zone_open(struct wh_ctx *ctx, const char *name, struct wh_zone **ret,
                                        struct wh_error *err);
void wh_zone_destroy(struct wh_ctx *ctx, struct wh_zone *zone);

enum wh_local_kind { WH_LOCAL_ONCE, WH_LOCAL_TWICE /* earlier instant taken */, WH_LOCAL_NEVER };
/* Local civil time to UTC seconds; an offset in the text wins over the zone. NEVER (spring forward) leaves *ret_utc as it was. */
enum wh_local_kind wh_zone_to_utc(const struct wh_zone *zone, const struct wh_civil *civil,
                                  int64_t *ret_utc);
/* The clock's reading in the zone at an instant; has_time is true, has_offset false. */
void wh_zone_from_utc(const struct wh_zone *zone, int64_t utc, struct wh_civil *ret);
/* The local day of an instant. */
int64_t wh_zone_day(const struct wh_zone *zone, int64_t utc);
/* UTC seconds of local midnight at the start of `day`. */
int64_t wh_zone_day_start(const struct wh_zone *zone, int64_t day);

/* "2026-11-03"; 16 bytes are enough. Returns `out`. */
const char *wh_format_day(int64_t day, char *out, size_t size);
/* "3 November 2026"; 32 bytes are enough. */
const char *wh_format_day_words(int64_t day, char *out, size_t size);
/* "2026-11-03T01:02:03Z"; 32 bytes are enough. */
const char *wh_format_utc(int64_t utc, char *out, size_t size);
/* The machine's clock, UTC seconds: for logs, locks and the default of --as-of only, never for content. */
int64_t wh_clock_now(void);
/* Seconds from some fixed moment: for durations. */
double wh_clock_monotonic_s(void);

#endif
