/* model/spot_notes.h: what officers and members say of hot spots, and what was done there. */
#ifndef WH_MODEL_SPOT_NOTES_H
#define WH_MODEL_SPOT_NOTES_H

#include <wardheat/base.h>

/* Text belongs to whoever made it. */
struct wh_spot_note {
    const char *hotspot; /* id */
    int64_t day;         /* WH_NO_DAY: not said */
    const char *text;
    const char *by; /* NULL: not said */
    uint64_t line;  /* of the file */
    bool is_public; /* of actions: its text may be printed for everybody */
};
struct wh_spot_notes {
    size_t n;
    struct wh_spot_note *note; /* in the order of the file */
};

#endif
