/* run/leak.c: secrets as sets of 64-bit hashes; the public tree as words and pairs of numbers
 * looked up in them. */
#include "run/leak.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "geo/crs.h"
#include "geo/vector_write.h"

#define MAX_WORDS 24u        /* of one secret; longer ones are compared by their first words */
#define MIN_TEXT_BYTES 8u    /* RELIABILITY.md section 8 */
#define MIN_NUMBER_DIGITS 6u /* shorter references look like figures */
#define MAX_FILE_BYTES (1ull << 30)
#define CORNERS_BY_CHANCE 100u /* of so many corners of polygons one may meet a request */

/* Open addressing; 0 marks an empty slot, so the hash 0 is stored as 1. */
struct hash_set {
    uint64_t *slot;
    size_t n, cap;
};

/* Of places that are a corner of the squares that requests are counted by, as a coarse grid
 * reference is: those squares' corners say nothing of them. */
enum kind { KIND_TEXT, KIND_PAIR, KIND_NODE, N_KINDS };

struct leak {
    struct wh_ctx *ctx;
    const struct wh_leak_options *opt;
    struct hash_set allowed;
    struct hash_set secret[N_KINDS];
    bool has_length[MAX_WORDS + 1]; /* is there a secret of so many words? */
    size_t max_length;
    struct wh_leak_stats stats;
};

static uint64_t mix(uint64_t h, uint64_t v)
{
    h ^= v;
    h *= 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return h ^ (h >> 32);
}

static bool set_has(const struct hash_set *set, uint64_t hash)
{
    if (set->cap == 0) {
        return false;
    }
    hash = hash == 0 ? 1 : hash;
    for (size_t i = hash & (set->cap - 1);; i = (i + 1) & (set->cap - 1)) {
        if (set->slot[i] == hash) {
            return true;
        }
        if (set->slot[i] == 0) {
            return false;
        }
    }
}

static void set_place(struct hash_set *set, uint64_t hash)
{
    for (size_t i = hash & (set->cap - 1);; i = (i + 1) & (set->cap - 1)) {
        if (set->slot[i] == hash) {
            return;
        }
        if (set->slot[i] == 0) {
            set->slot[i] = hash;
            set->n++;
            return;
        }
    }
}

static enum wh_status set_add(struct wh_ctx *ctx, struct hash_set *set, uint64_t hash,
                              struct wh_error *err)
{
    if (2 * (set->n + 1) > set->cap) {
        struct hash_set wider = {.cap = set->cap == 0 ? 1024 : 2 * set->cap};
        wider.slot = wh_alloc_array(ctx, wider.cap, sizeof *wider.slot);
        if (wider.slot == NULL) {
            return wh_fail_memory(ctx, err);
        }
        for (size_t i = 0; i < set->cap; i++) {
            if (set->slot[i] != 0) {
                set_place(&wider, set->slot[i]);
            }
        }
        wh_free(ctx, set->slot);
        *set = wider;
    }
    set_place(set, hash == 0 ? 1 : hash);
    return WH_OK;
}

static bool is_word_byte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* Length of an escape of JSON (\u0026, \n) or HTML (&amp;) that stands at `i`; 0: none. Its letters
 * are no word. */
static size_t escape_len(struct wh_str text, size_t i)
{
    const size_t left = text.len - i;
    if (text.ptr[i] == '\\' && left >= 2) {
        return text.ptr[i + 1] == 'u' ? (left < 6 ? left : 6) : 2;
    }
    for (size_t n = 1; text.ptr[i] == '&' && n < left && n < 9; n++) {
        const char c = text.ptr[i + n];
        if (c == ';' && n > 1) {
            return n + 1;
        }
        if (c != '#' && !is_word_byte((unsigned char)c)) {
            break;
        }
    }
    return 0;
}

/* The next word from *pos: letters and digits, a point between digits included; its folded hash.
 * False at the end. */
static bool next_word(struct wh_str text, size_t *pos, struct wh_str *ret, uint64_t *ret_hash)
{
    size_t i = *pos;
    while (i < text.len && !is_word_byte((unsigned char)text.ptr[i])) {
        const size_t escape = escape_len(text, i);
        i += escape > 0 ? escape : 1;
    }
    const size_t start = i;
    uint64_t hash = 0xcbf29ce484222325u;
    for (; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool is_point = c == '.' && i > start && i + 1 < text.len && text.ptr[i - 1] >= '0' &&
                              text.ptr[i - 1] <= '9' && text.ptr[i + 1] >= '0' &&
                              text.ptr[i + 1] <= '9';
        if (!is_word_byte(c) && !is_point) {
            break;
        }
        const unsigned char folded = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
        hash = (hash ^ folded) * 0x100000001b3u;
    }
    *pos = i;
    *ret = wh_str_slice(text, start, i);
    *ret_hash = hash;
    return i > start;
}

