/*
 * tests/bench/geocode.c [FOLDER]: how good and how fast addresses are placed. FOLDER is a borough
 * of the fixture generator with questions.csv (default: one of 100 wards and 100,000 questions,
 * made in the build folder). With WARDHEAT_DATA also Bath's food hygiene ratings, licences and
 * police rows.
 */
#include "geocode/geocode.h"

#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/number.h"
#include "bench/bench.h"
#include "geocode/street.h"
#include "geocode/words.h"

#define REACH_M 25.0 /* a house is right when its place is that near the truth */
enum { MOST_DAMAGES = 32, SPEED_ROWS = 1000000 };

static struct wh_ctx *ctx;
static struct wh_error err;
static const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};

/* ---- a council ---- */

struct council {
    struct wh_areas wards;
    struct wh_gazetteers *gazetteers;
    struct wh_transform *same, *from_degrees;
};

static struct wh_gazetteer gazetteer(enum wh_gazetteer_type type, const char *pattern)
{
    return (struct wh_gazetteer){.type = type, .pattern = pattern, .edition_day = INT64_MIN};
}

static void open_council(struct council *council, const struct wh_areas_spec *wards,
                         const struct wh_gazetteer *list, size_t n)
{
    const struct wh_gazetteers_options opt = {
        .working_crs = "EPSG:27700", .crs_opt = &coarse, .wards = &council->wards};
    bench_ok(wh_areas_open(ctx, wards, "EPSG:27700", &coarse, &council->wards, &err), &err);
    const double from = bench_now();
    bench_ok(wh_gazetteers_open(ctx, list, n, &opt, &council->gazetteers, &err), &err);
    const struct wh_index *index = wh_gazetteers_index(council->gazetteers);
    printf("index: %zu addresses, %zu streets, %zu postcodes, read and built in %.2f s; %.0f MiB "
           "in use\n",
           index->n_entries, index->n_streets, index->n_postcodes, bench_now() - from,
           (double)wh_alloc_in_use(ctx) / 1048576);
    bench_ok(wh_transform_create(ctx, "EPSG:27700", "EPSG:27700", &coarse, &council->same, &err),
             &err);
    bench_ok(
        wh_transform_create(ctx, "EPSG:4326", "EPSG:27700", &coarse, &council->from_degrees, &err),
        &err);
}

static void close_council(struct council *council)
{
    wh_gazetteers_destroy(ctx, council->gazetteers);
    wh_areas_finish(ctx, &council->wards);
    wh_transform_destroy(ctx, council->same);
    wh_transform_destroy(ctx, council->from_degrees);
}

/* ---- requests ---- */

static struct wh_unplaced make_requests(size_t n)
{
    static const char *category[] = {""}, *source[] = {"bench"};
    struct wh_unplaced u = {.requests = {.n = n,
                                         .n_categories = 1,
                                         .n_sources = 1,
                                         .category_name = category,
                                         .source_id = source}};
    struct wh_requests *r = &u.requests;
    wh_arena_init(&r->arena, ctx);
    r->x = bench_array(ctx, n, sizeof *r->x);
    r->y = bench_array(ctx, n, sizeof *r->y);
    r->precision_m = bench_array(ctx, n, sizeof *r->precision_m);
    r->category = bench_array(ctx, n, sizeof *r->category);
    r->source = bench_array(ctx, n, sizeof *r->source);
    r->ward = bench_array(ctx, n, sizeof *r->ward);
    r->method = bench_array(ctx, n, sizeof *r->method);
    r->outcome = bench_array(ctx, n, sizeof *r->outcome);
    r->placing = bench_array(ctx, n, sizeof *r->placing);
    u.given_x = bench_array(ctx, n, sizeof *u.given_x);
    u.given_y = bench_array(ctx, n, sizeof *u.given_y);
    u.postcode = bench_array(ctx, n, sizeof *u.postcode);
    u.address = bench_array(ctx, n, sizeof *u.address);
    u.ward = bench_array(ctx, n, sizeof *u.ward);
    u.uprn = bench_array(ctx, n, sizeof *u.uprn);
    u.usrn = bench_array(ctx, n, sizeof *u.usrn);
    for (size_t i = 0; i < n; i++) {
        u.given_x[i] = u.given_y[i] = (double)NAN;
    }
    return u;
}

