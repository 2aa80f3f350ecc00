/*
 * tests/bench/density_growth.c: how the cost of a surface grows with points, cells and bandwidth:
 * density-growth.csv, and density-growth.svg, which plots it.
 *
 * CPU seconds of one thread; bandwidths in cells, so that a finer grid means narrower kernels on
 * the ground. Of a Gaussian the bandwidth is sigma.
 */
#include <string.h>

#include "bench/density_bench.h"

#define MOST_ROWS 1024
#define BOUNDED (1.0 / 512)

/* What is measured at every size. */
static const struct kind {
    const char *name;
    enum wh_kernel kernel;
    double bandwidth_px, max_error;
    const char *colour;
} KINDS[] = {
    {"quartic, 5 px", WH_KERNEL_QUARTIC, 5, 0, "#9ecae1"},
    {"quartic, 13 px", WH_KERNEL_QUARTIC, 13, 0, "#4292c6"},
    {"quartic, 43 px", WH_KERNEL_QUARTIC, 43, 0, "#08519c"},
    {"quartic, 137 px", WH_KERNEL_QUARTIC, 137, 0, "#08306b"},
    {"quartic, 137 px, to 1/512", WH_KERNEL_QUARTIC, 137, BOUNDED, "#238b45"},
    {"Gaussian, 13 px", WH_KERNEL_GAUSSIAN, 13, 0, "#d94801"},
};
enum { N_KINDS = sizeof KINDS / sizeof *KINDS };

struct row {
    size_t n_points;
    uint32_t side;
    const struct kind *kind;
    double seconds;
};

static struct table {
    struct row row[MOST_ROWS];
    size_t n;
} table;

static void measure(const struct scene *scene, FILE *csv)
{
    const uint32_t side = scene->grid.nx;
    for (size_t k = 0; k < N_KINDS; k++) {
        const struct kind *kind = &KINDS[k];
        const struct wh_density_options opt = {.kernel = kind->kernel,
                                               .edge = WH_EDGE_NONE,
                                               .bandwidth_m =
                                                   kind->bandwidth_px * scene->grid.cell_m,
                                               .max_error = kind->max_error};
        struct wh_density_stats stats = {0};
        const size_t repeat = scene->points.n > 1000000 || side > 4096 ? 1 : 2;
        const double seconds = time_ours(scene, &opt, 1, repeat, &stats);
        table.row[table.n++] = (struct row){scene->points.n, side, kind, seconds};
        (void)fprintf(csv, "%zu,%u,%s,%g,%.6g,%s,%.5f\n", scene->points.n, side,
                      wh_kernel_name(kind->kernel), kind->bandwidth_px, kind->max_error,
                      wh_engine_name(stats.engine), seconds);
        (void)fflush(csv);
    }
}

/* ---- the plot: two panels with logarithmic axes ---- */

#define PANEL_W 400.0
#define PANEL_H 400.0
#define LEAST_S 1e-3
#define DECADES 5 /* from a millisecond to 100 s */

struct panel {
    double left, least, decades; /* of the axis below */
    const char *title, *axis;
    bool is_over_points; /* else over cells */
    size_t n_points;     /* what stays the same */
    uint32_t side;
};

static double across(const struct panel *panel, double value)
{
    return panel->left + PANEL_W * log10(value / panel->least) / panel->decades;
}

static double up(double seconds)
{
    return 40 + PANEL_H * (1 - log10(fmax(seconds, LEAST_S) / LEAST_S) / DECADES);
}

static void text(FILE *svg, double x, double y, const char *anchor, const char *words)
{
    (void)fprintf(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                  words);
}

