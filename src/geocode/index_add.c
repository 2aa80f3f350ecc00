/* geocode/index_add.c: gazetteer rows -> parts of the index: names become numbers, metres
 * centimetres. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "geocode/house.h"
#include "geocode/index_internal.h"
#include "model/postcode.h"

#define FURTHEST_M 2.1e7 /* of a coordinate that fits: 2^31 cm */

enum wh_status wh_index_grow(struct wh_ctx *ctx, void **array, size_t n, size_t *cap, size_t size,
                             struct wh_error *err)
{
    return n >= UINT32_MAX - 1
               ? wh_fail(err, WH_ERR_LIMIT, "more gazetteer rows than can be numbered")
               : wh_grow(ctx, array, n, cap, size, err);
}

static int32_t to_cm(double metres)
{
    return (int32_t)lround(metres * 100);
}

static struct wh_gaz_ref ref_of(const struct wh_gazetteer_row *row)
{
    return (struct wh_gaz_ref){.line = row->line > UINT32_MAX ? UINT32_MAX : (uint32_t)row->line,
                               .file = row->file};
}

/* A whole text as one name. */
static enum wh_status add_name(struct wh_index_builder *builder, struct wh_str text,
                               enum wh_phrase_role role, uint32_t *ret, struct wh_error *err)
{
    wh_words_split(text, &builder->words);
    return wh_phrases_add(&builder->index->phrases, &builder->words, 0, builder->words.n, role, ret,
                          err);
}

static uint64_t read_uprn(struct wh_str text)
{
    int64_t value = 0;
    return wh_parse_int(text, &value) && value > 0 ? (uint64_t)value : 0;
}

static uint64_t read_postcode(struct wh_str text)
{
    char postcode[9];
    return wh_postcode_normalise(text, postcode) ? wh_postcode_key(postcode) : 0;
}

/* ---- addresses ---- */

/* Number, unit and name out of what stands in the columns of a house. */
static enum wh_status read_house(struct wh_index_builder *builder, struct wh_str text,
                                 struct raw_entry *entry, struct wh_error *err)
{
    struct wh_phrases *phrases = &builder->index->phrases;
    struct wh_house house;
    enum wh_status status = WH_OK;
    if (text.len == 0) {
        return WH_OK;
    }
    wh_words_split(text, &builder->words);
    wh_house_read(&builder->words, 0, builder->words.n, &house);
    if (house.number != 0 && entry->number == 0) {
        entry->number = house.number;
        entry->number_end = house.number_end;
        entry->suffix = house.suffix;
    }
    if (house.unit_to > house.unit_from && entry->unit == WH_NO_PHRASE) {
        status = wh_phrases_add(phrases, &builder->words, house.unit_from, house.unit_to,
                                WH_ROLE_UNIT, &entry->unit, err);
    }
    if (status == WH_OK && house.name_to > house.name_from && entry->house == WH_NO_PHRASE) {
        status = wh_phrases_add(phrases, &builder->words, house.name_from, house.name_to,
                                WH_ROLE_HOUSE, &entry->house, err);
    }
    return status;
}

static enum wh_status read_unit(struct wh_index_builder *builder, struct wh_str text,
                                struct raw_entry *entry, struct wh_error *err)
{
    wh_words_split(text, &builder->words);
    const size_t from = wh_unit_words(&builder->words, 0, builder->words.n);
    return wh_phrases_add(&builder->index->phrases, &builder->words, from, builder->words.n,
                          WH_ROLE_UNIT, &entry->unit, err);
}

