// See error_line.h.
#include "vm/fault/error_line.h"

#include "base/buf.h"
#include "io/lun.h"
#include "sys/fd.h"
#include "vm/fault/journal.h"

#include <unistd.h>

void vm_error_line(Vm *vm, const char *format, ...)
{
    Buf b = BUF_INIT(1 << 20);
    va_list args;
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    buf_putc(&b, '\n');
    Status flushed = lun_flush(vm->units, LUN_STDOUT);  // what was printed before stands before
    status_drop(&flushed);
    if (buf_ok(&b)) {
        if (vm->engine->journal) journal_shown(vm, b.p, b.len);
        if (vm->engine->error_text) {
            vm->engine->error_text(vm, b.p, b.len);
        } else {
            sys_write_message(STDERR_FILENO, b.p, b.len);
        }
    }
    buf_free(&b);
}
