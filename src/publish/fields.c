/* publish/fields.c: one row a field and the files that it stands in; writers and styles ask here,
 * so that nothing goes undefined. */
#include "publish/fields.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

#define IN(file) (1u << (file))
#define AREAS IN(WH_OUT_WARDS_GEOJSON)
#define SPOTS_G IN(WH_OUT_HOTSPOTS_GEOJSON)
#define PARTS_G IN(WH_OUT_PARTS_GEOJSON)
#define WARDS_T IN(WH_OUT_WARDS_CSV)
#define SPOTS_T IN(WH_OUT_HOTSPOTS_CSV)
#define PARTS_T IN(WH_OUT_PARTS_CSV)
#define THEMES_T IN(WH_OUT_THEMES_CSV)
#define LEVELS_T IN(WH_OUT_AREAS_CSV)
#define FIGURES_T IN(WH_OUT_FIGURES_CSV)
#define BREAKDOWNS_T IN(WH_OUT_BREAKDOWNS_CSV)
#define INPUTS_T IN(WH_OUT_INPUTS_CSV)
#define BY_LEVEL (LEVELS_T | FIGURES_T | BREAKDOWNS_T | INPUTS_T)
#define HOURS_T IN(WH_OUT_HOURS_CSV)
#define EVIDENCE_T IN(WH_OUT_EVIDENCE_CSV)
#define REQUESTS IN(WH_OUT_REQUESTS_GEOJSON)
#define AREAS_G IN(WH_OUT_AREAS_GEOJSON)
#define CELLS_G IN(WH_OUT_CELLS_GEOJSON)
#define WARDS_V IN(WH_OUT_WARDS_TILES)
#define SPOTS_V IN(WH_OUT_HOTSPOTS_TILES)
#define CELLS_V IN(WH_OUT_CELLS_TILES)
#define TILES (WARDS_V | SPOTS_V | CELLS_V)
#define FIGURES_V (WARDS_V | SPOTS_V)
#define CELLS (CELLS_G | CELLS_V)
#define SPOTS (SPOTS_G | SPOTS_T)
#define PARTS (PARTS_G | PARTS_T)
#define GEOJSON (SPOTS_G | PARTS_G)
#define EVERY_FIGURE (SPOTS | PARTS | WARDS_T | THEMES_T)

