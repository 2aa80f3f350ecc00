/* publish/figures.h: metrics by area: wide, tidy, broken down, with the inputs that they follow
 * from, and the dictionary that defines them. */
#ifndef WH_PUBLISH_FIGURES_H
#define WH_PUBLISH_FIGURES_H

#include "publish/emit.h"
#include "publish/job.h"
#include "publish/row.h"

/* Of a stored input: as many as it has (run/tallies.c). */
enum { WH_INPUT_DECIMALS = 9 };

/* "(elsewhere)" and "(all)" stand for the last two tallies of a level. */
const char *wh_area_code(const struct wh_level *level, size_t area);
const char *wh_area_name(const struct wh_level *level, size_t area);
/* "few", "withheld", ...: enum wh_shown in files. */
const char *wh_shown_name(unsigned shown);

/* The metric columns of a wide row, in the order of wh_metric_columns(). */
void wh_figures_row(struct wh_row *row, const struct wh_metric_value metric[WH_N_METRICS],
                    uint32_t hide_below);
/* The same as properties, each name after `prefix`: null where there is no number. */
void wh_figures_emit(struct wh_emitter *emit, const char *prefix,
                     const struct wh_metric_value metric[WH_N_METRICS]);

/* metrics.csv; and, where the report has levels, tables/{areas,figures,breakdowns,inputs}.csv and
 * tables/figures.json. */
WH_MUST_USE enum wh_status wh_figures_write(const struct wh_job *job, struct wh_error *err);
/* figures_json.c */
WH_MUST_USE enum wh_status wh_figures_write_json(const struct wh_job *job, struct wh_error *err);

#endif
