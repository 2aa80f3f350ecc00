/* tests/publish/fixture.c: the wards are cells of a 3 x 2 lattice with bent borders, near Bath in
 * EPSG:27700. */
#include "fixture.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/time.h"
#include "wh_test.h"

enum { COLUMNS = 3, ROWS = 2, N_WARDS = COLUMNS * ROWS, BENDS = 6, CELL_M = 50 };
#define SIDE_M 1200.0
#define ORIGIN_X 373000.0
#define ORIGIN_Y 164000.0

static const char *const ward_code[N_WARDS] = {"E05000001", "E05000002", "E05000003",
                                               "E05000004", "../../etc", "etc"};
static const char *const ward_name[N_WARDS] = {"Abbey",     "Mill & Weir", "St John's <b>Park</b>",
                                               "=Lansdown", "Ynys-y-Bŵl",  "Fosse</script>"};

/* A corner of the lattice, moved a little so that borders are not straight. */
static void corner(unsigned column, unsigned row, double *x, double *y)
{
    *x = ORIGIN_X + SIDE_M * column + 90 * sin(3.0 * column + 2.0 * row);
    *y = ORIGIN_Y + SIDE_M * row + 90 * cos(2.0 * column + 5.0 * row);
}

/* Vertices of an edge, the same from both sides. */
static uint32_t add_edge(double *x, double *y, uint32_t n, unsigned c0, unsigned r0, unsigned c1,
                         unsigned r1)
{
    const bool turned = c1 < c0 || r1 < r0;
    double ax, ay, bx, by;
    corner(turned ? c1 : c0, turned ? r1 : r0, &ax, &ay);
    corner(turned ? c0 : c1, turned ? r0 : r1, &bx, &by);
    for (unsigned i = 0; i < BENDS; i++) {
        const double t = turned ? 1 - (double)i / BENDS : (double)i / BENDS;
        const double bend = 60 * sin(t * 3.14159265 * 2);
        x[n] = ax + (bx - ax) * t + (r0 == r1 ? 0 : bend);
        y[n++] = ay + (by - ay) * t + (r0 == r1 ? bend : 0);
    }
    return n;
}

static struct wh_shape ring_shape(struct wh_ctx *ctx, uint32_t room)
{
    struct wh_shape shape = {.n_parts = 1, .n_rings = 1};
    shape.part_start = wh_alloc_array(ctx, 2, sizeof(uint32_t));
    shape.ring_start = wh_alloc_array(ctx, 2, sizeof(uint32_t));
    shape.x = wh_alloc_array(ctx, room, sizeof(double));
    shape.y = wh_alloc_array(ctx, room, sizeof(double));
    shape.part_start[1] = 1;
    return shape;
}

static void close_ring(struct wh_shape *shape, uint32_t n)
{
    shape->x[n] = shape->x[0];
    shape->y[n] = shape->y[0];
    shape->n_vertices = n + 1;
    shape->ring_start[1] = n + 1;
}

/* The block of cells from (c0, r0) to (c1, r1), corners of the lattice. */
static struct wh_shape block(struct wh_ctx *ctx, unsigned c0, unsigned r0, unsigned c1, unsigned r1)
{
    struct wh_shape shape = ring_shape(ctx, 2 * BENDS * (COLUMNS + ROWS) + 1);
    uint32_t n = 0;
    for (unsigned c = c0; c < c1; c++) {
        n = add_edge(shape.x, shape.y, n, c, r0, c + 1, r0);
    }
    for (unsigned r = r0; r < r1; r++) {
        n = add_edge(shape.x, shape.y, n, c1, r, c1, r + 1);
    }
    for (unsigned c = c1; c > c0; c--) {
        n = add_edge(shape.x, shape.y, n, c, r1, c - 1, r1);
    }
    for (unsigned r = r1; r > r0; r--) {
        n = add_edge(shape.x, shape.y, n, c0, r, c0, r - 1);
    }
    close_ring(&shape, n);
    return shape;
}

/* A round outline. */
static struct wh_shape disc(struct wh_ctx *ctx, double x, double y, double radius_m)
{
    enum { CORNERS = 24 };
    struct wh_shape shape = ring_shape(ctx, CORNERS + 1);
    for (unsigned i = 0; i < CORNERS; i++) {
        shape.x[i] = x + radius_m * cos(i * 2 * 3.14159265358979 / CORNERS);
        shape.y[i] = y + radius_m * sin(i * 2 * 3.14159265358979 / CORNERS);
    }
    close_ring(&shape, CORNERS);
    return shape;
}

