/*
 * tests/disclose/attack.h: small officer's reports from random numbers, and an attacker who has
 * nothing but a report's body: he tries every set of counts that agrees with each printed number,
 * and with each printed rate times its area or people.
 */
#ifndef DISCLOSE_ATTACK_H
#define DISCLOSE_ATTACK_H

#include <wardheat/disclose.h>

#include "model/report.h"
#include "wh_test.h"
#include "wh_test_files.h"

#define MOST_WARDS 4
#define MOST_HOTSPOTS 3
#define MOST_THEMES 3

/* True numbers, as an officer has them. */
struct truth {
    size_t n_wards, n_hotspots;
    bool has_part[MOST_HOTSPOTS][MOST_WARDS];
    uint32_t part[2][MOST_HOTSPOTS][MOST_WARDS]; /* now, before */
    uint32_t rest[2][MOST_WARDS];
};

struct council {
    struct wh_ctx *ctx;
    struct wh_areas wards;
    const char *code[MOST_WARDS];
    double population[MOST_WARDS], area_km2[MOST_WARDS];
    struct wh_theme theme[MOST_THEMES];
    struct wh_officer_report officer;
};

/* A council with `n_themes` themes of 90 days, none of them nested. Numbers come by council_tell().
 */
void council_open(struct council *council, size_t n_wards, size_t n_themes);
void council_tell(struct council *council, size_t theme, const struct truth *truth);
void council_close(struct council *council);

/* Numbers below `below`, hot spots in one to three wards each. */
void truth_draw(struct truth *truth, uint64_t *seed, size_t n_wards, size_t n_hotspots,
                uint32_t below);
uint32_t truth_ward(const struct truth *truth, size_t period, size_t ward);

/*
 * How many counts of 1..k-1 of one theme and period (wards, total, parts, hot spots, and what a
 * ward has outside the hot spots that are printed) cannot take each value of 1..k-1 for the
 * attacker.
 */
size_t attack_theme(const struct wh_report *printed, size_t theme, const struct truth *truth,
                    size_t period, uint32_t k);
/* Is `n` what the count says, and the rates with it? */
bool attack_agrees(const struct wh_figures *figures, size_t period, uint32_t n, uint32_t k,
                   double area_km2, double population);
#endif
