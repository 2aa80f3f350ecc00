/* render/labels_internal.h: between labels.c and labels_street.c. */
#ifndef WH_RENDER_LABELS_INTERNAL_H
#define WH_RENDER_LABELS_INTERNAL_H

#include "render/labels.h"

/* What is to be written, and how. */
struct wh_wording {
    const char *name, *text;
    struct wh_font font;
    double wrap, width, height;
};

struct wh_font wh_label_font(const struct wh_labels *labels, const struct wh_style_layer *layer,
                             const struct wh_subject *subject);
/* Places the wording with its middle at (x, y), canvas units, if it is inside the view and free. */
WH_MUST_USE enum wh_status wh_label_try(struct wh_labels *labels, const struct wh_wording *wording,
                                        double x, double y, double angle_rad, bool *ret_placed,
                                        struct wh_error *err);
/* Does the same name stand within `distance` already? */
bool wh_label_is_near(const struct wh_labels *labels, const char *name, double x, double y,
                      double distance);
WH_MUST_USE enum wh_status wh_label_add_street(struct wh_labels *labels, struct wh_canvas *canvas,
                                               const struct wh_style_layer *layer,
                                               const struct wh_chain *chain, struct wh_error *err);

#endif
