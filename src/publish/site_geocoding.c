/* publish/site_geocoding.c: geocoding.html of the officers' site. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/time.h"
#include "publish/geocoding.h"
#include "publish/html.h"

enum { MOST_ROWS = 50 }; /* of one table; geocoding.json has all */

struct page {
    const struct wh_job *job;
    const struct wh_geocoding *geocoding;
};

/* ---- cells ---- */

static void add_count(struct wh_buf *buf, uint64_t n)
{
    char text[32];
    wh_buf_printf(buf, "<td>%s</td>", wh_format_count(n, text, sizeof text));
}

static void add_share(struct wh_buf *buf, uint64_t part, uint64_t all)
{
    if (all == 0) {
        wh_buf_c(buf, "<td>–</td>");
    } else {
        wh_buf_printf(buf, "<td>%.1f&nbsp;%%</td>", 100 * (double)part / (double)all);
    }
}

/* Text stands left, in the first `n_words` columns; figures right of it. */
static void begin_table(struct wh_buf *buf, const char *id, const char *title,
                        const char *const *header, size_t n, size_t n_words)
{
    wh_buf_printf(buf,
                  "<h3 id=\"%s\">%s</h3>\n<div class=\"scroll\" role=\"region\" "
                  "aria-labelledby=\"%s\" tabindex=\"0\">\n<table>\n<thead><tr>",
                  id, title, id);
    for (size_t i = 0; i < n; i++) {
        wh_buf_printf(buf, "<th scope=\"col\"%s>%s</th>", i < n_words ? "" : " class=\"number\"",
                      header[i]);
    }
    wh_buf_c(buf, "</tr></thead>\n<tbody>\n");
}

static void begin_row(struct wh_buf *buf, const char *name)
{
    wh_buf_c(buf, "<tr><th scope=\"row\">");
    wh_html_text(buf, name[0] == '\0' ? "(not said)" : name);
    wh_buf_c(buf, "</th>");
}

static void add_words(struct wh_buf *buf, const char *text)
{
    wh_buf_c(buf, "<td class=\"words\">");
    wh_html_text(buf, text);
    wh_buf_c(buf, "</td>");
}

static void end_table(struct wh_buf *buf)
{
    wh_buf_c(buf, "</tbody>\n</table>\n</div>\n");
}

/* ---- slots ---- */

static void add_lead(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    const struct wh_hits *all = &geocoding->all;
    const uint64_t placed = wh_hits_placed(all);
    uint64_t within_100 = 0;
    char n[32];
    if (all->requests == 0) {
        wh_buf_c(buf, "There are no requests.");
        return;
    }
    for (size_t i = 0; i < WH_N_PRECISIONS; i++) {
        within_100 += wh_precision_limit_m(i) <= 100 ? geocoding->by_precision[i] : 0;
    }
    wh_buf_printf(buf, "%.1f&nbsp;%% of %s requests have a place",
                  100 * (double)placed / (double)all->requests,
                  wh_format_count(all->requests, n, sizeof n));
    if (placed > 0) {
        wh_buf_printf(buf, "; %.1f&nbsp;%% of those are known to 100&nbsp;m or better",
                      100 * (double)within_100 / (double)placed);
    }
    wh_buf_printf(buf, ". %s have none.", wh_format_count(all->requests - placed, n, sizeof n));
}

static void add_methods(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    static const char *const header[] = {"Rung of the ladder", "Requests", "Share"};
    const struct wh_hits *all = &geocoding->all;
    begin_table(buf, "methods", "How they were placed", header, 3, 1);
    for (size_t i = 1; i <= WH_N_METHODS; i++) {
        const size_t m = i % WH_N_METHODS; /* those without a place come last */
        if (all->by_method[m] == 0) {
            continue;
        }
        begin_row(buf, wh_method_words((enum wh_method)m));
        add_count(buf, all->by_method[m]);
        add_share(buf, all->by_method[m], all->requests);
        wh_buf_c(buf, "</tr>\n");
    }
    end_table(buf);
}

