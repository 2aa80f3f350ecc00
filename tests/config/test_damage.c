/* A good config, damaged at random: never a crash, always a sentence. The seed is printed. */
#include "base/alloc.h"
#include "config_test.h"

#define SEED 20261103u

static uint32_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(*state >> 33);
}

/* Words that a config is made of, to get past the parser. */
static const char *const token[] = {"{",  "}",    "[",     "]",    ": ",   "- ",   "\n",   "\n  ",
                                    "*a", "&a ",  "!!x ",  "auto", "null", "\"",   "'",    "# ",
                                    "|",  ">",    "---\n", "? ",   "%",    "\xff", "\t",   "\r",
                                    "0",  "-1e9", "title", "nan",  "<<",   "/vsi", "EPSG", ","};

static size_t damage(uint64_t *state, char *text, size_t len, size_t size)
{
    const size_t at = next(state) % (len + 1);
    const char *word = token[next(state) % (sizeof token / sizeof *token)];
    const size_t n = strlen(word), cut = next(state) % 40;
    switch (next(state) % 4) {
    case 0: /* one byte */
        if (at < len) {
            text[at] = (char)next(state);
        }
        return len;
    case 1: /* a piece taken out */
        if (at + cut < len) {
            memmove(text + at, text + at + cut, len - at - cut);
            return len - cut;
        }
        return at;
    case 2: /* a piece said twice */
        if (at + cut < len && len + cut < size) {
            memmove(text + at + cut, text + at, len - at);
            return len + cut;
        }
        return len;
    default: /* a word put in */
        if (len + n < size) {
            memmove(text + at + n, text + at, len - at);
            memcpy(text + at, word, n);
            return len + n;
        }
        return len;
    }
}

static void a_damaged_config_never_crashes_and_always_says_why(void **unused)
{
    (void)unused;
    uint64_t state = SEED;
    unsigned n_good = 0;
    print_message("seed %u\n", SEED);
    for (int round = 0; round < 4000; round++) {
        char text[2 * sizeof good_config];
        struct loaded loaded;
        size_t len = sizeof good_config - 1;
        memcpy(text, good_config, len);
        for (uint32_t i = 1 + next(&state) % 4; i > 0; i--) {
            len = damage(&state, text, len, sizeof text);
        }
        load_bytes(&loaded, text, len);
        n_good += loaded.status == WH_OK;
        const bool is_said = loaded.err.message[0] != '\0' && loaded.faults.n > 0;
        if (loaded.status != WH_OK && (loaded.status != WH_ERR_CONFIG || !is_said)) {
            fail_msg("round %d of seed %u: status %d, \"%s\"", round, SEED, (int)loaded.status,
                     loaded.err.message);
        }
        close_loaded(&loaded);
    }
    assert_in_range(n_good, 1, 3999); /* the damage is neither harmless nor total */
}

/* Cut anywhere: what a copy that broke off leaves. */
static void every_prefix_is_read_or_refused_with_a_sentence(void **unused)
{
    (void)unused;
    for (size_t len = 0; len < sizeof good_config; len++) {
        struct loaded loaded;
        load_bytes(&loaded, good_config, len);
        if (loaded.status != WH_OK && loaded.err.message[0] == '\0') {
            fail_msg("%zu bytes: no sentence", len);
        }
        close_loaded(&loaded);
    }
}

/* Fails each allocation in turn: a sentence about memory, and nothing leaks (ASan looks). */
static void running_out_of_memory_anywhere_is_told(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        skip();
    }
    bool is_through = false;
    for (uint64_t n = 1; !is_through && n < 100000; n++) {
        struct loaded loaded = {.ctx = wh_test_ctx()};
        wh_alloc_fail_at(loaded.ctx, n, false);
        const uint64_t before = wh_alloc_calls(loaded.ctx);
        loaded.status = wh_config_read(loaded.ctx, "council.yaml", wh_str_c(good_config),
                                       &loaded.config, &loaded.faults, &loaded.err);
        is_through = wh_alloc_calls(loaded.ctx) - before < n;
        assert_int_equal(loaded.status, is_through ? WH_OK : WH_ERR_LIMIT);
        close_loaded(&loaded);
    }
    assert_true(is_through);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_config_never_crashes_and_always_says_why),
        cmocka_unit_test(every_prefix_is_read_or_refused_with_a_sentence),
        cmocka_unit_test(running_out_of_memory_anywhere_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
