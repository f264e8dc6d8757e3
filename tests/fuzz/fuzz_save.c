// Fuzz target for SAVE files: the input is restored into a new engine, looked at, saved again and restored again. A block
// that is still alive afterwards is a failure.
#include "base/mem.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "vm/engine.h"
#include "vm/library.h"
#include "vm/statement.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLES(X) \
    X(lib_save) X(lib_restore) X(lib_objects) X(lib_list) X(lib_hash) X(lib_container) X(lib_format_print) X(lib_help) X(lib_heap)
#define X(symbol) extern const RoutineTable symbol;
TABLES(X)
#undef X

static int input_file;
static char input_name[40], output_name[] = "/tmp/fuzz-save-XXXXXX";

static void remove_output(void) { unlink(output_name); }

// Programs print into nothing and find no .pro file.
static void start_once(void)
{
    if (input_file) return;
    setenv("HELIO_MAX_MEMORY", "256M", 1);
    setenv("HELIO_PATH", "/nonexistent", 1);
    input_file = memfd_create("in", 0);
    int output = mkstemp(output_name);
    if (input_file < 0 || output < 0 || atexit(remove_output) != 0) exit(2);
    close(output);
    snprintf(input_name, sizeof input_name, "/proc/self/fd/%d", input_file);
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || chdir("/proc/self/fdinfo") != 0) exit(2);
    close(nothing);
}

static void no_text(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

static void run_line(Vm *vm, const char *text) { (void)vm_run_text(vm, text, strlen(text), NULL, 1); }

static void restore_and_save(void)
{
    char text[200];
    Vm *vm = vm_new();
    if (!vm) exit(2);
#define X(symbol) library_add_table(vm, &symbol);
    TABLES(X)
#undef X
    lib_add_system_variables(vm);
    vm->engine->error_text = no_text;
    snprintf(text, sizeof text, "restore, '%s', description=idldescription, restored=idlobjects, /verbose\n", input_name);
    run_line(vm, text);
    run_line(vm, "help, /brief & help & help, /heap\n");
    run_line(vm, "print, idlobjects\n");
    snprintf(text, sizeof text, "save, /variables, /compress, filename='%s'\n", output_name);
    run_line(vm, text);
    snprintf(text, sizeof text, "restore, '%s', /relaxed\n", output_name);
    run_line(vm, text);
    run_line(vm, "heap_gc\n");
    Status s = units_flush(vm->units);
    status_drop(&s);
    vm_free(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    int64_t before = mem_stats().in_use;
    if (ftruncate(input_file, 0) < 0 || pwrite(input_file, data, size, 0) != (ssize_t)size) exit(2);
    restore_and_save();
    if (mem_stats().in_use != before) {
        mem_census();
        abort();
    }
    return 0;
}