static void add_precisions(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    static const char *const header[] = {"Precision", "Requests", "Share"};
    begin_table(buf, "precision", "How well they are known", header, 3, 1);
    for (size_t i = 0; i < WH_N_PRECISIONS; i++) {
        const double limit_m = wh_precision_limit_m(i);
        char words[80], from[32], to[32];
        if (i > 0) {
            wh_format_count((uint64_t)wh_precision_limit_m(i - 1), from, sizeof from);
        }
        if (isfinite(limit_m)) {
            wh_format_count((uint64_t)limit_m, to, sizeof to);
            snprintf(words, sizeof words, "%s%s%s m", i == 0 ? "" : from,
                     i == 0 ? "up to " : " to ", to);
        } else {
            snprintf(words, sizeof words, "more than %s m", from);
        }
        begin_row(buf, words);
        add_count(buf, geocoding->by_precision[i]);
        add_share(buf, geocoding->by_precision[i], wh_hits_placed(&geocoding->all));
        wh_buf_c(buf, "</tr>\n");
    }
    end_table(buf);
}

/* Rungs that say about as much. */
static uint64_t count_spots(const struct wh_hits *hits)
{
    uint64_t n = 0;
    for (size_t m = WH_METHOD_CORRECTION; m <= WH_METHOD_JUNCTION; m++) {
        n += hits->by_method[m];
    }
    return n;
}

static void add_breakdown(struct wh_buf *buf, const struct wh_geocoding *geocoding,
                          enum wh_breakdown breakdown)
{
    static const char *const title[WH_N_BREAKDOWNS] = {"By source", "By category", "By channel",
                                                       "By ward"};
    static const char *const first[WH_N_BREAKDOWNS] = {"Source", "Category", "Channel", "Ward"};
    const char *const header[] = {
        first[breakdown], "Requests",    "Placed",   "To the house or spot",
        "By street",      "By postcode", "By place", "Only ward",
        "Not at all"};
    const size_t n = geocoding->n_by[breakdown], shown = n < MOST_ROWS ? n : MOST_ROWS;
    char id[32], number[32];
    snprintf(id, sizeof id, "by-%s", wh_breakdown_name(breakdown));
    begin_table(buf, id, title[breakdown], header, sizeof header / sizeof header[0], 1);
    for (size_t i = 0; i < shown; i++) {
        const struct wh_hits *hits = &geocoding->by[breakdown][i];
        begin_row(buf, hits->name);
        add_count(buf, hits->requests);
        add_share(buf, wh_hits_placed(hits), hits->requests);
        add_count(buf, count_spots(hits));
        add_count(buf, hits->by_method[WH_METHOD_STREET]);
        add_count(buf,
                  hits->by_method[WH_METHOD_POSTCODE] + hits->by_method[WH_METHOD_ENDED_POSTCODE]);
        add_count(buf, hits->by_method[WH_METHOD_PLACE]);
        add_count(buf, hits->by_method[WH_METHOD_WARD]);
        add_count(buf, hits->by_method[WH_METHOD_NONE]);
        wh_buf_c(buf, "</tr>\n");
    }
    end_table(buf);
    if (n > shown) {
        wh_buf_printf(buf, "<p>%s more are in geocoding.json.</p>\n",
                      wh_format_count(n - shown, number, sizeof number));
    }
}

static void add_reasons(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    static const char *const header[] = {"Why", "Requests"};
    const uint64_t without = geocoding->all.requests - wh_hits_placed(&geocoding->all);
    if (without == 0) {
        wh_buf_c(buf, "<p>Every request has a place.</p>\n");
        return;
    }
    begin_table(buf, "reasons", "Why there is no place", header, 2, 1);
    for (size_t i = 0; i < WH_N_REASONS; i++) {
        if (geocoding->by_reason[i] > 0) {
            begin_row(buf, i == 0 ? "no reason noted" : wh_reason_words((enum wh_place_reason)i));
            add_count(buf, geocoding->by_reason[i]);
            wh_buf_c(buf, "</tr>\n");
        }
    }
    end_table(buf);
}

static void add_checks(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    static const char *const header[] = {"What was noticed", "Requests"};
    const struct {
        const char *words;
        uint64_t n;
    } check[] = {
        {"several places fitted as well: none of them was taken", geocoding->ties},
        {"given coordinate and postcode are far apart", geocoding->conflicts},
        {"the address was found, but under another postcode", geocoding->other_postcodes},
        {"the given coordinate cannot be a place", geocoding->placeholders},
    };
    begin_table(buf, "checks", "What was noticed", header, 2, 1);
    for (size_t i = 0; i < sizeof check / sizeof check[0]; i++) {
        begin_row(buf, check[i].words);
        add_count(buf, check[i].n);
        wh_buf_c(buf, "</tr>\n");
    }
    end_table(buf);
}

