/* publish/geocoding.h: how requests were placed, as JSON and as a page of the officers' site. */
#ifndef WH_PUBLISH_GEOCODING_H
#define WH_PUBLISH_GEOCODING_H

#include "publish/job.h"

/* geocoding.json and, with a dashboard, geocoding.html. */
WH_MUST_USE enum wh_status wh_geocoding_write(const struct wh_job *job,
                                              const struct wh_geocoding *geocoding,
                                              struct wh_error *err);
/* site_geocoding.c: the page alone. */
WH_MUST_USE enum wh_status wh_site_write_geocoding(const struct wh_job *job,
                                                   const struct wh_geocoding *geocoding,
                                                   struct wh_error *err);
#endif
