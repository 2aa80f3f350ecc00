/* ingest/lists.c: small tables that a council keeps by hand, read as strictly as sources. Unlike in
 * a source, a row that cannot be read stops the run: somebody can put it right. */
#include "ingest/lists.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "base/time.h"

#define MOST_COLUMNS 5u /* of actions */
#define MOST_ROWS 100000u
#define MOST_DAYS 3660

/* ---- rows ---- */

struct list {
    struct wh_ctx *ctx;
    const char *path;
    struct wh_arena *arena;
    struct wh_csv *csv;
    int column[MOST_COLUMNS]; /* -1: not there, and not needed */
    size_t n;
    bool may_be_empty; /* nothing of the kind, so far */
};

/* Names after the first `n_needed` may be missing. */
static enum wh_status open_list(struct list *list, const char *const *name, size_t n,
                                size_t n_needed, struct wh_error *err)
{
    const struct wh_csv_options opt = {.delimiter = ',', .may_be_empty = list->may_be_empty};
    assert(n <= MOST_COLUMNS);
    enum wh_status status = wh_csv_open(list->ctx, list->path, &opt, &list->csv, err);
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        list->column[i] = wh_csv_find(list->csv, name[i]);
        if (list->column[i] < 0 && i < n_needed) {
            status = wh_fail_at(err, WH_ERR_INPUT, list->path, 1, 0,
                                "no column \"%s\": this list needs it", name[i]);
        }
    }
    return status;
}

static enum wh_status next_row(struct list *list, struct wh_csv_row *row, bool *ret_end,
                               struct wh_error *err)
{
    enum wh_status status = wh_csv_next(list->csv, row, ret_end, err);
    if (status != WH_OK || *ret_end) {
        return status;
    }
    if (row->is_bad) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, row->fault_column, "%s",
                          row->fault);
    }
    if (list->n == MOST_ROWS) {
        return wh_fail_at(err, WH_ERR_LIMIT, list->path, row->line, 0, "more than 100,000 rows");
    }
    return WH_OK;
}

/* A cell, copied; NULL where it is empty or its column is not there. */
static enum wh_status keep_cell(const struct list *list, const struct wh_csv_row *row,
                                size_t column, const char **ret, struct wh_error *err)
{
    const int idx = list->column[column];
    const struct wh_str text = idx < 0 ? (struct wh_str){0} : wh_str_trim(row->field[idx]);
    *ret = NULL;
    if (text.len > 0) {
        *ret = wh_arena_c(list->arena, text);
        return *ret != NULL ? WH_OK : wh_fail_memory(list->ctx, err);
    }
    return WH_OK;
}

static enum wh_status fail_twice(const struct list *list, const struct wh_csv_row *row,
                                 struct wh_str what, struct wh_error *err)
{
    char shown[96];
    return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0, "\"%s\" stands here again",
                      wh_log_escape(what, shown, sizeof shown));
}

/* ---- crosswalk ---- */

