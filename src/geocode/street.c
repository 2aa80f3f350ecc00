/* geocode/street.c: streets as points: every 10 m along their lines, or their houses where no line
 * is known. */
#include "geocode/street.h"

#include <math.h>

#define STEP_M 10.0
#define MOST_SAMPLES 2000u /* of one street: 20 km */
#define LINE_PRECISION_M 10.0
#define HOUSES_PRECISION_M 20.0 /* of a street that only its houses tell */
#define POINT_PRECISION_M 150.0 /* of one that is a point in its gazetteer, without an extent */
#define MEETING_M 30.0          /* two lines that are nearer meet */
#define HOUSES_MEETING_M 80.0   /* two streets of houses */
#define ONE_JUNCTION_M 60.0     /* meetings nearer to one another than that are one */
#define CELLS_TO_LOOK 4         /* round a point, for postcodes */

struct walk {
    const struct wh_index *index;
    uint32_t piece, end; /* positions in the list of pieces */
    uint32_t vertex;     /* of the piece in hand: the one before the next sample */
    uint32_t entry, entry_end;
    double step, n_steps; /* along the line after `vertex` */
    size_t n;
    bool is_lines;
};

static struct walk begin_walk(const struct wh_index *index, uint32_t street)
{
    struct walk walk = {.index = index,
                        .piece = index->street_pieces.start[street],
                        .end = index->street_pieces.start[street + 1],
                        .entry = index->street_entry[street],
                        .entry_end = index->street_entry[street + 1]};
    const bool has_houses = walk.entry_end > walk.entry;
    for (uint32_t i = walk.piece; i < walk.end && !walk.is_lines; i++) {
        const uint32_t piece = index->street_pieces.value[i];
        walk.is_lines =
            !has_houses || index->piece_start[piece + 1] - index->piece_start[piece] > 1;
    }
    if (walk.is_lines) {
        walk.vertex = index->piece_start[index->street_pieces.value[walk.piece]];
    }
    return walk;
}

static void vertex_at(const struct wh_index *index, uint32_t vertex, double *x, double *y)
{
    *x = index->vertex_cm[2 * (size_t)vertex] / 100.0;
    *y = index->vertex_cm[2 * (size_t)vertex + 1] / 100.0;
}

static bool next_house(struct walk *walk, double *x, double *y)
{
    if (walk->entry == walk->entry_end) {
        return false;
    }
    *x = walk->index->entry_x_cm[walk->entry] / 100.0;
    *y = walk->index->entry_y_cm[walk->entry] / 100.0;
    walk->entry++;
    return true;
}

/* The next point along the street; false after the last. */
static bool next_sample(struct walk *walk, double *x, double *y)
{
    if (walk->n++ == MOST_SAMPLES) {
        return false;
    }
    if (!walk->is_lines) {
        return next_house(walk, x, y);
    }
    if (walk->piece == walk->end) {
        return false;
    }
    const struct wh_index *index = walk->index;
    const uint32_t piece = index->street_pieces.value[walk->piece];
    const uint32_t last = index->piece_start[piece + 1] - 1;
    double x0, y0, x1, y1;
    vertex_at(index, walk->vertex, &x0, &y0);
    if (walk->vertex == last) { /* and on to the next piece */
        *x = x0;
        *y = y0;
        walk->piece++;
        if (walk->piece < walk->end) {
            walk->vertex = index->piece_start[index->street_pieces.value[walk->piece]];
        }
        walk->step = 0;
        return true;
    }
    vertex_at(index, walk->vertex + 1, &x1, &y1);
    if (!(walk->step > 0)) {
        walk->n_steps = fmax(1, ceil(hypot(x1 - x0, y1 - y0) / STEP_M));
    }
    *x = x0 + (x1 - x0) * walk->step / walk->n_steps;
    *y = y0 + (y1 - y0) * walk->step / walk->n_steps;
    walk->step += 1;
    if (walk->step >= walk->n_steps) {
        walk->step = 0;
        walk->vertex++;
    }
    return true;
}

double wh_street_distance(const struct wh_index *index, uint32_t street, double x, double y)
{
    struct walk walk = begin_walk(index, street);
    double nearest = (double)INFINITY, px, py;
    while (next_sample(&walk, &px, &py)) {
        const double d = (px - x) * (px - x) + (py - y) * (py - y);
        nearest = d < nearest ? d : nearest;
    }
    return sqrt(nearest);
}

double wh_street_box_distance(const struct wh_index *index, uint32_t street, double x, double y)
{
    const int32_t *box = index->street[street].box_cm;
    const double dx = fmax(fmax(box[0] / 100.0 - x, x - box[2] / 100.0), 0);
    const double dy = fmax(fmax(box[1] / 100.0 - y, y - box[3] / 100.0), 0);
    return sqrt(dx * dx + dy * dy);
}

