/* publish/site_figures.c: sentences from metrics; what is hidden or not known is left out. */
#include "publish/site_figures.h"

#include <math.h>

#include "publish/fields.h"
#include "publish/html.h"

struct facts {
    struct wh_buf *buf;
    const struct wh_report *report;
    const struct wh_theme_report *theme;
    const struct wh_level_figures *figures;
    const struct wh_metric_value *metric; /* of the ward */
    size_t area;
};

static bool has(const struct facts *facts, enum wh_metric metric)
{
    return facts->metric[metric].shown == WH_SHOWN;
}

static double number(const struct facts *facts, enum wh_metric metric)
{
    return facts->metric[metric].value;
}

static void say(const struct facts *facts, enum wh_metric metric)
{
    char words[96];
    wh_html_text(facts->buf, wh_metric_words(metric, &facts->metric[metric],
                                             facts->report->hide_below, words, sizeof words));
}

static bool is_one(const struct facts *facts, enum wh_metric metric)
{
    return !(fabs(number(facts, metric) - 1) > 0);
}

/* "31 problems; 6 % of the contacts were about one that had been reported before." */
static void add_problems(const struct facts *facts)
{
    if (!has(facts, WH_METRIC_PROBLEMS) || !has(facts, WH_METRIC_REPEAT_SHARE)) {
        return;
    }
    wh_buf_c(facts->buf, "<li>They tell of ");
    say(facts, WH_METRIC_PROBLEMS);
    wh_buf_printf(facts->buf,
                  " new problem%s. %.0f&nbsp;%% of the contacts were about a problem "
                  "reported before.</li>\n",
                  is_one(facts, WH_METRIC_PROBLEMS) ? "" : "s",
                  number(facts, WH_METRIC_REPEAT_SHARE));
}

static const char *position_words(const struct facts *facts)
{
    const double at_95 = number(facts, WH_METRIC_FUNNEL_95),
                 at_998 = number(facts, WH_METRIC_FUNNEL_998);
    return at_998 > 0   ? "Here there are far more than chance explains"
           : at_95 > 0  ? "Here there are more, and that is unlikely to be chance"
           : at_998 < 0 ? "Here there are far fewer than chance explains"
           : at_95 < 0  ? "Here there are fewer, and that is unlikely to be chance"
                        : "The difference here could easily be chance";
}

static void add_expected(const struct facts *facts)
{
    if (!has(facts, WH_METRIC_FUNNEL_95) || facts->figures->level->areas->n < 2) {
        return;
    }
    wh_buf_printf(facts->buf, "<li>A typical ward %s would have %.0f. %s.",
                  wh_base_words(facts->figures->base), number(facts, WH_METRIC_EXPECTED),
                  position_words(facts));
    if (has(facts, WH_METRIC_SILENT) && number(facts, WH_METRIC_SILENT) > 0) {
        wh_buf_c(facts->buf, " Either there is less need, or people do not report.");
    }
    if (has(facts, WH_METRIC_RANK)) {
        const struct wh_metric_value *const rank = &facts->metric[WH_METRIC_RANK];
        wh_buf_printf(facts->buf, " By that measure it ranks %.0f of %u (1 has most)", rank->value,
                      facts->figures->level->areas->n);
        if (round(rank->low) < round(rank->high)) {
            wh_buf_printf(facts->buf, "; chance alone could make it anything from %.0f to %.0f.",
                          rank->low, rank->high);
        } else {
            wh_buf_c(facts->buf, ", and chance would hardly change that.");
        }
    }
    wh_buf_c(facts->buf, "</li>\n");
}

static void add_year(const struct facts *facts)
{
    if (!has(facts, WH_METRIC_LAST_YEAR) || !has(facts, WH_METRIC_CHANGE_YEAR)) {
        return;
    }
    const struct wh_metric_value *const ratio = &facts->metric[WH_METRIC_CHANGE_YEAR_RATIO];
    wh_buf_c(facts->buf, "<li>A year before there were ");
    say(facts, WH_METRIC_LAST_YEAR);
    wh_buf_c(facts->buf, ratio->shown != WH_SHOWN ? "."
                         : ratio->low > 1         ? ": now there are more, beyond chance."
                         : ratio->high < 1        ? ": now there are fewer, beyond chance."
                                                  : ": the difference could be chance.");
    wh_buf_c(facts->buf, "</li>\n");
}