static uint64_t hash_folded(struct wh_str text)
{
    char folded[256];
    const size_t len = text.len < sizeof folded ? text.len : sizeof folded;
    for (size_t i = 0; i < len; i++) {
        const char c = text.ptr[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return wh_str_hash((struct wh_str){folded, len});
}

static size_t find_slot(const struct wh_crosswalk *crosswalk, struct wh_str code)
{
    size_t i = (size_t)hash_folded(code) & (crosswalk->n_slots - 1);
    while (crosswalk->slot[i] != 0 &&
           !wh_str_eq_fold(code, wh_str_c(crosswalk->code[crosswalk->slot[i] - 1]))) {
        i = (i + 1) & (crosswalk->n_slots - 1);
    }
    return i;
}

const char *wh_crosswalk_find(const struct wh_crosswalk *crosswalk, struct wh_str code)
{
    if (crosswalk->n_slots == 0) {
        return NULL;
    }
    const uint32_t found = crosswalk->slot[find_slot(crosswalk, wh_str_trim(code))];
    return found == 0 ? NULL : crosswalk->category[found - 1];
}

/* The whole of the old table stays in the arena: it is small. */
static enum wh_status grow_crosswalk(const struct list *list, struct wh_crosswalk *crosswalk,
                                     struct wh_error *err)
{
    const size_t n_slots = crosswalk->n_slots == 0 ? 256 : crosswalk->n_slots * 2;
    struct wh_crosswalk wider = *crosswalk;
    wider.n_slots = n_slots;
    wider.code = wh_arena_alloc(list->arena, n_slots / 2, sizeof *wider.code);
    wider.category = wh_arena_alloc(list->arena, n_slots / 2, sizeof *wider.category);
    wider.slot = wh_arena_alloc(list->arena, n_slots, sizeof *wider.slot);
    if (wider.code == NULL || wider.category == NULL || wider.slot == NULL) {
        return wh_fail_memory(list->ctx, err);
    }
    for (size_t i = 0; i < crosswalk->n; i++) {
        wider.code[i] = crosswalk->code[i];
        wider.category[i] = crosswalk->category[i];
        wider.slot[find_slot(&wider, wh_str_c(wider.code[i]))] = (uint32_t)i + 1;
    }
    *crosswalk = wider;
    return WH_OK;
}

static enum wh_status add_code(const struct list *list, const struct wh_csv_row *row,
                               struct wh_crosswalk *crosswalk, struct wh_error *err)
{
    const char *code = NULL, *category = NULL;
    enum wh_status status = keep_cell(list, row, 0, &code, err);
    if (status == WH_OK) {
        status = keep_cell(list, row, 1, &category, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (code == NULL || category == NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0, "no %s",
                          code == NULL ? "code" : "category");
    }
    if (2 * (crosswalk->n + 1) > crosswalk->n_slots) {
        status = grow_crosswalk(list, crosswalk, err);
        if (status != WH_OK) {
            return status;
        }
    }
    const size_t slot = find_slot(crosswalk, wh_str_c(code));
    if (crosswalk->slot[slot] != 0) {
        return fail_twice(list, row, wh_str_c(code), err);
    }
    crosswalk->code[crosswalk->n] = code;
    crosswalk->category[crosswalk->n] = category;
    crosswalk->slot[slot] = (uint32_t)++crosswalk->n;
    return WH_OK;
}

enum wh_status wh_crosswalk_read(struct wh_ctx *ctx, const char *path, struct wh_arena *arena,
                                 struct wh_crosswalk *ret, struct wh_error *err)
{
    static const char *const name[] = {"code", "category"};
    struct wh_crosswalk crosswalk = {0};
    struct list list = {.ctx = ctx, .path = path, .arena = arena};
    bool is_end = false;
    enum wh_status status = open_list(&list, name, 2, 2, err);
    while (status == WH_OK) {
        struct wh_csv_row row;
        status = next_row(&list, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        status = add_code(&list, &row, &crosswalk, err);
        list.n++;
    }
    if (status == WH_OK) {
        wh_csv_sha256(list.csv, crosswalk.sha256);
        *ret = crosswalk;
    }
    wh_csv_close(list.csv);
    return status;
}

/* ---- targets ---- */

static enum wh_status read_target(const struct list *list, const struct wh_csv_row *row,
                                  struct wh_target *target, struct wh_error *err)
{
    const char *days = NULL;
    const char **const cell[] = {&target->category, &days, &target->owner, &target->contact};
    int64_t n = 0;
    for (size_t i = 0; i < sizeof cell / sizeof cell[0]; i++) {
        const enum wh_status status = keep_cell(list, row, i, cell[i], err);
        if (status != WH_OK) {
            return status;
        }
    }
    if (target->category == NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0, "no category");
    }
    if (days != NULL && (!wh_parse_int(wh_str_c(days), &n) || n < 0 || n > MOST_DAYS)) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0,
                          "working_days: expected a whole number from 0 to %d, or nothing",
                          MOST_DAYS);
    }
    target->has_days = days != NULL;
    target->working_days = (uint32_t)n;
    return WH_OK;
}

static bool has_category(const struct wh_targets *targets, const char *category)
{
    for (size_t i = 0; i < targets->n; i++) {
        if (wh_str_eq_fold(wh_str_c(targets->target[i].category), wh_str_c(category))) {
            return true;
        }
    }
    return false;
}

/* Rows of a list into an array of its own, in the arena once they are all there. */
static enum wh_status keep_array(const struct list *list, const void *array, size_t size,
                                 void **ret, struct wh_error *err)
{
    *ret = wh_arena_alloc(list->arena, list->n + 1, size);
    if (*ret == NULL) {
        return wh_fail_memory(list->ctx, err);
    }
    if (list->n > 0) {
        memcpy(*ret, array, list->n * size);
    }
    return WH_OK;
}

static enum wh_status read_targets(struct list *list, struct wh_targets *targets,
                                   struct wh_error *err)
{
    static const char *const name[] = {"category", "working_days", "owner", "contact"};
    struct wh_targets all = {0};
    size_t cap = 0;
    bool is_end = false;
    enum wh_status status = open_list(list, name, 4, 2, err);
    while (status == WH_OK) {
        struct wh_csv_row row;
        struct wh_target target = {0};
        status = next_row(list, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        status = read_target(list, &row, &target, err);
        if (status == WH_OK && has_category(&all, target.category)) {
            status = fail_twice(list, &row, wh_str_c(target.category), err);
        }
        if (status == WH_OK) {
            status = wh_grow(list->ctx, (void **)&all.target, all.n, &cap, sizeof *all.target, err);
        }
        if (status == WH_OK) {
            all.target[all.n++] = target;
            list->n++;
        }
    }
    if (status == WH_OK) {
        void *kept = NULL;
        status = keep_array(list, all.target, sizeof *all.target, &kept, err);
        targets->target = kept;
        targets->n = all.n;
    }
    wh_free(list->ctx, all.target);
    return status;
}

static enum wh_status read_day(const struct list *list, const struct wh_csv_row *row,
                               struct wh_str text, int64_t *ret, struct wh_error *err)
{
    struct wh_civil civil;
    if (!wh_time_parse("iso", text, &civil) || civil.has_time) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0,
                          "date: expected a day, as in 2026-12-25");
    }
    *ret = wh_day_from_civil(civil.year, civil.month, civil.day);
    return WH_OK;
}

