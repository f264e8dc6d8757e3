// Reads a SAVE file whole. Start reading at contents_read.
#include "lib/save/contents.h"

#include "base/mem.h"
#include "io/lun.h"
#include "vm/dispatch/classes.h"
#include "vm/engine.h"

#include <fcntl.h>
#include <string.h>

void contents_free(SaveContents *s)
{
    heap_on_dead_object(s->vm->heap, NULL, NULL);
    for (int i = 0; i < s->items.len; i++) {
        mem_free(s->items.p[i].name);
        val_drop(&s->items.p[i].v);
    }
    for (int i = 0; i < s->commons.len; i++) mem_free(s->commons.p[i]);
    for (int i = 0; i < s->compiled.len; i++) mem_free(s->compiled.p[i]);
    for (int i = 0; i < s->sources.len; i++) {
        mem_free(s->sources.p[i].name);
        mem_free(s->sources.p[i].path);
        mem_free(s->sources.p[i].text);
    }
    VEC_FREE(&s->items);
    VEC_FREE(&s->commons);
    VEC_FREE(&s->compiled);
    VEC_FREE(&s->sources);
    char *texts[] = {s->date, s->user, s->host, s->arch, s->os, s->release, s->description};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) mem_free(texts[i]);
    save_load_free(&s->load);
    heap_on_dead_object(s->vm->heap, object_keep, s->vm);
    *s = (SaveContents){.vm = s->vm};
}

void contents_throw_compiled(Call *c, const char *routine, const char *path)
{
    throw_msg(c, E_UNSUPPORTED,
              "%s is saved in IDL's own compiled form, which only IDL can run: its source, a .pro file in "
              "the current folder or along !PATH, is needed. File: %s",
              routine, path);
}

static void replace(char **text, char *by)
{
    mem_free(*text);
    *text = by;
}

static bool is_name(const char *t)
{
    if (*t == '!') t++;
    return *t && strspn(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789") == strlen(t) && !strchr("0123456789$", *t);
}

static void read_variable(SaveContents *s, bool is_system)
{
    SaveIn *in = s->load.in;
    SaveItem x = {.name = save_in_text(in), .is_system = is_system};
    for (char *p = x.name; *p; p++) {
        if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
    }
    if (!is_name(x.name)) save_in_fail(in, E_READ, "Error encountered reading from file: illegal name of a variable.");
    save_load_value(&s->load, &x.v);
    if (!save_in_room(in, 2 * sizeof x * ((size_t)s->items.len + 8))) {
        mem_free(x.name);
        val_drop(&x.v);
        return;
    }
    VEC_PUSH(&s->items, x);
}

static void read_common(SaveContents *s)
{
    SaveIn *in = s->load.in;
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    int32_t n = save_in_long(in);
    if (n < 0 || !save_in_holds(in, 4 * (int64_t)n)) return;
    for (int32_t i = 0; i <= n && save_in_ok(in); i++) {
        AUTO_FREE char *name = save_in_text(in);
        if (!is_name(name))
            save_in_fail(in, E_READ, "Error encountered reading from file: illegal name in a common block.");
        buf_printf(&b, "%s%s", i ? "," : "", name);
    }
    char *text = buf_take(&b);
    if (!text)
        save_in_fail(in, E_NO_MEMORY, "Unable to allocate memory for what the file holds.");
    else
        VEC_PUSH(&s->commons, text);
}

static void read_timestamp(SaveContents *s)
{
    char space[1024];
    save_in_bytes(s->load.in, space, sizeof space);
    replace(&s->date, save_in_text(s->load.in));
    replace(&s->user, save_in_text(s->load.in));
    replace(&s->host, save_in_text(s->load.in));
}

static void read_version(SaveContents *s)
{
    save_in_long(s->load.in);
    replace(&s->arch, save_in_text(s->load.in));
    replace(&s->os, save_in_text(s->load.in));
    replace(&s->release, save_in_text(s->load.in));
}

static void read_source(SaveContents *s)
{
    SaveIn *in = s->load.in;
    SaveSource x = {.name = save_in_text(in), .is_function = save_in_long(in) != 0};
    x.first_line = save_in_long(in);
    x.path = save_in_text(in);
    x.text = save_in_text(in);
    if (x.first_line < 1) x.first_line = 1;
    VEC_PUSH(&s->sources, x);
}

static void read_compiled(SaveContents *s)
{
    char *name = save_in_name(s->load.in);
    VEC_PUSH(&s->compiled, name ? name : mem_strdup("A routine"));
}

static void read_record(SaveContents *s, SaveKind kind)
{
    SaveIn *in = s->load.in;
    switch ((int)kind) {
    case SAVE_COMMON: read_common(s); break;
    case SAVE_VARIABLE: read_variable(s, false); break;
    case SAVE_SYSTEM_VARIABLE: read_variable(s, true); break;
    case SAVE_TIMESTAMP: read_timestamp(s); break;
    case SAVE_VERSION: read_version(s); break;
    case SAVE_HEAP_HEADER: save_load_heap_header(&s->load); break;
    case SAVE_HEAP_DATA: save_load_heap_data(&s->load); break;
    case SAVE_DESCRIPTION:
        if (save_in_long(in) > 0) replace(&s->description, save_in_text(in));
        break;
    case SAVE_COMPILED: read_compiled(s); break;
    case SAVE_SOURCE: read_source(s); break;
    default: break; // NOTICE, IDENTIFICATION, PROMOTE64, and what later versions add
    }
}

void contents_read(Call *c, SaveContents *s, const char *path)
{
    Stream *stream;
    s->vm = c->vm;
    s->load.heap = c->vm->heap;
    s->load.known = &c->vm->structs;
    Status st = file_open(path, O_RDONLY, &stream);
    if (!status_ok(st)) {
        int sys = st.sys;
        status_drop(&st);
        throw_status(c, status_sys(E_OPEN, sys, "Error opening file. File: %s", path));
    }
    TRY(c, save_in_open(stream, path, &s->load.in));
    for (SaveKind kind; save_in_next(s->load.in, &kind);) {
        read_record(s, kind);
        call_poll(c);
    }
    TRY(c, save_in_status(s->load.in));
}