/* All in one column: the house, the street, then village and town. */
static enum wh_status read_line(struct wh_index_builder *builder, struct wh_str text,
                                struct raw_entry *entry, struct wh_error *err)
{
    struct wh_phrases *phrases = &builder->index->phrases;
    struct wh_words *words = &builder->words;
    struct wh_line line;
    wh_words_split(text, words);
    wh_line_read(words, &line);
    if (entry->postcode == 0 && line.postcode[0] != '\0') {
        entry->postcode = wh_postcode_key(line.postcode);
    }
    entry->number = line.house.number;
    entry->number_end = line.house.number_end;
    entry->suffix = line.house.suffix;
    enum wh_status status = wh_phrases_add(phrases, words, line.street_from, line.street_to,
                                           WH_ROLE_STREET, &entry->street_name, err);
    if (status == WH_OK) {
        status = wh_phrases_add(phrases, words, line.house.unit_from, line.house.unit_to,
                                WH_ROLE_UNIT, &entry->unit, err);
    }
    if (status == WH_OK) {
        status = wh_phrases_add(phrases, words, line.house.name_from, line.house.name_to,
                                WH_ROLE_HOUSE, &entry->house, err);
    }
    if (status == WH_OK) {
        status = wh_phrases_add(phrases, words, line.locality_from, line.locality_to,
                                WH_ROLE_LOCALITY, &entry->locality, err);
    }
    return status != WH_OK ? status
                           : wh_phrases_add(phrases, words, line.town_from, line.town_to,
                                            WH_ROLE_LOCALITY, &entry->town, err);
}

static enum wh_status read_columns(struct wh_index_builder *builder,
                                   const struct wh_gazetteer_row *row, struct raw_entry *entry,
                                   struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (row->text[WH_GAZ_UNIT].len > 0) {
        status = read_unit(builder, row->text[WH_GAZ_UNIT], entry, err);
    }
    if (status == WH_OK) {
        status = read_house(builder, row->text[WH_GAZ_NUMBER], entry, err);
    }
    if (status == WH_OK) {
        status = read_house(builder, row->text[WH_GAZ_NAME], entry, err);
    }
    if (status == WH_OK) {
        status =
            add_name(builder, row->text[WH_GAZ_STREET], WH_ROLE_STREET, &entry->street_name, err);
    }
    if (status == WH_OK) {
        status =
            add_name(builder, row->text[WH_GAZ_LOCALITY], WH_ROLE_LOCALITY, &entry->locality, err);
    }
    return status != WH_OK
               ? status
               : add_name(builder, row->text[WH_GAZ_TOWN], WH_ROLE_LOCALITY, &entry->town, err);
}

static enum wh_status add_address(struct wh_index_builder *builder,
                                  const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct raw_entry entry = {.x_cm = to_cm(row->x),
                              .y_cm = to_cm(row->y),
                              .street = WH_NO_STREET,
                              .usrn = (uint32_t)read_uprn(row->text[WH_GAZ_USRN]),
                              .uprn = read_uprn(row->text[WH_GAZ_UPRN]),
                              .postcode = read_postcode(row->text[WH_GAZ_POSTCODE]),
                              .ref = ref_of(row)};
    enum wh_status status = row->text[WH_GAZ_STREET].len > 0 || row->text[WH_GAZ_ADDRESS].len == 0
                                ? read_columns(builder, row, &entry, err)
                                : read_line(builder, row->text[WH_GAZ_ADDRESS], &entry, err);
    if (status == WH_OK) {
        status = add_name(builder, row->text[WH_GAZ_ORGANISATION], WH_ROLE_HOUSE,
                          &entry.organisation, err);
    }
    if (status == WH_OK) {
        status =
            WH_GROW(builder->ctx, builder->entry, builder->n_entries, builder->cap_entries, err);
    }
    if (status == WH_OK) {
        builder->entry[builder->n_entries++] = entry;
    }
    return status;
}

static enum wh_status add_point(struct wh_index_builder *builder,
                                const struct wh_gazetteer_row *row, struct wh_error *err)
{
    const struct raw_point point = {.uprn = read_uprn(row->text[WH_GAZ_UPRN]),
                                    .x_cm = to_cm(row->x),
                                    .y_cm = to_cm(row->y),
                                    .ref = ref_of(row)};
    if (row->text[WH_GAZ_POSTCODE].len > 0) { /* ONSUD: of use to spread a postcode's requests */
        return add_address(builder, row, err);
    }
    if (point.uprn == 0) {
        return WH_OK;
    }
    const enum wh_status status =
        WH_GROW(builder->ctx, builder->point, builder->n_points, builder->cap_points, err);
    if (status == WH_OK) {
        builder->point[builder->n_points++] = point;
    }
    return status;
}