static void make_wards(struct fixture *fixture)
{
    struct wh_ctx *ctx = fixture->ctx;
    struct wh_areas *wards = &fixture->wards;
    wards->n = N_WARDS;
    wards->code = wh_alloc_array(ctx, N_WARDS, sizeof *wards->code);
    wards->name = wh_alloc_array(ctx, N_WARDS, sizeof *wards->name);
    wards->population = wh_alloc_array(ctx, N_WARDS, sizeof(double));
    wards->households = wh_alloc_array(ctx, N_WARDS, sizeof(double));
    wards->area_km2 = wh_alloc_array(ctx, N_WARDS, sizeof(double));
    wards->shape = wh_alloc_array(ctx, N_WARDS, sizeof *wards->shape);
    for (uint32_t i = 0; i < N_WARDS; i++) {
        const unsigned c = i % COLUMNS, r = i / COLUMNS;
        wards->code[i] = ward_code[i];
        wards->name[i] = ward_name[i];
        wards->population[i] = i == 3 ? (double)NAN : 4000 + 517.0 * i;
        wards->households[i] = 1800 + 211.0 * i;
        wards->shape[i] = block(ctx, c, r, c + 1, r + 1);
        wards->area_km2[i] = wh_shape_area_km2(&wards->shape[i]);
    }
    fixture->area = block(ctx, 0, 0, COLUMNS, ROWS);
}

static struct wh_count shown(uint32_t n)
{
    return (struct wh_count){.n = n, .shown = WH_SHOWN};
}

static struct wh_figures figures(uint32_t now, uint32_t before, double km2, double residents)
{
    return (struct wh_figures){.count = shown(now),
                               .previous = shown(before),
                               .per_km2 = now / km2,
                               .per_1000 = 1000.0 * now / residents};
}

static struct wh_figures hidden(enum wh_shown why)
{
    return (struct wh_figures){.count.shown = (uint8_t)why,
                               .previous = shown(17),
                               .per_km2 = (double)NAN,
                               .per_1000 = (double)NAN};
}

static struct wh_period period(int64_t from_day, int64_t to_day)
{
    return (struct wh_period){.from_day = from_day,
                              .to_day = to_day,
                              .from_utc = from_day * 86400,
                              .to_utc = to_day * 86400};
}

static void make_hotspots(struct fixture *fixture, struct wh_theme_report *theme)
{
    struct wh_arena *arena = &fixture->officer.body.arena;
    static const struct {
        const char *name;
        double x, y, radius_m;
        enum wh_trend trend;
        uint32_t now, before;
    } spot[] = {
        {"around High Street and Mill Lane", 374150, 164600, 230, WH_TREND_GROWING, 96, 55},
        {"around Quay & Bridge Street", 375400, 165700, 160, WH_TREND_NEW, 41, 8},
        {"around Station Road", 373500, 165800, 130, WH_TREND_GONE, 6, 30},
    };
    theme->n_hotspots = 3;
    theme->hotspot = wh_arena_alloc(arena, 3, sizeof *theme->hotspot);
    for (size_t i = 0; i < 3; i++) {
        struct wh_hotspot *hotspot = &theme->hotspot[i];
        hotspot->id = wh_arena_printf(arena, "%s-e%.0f-n%.0f", theme->theme->id, spot[i].x / 100,
                                      spot[i].y / 100);
        hotspot->name = spot[i].name;
        hotspot->rank = (uint32_t)i + 1;
        hotspot->trend = spot[i].trend;
        hotspot->shape = disc(fixture->ctx, spot[i].x, spot[i].y, spot[i].radius_m);
        hotspot->area_km2 = wh_shape_area_km2(&hotspot->shape);
        hotspot->peak_x = spot[i].x;
        hotspot->peak_y = spot[i].y;
        hotspot->figures = figures(spot[i].now, spot[i].before, hotspot->area_km2, (double)NAN);
        hotspot->n_parts = i == 0 ? 2 : 1;
        hotspot->part = wh_arena_alloc(arena, hotspot->n_parts, sizeof *hotspot->part);
        for (size_t j = 0; j < hotspot->n_parts; j++) {
            hotspot->part[j].ward = i == 0 ? (uint32_t)j : i == 1 ? 4 : 3;
            hotspot->part[j].shape =
                disc(fixture->ctx, spot[i].x - 100 + 200.0 * (double)j, spot[i].y, 90);
            hotspot->part[j].figures = hotspot->figures;
        }
    }
    theme->hotspot[0].part[0].figures.count = shown(92);
    theme->hotspot[0].part[1].figures = hidden(WH_FEW);
}

