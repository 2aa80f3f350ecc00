/* geocode/match.c: candidates -> streets and houses, with a score each; the best, and what ties
 * with it. */
#include "geocode/match.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "geocode/house.h"

/*
 * The score is a product: likeness of the street's name, and a factor each for number, postcode and
 * locality, 1 where it is as it is in the gazetteer. What the text does not say costs little, what
 * contradicts it much. All measured on the fixtures' truth set (docs/geocoding.md).
 */
#define LEAST_HOUSE_SCORE 0.60F
#define LEAST_STREET_SCORE 0.50F
#define HOUSE_MARGIN 0.03F /* less between two places: a tie */
#define STREET_MARGIN 0.06F
#define SURE 0.90F           /* no need to look for other spellings */
#define NUMBER_UNKNOWN 0.90F /* the street as it stands, with a number that it does not have */
#define SAME_PLACE_M 60.0    /* houses nearer than that are one place: flats, halves of a pair */
#define HOUSE_PRECISION_M 5.0

#define POSTCODE_LEAST 0.55F
#define POSTCODE_NOT_SAID 0.88F
#define LOCALITY_LEAST 0.70F
#define LOCALITY_NOT_SAID 0.95F
#define FIRST_VILLAGE 0.7F
#define NEXT_VILLAGE 0.7F
#define VILLAGE_M 2000.0  /* from a village's place at which its word is worth half */
#define NO_EVIDENCE 0.03F /* of a distance: as good as none */
#define FAR_EVIDENCE                                                                               \
    0.35F /* a postcode that fits worse: only a named village can vouch for a house */

enum { MOST_FOUND = 24 };

struct matching {
    const struct wh_index *index;
    const struct wh_asked *asked;
    uint64_t usrn;
    struct wh_matches *out;
    size_t n_names;
    struct wh_span name[MOST_FOUND]; /* of houses, in the text */
    size_t n_houses, n_streets;
    struct wh_match house[MOST_FOUND], street[MOST_FOUND]; /* best first */
};

/* ---- evidence ---- */

static bool is_near_key(uint64_t a, uint64_t b)
{
    char text[2][9];
    size_t n_other = 0, first = 8, last = 0;
    wh_postcode_of_key(a, text[0]);
    wh_postcode_of_key(b, text[1]);
    for (size_t i = 0; i < 8; i++) {
        if (text[0][i] != text[1][i]) {
            n_other++;
            first = i < first ? i : first;
            last = i;
        }
    }
    return n_other == 1 || (n_other == 2 && last == first + 1 && text[0][first] == text[1][last] &&
                            text[0][last] == text[1][first]);
}

/* Letters of the outward part: up to the blank. */
static size_t outward_length(uint64_t key)
{
    char text[9];
    wh_postcode_of_key(key, text);
    const char *blank = strchr(text, ' ');
    return blank == NULL ? strlen(text) : (size_t)(blank - text);
}

/* How well two postcodes agree by their letters. */
static float postcode_likeness(uint64_t asked, uint64_t known)
{
    if (asked == known) {
        return 1;
    }
    if (is_near_key(asked, known)) {
        return 0.85F;
    }
    const size_t n = outward_length(asked);
    if (n != outward_length(known) || asked >> (64 - 8 * n) != known >> (64 - 8 * n)) {
        return 0.15F;
    }
    const size_t sector = n + 2; /* the blank and the digit */
    return asked >> (64 - 8 * sector) == known >> (64 - 8 * sector) ? 0.70F : 0.40F;
}

/* What the distance from the postcode's place is worth, where letters are not enough. */
static float distance_evidence(double distance_m, double free_m, double half_m)
{
    const double d = fmax(0, distance_m - free_m) / half_m;
    return (float)(1 / (1 + d * d));
}

static float outward_evidence(const struct matching *m, uint32_t street)
{
    const struct wh_lists *lists = &m->index->street_postcodes;
    const size_t n = strlen(m->asked->outward);
    uint32_t from = lists->start[street], to = lists->start[street + 1];
    uint32_t nearest = UINT32_MAX;
    if (from == to) {
        const struct wh_spot middle = wh_street_middle(m->index, street);
        nearest = wh_nearest_postcode(m->index, middle.x, middle.y);
        if (nearest == UINT32_MAX) {
            return 0.5F;
        }
    }
    for (uint32_t i = from; i < to || nearest != UINT32_MAX; i++) {
        const uint32_t idx = nearest != UINT32_MAX ? nearest : lists->value[i];
        const uint64_t key = m->index->postcode[idx].key;
        char text[9];
        if (outward_length(key) == n &&
            memcmp(wh_postcode_of_key(key, text), m->asked->outward, n) == 0) {
            return 1;
        }
        if (nearest != UINT32_MAX) {
            break;
        }
    }
    return 0.3F;
}

