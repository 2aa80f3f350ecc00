/* publish/collection.c: one feature a line; members in a fixed order. */
#include "publish/collection.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"

void wh_collection_init(struct wh_collection *collection, const struct wh_job *job,
                        enum wh_out_file file, bool is_kept)
{
    *collection = (struct wh_collection){
        .job = job,
        .file = file,
        .is_kept = is_kept,
        .box = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY}};
    wh_buf_init(&collection->features, job->ctx);
    wh_arena_init(&collection->values.arena, job->ctx);
}

void wh_collection_finish(struct wh_collection *collection)
{
    struct wh_ctx *const ctx = collection->job->ctx;
    for (size_t i = 0; i < collection->n_placed; i++) {
        wh_shape_finish(ctx, &collection->placed[i].lonlat);
    }
    wh_free(ctx, collection->placed);
    wh_free(ctx, collection->values.value);
    wh_arena_finish(&collection->values.arena);
    wh_buf_finish(&collection->features);
}

void wh_feature_begin(struct wh_collection *collection, const char *id)
{
    struct wh_buf *buf = &collection->features;
    wh_buf_c(buf, collection->n++ == 0 ? "\n" : ",\n");
    wh_buf_c(buf, "{\"type\":\"Feature\",\"id\":\"");
    wh_buf_json(buf, wh_str_c(id));
    wh_buf_c(buf, "\",\"properties\":");
    collection->emit = (struct wh_emitter){
        .buf = buf, .is_compact = true, .values = collection->is_kept ? &collection->values : NULL};
    wh_emit_object(&collection->emit, NULL);
    wh_emit_text(&collection->emit, "id", id);
}

enum wh_status wh_feature_end(struct wh_collection *collection, const struct wh_shape *shape,
                              struct wh_error *err)
{
    const struct wh_job *job = collection->job;
    struct wh_shape lonlat = {0};
    enum wh_status status = wh_shape_to_lonlat(job->ctx, job->opt->to_lonlat, shape, &lonlat, err);
    if (status != WH_OK) {
        return status;
    }
    wh_emit_object_end(&collection->emit);
    wh_buf_c(&collection->features, ",\"geometry\":");
    wh_geometry_add(&collection->features, &lonlat, collection->box);
    wh_buf_char(&collection->features, '}');
    if (collection->is_kept) {
        status = wh_grow(job->ctx, (void **)&collection->placed, collection->n_placed,
                         &collection->placed_cap, sizeof *collection->placed, err);
    }
    if (!collection->is_kept || status != WH_OK) {
        wh_shape_finish(job->ctx, &lonlat);
        return status;
    }
    collection->placed[collection->n_placed++] = (struct wh_placed_shape){shape, lonlat};
    return WH_OK;
}

void wh_feature_end_point(struct wh_collection *collection, double lon, double lat)
{
    struct wh_buf *buf = &collection->features;
    const double x = wh_lonlat_round(lon), y = wh_lonlat_round(lat);
    wh_emit_object_end(&collection->emit);
    wh_buf_c(buf, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    wh_lonlat_add(buf, x);
    wh_buf_char(buf, ',');
    wh_lonlat_add(buf, y);
    wh_buf_c(buf, "]}}");
    collection->box[0] = fmin(collection->box[0], x);
    collection->box[1] = fmin(collection->box[1], y);
    collection->box[2] = fmax(collection->box[2], x);
    collection->box[3] = fmax(collection->box[3], y);
}

static void add_head(struct wh_buf *buf, const struct wh_collection *collection, const char *layer)
{
    const struct wh_report *report = collection->job->report;
    struct wh_emitter emit = {.buf = buf, .is_compact = true};
    wh_buf_c(buf, "{\"type\":\"FeatureCollection\",\n\"name\":\"");
    wh_buf_json(buf, wh_str_c(layer));
    wh_buf_c(buf, "\",\n\"about\":");
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "title", report->title);
    wh_emit_text(&emit, "release", report->release_id);
    wh_emit_day(&emit, "data_through", report->data_through_day);
    wh_emit_text(&emit, "datum_note", report->datum_note);
    wh_emit_text(&emit, "fields", "fields.csv");
    wh_emit_array(&emit, "licences");
    for (size_t i = 0; i < report->n_licences; i++) {
        wh_emit_text(&emit, NULL, report->licence[i]);
    }
    wh_emit_array_end(&emit);
    wh_emit_object_end(&emit);
    wh_buf_c(buf, ",\n");
}

static void add_box(struct wh_buf *buf, const double box[4])
{
    if (!(box[0] <= box[2])) { /* nothing has a place: an empty box would be a wrong one */
        return;
    }
    wh_buf_c(buf, "\"bbox\":[");
    for (int i = 0; i < 4; i++) {
        wh_buf_c(buf, i == 0 ? "" : ",");
        wh_lonlat_add(buf, box[i]);
    }
    wh_buf_c(buf, "],\n");
}