static void draw_axes(FILE *svg, const struct panel *panel)
{
    static const char *const tick[] = {"1 ms", "10 ms", "0.1 s", "1 s", "10 s", "100 s"};
    for (int i = 0; i <= DECADES; i++) {
        const double y = up(LEAST_S * pow(10, i));
        (void)fprintf(svg, "<path d=\"M%.1f %.1fh%g\" stroke=\"#ddd\"/>\n", panel->left, y,
                      PANEL_W);
        text(svg, panel->left - 6, y + 4, "end", tick[i]);
    }
    for (int i = 0; i <= (int)panel->decades; i++) {
        char words[32];
        const double value = panel->least * pow(10, i), x = across(panel, value);
        (void)snprintf(words, sizeof words, "%.0e", value);
        (void)fprintf(svg, "<path d=\"M%.1f 40v%g\" stroke=\"#ddd\"/>\n", x, PANEL_H);
        text(svg, x, 40 + PANEL_H + 18, "middle", words);
    }
    text(svg, panel->left + PANEL_W / 2, 24, "middle", panel->title);
    text(svg, panel->left + PANEL_W / 2, 40 + PANEL_H + 38, "middle", panel->axis);
}

static void draw_lines(FILE *svg, const struct panel *panel)
{
    for (size_t k = 0; k < N_KINDS; k++) {
        const char *next = "M";
        (void)fprintf(svg, "<path fill=\"none\" stroke-width=\"2\" stroke=\"%s\" d=\"",
                      KINDS[k].colour);
        for (size_t i = 0; i < table.n; i++) {
            const struct row *row = &table.row[i];
            const double value =
                panel->is_over_points ? (double)row->n_points : (double)row->side * row->side;
            if (row->kind == &KINDS[k] &&
                (panel->is_over_points ? row->side == panel->side
                                       : row->n_points == panel->n_points)) {
                (void)fprintf(svg, "%s%.1f %.1f", next, across(panel, value), up(row->seconds));
                next = "L";
            }
        }
        (void)fprintf(svg, "\"/>\n");
    }
}

static void draw(FILE *svg)
{
    const struct panel panel[] = {
        {70, 1e4, 3, "2048 x 2048 cells", "points", true, 0, 2048},
        {560, 1e5, 3, "a million points", "cells", false, 1000000, 0},
    };
    (void)fprintf(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1190\" height=\"500\" "
                       "font-family=\"sans-serif\" font-size=\"13\">\n"
                       "<rect width=\"1190\" height=\"500\" fill=\"#fff\"/>\n");
    for (size_t i = 0; i < sizeof panel / sizeof *panel; i++) {
        draw_axes(svg, &panel[i]);
        draw_lines(svg, &panel[i]);
    }
    for (size_t k = 0; k < N_KINDS; k++) {
        const double y = 60 + 24 * (double)k;
        (void)fprintf(svg, "<path d=\"M980 %gh24\" stroke-width=\"2\" stroke=\"%s\"/>\n", y,
                      KINDS[k].colour);
        text(svg, 1012, y + 4, "start", KINDS[k].name);
    }
    (void)fprintf(svg, "</svg>\n");
}

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        (void)fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
    return file;
}

void bench_growth(const char *folder, size_t most_points, uint32_t most_side)
{
    FILE *csv = create(folder, "density-growth.csv"), *svg = create(folder, "density-growth.svg");
    (void)fprintf(csv, "points,side_cells,kernel,bandwidth_px,max_error,engine,cpu_seconds\n");
    for (size_t n = 10000; n <= most_points; n *= 10) {
        struct scene scene;
        open_scene(&scene, n, 512, 512);
        for (uint32_t side = 512; side <= most_side; side *= 2) {
            change_cells(&scene, side);
            measure(&scene, csv);
        }
        close_scene(&scene);
        printf("%zu points: done\n", n);
        (void)fflush(stdout);
    }
    draw(svg);
    if (fclose(csv) != 0 || fclose(svg) != 0) {
        (void)fprintf(stderr, "%s: cannot be written\n", folder);
        exit(1);
    }
    printf("%s/density-growth.csv and %s/density-growth.svg: %zu rows\n", folder, folder, table.n);
}