/* ---- streets ---- */

static enum wh_status add_vertex(struct wh_index_builder *builder, double x, double y,
                                 struct wh_error *err)
{
    if (builder->n_vertices == builder->cap_vertices) {
        const size_t cap = builder->cap_vertices + builder->cap_vertices / 2 + 256;
        int32_t *wider = wh_realloc_array(builder->ctx, builder->vertex_cm, cap, 2 * sizeof *wider);
        if (wider == NULL) {
            return wh_fail_memory(builder->ctx, err);
        }
        builder->vertex_cm = wider;
        builder->cap_vertices = cap;
    }
    builder->vertex_cm[2 * builder->n_vertices] = to_cm(x);
    builder->vertex_cm[2 * builder->n_vertices + 1] = to_cm(y);
    builder->n_vertices++;
    return WH_OK;
}

static enum wh_status add_street(struct wh_index_builder *builder,
                                 const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct raw_piece piece = {.street = WH_NO_STREET,
                              .usrn = (uint32_t)read_uprn(row->text[WH_GAZ_USRN]),
                              .first_vertex = builder->n_vertices,
                              .spread_m = (float)row->spread_m,
                              .ref = ref_of(row)};
    enum wh_status status =
        add_name(builder, row->text[WH_GAZ_STREET], WH_ROLE_STREET, &piece.street_name, err);
    if (status == WH_OK) {
        status =
            add_name(builder, row->text[WH_GAZ_LOCALITY], WH_ROLE_LOCALITY, &piece.locality, err);
    }
    if (status == WH_OK) {
        status = add_name(builder, row->text[WH_GAZ_TOWN], WH_ROLE_LOCALITY, &piece.town, err);
    }
    if (status != WH_OK || piece.street_name == WH_NO_PHRASE) {
        return status;
    }
    for (size_t i = 0; status == WH_OK && i < row->n_vertices; i++) {
        status = add_vertex(builder, row->vertex[2 * i], row->vertex[2 * i + 1], err);
    }
    if (status == WH_OK && row->n_vertices == 0) {
        status = add_vertex(builder, row->x, row->y, err);
    }
    piece.n_vertices = (uint32_t)(builder->n_vertices - piece.first_vertex);
    if (status == WH_OK) {
        status = WH_GROW(builder->ctx, builder->piece, builder->n_pieces, builder->cap_pieces, err);
    }
    if (status == WH_OK) {
        builder->piece[builder->n_pieces++] = piece;
    }
    return status;
}

/* ---- the rest ---- */

/* The best of several rows of one postcode: in use before ended, then the better quality. */
static uint8_t rank_of(const struct wh_gazetteer_row *row)
{
    return (uint8_t)((row->to > 0 ? 100 : 0) + (row->quality > 0 ? row->quality : 50));
}

static enum wh_status add_postcode(struct wh_index_builder *builder,
                                   const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    const struct wh_index_postcode postcode = {.key = read_postcode(row->text[WH_GAZ_POSTCODE]),
                                               .x_cm = to_cm(row->x),
                                               .y_cm = to_cm(row->y),
                                               .to = row->to,
                                               .quality = row->quality,
                                               .rank = rank_of(row),
                                               .ref = ref_of(row)};
    if (postcode.key == 0) {
        return WH_OK;
    }
    const enum wh_status status =
        WH_GROW(builder->ctx, index->postcode, index->n_postcodes, builder->cap_postcodes, err);
    if (status == WH_OK) {
        index->postcode[index->n_postcodes++] = postcode;
    }
    return status;
}

