/* render/boxes.c: separating axes and a bucket grid. */
#include "render/boxes.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"

#define MOST_BUCKETS 1000000.0

struct wh_box_link {
    uint32_t box, next; /* next: index + 1, 0 ends */
};

/* Is there a gap between the two along an axis of `a`? */
static bool is_apart(const struct wh_turned_box *a, const struct wh_turned_box *b)
{
    const double dx = b->x - a->x, dy = b->y - a->y;
    const double along = fabs(dx * a->cos_a + dy * a->sin_a);
    const double across = fabs(dy * a->cos_a - dx * a->sin_a);
    const double c = fabs(a->cos_a * b->cos_a + a->sin_a * b->sin_a);
    const double s = fabs(a->cos_a * b->sin_a - a->sin_a * b->cos_a);
    return along > a->half_w + b->half_w * c + b->half_h * s ||
           across > a->half_h + b->half_w * s + b->half_h * c;
}

bool wh_turned_boxes_overlap(const struct wh_turned_box *a, const struct wh_turned_box *b)
{
    return !is_apart(a, b) && !is_apart(b, a);
}

void wh_turned_box_bounds(const struct wh_turned_box *box, double ret[4])
{
    const double half_x = fabs(box->half_w * box->cos_a) + fabs(box->half_h * box->sin_a);
    const double half_y = fabs(box->half_w * box->sin_a) + fabs(box->half_h * box->cos_a);
    ret[0] = box->x - half_x;
    ret[1] = box->y - half_y;
    ret[2] = box->x + half_x;
    ret[3] = box->y + half_y;
}

enum wh_status wh_boxes_init(struct wh_boxes *boxes, struct wh_ctx *ctx, const double bounds[4],
                             double bucket, struct wh_error *err)
{
    const double w = fmax(bounds[2] - bounds[0], 1), h = fmax(bounds[3] - bounds[1], 1);
    *boxes = (struct wh_boxes){.ctx = ctx, .x0 = bounds[0], .y0 = bounds[1]};
    boxes->bucket = fmax(bucket, sqrt(w * h / MOST_BUCKETS));
    boxes->nx = (uint32_t)(w / boxes->bucket) + 1;
    boxes->ny = (uint32_t)(h / boxes->bucket) + 1;
    boxes->first = wh_alloc_array(ctx, (size_t)boxes->nx * boxes->ny, sizeof *boxes->first);
    return boxes->first == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

void wh_boxes_finish(struct wh_boxes *boxes)
{
    if (boxes->ctx != NULL) {
        wh_free(boxes->ctx, boxes->first);
        wh_free(boxes->ctx, boxes->link);
        wh_free(boxes->ctx, boxes->box);
    }
    *boxes = (struct wh_boxes){0};
}

static uint32_t bucket_of(double at, double from, double size, uint32_t n)
{
    const double i = floor((at - from) / size);
    return i < 0 ? 0 : i >= n ? n - 1 : (uint32_t)i;
}

struct span {
    uint32_t x0, y0, x1, y1;
};

static struct span buckets_of(const struct wh_boxes *boxes, const struct wh_turned_box *box)
{
    double b[4];
    wh_turned_box_bounds(box, b);
    return (struct span){bucket_of(b[0], boxes->x0, boxes->bucket, boxes->nx),
                         bucket_of(b[1], boxes->y0, boxes->bucket, boxes->ny),
                         bucket_of(b[2], boxes->x0, boxes->bucket, boxes->nx),
                         bucket_of(b[3], boxes->y0, boxes->bucket, boxes->ny)};
}

enum wh_status wh_boxes_add(struct wh_boxes *boxes, const struct wh_turned_box *box,
                            struct wh_error *err)
{
    void *array = boxes->box;
    enum wh_status status =
        wh_grow(boxes->ctx, &array, boxes->n, &boxes->cap, sizeof *boxes->box, err);
    if (status != WH_OK) {
        return status;
    }
    boxes->box = array;
    boxes->box[boxes->n++] = *box;
    const struct span span = buckets_of(boxes, box);
    for (uint32_t y = span.y0; y <= span.y1; y++) {
        for (uint32_t x = span.x0; x <= span.x1; x++) {
            uint32_t *const first = &boxes->first[(size_t)y * boxes->nx + x];
            void *links = boxes->link;
            status = wh_grow(boxes->ctx, &links, boxes->n_links, &boxes->cap_links,
                             sizeof *boxes->link, err);
            if (status != WH_OK) {
                return status;
            }
            boxes->link = links;
            boxes->link[boxes->n_links] =
                (struct wh_box_link){.box = (uint32_t)(boxes->n - 1), .next = *first};
            *first = (uint32_t)++boxes->n_links;
        }
    }
    return WH_OK;
}

bool wh_boxes_hit(const struct wh_boxes *boxes, const struct wh_turned_box *box)
{
    const struct span span = buckets_of(boxes, box);
    for (uint32_t y = span.y0; y <= span.y1; y++) {
        for (uint32_t x = span.x0; x <= span.x1; x++) {
            for (uint32_t at = boxes->first[(size_t)y * boxes->nx + x]; at != 0;
                 at = boxes->link[at - 1].next) {
                if (wh_turned_boxes_overlap(box, &boxes->box[boxes->link[at - 1].box])) {
                    return true;
                }
            }
        }
    }
    return false;
}
