/* Vector files: what is read, what is refused, and with which sentence. */
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "geo/geo.h"
#include "geo/layer.h"
#include "geo_test.h"

#define FEATURES "{\"type\":\"FeatureCollection\",\"features\":["
#define FEATURE(properties, geometry)                                                              \
    "{\"type\":\"Feature\",\"properties\":" properties ",\"geometry\":" geometry "}"
#define SQUARE                                                                                     \
    "{\"type\":\"Polygon\",\"coordinates\":[[[-2,51],[-1.9,51],[-1.9,51.1],[-2,51.1],[-2,51]]]}"

static struct wh_layer_spec spec_of(const char *path)
{
    return (struct wh_layer_spec){
        .path = path, .crs = "EPSG:27700", .crs_opt.datum = WH_DATUM_COARSE};
}

/* Reads, frees, and gives the status; the error is in `err`. */
static enum wh_status try_read(const char *path, struct wh_error *err)
{
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    struct wh_layer layer;
    const struct wh_layer_spec spec = spec_of(path);
    memset(err, 0, sizeof *err);
    const enum wh_status status = wh_layer_read(ctx, &spec, &arena, &layer, err);
    wh_arena_finish(&arena);
    return status;
}

static void refuse(const char *path, const char *sentence)
{
    struct wh_error err;
    char text[1400];
    assert_int_equal(try_read(path, &err), WH_ERR_INPUT);
    assert_text_has(wh_error_text(&err, text, sizeof text), sentence);
    assert_text_has(text, path);
}

static void polygons_come_with_attributes_and_the_right_winding(void **state)
{
    (void)state;
    /* The exterior is clockwise here and the hole counter-clockwise: wrong by RFC 7946, common in
     * the wild. */
    const char *path = write_text(
        "a.geojson",
        FEATURES FEATURE(
            "{\"code\":\"E1\",\"n\":12,\"v\":0.5,\"day\":\"2024/01/02\",\"none\":null}",
            "{\"type\":\"Polygon\",\"coordinates\":[[[-2,51],[-2,51.1],[-1.9,51.1],[-1.9,51],[-2,"
            "51]],"
            "[[-1.96,51.04],[-1.94,51.04],[-1.94,51.06],[-1.96,51.06],[-1.96,51.04]]]}") "]}");
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    const char *const field[] = {"code", "", "n", "V", NULL, "none", "day"};
    struct wh_layer_spec spec = spec_of(path);
    spec.field = field;
    spec.n_fields = 7;
    struct wh_layer layer;
    struct wh_error err = {0};
    assert_wh_ok(wh_layer_read(ctx, &spec, &arena, &layer, &err));
    assert_int_equal(layer.n, 1);
    const struct wh_feature *f = &layer.feature[0];
    assert_int_equal(f->kind, WH_GEOMETRY_POLYGON);
    assert_int_equal(f->number, 1);
    assert_string_equal(f->value[0], "E1");
    assert_null(f->value[1]);
    assert_string_equal(f->value[2], "12");
    assert_string_equal(f->value[3], "0.5");
    assert_null(f->value[4]);
    assert_null(f->value[5]);
    assert_string_equal(f->value[6], "2024/01/02");
    assert_int_equal(f->shape.n_parts, 1);
    assert_int_equal(f->shape.n_rings, 2);
    assert_int_equal(f->shape.n_vertices, 10);
    /* 0.1 degree square at 51.05 N is 7.02 x 11.12 km, less 1/25. */
    assert_near(wh_shape_area_km2(&f->shape), 7.02 * 11.12 * 0.96, 0.3);
    double twice[2] = {0, 0};
    for (uint32_t r = 0; r < 2; r++) {
        for (uint32_t i = f->shape.ring_start[r]; i + 1 < f->shape.ring_start[r + 1]; i++) {
            twice[r] += f->shape.x[i] * f->shape.y[i + 1] - f->shape.x[i + 1] * f->shape.y[i];
        }
    }
    assert_true(twice[0] > 0 && twice[1] < 0);
    assert_near(f->shape.x[0], 400000, 100); /* -2 E, 51 N is on the grid's central meridian */
    wh_arena_finish(&arena);
}

