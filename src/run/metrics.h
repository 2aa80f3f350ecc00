/* run/metrics.h: the last run in figures, for a node exporter's textfile collector. */
#ifndef WH_RUN_METRICS_H
#define WH_RUN_METRICS_H

#include "run/work.h"

/* Replaces <state>/metrics.prom. After a failure only how the run went is told, and what stands. */
WH_MUST_USE enum wh_status wh_metrics_write(struct wh_ctx *ctx, const struct wh_work *work,
                                            enum wh_status outcome, struct wh_error *err);
#endif