static void add_defaults(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    static const char *const header[] = {"Place", "Source", "On the map", "Requests"};
    if (geocoding->n_defaults == 0) {
        return;
    }
    begin_table(buf, "defaults", "Default locations", header, 4, 3);
    for (size_t i = 0; i < geocoding->n_defaults; i++) {
        const struct wh_default_location *found = &geocoding->default_location[i];
        char place[64];
        snprintf(place, sizeof place, "x %.0f, y %.0f", found->x, found->y);
        begin_row(buf, found->postcode[0] != '\0' ? found->postcode : place);
        add_words(buf, found->source_id);
        add_words(buf, found->is_withheld ? "no" : "yes");
        add_count(buf, found->n);
        wh_buf_c(buf, "</tr>\n");
    }
    end_table(buf);
    wh_buf_c(buf, "<p>One place that holds far more requests than a real place does is where "
                  "somebody clicked for want of another: the town hall, the depot.</p>\n");
}

static void add_unknown_streets(struct wh_buf *buf, const struct wh_geocoding *geocoding)
{
    static const char *const header[] = {"As it is written", "Requests"};
    if (geocoding->n_unknown_streets == 0) {
        return;
    }
    begin_table(buf, "unknown-streets", "Streets that no gazetteer knows", header, 2, 1);
    for (size_t i = 0; i < geocoding->n_unknown_streets; i++) {
        begin_row(buf, geocoding->unknown_street[i].name);
        add_count(buf, geocoding->unknown_street[i].n);
        wh_buf_c(buf, "</tr>\n");
    }
    end_table(buf);
}

static void add_gazetteers(struct wh_buf *buf, const struct page *page)
{
    static const char *const header[] = {"File", "Holds", "Edition", "Rows", "Age in days"};
    const struct wh_geocoding *geocoding = page->geocoding;
    if (geocoding->n_gazetteers == 0) {
        wh_buf_c(buf, "<p>The config names no gazetteer: only given coordinates can be "
                      "placed.</p>\n");
        return;
    }
    begin_table(buf, "gazetteers", "Gazetteers", header, 5, 3);
    for (size_t i = 0; i < geocoding->n_gazetteers; i++) {
        const struct wh_gazetteer_note *note = &geocoding->gazetteer[i];
        char day[32];
        begin_row(buf, wh_gazetteer_file_name(note));
        add_words(buf, wh_gazetteer_type_name(note->type));
        const bool is_dated = note->edition_day != WH_NO_DAY;
        add_words(buf,
                  is_dated ? wh_format_day_words(note->edition_day, day, sizeof day) : "not known");
        add_count(buf, note->rows);
        if (is_dated) {
            wh_buf_printf(buf, "<td>%" PRId64 "</td></tr>\n",
                          page->job->report->as_of_day - note->edition_day);
        } else {
            wh_buf_c(buf, "<td>–</td></tr>\n");
        }
    }
    end_table(buf);
}

static bool fill(void *user, struct wh_str name, struct wh_buf *buf)
{
    const struct page *page = user;
    const struct wh_geocoding *geocoding = page->geocoding;
    if (wh_str_eq_c(name, "lead")) {
        add_lead(buf, geocoding);
    } else if (wh_str_eq_c(name, "methods")) {
        add_methods(buf, geocoding);
        add_precisions(buf, geocoding);
    } else if (wh_str_eq_c(name, "breakdowns")) {
        for (size_t b = 0; b < WH_N_BREAKDOWNS; b++) {
            add_breakdown(buf, geocoding, (enum wh_breakdown)b);
        }
    } else if (wh_str_eq_c(name, "failures")) {
        add_reasons(buf, geocoding);
        add_unknown_streets(buf, geocoding);
        add_checks(buf, geocoding);
        add_defaults(buf, geocoding);
    } else if (wh_str_eq_c(name, "gazetteers")) {
        add_gazetteers(buf, page);
    } else {
        return wh_html_fill(page->job, name, buf);
    }
    return true;
}

enum wh_status wh_site_write_geocoding(const struct wh_job *job,
                                       const struct wh_geocoding *geocoding, struct wh_error *err)
{
    struct wh_buf html;
    struct page page = {.job = job, .geocoding = geocoding};
    wh_buf_init(&html, job->ctx);
    enum wh_status status = wh_html_template(job, "geocoding.html", fill, &page, &html, err);
    if (status == WH_OK) {
        status = wh_job_write(job, "geocoding.html", &html, err);
    }
    wh_buf_finish(&html);
    return status;
}
