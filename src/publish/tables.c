/* publish/tables.c: columns in the order of the dictionary in fields.c. */
#include "publish/tables.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "publish/fields.h"
#include "publish/figures.h"

/* A plain number for machines, or the words that stand on every page. */
static void add_count(struct wh_row *row, const struct wh_count *count, uint32_t hide_below)
{
    char words[64];
    if (count->shown == WH_SHOWN) {
        wh_row_uint(row, count->n);
    } else {
        wh_row_text(row, wh_count_words(count, hide_below, words, sizeof words));
    }
}

static void add_rate(struct wh_row *row, double rate, const struct wh_count *count)
{
    char words[64];
    if (isnan(rate)) {
        wh_row_text(row, wh_rate_words(rate, count, words, sizeof words));
    } else {
        wh_row_real(row, wh_job_rate(rate), 1);
    }
}

static void add_figures(struct wh_row *row, const struct wh_report *report,
                        const struct wh_theme_report *theme, const struct wh_figures *figures,
                        bool with_per_1000)
{
    char words[64];
    int64_t change = 0;
    add_count(row, &figures->count, report->hide_below);
    if (theme->previous_is_complete) {
        add_count(row, &figures->previous, report->hide_below);
    } else {
        wh_row_text(row, "not known");
    }
    if (wh_change(figures, theme->previous_is_complete, &change)) {
        wh_row_cell(row);
        wh_buf_printf(row->buf, "%" PRId64, change);
    } else {
        wh_row_text(row,
                    wh_change_words(figures, theme->previous_is_complete, words, sizeof words));
    }
    add_rate(row, figures->per_km2, &figures->count);
    if (with_per_1000) {
        add_rate(row, figures->per_1000, &figures->count);
    }
}

static void add_theme(struct wh_row *row, const struct wh_theme_report *theme)
{
    wh_row_text(row, theme->theme->id);
    wh_row_text(row, theme->theme->title);
}

static void add_period(struct wh_row *row, const struct wh_theme_report *theme)
{
    wh_row_day(row, theme->period.from_day);
    wh_row_day(row, theme->period.to_day - 1); /* the last whole day */
}

static void add_column(void *user, const struct wh_out_field *field)
{
    wh_row_text(user, field->name);
}

static void add_header(struct wh_row *row, const struct wh_report *report, enum wh_out_file file)
{
    wh_fields_each(report, file, add_column, row);
    wh_row_end(row);
}

static void add_wards(const struct wh_job *job, const struct wh_theme_report *theme,
                      struct wh_row *row)
{
    const struct wh_report *report = job->report;
    for (uint32_t i = 0; i < report->wards->n; i++) {
        add_theme(row, theme);
        wh_row_text(row, report->wards->code[i]);
        wh_row_text(row, report->wards->name[i]);
        add_period(row, theme);
        add_figures(row, report, theme, &theme->ward[i], true);
        if (wh_has_metrics(report)) {
            wh_figures_row(row, theme->level[0].metric[i], report->hide_below);
        }
        wh_row_end(row);
    }
}

static void add_ward_names(struct wh_row *row, const struct wh_report *report,
                           const struct wh_hotspot *hotspot)
{
    struct wh_buf names;
    wh_buf_init(&names, row->buf->ctx);
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        wh_buf_c(&names, i == 0 ? "" : "; ");
        wh_buf_c(&names, report->wards->name[hotspot->part[i].ward]);
    }
    wh_row_cell(row);
    wh_buf_csv(row->buf, wh_buf_view(&names));
    row->buf->failed = row->buf->failed || names.failed;
    wh_buf_finish(&names);
}

static void add_hotspots(const struct wh_job *job, const struct wh_theme_report *theme,
                         struct wh_row *row)
{
    enum { AREA_DECIMALS = 3 };
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        const struct wh_hotspot *hotspot = &theme->hotspot[i];
        wh_row_text(row, hotspot->id);
        add_theme(row, theme);
        wh_row_uint(row, hotspot->rank);
        wh_row_text(row, hotspot->name);
        add_ward_names(row, job->report, hotspot);
        wh_row_text(row, theme->theme->owner);
        wh_row_text(row, wh_trend_name(hotspot->trend));
        wh_row_day(row, hotspot->since_day);
        add_period(row, theme);
        wh_row_real(row, hotspot->area_km2, AREA_DECIMALS);
        add_figures(row, job->report, theme, &hotspot->figures, false);
        wh_row_real(row, hotspot->evidence.expected, WH_EXPECTED_DECIMALS);
        wh_row_real(row, hotspot->evidence.ratio, WH_RATIO_DECIMALS);
        wh_row_real(row, hotspot->evidence.ratio_low, WH_RATIO_DECIMALS);
        wh_row_real(row, hotspot->evidence.ratio_high, WH_RATIO_DECIMALS);
        wh_row_real(row, hotspot->evidence.q, WH_Q_DECIMALS);
        wh_row_text(row, wh_firmness_name(hotspot->firmness));
        wh_row_text(row, hotspot->emerging);
        wh_row_end(row);
    }
}

