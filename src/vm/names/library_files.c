// Finding the files of routines. A file is looked for in the current folder, then in an index of the folders along !PATH
// (sys/folder_tree.c, kept between runs by sys/folder_cache.c), which is made anew when one of them changes. It is trusted for
// as long as nothing says that files may have changed, and for a hundred times as long as it takes to ask all folders; names that
// were not found meanwhile are remembered. Start reading at library_read_found.
#include "vm/names/library_files.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/folder_cache.h"
#include "vm/names/library.h"
#include "vm/settings/preferences.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".pro"
#define TRUST_LEAST 0.01  // seconds
#define TRUST_MOST 1.0
#define FILE_LIMIT ((size_t)256 << 20)

struct PathIndex {
    char *text;          // !PATH
    FolderTree tree;     // the files called NAME.pro
    bool built;
    Map missing;         // names of files that were not found since the folders were asked
    double trusted_until;  // the folders are not asked again before; 0: at the next name that is not found
};

// CR alone ended lines on the old Macintosh; IDL still takes it.
static void end_lines_by_lf(char *text, size_t len)
{
    for (char *p = text, *end = text + len; (p = memchr(p, '\r', (size_t)(end - p))) != NULL; p++) {
        if (p + 1 == end || p[1] != '\n') *p = '\n';
    }
}

// What comes from a pipe or terminal until its end; NULL also when it is too much.
static char *read_stream(int fd, size_t *len)
{
    char space[4096];
    Buf b = BUF_INIT(FILE_LIMIT);
    ssize_t n = sys_set_nonblocking(fd, 0);
    while (buf_ok(&b) && (n = sys_read_wait(fd, space, sizeof space, -1)) > 0) buf_put(&b, space, (size_t)n);
    buf_puts(&b, "");
    *len = b.len;
    if (n == 0) return buf_take(&b);
    buf_free(&b);
    return NULL;
}

// A pipe is no program, even when its name is one, unless it is meant: /dev/stdin, or a shell's /dev/fd/63.
static bool is_stream(const char *path, const struct stat *st)
{
    bool is_meant = strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0;
    return is_meant && (S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode));
}

// The text of a program.
static char *read_whole(const char *path, size_t *len)
{
    int fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat st;
    char *text = NULL;
    if (fd < 0) {
        errno = -fd;
        return NULL;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size <= FILE_LIMIT) {
        text = mem_alloc((size_t)st.st_size + 1);
        if (!text) errno = ENOMEM;
        size_t got = 0;
        while (text && got < (size_t)st.st_size) {
            ssize_t n = read(fd, text + got, (size_t)st.st_size - got);
            if (n <= 0) break;
            got += (size_t)n;
        }
        if (text) text[got] = '\0';
        if (text) end_lines_by_lf(text, got);
        *len = got;
    } else if (is_stream(path, &st)) {
        text = read_stream(fd, len);
    }
    close(fd);
    return text;
}

char *library_join(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = mem_must(n);
    snprintf(path, n, "%s/%s", folder, name);
    return path;
}

static struct PathIndex *path_index(Vm *vm)
{
    Engine *e = vm->engine;
    if (!e->path_index) {
        e->path_index = mem_must(sizeof *e->path_index);
        const char *ours = getenv("HELIO_PATH"), *others = pref_text(vm, PREF_PATH);
        Buf b = BUF_INIT(BUF_NO_LIMIT);
        buf_printf(&b, "%s%s%s", ours ? ours : "", ours && *ours && *others ? ":" : "", others);
        e->path_index->text = buf_take(&b);
    }
    return e->path_index;
}

static bool is_pro(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".pro") == 0;
}

static void drop_index(struct PathIndex *x)
{
    folder_tree_free(&x->tree);
    x->built = false;
}

// Without memory, or after Ctrl-C, there is no index, and the next one who needs it tries again.
static void build_index(struct PathIndex *x)
{
    drop_index(x);
    x->built = folder_cache_read(&x->tree, x->text, ENDING);
    if (x->built) return;
    TreeRead outcome = folder_tree_read(&x->tree, x->text, ENDING);
    if (outcome == TREE_NO_MEMORY) mem_note_low();
    x->built = outcome == TREE_OK;
    if (x->built) folder_cache_write(&x->tree, x->text, ENDING);
}

static void sure_index(struct PathIndex *x)
{
    if (!x->built || folder_tree_has_changed(&x->tree)) build_index(x);
}

void library_look_again(Vm *vm)
{
    if (vm->engine->path_index) vm->engine->path_index->trusted_until = 0;
}

static bool is_trusted(const struct PathIndex *x) { return x->trusted_until > 0 && sys_now() < x->trusted_until; }

static void check_index(struct PathIndex *x)
{
    double begin = sys_now();
    map_free(&x->missing);
    sure_index(x);
    double now = sys_now(), trust = 100 * (now - begin);
    x->trusted_until = !x->built ? 0 : now + (trust < TRUST_LEAST ? TRUST_LEAST : trust > TRUST_MOST ? TRUST_MOST : trust);
}

// The file, if one of the folders along !PATH has it.
static const FileSeen *look_up(struct PathIndex *x, const char *file)
{
    if (!x->built || !is_trusted(x)) check_index(x);
    return folder_tree_find(&x->tree, file);
}

