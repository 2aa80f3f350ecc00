/* publish/site_figures.h: what metrics say of a ward, in plain words. */
#ifndef WH_PUBLISH_SITE_FIGURES_H
#define WH_PUBLISH_SITE_FIGURES_H

#include "publish/job.h"

/* A list of sentences about one theme in a ward; nothing where the report has no metrics. */
void wh_site_ward_facts(struct wh_buf *buf, const struct wh_job *job,
                        const struct wh_theme_report *theme, uint32_t ward);
/* Areas of any level from which far less is reported than expected; nothing where there is none. */
void wh_site_silent_areas(struct wh_buf *buf, const struct wh_theme_report *theme);

#endif