static void lines_points_and_collections_keep_their_highest_kind(void **state)
{
    (void)state;
    const char *path = write_text(
        "kinds.geojson",
        FEATURES FEATURE("{}", "{\"type\":\"Point\",\"coordinates\":[-2,51,99]}") "," FEATURE(
            "{}",
            "{\""
            "typ"
            "e\""
            ":\""
            "Mul"
            "tiP"
            "oin"
            "t\""
            ",\""
            "coo"
            "rdi"
            "nat"
            "es"
            "\":"
            "[[-"
            "2,"
            "51]"
            ",[-"
            "1,"
            "52]"
            "]}") "," FEATURE("{}",
                              "{\"type\":\"MultiLineString\",\"coordinates\":[[[-2,51],[-1,52]],[[-"
                              "2,51],[-2,52],"
                              "[-2,53]]]}") "," FEATURE("{}",
                                                        "null") "," FEATURE("{}",
                                                                            "{\"type\":"
                                                                            "\"GeometryCollection\""
                                                                            ","
                                                                            "\"geometries\":[{"
                                                                            "\"type\":\"Point\","
                                                                            "\"coordinates\":[-2,"
                                                                            "51]},"
                                                                            "{\"type\":"
                                                                            "\"GeometryCollection\""
                                                                            ","
                                                                            "\"geometries\":"
                                                                            "[" SQUARE
                                                                            "]}]}") "]}");
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    const struct wh_layer_spec spec = spec_of(path);
    struct wh_layer layer;
    struct wh_error err = {0};
    assert_wh_ok(wh_layer_read(ctx, &spec, &arena, &layer, &err));
    assert_int_equal(layer.n, 5);
    const enum wh_geometry kind[] = {WH_GEOMETRY_POINT, WH_GEOMETRY_POINT, WH_GEOMETRY_LINE,
                                     WH_GEOMETRY_NONE, WH_GEOMETRY_POLYGON};
    const uint32_t vertices[] = {1, 2, 5, 0, 5}, rings[] = {0, 0, 2, 0, 1},
                   parts[] = {0, 0, 0, 0, 1};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(layer.feature[i].kind, kind[i]);
        assert_int_equal(layer.feature[i].shape.n_vertices, vertices[i]);
        assert_int_equal(layer.feature[i].shape.n_rings, rings[i]);
        assert_int_equal(layer.feature[i].shape.n_parts, parts[i]);
        assert_int_equal(layer.feature[i].number, i + 1);
    }
    wh_arena_finish(&arena);
}

static void what_is_not_a_vector_file_is_refused_by_its_content(void **state)
{
    (void)state;
    refuse(write_text("empty.geojson", ""), "empty file");
    refuse(write_bytes("zip.geojson", "PK\x03\x04zzzz", 8), "zip archive");
    refuse(write_bytes("gz.gpkg", "\x1f\x8b\x08zzzz", 7), "gzip");
    refuse(write_text("csv.shp", "x;y\n1;2\n"), "not GeoJSON, GeoPackage, Shapefile or FlatGeobuf");
    refuse(write_bytes("a.tif", "II*\0zzzz", 8), "TIFF");
    refuse(write_text("other.geojson", "{\"a\":1}"), "not GeoJSON that can be read");
    refuse(write_bytes("cut.gpkg", "SQLite format 3\0zzzzzzzzzzzzzzzzzzz", 35), "GeoPackage");
    refuse(write_bytes("cut.fgb", "fgb\x03zzzzzzzzzz", 14), "FlatGeobuf");
    refuse(write_bytes("utf16.geojson", "\xff\xfe{\0", 4), "UTF-16");
    struct wh_error err;
    assert_int_equal(try_read(temp_path("missing.geojson"), &err), WH_ERR_INPUT);
    assert_int_equal(try_read(temp_folder, &err), WH_ERR_INPUT);
}

static void a_vrt_under_another_name_opens_nothing(void **state)
{
    (void)state;
    (void)write_text("secret.geojson", FEATURES FEATURE("{\"code\":\"S\"}", SQUARE) "]}");
    char vrt[400];
    (void)snprintf(vrt, sizeof vrt,
                   "<OGRVRTDataSource><OGRVRTLayer name=\"secret\"><SrcDataSource>%s"
                   "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
                   temp_path("secret.geojson"));
    refuse(write_text("wards.geojson", vrt),
           "not GeoJSON, GeoPackage, Shapefile or FlatGeobuf; it looks like XML");
}

