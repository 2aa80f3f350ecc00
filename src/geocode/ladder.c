/* geocode/ladder.c: the rungs, one function each, in their order. */
#include "geocode/ladder.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "geo/crs.h"
#include "geocode/junction.h"
#include "geocode/tell.h"

#define UPRN_PRECISION_M 5.0
#define PLACE_PRECISION_M 300.0 /* of a place that its gazetteer has as a point only */
#define LEAST_PLACE_PRECISION_M 30.0
#define ENDED_PRECISION_M                                                                          \
    100.0                  /* at least: nobody keeps the places of what is no longer in use        \
                            */
#define ONE_PLACE_M 1500.0 /* places of one name that are nearer are one */
#define ONE_JUNCTION_M 200.0
#define NEIGHBOUR_M 5000.0 /* two places of one text are no further apart */
#define NEAR_POSTCODE 60   /* score of a street from which on it may be in the postcode */

struct climb {
    const struct wh_index *index;
    const struct wh_ladder_options *opt;
    const struct wh_question *question;
    struct wh_asked asked;
    struct wh_matches matches;
    struct wh_buf *explain;
    unsigned n_said;
    struct wh_answer *answer;
};

/* ---- telling ---- */

static void say(struct climb *climb, const char *rung, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct climb *climb, const char *rung, const char *format, ...)
{
    char text[512];
    va_list arguments;
    if (climb->explain == NULL) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    wh_buf_printf(climb->explain, "%u. %s: %s\n", ++climb->n_said, rung, text);
}

/* Names only where somebody reads them. */
static const char *name_of(const struct climb *climb, uint32_t phrase, char *out, size_t size)
{
    return climb->explain == NULL ? "" : wh_phrases_text(&climb->index->phrases, phrase, out, size);
}

static void blame(struct climb *climb, enum wh_place_reason reason)
{
    /* The first reason stays, but that nothing was given is no reason beside another. */
    struct wh_placing *placing = &climb->answer->placing;
    if (placing->reason == WH_REASON_NONE || placing->reason == WH_REASON_NOTHING ||
        reason == WH_REASON_TIE) {
        placing->reason = (uint8_t)reason;
    }
}

static void take(struct climb *climb, enum wh_method method, double x, double y, double precision_m,
                 float score, struct wh_gaz_ref ref)
{
    struct wh_answer *answer = climb->answer;
    answer->method = method;
    answer->x = x;
    answer->y = y;
    answer->precision_m = hypot(precision_m, climb->asked.beside_m);
    answer->placing.score = score;
    answer->placing.file = ref.file;
    answer->placing.line = ref.line;
}

/* ---- rungs ---- */

static bool by_coordinate(struct climb *climb)
{
    const struct wh_question *q = climb->question;
    const struct wh_index *index = climb->index;
    if (!isfinite(q->x) || !isfinite(q->y)) {
        say(climb, "Given coordinates", "none. Next.");
        return false;
    }
    if (climb->asked.postcode_idx != UINT32_MAX) {
        const struct wh_index_postcode *p = &index->postcode[climb->asked.postcode_idx];
        const double d = hypot(q->x - p->x_cm / 100.0, q->y - p->y_cm / 100.0);
        if (d > climb->opt->conflict_m + 2 * (double)p->precision_m) {
            climb->answer->placing.conflict_m = (float)d;
            climb->answer->placing.flags |= WH_PLACING_CONFLICT;
            if (climb->opt->postcode_wins) {
                say(climb, "Given coordinates",
                    "x %.10g, y %.10g lie %.0f m from postcode %s; the config says that the "
                    "postcode "
                    "wins. Next.",
                    q->x, q->y, d, climb->asked.postcode);
                return false;
            }
            say(climb, "Cross-check",
                "postcode %s is %.0f m away; the config says that coordinates win.",
                climb->asked.postcode, d);
        }
    }
    climb->asked.beside_m = 0;
    take(climb, WH_METHOD_COORDINATE, q->x, q->y, q->given_precision_m, 1,
         (struct wh_gaz_ref){0, WH_NO_GAZETTEER});
    say(climb, "Given coordinates", "x %.10g, y %.10g. Taken.", q->x, q->y);
    return true;
}