/* Of a street, by all its postcodes and how far it is from the one that is asked for. */
static float street_postcode_evidence(const struct matching *m, uint32_t street)
{
    const struct wh_lists *lists = &m->index->street_postcodes;
    const uint64_t key = wh_postcode_key(m->asked->postcode);
    const bool has_own = lists->start[street + 1] > lists->start[street];
    float best = has_own ? 0.15F : 0.5F;
    for (uint32_t i = lists->start[street]; best < 1 && i < lists->start[street + 1]; i++) {
        best = fmaxf(best, postcode_likeness(key, m->index->postcode[lists->value[i]].key));
    }
    if (best < 1 && m->asked->postcode_idx != UINT32_MAX) {
        const struct wh_index_postcode *p = &m->index->postcode[m->asked->postcode_idx];
        const double x = p->x_cm / 100.0, y = p->y_cm / 100.0;
        const float at_most =
            distance_evidence(wh_street_box_distance(m->index, street, x, y), 100, 250);
        const float near =
            at_most < NO_EVIDENCE
                ? 0
                : distance_evidence(wh_street_distance(m->index, street, x, y), 100, 250);
        best = has_own ? fmaxf(best, 0.7F * near) : near;
    }
    return best;
}

static float entry_postcode_evidence(const struct matching *m, uint32_t entry, float of_street)
{
    const uint32_t own = m->index->entry_postcode[entry];
    if (own == UINT32_MAX) {
        return of_street;
    }
    return fmaxf(
        postcode_likeness(wh_postcode_key(m->asked->postcode), m->index->postcode[own].key),
        fminf(of_street, 0.7F));
}

static float nearness(const struct wh_index_place *place, const struct wh_spot *middle)
{
    const double d = hypot(place->x_cm / 100.0 - middle->x, place->y_cm / 100.0 - middle->y);
    return 0.98F * distance_evidence(d, (double)place->spread_m, VILLAGE_M);
}

/* Does the village or town at `span` hold the street? By name, else by the distance from its place.
 */
static float span_evidence(const struct matching *m, uint32_t street, const struct wh_span *span,
                           struct wh_spot *middle)
{
    const struct wh_lists *lists = &m->index->street_localities;
    for (uint32_t i = lists->start[street]; i < lists->start[street + 1]; i++) {
        if (lists->value[i] == span->phrase) {
            return 1;
        }
    }
    /* A street whose own villages are known, and do not have this name, may at best be near it. */
    const bool has_own = lists->start[street + 1] > lists->start[street];
    const float most = has_own ? NEXT_VILLAGE : 1;
    float best = 0;
    size_t first = 0;
    const size_t n = wh_index_places(m->index, span->phrase, &first);
    if (isnan(middle->x)) {
        *middle = wh_street_middle(m->index, street);
    }
    for (size_t i = first; i < first + n; i++) {
        best = fmaxf(best, nearness(&m->index->place[i], middle));
    }
    const bool is_ward = (m->index->phrases.role[span->phrase] & WH_ROLE_WARD) != 0;
    for (size_t i = 0; is_ward && i < m->index->n_wards; i++) {
        if (m->index->ward[i].name == span->phrase) {
            best = fmaxf(best, nearness(&m->index->ward[i], middle));
        }
    }
    return most * best;
}

/* Addresses go from the small to the large: the first village after the street counts most. */
static float locality_evidence(const struct matching *m, uint32_t street,
                               const struct wh_candidate *candidate, bool *ret_is_said)
{
    const struct wh_asked *asked = m->asked;
    struct wh_spot middle = {.x = (double)NAN};
    float first = -1, sum = 0, n = 0;
    for (int pass = 0; pass < 2; pass++) { /* those after the street, then those before */
        for (size_t i = 0; i < asked->n_localities; i++) {
            const struct wh_span *span = &asked->locality[i];
            if (pass == 0 ? span->from < candidate->to : span->to > candidate->from) {
                continue;
            }
            const float evidence = span_evidence(m, street, span, &middle);
            first = first < 0 ? evidence : first;
            sum += evidence;
            n++;
        }
    }
    *ret_is_said = n > 0;
    return n > 1 ? FIRST_VILLAGE * first + (1 - FIRST_VILLAGE) * (sum - first) / (n - 1)
                 : fmaxf(0, first);
}