static void add_part(const struct wh_job *job, const struct wh_theme_report *theme,
                     const struct wh_hotspot *hotspot, const struct wh_hotspot_part *part,
                     struct wh_row *row)
{
    enum { AREA_DECIMALS = 3 };
    char id[256];
    snprintf(id, sizeof id, "%s-%s", hotspot->id, job->ward_slug[part->ward]);
    wh_row_text(row, id);
    add_theme(row, theme);
    wh_row_text(row, hotspot->id);
    wh_row_uint(row, hotspot->rank);
    wh_row_text(row, hotspot->name);
    wh_row_text(row, job->report->wards->code[part->ward]);
    wh_row_text(row, job->report->wards->name[part->ward]);
    wh_row_text(row, wh_trend_name(hotspot->trend));
    add_period(row, theme);
    wh_row_real(row, wh_shape_area_km2(&part->shape), AREA_DECIMALS);
    add_figures(row, job->report, theme, &part->figures, false);
    wh_row_end(row);
}

static void add_parts(const struct wh_job *job, const struct wh_theme_report *theme,
                      struct wh_row *row)
{
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        for (size_t j = 0; j < theme->hotspot[i].n_parts; j++) {
            add_part(job, theme, &theme->hotspot[i], &theme->hotspot[i].part[j], row);
        }
    }
}

static void add_total(const struct wh_job *job, const struct wh_theme_report *theme,
                      struct wh_row *row)
{
    add_theme(row, theme);
    wh_row_text(row, theme->theme->owner);
    add_period(row, theme);
    add_figures(row, job->report, theme, &theme->total, true);
    wh_row_end(row);
}

typedef void add_rows_fn(const struct wh_job *job, const struct wh_theme_report *theme,
                         struct wh_row *row);

static enum wh_status write_table(const struct wh_job *job, enum wh_out_file file, add_rows_fn *fn,
                                  struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    struct wh_row row = {.buf = &buf};
    add_header(&row, job->report, file);
    for (size_t i = 0; i < job->report->n_themes; i++) {
        fn(job, &job->report->theme[i], &row);
    }
    const enum wh_status status = wh_job_write(job, wh_out_file_name(file), &buf, err);
    wh_buf_finish(&buf);
    return status;
}

enum wh_status wh_tables_write(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = write_table(job, WH_OUT_WARDS_CSV, add_wards, err);
    if (status == WH_OK) {
        status = write_table(job, WH_OUT_HOTSPOTS_CSV, add_hotspots, err);
    }
    if (status == WH_OK) {
        status = write_table(job, WH_OUT_PARTS_CSV, add_parts, err);
    }
    return status == WH_OK ? write_table(job, WH_OUT_THEMES_CSV, add_total, err) : status;
}

static void add_hours(const struct wh_theme_report *theme, const struct wh_hours *hours,
                      struct wh_row *row)
{
    static const char *const day[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};
    enum { HOUR_DECIMALS = 2 };
    for (unsigned h = 0; h <= WH_HOURS_OF_WEEK; h++) {
        const bool is_vague = h == WH_HOURS_OF_WEEK;
        add_theme(row, theme);
        add_period(row, theme);
        wh_row_text(row, is_vague ? "" : day[h / 24]);
        if (is_vague) {
            wh_row_text(row, "");
        } else {
            wh_row_uint(row, h % 24);
        }
        wh_row_real(row, is_vague ? hours->n_vague : hours->requests[h], HOUR_DECIMALS);
        wh_row_end(row);
    }
}

enum wh_status wh_tables_write_hours(const struct wh_job *job,
                                     const struct wh_officer_report *report, struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    struct wh_row row = {.buf = &buf};
    add_header(&row, job->report, WH_OUT_HOURS_CSV);
    for (size_t i = 0; i < job->report->n_themes; i++) {
        add_hours(&job->report->theme[i], &report->hours[i], &row);
    }
    const enum wh_status status = wh_job_write(job, wh_out_file_name(WH_OUT_HOURS_CSV), &buf, err);
    wh_buf_finish(&buf);
    return status;
}