/* What the program has used of all cores, in seconds. */
static double cpu_now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

struct took {
    double wall_s, cpu_s;
};

/* Places all of them. */
static struct took place(const struct council *council, struct wh_transform *to_working,
                         struct wh_unplaced *u)
{
    const struct wh_source_crs source = {.source_id = "bench",
                                         .to_working = to_working,
                                         .is_geographic = to_working == council->from_degrees,
                                         .may_pile_up = true};
    const struct wh_geocode_options opt = {
        .wards = &council->wards,
        .gazetteers = council->gazetteers,
        .source = &source,
        .n_sources = 1,
        .ladder = {.conflict_m = 1000, .from_grid = council->same}};
    struct wh_geocode_report report = {0};
    const double from = bench_now(), cpu_from = cpu_now();
    bench_ok(wh_geocode(ctx, &opt, u, &report, &err), &err);
    const struct took took = {bench_now() - from, cpu_now() - cpu_from};
    wh_geocode_report_finish(ctx, &report);
    return took;
}

/* ---- the synthetic truth ---- */

struct truth {
    size_t n, cap;
    struct wh_unplaced asked;
    double *x, *y;
    uint8_t *damage;
    size_t n_damages;
    char damage_name[MOST_DAMAGES][32];
};

static uint8_t damage_of(struct truth *truth, struct wh_str name)
{
    for (size_t i = 0; i < truth->n_damages; i++) {
        if (wh_str_eq_c(name, truth->damage_name[i])) {
            return (uint8_t)i;
        }
    }
    (void)snprintf(truth->damage_name[truth->n_damages], sizeof truth->damage_name[0], "%.*s",
                   (int)name.len, name.ptr);
    return (uint8_t)truth->n_damages++;
}

typedef void row_fn(void *user, const struct wh_csv *csv, const struct wh_csv_row *row, size_t i);

/* Every good row; NULL only counts. */
static size_t read_rows(const char *path, row_fn *fn, void *user)
{
    const struct wh_csv_options opt = {.delimiter = ','};
    struct wh_csv *csv = NULL;
    size_t n = 0;
    bench_ok(wh_csv_open(ctx, path, &opt, &csv, &err), &err);
    for (;;) {
        struct wh_csv_row row;
        bool is_end = false;
        bench_ok(wh_csv_next(csv, &row, &is_end, &err), &err);
        if (is_end) {
            break;
        }
        if (!row.is_bad) {
            if (fn != NULL) {
                fn(user, csv, &row, n);
            }
            n++;
        }
    }
    wh_csv_close(csv);
    return n;
}

static struct wh_str cell(const struct wh_csv *csv, const struct wh_csv_row *row, const char *name)
{
    const int at = wh_csv_find(csv, name);
    return at < 0 ? (struct wh_str){NULL, 0} : wh_str_trim(row->field[at]);
}

static void read_question(void *user, const struct wh_csv *csv, const struct wh_csv_row *row,
                          size_t i)
{
    struct truth *truth = user;
    truth->asked.address[i] = wh_arena_c(&truth->asked.requests.arena, cell(csv, row, "address"));
    truth->damage[i] = damage_of(truth, cell(csv, row, "damage"));
    (void)wh_parse_double(cell(csv, row, "e"), &truth->x[i]);
    (void)wh_parse_double(cell(csv, row, "n"), &truth->y[i]);
}

/* Is there a house to be found at all? */
static bool has_house(const char *damage)
{
    return strncmp(damage, "no-number", 9) != 0 && strncmp(damage, "no-such", 7) != 0;
}

static bool is_house(uint8_t method)
{
    return method == WH_METHOD_ADDRESS || method == WH_METHOD_ADDRESS_LOCALITY;
}

