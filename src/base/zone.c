/*
 * base/zone.c: IANA zones from the system's tz database: TZif, RFC 8536 (version 2 and later,
 * 64-bit part), and the POSIX rule of its footer for times after the last transition.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/time.h"

#define ZONE_FOLDER "/usr/share/zoneinfo"
#define MAX_ZONE_BYTES (1u << 20)
#define HEADER_BYTES 44u
#define DAY_S 86400

/* "M3.5.0/1": the day-th weekday of a month (5: the last), at a local time of the clock before the
 * change. */
struct rule {
    unsigned month, week, weekday;
    int32_t time_s;
};

struct wh_zone {
    size_t n;          /* transitions */
    int64_t *at;       /* UTC seconds, rising */
    int32_t *offset_s; /* from at[i] on */
    int32_t first_offset_s;
    bool has_rule; /* a standard and a summer time after the table */
    int32_t standard_s, summer_s;
    struct rule to_summer, to_standard;
};

static bool is_zone_name(const char *name)
{
    const size_t len = strlen(name);
    if (len == 0 || len > 64 || name[0] == '/' || strstr(name, "..") != NULL) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        const char c = name[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '+' || c == '-' || c == '/')) {
            return false;
        }
    }
    return true;
}

static uint32_t big32(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static int64_t big64(const char *at)
{
    return (int64_t)((uint64_t)big32(at) << 32 | big32(at + 4));
}

/* Counts of a TZif header, in its order. */
struct counts {
    uint32_t isut, isstd, leap, time, type, chars;
};

static bool read_header(struct wh_str file, size_t at, struct counts *ret)
{
    if (file.len < HEADER_BYTES || at > file.len - HEADER_BYTES ||
        memcmp(file.ptr + at, "TZif", 4) != 0 || file.ptr[at + 4] < '2') {
        return false;
    }
    const char *p = file.ptr + at + 20;
    *ret = (struct counts){big32(p),      big32(p + 4),  big32(p + 8),
                           big32(p + 12), big32(p + 16), big32(p + 20)};
    const uint32_t most = 100000;
    return ret->isut < most && ret->isstd < most && ret->leap < most && ret->time < most &&
           ret->type > 0 && ret->type <= 256 && ret->chars < most;
}

static size_t data_bytes(const struct counts *c, size_t time_bytes)
{
    return c->time * time_bytes + c->time + c->type * 6u + c->chars + c->leap * (time_bytes + 4u) +
           c->isstd + c->isut;
}

static bool skip_name(const char **at)
{
    const char *p = *at;
    if (*p == '<') {
        p += strcspn(p, ">");
        if (*p == '\0') {
            return false;
        }
        *at = p + 1;
        return true;
    }
    while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')) {
        p++;
    }
    const bool is_name = p > *at;
    *at = p;
    return is_name;
}

static bool read_unsigned(const char **at, unsigned *ret)
{
    const char *p = *at;
    unsigned value = 0;
    while (*p >= '0' && *p <= '9' && value < 10000) {
        value = value * 10 + (unsigned)(*p++ - '0');
    }
    const bool is_number = p > *at;
    *at = p;
    *ret = value;
    return is_number;
}