/* ---- the middle of a part ---- */

/* Is a point of the street in the part that is meant? */
typedef bool part_fn(const struct wh_index *index, uint32_t postcode, double x, double y);

static bool is_all(const struct wh_index *index, uint32_t postcode, double x, double y)
{
    (void)index, (void)postcode, (void)x, (void)y;
    return true;
}

static bool is_nearest(const struct wh_index *index, uint32_t postcode, double x, double y)
{
    return wh_nearest_postcode(index, x, y) == postcode;
}

/* Half the length of what the gazetteer has as a point only, as a standard deviation along it. */
static double point_precision(const struct wh_index *index, uint32_t street)
{
    double widest = 0;
    for (uint32_t i = index->street_pieces.start[street];
         i < index->street_pieces.start[street + 1]; i++) {
        const uint32_t piece = index->street_pieces.value[i];
        if (index->piece_start[piece + 1] - index->piece_start[piece] == 1) {
            const double half = (double)index->piece_spread_m[piece];
            widest = fmax(widest, half > 0 ? half / sqrt(3) : POINT_PRECISION_M);
        }
    }
    return widest;
}

/* The sample nearest to the mean of the samples in the part, and their spread about it. */
static bool middle_of(const struct wh_index *index, uint32_t street, part_fn *is_in,
                      uint32_t postcode, struct wh_spot *ret)
{
    struct walk walk = begin_walk(index, street);
    double x, y, sum_x = 0, sum_y = 0, n = 0;
    while (next_sample(&walk, &x, &y)) {
        if (is_in(index, postcode, x, y)) {
            sum_x += x;
            sum_y += y;
            n++;
        }
    }
    if (!(n > 0)) {
        return false;
    }
    const double mean_x = sum_x / n, mean_y = sum_y / n;
    double nearest = (double)INFINITY, spread = 0;
    walk = begin_walk(index, street);
    while (next_sample(&walk, &x, &y)) {
        const double d = (x - mean_x) * (x - mean_x) + (y - mean_y) * (y - mean_y);
        if (d < nearest) {
            nearest = d;
            ret->x = x;
            ret->y = y;
        }
    }
    walk = begin_walk(index, street);
    while (next_sample(&walk, &x, &y)) {
        if (is_in(index, postcode, x, y)) {
            spread += (x - ret->x) * (x - ret->x) + (y - ret->y) * (y - ret->y);
        }
    }
    const double least = begin_walk(index, street).is_lines ? LINE_PRECISION_M : HOUSES_PRECISION_M;
    ret->precision_m = fmax(fmax(least, point_precision(index, street)), sqrt(spread / n / 2));
    return true;
}

/* The point of the street nearest to another. */
static struct wh_spot nearest_point(const struct wh_index *index, uint32_t street, double to_x,
                                    double to_y)
{
    struct walk walk = begin_walk(index, street);
    struct wh_spot spot = {.x = to_x, .y = to_y};
    double nearest = (double)INFINITY, x, y;
    while (next_sample(&walk, &x, &y)) {
        const double d = (x - to_x) * (x - to_x) + (y - to_y) * (y - to_y);
        if (d < nearest) {
            nearest = d;
            spot.x = x;
            spot.y = y;
        }
    }
    return spot;
}

struct wh_spot wh_street_middle(const struct wh_index *index, uint32_t street)
{
    const struct wh_index_street *of = &index->street[street];
    return (struct wh_spot){of->middle_cm[0] / 100.0, of->middle_cm[1] / 100.0,
                            (double)of->precision_m};
}

/* The street's own houses in the postcode. */
static bool middle_of_houses(const struct wh_index *index, uint32_t street, uint32_t postcode,
                             struct wh_spot *ret)
{
    double sum_x = 0, sum_y = 0, spread = 0, n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = index->street_entry[street]; i < index->street_entry[street + 1]; i++) {
            const double x = index->entry_x_cm[i] / 100.0, y = index->entry_y_cm[i] / 100.0;
            if (index->entry_postcode[i] != postcode) {
                continue;
            }
            if (pass == 0) {
                sum_x += x;
                sum_y += y;
                n++;
            } else {
                spread += (x - ret->x) * (x - ret->x) + (y - ret->y) * (y - ret->y);
            }
        }
        if (!(n > 0)) {
            return false;
        }
        if (pass == 0) {
            *ret = nearest_point(index, street, sum_x / n, sum_y / n);
        }
    }
    ret->precision_m = fmax(LINE_PRECISION_M, sqrt(spread / n / 2));
    return true;
}