static const char *folder_path(const struct PathIndex *x, uint32_t folder) { return x->tree.text + x->tree.folder[folder].path; }

void library_forget_path(Vm *vm)
{
    library_look_again(vm);
    drop_index(path_index(vm));
}

void library_each_file(Vm *vm, void (*each)(void *arg, const char *file), void *arg)
{
    struct PathIndex *x = path_index(vm);
    sure_index(x);
    for (uint32_t i = 0; i < x->tree.files; i++) each(arg, x->tree.text + x->tree.file[i].name);
    DIR *d = opendir(".");
    if (!d) return;
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        if (is_pro(entry->d_name)) each(arg, entry->d_name);
    }
    closedir(d);
}

void library_each_folder(Vm *vm, void (*each)(void *arg, const char *folder, int files), void *arg)
{
    struct PathIndex *x = path_index(vm);
    sure_index(x);
    for (uint32_t i = 0; i < x->tree.folders; i++) {
        if (x->tree.folder[i].is_there) each(arg, folder_path(x, i), (int)x->tree.folder[i].files);
    }
}

void library_set_path(Vm *vm, const char *path)
{
    struct PathIndex *x = path_index(vm);
    mem_free(x->text);
    x->text = mem_strdup(path);
    drop_index(x);
    x->trusted_until = 0;
}

// With "+" entries expanded and without "<IDL_DEFAULT>" (our own library is inside the program), as !PATH shows them.
const char *library_path(Vm *vm)
{
    struct PathIndex *x = path_index(vm);
    if (!strpbrk(x->text, "+<")) return x->text;
    if (!x->built) build_index(x);
    if (!x->built) return x->text;
    Buf b = BUF_INIT(16 << 20);
    for (uint32_t i = 0; i < x->tree.folders; i++) {
        if (x->tree.folder[i].is_there) buf_printf(&b, "%s%s", b.len ? ":" : "", folder_path(x, i));
    }
    buf_puts(&b, "");
    char *text = buf_take(&b);
    if (text) {
        mem_free(x->text);
        x->text = text;
    }
    return x->text;
}

void library_free(Vm *vm)
{
    struct PathIndex *x = vm->engine->path_index;
    if (!x) return;
    drop_index(x);
    map_free(&x->missing);
    mem_free(x->text);
    mem_free(x);
}

static char *read_in_folder(const struct PathIndex *x, uint32_t folder, const char *file, size_t *len, char **path)
{
    char *there = library_join(folder_path(x, folder), file), *text = read_whole(there, len);
    if (text) *path = there;
    else mem_free(there);
    return text;
}

// What has the name may be no file that can be read: a folder, a link to nothing. Then the folders behind it are asked.
static char *read_behind(const struct PathIndex *x, uint32_t folder, const char *file, size_t *len, char **path)
{
    char *text = NULL;
    while (!text && ++folder < x->tree.folders) text = read_in_folder(x, folder, file, len, path);
    return text;
}

static char *read_along_path(struct PathIndex *x, const char *file, size_t *len, char **path)
{
    for (int i = 0; i < 2; i++) {
        const FileSeen *found = look_up(x, file);
        if (!found) break;
        char *text = read_in_folder(x, found->folder, file, len, path);
        if (!text && i) text = read_behind(x, found->folder, file, len, path);
        if (text) return text;
        if (!i) check_index(x);  // it has gone
    }
    if (x->built) map_set(&x->missing, file, x);
    return NULL;
}

char *library_read_found(Vm *vm, const char *file, size_t *len, char **path)
{
    struct PathIndex *x = path_index(vm);
    if (is_trusted(x) && map_get(&x->missing, file)) return NULL;
    errno = 0;
    char *text = read_whole(file, len);
    if (!text && errno == ENOMEM) return NULL;  // it is there: no other is looked for, and errno stays
    if (text) {
        *path = file[0] == '/' ? mem_strdup(file) : NULL;
        if (!*path) {
            char *cwd = getcwd(NULL, 0);
            *path = library_join(cwd ? cwd : ".", file);
            free(cwd);
        }
        return text;
    }
    return strchr(file, '/') ? NULL : read_along_path(x, file, len, path);
}

char *library_read_file(Vm *vm, const char *name, size_t *len, char **path)
{
    char *text = NULL;
    errno = 0;
    if (!is_pro(name)) {
        size_t n = strlen(name) + 5;
        char *with_pro = mem_must(n);
        snprintf(with_pro, n, "%s.pro", name);
        text = library_read_found(vm, with_pro, len, path);
        mem_free(with_pro);
    }
    return text || errno == ENOMEM ? text : library_read_found(vm, name, len, path);
}

char *library_include(void *vm, const char *name, const char *from, size_t *len, char **path)
{
    char *text = library_read_file(vm, name, len, path);
    const char *slash = text || !from || name[0] == '/' ? NULL : strrchr(from, '/');
    if (!slash) return text;
    AUTO_FREE char *folder = mem_strndup(from, (size_t)(slash - from)), *beside = library_join(folder, name);
    return library_read_file(vm, beside, len, path);
}