/* "[+-]hh[:mm[:ss]]" as seconds. */
static bool read_clock(const char **at, int32_t *ret)
{
    int32_t sign = 1;
    if (**at == '-' || **at == '+') {
        sign = **at == '-' ? -1 : 1;
        ++*at;
    }
    unsigned part[3] = {0, 0, 0};
    for (size_t i = 0; i < 3; i++) {
        if (i > 0) {
            if (**at != ':') {
                break;
            }
            ++*at;
        }
        if (!read_unsigned(at, &part[i]) || part[i] > 167) {
            return false;
        }
    }
    *ret = sign * (int32_t)(part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

static bool read_rule(const char **at, struct rule *ret)
{
    struct rule rule = {.time_s = 2 * 3600};
    if ((*at)[0] != ',' || (*at)[1] != 'M') {
        return false; /* Julian-day rules are used by no zone of today */
    }
    *at += 2;
    if (!read_unsigned(at, &rule.month) || *(*at)++ != '.' || !read_unsigned(at, &rule.week) ||
        *(*at)++ != '.' || !read_unsigned(at, &rule.weekday)) {
        return false;
    }
    if (**at == '/') {
        ++*at;
        if (!read_clock(at, &rule.time_s)) {
            return false;
        }
    }
    *ret = rule;
    return rule.month >= 1 && rule.month <= 12 && rule.week >= 1 && rule.week <= 5 &&
           rule.weekday <= 6;
}

/* "GMT0BST,M3.5.0/1,M10.5.0": offsets are west-positive there. Without a summer time the table's
 * last offset goes on. */
static void read_footer(struct wh_zone *zone, const char *footer)
{
    int32_t west_s = 0;
    if (!skip_name(&footer) || !read_clock(&footer, &west_s)) {
        return;
    }
    zone->standard_s = -west_s;
    if (!skip_name(&footer)) {
        return;
    }
    zone->summer_s = zone->standard_s + 3600;
    if (*footer != ',' && *footer != '\0') {
        if (!read_clock(&footer, &west_s)) {
            return;
        }
        zone->summer_s = -west_s;
    }
    zone->has_rule = read_rule(&footer, &zone->to_summer) && read_rule(&footer, &zone->to_standard);
}

static enum wh_status read_table(struct wh_ctx *ctx, struct wh_zone *zone, struct wh_str file,
                                 size_t at, const struct counts *c, struct wh_error *err)
{
    zone->at = wh_alloc_array(ctx, c->time, sizeof *zone->at);
    zone->offset_s = wh_alloc_array(ctx, c->time, sizeof *zone->offset_s);
    if (zone->at == NULL || zone->offset_s == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const char *times = file.ptr + at;
    const char *index = times + c->time * 8u;
    const char *types = index + c->time;
    zone->n = c->time;
    zone->first_offset_s = (int32_t)big32(types);
    for (size_t i = 0; i < c->time; i++) {
        const unsigned type = (unsigned char)index[i];
        if (type >= c->type) {
            return wh_fail(err, WH_ERR_INTERNAL, "damaged tz database entry");
        }
        zone->at[i] = big64(times + i * 8);
        zone->offset_s[i] = (int32_t)big32(types + type * 6u);
    }
    return WH_OK;
}

static enum wh_status read_zone(struct wh_ctx *ctx, struct wh_zone *zone, struct wh_str file,
                                const char *path, struct wh_error *err)
{
    struct counts c;
    if (!read_header(file, 0, &c)) {
        return wh_fail_at(err, WH_ERR_CONFIG, path, 0, 0, "not a TZif file of version 2 or later");
    }
    const size_t second = HEADER_BYTES + data_bytes(&c, 4);
    if (!read_header(file, second, &c) || data_bytes(&c, 8) > file.len - second - HEADER_BYTES) {
        return wh_fail_at(err, WH_ERR_CONFIG, path, 0, 0, "a damaged TZif file");
    }
    const enum wh_status status = read_table(ctx, zone, file, second + HEADER_BYTES, &c, err);
    const size_t footer = second + HEADER_BYTES + data_bytes(&c, 8) + 1;
    if (status == WH_OK && footer < file.len) {
        struct wh_str text = wh_str_slice(file, footer, file.len);
        char line[128];
        const size_t len = wh_str_find(text, '\n');
        if (len < sizeof line) {
            memcpy(line, text.ptr, len);
            line[len] = '\0';
            read_footer(zone, line);
        }
    }
    return status;
}

enum wh_status wh_zone_open(struct wh_ctx *ctx, const char *name, struct wh_zone **ret,
                            struct wh_error *err)
{
    char path[128], shown[128];
    if (!is_zone_name(name)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "\"%s\" is not the name of a time zone, as Europe/London is",
                       wh_log_escape(wh_str_c(name), shown, sizeof shown));
    }
    snprintf(path, sizeof path, ZONE_FOLDER "/%s", name);
    struct wh_file_info info;
    if (!wh_io_stat(path, &info) || !info.is_regular) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "no time zone \"%s\" in " ZONE_FOLDER " (is the package tzdata installed?)",
                       name);
    }
    struct wh_buf file;
    wh_buf_init(&file, ctx);
    struct wh_zone *zone = wh_alloc(ctx, sizeof *zone);
    enum wh_status status = zone == NULL ? wh_fail_memory(ctx, err)
                                         : wh_io_read_all(ctx, path, MAX_ZONE_BYTES, &file, err);
    if (status == WH_OK) {
        status = read_zone(ctx, zone, wh_buf_view(&file), path, err);
    }
    wh_buf_finish(&file);
    if (status != WH_OK) {
        wh_zone_destroy(ctx, zone);
        return status;
    }
    *ret = zone;
    return WH_OK;
}