static void measure_truth(const struct council *council, struct truth *truth)
{
    struct wh_requests *r = &truth->asked.requests;
    size_t right[MOST_DAMAGES] = {0}, wrong[MOST_DAMAGES] = {0}, tied[MOST_DAMAGES] = {0};
    size_t of[MOST_DAMAGES][WH_N_METHODS] = {{0}}, n[MOST_DAMAGES] = {0};
    const struct took took = place(council, council->same, &truth->asked);
    for (size_t i = 0; i < truth->n; i++) {
        const size_t d = truth->damage[i];
        const bool is_right = is_house(r->method[i]) && has_house(truth->damage_name[d]) &&
                              hypot(r->x[i] - truth->x[i], r->y[i] - truth->y[i]) <= REACH_M;
        n[d]++;
        right[d] += is_right;
        wrong[d] += is_house(r->method[i]) && !is_right;
        tied[d] += !is_house(r->method[i]) && (r->placing[i].flags & WH_PLACING_TIE) != 0;
        of[d][r->method[i]]++;
    }
    printf("\n%zu damaged addresses, %.0f a second on two free cores, all kinds together:\n"
           "%-15s %7s %7s %6s %6s %7s %7s %6s %6s %6s\n",
           truth->n, 2 * (double)truth->n / took.cpu_s, "damage", "n", "right", "wrong", "tied",
           "street", "postc.", "place", "ward", "none");
    size_t all_right = 0, all_wrong = 0, all = 0;
    for (size_t d = 0; d < truth->n_damages; d++) {
        printf("%-15s %7zu %7zu %6zu %6zu %7zu %7zu %6zu %6zu %6zu\n", truth->damage_name[d], n[d],
               right[d], wrong[d], tied[d], of[d][WH_METHOD_STREET], of[d][WH_METHOD_POSTCODE],
               of[d][WH_METHOD_PLACE], of[d][WH_METHOD_WARD], of[d][WH_METHOD_NONE]);
        all_right += right[d];
        all_wrong += wrong[d];
        all += has_house(truth->damage_name[d]) ? n[d] : 0;
    }
    printf("of what is placed at a house %.3f %% is right; of %zu that have a house %.2f %% are "
           "found\n",
           100 * (double)all_right / (double)(all_right + all_wrong), all,
           100 * (double)all_right / (double)all);
}

/* ---- speed ---- */

/* By the clock, and by the processor time that was used: the machine may have been busy with
 * others. */
static void say_speed(const char *what, size_t n, struct took took, double goal)
{
    printf("%-40s %9.0f rows/s by the clock, %9.0f on two free cores (goal %.0f)\n", what,
           (double)n / took.wall_s, 2 * (double)n / took.cpu_s, goal);
}

/* Questions of some kinds of damage, over and over. */
static void time_addresses(const struct council *council, const struct truth *truth,
                           const char *const *kind, size_t n_kinds, const char *what, double goal)
{
    struct wh_unplaced u = make_requests(SPEED_ROWS / 5);
    size_t n = 0;
    while (n < u.requests.n) {
        for (size_t i = 0; i < truth->n && n < u.requests.n; i++) {
            bool is_wanted = false;
            for (size_t k = 0; k < n_kinds; k++) {
                is_wanted = is_wanted || strcmp(truth->damage_name[truth->damage[i]], kind[k]) == 0;
            }
            if (is_wanted) {
                u.address[n++] = truth->asked.address[i];
            }
        }
    }
    say_speed(what, n, place(council, council->same, &u), goal);
    wh_unplaced_finish(ctx, &u);
}

static void time_coordinates(const struct council *council, const struct truth *truth)
{
    struct wh_unplaced u = make_requests(SPEED_ROWS);
    for (size_t i = 0; i < u.requests.n; i++) {
        u.given_x[i] = truth->x[i % truth->n];
        u.given_y[i] = truth->y[i % truth->n];
    }
    say_speed("coordinates of the working CRS", u.requests.n, place(council, council->same, &u),
              1e6);
    for (size_t i = 0; i < u.requests.n; i++) {
        u.given_x[i] = truth->x[i % truth->n];
        u.given_y[i] = truth->y[i % truth->n];
    }
    wh_transform_points(council->from_degrees, true, u.given_x, u.given_y, u.requests.n);
    say_speed("longitudes and latitudes", u.requests.n, place(council, council->from_degrees, &u),
              1e6);
    wh_unplaced_finish(ctx, &u);
}

