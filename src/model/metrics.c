/* model/metrics.c: the dictionary: every metric's id, formula, unit, denominator and source, once.
 */
#include <math.h>
#include <string.h>
#include <wardheat/metrics.h>

static const struct wh_input_note inputs[WH_N_INPUTS] = {
    [WH_IN_REQUESTS] = {"requests", "requests placed in the area and opened in the period"},
    [WH_IN_PREVIOUS] = {"previous", "the same in the period of equal length just before"},
    [WH_IN_LAST_YEAR] = {"last_year",
                         "the same in as many days that ended on the same date a year before"},
    [WH_IN_PROBLEMS] = {"problems",
                        "those of the requests that are the first report of their problem"},
    [WH_IN_CLOSED_IN_TIME] = {"closed_in_time",
                              "those of the requests that were closed by the end of the period, by "
                              "their due time"},
    [WH_IN_CLOSED_LATE] = {"closed_late",
                           "those that were closed by the end of the period, after their due time"},
    [WH_IN_CLOSED_UNTIMED] = {"closed_untimed",
                              "those that were closed by the end of the period and had no due "
                              "time"},
    [WH_IN_OPEN_IN_TIME] = {"open_in_time",
                            "those that were open at the end of the period, and not due yet"},
    [WH_IN_OVERDUE] = {"overdue", "those that were open at the end of the period, and overdue"},
    [WH_IN_OPEN_UNTIMED] = {"open_untimed",
                            "those that were open at the end of the period and had no due time"},
    [WH_IN_UNTRACKED] = {"untracked",
                         "those of sources that never say whether a request is closed"},
    [WH_IN_REOPENED] = {"reopened",
                        "those of the requests that were open again after they had been closed"},
    [WH_IN_COSTED] = {"costed", "those of the requests for which a cost is given"},
    [WH_IN_CLOSED] = {"closed", "requests closed in the period, whenever they were opened"},
    [WH_IN_COST] = {"cost", "the given costs together"},
    [WH_IN_DAYS] = {"days", "of the requests closed in the period: whole days from the day of "
                            "opening to that of closing, as days:requests"},
    [WH_IN_AREA] = {"area_km2", "area on the ground"},
    [WH_IN_POPULATION] = {"population", "residents, from the area layer"},
    [WH_IN_BASE] = {"base", "how much of what the theme is compared with lies in the area"},
    [WH_IN_EVERY_AREA] = {"every area", "requests and base of every area of the level"},
};

const struct wh_input_note *wh_input_note(enum wh_input input)
{
    return &inputs[input];
}

#define IN(name) (UINT32_C(1) << WH_IN_##name)
#define COMPARED (IN(REQUESTS) | IN(BASE) | IN(EVERY_AREA))
#define A_COUNT "none: a count"
#define GIVEN "the sources' own records"
#define POISSON_LIMITS                                                                             \
    "95 % limits of the count (exact below 10, Byar's from 10 on), divided by the same"
#define POISSON_SOURCE "PHE, Technical guide: confidence intervals, 2018; Breslow and Day 1987"
#define WILSON_LIMITS "95 % limits of a share (Wilson's score)"
#define WILSON_SOURCE "PHE, Technical guide: confidence intervals, 2018; Wilson 1927"
#define TWO_COUNTS_LIMITS "95 % limits of the ratio, exact given the sum of both counts"
#define TWO_COUNTS_SOURCE "Clopper and Pearson 1934"
#define FUNNEL_SOURCE "Spiegelhalter 2005, with exact Poisson tails"
#define NO_BASE "there is nothing in the area to compare requests with"

