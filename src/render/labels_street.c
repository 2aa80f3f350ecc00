/* render/labels_street.c: a name along its street, where that is straight for long enough. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/labels_internal.h"

#define MOST_BEND                                                                                  \
    0.16 /* of the text's height: how far the street may leave the line of the name                \
          */
#define LEAST_CHORD 0.97 /* of the stretch's length */
#define OVERHANG 1.16    /* a name may be a little longer than its street */
#define MOST_TRIES 160

/* The street on the canvas, with the length along it. */
struct track {
    double *x, *y, *at;
    size_t n;
};

static enum wh_status make_track(struct wh_ctx *ctx, const struct wh_chain *chain,
                                 const struct wh_view *view, struct track *track,
                                 struct wh_error *err)
{
    double *const room = wh_alloc_array(ctx, 3 * chain->n, sizeof *room);
    if (room == NULL) {
        return wh_fail_memory(ctx, err);
    }
    *track = (struct track){.x = room, .y = room + chain->n, .at = room + 2 * chain->n};
    for (size_t i = 0; i < chain->n; i++) {
        const double x = wh_view_x(view, chain->x[i]), y = wh_view_y(view, chain->y[i]);
        const size_t n = track->n;
        const double step = n > 0 ? hypot(x - track->x[n - 1], y - track->y[n - 1]) : 1;
        if (step > 0) {
            track->x[n] = x;
            track->y[n] = y;
            track->at[n] = n > 0 ? track->at[n - 1] + step : 0;
            track->n++;
        }
    }
    return WH_OK;
}

