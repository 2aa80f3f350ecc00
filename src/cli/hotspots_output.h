/* cli/hotspots_output.h: the files of `hotspots`, by the writers of a release. */
#ifndef WH_CLI_HOTSPOTS_OUTPUT_H
#define WH_CLI_HOTSPOTS_OUTPUT_H

#include "model/report.h"

/*
 * A report of one theme -> OUT.geojson with OUT.qml, OUT-areas.geojson with OUT-areas.qml, and the
 * table of areas on standard output. Each file appears whole.
 */
WH_MUST_USE enum wh_status wh_hotspots_output(struct wh_ctx *ctx, const struct wh_report *report,
                                              const char *out, struct wh_error *err);

#endif