/* Two hills; NaN and outside where no ward is. */
static void make_surface(struct fixture *fixture, size_t idx, struct wh_theme_report *theme)
{
    struct wh_ctx *ctx = fixture->ctx;
    struct wh_error err = {0};
    struct wh_grid *grid = &fixture->officer.density[idx];
    double box[4];
    wh_shape_box(&fixture->area, box);
    assert_wh_ok(wh_grid_cover(ctx, box, CELL_M, CELL_M, 1e6, grid, &err));
    theme->surface.grid = *grid;
    theme->surface.grid.v = NULL;
    theme->surface.class_of = wh_alloc(ctx, (size_t)grid->nx * grid->ny);
    for (uint32_t i = 0; i < grid->nx * grid->ny; i++) {
        const double x = grid->x0 + (i % grid->nx + 0.5) * CELL_M;
        const double y = grid->y0 + (i / grid->nx + 0.5) * CELL_M;
        const double a = hypot(x - 374150, y - 164600), b = hypot(x - 375400, y - 165700);
        grid->v[i] = 620 * exp(-a * a / 90000) + 380 * exp(-b * b / 60000) + 30;
        uint8_t class_of = 0;
        while (class_of < theme->legend.n && grid->v[i] >= theme->legend.break_at[class_of]) {
            class_of++;
        }
        if (b > 1300 && a > 900) {
            class_of = WH_CLASS_BLANK;
        }
        bool is_inside = false;
        for (uint32_t j = 0; j < N_WARDS && !is_inside; j++) {
            const struct wh_shape *ward = &fixture->wards.shape[j];
            for (uint32_t k = 0, last = ward->n_vertices - 1; k < ward->n_vertices; last = k++) {
                if ((ward->y[k] > y) != (ward->y[last] > y) &&
                    x < (ward->x[last] - ward->x[k]) * (y - ward->y[k]) /
                                (ward->y[last] - ward->y[k]) +
                            ward->x[k]) {
                    is_inside = !is_inside;
                }
            }
        }
        theme->surface.class_of[i] = is_inside ? class_of : WH_CLASS_OUTSIDE;
        grid->v[i] = is_inside ? grid->v[i] : (double)NAN;
    }
}

/* Squares of 400 m: all of a theme's requests but two, of an officer's report. */
static void make_cells(struct wh_arena *arena, struct wh_theme_report *theme)
{
    enum { N = 12 };
    theme->cells = (struct wh_cell_counts){.cell_m = 400, .step = 1, .n = N};
    theme->cells.cell = wh_arena_alloc(arena, N, sizeof *theme->cells.cell);
    for (int32_t i = 0; i < N; i++) {
        theme->cells.cell[i] = (struct wh_cell){.col = 933 + i % 4 * 2,
                                                .row = 411 + i / 4,
                                                .n = 1 + (uint32_t)i * 3,
                                                .emerging = i % 2 == 0 ? "new hot spot" : NULL};
    }
}

static void make_theme(struct fixture *fixture, size_t idx)
{
    struct wh_report *report = &fixture->officer.body;
    struct wh_theme_report *theme = &report->theme[idx];
    theme->theme = &fixture->theme[idx];
    theme->period = period(20670, 20760);
    theme->previous = period(20580, 20670);
    theme->previous_is_complete = idx == 0;
    theme->legend = (struct wh_legend){.n = 5, .break_at = {40, 80, 160, 320, 480}};
    snprintf(theme->legend.unit, sizeof theme->legend.unit, "requests per km² in 90 days");
    theme->bandwidth_m = 350;
    theme->cell_m = CELL_M;
    theme->kernel = "quartic";
    theme->edge = "diggle";
    theme->bandwidth_why = "Scott's rule, chosen on 2026-11-03";
    theme->hotspot_share = 0.2;
    theme->ward = wh_arena_alloc(&report->arena, N_WARDS, sizeof *theme->ward);
    uint32_t now = 0, before = 0;
    for (uint32_t i = 0; i < N_WARDS; i++) {
        const uint32_t n = 30 + (uint32_t)((i * 37 + idx * 11) % 90), p = 25 + i * 13;
        theme->ward[i] = figures(n, p, fixture->wards.area_km2[i], fixture->wards.population[i]);
        now += n;
        before += p;
    }
    theme->total = figures(now, before, wh_shape_area_km2(&fixture->area), 30000);
    theme->ward[2] = hidden(WH_FEW);
    theme->ward[5] = hidden(WH_WITHHELD);
    if (idx == 0) {
        make_hotspots(fixture, theme);
    }
    make_cells(&report->arena, theme);
    make_surface(fixture, idx, theme);
}

