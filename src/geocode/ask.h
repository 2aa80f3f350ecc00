/* geocode/ask.h: what the text of a request says of its place, before it is looked up. */
#ifndef WH_GEOCODE_ASK_H
#define WH_GEOCODE_ASK_H

#include "geocode/grid_ref.h"
#include "geocode/index.h"

enum { WH_MOST_LOCALITIES = 8 };

/* What a word is spent on, or-ed; a street's name may hold none of these. */
enum wh_word_use {
    WH_USED_POSTCODE = 1,
    WH_USED_UNIT = 2,
    WH_USED_RELATION = 4, /* opposite, near, junction of */
    WH_USED_GRID_REF = 8
};

/* A name found in the text: words [from, to). */
struct wh_span {
    uint32_t phrase;
    uint8_t from, to;
};

struct wh_asked {
    struct wh_words words;
    uint32_t id[WH_MAX_WORDS]; /* of the vocabulary, or WH_NO_WORD */
    uint8_t use[WH_MAX_WORDS];
    char postcode[9];      /* whole, from its own field or the text; "" */
    char outward[5];       /* where only "BA2" is said; "" */
    uint32_t postcode_idx; /* or UINT32_MAX: not in the gazetteers */
    bool has_grid_ref;
    struct wh_grid_ref grid_ref;
    bool has_unit;
    uint32_t unit;    /* phrase of the unit's own name; WH_NO_PHRASE: one that no gazetteer has */
    char unit_letter; /* of a unit that is one letter: 19 flat F is 19F */
    double beside_m;  /* how far "opposite" and "near" reach; 0: the place itself */
    bool says_name;   /* "On or near X": what follows is a name, however idle it looks */
    bool is_junction; /* a word or sign says that two streets meet */
    size_t n_localities;
    struct wh_span locality[WH_MOST_LOCALITIES];
};

/* `postcode`: of the request's own field, or empty. */
void wh_ask(const struct wh_index *index, struct wh_str address, struct wh_str postcode,
            struct wh_asked *ret);

/* A word that never tells one street from another: of, at, the, near. */
bool wh_is_idle_word(struct wh_str word);

#endif
