/* tests/publish/fixture.h: a small report filled by hand: six wards, two themes, hidden numbers and
 * hostile names. */
#ifndef PUBLISH_FIXTURE_H
#define PUBLISH_FIXTURE_H

#include "geo/crs.h"
#include "model/report.h"
#include "publish/job.h"
#include "render/style.h"

struct fixture {
    struct wh_ctx *ctx;
    struct wh_areas wards;
    struct wh_shape area;
    struct wh_theme theme[2];
    struct wh_officer_report officer;
    struct wh_requests requests;
    struct wh_transform *to_lonlat;
    struct wh_style *style;
    struct wh_language *english;
    struct wh_publish_options opt;
    char folder[512]; /* of this test's own, empty */
};

/* Wards, themes, figures, hot spots, surfaces; `opt` without print, tiles and dashboard. Ends the
 * test when it cannot. */
void fixture_init(struct fixture *fixture, struct wh_ctx *ctx, const char *folder);
void fixture_finish(struct fixture *fixture);
/* The report as the public would get it. */
struct wh_public_report fixture_public(const struct fixture *fixture);

/* A new empty folder below the folder that the test runs in. */
void fixture_folder(char *out, size_t size, const char *name);
/* A whole file as text; free() it. Ends the test when there is none. */
char *fixture_read(const char *folder, const char *name);
void fixture_write(const char *folder, const char *name, const char *content);

#endif
