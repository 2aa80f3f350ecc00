/* model/evidence.c: what a record of evidence owns. */
#include "model/evidence.h"

#include "base/alloc.h"

void wh_evidence_record_finish(struct wh_ctx *ctx, struct wh_evidence_record *record)
{
    wh_free(ctx, record->target);
    wh_free(ctx, record->note);
    wh_free(ctx, record->action);
    wh_free(ctx, record->night);
    *record = (struct wh_evidence_record){0};
}
