// RESTORE: variables, common blocks, system variables, heap and routines out of a SAVE file. The whole file is read
// before anything in the session changes. Reading is contents.c, what then happens placing.c. Start reading at
// pro_restore.
#include "base/mem.h"
#include "io/lun.h"
#include "lib/save/placing.h"
#include "vm/vm.h"

#include <string.h>

#define RESTORE_KEYWORDS(K, R)                                                                                         \
    K(R, DESCRIPTION, OUT)                                                                                             \
    K(R, FILENAME, "=string") K(R, NO_COMPILE, HIDDEN) K(R, RELAXED_STRUCTURE_ASSIGNMENT, FLAG)                        \
        K(R, RESTORED_OBJECTS, OUT) K(R, SKIP_EXISTING, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(RESTORE)

static void release(void *s) { contents_free(s); }

static void say_origin(Call *c, const SaveContents *s)
{
    call_warn(c, true, "Portable (XDR) %sSAVE/RESTORE file.", save_in_is_compressed(s->load.in) ? "compressed " : "");
    if (s->date) call_warn(c, true, "Save file written by %s@%s, %s.", s->user, s->host, s->date);
    if (s->release) call_warn(c, true, "IDL version %s (%s, %s).", s->release, s->os, s->arch);
}

static void return_objects(Call *c, const SaveContents *s)
{
    int64_t n = 0;
    for (int i = 0; i < s->load.ncells; i++) n += s->load.cell[i].h->is_object && !s->load.cell[i].h->freed;
    if (!n) {
        call_kw_set_take(c, KW_RESTORE_RESTORED_OBJECTS, (Val){.type = T_OBJ});
        return;
    }
    Arr *a = call_new_array(c, T_OBJ, 1, &n, true);
    HeapVar **p = a->data;
    for (int i = 0; i < s->load.ncells; i++) {
        HeapVar *h = s->load.cell[i].h;
        if (h->is_object && !h->freed) *p++ = heap_ref(h);
    }
    call_kw_set_take(c, KW_RESTORE_RESTORED_OBJECTS, val_arr_take(arr_ref(a)));
}

static const char *file_name(Call *c)
{
    const Str *given = c->argc ? call_str_peek(c, 0) : call_kw_str_peek(c, KW_RESTORE_FILENAME);
    if (!c->argc && !call_kw_given(c, KW_RESTORE_FILENAME)) return "idlsave.dat";
    if (strlen(str_text(given)) != str_len(given)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    char *full = path_expand(str_text(given));
    call_defer(c, mem_free, full);
    return full;
}

// RESTORE [, Filename] [, FILENAME=s] [, DESCRIPTION=v] [, /RELAXED_STRUCTURE_ASSIGNMENT] [, RESTORED_OBJECTS=v]
// [, /SKIP_EXISTING] [, /VERBOSE]: the variables (in the caller's scope), common blocks, system variables, heap and
// routines of a SAVE file, idlsave.dat unless named. Manual: RESTORE. SKIP_EXISTING leaves what is defined here as it
// is. Nothing that the file names is executed: definitions of classes are the file's, where the session has none.
// NO_COMPILE is for files of IDL's compiled routines and does nothing.
static void pro_restore(Call *c)
{
    SaveContents *s = call_alloc(c, sizeof *s);
    bool relaxed = call_kw_set(c, KW_RESTORE_RELAXED_STRUCTURE_ASSIGNMENT);
    bool skip = call_kw_set(c, KW_RESTORE_SKIP_EXISTING), verbose = call_kw_set(c, KW_RESTORE_VERBOSE);
    const char *path = file_name(c);
    s->vm = c->vm;
    call_defer(c, release, s);
    contents_read(c, s, path);
    if (s->compiled.len) contents_throw_compiled(c, s->compiled.p[0], path);
    if (verbose) say_origin(c, s);
    for (int i = 0; i < s->sources.len; i++) placing_routine(c, &s->sources.p[i], skip, verbose);
    placing_heap(c, s, relaxed);
    for (int i = 0; i < s->commons.len; i++) placing_common(c, s->commons.p[i], verbose);
    for (int i = 0; i < s->items.len; i++) placing_item(c, &s->items.p[i], relaxed, skip, verbose);
    return_objects(c, s);
    call_kw_set_take(c, KW_RESTORE_DESCRIPTION, val_string(s->description ? s->description : ""));
}

static const Routine rows[] = {
    {"RESTORE", PROCEDURE, {0, 1}, pro_restore, "[, Filename]", KEYS(RESTORE)},
};
ROUTINE_TABLE(lib_restore, rows)
