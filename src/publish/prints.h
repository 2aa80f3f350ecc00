/* publish/prints.h: printed pages with previews, the atlas, and the map pictures of the pages without JavaScript. */
#ifndef WH_PUBLISH_PRINTS_H
#define WH_PUBLISH_PRINTS_H

#include "publish/job.h"

/* print/<theme>/<ward>.pdf and .png, print/atlas.pdf. */
WH_MUST_USE enum wh_status wh_prints_write(const struct wh_job *job, struct wh_error *err);
/* maps/<theme>.png and maps/<theme>/<ward>.png. */
WH_MUST_USE enum wh_status wh_prints_write_maps(const struct wh_job *job, struct wh_error *err);

#endif
