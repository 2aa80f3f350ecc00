/* bench_ingest [keep|upsert] [ROWS]: reading and upserting 1.92 million rows of London (or the first ROWS of them) from
 * CSV into a fresh state; a second night with nothing new; a third with a file that has changed by one row; then placing
 * all of them by their coordinates in London's wards. Goals: 15 s, 1 s, 1 GiB, 1,000,000 rows/s. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/str.h"
#include "base/time.h"
#include "bench.h"
#include "geocode/geocode.h"
#include "ingest/ingest.h"

#define PACKED "london/london_crime_by_ward_2016-01_2018-06.csv.gz"
#define WARDS "london/wards_2013.geojson"

static struct wh_ctx *ctx;

static double peak_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* Of this process: what a machine with other work on it would take alone, but for waiting for disks. */
static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void night(const char *what, const struct wh_source *source,
                  const struct wh_ingest_options *opt)
{
    struct wh_store *store = NULL;
    struct wh_ingest_report report = {0};
    struct wh_error err = {0};
    const double start = bench_now(), start_cpu = cpu_s();
    bench_ok(wh_store_open(ctx, "state.db", &store, &err), &err);
    const double opened = bench_now();
    bench_ok(wh_store_begin(store, &err), &err);
    bench_ok(wh_ingest(ctx, source, opt, store, &report, &err), &err);
    const double read = bench_now();
    bench_ok(wh_store_commit(store, &err), &err);
    wh_store_close(store);
    const double end = bench_now();
    const struct wh_ledger *const l = &report.ledger;
    printf("%-28s %6.2f s (cpu %.2f; open %.2f, read %.2f, commit %.2f), peak %4.0f MB; %llu read = %llu new + %llu updated + "
           "%llu unchanged + %llu duplicate + %llu unreadable\n",
           what, end - start, cpu_s() - start_cpu, opened - start, read - opened, end - read, peak_mb(),
           (unsigned long long)l->read, (unsigned long long)l->added,
           (unsigned long long)l->updated, (unsigned long long)l->unchanged,
           (unsigned long long)l->duplicate, (unsigned long long)l->unreadable);
    fflush(stdout);
    wh_ingest_report_finish(ctx, &report);
}

/* Every request by its own longitude and latitude; no gazetteer. */
static void place(const char *data)
{
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    char path[1000];
    struct wh_store *store = NULL;
    struct wh_areas wards = {0};
    struct wh_gazetteers *gazetteers = NULL;
    struct wh_unplaced all = {0};
    struct wh_geocode_report report = {0};
    struct wh_source_crs source = {.source_id = "crime", .is_geographic = true, .may_pile_up = true};
    struct wh_error err = {0};
    snprintf(path, sizeof path, "%s/%s", data, WARDS);
    const struct wh_areas_spec spec = {.path = path, .code = "WD13CD", .name = "WD13NM"};
    const struct wh_gazetteers_options no_gazetteers = {
        .working_crs = "EPSG:27700", .crs_opt = &coarse, .wards = &wards};
    bench_ok(wh_areas_open(ctx, &spec, "EPSG:27700", &coarse, &wards, &err), &err);
    bench_ok(wh_gazetteers_open(ctx, NULL, 0, &no_gazetteers, &gazetteers, &err), &err);
    bench_ok(wh_transform_create(ctx, "EPSG:4326", "EPSG:27700", &coarse, &source.to_working, &err), &err);
    bench_ok(wh_store_open(ctx, "state.db", &store, &err), &err);
    const double start = bench_now();
    bench_ok(wh_store_load(store, &all, &err), &err);
    const struct wh_geocode_options opt = {
        .wards = &wards, .gazetteers = gazetteers, .source = &source, .n_sources = 1};
    const double loaded = bench_now(), loaded_cpu = cpu_s();
    bench_ok(wh_geocode(ctx, &opt, &all, &report, &err), &err);
    const double wall = bench_now() - loaded, cpu = cpu_s() - loaded_cpu;
    const double n = (double)all.requests.n;
    printf("%-28s %6.2f s (cpu %.2f), after %.2f s of loading, peak %4.0f MB; %.0f rows/s by the clock, %.0f on two free "
           "cores; %.2f %% in a ward\n",
           "placing by coordinates", wall, cpu, loaded - start, peak_mb(), n / wall, 2 * n / cpu,
           100 * (double)report.ledger[0].in_ward / n);
    wh_geocode_report_finish(ctx, &report);
    wh_unplaced_finish(ctx, &all);
    wh_store_close(store);
    wh_transform_destroy(ctx, source.to_working);
    wh_gazetteers_destroy(ctx, gazetteers);
    wh_areas_finish(ctx, &wards);
}

/* In a folder of its own; the rows unpacked beforehand, `rows` of them ("": all). */
static void unpack(const char *data, const char *rows)
{
    char command[1200];
    const unsigned long n = strtoul(rows, NULL, 10);
    snprintf(command, sizeof command, "gunzip -c '%s/%s' | head -n %lu >crime.csv", data, PACKED,
             n > 0 ? n + 1 : 1ul << 40);
    if (system(command) != 0) { /* NOLINT: a benchmark */
        exit(1);
    }
}

int main(int argc, char **argv)
{
    const char *const data = getenv("WARDHEAT_DATA");
    const char *const keys = argc > 1 ? argv[1] : "keep";
    struct wh_error err = {0};
    struct wh_zone *zone = NULL;
    char folder[] = "/tmp/wardheat-bench-XXXXXX";
    if (data == NULL) {
        fprintf(stderr, "no ../shared/data and no WARDHEAT_DATA\n");
        return 1;
    }
    ctx = bench_ctx(2, 1);
    bench_ok(wh_zone_open(ctx, "Europe/London", &zone, &err), &err);
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        return 1;
    }
    unpack(data, argc > 2 ? argv[2] : "");
    const struct wh_source source = {.id = "crime",
                                     .pattern = "crime.csv",
                                     .crs = "EPSG:4326",
                                     .delimiter = ',',
                                     .date_format = "%Y-%m",
                                     .key = strcmp(keys, "upsert") == 0 ? WH_KEY_UPSERT : WH_KEY_KEEP,
                                     .is_required = true,
                                     .column = {[WH_FIELD_REFERENCE] = "id",
                                                [WH_FIELD_OPENED] = "month",
                                                [WH_FIELD_CATEGORY] = "category",
                                                [WH_FIELD_STATUS] = "outcome",
                                                [WH_FIELD_ADDRESS] = "street_name",
                                                [WH_FIELD_X] = "longitude",
                                                [WH_FIELD_Y] = "latitude"}};
    const struct wh_ingest_options opt = {.zone = zone,
                                          .zone_name = "Europe/London",
                                          .latest_utc = 1800000000,
                                          .as_of_day = 20000,
                                          .as_of_utc = 1728000000,
                                          .retain_from_utc = WH_NO_TIME};
    night("everything is new", &source, &opt);
    night("nothing is new", &source, &opt);
    if (system("sed -i '2d' crime.csv") != 0) {
        return 1;
    }
    night("one row less, at the top", &source, &opt);
    place(data);
    if (chdir("/") != 0 || wh_io_remove_tree(ctx, folder, &err) != WH_OK) {
        return 1;
    }
    wh_zone_destroy(ctx, zone);
    wh_ctx_destroy(ctx);
    return 0;
}