/* A public name may stand, and so may its parts: "Stratford" in "Stratford and New Town" says
 * nothing of a request at Stratford. */
static enum wh_status allow_name(struct leak *leak, struct wh_str name, struct wh_error *err)
{
    uint64_t word_hash[MAX_WORDS];
    size_t n = 0, pos = 0;
    struct wh_str word;
    while (n < MAX_WORDS && next_word(name, &pos, &word, &word_hash[n])) {
        n++;
    }
    for (size_t from = 0; from < n; from++) {
        uint64_t hash = 0;
        for (size_t to = from; to < n; to++) {
            hash = mix(hash, word_hash[to]);
            const enum wh_status status = set_add(leak->ctx, &leak->allowed, hash, err);
            if (status != WH_OK) {
                return status;
            }
        }
    }
    return WH_OK;
}

/* One hash over the words of a text; *ret_n words (0: nothing to compare). */
static uint64_t hash_text(struct wh_str text, size_t *ret_n)
{
    uint64_t hash = 0, word_hash = 0;
    size_t pos = 0, n = 0;
    struct wh_str word;
    while (n < MAX_WORDS && next_word(text, &pos, &word, &word_hash)) {
        hash = mix(hash, word_hash);
        n++;
    }
    *ret_n = n;
    return hash;
}

static bool is_only_digits(struct wh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return true;
}

static enum wh_status add_text(struct leak *leak, struct wh_str text, struct wh_error *err)
{
    text = wh_str_trim(text);
    if (text.len < (is_only_digits(text) ? MIN_NUMBER_DIGITS : MIN_TEXT_BYTES)) {
        return WH_OK;
    }
    size_t n = 0;
    const uint64_t hash = hash_text(text, &n);
    if (n == 0 || set_has(&leak->allowed, hash)) {
        return WH_OK;
    }
    leak->has_length[n] = true;
    leak->max_length = n > leak->max_length ? n : leak->max_length;
    leak->stats.secrets++;
    return set_add(leak->ctx, &leak->secret[KIND_TEXT], hash, err);
}

/* A pair of numbers as they would be printed with at most six decimals. */
static uint64_t hash_pair(double a, double b)
{
    return mix(mix(0x70616972u, (uint64_t)llround(a * 1e6)), (uint64_t)llround(b * 1e6));
}

static bool is_pair(double a, double b)
{
    return isfinite(a) && isfinite(b) && fabs(a) < 1e9 && fabs(b) < 1e9;
}

static enum wh_status add_pair(struct leak *leak, enum kind kind, double a, double b,
                               struct wh_error *err)
{
    if (!is_pair(a, b)) {
        return WH_OK;
    }
    leak->stats.secrets++;
    return set_add(leak->ctx, &leak->secret[kind], hash_pair(a, b), err);
}

/* Is a place, to 0.1 m, a corner of the squares? */
static enum kind kind_of_place(const struct leak *leak, double x, double y)
{
    const double side = leak->opt->square_m;
    return side > 0 && fabs(remainder(x, side)) < 0.1 && fabs(remainder(y, side)) < 0.1 ? KIND_NODE
                                                                                        : KIND_PAIR;
}

static enum wh_status add_secret(void *user, const struct wh_secret *secret, struct wh_error *err)
{
    struct leak *leak = user;
    enum wh_status status = add_text(leak, secret->reference, err);
    if (status == WH_OK) {
        status = add_text(leak, secret->address, err);
    }
    if (status == WH_OK) {
        status = add_text(leak, secret->uprn, err);
    }
    if (status == WH_OK) {
        status = add_pair(leak, kind_of_place(leak, secret->given_x, secret->given_y),
                          secret->given_x, secret->given_y, err);
    }
    return status;
}

/* Where requests were placed, in metres and as longitude and latitude. */
static enum wh_status add_places(struct leak *leak, struct wh_error *err)
{
    const struct wh_requests *requests = leak->opt->requests;
    for (size_t i = 0; i < requests->n; i++) {
        double x = requests->x[i], y = requests->y[i];
        if (!is_pair(x, y)) {
            continue;
        }
        const enum kind kind = kind_of_place(leak, x, y);
        enum wh_status status = add_pair(leak, kind, round(x * 10) / 10, round(y * 10) / 10, err);
        if (status != WH_OK) {
            return status;
        }
        wh_transform_points(leak->opt->to_lonlat, false, &x, &y, 1);
        status = add_pair(leak, kind, x, y, err);
        if (status != WH_OK) {
            return status;
        }
    }
    return WH_OK;
}

static enum wh_status fail_leak(struct wh_error *err, const char *file, const char *what)
{
    return wh_fail_at(err, WH_ERR_GATE, file, 0, 0,
                      "held back: a public file would hold %s of a request", what);
}