static void time_postcodes(const struct council *council)
{
    const struct wh_index *index = wh_gazetteers_index(council->gazetteers);
    struct wh_unplaced u = make_requests(SPEED_ROWS);
    char *text = bench_array(ctx, index->n_postcodes, 9);
    for (size_t i = 0; i < index->n_postcodes; i++) {
        (void)wh_postcode_of_key(index->postcode[i].key, text + 9 * i);
    }
    for (size_t i = 0; i < u.requests.n; i++) {
        u.postcode[i] = text + 9 * (i * 7919 % index->n_postcodes);
    }
    say_speed("postcodes", u.requests.n, place(council, council->same, &u), 5e5);
    wh_unplaced_finish(ctx, &u);
    wh_free(ctx, text);
}

static void measure_borough(const char *folder)
{
    char path[6][512];
    static const char *const name[6] = {"wards.geojson", "addresses.csv", "postcodes.csv",
                                        "roads.geojson", "places.csv",    "questions.csv"};
    for (size_t i = 0; i < 6; i++) {
        (void)snprintf(path[i], sizeof path[i], "%s/%s", folder, name[i]);
    }
    struct wh_gazetteer list[] = {
        gazetteer(WH_GAZETTEER_ADDRESS, path[1]), gazetteer(WH_GAZETTEER_POSTCODE, path[2]),
        gazetteer(WH_GAZETTEER_STREET, path[3]), gazetteer(WH_GAZETTEER_PLACE, path[4])};
    list[0].field[WH_GAZ_X] = "e";
    list[0].field[WH_GAZ_Y] = "n";
    const struct wh_areas_spec wards = {.path = path[0], .code = "ward_code", .name = "ward_name"};
    struct council council = {0};
    open_council(&council, &wards, list, 4);
    struct truth truth = {.n = read_rows(path[5], NULL, NULL)};
    truth.asked = make_requests(truth.n);
    truth.x = bench_array(ctx, truth.n, sizeof *truth.x);
    truth.y = bench_array(ctx, truth.n, sizeof *truth.y);
    truth.damage = bench_array(ctx, truth.n, 1);
    (void)read_rows(path[5], read_question, &truth);
    measure_truth(&council, &truth);
    printf("\nspeed on %u threads:\n", wh_ctx_jobs(ctx));
    time_coordinates(&council, &truth);
    time_postcodes(&council);
    static const char *const exact[] = {"clean"}, *const style[] = {"style", "relation", "flat"},
                             *const typed[] = {"typo", "two-typos", "no-type", "other-type"};
    time_addresses(&council, &truth, exact, 1, "addresses as the gazetteer has them", 150000);
    time_addresses(&council, &truth, style, 3, "addresses in other styles", 150000);
    time_addresses(&council, &truth, typed, 4, "addresses with typing errors", 20000);
    wh_unplaced_finish(ctx, &truth.asked);
    wh_free(ctx, truth.x);
    wh_free(ctx, truth.y);
    wh_free(ctx, truth.damage);
    close_council(&council);
}

/* ---- Bath ---- */

struct rows {
    struct wh_unplaced asked;
    double *lon, *lat; /* known; NaN: not */
    bool *is_usable;   /* some address, or a whole postcode */
    const char *const *address;
    const char *postcode, *x, *y;
};

static int compare_doubles(const void *a, const void *b)
{
    const double da = *(const double *)a, db = *(const double *)b;
    return (da > db) - (da < db);
}

static void read_row(void *user, const struct wh_csv *csv, const struct wh_csv_row *row, size_t i)
{
    struct rows *rows = user;
    char text[512] = "", postcode[9];
    size_t len = 0;
    for (size_t k = 0; rows->address[k] != NULL; k++) {
        const struct wh_str part = cell(csv, row, rows->address[k]);
        if (part.len > 0 && len + part.len + 3 < sizeof text) {
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", len > 0 ? ", " : "",
                                    (int)part.len, part.ptr);
        }
    }
    struct wh_arena *arena = &rows->asked.requests.arena;
    rows->asked.address[i] = wh_arena_c(arena, wh_str_c(text));
    if (rows->postcode != NULL && wh_postcode_normalise(cell(csv, row, rows->postcode), postcode)) {
        rows->asked.postcode[i] = wh_arena_c(arena, wh_str_c(postcode));
    }
    rows->is_usable[i] = len > 0 || rows->asked.postcode[i] != NULL;
    rows->lon[i] = rows->lat[i] = (double)NAN;
    if (rows->x != NULL) {
        (void)wh_parse_double(cell(csv, row, rows->x), &rows->lon[i]);
        (void)wh_parse_double(cell(csv, row, rows->y), &rows->lat[i]);
    }
}