static enum wh_status add_place(struct wh_index_builder *builder,
                                const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    struct wh_index_place place = {.x_cm = to_cm(row->x),
                                   .y_cm = to_cm(row->y),
                                   .spread_m = (float)row->spread_m,
                                   .ref = ref_of(row)};
    enum wh_status status =
        add_name(builder, row->text[WH_GAZ_NAME], WH_ROLE_PLACE, &place.name, err);
    if (status == WH_OK && place.name != WH_NO_PHRASE) {
        status = WH_GROW(builder->ctx, index->place, index->n_places, builder->cap_places, err);
        if (status == WH_OK) {
            index->place[index->n_places++] = place;
        }
    }
    return status;
}

static enum wh_status add_junction(struct wh_index_builder *builder,
                                   const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    struct wh_index_junction junction = {
        .x_cm = to_cm(row->x), .y_cm = to_cm(row->y), .ref = ref_of(row)};
    enum wh_status status =
        add_name(builder, row->text[WH_GAZ_STREET], WH_ROLE_STREET, &junction.name, err);
    if (status == WH_OK) {
        status = add_name(builder, row->text[WH_GAZ_OTHER], WH_ROLE_STREET, &junction.other, err);
    }
    if (status == WH_OK && junction.name != WH_NO_PHRASE && junction.other != WH_NO_PHRASE) {
        if (junction.name > junction.other) {
            const uint32_t name = junction.name;
            junction.name = junction.other;
            junction.other = name;
        }
        status =
            WH_GROW(builder->ctx, index->junction, index->n_junctions, builder->cap_junctions, err);
        if (status == WH_OK) {
            index->junction[index->n_junctions++] = junction;
        }
    }
    return status;
}

enum wh_status wh_index_add(void *user, const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct wh_index_builder *builder = user;
    if (!(fabs(row->x) < FURTHEST_M) || !(fabs(row->y) < FURTHEST_M)) {
        return WH_OK;
    }
    builder->index->n_rows[row->type]++;
    switch (row->type) {
    case WH_GAZETTEER_UPRN:
        return add_point(builder, row, err);
    case WH_GAZETTEER_ADDRESS:
        return add_address(builder, row, err);
    case WH_GAZETTEER_POSTCODE:
        return add_postcode(builder, row, err);
    case WH_GAZETTEER_STREET:
        return add_street(builder, row, err);
    case WH_GAZETTEER_JUNCTION:
        return add_junction(builder, row, err);
    case WH_GAZETTEER_PLACE:
        return add_place(builder, row, err);
    case WH_N_GAZETTEER_TYPES:
        break;
    }
    return WH_OK;
}

enum wh_status wh_index_add_ward(struct wh_index_builder *builder, struct wh_str name,
                                 const double box[4], struct wh_error *err)
{
    struct wh_index *index = builder->index;
    struct wh_index_place ward = {.x_cm = to_cm((box[0] + box[2]) / 2),
                                  .y_cm = to_cm((box[1] + box[3]) / 2),
                                  .spread_m = (float)(hypot(box[2] - box[0], box[3] - box[1]) / 2),
                                  .ref = {.file = UINT16_MAX}};
    enum wh_status status = add_name(builder, name, WH_ROLE_WARD, &ward.name, err);
    if (status == WH_OK) {
        status = WH_GROW(builder->ctx, index->ward, index->n_wards, builder->cap_wards, err);
    }
    if (status == WH_OK) {
        index->ward[index->n_wards++] = ward;
    }
    return status;
}

enum wh_status wh_index_begin(struct wh_ctx *ctx, struct wh_index_builder **ret,
                              struct wh_error *err)
{
    struct wh_index_builder *builder = wh_alloc(ctx, sizeof *builder);
    if (builder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    builder->ctx = ctx;
    builder->index = wh_alloc(ctx, sizeof *builder->index);
    enum wh_status status = builder->index == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        builder->index->ctx = ctx;
        status = wh_phrases_init(&builder->index->phrases, ctx, err);
    }
    if (status != WH_OK) {
        wh_index_abandon(builder);
        return status;
    }
    *ret = builder;
    return WH_OK;
}