/* Every run of words that ends here is looked up: of each start among the last MAX_WORDS words its
 * hash is carried along. */
static enum wh_status check_words(struct leak *leak, const char *file, struct wh_str text,
                                  struct wh_error *err)
{
    uint64_t run[MAX_WORDS] = {0}; /* hash of the words from start i % MAX_WORDS until now */
    uint64_t word_hash = 0;
    size_t n = 0, pos = 0;
    struct wh_str word;
    while (next_word(text, &pos, &word, &word_hash)) {
        run[n % MAX_WORDS] = 0;
        n++;
        for (size_t length = 1; length <= leak->max_length && length <= n; length++) {
            uint64_t *hash = &run[(n - length) % MAX_WORDS];
            *hash = mix(*hash, word_hash);
            if (leak->has_length[length] && set_has(&leak->secret[KIND_TEXT], *hash)) {
                return fail_leak(err, file, "the reference or location text");
            }
        }
    }
    leak->stats.words += n;
    return WH_OK;
}

/* Where a search for numbers stands; `depth` of brackets around it. */
struct scan {
    struct wh_str text;
    size_t pos;
    int depth;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The next number as people write them in JSON, CSV or prose. */
static bool next_number(struct scan *scan, double *ret)
{
    const struct wh_str text = scan->text;
    size_t i = scan->pos;
    while (i < text.len) {
        for (; i < text.len && !is_digit(text.ptr[i]); i++) {
            scan->depth += text.ptr[i] == '[' ? 1 : text.ptr[i] == ']' ? -1 : 0;
        }
        size_t start = i;
        while (i < text.len && (is_digit(text.ptr[i]) || (text.ptr[i] == '.' && i + 1 < text.len &&
                                                          is_digit(text.ptr[i + 1])))) {
            i++;
        }
        if (start > 0 && text.ptr[start - 1] == '-') {
            start--;
        }
        if (i > start && wh_parse_double(wh_str_slice(text, start, i), ret)) {
            scan->pos = i;
            return true;
        }
    }
    scan->pos = i;
    return false;
}

static bool has_pair(const struct leak *leak, enum kind kind, double a, double b)
{
    return set_has(&leak->secret[kind], hash_pair(a, b)) ||
           set_has(&leak->secret[kind], hash_pair(b, a));
}

static bool is_secret_pair(const struct leak *leak, double a, double b, bool may_be_square)
{
    return has_pair(leak, KIND_PAIR, a, b) || (!may_be_square && has_pair(leak, KIND_NODE, a, b));
}

/*
 * One pair of a request anywhere is too many, but for the corners of polygons: of ten thousands of
 * corners and of requests, at 0.1 m, one or the other meets by chance. An outline that is drawn
 * through requests meets them at every corner.
 */
static enum wh_status check_pairs(struct leak *leak, const char *file, struct wh_str text,
                                  struct wh_error *err)
{
    enum { POLYGON_DEPTH = 4 }; /* features, coordinates, ring, position */
    const bool is_geojson = wh_str_has_suffix(wh_str_c(file), ".geojson");
    /* Squares are named by a corner, too. */
    const bool has_squares = wh_str_has_prefix(wh_str_c(file), "geojson/cells-") ||
                             wh_str_has_suffix(wh_str_c(file), ".gpkg");
    struct scan scan = {.text = text};
    uint64_t corners = 0, met = 0;
    double before = (double)NAN, number = 0;
    while (next_number(&scan, &number)) {
        if (is_pair(before, number)) {
            const bool is_corner = is_geojson && scan.depth >= POLYGON_DEPTH;
            const bool is_secret = is_secret_pair(leak, before, number, has_squares);
            if (is_secret && !is_corner) {
                return fail_leak(err, file, "the coordinates");
            }
            corners += is_corner;
            met += is_corner && is_secret;
            leak->stats.pairs++;
        }
        before = number;
    }
    return met * CORNERS_BY_CHANCE > corners ? fail_leak(err, file, "the coordinates") : WH_OK;
}

static enum wh_status check_text(struct leak *leak, const char *file, struct wh_str text,
                                 struct wh_error *err)
{
    leak->stats.files++;
    const enum wh_status status = check_words(leak, file, text, err);
    return status != WH_OK ? status : check_pairs(leak, file, text, err);
}

/* Each line is a text of its own: where two stand one after the other ("in the 90 days before
 * (27).", "Holden Road"), neither says "27 Holden Road". */
static enum wh_status check_lines(struct leak *leak, const char *what, struct wh_str text,
                                  struct wh_error *err)
{
    enum wh_status status = WH_OK;
    leak->stats.files++;
    for (size_t at = 0; status == WH_OK && at < text.len;) {
        const struct wh_str rest = wh_str_slice(text, at, text.len);
        const size_t len = wh_str_find(rest, '\n');
        status = check_words(leak, what, wh_str_slice(rest, 0, len), err);
        at += len + 1;
    }
    return status != WH_OK ? status : check_pairs(leak, what, text, err);
}

/* What a GeoPackage says: a value a line, and the corners of its polygons. */
struct tables {
    const struct leak *leak;
    struct wh_buf text;
    uint64_t corners, met;
};

static enum wh_status add_value(void *user, struct wh_str text, struct wh_error *err)
{
    struct tables *tables = user;
    wh_buf_str(&tables->text, text);
    wh_buf_char(&tables->text, '\n');
    return wh_buf_ok(&tables->text, err);
}

/* Places of requests are known to 0.1 m; a corner is told to the last digit. */
static enum wh_status add_corner(void *user, double x, double y, struct wh_error *err)
{
    struct tables *tables = user;
    (void)err;
    tables->corners++;
    tables->met += is_secret_pair(tables->leak, x, y, true) ||
                   is_secret_pair(tables->leak, round(x * 10) / 10, round(y * 10) / 10, true);
    return WH_OK;
}

static enum wh_status check_geopackage(struct leak *leak, const char *file, const char *path,
                                       struct wh_error *err)
{
    struct tables tables = {.leak = leak};
    wh_buf_init(&tables.text, leak->ctx);
    enum wh_status status =
        wh_geopackage_read(leak->ctx, path, add_value, add_corner, &tables, err);
    if (status == WH_OK) {
        status = check_lines(leak, file, wh_buf_view(&tables.text), err);
    }
    leak->stats.pairs += tables.corners;
    if (status == WH_OK && tables.met * CORNERS_BY_CHANCE > tables.corners) {
        status = fail_leak(err, file, "the coordinates");
    }
    wh_buf_finish(&tables.text);
    return status;
}

/* Pictures, archives and fonts hold no text of ours; PDFs and pictures are compared by what was
 * drawn into them. */
static bool is_text_file(const char *path)
{
    static const char *const suffix[] = {".html", ".json", ".geojson", ".csv",
                                         ".qml",  ".xml",  ".svg",     ".txt"};
    if (wh_str_has_prefix(wh_str_c(path), "assets/")) {
        return false;
    }
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++) {
        if (wh_str_has_suffix(wh_str_c(path), suffix[i])) {
            return true;
        }
    }
    return false;
}