static void measure_rows(const struct council *council, const char *what, const char *path,
                         const char *const *address, const char *postcode, const char *x,
                         const char *y)
{
    const size_t n = read_rows(path, NULL, NULL);
    struct rows rows = {.asked = make_requests(n),
                        .lon = bench_array(ctx, n, sizeof(double)),
                        .lat = bench_array(ctx, n, sizeof(double)),
                        .is_usable = bench_array(ctx, n, sizeof(bool)),
                        .address = address,
                        .postcode = postcode,
                        .x = x,
                        .y = y};
    (void)read_rows(path, read_row, &rows);
    (void)place(council, council->same, &rows.asked);
    wh_transform_points(council->from_degrees, false, rows.lon, rows.lat, n);
    const struct wh_requests *r = &rows.asked.requests;
    size_t usable = 0, hit = 0;
    for (size_t i = 0; i < n; i++) {
        usable += rows.is_usable[i];
        hit +=
            rows.is_usable[i] && r->method[i] != WH_METHOD_NONE && r->method[i] != WH_METHOD_WARD;
    }
    printf("\n%s: %zu rows, %zu with any address or postcode, %.2f %% of them placed\n", what, n,
           usable, 100 * (double)hit / (double)usable);
    double *d = bench_array(ctx, n, sizeof *d);
    for (unsigned m = 1; m < WH_N_METHODS; m++) {
        size_t k = 0, all = 0;
        for (size_t i = 0; i < n; i++) {
            const double off = hypot(r->x[i] - rows.lon[i], r->y[i] - rows.lat[i]);
            all += r->method[i] == m;
            if (r->method[i] == m && isfinite(off)) {
                d[k++] = off;
            }
        }
        qsort(d, k, sizeof *d, compare_doubles);
        if (k > 0) {
            printf("  %-17s %5zu rows, %5zu with a known place: off by %6.1f m (median), %7.1f m "
                   "(90 %%)\n",
                   wh_method_name((enum wh_method)m), all, k, d[k / 2], d[k * 9 / 10]);
        } else if (all > 0) {
            printf("  %-17s %5zu rows\n", wh_method_name((enum wh_method)m), all);
        }
    }
    wh_unplaced_finish(ctx, &rows.asked);
    wh_free(ctx, d);
    wh_free(ctx, rows.lon);
    wh_free(ctx, rows.lat);
    wh_free(ctx, rows.is_usable);
}

/* ---- police rows: "On or near X" ---- */

enum { MOST_POLICE = 200000, POLICE_MONTHS = 5 };

struct police {
    struct wh_unplaced asked;
    size_t n;
    double *x, *y; /* where the police say, to a snap point */
};

static void read_police(void *user, const struct wh_csv *csv, const struct wh_csv_row *row,
                        size_t i)
{
    struct police *police = user;
    double lon = 0, lat = 0;
    (void)i;
    const struct wh_str location = cell(csv, row, "Location");
    if (police->n == MOST_POLICE || !wh_str_has_prefix(location, "On or near ") ||
        !wh_parse_double(cell(csv, row, "Longitude"), &lon) ||
        !wh_parse_double(cell(csv, row, "Latitude"), &lat)) {
        return;
    }
    police->asked.address[police->n] = wh_arena_c(&police->asked.requests.arena, location);
    police->x[police->n] = lon;
    police->y[police->n++] = lat;
}

