/* model/placing.c: the words for methods and reasons. */
#include "model/placing.h"

const char *wh_method_name(enum wh_method method)
{
    static const char *const name[WH_N_METHODS] = {"none",
                                                   "correction",
                                                   "coordinate",
                                                   "uprn",
                                                   "grid-reference",
                                                   "address",
                                                   "address-locality",
                                                   "junction",
                                                   "street",
                                                   "postcode",
                                                   "ended-postcode",
                                                   "place",
                                                   "ward"};
    return (unsigned)method < WH_N_METHODS ? name[method] : "";
}

const char *wh_method_words(enum wh_method method)
{
    static const char *const words[WH_N_METHODS] = {"not placed",
                                                    "corrected by hand",
                                                    "given coordinates",
                                                    "UPRN",
                                                    "grid reference",
                                                    "house, street and postcode",
                                                    "house and street",
                                                    "junction of streets",
                                                    "middle of the street",
                                                    "postcode",
                                                    "postcode no longer in use",
                                                    "place by name",
                                                    "only the ward is known"};
    return (unsigned)method < WH_N_METHODS ? words[method] : "";
}

const char *wh_reason_name(enum wh_place_reason reason)
{
    static const char *const name[WH_N_REASONS] = {"",
                                                   "nothing-given",
                                                   "coordinate-zero",
                                                   "coordinate-swapped",
                                                   "coordinate-crs",
                                                   "coordinate-nowhere",
                                                   "coordinate-fault",
                                                   "uprn-unknown",
                                                   "too-long",
                                                   "postcode-unknown",
                                                   "street-unknown",
                                                   "house-unknown",
                                                   "tie",
                                                   "cannot-read"};
    return (unsigned)reason < WH_N_REASONS ? name[reason] : "";
}

const char *wh_reason_words(enum wh_place_reason reason)
{
    static const char *const words[WH_N_REASONS] = {
        "",
        "nothing says where it is",
        "the coordinate 0, 0 is a placeholder",
        "x and y seem to be exchanged",
        "the coordinate does not fit its CRS",
        "the coordinate is no place that its CRS is for",
        "the coordinate is a placeholder, far away, or no number",
        "the UPRN is in no gazetteer",
        "the text is too long to be an address",
        "the postcode is in no gazetteer",
        "the street is in no gazetteer",
        "the street is known, the house is not",
        "several places fit as well",
        "nothing in the text is known"};
    return (unsigned)reason < WH_N_REASONS ? words[reason] : "";
}

const char *wh_score_part_name(enum wh_score_part part)
{
    static const char *const name[WH_N_SCORE_PARTS] = {"street", "number", "postcode", "locality"};
    return (unsigned)part < WH_N_SCORE_PARTS ? name[part] : "";
}
