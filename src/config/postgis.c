/* config/postgis.c: `postgis:`, a table of a database instead of files. The session is read-only,
 * whatever `where` says. */
#include <libfyaml.h>
#include <string.h>

#include "config/section.h"

/* SQL names of the plain kind, one for a schema and one for a table. */
static bool is_table_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const size_t first = strspn(text, letters);
    const size_t second = text[first] == '.' ? strspn(text + first + 1, letters) : 0;
    return first > 0 && (text[first] == '\0' || (second > 0 && text[first + 1 + second] == '\0'));
}

const struct wh_postgis *wh_section_postgis(struct wh_section *section)
{
    struct fy_node *const node = wh_section_get(section, "postgis");
    if (node == NULL) {
        return NULL;
    }
    struct wh_postgis *const postgis = wh_config_keep(
        section->reader, wh_arena_alloc(&section->reader->config->arena, 1, sizeof *postgis));
    struct wh_section own = wh_section_open(section, "postgis", true);
    if (postgis == NULL || own.node == NULL) {
        return NULL;
    }
    postgis->service = wh_section_text(&own, "service", false);
    postgis->dsn = wh_section_text(&own, "dsn", false);
    postgis->table = wh_section_text(&own, "table", true);
    postgis->where = wh_section_text(&own, "where", false);
    if ((postgis->service == NULL) == (postgis->dsn == NULL)) {
        wh_section_wrong(&own, "", own.node,
                         "give one of service (of pg_service.conf) and dsn (\"host=... "
                         "dbname=...\")");
    }
    if (postgis->table != NULL && !is_table_name(postgis->table)) {
        wh_section_wrong(&own, "table", wh_section_get(&own, "table"),
                         "expected table or schema.table, of letters, digits and _");
    }
    if (postgis->where != NULL &&
        (strchr(postgis->where, ';') != NULL || strstr(postgis->where, "--") != NULL)) {
        wh_section_wrong(&own, "where", wh_section_get(&own, "where"),
                         "expected one condition of SQL, without ; and --");
    }
    wh_section_close(&own);
    return postgis;
}
