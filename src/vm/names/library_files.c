// Finding the files of routines. A file is looked for in the current folder, then in an index of the folders along !PATH that is
// rebuilt when one of them changes. What has not been found is remembered for as long as nothing says that files may have
// changed, and for a hundred times as long as it takes to ask all folders. Start reading at library_read_found.
#include "vm/names/library_files.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/clock.h"
#include "sys/fd.h"
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

#define TRUST_LEAST 0.01  // seconds
#define TRUST_MOST 1.0
#define RACE_SECONDS 0.02  // what changed so shortly before a folder was listed may have changed again within its clock's tick
enum { FOLDERS_MAX = 20000, FOLDER_DEPTH = 40 };
#define FILE_LIMIT ((size_t)256 << 20)

typedef struct Folder {
    char *path;
    struct timespec changed;
    bool is_fresh;  // it had changed just before it was listed
} Folder;

typedef VEC(char *) Names;

struct PathIndex {
    char *text;          // !PATH
    VEC(Folder) folders;
    Map files;           // "name.pro" -> owned full path
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

// Notes when a folder changed last and which .pro files it has; inner folders go into `inner` if it is not NULL.
static void read_folder(struct PathIndex *x, const char *path, Names *inner)
{
    struct stat st;
    DIR *d = x->folders.len < FOLDERS_MAX ? opendir(path) : NULL;
    if (!d) return;
    if (fstat(dirfd(d), &st) != 0) st = (struct stat){0};
    double age = sys_wall() - ((double)st.st_mtim.tv_sec + 1e-9 * (double)st.st_mtim.tv_nsec);
    VEC_PUSH(&x->folders, (Folder){mem_strdup(path), st.st_mtim, age > -RACE_SECONDS && age < RACE_SECONDS});
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        const char *name = entry->d_name;
        if (is_pro(name) && !map_get(&x->files, name)) map_set(&x->files, name, library_join(path, name));
        bool may_be_folder = name[0] != '.' && (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
        if (inner && may_be_folder) VEC_PUSH(inner, library_join(path, name));
    }
    closedir(d);
}

// "+DIR": DIR and every folder below it.
static void read_tree(struct PathIndex *x, const char *path, int depth)
{
    Names inner = {0};
    read_folder(x, path, depth < FOLDER_DEPTH ? &inner : NULL);
    for (int i = 0; i < inner.len; i++) {
        read_tree(x, inner.p[i], depth + 1);
        mem_free(inner.p[i]);
    }
    VEC_FREE(&inner);
}

static void drop_index(struct PathIndex *x)
{
    for (int i = 0; i < x->folders.len; i++) mem_free(x->folders.p[i].path);
    VEC_FREE(&x->folders);
    size_t at = 0;
    for (const MapEntry *m; (m = map_next(&x->files, &at)) != NULL;) mem_free(m->value);
    map_free(&x->files);
    x->built = false;
}

static void build_index(struct PathIndex *x)
{
    drop_index(x);
    char *list = mem_strdup(x->text), *rest = list;
    for (char *item; (item = strsep(&rest, ":")) != NULL;) {
        if (*item == '+') read_tree(x, item + 1, 0);
        else if (*item && *item != '<') read_folder(x, item, NULL);
    }
    mem_free(list);
    x->built = true;
}

static bool index_is_stale(const struct PathIndex *x)
{
    struct stat st;
    for (int i = 0; i < x->folders.len; i++) {
        const Folder *f = &x->folders.p[i];
        if (stat(f->path, &st) != 0) return true;
        if (f->is_fresh || st.st_mtim.tv_sec != f->changed.tv_sec || st.st_mtim.tv_nsec != f->changed.tv_nsec) return true;
    }
    return false;
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
    if (!x->built || index_is_stale(x)) build_index(x);
    double now = sys_now(), trust = 100 * (now - begin);
    x->trusted_until = now + (trust < TRUST_LEAST ? TRUST_LEAST : trust > TRUST_MOST ? TRUST_MOST : trust);
}

// The path of a file in one of the folders along !PATH, or NULL.
static const char *look_up(struct PathIndex *x, const char *file)
{
    if (!x->built) check_index(x);
    const char *path = map_get(&x->files, file);
    if (path || is_trusted(x)) return path;
    check_index(x);
    return map_get(&x->files, file);
}

void library_forget_path(Vm *vm)
{
    library_look_again(vm);
    drop_index(path_index(vm));
}

void library_each_file(Vm *vm, void (*each)(void *arg, const char *file), void *arg)
{
    struct PathIndex *x = path_index(vm);
    if (!x->built || index_is_stale(x)) build_index(x);
    size_t at = 0;
    for (const MapEntry *m; (m = map_next(&x->files, &at)) != NULL;) each(arg, m->key);
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
    if (!x->built || index_is_stale(x)) build_index(x);
    for (int i = 0; i < x->folders.len; i++) {
        const char *folder = x->folders.p[i].path;
        size_t at = 0, n = strlen(folder);
        int files = 0;
        for (const MapEntry *m; (m = map_next(&x->files, &at)) != NULL;) {
            const char *path = m->value;
            files += strncmp(path, folder, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
        }
        each(arg, folder, files);
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
    Buf b = BUF_INIT(16 << 20);
    for (int i = 0; i < x->folders.len; i++) buf_printf(&b, "%s%s", i ? ":" : "", x->folders.p[i].path);
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

static char *read_along_path(struct PathIndex *x, const char *file, size_t *len, char **path)
{
    for (int i = 0; i < 2; i++) {
        const char *found = look_up(x, file);
        if (!found) break;
        char *text = read_whole(found, len);
        if (text) {
            *path = mem_strdup(found);
            return text;
        }
        check_index(x);  // it has gone
    }
    map_set(&x->missing, file, x);
    return NULL;
}

char *library_read_found(Vm *vm, const char *file, size_t *len, char **path)
{
    struct PathIndex *x = path_index(vm);
    if (is_trusted(x) && map_get(&x->missing, file)) return NULL;
    char *text = read_whole(file, len);
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
    if (!is_pro(name)) {
        size_t n = strlen(name) + 5;
        char *with_pro = mem_must(n);
        snprintf(with_pro, n, "%s.pro", name);
        text = library_read_found(vm, with_pro, len, path);
        mem_free(with_pro);
    }
    return text ? text : library_read_found(vm, name, len, path);
}

char *library_include(void *vm, const char *name, const char *from, size_t *len, char **path)
{
    char *text = library_read_file(vm, name, len, path);
    const char *slash = text || !from || name[0] == '/' ? NULL : strrchr(from, '/');
    if (!slash) return text;
    AUTO_FREE char *folder = mem_strndup(from, (size_t)(slash - from)), *beside = library_join(folder, name);
    return library_read_file(vm, beside, len, path);
}
