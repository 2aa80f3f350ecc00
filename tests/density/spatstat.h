/* Data of R spatstat (../shared/data/golden/spatstat), for the tests that compare with it. Include
 * once, in a program's only file. */
#ifndef WH_SPATSTAT_H
#define WH_SPATSTAT_H

#include <wardheat/geo.h>
#include <wardheat/model.h>
#include <zlib.h>

#include "wh_test_ctx.h"

#define MOST_ROWS 4000

struct table {
    size_t n;
    double value[MOST_ROWS][5]; /* NaN where there is no number */
};

/* Reads a file of numbers, gzipped or not; false where the real data is not. */
static inline bool read_table(const char *name, struct table *ret)
{
    char path[512], line[512];
    if (wh_test_data() == NULL) {
        print_message("SKIPPED: WARDHEAT_DATA is not set: no values to compare with\n");
        return false;
    }
    (void)snprintf(path, sizeof path, "%s/golden/spatstat/%s", wh_test_data(), name);
    gzFile file = gzopen(path, "rb");
    if (file == NULL || gzgets(file, line, sizeof line) == NULL) { /* the heading */
        fail_msg("cannot read %s", path);
    }
    for (ret->n = 0; ret->n < MOST_ROWS && gzgets(file, line, sizeof line) != NULL; ret->n++) {
        const char *at = line;
        for (size_t i = 0; i < 5; i++) {
            char *end = NULL;
            const double value = strtod(at, &end);
            ret->value[ret->n][i] = end == at ? (double)NAN : value;
            at = strchr(end, ',');
            at = at == NULL ? "" : at + 1;
        }
    }
    assert_int_equal(gzclose(file), Z_OK);
    return true;
}

static inline void push_rows(const struct table *from, struct wh_points *points)
{
    struct wh_error err = {0};
    for (size_t i = 0; i < from->n; i++) {
        assert_wh_ok(wh_points_push(ctx, points, from->value[i][0], from->value[i][1], 0, 0, 0,
                                    (uint32_t)i, &err));
    }
}

/* The window's polygon as a shape; its first vertex is not repeated in the file. */
static inline struct wh_shape window_shape(const struct table *from, double *x, double *y)
{
    static uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, 0};
    for (size_t i = 0; i <= from->n; i++) {
        x[i] = from->value[i % from->n][2];
        y[i] = from->value[i % from->n][3];
    }
    ring_start[1] = (uint32_t)from->n + 1;
    return (struct wh_shape){.n_parts = 1,
                             .n_rings = 1,
                             .n_vertices = ring_start[1],
                             .part_start = part_start,
                             .ring_start = ring_start,
                             .x = x,
                             .y = y};
}

#endif
