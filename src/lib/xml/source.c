// Where XML texts come from, and their checks.
#include "lib/xml/objects.h"

#include "base/mem.h"
#include "io/lun.h"
#include "vm/call/call.h"
#include "vm/dispatch/invoke.h"

#include <string.h>

XmlText xml_file(Call *c, const Val *name)
{
    const Str *given = val_to_str_peek(c, name, "FILENAME");
    bool is_local = strncmp(str_text(given), "file://", 7) == 0;
    const char *path = str_text(given) + (is_local ? 7 : 0);
    if (strlen(str_text(given)) != str_len(given)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    Val args[1] = {val_string(path)};
    Val *bytes = call_keep_take(
        c, invoke_take(c->vm, invoke_site(c->vm, NULL, "HELIO_PICTURE_BYTES", false, true, 1, 0, NULL), 1, args));
    XmlText t = {val_is_array(bytes) ? bytes->a->data : "", val_is_array(bytes) ? (size_t)bytes->a->n : 0, NULL};
    if (strstr(path, "://")) return t;
    t.folder = path_expand(path);
    call_defer(c, mem_free, t.folder);
    char *slash = strrchr(t.folder, '/');
    if (slash)
        slash[slash == t.folder] = '\0';
    else
        strcpy(t.folder, *t.folder ? "." : "");
    return t;
}

XmlText xml_string(Call *c, const Val *text)
{
    if (text->type == T_BYTE && val_is_array(text)) return (XmlText){text->a->data, (size_t)text->a->n, NULL};
    if (!val_is_array(text)) {
        const Str *s = val_to_str_peek(c, text, "STRING");
        return (XmlText){str_text(s), str_len(s), NULL};
    }
    const Val *strings = call_convert(c, text, T_STRING);
    size_t n = 0;
    for (int64_t i = 0; i < strings->a->n; i++) n += str_len(((StrSlot *)strings->a->data)[i].p) + 1;
    char *all = call_scratch(c, n + 1), *p = all;
    for (int64_t i = 0; i < strings->a->n; i++) {
        const Str *s = ((StrSlot *)strings->a->data)[i].p;
        memcpy(p, str_text(s), str_len(s));
        p += str_len(s);
        *p++ = '\n';
    }
    return (XmlText){all, n, NULL};
}

// Whether there may be something to check by; the library would read all of the text once more.
static bool names_rules(const XmlText *t)
{
    static const char dtd[] = "<!DOCTYPE", schema[] = "chemaLocation";
    if (memchr(t->p, '\0', t->n)) return true; // two bytes a character
    return memmem(t->p, t->n, dtd, sizeof dtd - 1) || memmem(t->p, t->n, schema, sizeof schema - 1);
}

void xml_check_text(Call *c, const XmlTable *xml, const XmlText *t, int validation, int schema, XmlSink sink, void *arg)
{
    if (validation < 0 || validation > 2) throw_msg(c, E_VALUE, "VALIDATION_MODE must be 0, 1 or 2.");
    if (schema < 0 || schema > 2) throw_msg(c, E_VALUE, "SCHEMA_CHECKING must be 0, 1 or 2.");
    if (validation == 0 || (validation == 1 && !names_rules(t))) return;
    XmlCheck how = {.dtd = true, .schema = schema > 0, .must = validation == 2, .folder = t->folder};
    xml->check(t->p, t->n, &how, sink, arg);
}
