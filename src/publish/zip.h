/* publish/zip.h: a ZIP archive of one file, deflated. */
#ifndef WH_PUBLISH_ZIP_H
#define WH_PUBLISH_ZIP_H

#include "base/str.h"

/* Appends the archive; `name` is plain ASCII, `day` its date (from 1980 on). At most 4 GB. */
WH_MUST_USE enum wh_status wh_zip_one(struct wh_ctx *ctx, const char *name, int64_t day,
                                      struct wh_str content, struct wh_buf *ret,
                                      struct wh_error *err);

#endif