static void point_at(const struct track *track, double at, double *ret_x, double *ret_y)
{
    size_t low = 0, high = track->n - 1;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (track->at[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    const double t = (at - track->at[low]) / (track->at[high] - track->at[low]);
    *ret_x = track->x[low] + t * (track->x[high] - track->x[low]);
    *ret_y = track->y[low] + t * (track->y[high] - track->y[low]);
}

/* A straight stretch as the line that the name takes: its middle is moved to the middle of the
 * street's bends. */
static bool find_line(const struct track *track, double from, double length, double most_bend,
                      double *ret_x, double *ret_y, double *ret_angle)
{
    double x0, y0, x1, y1, low = 0, high = 0;
    point_at(track, from, &x0, &y0);
    point_at(track, from + length, &x1, &y1);
    const double chord = hypot(x1 - x0, y1 - y0);
    if (chord < LEAST_CHORD * length) {
        return false;
    }
    const double ux = (x1 - x0) / chord, uy = (y1 - y0) / chord;
    for (size_t i = 0; i < track->n && track->at[i] < from + length; i++) {
        if (track->at[i] > from) {
            const double off = (track->y[i] - y0) * ux - (track->x[i] - x0) * uy;
            low = fmin(low, off);
            high = fmax(high, off);
        }
    }
    if (high - low > 2 * most_bend) {
        return false;
    }
    const double shift = 0.5 * (low + high);
    *ret_x = 0.5 * (x0 + x1) - shift * uy;
    *ret_y = 0.5 * (y0 + y1) + shift * ux;
    *ret_angle = atan2(y1 - y0, x1 - x0);
    return true;
}

/* Read from the left, or from below where the street runs straight up. */
static double upright(double angle_rad)
{
    const double quarter = 1.5707963267948966, half = 3.141592653589793, near = 0.02;
    if (angle_rad >= quarter - near) {
        return angle_rad - half;
    }
    if (angle_rad < -quarter - near) {
        return angle_rad + half;
    }
    return angle_rad;
}

/* Puts the text wherever the street has room for it, from its middle outwards; *ret_n counts the
 * standings. */
static enum wh_status place_along(struct wh_labels *labels, const struct wh_wording *wording,
                                  double spacing, const struct track *track, unsigned *ret_n,
                                  struct wh_error *err)
{
    const double total = track->at[track->n - 1], length = fmin(wording->width, total);
    const double step = fmax(wording->width / 8, (total - length) / MOST_TRIES);
    const double middle = 0.5 * (total - length);
    for (int i = 0; ((i + 1) / 2) * step <= middle + step; i++) {
        const double from = middle + (i % 2 == 0 ? 1 : -1) * ((i + 1) / 2) * step;
        double x, y, angle;
        bool is_placed = false;
        if (from < 0 || from + length > total + 1e-9 ||
            !find_line(track, from, length, MOST_BEND * wording->height, &x, &y, &angle) ||
            wh_label_is_near(labels, wording->name, x, y, spacing)) {
            continue;
        }
        const enum wh_status status =
            wh_label_try(labels, wording, x, y, upright(angle), &is_placed, err);
        if (status != WH_OK) {
            return status;
        }
        *ret_n += is_placed;
    }
    return WH_OK;
}

/* "Great Pulteney Street" -> "Great Pulteney St", as street atlases write it; NULL when the last
 * word has no short form. */
static const char *shorten(struct wh_arena *arena, const char *name)
{
    static const char *const SHORT[][2] = {
        {"Street", "St"}, {"Road", "Rd"},         {"Avenue", "Ave"},   {"Lane", "La"},
        {"Close", "Cl"},  {"Crescent", "Cres"},   {"Gardens", "Gdns"}, {"Place", "Pl"},
        {"Square", "Sq"}, {"Terrace", "Terr"},    {"Drive", "Dr"},     {"Court", "Ct"},
        {"Grove", "Gro"}, {"Buildings", "Bldgs"}, {"Parade", "Pde"}};
    const char *const last = strrchr(name, ' ');
    for (size_t i = 0; last != NULL && i < sizeof SHORT / sizeof SHORT[0]; i++) {
        if (wh_str_eq_fold(wh_str_c(last + 1), wh_str_c(SHORT[i][0]))) {
            return wh_arena_printf(arena, "%.*s %s", (int)(last - name), name, SHORT[i][1]);
        }
    }
    return NULL;
}

static enum wh_status place_wording(struct wh_labels *labels, struct wh_canvas *canvas,
                                    const struct wh_wording *wording, double spacing,
                                    const struct track *track, unsigned *ret_n,
                                    struct wh_error *err)
{
    struct wh_wording w = *wording;
    const double room = OVERHANG * track->at[track->n - 1];
    /* Letters are about half as wide as high: what cannot fit is not worth measuring. */
    if (room < 0.3 * w.font.size * (double)strlen(w.text)) {
        return WH_OK;
    }
    wh_text_measure(canvas, &w.font, w.text, 0, &w.width, &w.height);
    return w.width > room ? WH_OK : place_along(labels, &w, spacing, track, ret_n, err);
}

enum wh_status wh_label_add_street(struct wh_labels *labels, struct wh_canvas *canvas,
                                   const struct wh_style_layer *layer, const struct wh_chain *chain,
                                   struct wh_error *err)
{
    const struct wh_map_feature feature = {
        .kind = WH_GEOMETRY_LINE, .sort = (uint8_t)chain->road, .name = chain->name};
    const struct wh_subject subject = wh_map_subject(WH_BASEMAP_ROADS, &feature);
    const double spacing = layer->spacing_px * labels->view.px;
    struct track track = {0};
    char room[32];
    unsigned n = 0;
    const char *const name = wh_layer_text(layer, labels->view.zoom, &subject, room);
    if (name[0] == '\0' || name == room) {
        return WH_OK; /* streets have names, not numbers, to write along them */
    }
    struct wh_wording w = {
        .name = name, .text = name, .font = wh_label_font(labels, layer, &subject)};
    enum wh_status status = make_track(labels->ctx, chain, &labels->view, &track, err);
    if (status == WH_OK && track.n >= 2) {
        status = place_wording(labels, canvas, &w, spacing, &track, &n, err);
        w.text = status == WH_OK && n == 0 ? shorten(&labels->arena, name) : NULL;
        if (w.text != NULL) {
            status = place_wording(labels, canvas, &w, spacing, &track, &n, err);
        }
    }
    wh_free(labels->ctx, track.x);
    return status;
}
