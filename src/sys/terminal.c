// Size and modes of the terminal. What is drawn on it is the business of repl/ and gfx/. Nothing to start from: each
// function stands alone.
#include "sys/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool sys_is_tty(int fd) { return isatty(fd) == 1; }

static int size_from(const char *variable, int otherwise)
{
    const char *s = getenv(variable);
    long n = s ? strtol(s, NULL, 10) : 0;
    return n > 0 && n <= 10000 ? (int)n : otherwise;
}

int sys_term_columns(int fd)
{
    struct winsize w;
    if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0) return w.ws_col;
    return size_from("COLUMNS", 80);
}

int sys_term_rows(int fd)
{
    struct winsize w;
    if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_row > 0) return w.ws_row;
    return size_from("LINES", 24);
}

void sys_term_resize(int fd, int columns, int rows)
{
    struct winsize w = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    char text[16];
    if (isatty(fd) && ioctl(fd, TIOCSWINSZ, &w) == 0) return;
    snprintf(text, sizeof text, "%d", columns);
    setenv("COLUMNS", text, 1);
    snprintf(text, sizeof text, "%d", rows);
    setenv("LINES", text, 1);
}

static bool get_mode(int fd, SysTermSave *save)
{
    save->fd = fd;
    save->is_raw = false;
    return sys_is_tty(fd) && tcgetattr(fd, &save->mode) == 0;
}

static bool set_mode(SysTermSave *save, struct termios mode)
{
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    while (tcsetattr(save->fd, TCSADRAIN, &mode) < 0) {
        if (errno != EINTR) return false;
    }
    return save->is_raw = true;
}

bool sys_term_raw(int fd, SysTermSave *save)
{
    if (!get_mode(fd, save)) return false;
    struct termios raw = save->mode;
    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    raw.c_cflag |= CS8;
    return set_mode(save, raw);
}

bool sys_term_quiet(int fd, SysTermSave *save)
{
    if (!get_mode(fd, save) || tcgetpgrp(fd) != getpgrp()) return false;
    struct termios quiet = save->mode;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    return set_mode(save, quiet);
}

void sys_term_restore(SysTermSave *save)
{
    if (!save->is_raw) return;
    while (tcsetattr(save->fd, TCSADRAIN, &save->mode) < 0 && errno == EINTR) continue;
    save->is_raw = false;
}
