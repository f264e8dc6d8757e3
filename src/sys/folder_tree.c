// See folder_tree.h. What costs time is the system's calls, so each folder takes as few as there can be: it is opened from its
// parent, its entries come by the thousand with their kinds, and nothing is asked about a file. Names lie in one block; a path is
// put together when somebody wants it.
#include "sys/folder_tree.h"

#include "base/map.h"
#include "base/mem.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/interrupt.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDERS_MAX = 20000, DEPTH_MAX = 40, ENTRIES_BYTES = 64 << 10, TEXT_MAX = 256 << 20 };
#define RACE_SECONDS 0.02

typedef struct Walk {
    FolderTree *tree;
    TreeRead outcome;
    const char *ending;
    size_t ending_len;
    char *inner;   // names of folders that are still to be looked through, of all levels
    uint32_t inner_len, inner_cap;
    size_t path_len;
    char path[PATH_MAX];
    _Alignas(struct dirent64) char entries[ENTRIES_BYTES];
} Walk;

// Room for `more` items of `size` bytes behind `len`; false, and the walk has failed: no memory.
static bool make_room(Walk *w, void *place, uint32_t len, uint32_t *cap, size_t more, size_t size)
{
    if (len + more <= *cap) return true;
    size_t wanted = 2 * (size_t)*cap > len + more ? 2 * (size_t)*cap : len + more + 64;
    void *old, *bigger = NULL;
    memcpy(&old, place, sizeof old);
    if (wanted * size <= 2 * (size_t)TEXT_MAX) bigger = mem_realloc(old, wanted * size);
    if (!bigger) {
        w->outcome = TREE_NO_MEMORY;
        return false;
    }
    memcpy(place, &bigger, sizeof bigger);
    *cap = (uint32_t)wanted;
    return true;
}

// Where the text lies from now on, with its NUL; only if make_room has been asked.
static uint32_t keep_text(FolderTree *t, const char *s, size_t n)
{
    uint32_t at = t->text_len;
    memcpy(t->text + at, s, n + 1);
    t->text_len += (uint32_t)n + 1;
    return at;
}

// The slot of a name: of the file that has it, or the free one where it belongs.
static uint32_t *slot_of(const FolderTree *t, const char *name, uint32_t hash)
{
    for (uint32_t i = hash & (t->slots - 1);; i = (i + 1) & (t->slots - 1)) {
        uint32_t n = t->slot[i];
        if (!n || (t->file[n - 1].hash == hash && strcmp(t->text + t->file[n - 1].name, name) == 0)) return &t->slot[i];
    }
}

// Twice the slots, so that half of them at least are free.
static bool more_slots(Walk *w)
{
    FolderTree *t = w->tree;
    uint32_t slots = t->slots ? 2 * t->slots : 1024;
    uint32_t *bigger = mem_zalloc(slots * sizeof *bigger);
    if (!bigger) {
        w->outcome = TREE_NO_MEMORY;
        return false;
    }
    mem_free(t->slot);
    t->slot = bigger;
    t->slots = slots;
    for (uint32_t n = 1; n <= t->files; n++) {
        uint32_t i = t->file[n - 1].hash & (slots - 1);
        while (bigger[i]) i = (i + 1) & (slots - 1);
        bigger[i] = n;
    }
    return true;
}

static void note_file(Walk *w, const char *name, size_t n)
{
    FolderTree *t = w->tree;
    if (2 * (t->files + 1) > t->slots && !more_slots(w)) return;
    uint32_t hash = hash_bytes(name, n), *slot = slot_of(t, name, hash);
    if (*slot || !make_room(w, &t->file, t->files, &t->file_cap, 1, sizeof *t->file) ||
        !make_room(w, &t->text, t->text_len, &t->text_cap, n + 1, 1))
        return;
    t->file[t->files++] = (FileSeen){keep_text(t, name, n), t->folders - 1, hash};
    t->folder[t->folders - 1].files++;
    *slot = t->files;
}

static void note_inner(Walk *w, const char *name, size_t n)
{
    if (!make_room(w, &w->inner, w->inner_len, &w->inner_cap, n + 1, 1)) return;
    memcpy(w->inner + w->inner_len, name, n + 1);
    w->inner_len += (uint32_t)n + 1;
}

// The folder at w->path; descriptor -1: it is not there, or not for us.
static void note_folder(Walk *w, int fd)
{
    FolderTree *t = w->tree;
    struct stat st = {0};
    if (!make_room(w, &t->folder, t->folders, &t->folder_cap, 1, sizeof *t->folder) ||
        !make_room(w, &t->text, t->text_len, &t->text_cap, w->path_len + 1, 1))
        return;
    bool is_there = fd >= 0 && fstat(fd, &st) == 0;
    double age = sys_wall() - ((double)st.st_ctim.tv_sec + 1e-9 * (double)st.st_ctim.tv_nsec);
    bool is_fresh = is_there && age > -RACE_SECONDS && age < RACE_SECONDS;
    t->folder[t->folders++] =
        (FolderSeen){keep_text(t, w->path, w->path_len), 0, st.st_dev, st.st_ino, st.st_ctim, is_there, is_fresh};
}

