/* render/thin.h: which vertices of a line can be left out. Pure; one pass; O(1) a vertex. */
#ifndef WH_RENDER_THIN_H
#define WH_RENDER_THIN_H

#include <stdbool.h>

/*
 * A line as it comes. Between two vertices that are kept, every one left out is within `tolerance`
 * of the straight line that replaces it (the cone intersection of J. Sklansky and V. Gonzalez,
 * "Fast polygonal approximation of digitized curves", 1980). Set tolerance, start with wh_thin_at.
 */
struct wh_thin {
    double tolerance;
    double x, y;              /* the vertex kept last */
    double left[2], right[2]; /* directions that pass all vertices left out near enough */
    bool has_cone;
};

/* A vertex is kept: what follows is judged from it. */
void wh_thin_at(struct wh_thin *thin, double x, double y);
/*
 * Is the last vertex needed, now that (x, y) comes after it? When true the caller keeps it and
 * calls wh_thin_at with it; else it is left out, and (x, y) is the last of the next call.
 */
bool wh_thin_needs_last(struct wh_thin *thin, double last_x, double last_y, double x, double y);

#endif
