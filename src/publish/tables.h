/* publish/tables.h: the same numbers as CSV (RFC 4180, UTF-8): wards, hot spots, their parts,
 * themes. */
#ifndef WH_PUBLISH_TABLES_H
#define WH_PUBLISH_TABLES_H

#include "publish/job.h"

/* tables/{wards,hotspots,hotspots-by-ward,themes}.csv; a hidden count is its words. */
WH_MUST_USE enum wh_status wh_tables_write(const struct wh_job *job, struct wh_error *err);
/* tables/hours.csv: when in the week requests came in. For officers: it takes their report. */
WH_MUST_USE enum wh_status wh_tables_write_hours(const struct wh_job *job,
                                                 const struct wh_officer_report *report,
                                                 struct wh_error *err);

#endif