static const struct wh_metric_note metrics[WH_N_METRICS] = {
    [WH_METRIC_REQUESTS] = {.id = "requests",
                            .title = "Requests",
                            .definition = "Requests placed in the area and opened in the period. A "
                                          "count, not a rate.",
                            .unit = "requests",
                            .formula = "requests",
                            .denominator = A_COUNT,
                            .source = GIVEN,
                            .inputs = IN(REQUESTS)},
    [WH_METRIC_PROBLEMS] =
        {.id = "problems",
         .title = "Problems",
         .definition = "Problems first reported in the area in the period. Ten reports of one "
                       "pothole are ten requests and one problem.",
         .unit = "problems",
         .formula = "problems",
         .denominator = A_COUNT,
         .source = "wardheat/repeats.h: reports of one category, near each other in place and time",
         .inputs = IN(PROBLEMS)},
    [WH_METRIC_REPEAT_SHARE] =
        {.id = "repeat_share",
         .title = "Repeat contacts",
         .definition = "Share of the requests that were about a problem reported before: contacts "
                       "that need not have been (failure demand).",
         .unit = "%",
         .formula = "100 * (requests - problems) / requests",
         .denominator = "requests",
         .source = "after NI 14 (avoidable contact), 2008; " WILSON_SOURCE,
         .limits = WILSON_LIMITS,
         .undefined = "there are no requests",
         .inputs = IN(REQUESTS) | IN(PROBLEMS),
         .decimals = 1},
    [WH_METRIC_PER_KM2] = {.id = "per_km2",
                           .title = "Requests per km2",
                           .definition = "Requests divided by the area on the ground.",
                           .unit = "requests per km2 in the period",
                           .formula = "requests / area_km2",
                           .denominator = "area_km2",
                           .source = POISSON_SOURCE,
                           .limits = POISSON_LIMITS,
                           .undefined = "the area has no size",
                           .inputs = IN(REQUESTS) | IN(AREA),
                           .decimals = 1},
    [WH_METRIC_PER_1000] = {.id = "per_1000",
                            .title = "Requests per 1,000 residents",
                            .definition = "Requests for every 1,000 people who live in the area.",
                            .unit = "requests per 1,000 residents in the period",
                            .formula = "1000 * requests / population",
                            .denominator = "population",
                            .source = POISSON_SOURCE,
                            .limits = POISSON_LIMITS,
                            .undefined = "nobody is known to live there",
                            .inputs = IN(REQUESTS) | IN(POPULATION),
                            .decimals = 1},
    [WH_METRIC_EXPECTED] =
        {.id = "expected",
         .title = "Expected requests",
         .definition = "Requests that the area would have at the rate of all areas together, with "
                       "as many residents, addresses or what else the theme is compared with.",
         .unit = "requests",
         .formula = "base * (requests of every area / base of every area)",
         .denominator = "base of every area",
         .source = "indirect standardisation",
         .undefined = NO_BASE,
         .inputs = COMPARED,
         .decimals = 1},
    [WH_METRIC_RATIO] = {.id = "ratio",
                         .title = "Times the expected",
                         .definition = "Requests divided by expected requests; 1 is typical.",
                         .unit = "",
                         .formula = "requests / expected",
                         .denominator = "expected",
                         .source = POISSON_SOURCE,
                         .limits = POISSON_LIMITS,
                         .undefined = NO_BASE,
                         .inputs = COMPARED,
                         .decimals = 2},
    [WH_METRIC_FUNNEL_95] =
        {.id = "funnel_95",
         .title = "Against the 95 % limits",
         .definition =
             "1: more requests than chance gives a typical area in 95 of 100 periods; -1: "
             "fewer; 0: within.",
         .unit = "",
         .formula = "1 if requests > high, -1 if requests < low, else 0",
         .denominator = "expected",
         .source = FUNNEL_SOURCE,
         .limits = "control limits of a Poisson count with the expected mean, 95 %",
         .undefined = NO_BASE,
         .inputs = COMPARED,
         .decimals = 0},
    [WH_METRIC_FUNNEL_998] =
        {.id = "funnel_998",
         .title = "Against the 99.8 % limits",
         .definition = "1: more requests than chance gives a typical area in 998 of 1,000 periods; "
                       "-1: fewer; 0: within.",
         .unit = "",
         .formula = "1 if requests > high, -1 if requests < low, else 0",
         .denominator = "expected",
         .source = FUNNEL_SOURCE,
         .limits = "control limits of a Poisson count with the expected mean, 99.8 %",
         .undefined = NO_BASE,
         .inputs = COMPARED,
         .decimals = 0},
    [WH_METRIC_RANK] =
        {.id = "rank",
         .title = "Rank",
         .definition =
             "Place of the area among those of its level by requests for what there is; 1 "
             "has most. Where the limits lie far apart the order says little.",
         .unit = "",
         .formula = "rank of requests / base, falling; equal rates share the mean of their ranks",
         .denominator = "base",
         .source = "Marshall and Spiegelhalter 1998, by simulation",
         .limits = "95 % of the ranks that chance gives the area",
         .undefined = NO_BASE,
         .inputs = COMPARED,
         .decimals = 1},
    [WH_METRIC_SILENT] =
        {.id = "silent",
         .title = "Silent area",
         .definition =
             "1: far less is reported than expected: below the 99.8 % limits, and half of "
             "the expected or less. Less need, or people who do not report; 0: no.",
         .unit = "",
         .formula = "1 if funnel_998 = -1 and ratio <= 0.5, else 0",
         .denominator = "expected",
         .source = FUNNEL_SOURCE,
         .undefined = NO_BASE,
         .inputs = COMPARED,
         .decimals = 0},
    [WH_METRIC_PREVIOUS] =
        {.id = "previous",
         .title = "Requests before",
         .definition = "Requests placed here and opened in the period of equal length just before.",
         .unit = "requests",
         .formula = "previous",
         .denominator = A_COUNT,
         .source = GIVEN,
         .inputs = IN(PREVIOUS)},
    [WH_METRIC_CHANGE] = {.id = "change",
                          .title = "Change",
                          .definition = "Requests less requests before.",
                          .unit = "requests",
                          .formula = "requests - previous",
                          .denominator = A_COUNT,
                          .source = GIVEN,
                          .inputs = IN(REQUESTS) | IN(PREVIOUS)},
    [WH_METRIC_CHANGE_RATIO] =
        {.id = "change_ratio",
         .title = "Times as before",
         .definition = "Requests divided by requests before. Limits on both sides of 1: the change "
                       "could be chance.",
         .unit = "",
         .formula = "requests / previous",
         .denominator = "previous",
         .source = TWO_COUNTS_SOURCE,
         .limits = TWO_COUNTS_LIMITS,
         .undefined = "there were none before",
         .inputs = IN(REQUESTS) | IN(PREVIOUS),
         .decimals = 2},
    [WH_METRIC_LAST_YEAR] =
        {.id = "last_year",
         .title = "Requests a year before",
         .definition =
             "Requests placed here and opened in as many days that ended on the same date "
             "a year before.",
         .unit = "requests",
         .formula = "last_year",
         .denominator = A_COUNT,
         .source = GIVEN,
         .inputs = IN(LAST_YEAR)},
    [WH_METRIC_CHANGE_YEAR] = {.id = "change_year",
                               .title = "Change on a year before",
                               .definition = "Requests less requests a year before.",
                               .unit = "requests",
                               .formula = "requests - last_year",
                               .denominator = A_COUNT,
                               .source = GIVEN,
                               .inputs = IN(REQUESTS) | IN(LAST_YEAR)},
    [WH_METRIC_CHANGE_YEAR_RATIO] =
        {.id = "change_year_ratio",
         .title = "Times as a year before",
         .definition = "Requests divided by requests a year before. Limits on both sides of 1: the "
                       "change could be chance.",
         .unit = "",
         .formula = "requests / last_year",
         .denominator = "last_year",
         .source = TWO_COUNTS_SOURCE,
         .limits = TWO_COUNTS_LIMITS,
         .undefined = "there were none a year before",
         .inputs = IN(REQUESTS) | IN(LAST_YEAR),
         .decimals = 2},
    [WH_METRIC_OPEN] = {.id = "open",
                        .title = "Still open",
                        .definition = "Requests of the period that were open at its end, overdue "
                                      "ones among them.",
                        .unit = "requests",
                        .formula = "open_in_time + overdue + open_untimed",
                        .denominator = A_COUNT,
                        .source = GIVEN,
                        .inputs = IN(OPEN_IN_TIME) | IN(OVERDUE) | IN(OPEN_UNTIMED)},
    [WH_METRIC_OVERDUE] = {.id = "overdue",
                           .title = "Overdue",
                           .definition =
                               "Requests of the period that were open at its end and past "
                               "their due time.",
                           .unit = "requests",
                           .formula = "overdue",
                           .denominator = A_COUNT,
                           .source = "due time: the source's own, or the target in working days",
                           .inputs = IN(OVERDUE)},
    [WH_METRIC_WITHIN_TARGET] =
        {.id = "within_target",
         .title = "Within target",
         .definition =
             "Share closed by their due time, of the period's requests that were closed or "
             "are overdue. Open ones that are not due yet say nothing.",
         .unit = "%",
         .formula = "100 * closed_in_time / (closed_in_time + closed_late + overdue)",
         .denominator = "closed_in_time + closed_late + overdue",
         .source = "Austin, atd-data-tech issue 21672; " WILSON_SOURCE,
         .limits = WILSON_LIMITS,
         .undefined = "none was due",
         .inputs = IN(CLOSED_IN_TIME) | IN(CLOSED_LATE) | IN(OVERDUE),
         .decimals = 1},
    [WH_METRIC_CLOSED] = {.id = "closed",
                          .title = "Closed",
                          .definition = "Requests closed in the period, whenever they were opened.",
                          .unit = "requests",
                          .formula = "closed",
                          .denominator = A_COUNT,
                          .source = GIVEN,
                          .inputs = IN(CLOSED)},
    [WH_METRIC_DAYS_MEDIAN] =
        {.id = "days_median",
         .title = "Days to close, half",
         .definition = "Days from the day of opening to that of closing within which half of the "
                       "requests closed in the period were closed.",
         .unit = "days",
         .formula = "smallest d with at least 50 % of days <= d",
         .denominator = "requests closed in the period",
         .source = "Hyndman and Fan 1996, type 1",
         .undefined = "none was closed",
         .inputs = IN(DAYS)},
    [WH_METRIC_DAYS_P90] =
        {.id = "days_p90",
         .title = "Days to close, nine in ten",
         .definition =
             "Days from the day of opening to that of closing within which nine in ten of "
             "the requests closed in the period were closed.",
         .unit = "days",
         .formula = "smallest d with at least 90 % of days <= d",
         .denominator = "requests closed in the period",
         .source = "Hyndman and Fan 1996, type 1",
         .undefined = "none was closed",
         .inputs = IN(DAYS)},
    [WH_METRIC_REOPENED] = {.id = "reopened",
                            .title = "Reopened",
                            .definition = "Requests of the period that were open again after they "
                                          "had been closed.",
                            .unit = "requests",
                            .formula = "reopened",
                            .denominator = A_COUNT,
                            .source = "the states that requests have been in",
                            .inputs = IN(REOPENED)},
    [WH_METRIC_COST] = {.id = "cost",
                        .title = "Cost",
                        .definition =
                            "The costs given for the period's requests, together. Requests "
                            "without one are not estimated.",
                        .unit = "currency of the sources",
                        .formula = "cost",
                        .denominator = "none: a sum",
                        .source = GIVEN,
                        .undefined = "no request has a cost",
                        .inputs = IN(COSTED) | IN(COST),
                        .decimals = 2},
    [WH_METRIC_COST_EACH] = {.id = "cost_each",
                             .title = "Cost of a request",
                             .definition = "The given costs divided by the requests that have one.",
                             .unit = "currency of the sources",
                             .formula = "cost / costed",
                             .denominator = "costed",
                             .source = GIVEN,
                             .undefined = "no request has a cost",
                             .inputs = IN(COSTED) | IN(COST),
                             .decimals = 2},
};