struct wh_spot wh_street_middle_in(const struct wh_index *index, uint32_t street, uint32_t postcode)
{
    const struct wh_index_postcode *p = &index->postcode[postcode];
    struct wh_spot spot = {.x = (double)NAN, .y = (double)NAN};
    if (middle_of_houses(index, street, postcode, &spot) ||
        middle_of(index, street, is_nearest, postcode, &spot)) {
        return spot;
    }
    spot = nearest_point(index, street, p->x_cm / 100.0, p->y_cm / 100.0);
    spot.precision_m = fmax(LINE_PRECISION_M, (double)p->precision_m);
    return spot;
}

uint32_t wh_nearest_postcode(const struct wh_index *index, double x, double y)
{
    if (index->cells_nx == 0) {
        return UINT32_MAX;
    }
    const int64_t cx = (int64_t)floor((x * 100 - index->cells_x0_cm) / index->cells_cm);
    const int64_t cy = (int64_t)floor((y * 100 - index->cells_y0_cm) / index->cells_cm);
    double nearest = (double)INFINITY;
    uint32_t found = UINT32_MAX;
    /* Rings of cells, until what is further out cannot be nearer. */
    for (int64_t ring = 0; ring <= CELLS_TO_LOOK; ring++) {
        const double reach = (double)(ring - 1) * index->cells_cm;
        if (ring > 0 && nearest < reach * reach) {
            break;
        }
        for (int64_t row = cy - ring; row <= cy + ring; row++) {
            const bool is_edge = row == cy - ring || row == cy + ring;
            for (int64_t col = cx - ring; col <= cx + ring;
                 col += is_edge || ring == 0 ? 1 : 2 * ring) {
                if (row < 0 || col < 0 || row >= index->cells_ny || col >= index->cells_nx) {
                    continue;
                }
                const size_t cell = (size_t)row * index->cells_nx + (size_t)col;
                for (uint32_t i = index->postcode_cells.start[cell];
                     i < index->postcode_cells.start[cell + 1]; i++) {
                    const struct wh_index_postcode *p =
                        &index->postcode[index->postcode_cells.value[i]];
                    const double dx = p->x_cm - x * 100, dy = p->y_cm - y * 100;
                    if (dx * dx + dy * dy < nearest) {
                        nearest = dx * dx + dy * dy;
                        found = index->postcode_cells.value[i];
                    }
                }
            }
        }
    }
    return found;
}

/* ---- junctions ---- */

bool wh_streets_meet(const struct wh_index *index, uint32_t a, uint32_t b, struct wh_spot *ret,
                     bool *ret_is_tied)
{
    struct walk along = begin_walk(index, a);
    const bool is_lines = along.is_lines && begin_walk(index, b).is_lines;
    const double reach = is_lines ? MEETING_M : HOUSES_MEETING_M;
    double nearest = (double)INFINITY, x, y, bx, by;
    struct wh_spot spot = {0};
    *ret_is_tied = false;
    while (next_sample(&along, &x, &y)) {
        if (wh_street_box_distance(index, b, x, y) > reach) {
            continue;
        }
        struct walk across = begin_walk(index, b);
        while (next_sample(&across, &bx, &by)) {
            const double d = hypot(bx - x, by - y);
            if (d < nearest) {
                nearest = d;
                spot = (struct wh_spot){.x = (x + bx) / 2, .y = (y + by) / 2};
            }
        }
    }
    if (!(nearest <= reach)) {
        return false;
    }
    /* Do they meet anywhere else? */
    along = begin_walk(index, a);
    while (!*ret_is_tied && next_sample(&along, &x, &y)) {
        if (wh_street_box_distance(index, b, x, y) > reach ||
            hypot(x - spot.x, y - spot.y) <= ONE_JUNCTION_M + reach) {
            continue;
        }
        struct walk across = begin_walk(index, b);
        while (!*ret_is_tied && next_sample(&across, &bx, &by)) {
            *ret_is_tied = hypot(bx - x, by - y) <= STEP_M / 2;
        }
    }
    spot.precision_m = is_lines ? LINE_PRECISION_M : fmax(HOUSES_PRECISION_M, nearest / 2);
    *ret = spot;
    return !*ret_is_tied;
}

void wh_streets_measure(struct wh_index *index)
{
    for (uint32_t i = 0; i < index->n_streets; i++) {
        struct wh_index_street *street = &index->street[i];
        struct wh_spot middle = {0};
        struct walk walk = begin_walk(index, i);
        double x, y,
            box[4] = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
        while (next_sample(&walk, &x, &y)) {
            box[0] = fmin(box[0], x);
            box[1] = fmin(box[1], y);
            box[2] = fmax(box[2], x);
            box[3] = fmax(box[3], y);
        }
        (void)middle_of(index, i, is_all, 0, &middle);
        for (size_t k = 0; k < 4; k++) {
            street->box_cm[k] = (int32_t)lround(box[k] * 100);
        }
        street->middle_cm[0] = (int32_t)lround(middle.x * 100);
        street->middle_cm[1] = (int32_t)lround(middle.y * 100);
        street->precision_m = (float)middle.precision_m;
    }
}
