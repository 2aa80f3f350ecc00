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
#define PROBLEMS_T IN(WH_OUT_PROBLEMS_CSV)
#define REQUESTS IN(WH_OUT_REQUESTS_GEOJSON)
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
      "Text that names this feature; the same from night to night while it persists.", false},
     AREAS | SPOTS | PARTS | REQUESTS,
     false},
    {{"theme", "Theme", "", "Identifier of the theme: what the figures are about.", false},
     SPOTS | PARTS | WARDS_T | THEMES_T | PROBLEMS_T,
     false},
    {{"theme_title", "Theme title", "", "Name of the theme for people.", false},
     SPOTS | PARTS | WARDS_T | THEMES_T | PROBLEMS_T,
     false},
    {{"hotspot", "Hot spot", "", "Identifier of the hot spot that this is the part of.", false},
     PARTS,
     false},
    {{"rank", "Rank", "",
      "Place of the hot spot in its theme by requests above the expected number (by requests where "
      "none is expected); 1 has most; those that are no longer hot spots come last.",
      false},
     SPOTS | PARTS,
     false},
    {{"name", "Hot spot name", "", "Streets or places that the hot spot covers.", false},
     SPOTS | PARTS,
     false},
    {{"code", "Ward code", "", "Official code of the ward.", false}, AREAS, false},
    {{"name", "Ward name", "", "Name of the ward.", false}, AREAS, false},
    {{"ward_code", "Ward code", "", "Official code of the ward.", false},
     PARTS | WARDS_T | PROBLEMS_T | REQUESTS,
     false},
    {{"ward_name", "Ward name", "", "Name of the ward.", false},
     PARTS | WARDS_T | PROBLEMS_T,
     false},
    {{"wards", "Wards", "",
      "Names of the wards that the hot spot lies in, the one with most requests first.", false},
     SPOTS,
     false},
    {{"owner", "Owner", "", "Who deals with this theme.", false}, SPOTS | THEMES_T, false},
    {{"trend", "Trend", "",
      "new, growing, steady, shrinking, gone or unknown, against the period before. Growing, "
      "shrinking and gone mean more than chance would do.",
      false},
     SPOTS | PARTS,
     false},
    {{"since", "Hot spot since", "date",
      "First day as of which this was a hot spot, by the nights that were run; it is the same one "
      "as "
      "long as it shares at least half of the ground of the smaller with what it was the night "
      "before.",
      false},
     SPOTS,
     false},
    {{"period_from", "Period from", "date", "First day of the period that is counted.", false},
     SPOTS | PARTS | WARDS_T | THEMES_T | PROBLEMS_T,
     false},
    {{"period_to", "Period to", "date", "Last day of the period that is counted.", false},
     SPOTS | PARTS | WARDS_T | THEMES_T | PROBLEMS_T,
     false},
    {{"area_km2", "Area", "km2", "Area on the ground.", false}, AREAS | SPOTS | PARTS, false},
    {{"population", "Residents", "residents", "Residents of the ward, from the ward layer.", false},
     AREAS,
     false},
    {{"households", "Households", "households", "Households of the ward, from the ward layer.",
      false},
     AREAS,
     false},
    {{"count", "Requests", "requests",
      "Requests placed here and opened in the period. A count, not a rate.", true},
     EVERY_FIGURE | PROBLEMS_T | AREAS,
     true},
    {{"problems", "Problems", "problems",
      "Problems that these requests tell of: requests of one category, near the first and soon "
      "after "
      "it (repeats in the config), are one.",
      false},
     PROBLEMS_T,
     false},
    {{"count_shown", "Requests as printed", "",
      "The count in the words of every page and table: the number, or why it is not shown.", false},
     GEOJSON | AREAS,
     true},
    {{"previous", "Requests before", "requests",
      "Requests placed here and opened in the period of equal length just before.", true},
     EVERY_FIGURE | AREAS,
     true},
    {{"previous_shown", "Requests before as printed", "",
      "The count before in the words of every page and table.", false},
     GEOJSON | AREAS,
     true},
    {{"change", "Change", "requests",
      "Requests less requests before; empty when either is not shown or the records do not go back "
      "far enough.",
      true},
     EVERY_FIGURE | AREAS,
     true},
    {{"per_km2", "Requests per km2", "requests per km2 in the period",
      "Requests divided by the area.", true},
     EVERY_FIGURE | AREAS,
     true},
    {{"per_1000", "Requests per 1,000 residents", "requests per 1,000 residents in the period",
      "Requests divided by residents; empty without a population.", true},
     WARDS_T | THEMES_T | AREAS,
     true},
    {{"expected", "Expected requests", "requests",
      "Requests that a typical area with as many of what the theme is compared with (relative_to) "
      "would have; empty where it is compared with nothing.",
      true},
     SPOTS,
     false},
    {{"ratio", "Times the expected", "", "Requests divided by expected requests.", true},
     SPOTS,
     false},
    {{"ratio_low", "Times the expected, at least", "",
      "Lower 95 % limit of the ratio: that of the count (exact below 10, Byar's from 10 on) "
      "divided "
      "by expected requests.",
      true},
     SPOTS,
     false},
    {{"ratio_high", "Times the expected, at most", "", "Upper 95 % limit of the ratio.", true},
     SPOTS,
     false},
    {{"q", "False-discovery rate", "",
      "Lowest rate of false discoveries, of all hot spots' addresses or other base, at which the "
      "hot spot is one; 0.05 and less count.",
      false},
     SPOTS,
     false},
    {{"firmness", "Firm or tentative", "",
      "firm where the hot spot survives at least 90 % of 200 draws in which each request is put "
      "anew within the precision of its place; else tentative; empty when it is no longer one.",
      false},
     SPOTS,
     false},
    {{"sentence", "In words", "", "The hot spot in one sentence, as on every page.", false},
     SPOTS_G,
     false},
    {{"category", "Category", "", "Category of the request in its source.", false},
     REQUESTS,
     false},
    {{"source", "Source", "", "Identifier of the source.", false}, REQUESTS, false},
    {{"opened", "Opened", "date and time, UTC", "When the request was opened.", false},
     REQUESTS,
     false},
    {{"method", "Placing method", "", "How the request got its place: coordinate or postcode.",
      false},
     REQUESTS,
     false},
    {{"precision_m", "Placing precision", "m", "One standard deviation of the place.", false},
     REQUESTS,
     false},
    {{"outcome", "Outcome", "", "mapped; outside the area; or withheld: at a default location.",
      false},
     REQUESTS,
     false},
    {{"problem", "Problem", "",
      "Identifier of the first request that tells of the same problem: its own, where it is the "
      "first or alone.",
      false},
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
    case WH_OUT_WARDS_CSV:
        return "tables/wards.csv";
    case WH_OUT_HOTSPOTS_CSV:
        return "tables/hotspots.csv";
    case WH_OUT_PARTS_CSV:
        return "tables/hotspots-by-ward.csv";
    case WH_OUT_THEMES_CSV:
        return "tables/themes.csv";
    case WH_OUT_PROBLEMS_CSV:
        return "tables/problems.csv";
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

void wh_fields_each(const struct wh_report *report, enum wh_out_file file, wh_out_field_fn *fn,
                    void *user)
{
    const bool has_themes = file == WH_OUT_WARDS_GEOJSON;
    for (size_t i = 0; i < N_DICTIONARY; i++) {
        if ((dictionary[i].files & IN(file)) != 0 && !(has_themes && dictionary[i].is_per_theme)) {
            fn(user, &dictionary[i].field);
        }
    }
    for (size_t i = 0; has_themes && i < report->n_themes; i++) {
        each_of_theme(report->theme[i].theme, fn, user);
    }
}

struct rows {
    struct wh_buf *buf;
    enum wh_out_file file;
};

static void add_row(void *user, const struct wh_out_field *field)
{
    const struct rows *rows = user;
    const char *cell[] = {wh_out_file_name(rows->file),
                          field->name,
                          field->alias,
                          field->unit,
                          field->definition,
                          field->may_be_hidden ? "yes" : "no"};
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
        if (file >= WH_OUT_PROBLEMS_CSV && job->report->edition == WH_EDITION_PUBLIC) {
            continue;
        }
        if (!is_geojson || job->opt->wants_geojson) {
            struct rows rows = {&buf, file};
            wh_fields_each(job->report, file, add_row, &rows);
        }
    }
    const enum wh_status status = wh_job_write(job, "fields.csv", &buf, err);
    wh_buf_finish(&buf);
    return status;
}