static bool by_uprn(struct climb *climb)
{
    int32_t at_cm[2];
    struct wh_gaz_ref ref;
    const uint64_t uprn = climb->question->uprn;
    if (uprn == 0) {
        say(climb, "UPRN", "none. Next.");
        return false;
    }
    if (!wh_index_uprn(climb->index, uprn, at_cm, &ref)) {
        say(climb, "UPRN", "%llu is in no gazetteer. Next.", (unsigned long long)uprn);
        blame(climb, WH_REASON_UPRN_UNKNOWN);
        return false;
    }
    take(climb, WH_METHOD_UPRN, at_cm[0] / 100.0, at_cm[1] / 100.0, UPRN_PRECISION_M, 1, ref);
    say(climb, "UPRN", "%llu is at x %.10g, y %.10g. Taken.", (unsigned long long)uprn,
        climb->answer->x, climb->answer->y);
    return true;
}

static bool by_grid_ref(struct climb *climb)
{
    const struct wh_grid_ref *found = &climb->asked.grid_ref;
    double x = found->x, y = found->y;
    if (!climb->asked.has_grid_ref || climb->opt->from_grid == NULL) {
        say(climb, "Grid reference", "no part of the text has the shape of one. Next.");
        return false;
    }
    wh_transform_points(climb->opt->from_grid, false, &x, &y, 1);
    if (!isfinite(x) || !isfinite(y)) {
        say(climb, "Grid reference", "no place of this config's CRS. Next.");
        return false;
    }
    /* Evenly spread over a square: 1 sigma is its side by the root of 12. */
    take(climb, WH_METHOD_GRID_REFERENCE, x, y, found->size_m / sqrt(12), 1,
         (struct wh_gaz_ref){0, WH_NO_GAZETTEER});
    say(climb, "Grid reference", "the square of %g m about x %.10g, y %.10g. Taken.", found->size_m,
        x, y);
    return true;
}

static void keep_parts(struct climb *climb, const struct wh_match *match)
{
    memcpy(climb->answer->placing.part, match->part, sizeof match->part);
    if (match->part[WH_SCORE_POSTCODE] != WH_NOT_SAID && match->part[WH_SCORE_POSTCODE] < 70 &&
        climb->asked.postcode[0] != '\0') {
        climb->answer->placing.flags |= WH_PLACING_OTHER_POSTCODE;
    }
}

static const char *parts_text(const struct climb *climb, const struct wh_match *match, char *out,
                              size_t size)
{
    return climb->explain == NULL ? "" : wh_tell_parts(match, out, size);
}

/* What was weighed: the best few, each with its score. */
static void say_candidates(struct climb *climb, const struct wh_match *best, size_t n)
{
    for (size_t i = 0; climb->explain != NULL && i < n; i++) {
        wh_buf_c(climb->explain, "   ");
        wh_tell_match(climb->index, &best[i], climb->explain);
        wh_buf_c(climb->explain, "\n");
    }
}

