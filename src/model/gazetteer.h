/* model/gazetteer.h: one row of a gazetteer: what a place is called, and where it is. */
#ifndef WH_MODEL_GAZETTEER_H
#define WH_MODEL_GAZETTEER_H

#include <wardheat/base.h>

/* What a gazetteer says the places of (config key `type`). */
enum wh_gazetteer_type {
    WH_GAZETTEER_UPRN,
    WH_GAZETTEER_ADDRESS,
    WH_GAZETTEER_POSTCODE,
    WH_GAZETTEER_STREET,
    WH_GAZETTEER_JUNCTION,
    WH_GAZETTEER_PLACE,
    WH_N_GAZETTEER_TYPES
};
/* "uprn", "address", "postcode", "street", "junction", "place". */
const char *wh_gazetteer_type_name(enum wh_gazetteer_type type);

/* Columns that a gazetteer may have (config keys under its `fields`). */
enum wh_gazetteer_field {
    WH_GAZ_UPRN,
    WH_GAZ_USRN,         /* of a street */
    WH_GAZ_UNIT,         /* "Flat 2" */
    WH_GAZ_NAME,         /* of a house, a place, a street in a gazetteer of streets */
    WH_GAZ_ORGANISATION, /* who has the house: "Royal Oak" */
    WH_GAZ_NUMBER,       /* "12", "12A", "12-14" */
    WH_GAZ_STREET,
    WH_GAZ_OTHER,    /* the other street of a junction */
    WH_GAZ_LOCALITY, /* village or suburb */
    WH_GAZ_TOWN,
    WH_GAZ_POSTCODE,
    WH_GAZ_ADDRESS, /* all of it in one column */
    WH_GAZ_QUALITY, /* positional quality of a postcode: 10 (best) to 60; 90: no place */
    WH_GAZ_FROM,    /* month from which a postcode is in use, 199606 */
    WH_GAZ_TO,      /* month in which it was ended */
    WH_GAZ_X,
    WH_GAZ_Y,
    WH_N_GAZETTEER_FIELDS
};
/* "uprn", "usrn", "unit", ...: the key in the config. */
const char *wh_gazetteer_field_name(enum wh_gazetteer_field field);

/* How many of the fields are text that is looked up: up to the address in one piece. */
#define WH_N_GAZETTEER_TEXTS (WH_GAZ_ADDRESS + 1)

/* Text is borrowed; empty: none. x and y in the working CRS. */
struct wh_gazetteer_row {
    enum wh_gazetteer_type type;
    uint16_t file; /* of the gazetteers' files */
    uint64_t line; /* of the row; number of a feature in a vector layer */
    struct wh_str text[WH_N_GAZETTEER_TEXTS]; /* by enum wh_gazetteer_field, as the file has it */
    double x, y;
    double spread_m;      /* half of the place's extent: of a park, of a road's box; 0: a point */
    uint8_t quality;      /* of a postcode: 10 to 60; 0: not said */
    int32_t from, to;     /* months such as 199606; 0: none */
    size_t n_vertices;    /* of a street's line; 0: only a point is known */
    const double *vertex; /* x, y, x, y, ... */
};
typedef enum wh_status wh_gazetteer_row_fn(void *user, const struct wh_gazetteer_row *row,
                                           struct wh_error *err);

/* One file of a gazetteer. */
struct wh_gazetteer_note {
    char *path;
    bool is_remote; /* a table of a database: path is only its name */
    char sha256[65];
    enum wh_gazetteer_type type;
    uint64_t rows, bad_rows; /* bad: without a name or a place that can be read */
    uint64_t far_rows;       /* far from the area: not kept */
    int64_t edition_day;     /* days since 1970; WH_NO_DAY: not known */
};
/* Its path without the folders. */
const char *wh_gazetteer_file_name(const struct wh_gazetteer_note *note);

#endif
