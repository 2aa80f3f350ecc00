/* publish/prints.h: printed pages with previews, the atlas, and the map pictures of the pages
 * without JavaScript. */
#ifndef WH_PUBLISH_PRINTS_H
#define WH_PUBLISH_PRINTS_H

#include "publish/job.h"

/*
 * Where opt wants print: print/<ward>.pdf, every ward over all themes; print/overview/<theme>.pdf;
 * both with a preview beside them; print/atlas.pdf, which is all of these; and where it wants them
 * by theme, print/<theme>/<ward>.pdf. Where it wants the dashboard: maps/<theme>.png and
 * maps/<theme>/<ward>.png. Parallel: every page has a canvas of its own; bytes and the order of the
 * drawn text do not depend on threads.
 */
WH_MUST_USE enum wh_status wh_prints_write(const struct wh_job *job, struct wh_error *err);

#endif
