/* base/calendar.c: the Gregorian calendar, and instants as text. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/time.h"

enum { DAYS_400_YEARS = 146097, SECONDS_A_DAY = 86400 };

/* Days from 0000-03-01 to 1970-01-01. */
static const int64_t epoch_day = 719468;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/*
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil: years
 * begin in March, so that the leap day is the last of its year, and months have 153 days in each
 * five.
 */
int64_t wh_day_from_civil(int32_t year, unsigned month, unsigned day)
{
    const int64_t y = (int64_t)year - (month <= 2 ? 1 : 0);
    const int64_t era = floor_div(y, 400);
    const int64_t year_of_era = y - era * 400;
    const int64_t month_from_march = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
    const int64_t day_of_year = (153 * month_from_march + 2) / 5 + (int64_t)day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_400_YEARS + day_of_era - epoch_day;
}

/* civil_from_days of the same paper. */
void wh_civil_from_day(int64_t day, struct wh_civil *ret)
{
    const int64_t from_march = day + epoch_day;
    const int64_t era = floor_div(from_march, DAYS_400_YEARS);
    const int64_t day_of_era = from_march - era * DAYS_400_YEARS;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *ret = (struct wh_civil){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
        .month = (uint8_t)month,
        .day = (uint8_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

bool wh_civil_is_valid(const struct wh_civil *civil)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (civil->year < 1 || civil->year > 9999 || civil->month < 1 || civil->month > 12 ||
        civil->day < 1 || civil->hour > 23 || civil->minute > 59 || civil->second > 59) {
        return false;
    }
    const bool is_leap = civil->year % 4 == 0 && (civil->year % 100 != 0 || civil->year % 400 == 0);
    const unsigned last = days[civil->month - 1] + (civil->month == 2 && is_leap ? 1U : 0U);
    return civil->day <= last;
}

int64_t wh_month_start(int64_t day)
{
    struct wh_civil civil;
    wh_civil_from_day(day, &civil);
    return day - (civil.day - 1);
}

int64_t wh_month_add(int64_t first_of_month, int months)
{
    struct wh_civil civil;
    wh_civil_from_day(first_of_month, &civil);
    const int64_t n = (int64_t)civil.year * 12 + civil.month - 1 + months;
    const int64_t year = floor_div(n, 12);
    return wh_day_from_civil((int32_t)year, (unsigned)(n - year * 12 + 1), 1);
}

const char *wh_format_day(int64_t day, char *out, size_t size)
{
    struct wh_civil civil;
    wh_civil_from_day(day, &civil);
    snprintf(out, size, "%04" PRId32 "-%02u-%02u", civil.year, civil.month, civil.day);
    return out;
}

const char *wh_format_day_words(int64_t day, char *out, size_t size)
{
    static const char *const months[12] = {"January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December"};
    struct wh_civil civil;
    wh_civil_from_day(day, &civil);
    snprintf(out, size, "%u %s %" PRId32, civil.day, months[civil.month - 1], civil.year);
    return out;
}

const char *wh_format_utc(int64_t utc, char *out, size_t size)
{
    const int64_t day = floor_div(utc, SECONDS_A_DAY);
    const unsigned second = (unsigned)(utc - day * SECONDS_A_DAY);
    char date[32];
    snprintf(out, size, "%sT%02u:%02u:%02uZ", wh_format_day(day, date, sizeof date), second / 3600,
             second / 60 % 60, second % 60);
    return out;
}

int64_t wh_clock_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

double wh_clock_monotonic_s(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
