// The terminal: its size and its modes.
#ifndef HELIO_SYS_TERMINAL_H
#define HELIO_SYS_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

bool sys_is_tty(int fd);
// Size of the terminal at fd; when there is none, or it does not say, $COLUMNS / $LINES, then 80 and 24.
int sys_term_columns(int fd);
int sys_term_rows(int fd);
// That size from now on: the terminal's, or the environment's where there is none.
void sys_term_resize(int fd, int columns, int rows);

// Raw mode of a terminal: keys arrive one by one, no echo, no signals from keys. Save is filled for the way back.
typedef struct SysTermSave {
    int fd;
    bool is_raw;
    struct termios mode;
} SysTermSave;

bool sys_term_raw(int fd, SysTermSave *save);
// Only that bytes arrive at once and are not shown: signals from keys stay, and Enter ends lines. Not from the background.
bool sys_term_quiet(int fd, SysTermSave *save);
void sys_term_restore(SysTermSave *save);

#endif
