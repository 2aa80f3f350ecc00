/* model/theme.h: what a map is about, and the periods that it compares. */
#ifndef WH_MODEL_THEME_H
#define WH_MODEL_THEME_H

#include <wardheat/base.h>

/* What a count is set against ("a typical area with as many homes ..."). */
enum wh_base { WH_BASE_NONE, WH_BASE_AREA, WH_BASE_POPULATION, WH_BASE_HOUSEHOLDS, WH_BASE_ADDRESSES, WH_BASE_ALL_REQUESTS };

/* A filter over requests, a window, a base, a style. Text belongs to whoever made the theme (the config's arena). */
struct wh_theme {
    const char *id;    /* [a-z0-9-]{1,64}: part of file names */
    const char *title; /* "Fly-tipping" */
    const char **category; /* compared ignoring ASCII case and outer blanks; none: every category */
    size_t n_categories;
    const char **source; /* ids; none: every source */
    size_t n_sources;
    const struct wh_theme *any; /* n_any > 0: what any of these takes, and nothing else */
    size_t n_any;
    uint32_t window_days; /* length of the period, and of the one before it */
    bool window_is_auto;       /* the config leaves it to the requests: run/window.h */
    bool window_is_lengthened; /* in shorter ones too few wards have a number to show */
    const char *window_why;    /* "at least half of the wards have 5 requests or more; chosen on ..." */
    enum wh_base relative_to;
    const char *owner; /* "Street Cleansing, 01225 000000", or NULL */
    uint32_t target_days; /* 0: none */
};

/* Whole local days [from_day, to_day), and the same as UTC instants. Days count from 1970-01-01. */
struct wh_period {
    int64_t from_day, to_day;
    int64_t from_utc, to_utc;
};

#endif
