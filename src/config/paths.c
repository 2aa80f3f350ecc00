/* config/paths.c: what may stand where a file or folder is named. */
#include <libfyaml.h>
#include <string.h>

#include "base/io.h"
#include "config/section.h"

const char *wh_node_path(struct wh_section *section, const char *key, struct fy_node *node)
{
    const char *text = wh_node_text(section->reader, node);
    struct wh_config *config = section->reader->config;
    if (text == NULL || text[0] == '\0') {
        wh_section_wrong(section, key, node, "expected a file path");
        return NULL;
    }
    if (!wh_io_is_plain_name(text)) {
        char shown[128];
        wh_section_wrong(section, key, node, "input must be a file path, not \"%s\"",
                         wh_node_shown(node, shown, sizeof shown));
        return NULL;
    }
    int len = (int)strlen(text); /* without a slash at the end, so that names can be joined to it */
    while (len > 1 && text[len - 1] == '/') {
        len--;
    }
    const bool is_whole = text[0] == '/' || config->folder[0] == '\0';
    const char *folder = is_whole ? "" : config->folder;
    const char *between = is_whole || folder[strlen(folder) - 1] == '/' ? "" : "/";
    return wh_config_keep(section->reader,
                          wh_arena_printf(&config->arena, "%s%s%.*s", folder, between, len, text));
}

const char *wh_section_path(struct wh_section *section, const char *key, bool is_required)
{
    struct fy_node *node =
        is_required ? wh_section_need(section, key) : wh_section_get(section, key);
    return node == NULL ? NULL : wh_node_path(section, key, node);
}

/* The next name of a path, "." and doubled slashes left out; false at the end. */
static bool next_name(const char **at, struct wh_str *ret)
{
    do {
        *at += strspn(*at, "/");
        *ret = (struct wh_str){.ptr = *at, .len = strcspn(*at, "/")};
        *at += ret->len;
    } while (ret->len == 1 && ret->ptr[0] == '.');
    return ret->len > 0;
}

bool wh_path_is_within(const char *path, const char *folder)
{
    struct wh_str of_path, of_folder;
    if ((path[0] == '/') != (folder[0] == '/')) {
        return false;
    }
    while (next_name(&folder, &of_folder)) {
        if (!next_name(&path, &of_path) || !wh_str_eq(of_path, of_folder)) {
            return false;
        }
    }
    return true;
}