/* The house, by either rung: with the postcode's word for it, or without. */
static bool by_house(struct climb *climb, bool with_postcode)
{
    const char *rung = with_postcode ? "House, street and postcode" : "House and street";
    const struct wh_matches *found = &climb->matches;
    const struct wh_match *house = &found->house;
    char name[160], parts[160];
    const bool has_postcode =
        house->part[WH_SCORE_POSTCODE] != WH_NOT_SAID && house->part[WH_SCORE_POSTCODE] >= 70;
    if (!(house->score > 0)) {
        if (found->is_number_unknown) {
            say(climb, rung, "the house is in no gazetteer. Next.");
            blame(climb, WH_REASON_HOUSE_UNKNOWN);
        } else {
            say(climb, rung,
                found->has_number ? "no street fits. Next." : "no house is named. Next.");
        }
        return false;
    }
    if (found->n_tied_houses > 1) {
        say(climb, rung, "%u places fit as well as one another (score %.2f). Next.",
            found->n_tied_houses, (double)house->score);
        climb->answer->placing.flags |= WH_PLACING_TIE;
        blame(climb, WH_REASON_TIE);
        return false;
    }
    if (has_postcode != with_postcode) {
        say(climb, rung, with_postcode ? "no postcode speaks for it. Next." : "not needed.");
        return false;
    }
    take(climb, with_postcode ? WH_METHOD_ADDRESS : WH_METHOD_ADDRESS_LOCALITY, house->x, house->y,
         house->precision_m, house->score, house->ref);
    keep_parts(climb, house);
    say(climb, rung, "%s, %u house%s, score %.2f (%s). Taken.",
        name_of(climb, house->candidate.name, name, sizeof name), house->n_houses,
        house->n_houses == 1 ? "" : "s", (double)house->score,
        parts_text(climb, house, parts, sizeof parts));
    return true;
}

/* Two streets of the text that meet. */
static bool by_junction(struct climb *climb)
{
    const struct wh_index *index = climb->index;
    struct wh_candidates names;
    struct wh_spot best = {0};
    char name[2][160];
    size_t n_found = 0;
    bool is_tied = false;
    struct wh_gaz_ref ref = {0, WH_NO_GAZETTEER};
    if (!climb->asked.is_junction && climb->asked.words.n < 4) {
        say(climb, "Junction", "no second street. Next.");
        return false;
    }
    wh_candidates_exact(index, &climb->asked, &names);
    for (size_t i = 0; i < names.n; i++) {
        for (size_t k = i + 1; k < names.n; k++) {
            const struct wh_candidate *a = &names.at[i], *b = &names.at[k];
            if ((a->from < b->to && b->from < a->to) ||
                !(climb->asked.is_junction || wh_joins_streets(&climb->asked, a, b))) {
                continue; /* one name within the other, or two streets of one address */
            }
            struct wh_spot spot;
            bool tied = false;
            struct wh_gaz_ref of = {0, WH_NO_GAZETTEER};
            const bool meets = wh_junction_find(index, a->name, b->name, &spot, &of, &tied);
            is_tied = is_tied || tied;
            if (meets &&
                (n_found == 0 || hypot(spot.x - best.x, spot.y - best.y) > ONE_JUNCTION_M)) {
                name_of(climb, a->name, name[0], sizeof name[0]);
                name_of(climb, b->name, name[1], sizeof name[1]);
                best = spot;
                ref = of;
                n_found++;
            }
        }
    }
    if (n_found != 1 || is_tied) {
        if (n_found > 1 || is_tied) {
            climb->answer->placing.flags |= WH_PLACING_TIE;
            blame(climb, WH_REASON_TIE);
        }
        say(climb, "Junction",
            n_found > 1 || is_tied ? "the streets meet in several places. Next."
                                   : "no two streets of the text meet. Next.");
        return false;
    }
    take(climb, WH_METHOD_JUNCTION, best.x, best.y, best.precision_m, 1, ref);
    say(climb, "Junction", "%s and %s meet at x %.10g, y %.10g. Taken.", name[0], name[1], best.x,
        best.y);
    return true;
}

