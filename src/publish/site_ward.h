/* publish/site_ward.h: the page of one ward; part of publish/site.h. */
#ifndef WH_PUBLISH_SITE_WARD_H
#define WH_PUBLISH_SITE_WARD_H

#include "publish/job.h"

/* wards/<code>.html: the figures of every theme, and for each a map, its hot spots and the page to
 * print. */
WH_MUST_USE enum wh_status wh_site_write_ward(const struct wh_job *job, uint32_t ward,
                                              struct wh_error *err);
#endif
