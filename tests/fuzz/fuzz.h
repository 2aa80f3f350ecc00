/* fuzz/fuzz.h: what each fuzz target is: a function from any bytes to nothing, that aborts when a promise is broken. */
#ifndef WH_FUZZ_H
#define WH_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): a promise is kept in a release build too. */
#define FUZZ_PROMISE(what)                                                                         \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