static bool by_street(struct climb *climb)
{
    const struct wh_matches *found = &climb->matches;
    const struct wh_match *street = &found->street;
    char name[160], parts[160];
    if (!(street->score > 0)) {
        say(climb, "Street",
            found->has_street ? "those that fit the text do not fit the rest. Next."
                              : "no street's name stands in the text. Next.");
        blame(climb, WH_REASON_STREET_UNKNOWN);
        return false;
    }
    if (found->n_tied_streets > 1) {
        say(climb, "Street",
            "%u streets fit as well as one another, %s the first (score %.2f). Next.",
            found->n_tied_streets, name_of(climb, street->candidate.name, name, sizeof name),
            (double)street->score);
        climb->answer->placing.flags |= WH_PLACING_TIE;
        blame(climb, WH_REASON_TIE);
        return false;
    }
    const bool is_in_postcode = climb->asked.postcode_idx != UINT32_MAX;
    if (is_in_postcode && street->part[WH_SCORE_POSTCODE] < NEAR_POSTCODE) {
        say(climb, "Street", "%s is too far from %s, which is known. Next.",
            name_of(climb, street->candidate.name, name, sizeof name), climb->asked.postcode);
        climb->answer->placing.flags |= WH_PLACING_OTHER_POSTCODE;
        blame(climb, WH_REASON_STREET_UNKNOWN);
        return false;
    }
    const struct wh_spot spot = is_in_postcode ? wh_street_middle_in(climb->index, street->street,
                                                                     climb->asked.postcode_idx)
                                               : wh_street_middle(climb->index, street->street);
    const double postcode_precision =
        climb->asked.postcode_idx == UINT32_MAX || !is_in_postcode
            ? (double)INFINITY
            : (double)climb->index->postcode[climb->asked.postcode_idx].precision_m;
    if (spot.precision_m > 2 * postcode_precision) {
        say(climb, "Street", "%s is less exact than the postcode. Next.",
            name_of(climb, street->candidate.name, name, sizeof name));
        return false;
    }
    take(climb, WH_METHOD_STREET, spot.x, spot.y, spot.precision_m, street->score, street->ref);
    keep_parts(climb, street);
    say(climb, "Street",
        "%s, its middle%s%s at x %.10g, y %.10g, good to %.0f m; score %.2f (%s). Taken.",
        name_of(climb, street->candidate.name, name, sizeof name), is_in_postcode ? " in " : "",
        is_in_postcode ? climb->asked.postcode : "", spot.x, spot.y, climb->answer->precision_m,
        (double)street->score, parts_text(climb, street, parts, sizeof parts));
    return true;
}

static bool by_postcode(struct climb *climb, bool is_ended)
{
    const char *rung = is_ended ? "Ended postcode" : "Postcode";
    const uint32_t idx = climb->asked.postcode_idx;
    char count[32];
    if (climb->asked.postcode[0] == '\0') {
        say(climb, rung, "no part of the text has the shape of a postcode. Next.");
        return false;
    }
    if (idx == UINT32_MAX) {
        say(climb, rung, "%s has the shape of one, but is not among the %s known. Next.",
            climb->asked.postcode, wh_format_count(climb->index->n_postcodes, count, sizeof count));
        blame(climb, WH_REASON_POSTCODE_UNKNOWN);
        return false;
    }
    const struct wh_index_postcode *p = &climb->index->postcode[idx];
    if ((p->to != 0) != is_ended) {
        say(climb, rung, is_ended ? "%s is in use. Next." : "%s is no longer in use. Next.",
            climb->asked.postcode);
        return false;
    }
    climb->asked.beside_m = 0; /* lost in the postcode's own width */
    take(climb, is_ended ? WH_METHOD_ENDED_POSTCODE : WH_METHOD_POSTCODE, p->x_cm / 100.0,
         p->y_cm / 100.0,
         is_ended ? fmax(ENDED_PRECISION_M, (double)p->precision_m) : (double)p->precision_m, 1,
         p->ref);
    climb->answer->postcode = idx;
    say(climb, rung, "%s is at x %.10g, y %.10g, good to %.0f m (1 sigma)%s. Taken.",
        climb->asked.postcode, climb->answer->x, climb->answer->y, climb->answer->precision_m,
        is_ended ? "; it was ended" : "");
    return true;
}

