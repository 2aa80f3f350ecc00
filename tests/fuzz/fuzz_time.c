/* Any bytes as a date: the first line is its form, the second the text; then an instant of its
 * zone, there and back. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "fuzz/fuzz.h"

#define DAY_S INT64_C(86400)

static void check_day(const struct wh_civil *civil)
{
    const int64_t day = wh_day_from_civil(civil->year, civil->month, civil->day);
    struct wh_civil back, first;
    wh_civil_from_day(day, &back);
    FUZZ_PROMISE(back.year == civil->year && back.month == civil->month && back.day == civil->day);
    const int64_t month = wh_month_start(day);
    wh_civil_from_day(month, &first);
    FUZZ_PROMISE(first.day == 1 && first.month == civil->month && month <= day && day < month + 31);
    FUZZ_PROMISE(wh_month_add(month, 1) > day && wh_month_add(wh_month_add(month, 1), -1) == month);
}

/* What the clock in the zone shows at the instant is what was read, or what came of its offset. */
static void check_instant(const struct wh_zone *zone, const struct wh_civil *civil)
{
    int64_t utc = 7;
    const enum wh_local_kind kind = wh_zone_to_utc(zone, civil, &utc);
    if (kind == WH_LOCAL_NEVER) {
        FUZZ_PROMISE(utc == 7 && !civil->has_offset);
        return;
    }
    struct wh_civil shown;
    int64_t again = 7;
    wh_zone_from_utc(zone, utc, &shown);
    FUZZ_PROMISE(wh_civil_is_valid(&shown));
    if (civil->has_offset) {
        const int64_t wall = wh_day_from_civil(civil->year, civil->month, civil->day) * DAY_S +
                             civil->hour * 3600 + civil->minute * 60 + civil->second;
        FUZZ_PROMISE(kind == WH_LOCAL_ONCE && utc == wall - civil->offset_s);
        return;
    }
    FUZZ_PROMISE(shown.year == civil->year && shown.month == civil->month &&
                 shown.day == civil->day && shown.hour == civil->hour &&
                 shown.minute == civil->minute && shown.second == civil->second);
    FUZZ_PROMISE(wh_zone_to_utc(zone, &shown, &again) == kind && again == utc);
    const int64_t day = wh_zone_day(zone, utc);
    FUZZ_PROMISE(wh_zone_day_start(zone, day) <= utc && utc < wh_zone_day_start(zone, day + 1));
}

static void check_time(const struct wh_zone *zone, const char *format, struct wh_str text)
{
    struct wh_civil civil = {0};
    (void)wh_time_format_is_valid(format);
    if (!wh_time_parse(format, text, &civil)) {
        return;
    }
    FUZZ_PROMISE(wh_civil_is_valid(&civil));
    FUZZ_PROMISE(civil.offset_s > -DAY_S && civil.offset_s < DAY_S);
    check_day(&civil);
    check_instant(zone, &civil);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const zones[] = {"Europe/London", "America/St_Johns", "Australia/Lord_Howe",
                                        "Pacific/Apia"};
    struct wh_ctx *ctx = NULL;
    struct wh_zone *zone = NULL;
    struct wh_error err = {0};
    if (size == 0) {
        return 0;
    }
    FUZZ_PROMISE(wh_ctx_create(NULL, &ctx, &err) == WH_OK);
    FUZZ_PROMISE(wh_zone_open(ctx, zones[data[0] & 3], &zone, &err) == WH_OK);
    const struct wh_str text = {(const char *)data + 1, size - 1};
    check_time(zone, "iso", text);
    const size_t end = wh_str_find(text, '\n');
    char form[64];
    if (end < text.len && end < sizeof form) {
        memcpy(form, text.ptr, end);
        form[end] = '\0';
        check_time(zone, form, wh_str_slice(text, end + 1, text.len));
    }
    wh_zone_destroy(ctx, zone);
    wh_ctx_destroy(ctx);
    return 0;
}
