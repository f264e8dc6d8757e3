// The listing of a file's bytecode. Start reading at disassemble_file.
#include "repl/disassemble.h"

#include "base/mem.h"
#include "lang/disasm.h"
#include "repl/executive.h"
#include "vm/fault/error_line.h"
#include "vm/names/library.h"

typedef struct Shown {
    Source src;
    Buf text;
    int routines;
} Shown;

static void show(void *arg, const Code *code)
{
    Shown *s = arg;
    if (s->routines++) buf_putc(&s->text, '\n');
    disasm_put(code, &s->src, &s->text);
}

int disassemble_file(Vm *vm, const char *path)
{
    size_t len;
    AUTO_FREE char *found = NULL;
    AUTO_FREE char *text = library_read_file(vm, path, &len, &found);
    if (!text) {
        vm_error_line(vm, "%% Error opening file. File: %s", path);
        return 1;
    }
    Shown s = {{found, text, len, 1}, BUF_INIT(BUF_NO_LIMIT), 0};
    int errors = library_each_code(vm, found, text, len, show, &s);
    if (!buf_ok(&s.text)) {
        vm_error_line(vm, "%% Unable to allocate memory: the listing is too long.");
        errors++;
    }
    executive_show(vm, &s.text);
    buf_free(&s.text);
    return errors != 0;
}