/* The places of a name as one; false: they are too far apart. */
static bool merge_places(const struct wh_index *index, uint32_t phrase, struct wh_spot *ret,
                         struct wh_gaz_ref *ret_ref)
{
    size_t first = 0;
    const size_t n = wh_index_places(index, phrase, &first);
    double sum_x = 0, sum_y = 0, reach = 0;
    for (size_t i = first; i < first + n; i++) {
        const struct wh_index_place *a = &index->place[first], *place = &index->place[i];
        const double dx = (place->x_cm - (double)a->x_cm) / 100.0;
        const double dy = (place->y_cm - (double)a->y_cm) / 100.0;
        if (hypot(dx, dy) > ONE_PLACE_M + (double)a->spread_m) {
            return false;
        }
        sum_x += dx;
        sum_y += dy;
        reach = fmax(reach, fmax((double)place->spread_m, hypot(dx, dy)));
    }
    ret->x = index->place[first].x_cm / 100.0 + sum_x / (double)n;
    ret->y = index->place[first].y_cm / 100.0 + sum_y / (double)n;
    /* Evenly spread over a box of half its side: 1 sigma is that by the root of 3. */
    ret->precision_m =
        reach > 0 ? fmax(LEAST_PLACE_PRECISION_M, reach / sqrt(3)) : PLACE_PRECISION_M;
    *ret_ref = index->place[first].ref;
    return true;
}

/* Does the name fill its part of the text, but for idle words and numbers before it? "Claverton
 * Buildings" is not Claverton. */
static bool fills_segment(const struct wh_asked *asked, const struct wh_span *span)
{
    const struct wh_word *word = asked->words.word;
    if (span->to - span->from >= 3) {
        return true; /* long names stand for themselves: "University of Bath Campus" */
    }
    for (size_t i = span->from; i > 0 && word[i - 1].segment == word[span->from].segment; i--) {
        if (word[i - 1].kind == WH_WORD && !wh_is_idle_word(word[i - 1].text)) {
            return false;
        }
    }
    return span->to >= asked->words.n || word[span->to].segment != word[span->from].segment ||
           asked->use[span->to] != 0;
}

/* The first place of the text that another one of it is near; else the last, which is the largest.
 */
static bool by_place(struct climb *climb)
{
    const struct wh_index *index = climb->index;
    struct wh_spot spot[WH_MOST_LOCALITIES];
    struct wh_gaz_ref ref[WH_MOST_LOCALITIES];
    uint32_t phrase[WH_MOST_LOCALITIES];
    char name[160];
    size_t n = 0, n_tied = 0, taken = 0, first = 0;
    for (size_t i = 0; i < climb->asked.n_localities; i++) {
        const struct wh_span *span = &climb->asked.locality[i];
        if (wh_index_places(index, span->phrase, &first) == 0 ||
            !fills_segment(&climb->asked, span)) {
            continue;
        }
        if (merge_places(index, span->phrase, &spot[n], &ref[n])) {
            phrase[n++] = span->phrase;
        } else {
            n_tied++;
        }
    }
    if (n == 0) {
        say(climb, "Place",
            n_tied > 0 ? "there are several of its name. Next."
                       : "no place's name stands in the text by itself. Next.");
        if (n_tied > 0) {
            climb->answer->placing.flags |= WH_PLACING_TIE;
            blame(climb, WH_REASON_TIE);
        }
        return false;
    }
    for (taken = 0; taken + 1 < n; taken++) {
        bool has_neighbour = false;
        for (size_t k = 0; k < n; k++) {
            has_neighbour =
                has_neighbour || (k != taken && hypot(spot[k].x - spot[taken].x,
                                                      spot[k].y - spot[taken].y) <= NEIGHBOUR_M);
        }
        if (has_neighbour) {
            break;
        }
    }
    take(climb, WH_METHOD_PLACE, spot[taken].x, spot[taken].y, spot[taken].precision_m, 1,
         ref[taken]);
    say(climb, "Place", "%s is at x %.10g, y %.10g, good to %.0f m. Taken.",
        name_of(climb, phrase[taken], name, sizeof name), climb->answer->x, climb->answer->y,
        climb->answer->precision_m);
    return true;
}