/* ---- results ---- */

static uint8_t percent(float share)
{
    return (uint8_t)lrintf(100 * fminf(1, fmaxf(0, share)));
}

/* Best first; of equals the one that was found before. */
static void keep(struct wh_match *found, size_t *n, const struct wh_match *match)
{
    size_t to = *n;
    while (to > 0 && found[to - 1].score < match->score) {
        to--;
    }
    if (to == MOST_FOUND) {
        return;
    }
    *n = *n < MOST_FOUND ? *n + 1 : *n;
    memmove(&found[to + 1], &found[to], (*n - 1 - to) * sizeof *found);
    found[to] = *match;
}

struct evidence {
    float street, postcode, locality;
    bool has_postcode, has_locality;
};

static struct wh_match score(const struct wh_candidate *candidate, uint32_t street,
                             const struct evidence *e, float number, bool has_number)
{
    const float postcode =
        e->has_postcode ? POSTCODE_LEAST + (1 - POSTCODE_LEAST) * e->postcode : POSTCODE_NOT_SAID;
    const float locality =
        e->has_locality ? LOCALITY_LEAST + (1 - LOCALITY_LEAST) * e->locality : LOCALITY_NOT_SAID;
    struct wh_match match = {.street = street,
                             .entry = WH_NO_ENTRY,
                             .candidate = *candidate,
                             .score = candidate->likeness * number * postcode * locality};
    match.part[WH_SCORE_STREET] = percent(candidate->likeness);
    match.part[WH_SCORE_NUMBER] = has_number ? percent(number) : WH_NOT_SAID;
    match.part[WH_SCORE_POSTCODE] = e->has_postcode ? percent(e->postcode) : WH_NOT_SAID;
    match.part[WH_SCORE_LOCALITY] = e->has_locality ? percent(e->locality) : WH_NOT_SAID;
    return match;
}

/* ---- houses ---- */

/* The number that goes with a street's name: the nearest before it, else the one right after it. */
static const struct wh_word *number_for(const struct wh_asked *asked,
                                        const struct wh_candidate *candidate)
{
    enum { FURTHEST = 6 };
    const struct wh_words *words = &asked->words;
    for (size_t i = candidate->from; i > 0 && i + FURTHEST > candidate->from; i--) {
        if (words->word[i - 1].kind == WH_WORD_NUMBER && asked->use[i - 1] == 0) {
            return &words->word[i - 1];
        }
    }
    const size_t after = candidate->to;
    const bool is_number = after < words->n && words->word[after].kind == WH_WORD_NUMBER &&
                           asked->use[after] == 0 &&
                           words->word[after].segment == words->word[after - 1].segment;
    return is_number ? &words->word[after] : NULL;
}

/* The flat that is asked for, among those of a house. */
static float unit_likeness(const struct matching *m, uint32_t entry)
{
    const uint32_t unit = m->index->entry_unit[entry];
    if (m->asked->has_unit) {
        return unit == WH_NO_PHRASE     ? 0.96F /* the house is known, its flats are not */
               : unit == m->asked->unit ? 1
                                        : 0.88F;
    }
    return unit == WH_NO_PHRASE ? 1 : 0.97F;
}

/* How well house `entry` fits the number and unit that are asked for; 0: not. */
static float number_likeness(const struct matching *m, uint32_t entry, const struct wh_word *number)
{
    const struct wh_index *index = m->index;
    const uint16_t low = index->entry_number[entry], high = index->entry_number_end[entry];
    const char suffix = index->entry_suffix[entry];
    float likeness = 1;
    if (low == 0 || number->number > high || number->number_end < low) {
        return 0;
    }
    if (low != number->number || high != number->number_end) {
        /* 13 is not in 12-14: odd and even numbers stand on two sides. */
        const bool is_side = low == number->number || number->number_end == high ||
                             (number->number - low) % 2 == 0 ||
                             number->number != number->number_end;
        if (!is_side) {
            return 0;
        }
        likeness *= 0.98F;
    }
    const bool is_letter = m->asked->unit_letter != '\0' && suffix == m->asked->unit_letter;
    if (suffix != number->suffix && !(is_letter && number->suffix == '\0')) {
        likeness *= suffix == '\0'           ? 0.95F  /* 12A asked for, 12 known */
                    : number->suffix == '\0' ? 0.96F  /* 12 asked for, 12A known */
                                             : 0.80F; /* 12A asked for, 12B known */
    }
    return is_letter ? likeness : likeness * unit_likeness(m, entry);
}

