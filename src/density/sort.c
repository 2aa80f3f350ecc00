/* density/sort.c: two radix passes over x in fixed point, then exact comparison where that ties. */
#include "density/sort.h"

#include <stdlib.h>
#include <string.h>

#define RADIX_BITS 11
#define N_DIGITS (1u << RADIX_BITS)
#define FEW 24 /* below, insertion is faster */

/* Fixed-point x, and where the place stood. */
struct key {
    uint32_t x, idx;
};

int wh_compare_places(const void *left, const void *right)
{
    const struct wh_place *a = left, *b = right;
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    if (a->y < b->y || a->y > b->y) {
        return a->y < b->y ? -1 : 1;
    }
    return (a->h > b->h) - (a->h < b->h);
}

size_t wh_sort_scratch(size_t n)
{
    const size_t keys = 2 * n * sizeof(struct key);
    return (keys + N_DIGITS * sizeof(uint32_t) + 63) / 64 * 64;
}

static void insertion_sort(struct wh_place *place, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct wh_place moving = place[i];
        size_t at = i;
        while (at > 0 && wh_compare_places(&place[at - 1], &moving) > 0) {
            place[at] = place[at - 1];
            at--;
        }
        place[at] = moving;
    }
}

static void sort_few_or_many(struct wh_place *place, size_t n)
{
    if (n <= FEW) {
        insertion_sort(place, n);
    } else {
        qsort(place, n, sizeof *place, wh_compare_places);
    }
}

static void radix_pass(const struct key *from, struct key *to, size_t n, unsigned shift,
                       uint32_t *count)
{
    memset(count, 0, N_DIGITS * sizeof *count);
    for (size_t i = 0; i < n; i++) {
        count[from[i].x >> shift & (N_DIGITS - 1)]++;
    }
    uint32_t sum = 0;
    for (size_t digit = 0; digit < N_DIGITS; digit++) {
        const uint32_t of_digit = count[digit];
        count[digit] = sum;
        sum += of_digit;
    }
    for (size_t i = 0; i < n; i++) {
        to[count[from[i].x >> shift & (N_DIGITS - 1)]++] = from[i];
    }
}

/* Moves place[key[i].idx] to place[i] for all i, cycle by cycle; idx is used up. */
static void permute(struct wh_place *place, struct key *key, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (key[i].idx == i) {
            continue;
        }
        const struct wh_place first = place[i];
        size_t hole = i;
        while (key[hole].idx != i) {
            const size_t from = key[hole].idx;
            place[hole] = place[from];
            key[hole].idx = (uint32_t)hole;
            hole = from;
        }
        place[hole] = first;
        key[hole].idx = (uint32_t)hole;
    }
}

void wh_sort_places(struct wh_place *place, size_t n, double x_min, double width, void *scratch)
{
    if (n <= FEW || n > UINT32_MAX) {
        sort_few_or_many(place, n);
        return;
    }
    const double scale = (double)(N_DIGITS * N_DIGITS - 1) / (width > 0 ? width : 1);
    struct key *key = scratch, *other = key + n;
    for (size_t i = 0; i < n; i++) {
        const double x = (place[i].x - x_min) * scale;
        key[i] = (struct key){(uint32_t)x, (uint32_t)i};
    }
    uint32_t *count = (void *)(other + n);
    radix_pass(key, other, n, 0, count);
    radix_pass(other, key, n, RADIX_BITS, count);
    permute(place, key, n);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && key[end].x == key[i].x) {
            end++;
        }
        sort_few_or_many(place + i, end - i);
        i = end;
    }
}
