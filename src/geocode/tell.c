/* geocode/tell.c: candidates, and what was not known, as text. */
#include "geocode/tell.h"

#include <stdio.h>

#include "geocode/words.h"

const char *wh_tell_parts(const struct wh_match *match, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < WH_N_SCORE_PARTS && used < size; i++) {
        const char *name = wh_score_part_name((enum wh_score_part)i);
        if (match->part[i] == WH_NOT_SAID) {
            used +=
                (size_t)snprintf(out + used, size - used, "%s%s not said", i > 0 ? ", " : "", name);
        } else {
            used += (size_t)snprintf(out + used, size - used, "%s%s %u %%", i > 0 ? ", " : "", name,
                                     match->part[i]);
        }
    }
    return out;
}

void wh_tell_match(const struct wh_index *index, const struct wh_match *match, struct wh_buf *out)
{
    char name[160], parts[160];
    struct wh_spot spot = {match->x, match->y, 0};
    if (match->entry == WH_NO_ENTRY) {
        spot = wh_street_middle(index, match->street);
    }
    wh_buf_printf(out, "%.2f  %s at x %.0f, y %.0f (%s)", (double)match->score,
                  wh_phrases_text(&index->phrases, match->candidate.name, name, sizeof name),
                  spot.x, spot.y, wh_tell_parts(match, parts, sizeof parts));
}

void wh_tell_nearest(const struct wh_index *index, const struct wh_question *question,
                     struct wh_buf *out)
{
    struct wh_asked asked;
    struct wh_matches matches;
    wh_ask(index, question->address, question->postcode, &asked);
    if (asked.words.is_too_long) {
        return;
    }
    wh_match(index, &asked, question->usrn, &matches);
    const bool has_houses = matches.n_best_houses > 0;
    const struct wh_match *best = has_houses ? matches.best_house : matches.best_street;
    const size_t n = has_houses ? matches.n_best_houses : matches.n_best_streets;
    for (size_t i = 0; i < n; i++) {
        wh_buf_c(out, i > 0 ? " | " : "");
        wh_tell_match(index, &best[i], out);
    }
}

/* Is the word part of a place's name that stands in the text? */
static bool is_in_locality(const struct wh_asked *asked, size_t word)
{
    for (size_t i = 0; i < asked->n_localities; i++) {
        if (word >= asked->locality[i].from && word < asked->locality[i].to) {
            return true;
        }
    }
    return false;
}

void wh_tell_unknown_street(const struct wh_index *index, const struct wh_question *question,
                            struct wh_buf *out)
{
    struct wh_asked asked;
    bool is_first = true;
    unsigned segment = 0;
    wh_ask(index, question->address, question->postcode, &asked);
    for (size_t i = 0; i < asked.words.n && !asked.words.is_too_long; i++) {
        const struct wh_word *word = &asked.words.word[i];
        if (asked.use[i] != 0 || word->kind != WH_WORD || is_in_locality(&asked, i) ||
            (is_first && wh_is_idle_word(word->text))) {
            continue;
        }
        if (!is_first && word->segment != segment) {
            break; /* one name, not the whole address */
        }
        segment = word->segment;
        wh_buf_c(out, is_first ? "" : " ");
        wh_buf_str(out, word->text);
        is_first = false;
    }
}