static enum wh_status read_holidays(struct list *list, struct wh_targets *targets,
                                    struct wh_error *err)
{
    static const char *const name[] = {"date"};
    int64_t *day = NULL;
    size_t cap = 0;
    bool is_end = false;
    enum wh_status status = open_list(list, name, 1, 1, err);
    while (status == WH_OK) {
        struct wh_csv_row row;
        int64_t found = 0;
        status = next_row(list, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        status = read_day(list, &row, wh_str_trim(row.field[list->column[0]]), &found, err);
        if (status == WH_OK) {
            status = wh_grow(list->ctx, (void **)&day, list->n, &cap, sizeof *day, err);
        }
        if (status == WH_OK) {
            day[list->n++] = found;
        }
    }
    if (status == WH_OK) {
        void *kept = NULL;
        status = keep_array(list, day, sizeof *day, &kept, err);
        targets->holiday = kept;
        targets->n_holidays = list->n;
    }
    wh_free(list->ctx, day);
    return status;
}

enum wh_status wh_targets_read(struct wh_ctx *ctx, const char *targets_path,
                               const char *holidays_path, struct wh_arena *arena,
                               struct wh_targets *ret, struct wh_error *err)
{
    struct wh_targets targets = {0};
    enum wh_status status = WH_OK;
    if (targets_path != NULL) {
        struct list list = {.ctx = ctx, .path = targets_path, .arena = arena};
        status = read_targets(&list, &targets, err);
        wh_csv_close(list.csv);
    }
    if (status == WH_OK && holidays_path != NULL) {
        struct list list = {
            .ctx = ctx, .path = holidays_path, .arena = arena, .may_be_empty = true};
        status = read_holidays(&list, &targets, err);
        wh_csv_close(list.csv);
    }
    if (status == WH_OK) {
        wh_targets_sort(&targets);
        *ret = targets;
    }
    return status;
}

/* ---- notes and actions ---- */

enum { COLUMN_HOTSPOT, COLUMN_TEXT, COLUMN_DATE, COLUMN_BY, COLUMN_SHARE };

static enum wh_status read_note(const struct list *list, const struct wh_csv_row *row,
                                bool is_action, struct wh_spot_note *ret, struct wh_error *err)
{
    struct wh_spot_note note = {.day = WH_NO_DAY};
    const char *day = NULL, *share = NULL;
    enum wh_status status = keep_cell(list, row, COLUMN_HOTSPOT, &note.hotspot, err);
    status = status == WH_OK ? keep_cell(list, row, COLUMN_TEXT, &note.text, err) : status;
    status = status == WH_OK ? keep_cell(list, row, COLUMN_DATE, &day, err) : status;
    status = status == WH_OK ? keep_cell(list, row, COLUMN_BY, &note.by, err) : status;
    status =
        status == WH_OK && is_action ? keep_cell(list, row, COLUMN_SHARE, &share, err) : status;
    if (status != WH_OK) {
        return status;
    }
    if (note.hotspot == NULL || note.text == NULL || (is_action && day == NULL)) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0, "no %s",
                          note.hotspot == NULL ? "hotspot: the id in hotspots.csv"
                          : note.text == NULL  ? "text: what is said or was done"
                                               : "date: on which it was done");
    }
    status = day == NULL ? WH_OK : read_day(list, row, wh_str_c(day), &note.day, err);
    if (status != WH_OK) {
        return status;
    }
    note.line = row->line;
    note.is_public = share != NULL && strcmp(share, "public") == 0;
    if (share != NULL && !note.is_public && strcmp(share, "officer") != 0) {
        return wh_fail_at(err, WH_ERR_INPUT, list->path, row->line, 0,
                          "share: expected public or officer");
    }
    *ret = note;
    return WH_OK;
}