/* In the order of every file. Per-theme fields come last in wards.geojson, once a theme. */
static const struct {
    struct wh_out_field field;
    unsigned files;
    bool is_per_theme; /* in wards.geojson */
} dictionary[] = {
    {{"id", "Identifier", "",
      "Text that names this feature; the same from night to night while it persists.", false,
      WH_VALUE_TEXT},
     AREAS | SPOTS | PARTS | REQUESTS | EVIDENCE_T | CELLS_G | TILES | AREAS_G,
     false},
    {{"theme", "Theme", "", "Identifier of the theme: what the figures are about.", false,
      WH_VALUE_TEXT},
     SPOTS | PARTS | WARDS_T | THEMES_T | HOURS_T | BY_LEVEL | EVIDENCE_T | CELLS_G,
     false},
    {{"theme_title", "Theme title", "", "Name of the theme for people.", false, WH_VALUE_TEXT},
     SPOTS | PARTS | WARDS_T | THEMES_T | HOURS_T | CELLS_G,
     false},
    {{"level", "Level", "", "Identifier of the level: wards, or one of the config's areas.", false,
      WH_VALUE_TEXT},
     BY_LEVEL,
     false},
    {{"area_code", "Area code", "",
      "Code of the area; (elsewhere): in none of the level's areas; (all): all of them.", false,
      WH_VALUE_TEXT},
     BY_LEVEL | AREAS_G,
     false},
    {{"area_name", "Area name", "", "Name of the area.", false, WH_VALUE_TEXT},
     BY_LEVEL | AREAS_G,
     false},
    {{"hotspot", "Hot spot", "", "Identifier of the hot spot that this is the part of.", false,
      WH_VALUE_TEXT},
     PARTS,
     false},
    {{"rank", "Rank", "",
      "Place of the hot spot in its theme by requests above the expected number (by requests where "
      "none is expected); 1 has most; those that are no longer hot spots come last.",
      false, WH_VALUE_INTEGER},
     SPOTS | PARTS | SPOTS_V,
     false},
    {{"name", "Hot spot name", "", "Streets or places that the hot spot covers.", false,
      WH_VALUE_TEXT},
     SPOTS | PARTS | SPOTS_V,
     false},
    {{"code", "Ward code", "", "Official code of the ward.", false, WH_VALUE_TEXT},
     AREAS | WARDS_V,
     false},
    {{"name", "Ward name", "", "Name of the ward.", false, WH_VALUE_TEXT}, AREAS | WARDS_V, false},
    {{"ward_code", "Ward code", "", "Official code of the ward.", false, WH_VALUE_TEXT},
     PARTS | WARDS_T | REQUESTS,
     false},
    {{"ward_name", "Ward name", "", "Name of the ward.", false, WH_VALUE_TEXT},
     PARTS | WARDS_T,
     false},
    {{"wards", "Wards", "",
      "Names of the wards that the hot spot lies in, the one with most requests first.", false,
      WH_VALUE_TEXT},
     SPOTS,
     false},
    {{"owner", "Owner", "", "Who deals with this theme.", false, WH_VALUE_TEXT},
     SPOTS | THEMES_T,
     false},
    {{"trend", "Trend", "",
      "new, growing, steady, shrinking, gone or unknown, against the period before. Growing, "
      "shrinking and gone mean more than chance would do.",
      false, WH_VALUE_TEXT},
     SPOTS | PARTS | SPOTS_V,
     false},
    {{"since", "Hot spot since", "date",
      "First day as of which this was a hot spot, by the nights that were run; it is the same one "
      "as "
      "long as it shares at least half of the ground of the smaller with what it was the night "
      "before.",
      false, WH_VALUE_DAY},
     SPOTS | SPOTS_V,
     false},
    {{"period_from", "Period from", "date", "First day of the period that is counted.", false,
      WH_VALUE_DAY},
     SPOTS | PARTS | WARDS_T | THEMES_T | HOURS_T | BY_LEVEL | CELLS_G,
     false},
    {{"period_to", "Period to", "date", "Last day of the period that is counted.", false,
      WH_VALUE_DAY},
     SPOTS | PARTS | WARDS_T | THEMES_T | HOURS_T | BY_LEVEL | CELLS_G,
     false},
    {{"area_km2", "Area", "km2", "Area on the ground.", false, WH_VALUE_REAL},
     AREAS | SPOTS | PARTS | EVIDENCE_T | AREAS_G,
     false},
    {{"population", "Residents", "residents", "Residents of the ward or area, from its layer.",
      false, WH_VALUE_INTEGER},
     AREAS | AREAS_G,
     false},
    {{"households", "Households", "households", "Households of the ward or area, from its layer.",
      false, WH_VALUE_INTEGER},
     AREAS | AREAS_G,
     false},
    {{"count", "Requests", "requests",
      "Requests placed here and opened in the period. A count, not a rate. Metric: requests.", true,
      WH_VALUE_INTEGER},
     EVERY_FIGURE | AREAS | LEVELS_T | EVIDENCE_T | FIGURES_V,
     true},
    {{"count_shown", "Requests as printed", "",
      "The count in the words of every page and table: the number, or why it is not shown.", false,
      WH_VALUE_TEXT},
     GEOJSON | AREAS | FIGURES_V,
     true},
    {{"previous", "Requests before", "requests",
      "Requests placed here and opened in the period of equal length just before. Metric: "
      "previous.",
      true, WH_VALUE_INTEGER},
     EVERY_FIGURE | AREAS | LEVELS_T | EVIDENCE_T | FIGURES_V,
     true},
    {{"previous_shown", "Requests before as printed", "",
      "The count before in the words of every page and table.", false, WH_VALUE_TEXT},
     GEOJSON | AREAS | FIGURES_V,
     true},
    {{"change", "Change", "requests",
      "Requests less requests before; empty when either is not shown or the records do not go back "
      "far enough. Metric: change.",
      true, WH_VALUE_INTEGER},
     EVERY_FIGURE | AREAS | LEVELS_T | FIGURES_V,
     true},
    {{"per_km2", "Requests per km2", "requests per km2 in the period",
      "Requests divided by the area. Metric: per_km2.", true, WH_VALUE_REAL},
     EVERY_FIGURE | AREAS | LEVELS_T | FIGURES_V,
     true},
    {{"per_1000", "Requests per 1,000 residents", "requests per 1,000 residents in the period",
      "Requests divided by residents; empty without a population. Metric: per_1000.", true,
      WH_VALUE_REAL},
     WARDS_T | THEMES_T | AREAS | LEVELS_T | WARDS_V,
     true},
    {{"expected", "Expected requests", "requests",
      "Requests that a typical area with as many of what the theme is compared with (relative_to) "
      "would have; empty where it is compared with nothing.",
      true, WH_VALUE_REAL},
     SPOTS | SPOTS_V,
     false},
    {{"ratio", "Times the expected", "", "Requests divided by expected requests.", true,
      WH_VALUE_REAL},
     SPOTS | SPOTS_V,
     false},
    {{"ratio_low", "Times the expected, at least", "",
      "Lower 95 % limit of the ratio: that of the count (exact below 10, Byar's from 10 on) "
      "divided "
      "by expected requests.",
      true, WH_VALUE_REAL},
     SPOTS,
     false},
    {{"ratio_high", "Times the expected, at most", "", "Upper 95 % limit of the ratio.", true,
      WH_VALUE_REAL},
     SPOTS,
     false},
    {{"q", "False-discovery rate", "",
      "Lowest rate of false discoveries, of all hot spots' addresses or other base, at which the "
      "hot spot is one; 0.05 and less count.",
      false, WH_VALUE_REAL},
     SPOTS,
     false},
    {{"firmness", "Firm or tentative", "",
      "firm where the hot spot survives at least 90 % of 200 draws in which each request is put "
      "anew within the precision of its place; else tentative; empty when it is no longer one.",
      false, WH_VALUE_TEXT},
     SPOTS | SPOTS_V,
     false},
    {{"count", "Requests at least", "requests",
      "Requests placed in the square and opened in the period; for the public rounded down to a "
      "multiple of the number below which counts are hidden. Squares below that, and some more so "
      "that no small number can be worked out, are left out. Metric: requests.",
      true, WH_VALUE_INTEGER},
     CELLS,
     false},
    {{"count_words", "Requests in words", "",
      "The count, or the numbers that it stands for: 10 to 14.", false, WH_VALUE_TEXT},
     CELLS,
     false},
    {{"emerging", "Emerging class", "",
      "How the place has done over the past periods, at the square's middle or the hot spot's "
      "densest point: new, consecutive, intensifying, persistent, diminishing, sporadic, "
      "oscillating or historical hot spot, the same eight of cold spots, or no pattern (the 17 "
      "classes of docs/hotspots.md). Officers only: empty for the public.",
      true, WH_VALUE_TEXT},
     SPOTS | SPOTS_V | CELLS,
     false},
    {{"sentence", "In words", "", "The hot spot in one sentence, as on every page.", false,
      WH_VALUE_TEXT},
     SPOTS_G,
     false},
    {{"metric", "Metric", "", "Identifier of the metric, as in metrics.csv.", false, WH_VALUE_TEXT},
     FIGURES_T,
     false},
    {{"value", "Value", "as in metrics.csv", "The metric's value; empty where it is not shown.",
      true, WH_VALUE_TEXT},
     FIGURES_T,
     false},
    {{"low", "Lower limit", "as in metrics.csv",
      "The metric's lower limit (metrics.csv says of what kind); empty where it has none.", true,
      WH_VALUE_REAL},
     FIGURES_T,
     false},
    {{"high", "Upper limit", "as in metrics.csv", "The metric's upper limit.", true, WH_VALUE_REAL},
     FIGURES_T,
     false},
    {{"shown", "Shown", "",
      "shown; few: a small number; withheld: so that one cannot be worked out; not-known: no "
      "source "
      "says; undefined: there is nothing to divide by.",
      false, WH_VALUE_TEXT},
     FIGURES_T,
     false},
    {{"words", "In words", "", "The value as on every page, or why there is none.", true,
      WH_VALUE_TEXT},
     FIGURES_T,
     false},
    {{"kind", "Kind", "",
      "What requests are broken down by: channel, provider, or a level's segments.", false,
      WH_VALUE_TEXT},
     BREAKDOWNS_T,
     false},
    {{"value", "Value", "", "One channel, provider or segment; empty: not said, or in none.", false,
      WH_VALUE_TEXT},
     BREAKDOWNS_T,
     false},
    {{"requests", "Requests", "requests",
      "Requests of this value in the area and period. Metric: requests_by.", true, WH_VALUE_TEXT},
     BREAKDOWNS_T,
     false},
    {{"compared_with", "Compared with", "",
      "What `base` counts: residents, addresses, or what else the theme is relative to.", false,
      WH_VALUE_TEXT},
     INPUTS_T,
     false},
    {{"weekday", "Day of the week", "",
      "Monday to Sunday, by the local clock; empty: of requests that are only known to a week or "
      "more.",
      false, WH_VALUE_TEXT},
     HOURS_T,
     false},
    {{"hour", "Hour", "", "Hour of the day, 0 to 23, by the local clock.", false, WH_VALUE_INTEGER},
     HOURS_T,
     false},
    {{"opened_then", "Requests opened then", "requests",
      "Requests of the theme and period that were opened in this hour of the week. One that is "
      "known to a span counts in each of its hours by that hour's share of the span (aoristic: "
      "Ratcliffe 2002); a day alone is a span of 24 hours.",
      false, WH_VALUE_REAL},
     HOURS_T,
     false},
    {{"theme_requests", "Requests of the theme", "requests",
      "Requests of the theme on the map in the period: what the base as a whole is set against.",
      false, WH_VALUE_TEXT},
     EVIDENCE_T,
     false},
    {{"base_inside", "Base in the hot spot", "",
      "How much of what the theme is relative to lies in the hot spot.", false, WH_VALUE_TEXT},
     EVIDENCE_T,
     false},
    {{"base_total", "Base of the whole area", "",
      "How much there is of what the theme is relative to.", false, WH_VALUE_TEXT},
     EVIDENCE_T,
     false},
    {{"category", "Category", "", "Category of the request in its source.", false, WH_VALUE_TEXT},
     REQUESTS,
     false},
    {{"source", "Source", "", "Identifier of the source.", false, WH_VALUE_TEXT}, REQUESTS, false},
    {{"opened", "Opened", "date and time, UTC", "When the request was opened.", false,
      WH_VALUE_TEXT},
     REQUESTS,
     false},
    {{"method", "Placing method", "", "How the request got its place: coordinate or postcode.",
      false, WH_VALUE_TEXT},
     REQUESTS,
     false},
    {{"precision_m", "Placing precision", "m", "One standard deviation of the place.", false,
      WH_VALUE_REAL},
     REQUESTS,
     false},
    {{"score", "Placing score", "",
      "How well the address fits the gazetteer, 0 to 1; 1 where nothing was compared.", false,
      WH_VALUE_REAL},
     REQUESTS,
     false},
    {{"tied", "Placing tied", "", "Several places fitted as well at a better rung: none was taken.",
      false, WH_VALUE_INTEGER},
     REQUESTS,
     false},
    {{"from_postcode_m", "From its postcode", "m",
      "How far the given coordinate is from the request's own postcode, where that is too far.",
      false, WH_VALUE_REAL},
     REQUESTS,
     false},
    {{"outcome", "Outcome", "", "mapped; outside the area; or withheld: at a default location.",
      false, WH_VALUE_TEXT},
     REQUESTS,
     false},
    {{"problem", "Problem", "",
      "Identifier of the first request that tells of the same problem: its own, where it is the "
      "first or alone.",
      false, WH_VALUE_TEXT},
     REQUESTS,
     false},
};
#define N_DICTIONARY (sizeof dictionary / sizeof dictionary[0])

