/* Files made on the spot, and the same random numbers on every machine. */
#ifndef WH_TEST_FILES_H
#define WH_TEST_FILES_H

#include "base/alloc.h"
#include "base/io.h"
#include "wh_test.h"

/* Writes a file into the working folder of the test; gives its name. */
static inline const char *write_bytes(const char *name, const void *bytes, size_t len)
{
    (void)remove(name); /* a new file: some file systems flush one that is cut to nothing and written anew */
    FILE *const file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return name;
}

static inline const char *write_text(const char *name, const char *text)
{
    return write_bytes(name, text, strlen(text));
}

#define assert_text_has(text, part)                                                                \
    do {                                                                                           \
        if (strstr((text), (part)) == NULL) {                                                      \
            fail_msg("\"%s\" has no \"%s\"", (text), (part));                                      \
        }                                                                                          \
    } while (0)

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline size_t random_below(uint64_t *state, size_t n)
{
    return (size_t)(next_random(state) % n);
}

/* WARDHEAT_SEED, or a fixed one; printed, so that a failure can be had again. */
static inline uint64_t test_seed(const char *what)
{
    const char *const text = getenv("WARDHEAT_SEED");
    const uint64_t seed = text != NULL ? strtoull(text, NULL, 10) : 20261103;
    print_message("%s: seed %llu\n", what, (unsigned long long)seed);
    return seed;
}

#endif