static bool by_ward(struct climb *climb)
{
    const struct wh_index *index = climb->index;
    const struct wh_str field = climb->question->ward;
    struct wh_words words;
    uint32_t phrase = WH_NO_PHRASE;
    wh_words_split(field, &words);
    for (size_t i = 0; i < words.n; i++) {
        phrase = wh_phrases_step(&index->phrases, phrase,
                                 wh_phrases_word(&index->phrases, words.word[i].text));
        if (phrase == WH_NO_PHRASE) {
            break;
        }
    }
    if (phrase == WH_NO_PHRASE || !(index->phrases.role[phrase] & WH_ROLE_WARD)) {
        phrase = WH_NO_PHRASE;
        for (size_t i = 0; i < climb->asked.n_localities; i++) {
            const uint32_t found = climb->asked.locality[i].phrase;
            phrase = index->phrases.role[found] & WH_ROLE_WARD ? found : phrase;
        }
    }
    if (phrase == WH_NO_PHRASE) {
        say(climb, "Ward", "no ward is named.");
        return false;
    }
    char name[160];
    climb->answer->method = WH_METHOD_WARD;
    climb->answer->ward_phrase = phrase;
    climb->answer->placing.score = 1;
    say(climb, "Ward",
        "%s, and no more is known: counted there, but never drawn as a point. Taken.",
        name_of(climb, phrase, name, sizeof name));
    return true;
}

/* ---- the climb ---- */

static bool climb_text(struct climb *climb)
{
    struct wh_answer *answer = climb->answer;
    if (climb->asked.words.is_too_long) {
        say(climb, "Address", "longer than %u bytes: no address. Next.", WH_MAX_ADDRESS_BYTES);
        blame(climb, WH_REASON_TOO_LONG);
        return false;
    }
    if (by_grid_ref(climb)) {
        return true;
    }
    wh_match(climb->index, &climb->asked, climb->question->usrn, &climb->matches);
    const bool has_text = climb->asked.words.n > 0 || climb->question->usrn != 0;
    if (!has_text) {
        say(climb, "House, street", "no address. Next.");
        return false;
    }
    say_candidates(climb, climb->matches.best_house, climb->matches.n_best_houses);
    if (by_house(climb, true) || by_house(climb, false) || by_junction(climb)) {
        answer->placing.reason =
            answer->method == WH_METHOD_JUNCTION ? answer->placing.reason : (uint8_t)WH_REASON_NONE;
        return true;
    }
    say_candidates(climb, climb->matches.best_street, climb->matches.n_best_streets);
    if (by_street(climb)) {
        return true;
    }
    return false;
}

void wh_ladder(const struct wh_index *index, const struct wh_ladder_options *opt,
               const struct wh_question *question, struct wh_buf *explain, struct wh_answer *ret)
{
    struct climb climb = {
        .index = index, .opt = opt, .question = question, .explain = explain, .answer = ret};
    *ret = (struct wh_answer){
        .method = WH_METHOD_NONE,
        .x = (double)NAN,
        .y = (double)NAN,
        .postcode = UINT32_MAX,
        .placing = {.file = WH_NO_GAZETTEER,
                    .reason = WH_REASON_NOTHING,
                    .part = {WH_NOT_SAID, WH_NOT_SAID, WH_NOT_SAID, WH_NOT_SAID}}};
    wh_ask(index, question->address, question->postcode, &climb.asked);
    if (by_coordinate(&climb) || by_uprn(&climb)) {
        ret->placing.reason = WH_REASON_NONE;
        return;
    }
    if (climb_text(&climb) || by_postcode(&climb, false) || by_postcode(&climb, true) ||
        by_place(&climb) || by_ward(&climb)) {
        if (ret->placing.reason == WH_REASON_NOTHING) {
            ret->placing.reason = WH_REASON_NONE;
        }
        return;
    }
    if (climb.asked.words.n > 0 && ret->placing.reason == WH_REASON_NOTHING) {
        ret->placing.reason = WH_REASON_CANNOT_READ;
    }
}