static enum wh_status check_tree(struct leak *leak, const char *folder, struct wh_error *err)
{
    struct wh_paths paths = {0};
    struct wh_buf content;
    wh_buf_init(&content, leak->ctx);
    enum wh_status status = wh_io_walk(leak->ctx, folder, &paths, err);
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        const bool is_geopackage = wh_str_has_suffix(wh_str_c(paths.path[i]), ".gpkg");
        if (!is_geopackage && !is_text_file(paths.path[i])) {
            continue;
        }
        char *path = wh_path_join(leak->ctx, folder, paths.path[i]);
        if (path == NULL) {
            status = wh_fail_memory(leak->ctx, err);
            break;
        }
        wh_buf_clear(&content);
        if (is_geopackage) {
            status = check_geopackage(leak, paths.path[i], path, err);
        } else {
            status = wh_io_read_all(leak->ctx, path, MAX_FILE_BYTES, &content, err);
        }
        wh_free(leak->ctx, path);
        if (status == WH_OK && !is_geopackage) {
            status = check_text(leak, paths.path[i], wh_buf_view(&content), err);
        }
    }
    wh_buf_finish(&content);
    wh_paths_finish(leak->ctx, &paths);
    return status;
}

enum wh_status wh_leak_check(struct wh_ctx *ctx, struct wh_store *store,
                             const struct wh_leak_options *opt, const char *folder,
                             struct wh_str drawn_text, struct wh_leak_stats *ret_stats,
                             struct wh_error *err)
{
    struct leak leak = {.ctx = ctx, .opt = opt};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < opt->n_public_names; i++) {
        status = allow_name(&leak, wh_str_c(opt->public_name[i]), err);
    }
    if (status == WH_OK) {
        status = wh_store_each_secret(store, add_secret, &leak, err);
    }
    if (status == WH_OK) {
        status = add_places(&leak, err);
    }
    if (status == WH_OK) {
        status = check_tree(&leak, folder, err);
    }
    if (status == WH_OK) {
        status = check_lines(&leak, "printed pages and pictures", drawn_text, err);
    }
    if (status == WH_OK) {
        *ret_stats = leak.stats;
    }
    wh_free(ctx, leak.allowed.slot);
    for (size_t i = 0; i < N_KINDS; i++) {
        wh_free(ctx, leak.secret[i].slot);
    }
    return status;
}
