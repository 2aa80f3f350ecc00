/* run/window.h: how long a theme's period is where the config says `window: auto`. */
#ifndef WH_RUN_WINDOW_H
#define WH_RUN_WINDOW_H

#include "run/session.h"

/*
 * Sets window_days of every theme that leaves it to the requests, and that of all themes together,
 * once requests are placed: the shortest of 90, 180, 365 and 730 days before the end of the last
 * public period in which at least half of the wards have `privacy.hide_below` requests or more of
 * the theme. Half, because the page of the middle ward then has a number; all wards would have the
 * one quiet ward set the period of the whole council. The choice rests on what the public may see
 * and is frozen in the state. Where no period does that records cover, it is the longest of those,
 * and not frozen until it is the longest of all. WH_ERR_INPUT: the state holds none that can be
 * read.
 */
WH_MUST_USE enum wh_status wh_choose_windows(struct wh_ctx *ctx, struct wh_session *session,
                                             struct wh_error *err);

#endif
