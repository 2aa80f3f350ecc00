/* publish/prints.h: printed pages with previews, the atlas, and the map pictures of the pages
 * without JavaScript. */
#ifndef WH_PUBLISH_PRINTS_H
#define WH_PUBLISH_PRINTS_H

#include "publish/job.h"

/*
 * print/<theme>/<ward>.pdf, print/overview/<theme>.pdf, a .png of each page ("-2.png" of the
 * second) and print/atlas.pdf, which joins them, where opt wants print; maps/<theme>.png and
 * maps/<theme>/<ward>.png where it wants the dashboard. Parallel: every page has a canvas of its
 * own; bytes and the order of the drawn text do not depend on threads.
 */
WH_MUST_USE enum wh_status wh_prints_write(const struct wh_job *job, struct wh_error *err);

#endif