/* A request on Monday at nine, half of one an hour later; one that is vague. */
static void make_hours(struct fixture *fixture)
{
    struct wh_officer_report *report = &fixture->officer;
    report->hours = wh_arena_alloc(&report->body.arena, 2, sizeof *report->hours);
    for (size_t i = 0; i < 2; i++) {
        report->hours[i] = (struct wh_hours){.requests = {[9] = 1, [10] = 0.5}, .n_vague = 1};
    }
}

static void make_requests(struct fixture *fixture)
{
    static const char *category[] = {"fly tipping"}, *source[] = {"crm"};
    enum { N = 4 };
    struct wh_requests *requests = &fixture->requests;
    struct wh_ctx *ctx = fixture->ctx;
    requests->n = N;
    requests->row = wh_alloc_array(ctx, N, sizeof(int64_t));
    requests->x = wh_alloc_array(ctx, N, sizeof(double));
    requests->y = wh_alloc_array(ctx, N, sizeof(double));
    requests->precision_m = wh_alloc_array(ctx, N, sizeof(float));
    requests->opened_at = wh_alloc_array(ctx, N, sizeof(int64_t));
    requests->category = wh_alloc_array(ctx, N, sizeof(uint16_t));
    requests->source = wh_alloc_array(ctx, N, sizeof(uint16_t));
    requests->ward = wh_alloc_array(ctx, N, sizeof(int32_t));
    requests->method = wh_alloc_array(ctx, N, 1);
    requests->outcome = wh_alloc_array(ctx, N, 1);
    requests->placing = wh_alloc_array(ctx, N, sizeof *requests->placing);
    requests->category_name = category;
    requests->source_id = source;
    for (size_t i = 0; i < N; i++) {
        requests->row[i] = 100 + (int64_t)i;
        requests->x[i] = 374150 + 10.0 * (double)i;
        requests->y[i] = 164600;
        requests->opened_at[i] = INT64_C(20700) * 86400;
        requests->method[i] = WH_METHOD_COORDINATE;
        requests->outcome[i] = WH_OUTCOME_MAPPED;
        requests->placing[i] =
            (struct wh_placing){.score = 1, .flags = WH_PLACING_CONFLICT, .conflict_m = 1234.4F};
    }
    static const uint32_t problem[N] = {3, 1, 2, 3};
    fixture->officer.problem = problem;
    requests->outcome[1] = WH_OUTCOME_WITHHELD_SENSITIVE;
    requests->opened_at[2] = INT64_C(20000) * 86400; /* before every period */
    requests->x[3] = (double)NAN;
}

static void make_body(struct fixture *fixture)
{
    static const char *licence[] = {"Contains OS data © Crown copyright & database right 2026",
                                    "© Northmere Council <script>"};
    struct wh_report *report = &fixture->officer.body;
    static struct wh_source_note source = {
        .id = "crm",
        .attribution = "© Northmere Council",
        .ledger = {.read = 1000, .added = 3, .unchanged = 990, .unreadable = 7},
        .placing = {.requests = 1000,
                    .in_ward = 960,
                    .outside = 2,
                    .not_placed = 38,
                    .mapped = 950,
                    .withheld_default = 10,
                    .by_method = {[WH_METHOD_COORDINATE] = 600, [WH_METHOD_POSTCODE] = 362}}};
    report->edition = WH_EDITION_OFFICER;
    report->title = "Northmere Borough Council";
    report->release_id = "2026-11-03-1a2b3c4d";
    report->as_of_day = 20760;
    report->data_through_day = 20757;
    report->hide_below = 5;
    report->crs = "EPSG:27700";
    report->wards = &fixture->wards;
    report->area = &fixture->area;
    report->n_received = 4812;
    report->n_placed = 4673;
    report->n_sources = 1;
    report->source = &source;
    report->n_licences = 2;
    report->licence = licence;
    report->n_themes = 2;
    report->theme = wh_arena_alloc(&report->arena, 2, sizeof *report->theme);
}

