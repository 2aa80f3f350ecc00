/* geocode/index_find.c: exact look-ups. */
#include "base/str.h"
#include "geocode/index.h"

uint64_t wh_postcode_key(const char *postcode)
{
    uint64_t key = 0;
    size_t i = 0;
    for (; i < 8 && postcode[i] != '\0'; i++) {
        key = (key << 8) | (unsigned char)postcode[i];
    }
    return key << (8 * (8 - i));
}

const char *wh_postcode_of_key(uint64_t key, char out[9])
{
    for (size_t i = 0; i < 8; i++) {
        out[i] = (char)(key >> (56 - 8 * i) & 0xFF);
    }
    out[8] = '\0';
    return out;
}

uint32_t wh_index_find_postcode(const struct wh_index *index, uint64_t key)
{
    size_t from = 0, to = index->n_postcodes;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (index->postcode[middle].key < key) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < index->n_postcodes && index->postcode[from].key == key ? (uint32_t)from
                                                                         : UINT32_MAX;
}

/* First of a sorted array that is not below `uprn`. */
static size_t find_uprn(const uint64_t *sorted, size_t n, uint64_t uprn)
{
    size_t from = 0, to = n;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (sorted[middle] < uprn) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

bool wh_index_uprn(const struct wh_index *index, uint64_t uprn, int32_t ret_at_cm[2],
                   struct wh_gaz_ref *ret_ref)
{
    size_t i = find_uprn(index->uprn, index->n_uprns, uprn);
    if (i < index->n_uprns && index->uprn[i] == uprn) {
        const uint32_t entry = index->uprn_entry[i];
        ret_at_cm[0] = index->entry_x_cm[entry];
        ret_at_cm[1] = index->entry_y_cm[entry];
        *ret_ref = index->entry_ref[entry];
        return true;
    }
    i = find_uprn(index->point_uprn, index->n_points, uprn);
    if (i < index->n_points && index->point_uprn[i] == uprn) {
        ret_at_cm[0] = index->point_x_cm[i];
        ret_at_cm[1] = index->point_y_cm[i];
        *ret_ref = index->point_ref[i];
        return true;
    }
    return false;
}

size_t wh_index_streets(const struct wh_index *index, uint32_t name, uint32_t *ret_first)
{
    if (name >= index->phrases.n_nodes || index->first_street[name] == 0) {
        return 0;
    }
    const uint32_t first = index->first_street[name] - 1;
    size_t n = 1;
    while (first + n < index->n_streets && index->street[first + n].name == name) {
        n++;
    }
    *ret_first = first;
    return n;
}

size_t wh_index_places(const struct wh_index *index, uint32_t name, size_t *ret_first)
{
    size_t from = 0, to = index->n_places, n = 0;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (index->place[middle].name < name) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    while (from + n < index->n_places && index->place[from + n].name == name) {
        n++;
    }
    *ret_first = from;
    return n;
}