void wh_zone_destroy(struct wh_ctx *ctx, struct wh_zone *zone)
{
    if (zone == NULL) {
        return;
    }
    wh_free(ctx, zone->at);
    wh_free(ctx, zone->offset_s);
    wh_free(ctx, zone);
}

/* Local seconds since 1970 at which a rule's change falls in a year, on the clock before the
 * change. */
static int64_t rule_local(const struct rule *rule, int32_t year)
{
    const int64_t first = wh_day_from_civil(year, rule->month, 1);
    const int64_t first_weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t day = first + ((int64_t)rule->weekday - first_weekday + 7) % 7;
    const int64_t next_month = wh_month_add(first, 1);
    for (unsigned week = 1; week < rule->week && day + 7 < next_month; week++) {
        day += 7;
    }
    return day * DAY_S + rule->time_s;
}

static int32_t rule_offset(const struct wh_zone *zone, int64_t utc)
{
    struct wh_civil civil;
    const int64_t local = utc + zone->standard_s;
    wh_civil_from_day(local >= 0 ? local / DAY_S : (local - DAY_S + 1) / DAY_S, &civil);
    const int64_t summer = rule_local(&zone->to_summer, civil.year) - zone->standard_s;
    const int64_t standard = rule_local(&zone->to_standard, civil.year) - zone->summer_s;
    const bool is_summer =
        summer < standard ? utc >= summer && utc < standard : utc >= summer || utc < standard;
    return is_summer ? zone->summer_s : zone->standard_s;
}

static int32_t offset_at(const struct wh_zone *zone, int64_t utc)
{
    if (zone->n == 0 || utc < zone->at[0]) {
        return zone->n == 0 && zone->has_rule ? rule_offset(zone, utc) : zone->first_offset_s;
    }
    if (utc >= zone->at[zone->n - 1] && zone->has_rule) {
        return rule_offset(zone, utc);
    }
    size_t low = 0, high = zone->n; /* at[low] <= utc < at[high] */
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (zone->at[middle] <= utc) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return zone->offset_s[low];
}

enum wh_local_kind wh_zone_to_utc(const struct wh_zone *zone, const struct wh_civil *civil,
                                  int64_t *ret_utc)
{
    const int64_t local = wh_day_from_civil(civil->year, civil->month, civil->day) * DAY_S +
                          civil->hour * 3600 + civil->minute * 60 + civil->second;
    if (civil->has_offset) {
        *ret_utc = local - civil->offset_s;
        return WH_LOCAL_ONCE;
    }
    /* The two offsets that can be in force are those a day to either side: changes are months
     * apart. */
    const int32_t before = offset_at(zone, local - DAY_S), after = offset_at(zone, local + DAY_S);
    const int64_t first = local - before, second = local - after;
    const bool is_first = offset_at(zone, first) == before;
    const bool is_second = offset_at(zone, second) == after;
    if (!is_first && !is_second) {
        return WH_LOCAL_NEVER;
    }
    if (is_first && is_second && first != second) {
        *ret_utc = first < second ? first : second;
        return WH_LOCAL_TWICE;
    }
    *ret_utc = is_first ? first : second;
    return WH_LOCAL_ONCE;
}

void wh_zone_from_utc(const struct wh_zone *zone, int64_t utc, struct wh_civil *ret)
{
    const int64_t local = utc + offset_at(zone, utc);
    const int64_t day = local >= 0 ? local / DAY_S : (local - DAY_S + 1) / DAY_S;
    const int64_t second = local - day * DAY_S;
    wh_civil_from_day(day, ret);
    ret->hour = (uint8_t)(second / 3600);
    ret->minute = (uint8_t)(second / 60 % 60);
    ret->second = (uint8_t)(second % 60);
    ret->has_time = true;
}

int64_t wh_zone_day(const struct wh_zone *zone, int64_t utc)
{
    struct wh_civil civil;
    wh_zone_from_utc(zone, utc, &civil);
    return wh_day_from_civil(civil.year, civil.month, civil.day);
}

int64_t wh_zone_day_start(const struct wh_zone *zone, int64_t day)
{
    struct wh_civil civil;
    wh_civil_from_day(day, &civil);
    int64_t utc = day * DAY_S;
    /* Where midnight does not exist, the clock was put forward at it, from the offset before. */
    if (wh_zone_to_utc(zone, &civil, &utc) == WH_LOCAL_NEVER) {
        utc -= offset_at(zone, utc - DAY_S);
    }
    return utc;
}
