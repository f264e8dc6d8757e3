// See folder_cache.h. The file: a Head, the list with its NUL, the ending with its NUL, then text, folders, files and
// slots as they lie in memory. One of PLACES files, chosen by the list, so that several setups do not push each other
// out and nothing grows.
#include "sys/folder_cache.h"

#include "base/map.h"
#include "base/mem.h"
#include "sys/entry.h"
#include "sys/fd.h"
#include "sys/publish.h"
#include "sys/user_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACES = 16, WORTH_FOLDERS = 32, BYTES_MAX = 512 << 20 };

typedef struct Head {
    char magic[12];
    uint32_t folder_size, file_size; // of this program's structures
    uint32_t list_len, ending_len, text_len, folders, files, slots;
    uint64_t sum; // of what follows: what was not written to the end before the machine stopped
} Head;

static const char magic[12] = "HelioPath 1";

static char *place(const char *list)
{
    char name[24];
    snprintf(name, sizeof name, "path-%x", (unsigned)(hash_bytes(list, strlen(list)) % PLACES));
    return sys_user_file(&(UserFile){"HELIO_PATH_CACHE", "XDG_CACHE_HOME", ".cache", name});
}

static Head head_of(const FolderTree *t, const char *list, const char *ending)
{
    Head h = {.folder_size = sizeof *t->folder,
              .file_size = sizeof *t->file,
              .list_len = (uint32_t)strlen(list) + 1,
              .ending_len = (uint32_t)strlen(ending) + 1,
              .text_len = t->text_len,
              .folders = t->folders,
              .files = t->files,
              .slots = t->slots};
    memcpy(h.magic, magic, sizeof magic);
    return h;
}

// As hash_bytes, by words: it is asked about all of a file.
static uint64_t sum_of(const char *p, size_t n)
{
    uint64_t sum = 14695981039346656037u, word;
    for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
        memcpy(&word, p, sizeof word);
        sum = (sum ^ word) * 1099511628211u;
    }
    return sum ^ hash_bytes(p, n);
}

// What follows a head; UINT64_MAX: more than any such file has.
static uint64_t bytes_behind(const Head *h)
{
    uint64_t n = (uint64_t)h->list_len + h->ending_len + h->text_len + (uint64_t)h->folders * sizeof(FolderSeen) +
                 (uint64_t)h->files * sizeof(FileSeen) + (uint64_t)h->slots * sizeof(uint32_t);
    return n > BYTES_MAX ? UINT64_MAX : n;
}

// --- Reading

// The file's bytes (owned) behind *h; NULL: there is none that may be believed to be ours.
static char *read_bytes(const char *list, Head *h, uint64_t *n)
{
    AUTO_FREE char *path = place(list);
    int fd = path ? sys_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0) : -1;
    if (fd < 0) return NULL;
    struct stat st;
    char *bytes = NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)) &&
        sys_read(fd, h, sizeof *h) == (ssize_t)sizeof *h &&
        (*n = bytes_behind(h)) + sizeof *h == (uint64_t)st.st_size) {
        bytes = mem_alloc((size_t)*n + 1);
    }
    uint64_t got = 0;
    for (ssize_t r = 1; bytes && got < *n && r > 0; got += (uint64_t)r) {
        r = sys_read(fd, bytes + got, (size_t)(*n - got));
        if (r <= 0) break;
    }
    sys_close(fd);
    if (bytes && got == *n && sum_of(bytes, (size_t)*n) == h->sum) return bytes;
    mem_free(bytes);
    return NULL;
}

// A power of two with free ones among them, or none for no files.
static bool is_table(uint32_t slots, uint32_t files) { return (slots & (slots - 1)) == 0 && files <= slots / 2; }

static bool is_of_this_program(const Head *h, const Head *wanted)
{
    return memcmp(h->magic, wanted->magic, sizeof h->magic) == 0 && h->folder_size == wanted->folder_size &&
           h->file_size == wanted->file_size && h->list_len == wanted->list_len && h->ending_len == wanted->ending_len;
}