static void names_that_are_not_plain_files_are_refused(void **state)
{
    (void)state;
    const char *const names[] = {"/vsicurl/http://127.0.0.1/x.geojson", "PG:dbname=x",
                                 "http://127.0.0.1/x.geojson", FEATURES FEATURE("{}", SQUARE) "]}"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct wh_error err;
        assert_int_equal(try_read(names[i], &err), WH_ERR_CONFIG);
        assert_text_has(err.message, "input must be a file path");
    }
}

static void broken_geojson_is_refused_with_line_and_character(void **state)
{
    (void)state;
    struct wh_error err;
    const char *const whole = FEATURES "\n" FEATURE("{\"code\":\"S\"}", SQUARE) "]}";
    char cut[512];
    for (size_t len = 1; len < strlen(whole); len += 7) { /* every seventh prefix */
        memcpy(cut, whole, len);
        assert_int_equal(try_read(write_bytes("cut.geojson", cut, len), &err), WH_ERR_INPUT);
    }
    (void)snprintf(cut, sizeof cut, "%.*s", (int)strlen(whole) - 4, whole);
    assert_int_equal(try_read(write_text("cut.geojson", cut), &err), WH_ERR_INPUT);
    assert_int_equal(err.line, 2);
    assert_true(err.column > 100);
    assert_text_has(err.message, "not valid GeoJSON");
    (void)snprintf(cut, sizeof cut, "%s and more", whole);
    assert_int_equal(try_read(write_text("more.geojson", cut), &err), WH_ERR_INPUT);
    assert_true(err.line == 2 && err.column > 100);
}

static void broken_geometry_is_refused_with_its_feature(void **state)
{
    (void)state;
#define BAD(name, geometry, sentence)                                                              \
    refuse(write_text(name, FEATURES FEATURE("{}", SQUARE) "," FEATURE("{}", geometry) "]}"),      \
           sentence)
    BAD("open.geojson",
        "{\"type\":\"Polygon\",\"coordinates\":[[[-2,51],[-1,51],[-1,52],[-2,52]]]}", "feature 2");
    BAD("open.geojson",
        "{\"type\":\"Polygon\",\"coordinates\":[[[-2,51],[-1,51],[-1,52],[-2,52]]]}", "ring");
    BAD("short.geojson", "{\"type\":\"Polygon\",\"coordinates\":[[[-2,51],[-1,51],[-2,51]]]}",
        "feature 2");
    BAD("nan.geojson", "{\"type\":\"Point\",\"coordinates\":[NaN,51]}", "feature 2");
    BAD("inf.geojson", "{\"type\":\"Point\",\"coordinates\":[1e999,51]}",
        "feature 2: coordinate 1 is not a finite number");
    BAD("text.geojson", "{\"type\":\"Point\",\"coordinates\":[\"a\",51]}", "feature 2");
    BAD("swapped.geojson", "{\"type\":\"Point\",\"coordinates\":[51.4,-2.3]}",
        "coordinate (51.4, -2.3) does not fit EPSG:4326");
    BAD("metres.geojson", "{\"type\":\"Point\",\"coordinates\":[374000,165000]}",
        "does not fit EPSG:4326");
#undef BAD
}

static void nesting_without_end_is_refused_quickly(void **state)
{
    (void)state;
    const size_t depth = 100000, len = 2 * depth;
    char *text = malloc(len + 200);
    assert_non_null(text);
    int n = snprintf(text, 200,
                     FEATURES "{\"type\":\"Feature\",\"properties\":{},\"geometry\":"
                              "{\"type\":\"Polygon\",\"coordinates\":");
    memset(text + n, '[', depth);
    memset(text + (size_t)n + depth, ']', depth);
    memcpy(text + (size_t)n + len, "}}]}", 5);
    const char *path = write_text("deep.geojson", text);
    free(text);
    refuse(path, "nested");
}