void fixture_init(struct fixture *fixture, struct wh_ctx *ctx, const char *folder)
{
    struct wh_error err = {0};
    const struct wh_crs_options crs_opt = {.datum = WH_DATUM_COARSE};
    *fixture = (struct fixture){.ctx = ctx};
    fixture->theme[0] = (struct wh_theme){.id = "fly-tipping",
                                          .title = "Fly-tipping",
                                          .window_days = 90,
                                          .owner = "Street Cleansing, 01225 000000"};
    fixture->theme[1] =
        (struct wh_theme){.id = "potholes", .title = "Potholes & <i>roads</i>", .window_days = 90};
    wh_arena_init(&fixture->officer.body.arena, ctx);
    fixture->officer.density = wh_alloc_array(ctx, 2, sizeof(struct wh_grid));
    fixture->officer.requests = &fixture->requests;
    make_wards(fixture);
    make_body(fixture);
    make_theme(fixture, 0);
    make_theme(fixture, 1);
    make_requests(fixture);
    make_hours(fixture);
    assert_wh_ok(
        wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &crs_opt, &fixture->to_lonlat, &err));
    assert_wh_ok(wh_style_load(ctx, WH_STYLES_DIR, "standard", &fixture->style, &err));
    assert_wh_ok(wh_language_load(ctx, WH_STYLES_DIR, NULL, "en", &fixture->english, &err));
    fixture->opt = (struct wh_publish_options){.to_lonlat = fixture->to_lonlat,
                                               .style = fixture->style,
                                               .english = fixture->english,
                                               .zoom_min = 9,
                                               .zoom_max = 15,
                                               .wants_geojson = true,
                                               .wants_geopackage = true,
                                               .dashboard_dir = WH_DASHBOARD_DIR};
    fixture_folder(fixture->folder, sizeof fixture->folder, folder);
}

struct wh_public_report fixture_public(const struct fixture *fixture)
{
    struct wh_public_report report = {.body = fixture->officer.body};
    report.body.edition = WH_EDITION_PUBLIC;
    return report;
}

void fixture_finish(struct fixture *fixture)
{
    struct wh_ctx *ctx = fixture->ctx;
    struct wh_requests *requests = &fixture->requests;
    for (uint32_t i = 0; i < fixture->wards.n; i++) {
        wh_shape_finish(ctx, &fixture->wards.shape[i]);
    }
    void *const owned[] = {fixture->wards.code,
                           fixture->wards.name,
                           fixture->wards.population,
                           fixture->wards.households,
                           fixture->wards.area_km2,
                           fixture->wards.shape,
                           requests->row,
                           requests->x,
                           requests->y,
                           requests->precision_m,
                           requests->opened_at,
                           requests->category,
                           requests->source,
                           requests->ward,
                           requests->method,
                           requests->placing,
                           requests->outcome};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        wh_free(ctx, owned[i]);
    }
    wh_shape_finish(ctx, &fixture->area);
    wh_officer_report_finish(ctx, &fixture->officer);
    wh_transform_destroy(ctx, fixture->to_lonlat);
    wh_style_destroy(ctx, fixture->style);
    wh_language_destroy(ctx, fixture->english);
}

void fixture_folder(char *out, size_t size, const char *name)
{
    struct wh_error err = {0};
    struct wh_ctx *ctx = wh_test_ctx();
    char here[400];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(out, size, "%s/tmp-publish/%s-%ld", here, name, (long)getpid());
    assert_wh_ok(wh_io_remove_tree(ctx, out, &err));
    assert_wh_ok(wh_io_make_folders(out, 0755, &err));
    wh_ctx_destroy(ctx);
}

char *fixture_read(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is not there", path);
        return NULL;
    }
    enum { ROOM = 1 << 24 };
    char *text = calloc(1, ROOM);
    assert_non_null(text);
    const size_t len = fread(text, 1, ROOM - 1, file);
    text[len] = '\0';
    fclose(file);
    return text;
}

void fixture_write(const char *folder, const char *name, const char *content)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    fclose(file);
}
