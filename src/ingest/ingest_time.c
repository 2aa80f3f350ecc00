/* ingest/ingest_time.c: the times of a row: local text to instants, and how exact they are. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"

/* 1970-01-02: before it are placeholders (RELIABILITY.md 54). */
#define EARLIEST_UTC INT64_C(86400)
#define ONE_DAY_S INT64_C(86400)

/* The end of what the text says: the next day, or the next month where the form has no days. */
static int64_t end_of(const struct ingest *in, const char *form, const struct wh_civil *civil)
{
    const int64_t day = wh_day_from_civil(civil->year, civil->month, civil->day);
    const bool has_days = strcmp(form, "iso") == 0 || strstr(form, "%d") != NULL;
    return wh_zone_day_start(in->opt->zone, has_days ? day + 1 : wh_month_add(day, 1));
}

/*
 * The form that the text has, or NULL: the source's; a profile's second one; and where a sheet or a
 * database says that a cell is a time, its standard form.
 */
static const char *find_form(const struct ingest *in, struct wh_str text, struct wh_civil *ret)
{
    static const char *const typed[] = {"iso", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d"};
    const struct wh_source *const source = in->source;
    if (wh_time_parse(source->date_format, text, ret)) {
        return source->date_format;
    }
    if (source->other_format != NULL && wh_time_parse(source->other_format, text, ret)) {
        return source->other_format;
    }
    for (size_t i = 0; in->records->has_typed_times && i < sizeof typed / sizeof typed[0]; i++) {
        if (wh_time_parse(typed[i], text, ret)) {
            return typed[i];
        }
    }
    return NULL;
}

static void parse_time(const struct ingest *in, struct wh_str text, struct time_memo *memo)
{
    struct wh_civil civil;
    const char *const form = find_form(in, text, &civil);
    memo->kind = TIME_BAD;
    if (form == NULL) {
        return;
    }
    memo->is_midnight = civil.hour == 0 && civil.minute == 0 && civil.second == 0;
    if (!civil.has_time) {
        /* A day begins, even where its midnight is skipped. */
        memo->kind = TIME_ONCE;
        memo->utc =
            wh_zone_day_start(in->opt->zone, wh_day_from_civil(civil.year, civil.month, civil.day));
        memo->to_utc = end_of(in, form, &civil);
        return;
    }
    switch (wh_zone_to_utc(in->opt->zone, &civil, &memo->utc)) {
    case WH_LOCAL_ONCE:
        memo->kind = TIME_ONCE;
        break;
    case WH_LOCAL_TWICE:
        memo->kind = TIME_TWICE;
        break;
    case WH_LOCAL_NEVER:
        memo->kind = TIME_NEVER;
        break;
    }
    memo->to_utc = memo->utc;
}

static const struct time_memo *read_time(struct ingest *in, const struct wh_csv_row *row,
                                         enum wh_field field, enum time_slot slot)
{
    struct time_memo *const memo = &in->memo[slot];
    const struct wh_str text = wh_ingest_text(in, row, field);
    if (text.len == memo->len && text.len > 0 && memcmp(text.ptr, memo->text, text.len) == 0) {
        return memo;
    }
    memo->len = 0;
    if (text.len == 0) {
        memo->kind = TIME_NONE;
        return memo;
    }
    parse_time(in, text, memo);
    if (text.len <= sizeof memo->text) {
        memcpy(memo->text, text.ptr, text.len);
        memo->len = text.len;
    }
    return memo;
}

static void note_twice(struct ingest *in, const struct wh_csv_row *row, int column,
                       struct wh_request *r)
{
    r->flags |= WH_FLAG_AMBIGUOUS_TIME;
    in->report.ambiguous_times++;
    wh_ingest_note(in, FIELD_TWICE, row, column);
}

static void note_bad(struct ingest *in, const struct wh_csv_row *row, enum wh_field field,
                     enum field_fault fault, struct wh_request *r)
{
    r->flags |= WH_FLAG_BAD_TIME;
    wh_ingest_note(in, fault, row, in->column[field]);
}

/* What a spreadsheet has for a day when the cell is not formatted as one: days since 1900. */
static bool is_serial_day(const struct wh_csv_row *row, int column)
{
    double days = 0;
    return column >= 0 && wh_parse_double(wh_str_trim(row->field[column]), &days) && days > 10000 &&
           days < 100000;
}

static bool read_opened(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r,
                        struct row_fault *fault)
{
    const int column = in->column[WH_FIELD_OPENED];
    const struct time_memo *const time = read_time(in, row, WH_FIELD_OPENED, SLOT_OPENED);
    char reason[128];
    switch (time->kind) {
    case TIME_NONE:
        return wh_ingest_fail_row(fault, column, "no date");
    case TIME_BAD:
        if (in->records->has_typed_times && is_serial_day(row, column)) {
            return wh_ingest_fail_row(fault, column,
                                      "a bare number: give the column a date format");
        }
        snprintf(reason, sizeof reason, "not a date in the form %s",
                 strcmp(in->source->date_format, "iso") == 0 ? "2026-11-03T14:05"
                                                             : in->source->date_format);
        return wh_ingest_fail_row(fault, column, reason);
    case TIME_NEVER:
        return wh_ingest_fail_row(fault, column,
                                  "no such local time: the clocks went forward over it");
    case TIME_TWICE:
    case TIME_ONCE:
        break;
    }
    if (time->utc < EARLIEST_UTC) {
        return wh_ingest_fail_row(fault, column, "date before 1970-01-02");
    }
    if (time->utc > in->opt->latest_utc) {
        in->has_future = true;
        return wh_ingest_fail_row(fault, column, "date in the future");
    }
    r->opened_at = time->utc;
    r->opened_to = time->to_utc;
    if (time->kind == TIME_TWICE) {
        note_twice(in, row, column, r);
    }
    return true;
}

/* Closed, due and the like: WH_NO_TIME when there is none or it cannot be read; else in->memo tells
 * more. */
static int64_t read_other_time(struct ingest *in, const struct wh_csv_row *row, enum wh_field field,
                               enum time_slot slot, struct wh_request *r)
{
    const struct time_memo *const time = read_time(in, row, field, slot);
    switch (time->kind) {
    case TIME_NONE:
        return WH_NO_TIME;
    case TIME_BAD:
    case TIME_NEVER:
        note_bad(in, row, field, time->kind == TIME_BAD ? FIELD_BAD_TIME : FIELD_NO_SUCH_TIME, r);
        return WH_NO_TIME;
    case TIME_TWICE:
        note_twice(in, row, in->column[field], r);
        break;
    case TIME_ONCE:
        break;
    }
    return time->utc;
}

/* The end of the span in which it was opened; a day that is named is in it whole. */
static void read_opened_to(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    if (read_other_time(in, row, WH_FIELD_OPENED_TO, SLOT_OPENED_TO, r) == WH_NO_TIME) {
        return;
    }
    const int64_t to = in->memo[SLOT_OPENED_TO].to_utc;
    if (to < r->opened_at) {
        note_bad(in, row, WH_FIELD_OPENED_TO, FIELD_SPAN_BACKWARDS, r);
        return;
    }
    r->opened_to = to;
}

static void read_closed(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r)
{
    r->closed_at = read_other_time(in, row, WH_FIELD_CLOSED, SLOT_CLOSED, r);
    if (r->closed_at == WH_NO_TIME || r->closed_at >= r->opened_at) {
        return;
    }
    /* A date alone, of the day of opening: closed on that day, which is not before it. */
    if (in->memo[SLOT_CLOSED].is_midnight && r->opened_at - r->closed_at < ONE_DAY_S) {
        r->closed_at = r->opened_at;
        return;
    }
    r->closed_at = WH_NO_TIME;
    note_bad(in, row, WH_FIELD_CLOSED, FIELD_CLOSED_EARLY, r);
}

bool wh_ingest_times(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r,
                     struct row_fault *fault)
{
    if (!read_opened(in, row, r, fault)) {
        return false;
    }
    read_opened_to(in, row, r);
    read_closed(in, row, r);
    r->due_at = read_other_time(in, row, WH_FIELD_DUE, SLOT_DUE, r);
    if (r->due_at != WH_NO_TIME && in->memo[SLOT_DUE].to_utc > r->due_at) {
        r->due_at = in->memo[SLOT_DUE].to_utc - 1; /* a day alone: until it is over */
    }
    r->updated_at = read_other_time(in, row, WH_FIELD_UPDATED, SLOT_UPDATED, r);
    /* GeoReport v2: of a closed request it is when it was closed. */
    if (in->source->updated_is_closed && r->closed_at == WH_NO_TIME &&
        r->updated_at != WH_NO_TIME && r->updated_at >= r->opened_at &&
        wh_str_eq_fold(r->status, wh_str_c("closed"))) {
        r->closed_at = r->updated_at;
    }
    in->report.bad_times += (r->flags & WH_FLAG_BAD_TIME) != 0;
    return true;
}