static void a_field_that_is_not_there_is_named_with_those_that_are(void **state)
{
    (void)state;
    const char *path = write_text(
        "f.geojson", FEATURES FEATURE("{\"ward_code\":\"A\",\"ward_name\":\"B\"}", SQUARE) "]}");
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    const char *const field[] = {"wd11cd"};
    struct wh_layer_spec spec = spec_of(path);
    spec.field = field;
    spec.n_fields = 1;
    struct wh_layer layer;
    struct wh_error err = {0};
    assert_int_equal(wh_layer_read(ctx, &spec, &arena, &layer, &err), WH_ERR_INPUT);
    assert_string_equal(err.message, "no attribute \"wd11cd\"; found: ward_code, ward_name");
    spec.n_fields = 0;
    spec.layer = "nope";
    assert_int_equal(wh_layer_read(ctx, &spec, &arena, &layer, &err), WH_ERR_INPUT);
    assert_text_has(err.message, "no layer \"nope\"");
    const char **name = NULL;
    size_t n = 0;
    const struct wh_layer_spec named = {.path = path};
    assert_wh_ok(wh_layer_fields(ctx, &named, &arena, &name, &n, &err));
    assert_int_equal(n, 2);
    assert_string_equal(name[0], "ward_code");
    assert_string_equal(name[1], "ward_name");
    wh_arena_finish(&arena);
}

/* Writes one square as `driver` would have it, in EPSG:27700, or without a CRS. */
static const char *write_with_gdal(const char *driver, const char *name, const char *crs)
{
    const char *const path = temp_path(name);
    GDALAllRegister();
    OGRSpatialReferenceH srs = NULL;
    if (crs != NULL) {
        srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRSetFromUserInput(srs, crs), OGRERR_NONE);
    }
    GDALDatasetH ds = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(ds);
    OGRLayerH layer = GDALDatasetCreateLayer(ds, "areas", srs, wkbPolygon, NULL);
    assert_non_null(layer);
    OGRFieldDefnH field = OGR_Fld_Create("code", OFTString);
    assert_int_equal(OGR_L_CreateField(layer, field, TRUE), OGRERR_NONE);
    OGR_Fld_Destroy(field);
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGR_F_SetFieldString(feature, 0, "E1 \xc3\xa9");
    char wkt[] = "POLYGON((400000 200000,401000 200000,401000 201000,400000 201000,400000 200000))";
    char *at = wkt;
    OGRGeometryH geom = NULL;
    assert_int_equal(OGR_G_CreateFromWkt(&at, srs, &geom), OGRERR_NONE);
    assert_int_equal(OGR_F_SetGeometryDirectly(feature, geom), OGRERR_NONE);
    assert_int_equal(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
    OGR_F_Destroy(feature);
    GDALClose(ds);
    if (srs != NULL) {
        OSRDestroySpatialReference(srs);
    }
    return path;
}

static void every_format_gives_the_same_square(void **state)
{
    (void)state;
    const char *const formats[][2] = {
        {"GPKG", "b.gpkg"}, {"FlatGeobuf", "b.fgb"}, {"ESRI Shapefile", "b.shp"}};
    for (size_t i = 0; i < 3; i++) {
        struct wh_arena arena;
        wh_arena_init(&arena, ctx);
        const char *const field[] = {"code"};
        struct wh_layer_spec spec =
            spec_of(write_with_gdal(formats[i][0], formats[i][1], "EPSG:27700"));
        spec.field = field;
        spec.n_fields = 1;
        struct wh_layer layer;
        struct wh_error err = {0};
        assert_wh_ok(wh_layer_read(ctx, &spec, &arena, &layer, &err));
        assert_int_equal(layer.n, 1);
        assert_string_equal(layer.feature[0].value[0], "E1 \xc3\xa9");
        assert_near(wh_shape_area_km2(&layer.feature[0].shape), 1.0, 1e-12);
        assert_near(layer.feature[0].shape.x[0], 400000, 0.0);
        wh_arena_finish(&arena);
    }
    struct wh_paths names = {0};
    struct wh_error err = {0};
    assert_wh_ok(wh_io_list(ctx, temp_folder, &names, &err));
    for (size_t i = 0; i < names.n; i++) { /* reading leaves nothing beside the input */
        assert_null(strstr(names.path[i], "-wal"));
        assert_null(strstr(names.path[i], "-shm"));
        assert_null(strstr(names.path[i], ".aux.xml"));
    }
    wh_paths_finish(ctx, &names);
}

