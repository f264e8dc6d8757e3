// The loader of modules: where they are looked for and how a failure is told. What a module exports is its own
// header's business (image/jpeg.h, gfx/device.h). Start at dynlib_table.
#include "sys/dynlib.h"

#include "core/errors.h"
#include "sys/module_dir.h"
#include "sys/safe.h"

#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The folder of the running binary, without a final slash; false if the system does not tell.
static bool exe_folder(char *dir, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", dir, size - 1);
    if (n <= 0) return false;
    dir[n] = 0;
    char *slash = strrchr(dir, '/');
    if (!slash) return false;
    *slash = 0;
    return true;
}

// A module is run: neither it nor its folder may be somebody else's to change. Root, whoever owns helio, and the user may.
static bool is_ours(const char *path)
{
    struct stat st, exe;
    if (stat(path, &st) != 0 || st.st_mode & S_IWOTH) return false;
    return st.st_uid == 0 || st.st_uid == geteuid() || (stat("/proc/self/exe", &exe) == 0 && st.st_uid == exe.st_uid);
}

static bool may_be_opened(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 0, path);
    return access(path, R_OK) == 0 && !safe_covers(path) && is_ours(path) && is_ours(folder);
}

// Of the build tree, and of an installation, wherever it has been moved to. (A libdir that is absolute has no such place.)
static const char *const beside[] = {"modules", "../modules", "../../modules", HELIO_MODULES_FROM_PROGRAM};

// Stores the path of the module's file; false if there is none.
static bool find_module(const char *name, char *path, size_t size)
{
    char dir[PATH_MAX];
    if (exe_folder(dir, sizeof dir)) {
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            int n = snprintf(path, size, "%s/%s/%s.so", dir, beside[i], name);
            if (n > 0 && (size_t)n < size && may_be_opened(path)) return true;
        }
    }
    int n = snprintf(path, size, "%s/%s.so", HELIO_MODULE_DIR, name);
    return n > 0 && (size_t)n < size && may_be_opened(path);
}

static Status open_table(const char *name, const char *symbol, const char *package, const void **table)
{
    char path[PATH_MAX];
    if (!find_module(name, path, sizeof path)) {
        return status_fail(E_MODULE, "Module %s.so is not beside helio nor in %s, or others may write there (it needs %s).", name,
                           HELIO_MODULE_DIR, package);
    }
    // RTLD_NOW: a missing library or symbol is told here, not at some later call.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // for the library's own threads: Ctrl-C is ours
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!handle) return status_fail(E_MODULE, "Module %s: %s (install the package %s).", name, dlerror(), package);
    *table = dlsym(handle, symbol);
    if (!*table) return status_fail(E_MODULE, "Module %s: %s is not a module of this helio.", name, path);
    return STATUS_OK;
}

Status dynlib_table(const char *name, const char *symbol, const char *package, const void **table)
{
    // Those that are open, by name: the loader's own look-up costs more than a small transform.
    static struct Opened {
        char name[16];
        const void *table;
    } opened[40];
    size_t i = 0;
    for (; i < sizeof opened / sizeof *opened && opened[i].table; i++) {
        if (strcmp(opened[i].name, name) != 0) continue;
        *table = opened[i].table;
        return STATUS_OK;
    }
    *table = NULL;
    STATUS_TRY(open_table(name, symbol, package, table));
    if (i < sizeof opened / sizeof *opened && strlen(name) < sizeof opened[i].name) {
        strcpy(opened[i].name, name);
        opened[i].table = *table;
    }
    return STATUS_OK;
}

static int is_module(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return n > 3 && strcmp(d->d_name + n - 3, ".so") == 0;
}

// The entries of the first folder that holds modules; how many.
static int list_modules(char *folder, size_t size, struct dirent ***entry)
{
    char dir[PATH_MAX];
    int n;
    for (size_t i = 0; exe_folder(dir, sizeof dir) && i < sizeof beside / sizeof *beside; i++) {
        n = snprintf(folder, size, "%s/%s", dir, beside[i]);
        if (n > 0 && (size_t)n < size && (n = scandir(folder, entry, is_module, alphasort)) > 0) return n;
    }
    n = snprintf(folder, size, "%s", HELIO_MODULE_DIR);
    return n > 0 && (size_t)n < size ? scandir(folder, entry, is_module, alphasort) : 0;
}

void dynlib_each(void (*each)(void *arg, const char *name, const char *path, bool is_open), void *arg)
{
    char folder[PATH_MAX], path[2 * PATH_MAX];
    struct dirent **entry = NULL;
    int n = list_modules(folder, sizeof folder, &entry);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
        void *open = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
        if (open) dlclose(open);
        entry[i]->d_name[strlen(entry[i]->d_name) - 3] = '\0';
        each(arg, entry[i]->d_name, path, open != NULL);
        free(entry[i]);
    }
    free(entry);
}