/* First of the houses of a name, and how many. */
static size_t find_names(const struct wh_index *index, uint32_t phrase, size_t *ret_n)
{
    size_t from = 0, to = index->n_names;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (index->name_phrase[middle] < phrase) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    *ret_n = 0;
    while (from + *ret_n < index->n_names && index->name_phrase[from + *ret_n] == phrase) {
        ++*ret_n;
    }
    return from;
}

/* Houses of one street that fit equally well, put together: flats, halves. */
struct group {
    const struct matching *m;
    struct evidence evidence;
    float likeness; /* of the number */
    float postcode; /* the best evidence among them */
    double sum_x, sum_y, sum_xx;
    uint32_t n, first;
};

static void group_add(struct group *group, uint32_t entry, float likeness)
{
    const struct wh_index *index = group->m->index;
    const float postcode = group->evidence.has_postcode && group->m->asked->postcode[0] != '\0'
                               ? entry_postcode_evidence(group->m, entry, group->evidence.postcode)
                               : group->evidence.postcode;
    const float now = likeness * (POSTCODE_LEAST + (1 - POSTCODE_LEAST) * postcode);
    const float best = group->likeness * (POSTCODE_LEAST + (1 - POSTCODE_LEAST) * group->postcode);
    if (group->n > 0 && now < best - 0.001F) {
        return;
    }
    if (group->n == 0 || now > best + 0.001F) {
        group->n = 0;
        group->sum_x = group->sum_y = group->sum_xx = 0;
        group->first = entry;
        group->likeness = likeness;
        group->postcode = postcode;
    }
    const double x = index->entry_x_cm[entry] / 100.0, y = index->entry_y_cm[entry] / 100.0;
    const double dx = x - index->entry_x_cm[group->first] / 100.0;
    const double dy = y - index->entry_y_cm[group->first] / 100.0;
    group->n++;
    group->sum_x += dx;
    group->sum_y += dy;
    group->sum_xx += dx * dx + dy * dy;
}

/* A group is one place, if its houses do not stand apart. */
static void group_end(struct matching *m, const struct group *group,
                      const struct wh_candidate *candidate, uint32_t street)
{
    const struct wh_index *index = m->index;
    if (group->n == 0) {
        return;
    }
    struct evidence evidence = group->evidence;
    evidence.postcode = group->postcode;
    const double n = group->n, mean_x = group->sum_x / n, mean_y = group->sum_y / n;
    const double spread = fmax(0, group->sum_xx / n - mean_x * mean_x - mean_y * mean_y);
    struct wh_match match = score(candidate, street, &evidence, group->likeness, true);
    match.entry = group->first;
    match.n_houses = group->n;
    match.ref = index->entry_ref[group->first];
    match.x = index->entry_x_cm[group->first] / 100.0 + mean_x;
    match.y = index->entry_y_cm[group->first] / 100.0 + mean_y;
    match.precision_m = fmax(HOUSE_PRECISION_M, sqrt(spread / 2));
    match.is_split = sqrt(spread) > SAME_PLACE_M;
    keep(m->house, &m->n_houses, &match);
}

/* Names of houses, and of who has them, that stand in the text. */
static void find_house_names(struct matching *m)
{
    const struct wh_phrases *phrases = &m->index->phrases;
    for (size_t i = 0; i < m->asked->words.n; i++) {
        uint32_t node = WH_NO_PHRASE;
        for (size_t k = i; k < m->asked->words.n && m->n_names < MOST_FOUND; k++) {
            node = wh_phrases_step(phrases, node, m->asked->id[k]);
            if (node == WH_NO_PHRASE) {
                break;
            }
            if (phrases->role[node] & WH_ROLE_HOUSE) {
                m->name[m->n_names++] = (struct wh_span){node, (uint8_t)i, (uint8_t)(k + 1)};
            }
        }
    }
}