const struct wh_metric_note *wh_metric_note(enum wh_metric metric)
{
    return &metrics[metric];
}

const struct wh_metric_note *wh_breakdown_note(void)
{
    static const struct wh_metric_note note = {
        .id = "requests_by",
        .title = "Requests by channel, provider or segment",
        .definition =
            "Requests of the area and period that came by a channel, were dealt with by a "
            "provider, or lie in a segment of an overlay layer. The values of one kind "
            "add up to the requests.",
        .unit = "requests",
        .formula = "requests of the value",
        .denominator = A_COUNT,
        .source = GIVEN,
        .inputs = IN(REQUESTS)};
    return &note;
}

enum wh_metric wh_metric_find(const char *id)
{
    unsigned i = 0;
    while (i < WH_N_METRICS && strcmp(metrics[i].id, id) != 0) {
        i++;
    }
    return (enum wh_metric)i;
}

double wh_metric_published(enum wh_metric metric, double value)
{
    const bool is_rate = metric == WH_METRIC_PER_KM2 || metric == WH_METRIC_PER_1000;
    return is_rate && value >= 100 ? round(value) : value;
}

int wh_metric_limit_decimals(enum wh_metric metric)
{
    return metrics[metric].decimals > 1 ? metrics[metric].decimals : 1;
}

double wh_days_quantile(const struct wh_day_count *day, size_t n, double share)
{
    double total = 0, so_far = 0;
    for (size_t i = 0; i < n; i++) {
        total += day[i].n;
    }
    for (size_t i = 0; i < n; i++) {
        so_far += day[i].n;
        /* Whole numbers of requests: half of an even number is exact, nine tenths of ten are 9 but
         * for the last bit. */
        if (so_far > 0 && so_far >= share * total - 1e-9 * total) {
            return day[i].days;
        }
    }
    return (double)NAN;
}
