// TERMINAL_SIZE.
#include "core/arr.h"
#include "sys/terminal.h"
#include "vm/call/call.h"

#include <unistd.h>

enum { SIDE_MAX = 10000 };

// TERMINAL_SIZE([Columns, Lines]): the terminal's width and height in characters, LONG[2]: 80 and 24 where there is
// none and COLUMNS and LINES of the environment do not tell. With arguments, this size is taken from now on, and a
// terminal is told. Source: manual.
static void fn_terminal_size(Call *c)
{
    if (c->argc == 1) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    if (c->argc == 2) {
        int64_t columns = call_int(c, 0), rows = call_int(c, 1);
        if (columns < 1 || rows < 1 || columns > SIDE_MAX || rows > SIDE_MAX)
            throw_msg(c, E_VALUE, "The size of a terminal is 1 to %d.", SIDE_MAX);
        sys_term_resize(STDOUT_FILENO, (int)columns, (int)rows);
    }
    Arr *a = call_new_array(c, T_LONG, 1, (int64_t[]){2}, false);
    ((int32_t *)a->data)[0] = sys_term_columns(STDOUT_FILENO);
    ((int32_t *)a->data)[1] = sys_term_rows(STDOUT_FILENO);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static const Routine rows[] = {
    {"TERMINAL_SIZE", FUNCTION, {0, 2}, fn_terminal_size, "[Columns, Lines]"},
};
ROUTINE_TABLE(lib_terminal_size, rows)