static void a_file_without_a_crs_needs_to_be_told_one(void **state)
{
    (void)state;
    const char *path = write_with_gdal("ESRI Shapefile", "c.shp", NULL);
    refuse(path, "does not say its CRS");
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    struct wh_layer_spec spec = spec_of(path);
    spec.from = "EPSG:27700";
    struct wh_layer layer;
    struct wh_error err = {0};
    assert_wh_ok(wh_layer_read(ctx, &spec, &arena, &layer, &err));
    assert_near(layer.feature[0].shape.y[0], 200000, 0.0);
    /* A GeoJSON in metres, as some councils publish them: RFC 7946 says degrees, the config says
     * better. */
    spec.path = write_text(
        "m.geojson",
        FEATURES FEATURE("{}", "{\"type\":\"Point\",\"coordinates\":[374000,165000]}") "]}");
    assert_wh_ok(wh_layer_read(ctx, &spec, &arena, &layer, &err));
    assert_near(layer.feature[0].shape.x[0], 374000, 0.0);
    wh_arena_finish(&arena);
}

static void a_damaged_geopackage_is_told_from_an_empty_one(void **state)
{
    (void)state;
    const char *path = write_with_gdal("GPKG", "d.gpkg", "EPSG:27700");
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096 * 3, SEEK_SET), 0);
    for (int i = 0; i < 4096 * 4; i++) {
        assert_int_not_equal(fputc(0xA5, file), EOF);
    }
    assert_int_equal(fclose(file), 0);
    struct wh_error err;
    assert_int_equal(try_read(path, &err), WH_ERR_INPUT);
}

static void a_shapefile_without_its_index_is_refused(void **state)
{
    (void)state;
    const char *path = write_with_gdal("ESRI Shapefile", "e.shp", "EPSG:27700");
    struct wh_error err = {0};
    assert_wh_ok(wh_io_remove_file(temp_path("e.shx"), &err));
    refuse(path, ".shx");
}

static void after_start_only_the_kept_drivers_are_there(void **state)
{
    (void)state;
    struct wh_error err = {0};
    assert_wh_ok(wh_geo_start(ctx, &err));
    assert_int_equal(GDALGetDriverCount(), 12);
    assert_null(GDALGetDriverByName("OGR_VRT"));
    assert_null(GDALGetDriverByName("CSV"));
    assert_wh_ok(try_read(write_text("s.geojson", FEATURES FEATURE("{}", SQUARE) "]}"), &err));
    assert_text_has(wh_geo_version_gdal(), "GDAL 3.");
    assert_text_has(wh_geo_version_proj(), "PROJ ");
    assert_text_has(wh_geo_version_geos(), "GEOS 3.");
    wh_geo_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polygons_come_with_attributes_and_the_right_winding),
        cmocka_unit_test(lines_points_and_collections_keep_their_highest_kind),
        cmocka_unit_test(what_is_not_a_vector_file_is_refused_by_its_content),
        cmocka_unit_test(a_vrt_under_another_name_opens_nothing),
        cmocka_unit_test(names_that_are_not_plain_files_are_refused),
        cmocka_unit_test(broken_geojson_is_refused_with_line_and_character),
        cmocka_unit_test(broken_geometry_is_refused_with_its_feature),
        cmocka_unit_test(nesting_without_end_is_refused_quickly),
        cmocka_unit_test(a_field_that_is_not_there_is_named_with_those_that_are),
        cmocka_unit_test(every_format_gives_the_same_square),
        cmocka_unit_test(a_file_without_a_crs_needs_to_be_told_one),
        cmocka_unit_test(a_damaged_geopackage_is_told_from_an_empty_one),
        cmocka_unit_test(a_shapefile_without_its_index_is_refused),
        cmocka_unit_test(after_start_only_the_kept_drivers_are_there), /* last: it is for good */
    };
    return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