static void add_open(const struct facts *facts)
{
    if (has(facts, WH_METRIC_OPEN) && has(facts, WH_METRIC_OVERDUE)) {
        wh_buf_c(facts->buf, "<li>");
        say(facts, WH_METRIC_OPEN);
        wh_buf_printf(facts->buf, " %s still open when the period ended, ",
                      is_one(facts, WH_METRIC_OPEN) ? "was" : "were");
        say(facts, WH_METRIC_OVERDUE);
        wh_buf_c(facts->buf, " of them overdue.</li>\n");
    }
    if (has(facts, WH_METRIC_WITHIN_TARGET)) {
        const struct wh_metric_value *const share = &facts->metric[WH_METRIC_WITHIN_TARGET];
        wh_buf_printf(facts->buf,
                      "<li>%.0f&nbsp;%% of those that were due were closed in time; chance "
                      "alone could make it %.0f to %.0f&nbsp;%%.</li>\n",
                      share->value, share->low, share->high);
    }
    if (has(facts, WH_METRIC_DAYS_MEDIAN) && has(facts, WH_METRIC_DAYS_P90)) {
        wh_buf_c(facts->buf, "<li>Half were closed within ");
        say(facts, WH_METRIC_DAYS_MEDIAN);
        wh_buf_printf(facts->buf, " day%s, nine in ten within ",
                      is_one(facts, WH_METRIC_DAYS_MEDIAN) ? "" : "s");
        say(facts, WH_METRIC_DAYS_P90);
        wh_buf_c(facts->buf, ".</li>\n");
    }
    if (has(facts, WH_METRIC_REOPENED) && number(facts, WH_METRIC_REOPENED) > 0) {
        wh_buf_c(facts->buf, "<li>");
        say(facts, WH_METRIC_REOPENED);
        wh_buf_printf(facts->buf, " %s opened again after being closed.</li>\n",
                      is_one(facts, WH_METRIC_REOPENED) ? "was" : "were");
    }
    if (has(facts, WH_METRIC_COST)) {
        wh_buf_c(facts->buf, "<li>Cost, where it is given: ");
        say(facts, WH_METRIC_COST);
        wh_buf_c(facts->buf, ".</li>\n");
    }
}

/* "By channel: web 12, phone 11, not said 3." */
static void add_split(const struct facts *facts, const struct wh_split *split)
{
    char words[64];
    bool is_first = true;
    for (size_t v = 0; v < split->n_values; v++) {
        const struct wh_count *const count = &split->count[facts->area * split->n_values + v];
        if (count->shown == WH_SHOWN && count->n == 0) {
            continue;
        }
        wh_buf_c(facts->buf, is_first ? "<li>By " : ", ");
        if (is_first) {
            wh_html_text(facts->buf, split->id);
            wh_buf_c(facts->buf, ": ");
        }
        wh_html_text(facts->buf, split->value[v][0] == '\0' ? "not said" : split->value[v]);
        wh_buf_char(facts->buf, ' ');
        wh_html_text(facts->buf,
                     wh_count_words(count, facts->report->hide_below, words, sizeof words));
        is_first = false;
    }
    wh_buf_c(facts->buf, is_first ? "" : ".</li>\n");
}

void wh_site_ward_facts(struct wh_buf *buf, const struct wh_job *job,
                        const struct wh_theme_report *theme, uint32_t ward)
{
    if (!wh_has_metrics(job->report)) {
        return;
    }
    const struct facts facts = {.buf = buf,
                                .report = job->report,
                                .theme = theme,
                                .figures = &theme->level[0],
                                .metric = theme->level[0].metric[ward],
                                .area = ward};
    wh_buf_c(buf, "<ul class=\"facts\">\n");
    add_problems(&facts);
    add_expected(&facts);
    add_year(&facts);
    add_open(&facts);
    for (size_t i = 0; i < facts.figures->n_breakdowns; i++) {
        if (!facts.figures->breakdown[i].is_of_areas && facts.figures->breakdown[i].n_values > 1) {
            add_split(&facts, &facts.figures->breakdown[i]);
        }
    }
    wh_buf_c(buf, "</ul>\n");
}

void wh_site_silent_areas(struct wh_buf *buf, const struct wh_theme_report *theme)
{
    bool is_first = true;
    for (size_t l = 0; l < theme->n_levels; l++) {
        const struct wh_level_figures *const figures = &theme->level[l];
        for (uint32_t i = 0; i < figures->level->areas->n; i++) {
            const struct wh_metric_value *const metric = figures->metric[i];
            if (metric[WH_METRIC_SILENT].shown != WH_SHOWN ||
                !(metric[WH_METRIC_SILENT].value > 0)) {
                continue;
            }
            wh_buf_c(buf, is_first ? "<p class=\"silent\"><strong>Silent areas</strong>, with far "
                                     "fewer requests than expected (less need, or people who do "
                                     "not report): "
                                   : ", ");
            wh_html_text(buf, figures->level->areas->name[i]);
            wh_buf_printf(buf, " (%.0f; a typical area would have %.0f)",
                          metric[WH_METRIC_REQUESTS].value, metric[WH_METRIC_EXPECTED].value);
            is_first = false;
        }
    }
    wh_buf_c(buf, is_first ? "" : ".</p>\n");
}
