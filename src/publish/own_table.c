/* publish/own_table.c: the strict reader of base/csv.h, for files of our own. */
#include "publish/own_table.h"

#include "base/error.h"

enum wh_status wh_own_table_open(struct wh_ctx *ctx, const char *path, struct wh_own_table *ret,
                                 struct wh_error *err)
{
    const struct wh_csv_options opt = {.delimiter = ',', .may_be_empty = true};
    *ret = (struct wh_own_table){.ctx = ctx, .path = path};
    return wh_csv_open(ctx, path, &opt, &ret->csv, err);
}

void wh_own_table_close(struct wh_own_table *table)
{
    wh_csv_close(table->csv);
    table->csv = NULL;
}

enum wh_status wh_own_table_fail(const struct wh_own_table *table, const char *what,
                                 struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_INPUT, table->path, table->row.line, table->row.fault_column,
                      "%s", what);
}

enum wh_status wh_own_table_column(const struct wh_own_table *table, const char *name, int *ret,
                                   struct wh_error *err)
{
    *ret = wh_csv_find(table->csv, name);
    return *ret >= 0 ? WH_OK
                     : wh_fail_at(err, WH_ERR_INPUT, table->path, 1, 0, "has no column %s", name);
}

enum wh_status wh_own_table_next(struct wh_own_table *table, bool *ret_end, struct wh_error *err)
{
    const enum wh_status status = wh_csv_next(table->csv, &table->row, ret_end, err);
    return status == WH_OK && !*ret_end && table->row.is_bad
               ? wh_own_table_fail(table, table->row.fault, err)
               : status;
}