static enum wh_status read_notes(struct list *list, bool are_actions, struct wh_spot_notes *ret,
                                 struct wh_error *err)
{
    size_t cap = 0;
    bool is_end = false;
    for (;;) {
        struct wh_csv_row row;
        enum wh_status status = next_row(list, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            return status;
        }
        if (ret->n == cap) { /* the old ones stay in the arena: the list is small */
            const size_t wider = cap == 0 ? 64 : 2 * cap;
            struct wh_spot_note *note = wh_arena_alloc(list->arena, wider, sizeof *note);
            if (note == NULL) {
                return wh_fail_memory(list->ctx, err);
            }
            for (size_t i = 0; i < ret->n; i++) {
                note[i] = ret->note[i];
            }
            ret->note = note;
            cap = wider;
        }
        status = read_note(list, &row, are_actions, &ret->note[ret->n], err);
        if (status != WH_OK) {
            return status;
        }
        ret->n++;
        list->n++;
    }
}

enum wh_status wh_spot_notes_read(struct wh_ctx *ctx, const char *path, bool are_actions,
                                  struct wh_arena *arena, struct wh_spot_notes *ret,
                                  struct wh_error *err)
{
    const char *const name[] = {"hotspot", are_actions ? "action" : "note", "date", "by", "share"};
    struct wh_spot_notes notes = {0};
    struct list list = {.ctx = ctx, .path = path, .arena = arena, .may_be_empty = true};
    enum wh_status status = open_list(&list, name, are_actions ? 5 : 4, are_actions ? 3 : 2, err);
    if (status == WH_OK) {
        status = read_notes(&list, are_actions, &notes, err);
    }
    wh_csv_close(list.csv);
    if (status == WH_OK) {
        *ret = notes;
    }
    return status;
}