enum wh_status wh_collection_write(struct wh_collection *collection, const char *name,
                                   const char *layer, struct wh_error *err)
{
    struct wh_buf head;
    char *path = NULL;
    struct wh_writer *writer = NULL;
    wh_buf_init(&head, collection->job->ctx);
    add_head(&head, collection, layer);
    add_box(&head, collection->box);
    wh_buf_c(&head, "\"features\":[");
    wh_buf_c(&collection->features, "\n]}\n");
    enum wh_status status = wh_buf_ok(&head, err);
    if (status == WH_OK) {
        status = wh_buf_ok(&collection->features, err);
    }
    if (status == WH_OK) {
        status = wh_job_path(collection->job, name, &path, err);
    }
    if (status == WH_OK) {
        status = wh_writer_open(collection->job->ctx, path, &writer, err);
    }
    if (status == WH_OK) {
        status = wh_writer_write(writer, head.ptr, head.len, err);
    }
    if (status == WH_OK) {
        status = wh_writer_write(writer, collection->features.ptr, collection->features.len, err);
    }
    if (status == WH_OK) {
        status = wh_writer_close(writer, err);
    } else {
        wh_writer_abandon(writer);
    }
    wh_free(collection->job->ctx, path);
    wh_buf_finish(&head);
    return status;
}

struct schema {
    struct wh_arena *arena;
    struct wh_vector_field *field; /* NULL: only count */
    size_t n;
    bool failed;
};

static void add_field(void *user, const struct wh_out_field *from)
{
    struct schema *const schema = user;
    if (schema->field != NULL) {
        struct wh_vector_field *const field = &schema->field[schema->n];
        field->name = wh_arena_c(schema->arena, wh_str_c(from->name));
        field->alias = wh_arena_c(schema->arena, wh_str_c(from->alias));
        field->definition = wh_arena_c(schema->arena, wh_str_c(from->definition));
        field->kind = from->kind;
        schema->failed = schema->failed || field->name == NULL || field->alias == NULL ||
                         field->definition == NULL;
    }
    schema->n++;
}

/* Every value is of its field's kind, or null; whole numbers may stand for real ones. */
static bool fits(struct wh_value *value, enum wh_value_kind kind)
{
    if (!value->is_null && value->kind == WH_VALUE_INTEGER && kind == WH_VALUE_REAL) {
        value->real = (double)value->integer;
        value->kind = kind;
    }
    if (value->is_null) {
        value->kind = kind;
    }
    return value->kind == kind;
}

enum wh_status wh_collection_layer(struct wh_collection *collection, const char *name,
                                   bool is_lonlat, struct wh_vector_layer *ret,
                                   struct wh_error *err)
{
    struct wh_values *const values = &collection->values;
    struct schema schema = {.arena = &values->arena};
    wh_fields_each(collection->job->report, collection->file, add_field, &schema);
    const size_t n_fields = schema.n, n = collection->n_placed;
    schema.field = wh_arena_alloc(&values->arena, n_fields + 1, sizeof *schema.field);
    const struct wh_shape **const shape =
        wh_arena_alloc(&values->arena, n + 1, sizeof(const struct wh_shape *));
    if (schema.field == NULL || shape == NULL || values->failed) {
        return wh_fail_memory(collection->job->ctx, err);
    }
    schema.n = 0;
    wh_fields_each(collection->job->report, collection->file, add_field, &schema);
    if (schema.failed) {
        return wh_fail_memory(collection->job->ctx, err);
    }
    bool is_good = values->n == n * n_fields && n == collection->n;
    for (size_t i = 0; is_good && i < values->n; i++) {
        is_good = fits(&values->value[i], schema.field[i % n_fields].kind);
    }
    for (size_t i = 0; i < n; i++) {
        shape[i] = is_lonlat ? &collection->placed[i].lonlat : collection->placed[i].shape;
    }
    *ret = (struct wh_vector_layer){.name = name,
                                    .n_fields = n_fields,
                                    .field = schema.field,
                                    .n = n,
                                    .value = values->value,
                                    .shape = shape};
    return is_good ? WH_OK
                   : wh_fail(err, WH_ERR_INTERNAL, "properties of %s are not as in its dictionary",
                             wh_out_file_name(collection->file));
}

/* "count" after the prefix: null when hidden; then the words as printed. */
static void add_count(struct wh_emitter *emit, const char *prefix, const char *name,
                      const struct wh_count *count, bool is_known, uint32_t hide_below)
{
    char key[128], words[64];
    snprintf(key, sizeof key, "%s%s", prefix, name);
    if (is_known && count->shown == WH_SHOWN) {
        wh_emit_count(emit, key, count->n);
    } else {
        wh_emit_null(emit, key);
    }
    snprintf(key, sizeof key, "%s%s_shown", prefix, name);
    wh_emit_text(emit, key,
                 is_known ? wh_count_words(count, hide_below, words, sizeof words) : "not known");
}

void wh_figures_add(struct wh_emitter *emit, const char *prefix, const struct wh_report *report,
                    const struct wh_theme_report *theme, const struct wh_figures *figures,
                    bool with_per_1000)
{
    enum { RATE_DECIMALS = 1 };
    char key[128];
    int64_t change = 0;
    add_count(emit, prefix, "count", &figures->count, true, report->hide_below);
    add_count(emit, prefix, "previous", &figures->previous, theme->previous_is_complete,
              report->hide_below);
    snprintf(key, sizeof key, "%schange", prefix);
    if (wh_change(figures, theme->previous_is_complete, &change)) {
        wh_emit_int(emit, key, change);
    } else {
        wh_emit_null(emit, key);
    }
    snprintf(key, sizeof key, "%sper_km2", prefix);
    wh_emit_real(emit, key, wh_job_rate(figures->per_km2), RATE_DECIMALS);
    if (with_per_1000) {
        snprintf(key, sizeof key, "%sper_1000", prefix);
        wh_emit_real(emit, key, wh_job_rate(figures->per_1000), RATE_DECIMALS);
    }
}
