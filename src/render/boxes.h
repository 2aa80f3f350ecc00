/* render/boxes.h: turned rectangles that must not overlap: labels, discs, borders. */
#ifndef WH_RENDER_BOXES_H
#define WH_RENDER_BOXES_H

#include <wardheat/base.h>

/* Centre, half sizes along and across, and the direction of "along". */
struct wh_turned_box {
    double x, y, half_w, half_h, cos_a, sin_a;
};
bool wh_turned_boxes_overlap(const struct wh_turned_box *a, const struct wh_turned_box *b);
/* {min x, min y, max x, max y} */
void wh_turned_box_bounds(const struct wh_turned_box *box, double ret[4]);

/* A set with buckets, so that asking is cheap however many there are. */
struct wh_boxes {
    struct wh_ctx *ctx;
    double x0, y0, bucket;
    uint32_t nx, ny;
    uint32_t *first; /* by bucket: index + 1 into `link`, 0 ends */
    struct wh_box_link *link;
    size_t n_links, cap_links;
    struct wh_turned_box *box;
    size_t n, cap;
};
/* For boxes inside {min x, min y, max x, max y}; what reaches over is put into the rim. */
WH_MUST_USE enum wh_status wh_boxes_init(struct wh_boxes *boxes, struct wh_ctx *ctx,
                                         const double bounds[4], double bucket,
                                         struct wh_error *err);
void wh_boxes_finish(struct wh_boxes *boxes);
WH_MUST_USE enum wh_status wh_boxes_add(struct wh_boxes *boxes, const struct wh_turned_box *box,
                                        struct wh_error *err);
bool wh_boxes_hit(const struct wh_boxes *boxes, const struct wh_turned_box *box);

#endif