/* A house by its name and postcode alone: people leave out the street of what everybody knows. */
static void match_names_alone(struct matching *m)
{
    enum { MOST_HOUSES = 64 };
    if (m->asked->postcode[0] == '\0') {
        return;
    }
    for (size_t i = 0; i < m->n_names; i++) {
        size_t n = 0;
        const size_t first = find_names(m->index, m->name[i].phrase, &n);
        const struct wh_candidate candidate = {
            .from = m->name[i].from, .to = m->name[i].to, .likeness = 1};
        struct group group = {.m = m, .evidence = {.street = 1, .has_postcode = true}};
        for (size_t e = first; e < first + n && n <= MOST_HOUSES; e++) {
            const uint32_t entry = m->index->name_entry[e];
            if (m->index->entry_postcode[entry] == m->asked->postcode_idx &&
                m->asked->postcode_idx != UINT32_MAX) {
                group_add(&group, entry, 0.97F * unit_likeness(m, entry));
            }
        }
        group_end(m, &group, &candidate, WH_NO_STREET);
    }
}

/* Houses of the street by number, or by a name that the text holds. */
static void match_houses(struct matching *m, const struct wh_candidate *candidate, uint32_t street,
                         const struct evidence *evidence)
{
    const struct wh_index *index = m->index;
    const struct wh_word *number = number_for(m->asked, candidate);
    struct group group = {.m = m, .evidence = *evidence, .postcode = evidence->postcode};
    if (number != NULL) {
        m->out->has_number = true;
        for (uint32_t i = index->street_entry[street]; i < index->street_entry[street + 1]; i++) {
            const float likeness = number_likeness(m, i, number);
            if (likeness > 0) {
                group_add(&group, i, likeness);
            }
        }
    }
    for (size_t i = 0; group.n == 0 && i < m->n_names; i++) {
        const struct wh_span *name = &m->name[i];
        size_t n = 0;
        if (name->from < candidate->to && name->to > candidate->from) {
            continue; /* its words are the street's */
        }
        const size_t first = find_names(index, name->phrase, &n);
        for (size_t e = first; e < first + n; e++) {
            if (index->entry_street[index->name_entry[e]] == street) {
                m->out->has_number = true;
                group_add(&group, index->name_entry[e],
                          unit_likeness(m, index->name_entry[e]) * (number == NULL ? 1 : 0.95F));
            }
        }
    }
    group_end(m, &group, candidate, street);
}

/* ---- streets ---- */

/* "The Park", but not "Junction Road": ask.c has told that one from a junction. */
static bool begins_idly(const struct wh_index *index, uint32_t name)
{
    uint32_t word[WH_MAX_WORDS];
    if (wh_phrases_words(&index->phrases, name, word) == 0) {
        return false;
    }
    const struct wh_str first = index->phrases.word[word[0]];
    return wh_is_idle_word(first) && !wh_str_eq_c(first, "JUNCTION") &&
           !wh_str_eq_c(first, "CORNER");
}

static void match_street(struct matching *m, const struct wh_candidate *candidate, uint32_t street)
{
    struct evidence evidence = {.street = candidate->likeness};
    bool is_said = false;
    evidence.has_postcode = m->asked->postcode[0] != '\0' || m->asked->outward[0] != '\0';
    if (m->asked->postcode[0] != '\0') {
        evidence.postcode = street_postcode_evidence(m, street);
    } else if (evidence.has_postcode) {
        evidence.postcode = outward_evidence(m, street);
    }
    evidence.locality = locality_evidence(m, street, candidate, &is_said);
    evidence.has_locality = is_said;
    match_houses(m, candidate, street, &evidence);
    struct wh_match match = score(candidate, street, &evidence, 1, false);
    match.ref = m->index->street[street].ref;
    /* "By the park": The Park only where something else speaks for it. */
    const bool is_vouched = m->asked->says_name ||
                            (evidence.has_postcode && evidence.postcode > 0.6F) ||
                            (evidence.has_locality && evidence.locality > 0.6F);
    if (is_vouched || !begins_idly(m->index, candidate->name)) {
        keep(m->street, &m->n_streets, &match);
    }
}

