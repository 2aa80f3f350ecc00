/* publish/geocoding.c: geocoding.json. */
#include "publish/geocoding.h"

#include <math.h>
#include <stdio.h>

#include "base/time.h"
#include "publish/emit.h"

enum { SHARE_DECIMALS = 4, PLACE_DECIMALS = 1 };

static double share_of(uint64_t part, uint64_t all)
{
    return all == 0 ? (double)NAN : (double)part / (double)all;
}

static void add_hits(struct wh_emitter *emit, const char *key, const struct wh_hits *hits)
{
    wh_emit_object(emit, key);
    if (key == NULL) {
        wh_emit_text(emit, "name", hits->name);
    }
    wh_emit_count(emit, "requests", hits->requests);
    wh_emit_count(emit, "placed", wh_hits_placed(hits));
    wh_emit_real(emit, "share_placed", share_of(wh_hits_placed(hits), hits->requests),
                 SHARE_DECIMALS);
    wh_emit_object(emit, "by_method");
    for (size_t m = 0; m < WH_N_METHODS; m++) {
        if (hits->by_method[m] > 0) {
            wh_emit_count(emit, wh_method_name((enum wh_method)m), hits->by_method[m]);
        }
    }
    wh_emit_object_end(emit);
    wh_emit_object_end(emit);
}

static void add_precisions(struct wh_emitter *emit, const struct wh_geocoding *geocoding)
{
    wh_emit_array(emit, "by_precision");
    for (size_t i = 0; i < WH_N_PRECISIONS; i++) {
        const double limit_m = wh_precision_limit_m(i);
        wh_emit_object(emit, NULL);
        if (isfinite(limit_m)) {
            wh_emit_real(emit, "up_to_m", limit_m, 0);
        } else {
            wh_emit_null(emit, "up_to_m");
        }
        wh_emit_count(emit, "requests", geocoding->by_precision[i]);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void add_reasons(struct wh_emitter *emit, const struct wh_geocoding *geocoding)
{
    wh_emit_object(emit, "without_place_by_reason");
    for (size_t i = 1; i < WH_N_REASONS; i++) {
        if (geocoding->by_reason[i] > 0) {
            wh_emit_count(emit, wh_reason_name((enum wh_place_reason)i), geocoding->by_reason[i]);
        }
    }
    wh_emit_object_end(emit);
}

static void add_defaults(struct wh_emitter *emit, const struct wh_geocoding *geocoding)
{
    wh_emit_array(emit, "default_locations");
    for (size_t i = 0; i < geocoding->n_defaults; i++) {
        const struct wh_default_location *found = &geocoding->default_location[i];
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "source", found->source_id);
        wh_emit_text(emit, "postcode", found->postcode[0] == '\0' ? NULL : found->postcode);
        wh_emit_real(emit, "x", found->x, PLACE_DECIMALS);
        wh_emit_real(emit, "y", found->y, PLACE_DECIMALS);
        wh_emit_count(emit, "requests", found->n);
        wh_emit_bool(emit, "withheld", found->is_withheld);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void add_gazetteers(struct wh_emitter *emit, const struct wh_job *job,
                           const struct wh_geocoding *geocoding)
{
    wh_emit_array(emit, "gazetteers");
    for (size_t i = 0; i < geocoding->n_gazetteers; i++) {
        const struct wh_gazetteer_note *note = &geocoding->gazetteer[i];
        wh_emit_object(emit, NULL);
        wh_emit_text(emit, "file", wh_gazetteer_file_name(note));
        wh_emit_text(emit, "type", wh_gazetteer_type_name(note->type));
        wh_emit_count(emit, "rows", note->rows);
        wh_emit_count(emit, "rows_without_name_or_place", note->bad_rows);
        wh_emit_count(emit, "rows_too_far_away", note->far_rows);
        wh_emit_day(emit, "edition", note->edition_day);
        if (note->edition_day != WH_NO_DAY) {
            wh_emit_int(emit, "age_days", job->report->as_of_day - note->edition_day);
        }
        wh_emit_text(emit, "sha256", note->sha256);
        wh_emit_object_end(emit);
    }
    wh_emit_array_end(emit);
}

static void add_all(struct wh_buf *buf, const struct wh_job *job,
                    const struct wh_geocoding *geocoding)
{
    struct wh_emitter emit = {.buf = buf};
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "release", job->report->release_id);
    wh_emit_day(&emit, "as_of", job->report->as_of_day);
    add_hits(&emit, "all", &geocoding->all);
    for (size_t b = 0; b < WH_N_BREAKDOWNS; b++) {
        char key[32];
        snprintf(key, sizeof key, "by_%s", wh_breakdown_name((enum wh_breakdown)b));
        wh_emit_array(&emit, key);
        for (size_t i = 0; i < geocoding->n_by[b]; i++) {
            add_hits(&emit, NULL, &geocoding->by[b][i]);
        }
        wh_emit_array_end(&emit);
    }
    add_precisions(&emit, geocoding);
    add_reasons(&emit, geocoding);
    wh_emit_count(&emit, "tied", geocoding->ties);
    wh_emit_count(&emit, "coordinate_far_from_postcode", geocoding->conflicts);
    wh_emit_count(&emit, "found_under_another_postcode", geocoding->other_postcodes);
    wh_emit_count(&emit, "coordinate_is_no_place", geocoding->placeholders);
    add_defaults(&emit, geocoding);
    wh_emit_array(&emit, "unknown_streets");
    for (size_t i = 0; i < geocoding->n_unknown_streets; i++) {
        wh_emit_object(&emit, NULL);
        wh_emit_text(&emit, "name", geocoding->unknown_street[i].name);
        wh_emit_count(&emit, "requests", geocoding->unknown_street[i].n);
        wh_emit_object_end(&emit);
    }
    wh_emit_array_end(&emit);
    add_gazetteers(&emit, job, geocoding);
    wh_emit_object_end(&emit);
    wh_buf_char(buf, '\n');
}

enum wh_status wh_geocoding_write(const struct wh_job *job, const struct wh_geocoding *geocoding,
                                  struct wh_error *err)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    add_all(&buf, job, geocoding);
    enum wh_status status = wh_job_write(job, "geocoding.json", &buf, err);
    wh_buf_finish(&buf);
    if (status == WH_OK && job->opt->wants_dashboard && !job->opt->is_numbers_only) {
        status = wh_site_write_geocoding(job, geocoding, err);
    }
    return status;
}