const char *wh_out_file_name(enum wh_out_file file)
{
    switch (file) {
    case WH_OUT_WARDS_GEOJSON:
        return "geojson/wards.geojson";
    case WH_OUT_HOTSPOTS_GEOJSON:
        return "geojson/hotspots.geojson";
    case WH_OUT_PARTS_GEOJSON:
        return "geojson/hotspots-by-ward.geojson";
    case WH_OUT_AREAS_GEOJSON:
        return "geojson/areas-*.geojson";
    case WH_OUT_CELLS_GEOJSON:
        return "geojson/cells-*.geojson";
    case WH_OUT_WARDS_TILES:
        return "tiles/*-vector-* wards";
    case WH_OUT_HOTSPOTS_TILES:
        return "tiles/*-vector-* hotspots";
    case WH_OUT_CELLS_TILES:
        return "tiles/*-vector-* cells";
    case WH_OUT_WARDS_CSV:
        return "tables/wards.csv";
    case WH_OUT_HOTSPOTS_CSV:
        return "tables/hotspots.csv";
    case WH_OUT_PARTS_CSV:
        return "tables/hotspots-by-ward.csv";
    case WH_OUT_THEMES_CSV:
        return "tables/themes.csv";
    case WH_OUT_AREAS_CSV:
        return "tables/areas.csv";
    case WH_OUT_FIGURES_CSV:
        return "tables/figures.csv";
    case WH_OUT_BREAKDOWNS_CSV:
        return "tables/breakdowns.csv";
    case WH_OUT_INPUTS_CSV:
        return "tables/inputs.csv";
    case WH_OUT_HOURS_CSV:
        return "tables/hours.csv";
    case WH_OUT_EVIDENCE_CSV:
        return "evidence/inputs.csv";
    case WH_OUT_REQUESTS_GEOJSON:
        return "geojson/requests.geojson";
    case WH_N_OUT_FILES:
        break;
    }
    return "";
}

