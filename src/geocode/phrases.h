/*
 * geocode/phrases.h: the words and names of a gazetteer, each kept once: a vocabulary, and a tree
 * of names by their words. Read by many threads, once it stands.
 */
#ifndef WH_GEOCODE_PHRASES_H
#define WH_GEOCODE_PHRASES_H

#include "base/arena.h"
#include "geocode/words.h"

#define WH_NO_WORD UINT32_MAX
#define WH_NO_PHRASE 0u /* the empty name: the root of the tree */

/* What a name is the name of, or-ed. */
enum wh_phrase_role {
    WH_ROLE_STREET = 1,
    WH_ROLE_LOCALITY = 2, /* village, suburb, town */
    WH_ROLE_HOUSE = 4,    /* a house, or who has it */
    WH_ROLE_PLACE = 8,
    WH_ROLE_UNIT = 16,
    WH_ROLE_WARD = 32
};

struct wh_phrases {
    struct wh_ctx *ctx;
    struct wh_arena arena; /* letters of the words */
    size_t n_words, cap_words;
    struct wh_str *word;
    uint32_t *word_slot; /* hash table of word ids + 1 */
    size_t n_word_slots;
    size_t n_nodes, cap_nodes; /* node 0 is the root */
    uint32_t *parent, *last;   /* of a node: the name without its last word, and that word */
    uint8_t *role;
    uint32_t *node_slot; /* hash table of node ids; 0: free */
    size_t n_node_slots;
};

WH_MUST_USE enum wh_status wh_phrases_init(struct wh_phrases *phrases, struct wh_ctx *ctx,
                                           struct wh_error *err);
void wh_phrases_finish(struct wh_phrases *phrases);

/* The id of a word, or WH_NO_WORD. */
uint32_t wh_phrases_word(const struct wh_phrases *phrases, struct wh_str text);
/* The name that is `node` and one word more, or WH_NO_PHRASE. */
uint32_t wh_phrases_step(const struct wh_phrases *phrases, uint32_t node, uint32_t word);
/*
 * The name that the words [from, to) make, made when it is new, and given the role; WH_NO_PHRASE of
 * no words. Slashes are passed over.
 */
WH_MUST_USE enum wh_status wh_phrases_add(struct wh_phrases *phrases, const struct wh_words *words,
                                          size_t from, size_t to, enum wh_phrase_role role,
                                          uint32_t *ret, struct wh_error *err);
/* Words of a name, the first first; `ret` has room for WH_MAX_WORDS. Returns how many. */
size_t wh_phrases_words(const struct wh_phrases *phrases, uint32_t node, uint32_t *ret);
/* "MILL LN" into `out`, cut to fit, terminated; returns `out`. */
const char *wh_phrases_text(const struct wh_phrases *phrases, uint32_t node, char *out,
                            size_t size);

#endif
