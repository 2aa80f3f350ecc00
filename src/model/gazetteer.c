/* model/gazetteer.c: the words of the gazetteers. */
#include "model/gazetteer.h"

#include <string.h>

const char *wh_gazetteer_type_name(enum wh_gazetteer_type type)
{
    static const char *const name[WH_N_GAZETTEER_TYPES] = {"uprn",   "address",  "postcode",
                                                           "street", "junction", "place"};
    return (unsigned)type < WH_N_GAZETTEER_TYPES ? name[type] : "";
}

const char *wh_gazetteer_field_name(enum wh_gazetteer_field field)
{
    static const char *const name[WH_N_GAZETTEER_FIELDS] = {
        "uprn",  "usrn",     "unit", "name",     "organisation", "number",  "street",
        "other", "locality", "town", "postcode", "address",      "quality", "from",
        "to",    "x",        "y"};
    return (unsigned)field < WH_N_GAZETTEER_FIELDS ? name[field] : "";
}

const char *wh_gazetteer_file_name(const struct wh_gazetteer_note *note)
{
    const char *slash = strrchr(note->path, '/');
    return slash == NULL ? note->path : slash + 1;
}