// The tree lies in the block, as it was written; how far it goes there is told.
static const char *lay_out(FolderTree *t, const Head *h, char *block)
{
    char *p = block;
    t->block = block;
    t->folder = (void *)p;
    p += h->folders * sizeof *t->folder;
    t->file = (void *)p;
    p += h->files * sizeof *t->file;
    t->slot = (void *)p;
    p += h->slots * sizeof *t->slot;
    t->text = p;
    t->text_len = t->text_cap = h->text_len;
    t->folders = t->folder_cap = h->folders;
    t->files = t->file_cap = h->files;
    t->slots = h->slots;
    return p + h->text_len;
}

static bool is_sound(const FolderTree *t)
{
    if (!t->text_len || t->text[t->text_len - 1] != '\0' || !is_table(t->slots, t->files)) return false;
    for (uint32_t i = 0; i < t->folders; i++) {
        if (t->folder[i].path >= t->text_len) return false;
    }
    for (uint32_t i = 0; i < t->files; i++) {
        if (t->file[i].name >= t->text_len || t->file[i].folder >= t->folders) return false;
    }
    uint32_t used = 0;
    for (uint32_t i = 0; i < t->slots; i++) {
        if (t->slot[i] > t->files) return false;
        used += t->slot[i] != 0;
    }
    return used == t->files; // less than the slots: a look-up ends
}

bool folder_cache_read(FolderTree *t, const char *list, const char *ending)
{
    Head h, wanted = head_of(t, list, ending);
    uint64_t n = 0;
    char *block = read_bytes(list, &h, &n);
    if (!block || !is_of_this_program(&h, &wanted)) {
        mem_free(block);
        return false;
    }
    const char *asked = lay_out(t, &h, block);
    bool is_same = memcmp(asked, list, h.list_len) == 0 && memcmp(asked + h.list_len, ending, h.ending_len) == 0;
    if (is_same && is_sound(t) && !folder_tree_has_changed(t)) return true;
    folder_tree_free(t);
    return false;
}

// --- Writing

// A folder that had just changed may change again within its clock's tick: it would be read each time.
static bool is_worth_it(const FolderTree *t)
{
    for (uint32_t i = 0; i < t->folders; i++) {
        if (t->folder[i].is_fresh) return false;
    }
    return t->folders >= WORTH_FOLDERS;
}

static char *put(char *to, const void *from, size_t n)
{
    if (n) memcpy(to, from, n);
    return to + n;
}

// The whole file (owned), NULL: no memory.
static char *file_of(const FolderTree *t, const char *list, const char *ending, size_t *n)
{
    Head h = head_of(t, list, ending);
    uint64_t behind = bytes_behind(&h);
    char *bytes = behind == UINT64_MAX ? NULL : mem_alloc(sizeof h + (size_t)behind);
    if (!bytes) return NULL;
    char *p = put(bytes + sizeof h, t->folder, h.folders * sizeof *t->folder);
    p = put(p, t->file, h.files * sizeof *t->file);
    p = put(p, t->slot, h.slots * sizeof *t->slot);
    p = put(p, t->text, h.text_len);
    put(put(p, list, h.list_len), ending, h.ending_len);
    h.sum = sum_of(bytes + sizeof h, (size_t)behind);
    memcpy(bytes, &h, sizeof h);
    *n = sizeof h + (size_t)behind;
    return bytes;
}

void folder_cache_write(const FolderTree *t, const char *list, const char *ending)
{
    AUTO_FREE char *path = is_worth_it(t) && !safe_on() ? place(list) : NULL;
    if (!path || sys_make_folders_above(path) != 0) return;
    size_t n;
    AUTO_FREE char *bytes = file_of(t, list, ending, &n);
    if (!bytes) return;
    const char *lost;
    sys_remove(path); // an old one would be brought to the disk first, which takes longer than all this saves
    publish_bytes(path, bytes, n, 0600 | PUBLISH_NO_LINK, &lost);
}
