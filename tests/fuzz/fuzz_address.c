/*
 * Any bytes as a request's address and, after a NUL, its postcode, against a small town: an honest
 * answer or none, the same whenever it is asked, and told in plain text.
 */
#include <math.h>
#include <string.h>

#include "base/ctx.h"
#include "base/error.h"
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "geocode/ladder.h"
#include "geocode/tell.h"
#include "model/postcode.h"

static struct wh_ctx *ctx;
static struct wh_index *town;
static struct wh_transform *same;

static void add(struct wh_index_builder *builder, enum wh_gazetteer_type type, double x, double y,
                const char *const text[WH_N_GAZETTEER_TEXTS], const double *line)
{
    struct wh_gazetteer_row row = {.type = type, .line = 2, .x = x, .y = y, .quality = 10};
    struct wh_error err = {0};
    for (size_t i = 0; i < WH_N_GAZETTEER_TEXTS; i++) {
        row.text[i] = wh_str_c(text[i]);
    }
    row.n_vertices = line == NULL ? 0 : 2;
    row.vertex = line;
    row.to = text[WH_GAZ_POSTCODE] != NULL && text[WH_GAZ_POSTCODE][4] == '9' ? 199606 : 0;
    FUZZ_PROMISE(wh_index_add(builder, &row, &err) == WH_OK);
}

#define TEXT(...) ((const char *const[WH_N_GAZETTEER_TEXTS]){__VA_ARGS__})

static void add_houses(struct wh_index_builder *b)
{
    static const char *const street[] = {"Mill Lane", "High Street", "Victoria Bridge Road"};
    static const char *const postcode[] = {"BA2 1AA", "BA2 1AB", "BA3 2BB"};
    static const char *const number[] = {"1", "2", "12A", "12B", "14-18"};
    for (size_t s = 0; s < 3; s++) {
        for (size_t k = 0; k < 5; k++) {
            add(b, WH_GAZETTEER_ADDRESS, 375000 + 100 * (double)s, 165000 + 20 * (double)k,
                TEXT([WH_GAZ_UPRN] = k == 0 ? "101" : NULL, [WH_GAZ_NUMBER] = number[k],
                     [WH_GAZ_STREET] = street[s], [WH_GAZ_LOCALITY] = "Twerton",
                     [WH_GAZ_TOWN] = "Bath", [WH_GAZ_POSTCODE] = postcode[s]),
                NULL);
        }
    }
    add(b, WH_GAZETTEER_ADDRESS, 375050, 165010,
        TEXT([WH_GAZ_UNIT] = "Flat 2", [WH_GAZ_NAME] = "Rose Court", [WH_GAZ_NUMBER] = "9",
             [WH_GAZ_STREET] = "High Street", [WH_GAZ_POSTCODE] = "BA2 1AB"),
        NULL);
}

static void make_town(void)
{
    static const double line[2][4] = {{375000, 164900, 375000, 165300},
                                      {374900, 165000, 375200, 165000}};
    static const double box[4] = {374000, 164000, 376000, 166000};
    static const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    struct wh_index_builder *b = NULL;
    struct wh_error err = {0};
    FUZZ_PROMISE(wh_ctx_create(NULL, &ctx, &err) == WH_OK);
    FUZZ_PROMISE(wh_transform_create(ctx, "EPSG:27700", "EPSG:27700", &coarse, &same, &err) ==
                 WH_OK);
    FUZZ_PROMISE(wh_index_begin(ctx, &b, &err) == WH_OK);
    FUZZ_PROMISE(wh_index_add_ward(b, wh_str_c("Southdown"), box, &err) == WH_OK);
    add_houses(b);
    add(b, WH_GAZETTEER_STREET, 0, 0, TEXT([WH_GAZ_STREET] = "Mill Lane"), line[0]);
    add(b, WH_GAZETTEER_STREET, 0, 0, TEXT([WH_GAZ_STREET] = "High Street"), line[1]);
    add(b, WH_GAZETTEER_POSTCODE, 375000, 165030, TEXT([WH_GAZ_POSTCODE] = "BA2 1AA"), NULL);
    add(b, WH_GAZETTEER_POSTCODE, 375700, 165700, TEXT([WH_GAZ_POSTCODE] = "BA2 9ZZ"), NULL);
    add(b, WH_GAZETTEER_UPRN, 375555, 165555, TEXT([WH_GAZ_UPRN] = "900"), NULL);
    add(b, WH_GAZETTEER_JUNCTION, 375000, 165000,
        TEXT([WH_GAZ_STREET] = "High Street", [WH_GAZ_OTHER] = "Victoria Bridge Road"), NULL);
    add(b, WH_GAZETTEER_PLACE, 375000, 165100, TEXT([WH_GAZ_NAME] = "Twerton"), NULL);
    FUZZ_PROMISE(wh_index_make(b, &town, &err) == WH_OK);
}

static void check_answer(const struct wh_answer *a)
{
    const bool has_point = a->method != WH_METHOD_NONE && a->method != WH_METHOD_WARD;
    FUZZ_PROMISE(a->method < WH_N_METHODS && a->placing.reason < WH_N_REASONS);
    FUZZ_PROMISE(has_point == isfinite(a->x) && has_point == isfinite(a->y));
    FUZZ_PROMISE(a->placing.score >= 0 && a->placing.score <= 1);
    FUZZ_PROMISE(!has_point || (a->precision_m > 0 && isfinite(a->precision_m)));
    FUZZ_PROMISE(a->method != WH_METHOD_NONE || a->placing.reason != WH_REASON_NONE);
    for (size_t i = 0; i < WH_N_SCORE_PARTS; i++) {
        FUZZ_PROMISE(a->placing.part[i] <= 100 || a->placing.part[i] == WH_NOT_SAID);
    }
}

static void check_told(struct wh_buf *buf)
{
    struct wh_error err = {0};
    FUZZ_PROMISE(wh_buf_ok(buf, &err) == WH_OK);
    FUZZ_PROMISE(buf->len == 0 || wh_utf8_check(wh_buf_view(buf)) == buf->len);
    wh_buf_clear(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (town == NULL) {
        make_town();
    }
    char postcode[9] = "";
    const char *end = memchr(data, '\0', size);
    const size_t n = end == NULL ? size : (size_t)(end - (const char *)data);
    if (n < size) {
        (void)wh_postcode_normalise((struct wh_str){end + 1, size - n - 1}, postcode);
    }
    const struct wh_ladder_options opt = {.conflict_m = 1000, .from_grid = same};
    const struct wh_question question = {.x = (double)NAN,
                                         .y = (double)NAN,
                                         .address = {(const char *)data, n},
                                         .postcode = wh_str_c(postcode)};
    struct wh_answer first, second;
    struct wh_buf told;
    wh_buf_init(&told, ctx);
    wh_ladder(town, &opt, &question, NULL, &first);
    check_answer(&first);
    wh_ladder(town, &opt, &question, &told, &second);
    FUZZ_PROMISE(told.len > 0);
    check_told(&told);
    FUZZ_PROMISE(first.method == second.method && first.placing.reason == second.placing.reason &&
                 first.placing.flags == second.placing.flags);
    FUZZ_PROMISE(isnan(first.x) ||
                 (!(fabs(first.x - second.x) > 0) && !(fabs(first.y - second.y) > 0)));
    wh_tell_nearest(town, &question, &told);
    check_told(&told);
    wh_tell_unknown_street(town, &question, &told);
    check_told(&told);
    wh_buf_finish(&told);
    return 0;
}
