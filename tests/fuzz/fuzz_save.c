// Fuzz target for SAVE files: the input is restored into a new engine, looked at, saved again and restored again. A block
// that is still alive afterwards is a failure. An input that is no SAVE file is the seed of one (save_made.h): random values are
// saved, and what another engine restores must be the same; then CHANGES files are made of it with changed records.
#include "base/mem.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "save_made.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/scope/variables.h"
#include "vm/session/statement.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLES(X) \
    X(lib_save) X(lib_restore) X(lib_objects) \
    X(lib_make) X(lib_string_part) X(lib_string_split) X(lib_format_string) X(lib_format_convert) X(lib_list_methods) \
    X(lib_hash_methods) X(lib_list) X(lib_hash) X(lib_container) X(lib_format_print) X(lib_help) X(lib_heap)
#define X(symbol) extern const RoutineTable symbol;
TABLES(X)
#undef X

enum { CHANGES = 10, VARIABLES = 8, FILE_MAX = 8 << 20 };

static int input_file;
static long files, made;
static char input_name[40], output_name[40] = "/dev/shm/fuzz-save-XXXXXX";  // in memory: SAVE waits for a disk

static void finish(void)
{
    unlink(output_name);
    fprintf(stderr, "%ld SAVE files restored, %ld of them made by SAVE and the same again\n", files, made);
}

// Programs print into nothing and find no .pro file.
static void start_once(void)
{
    if (input_file) return;
    setenv("HELIO_MAX_MEMORY", "256M", 1);
    setenv("HELIO_PATH", "/nonexistent", 1);
    input_file = memfd_create("in", 0);
    int output = mkstemp(output_name);
    if (output < 0) output = mkstemp(strcpy(output_name, "/tmp/fuzz-save-XXXXXX"));
    if (input_file < 0 || output < 0 || atexit(finish) != 0) exit(2);
    close(output);
    snprintf(input_name, sizeof input_name, "/proc/self/fd/%d", input_file);
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || chdir("/proc/self/fdinfo") != 0) exit(2);
    close(nothing);
}

static void no_text(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

static void run_line(Vm *vm, const char *text) { (void)vm_run_text(vm, text, strlen(text), NULL, 1); }

static Vm *new_engine(void)
{
    Vm *vm = vm_new();
    if (!vm) exit(2);
#define X(symbol) library_add_table(vm, &symbol);
    TABLES(X)
#undef X
    lib_add_system_variables(vm);
    vm->engine->error_text = no_text;
    return vm;
}

static void end_engine(Vm *vm)
{
    Status s = units_flush(vm->units);
    status_drop(&s);
    vm_free(vm);
}

static void restore_and_save(Vm *vm)
{
    char text[200];
    files++;
    snprintf(text, sizeof text, "restore, '%s', description=idldescription, restored=idlobjects, /verbose\n", input_name);
    run_line(vm, text);
    run_line(vm, "help, /brief & help & help, /heap\n");
    run_line(vm, "print, idlobjects\n");
    snprintf(text, sizeof text, "save, /variables, /compress, filename='%s'\n", output_name);
    run_line(vm, text);
    snprintf(text, sizeof text, "restore, '%s', /relaxed\n", output_name);
    run_line(vm, text);
    run_line(vm, "heap_gc\n");
}

// --- Files of our own -----------------------------------------------------------------------------------------------------

static void check_same(Vm *a, Vm *b)
{
    char name[8];
    compare_start();
    for (int i = 0; i < VARIABLES; i++) {
        snprintf(name, sizeof name, "V%d", i);
        const Val *x = frame_cell(a, 0, name, false), *y = frame_cell(b, 0, name, false), none = VAL_UNDEF;
        if ((!x || val_is_undef(x)) && (!y || val_is_undef(y))) continue;  // !NULL is a variable without a value
        if (compare_values(x ? x : &none, y ? y : &none)) continue;
        fprintf(stderr, "in %s\n", name);
        abort();
    }
}

// Saves random values into the output file, and restores them elsewhere. False: memory has run out on the way.
static bool make_file(Choices *c)
{
    static const char *const ways[] = {"", ", /compress", ", description='made'", ", /variables", ", /verbose"};
    char text[200];
    Buf b = BUF_INIT(1 << 20);
    Vm *vm = new_engine(), *other = new_engine();
    save_random_values(c, &b);
    if (getenv("FUZZ_SHOW")) fprintf(stderr, "%.*s", (int)b.len, b.p);
    for (const char *p = b.p, *end = b.p + b.len, *lf; p < end && (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1) {
        (void)vm_run_text(vm, p, (size_t)(lf + 1 - p), NULL, 1);
    }
    buf_free(&b);
    const char *way = ways[choose(c, sizeof ways / sizeof *ways)];
    snprintf(text, sizeof text, "save, v0, v1, v2, v3, v4, v5, v6, v7, filename='%s'%s\n", output_name, way);
    bool ok = vm_run_text(vm, text, strlen(text), NULL, 1) == RAN_OK;
    snprintf(text, sizeof text, "restore, '%s'\n", output_name);
    ok = ok && vm_run_text(other, text, strlen(text), NULL, 1) == RAN_OK;
    if (ok) check_same(vm, other);
    run_line(vm, "p = 0 & q = 0\n");
    end_engine(vm);
    end_engine(other);
    made += ok;
    files += ok;
    return ok;
}

static void put_input(const void *data, size_t size)
{
    if (ftruncate(input_file, 0) < 0 || pwrite(input_file, data, size, 0) != (ssize_t)size) exit(2);
}

static void make_and_change(Choices *c)
{
    static uint8_t file[FILE_MAX];
    int fd = make_file(c) ? open(output_name, O_RDONLY) : -1;
    ssize_t n = fd < 0 ? 0 : read(fd, file, FILE_MAX);
    if (fd >= 0) close(fd);
    Vm *vm = new_engine();
    for (int i = 0; i < CHANGES && n > 0; i++) {
        Buf b = BUF_INIT(FILE_MAX);
        if (save_change_frames(c, file, (size_t)n, &b) && buf_ok(&b)) {
            put_input(b.p, b.len);
            restore_and_save(vm);
            vm_return_to_main(vm);
            vm_reset(vm);
        }
        buf_free(&b);
    }
    end_engine(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    int64_t before = mem_stats().in_use;
    if (size >= 2 && memcmp(data, "SR", 2) == 0) {
        put_input(data, size);
        Vm *vm = new_engine();
        restore_and_save(vm);
        end_engine(vm);
    } else {
        Choices c = {1469598103934665603u};
        for (size_t i = 0; i < size; i++) c.state = (c.state ^ data[i]) * 1099511628211u;
        make_and_change(&c);
    }
    if (mem_stats().in_use != before) {
        mem_census();
        abort();
    }
    return 0;
}