const char *wh_field_prefix(const struct wh_theme *theme, char *out, size_t size)
{
    snprintf(out, size, "%s_", theme->id);
    for (char *c = out; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    return out;
}

/* ---- columns of metrics ---- */

bool wh_has_metrics(const struct wh_report *report)
{
    return report->n_themes > 0 && report->theme[0].n_levels > 0;
}

void wh_metric_columns(wh_metric_column_fn *fn, void *user)
{
    for (unsigned i = 0; i < WH_N_METRICS; i++) {
        const enum wh_metric metric = (enum wh_metric)i;
        const bool is_older = metric == WH_METRIC_REQUESTS || metric == WH_METRIC_PREVIOUS ||
                              metric == WH_METRIC_CHANGE || metric == WH_METRIC_PER_KM2 ||
                              metric == WH_METRIC_PER_1000;
        if (!is_older) {
            fn(user, metric, 0);
        }
        if (wh_metric_note(metric)->limits != NULL) {
            fn(user, metric, 1);
            fn(user, metric, 2);
        }
    }
}

const char *wh_metric_column_name(enum wh_metric metric, int part, char *out, size_t size)
{
    snprintf(out, size, "%s%s", wh_metric_note(metric)->id,
             part == 0   ? ""
             : part == 1 ? "_low"
                         : "_high");
    return out;
}

struct metric_fields {
    wh_out_field_fn *fn;
    void *user;
    const char *prefix, *title; /* of a theme, or "" */
};

static void add_metric_field(void *user, enum wh_metric metric, int part)
{
    const struct metric_fields *const fields = user;
    const struct wh_metric_note *const note = wh_metric_note(metric);
    char column[64], name[160], alias[512], definition[640];
    snprintf(name, sizeof name, "%s%s", fields->prefix,
             wh_metric_column_name(metric, part, column, sizeof column));
    snprintf(alias, sizeof alias, "%s%s%s%s", fields->title, fields->title[0] == '\0' ? "" : ": ",
             note->title,
             part == 0   ? ""
             : part == 1 ? ", lower limit"
                         : ", upper limit");
    if (part == 0) {
        snprintf(definition, sizeof definition, "%s Metric: %s.", note->definition, note->id);
    } else {
        snprintf(definition, sizeof definition, "%s limit: %s. Metric: %s.",
                 part == 1 ? "Lower" : "Upper", note->limits, note->id);
    }
    const bool is_whole = part == 0 && note->decimals == 0;
    const struct wh_out_field field = {
        name, alias, note->unit, definition, true, is_whole ? WH_VALUE_INTEGER : WH_VALUE_REAL};
    fields->fn(fields->user, &field);
}

static void each_input(wh_out_field_fn *fn, void *user)
{
    for (unsigned i = 0; i < WH_IN_EVERY_AREA; i++) {
        const struct wh_input_note *const note = wh_input_note((enum wh_input)i);
        const struct wh_out_field field = {note->name,    note->name, "",
                                           note->meaning, true,       WH_VALUE_REAL};
        fn(user, &field);
    }
}

static void each_of_theme(const struct wh_theme *theme, wh_out_field_fn *fn, void *user)
{
    char prefix[80], name[128], alias[512];
    wh_field_prefix(theme, prefix, sizeof prefix);
    for (size_t i = 0; i < N_DICTIONARY; i++) {
        if (!dictionary[i].is_per_theme) {
            continue;
        }
        struct wh_out_field field = dictionary[i].field;
        snprintf(name, sizeof name, "%s%s", prefix, field.name);
        snprintf(alias, sizeof alias, "%s: %s", theme->title, field.alias);
        field.name = name;
        field.alias = alias;
        fn(user, &field);
    }
}

static void each_metric_of(const struct wh_report *report, const struct wh_theme *theme,
                           wh_out_field_fn *fn, void *user)
{
    char prefix[80] = "";
    struct metric_fields fields = {fn, user, prefix, theme == NULL ? "" : theme->title};
    if (theme != NULL) {
        wh_field_prefix(theme, prefix, sizeof prefix);
    }
    if (wh_has_metrics(report)) {
        wh_metric_columns(add_metric_field, &fields);
    }
}

void wh_fields_each(const struct wh_report *report, enum wh_out_file file, wh_out_field_fn *fn,
                    void *user)
{
    const bool has_themes = file == WH_OUT_WARDS_GEOJSON || file == WH_OUT_AREAS_GEOJSON;
    for (size_t i = 0; i < N_DICTIONARY; i++) {
        if ((dictionary[i].files & IN(file)) != 0 && !(has_themes && dictionary[i].is_per_theme)) {
            fn(user, &dictionary[i].field);
        }
    }
    for (size_t i = 0; has_themes && i < report->n_themes; i++) {
        each_of_theme(report->theme[i].theme, fn, user);
        each_metric_of(report, report->theme[i].theme, fn, user);
    }
    if (file == WH_OUT_WARDS_CSV || file == WH_OUT_AREAS_CSV) {
        each_metric_of(report, NULL, fn, user);
    }
    if (file == WH_OUT_INPUTS_CSV) {
        each_input(fn, user);
    }
}

static bool has_own_layer(const struct wh_level *level, size_t idx)
{
    return idx > 0 && !level->is_segments;
}

size_t wh_area_layer(const struct wh_report *report, size_t idx)
{
    size_t level = 0;
    for (; level < report->theme[0].n_levels; level++) {
        if (has_own_layer(report->theme[0].level[level].level, level) && idx-- == 0) {
            break;
        }
    }
    return level;
}

size_t wh_out_file_count(const struct wh_report *report, enum wh_out_file file)
{
    size_t n = 0;
    if (file == WH_OUT_CELLS_GEOJSON) {
        return report->n_themes;
    }
    if (file != WH_OUT_AREAS_GEOJSON) {
        return 1;
    }
    while (wh_has_metrics(report) && wh_area_layer(report, n) < report->theme[0].n_levels) {
        n++;
    }
    return n;
}

const char *wh_out_file_of(const struct wh_report *report, enum wh_out_file file, size_t idx,
                           char *out, size_t size)
{
    if (file == WH_OUT_CELLS_GEOJSON) {
        (void)snprintf(out, size, "geojson/cells-%s.geojson", report->theme[idx].theme->id);
    } else if (file == WH_OUT_AREAS_GEOJSON) {
        const struct wh_level_figures *const level = report->theme[0].level;
        (void)snprintf(out, size, "geojson/areas-%s.geojson",
                       level[wh_area_layer(report, idx)].level->id);
    } else {
        (void)snprintf(out, size, "%s", wh_out_file_name(file));
    }
    return out;
}

struct rows {
    struct wh_buf *buf;
    const char *name; /* of the file */
};

static void add_row(void *user, const struct wh_out_field *field)
{
    const struct rows *rows = user;
    const char *cell[] = {rows->name,  field->name,       field->alias,
                          field->unit, field->definition, field->may_be_hidden ? "yes" : "no"};
    for (size_t i = 0; i < sizeof cell / sizeof cell[0]; i++) {
        if (i > 0) {
            wh_buf_char(rows->buf, ',');
        }
        wh_buf_csv(rows->buf, wh_str_c(cell[i]));
    }
    wh_buf_c(rows->buf, "\r\n");
}

enum wh_status wh_fields_write(const struct wh_job *job, struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    wh_buf_c(&buf, "file,field,alias,unit,definition,may_be_hidden\r\n");
    for (unsigned i = 0; i < WH_N_OUT_FILES; i++) {
        const enum wh_out_file file = (enum wh_out_file)i;
        const bool is_geojson = strncmp(wh_out_file_name(file), "geojson/", 8) == 0;
        if (file >= WH_OUT_HOURS_CSV && job->report->edition == WH_EDITION_PUBLIC) {
            continue;
        }
        if ((BY_LEVEL & IN(file)) != 0 && !wh_has_metrics(job->report)) {
            continue;
        }
        if ((TILES & IN(file)) != 0 && !job->opt->wants_tiles) {
            continue;
        }
        if (!is_geojson || job->opt->wants_geojson) {
            for (size_t j = 0; j < wh_out_file_count(job->report, file); j++) {
                char name[128];
                struct rows rows = {&buf, wh_out_file_of(job->report, file, j, name, sizeof name)};
                wh_fields_each(job->report, file, add_row, &rows);
            }
        }
    }
    const enum wh_status status = wh_job_write(job, "fields.csv", &buf, err);
    wh_buf_finish(&buf);
    return status;
}
