/*
 * tests/bench/print.c [WARDS] [THEMES]: the printed part of a release: real wards and streets of
 * Bath (default: all 37) by themes (default 3) with made-up density, a sheet and a preview each, an
 * overview of each theme, and the atlas of them all; by two threads, into a folder of its own.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/io.h"
#include "bench/bench.h"
#include "geo/geo.h"
#include "publish/prints.h"
#include "render/scene.h"

enum { JOBS = 2, MOST_THEMES = 8 };

/* Bytes of a folder's PDFs and PNGs, through the shell: a benchmark may. */
static void say_sizes(const char *folder)
{
    char command[800];
    (void)fflush(stdout);
    snprintf(
        command, sizeof command,
        "cd %s/print && find . -name '*.pdf' ! -name atlas.pdf -printf '%%s %%p\\n' | sort -n |"
        " awk '{n++; s += $1; most = $1} END {printf \"pages: %%d, %%.0f kB each, at most"
        " %%.0f kB\\n\", n, s / n / 1e3, most / 1e3}' &&"
        " find . -name '*.png' -printf '%%s\\n' | awk '{n++; s += $1} END {printf"
        " \"previews: %%d, %%.0f kB each\\n\", n, s / n / 1e3}' &&"
        " stat -c 'atlas: %%s bytes' atlas.pdf; rm -rf %s",
        folder, folder);
    if (system(command) != 0) {
        exit(1);
    }
}

/* The number given as the i-th argument: 1 to `most`; without one, `otherwise`. */
static uint32_t argument(int argc, char **argv, int i, uint32_t otherwise, uint32_t most)
{
    const unsigned long n = argc > i ? strtoul(argv[i], NULL, 10) : otherwise;
    if (n < 1 || n > most) {
        (void)fprintf(stderr, "bench print: %s: expected 1 to %u\n", argv[i], most);
        exit(2);
    }
    return (uint32_t)n;
}

int main(int argc, char **argv)
{
    struct wh_error err = {0};
    struct wh_ctx *const ctx = bench_ctx(JOBS, 1);
    const char *const data = getenv("WARDHEAT_DATA");
    struct wh_theme theme[MOST_THEMES];
    struct wh_theme_report report[MOST_THEMES];
    char folder[] = "/tmp/wardheat-bench-print-XXXXXX", id[MOST_THEMES][16];
    struct scene scene;
    struct rusage use;
    bench_ok(wh_geo_start(ctx, &err), &err);
    if (data == NULL || mkdtemp(folder) == NULL) {
        (void)fprintf(stderr, "bench print: needs WARDHEAT_DATA, and room in /tmp\n");
        return 1;
    }
    scene_bath(&scene, ctx, BENCH_SOURCE_ROOT, data);
    const uint32_t all = scene.wards.n;
    scene.wards.n = argument(argc, argv, 1, all, all);
    scene.report.n_themes = argument(argc, argv, 2, 3, MOST_THEMES);
    for (size_t t = 0; t < scene.report.n_themes; t++) {
        snprintf(id[t], sizeof id[t], "theme-%zu", t + 1);
        theme[t] = scene.theme;
        theme[t].id = id[t];
        report[t] = scene.theme_report;
        report[t].theme = &theme[t];
    }
    scene.report.theme = report;
    const struct wh_publish_options opt = {.style = scene.style,
                                           .basemap = scene.basemap,
                                           .english = scene.language,
                                           .wants_print = true};
    struct wh_job job = {.ctx = ctx, .report = &scene.report, .opt = &opt, .folder = folder};
    bench_ok(wh_job_init(&job, &err), &err);
    (void)getrusage(RUSAGE_SELF, &use);
    const long before_kb = use.ru_maxrss;
    const double start = bench_now();
    bench_ok(wh_prints_write(&job, &err), &err);
    const double seconds = bench_now() - start;
    (void)getrusage(RUSAGE_SELF, &use);
    const double n = (double)scene.wards.n * (double)scene.report.n_themes;
    printf("%u wards x %zu themes, %d threads: %.1f s, %.0f ms a sheet\n", scene.wards.n,
           scene.report.n_themes, JOBS, seconds, 1000 * seconds / n);
    printf("memory: %.0f MB, of which the maps' data %.0f\n", (double)use.ru_maxrss / 1e3,
           (double)before_kb / 1e3);
    say_sizes(folder);
    scene.wards.n = all;
    scene.report.theme = &scene.theme_report;
    wh_job_finish(&job);
    scene_finish(&scene);
    wh_ctx_destroy(ctx);
    return 0;
}