/* The streets of a name as the gazetteer writes it. */
static size_t streets_named(const struct wh_index *index, const char *name, uint32_t *ret_first)
{
    struct wh_words words;
    uint32_t phrase = WH_NO_PHRASE;
    wh_words_split(wh_str_c(name), &words);
    for (size_t i = 0; i < words.n; i++) {
        phrase = wh_phrases_step(&index->phrases, phrase,
                                 wh_phrases_word(&index->phrases, words.word[i].text));
        if (phrase == WH_NO_PHRASE) {
            return 0;
        }
    }
    return phrase == WH_NO_PHRASE || !(index->phrases.role[phrase] & WH_ROLE_STREET)
               ? 0
               : wh_index_streets(index, phrase, ret_first);
}

static void say_offs(const char *rule, double *off, size_t n)
{
    qsort(off, n, sizeof *off, compare_doubles);
    if (n > 0) {
        printf("  %-58s off by %6.1f m (median), %7.1f m (90 %%)\n", rule, off[n / 2],
               off[n * 9 / 10]);
    }
}

/* Rules to choose a street's part, each by the postcode nearest to where the police say. */
static void compare_rules(const struct wh_index *index, const struct police *police)
{
    const struct wh_requests *r = &police->asked.requests;
    double *off[3];
    size_t n = 0;
    for (size_t k = 0; k < 3; k++) {
        off[k] = bench_array(ctx, police->n, sizeof(double));
    }
    for (size_t i = 0; i < police->n; i++) {
        uint32_t first = 0, nearest = 0;
        const char *name = police->asked.address[i] + strlen("On or near ");
        const size_t n_streets = streets_named(index, name, &first);
        if (r->method[i] != WH_METHOD_STREET || n_streets == 0 ||
            police->asked.postcode[i] == NULL) {
            continue;
        }
        const uint32_t postcode =
            wh_index_find_postcode(index, wh_postcode_key(police->asked.postcode[i]));
        const struct wh_index_postcode *p = &index->postcode[postcode];
        const double px = p->x_cm / 100.0, py = p->y_cm / 100.0;
        for (uint32_t k = 1; k < n_streets; k++) {
            nearest = wh_street_distance(index, first + k, px, py) <
                              wh_street_distance(index, first + nearest, px, py)
                          ? k
                          : nearest;
        }
        const struct wh_spot middle = wh_street_middle(index, first + nearest);
        off[0][n] = hypot(r->x[i] - police->x[i], r->y[i] - police->y[i]);
        off[1][n] = hypot(middle.x - police->x[i], middle.y - police->y[i]);
        off[2][n++] = hypot(px - police->x[i], py - police->y[i]);
    }
    printf("  with the nearest postcode beside it, %zu rows placed by their street:\n", n);
    say_offs("the street's part in that postcode (the ladder)", off[0], n);
    say_offs("the middle of the nearest street of the name", off[1], n);
    say_offs("the postcode's own place", off[2], n);
    for (size_t k = 0; k < 3; k++) {
        wh_free(ctx, off[k]);
    }
}