static void note_entry(Walk *w, const struct dirent64 *e, bool deep)
{
    const char *name = e->d_name;
    size_t n = strlen(name);
    bool is_folder = e->d_type == DT_DIR, may_be_folder = is_folder || e->d_type == DT_UNKNOWN;
    if (!is_folder && n > w->ending_len && memcmp(name + n - w->ending_len, w->ending, w->ending_len) == 0) note_file(w, name, n);
    if (deep && may_be_folder && name[0] != '.') note_inner(w, name, n);
}

static void list_folder(Walk *w, int fd, bool deep)
{
    for (ssize_t got; (got = getdents64(fd, w->entries, sizeof w->entries)) > 0;) {
        for (ssize_t at = 0; at < got && w->outcome == TREE_OK;) {
            const struct dirent64 *e = (const void *)(w->entries + at);
            note_entry(w, e, deep);
            at += e->d_reclen;
        }
    }
}

// Looks through the folder at w->path, called `name` as seen from the descriptor `from`, then through those in it.
static void walk(Walk *w, int from, const char *name, bool deep, int depth)
{
    int fd = sys_open_at(from, name, O_RDONLY | O_DIRECTORY | (depth ? O_NOFOLLOW : 0), 0);
    if (w->tree->folders < FOLDERS_MAX && (fd >= 0 || depth == 0)) note_folder(w, fd);
    if (fd < 0) return;
    uint32_t first = w->inner_len;
    size_t path_len = w->path_len;
    if (w->outcome == TREE_OK && w->tree->folders < FOLDERS_MAX) list_folder(w, fd, deep && depth < DEPTH_MAX);
    for (uint32_t at = first, end = w->inner_len; at < end && w->outcome == TREE_OK;) {
        size_t n = strlen(w->inner + at) + 1;
        if (sys_interrupted()) w->outcome = TREE_INTERRUPTED;
        if (path_len + n < sizeof w->path) {
            w->path[path_len] = '/';
            memcpy(w->path + path_len + 1, w->inner + at, n);
            w->path_len = path_len + n;
            walk(w, fd, w->path + path_len + 1, true, depth + 1);
        }
        at += (uint32_t)n;
    }
    w->inner_len = first;
    sys_close(fd);
}

static void walk_item(Walk *w, const char *item, size_t n)
{
    bool deep = n > 0 && *item == '+';
    item += deep;
    n -= deep;
    if (n == 0 || n >= sizeof w->path || *item == '<') return;
    memcpy(w->path, item, n);
    w->path[n] = '\0';
    w->path_len = n;
    if (sys_interrupted()) w->outcome = TREE_INTERRUPTED;
    else walk(w, AT_FDCWD, w->path, deep, 0);
}

TreeRead folder_tree_read(FolderTree *t, const char *list, const char *ending)
{
    Walk *w = mem_alloc(sizeof *w);
    if (!w) return TREE_NO_MEMORY;
    w->tree = t;
    w->outcome = TREE_OK;
    w->ending = ending;
    w->ending_len = strlen(ending);
    w->inner = NULL;
    w->inner_len = w->inner_cap = 0;
    for (const char *item = list, *end; w->outcome == TREE_OK; item = end + 1) {
        end = strchrnul(item, ':');
        walk_item(w, item, (size_t)(end - item));
        if (!*end) break;
    }
    TreeRead outcome = w->outcome;
    mem_free(w->inner);
    mem_free(w);
    if (outcome != TREE_OK) folder_tree_free(t);
    return outcome;
}

void folder_tree_free(FolderTree *t)
{
    if (!t->block) {
        mem_free(t->text);
        mem_free(t->folder);
        mem_free(t->file);
        mem_free(t->slot);
    }
    mem_free(t->block);
    *t = (FolderTree){0};
}

const FileSeen *folder_tree_find(const FolderTree *t, const char *name)
{
    if (!t->slots) return NULL;
    uint32_t n = *slot_of(t, name, hash_bytes(name, strlen(name)));
    return n ? &t->file[n - 1] : NULL;
}

static bool folder_has_changed(const FolderSeen *f, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) return f->is_there;
    return f->is_fresh || st.st_ctim.tv_sec != f->changed.tv_sec || st.st_ctim.tv_nsec != f->changed.tv_nsec ||
           st.st_ino != f->inode || st.st_dev != f->device;
}

bool folder_tree_has_changed(const FolderTree *t)
{
    for (const FolderSeen *f = t->folder, *end = f + t->folders; f < end; f++) {
        if (folder_has_changed(f, t->text + f->path)) return true;
    }
    return false;
}
