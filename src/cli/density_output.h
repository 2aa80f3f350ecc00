/* cli/density_output.h: a surface as a GeoTIFF that says how it was made, and a line about it. */
#ifndef WH_CLI_DENSITY_OUTPUT_H
#define WH_CLI_DENSITY_OUTPUT_H

#include "cli/density_surface.h"

/* WH_ERR_OUTPUT: the file cannot be written. */
WH_MUST_USE enum wh_status wh_density_write(struct wh_ctx *ctx,
                                            const struct wh_density_request *request,
                                            const struct wh_density_input *input,
                                            const struct wh_density_surface *surface,
                                            struct wh_error *err);

#endif