/* `done`: looked at before; only what fits better is looked at again. */
static void match_candidates(struct matching *m, const struct wh_candidates *candidates,
                             const struct wh_candidates *done)
{
    for (size_t i = 0; i < candidates->n; i++) {
        bool is_done = false;
        for (size_t k = 0; done != NULL && k < done->n; k++) {
            is_done = is_done || (done->at[k].name == candidates->at[i].name &&
                                  done->at[k].likeness >= candidates->at[i].likeness);
        }
        if (is_done) {
            continue;
        }
        uint32_t first = 0;
        const size_t n = wh_index_streets(m->index, candidates->at[i].name, &first);
        for (size_t k = 0; k < n; k++) {
            match_street(m, &candidates->at[i], first + (uint32_t)k);
        }
    }
}

static void match_usrn(struct matching *m)
{
    for (uint32_t i = 0; m->usrn != 0 && i < m->index->n_streets; i++) {
        if (m->index->street[i].usrn == m->usrn) {
            const struct wh_candidate candidate = {.name = m->index->street[i].name, .likeness = 1};
            match_street(m, &candidate, i);
        }
    }
}

/* ---- the verdict ---- */

static bool is_credible(const struct wh_match *match)
{
    const uint8_t postcode = match->part[WH_SCORE_POSTCODE];
    const uint8_t locality = match->part[WH_SCORE_LOCALITY];
    return postcode == WH_NOT_SAID || postcode >= 100 * FAR_EVIDENCE ||
           (locality != WH_NOT_SAID && locality >= 90);
}

static uint32_t count_ties(const struct wh_match *found, size_t n, bool by_street)
{
    const float margin = by_street ? STREET_MARGIN : HOUSE_MARGIN;
    uint32_t ties = 1;
    for (size_t i = 1; i < n && found[i].score > found[0].score - margin; i++) {
        const double d = hypot(found[i].x - found[0].x, found[i].y - found[0].y);
        const bool is_other = by_street ? found[i].street != found[0].street : d > SAME_PLACE_M;
        ties += is_other;
    }
    return ties;
}

static void settle_houses(struct matching *m)
{
    struct wh_matches *out = m->out;
    if (m->n_houses == 0) {
        out->is_number_unknown = out->has_number && m->n_streets > 0;
        return;
    }
    const struct wh_match *best = &m->house[0];
    /* A street as it is written, whose houses do not have the number, against another spelling. */
    const float rival = m->n_streets > 0 ? m->street[0].score * NUMBER_UNKNOWN : 0;
    if (best->score < LEAST_HOUSE_SCORE || !is_credible(best) ||
        (m->street[0].street != best->street && rival > best->score)) {
        out->is_number_unknown = true;
        return;
    }
    out->house = *best;
    out->n_tied_houses = count_ties(m->house, m->n_houses, false);
    if (best->is_split && out->n_tied_houses < 2) {
        out->n_tied_houses = 2;
    }
}

static void settle_streets(struct matching *m)
{
    struct wh_matches *out = m->out;
    if (m->n_streets == 0 || m->street[0].score < LEAST_STREET_SCORE) {
        return;
    }
    out->street = m->street[0];
    out->n_tied_streets = count_ties(m->street, m->n_streets, true);
}

static size_t copy_best(const struct wh_match *found, size_t n, struct wh_match ret[WH_MOST_BEST])
{
    const size_t n_best = n < WH_MOST_BEST ? n : WH_MOST_BEST;
    memcpy(ret, found, n_best * sizeof *found);
    return n_best;
}

void wh_match(const struct wh_index *index, const struct wh_asked *asked, uint64_t usrn,
              struct wh_matches *ret)
{
    struct matching m = {.index = index, .asked = asked, .usrn = usrn, .out = ret};
    struct wh_candidates exact, near;
    *ret = (struct wh_matches){0};
    if (index->n_streets == 0) {
        return;
    }
    find_house_names(&m);
    wh_candidates_exact(index, asked, &exact);
    ret->has_street = exact.n > 0;
    match_candidates(&m, &exact, NULL);
    match_usrn(&m);
    const bool is_sure = (m.n_houses > 0 && m.house[0].score >= SURE) ||
                         (!ret->has_number && m.n_streets > 0 && m.street[0].score >= SURE);
    if (!is_sure) {
        wh_candidates_near(index, asked, &near);
        ret->has_street = ret->has_street || near.n > 0;
        match_candidates(&m, &near, &exact);
        if (m.n_houses == 0) {
            match_names_alone(&m);
        }
    }
    settle_houses(&m);
    settle_streets(&m);
    ret->n_best_houses = copy_best(m.house, m.n_houses, ret->best_house);
    ret->n_best_streets = copy_best(m.street, m.n_streets, ret->best_street);
}