static void measure_police(const struct council *council, const char *data)
{
    const struct wh_index *index = wh_gazetteers_index(council->gazetteers);
    struct police police = {.asked = make_requests(MOST_POLICE),
                            .x = bench_array(ctx, MOST_POLICE, sizeof(double)),
                            .y = bench_array(ctx, MOST_POLICE, sizeof(double))};
    static const char *const month[POLICE_MONTHS] = {"2018-10", "2018-11", "2018-12", "2019-01",
                                                     "2019-02"};
    for (size_t i = 0; i < POLICE_MONTHS; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/bath/requests/police/%s-avon-and-somerset-street.csv",
                       data, month[i]);
        (void)read_rows(path, read_police, &police);
    }
    struct wh_requests *r = &police.asked.requests;
    r->n = police.n;
    wh_transform_points(council->from_degrees, false, police.x, police.y, police.n);
    (void)place(council, council->same, &police.asked);
    size_t known = 0, found = 0, tied = 0;
    for (size_t i = 0; i < police.n; i++) {
        uint32_t first = 0;
        const char *name = police.asked.address[i] + strlen("On or near ");
        if (streets_named(index, name, &first) == 0) {
            continue;
        }
        const bool is_tied = (r->placing[i].flags & WH_PLACING_TIE) != 0;
        known++;
        tied += is_tied;
        found += is_tied || r->method[i] == WH_METHOD_STREET;
        if (!is_tied && r->method[i] != WH_METHOD_STREET && known - found <= 5) {
            printf("  not by its street: \"%s\" (%s)\n", police.asked.address[i],
                   wh_method_name((enum wh_method)r->method[i]));
        }
    }
    printf("\npolice, \"On or near X\": %zu rows; of %zu whose X is a name in os_roads %.2f %% "
           "find it (%zu of them tied: several streets have the name)\n",
           police.n, known, 100 * (double)found / (double)known, tied);
    for (size_t i = 0; i < police.n; i++) {
        char postcode[9] = "";
        const uint32_t nearest = wh_nearest_postcode(index, police.x[i], police.y[i]);
        if (nearest != UINT32_MAX) {
            (void)wh_postcode_of_key(index->postcode[nearest].key, postcode);
        }
        police.asked.postcode[i] =
            nearest == UINT32_MAX ? NULL : wh_arena_c(&r->arena, wh_str_c(postcode));
        r->placing[i] = (struct wh_placing){0};
    }
    (void)place(council, council->same, &police.asked);
    compare_rules(index, &police);
    wh_unplaced_finish(ctx, &police.asked);
    wh_free(ctx, police.x);
    wh_free(ctx, police.y);
}

static void measure_bath(const char *data)
{
    static const char *const name[] = {
        "boundaries/ons_ward_2011.geojson",
        "gazetteer/os_postcodes.geojson",
        "basemap/os_roads.geojson",
        "gazetteer/os_place_names.geojson",
        "gazetteer/os_settlements.geojson",
        "basemap/os_functional_sites.geojson",
        "requests/Bath__North_East_Somerset_Food_Hygiene_Ratings.csv",
        "requests/Premises_License_-_17.09.14.csv"};
    static const char *const food[] = {"AddressLine1", "AddressLine2", "AddressLine3",
                                       "AddressLine4", NULL};
    static const char *const licence[] = {"LocationText", NULL};
    char path[8][512];
    for (size_t i = 0; i < 8; i++) {
        (void)snprintf(path[i], sizeof path[i], "%s/bath/%s", data, name[i]);
    }
    struct wh_gazetteer list[] = {
        gazetteer(WH_GAZETTEER_POSTCODE, path[1]), gazetteer(WH_GAZETTEER_STREET, path[2]),
        gazetteer(WH_GAZETTEER_PLACE, path[3]), gazetteer(WH_GAZETTEER_PLACE, path[4]),
        gazetteer(WH_GAZETTEER_PLACE, path[5])};
    list[3].field[WH_GAZ_NAME] = "name0";
    const struct wh_areas_spec wards = {.path = path[0], .code = "wd11cd", .name = "wd11nm"};
    struct council council = {0};
    printf(
        "\nBath and North East Somerset, coordinates and UPRNs hidden; no gazetteer of houses\n");
    open_council(&council, &wards, list, 5);
    measure_rows(&council, "food hygiene, address and postcode", path[6], food, "PostCode",
                 "Longitude", "Latitude");
    measure_rows(&council, "food hygiene, address alone", path[6], food, NULL, "Longitude",
                 "Latitude");
    measure_rows(&council, "licences, address and postcode", path[7], licence, "Postcode", NULL,
                 NULL);
    measure_police(&council, data);
    close_council(&council);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : BENCH_BOROUGH;
    const char *data = getenv("WARDHEAT_DATA");
    ctx = bench_ctx(2, 1);
    if (argc < 2) {
        char command[1024];
        (void)snprintf(command, sizeof command,
                       "[ -e %s/questions.csv ] || %s %s --wards 100 --requests 6000 --seed 5 "
                       "--questions 100000",
                       folder, BENCH_MAKE_BOROUGH, folder);
        if (system(command) != 0) {
            return 1;
        }
    }
    measure_borough(folder);
    if (data != NULL) {
        measure_bath(data);
    } else {
        printf("\nWARDHEAT_DATA is not set: Bath is left out\n");
    }
    wh_ctx_destroy(ctx);
    return 0;
}
