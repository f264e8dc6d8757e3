// The table of logical units: -2 stderr, -1 stdout, 0 stdin, 1 to 99 free use, 100 to 128 handed out by GET_LUN. Finds,
// opens, closes and reserves units; what is done with an open one is in io/unit.h, sockets are opened by io/connect.h.
#ifndef HELIO_IO_LUN_H
#define HELIO_IO_LUN_H

#include "base/vec.h"
#include "io/unit.h"

#define LINE_LIMIT ((size_t)256 << 20)  // bytes of the longest line READF takes
enum { LUN_STDERR = -2, LUN_STDOUT = -1, LUN_STDIN = 0, LUN_POOL = 100, LUN_LAST = 128 };

struct Units {
    Unit unit[LUN_LAST + 3];  // by lun + 2
    VEC(Unit *) more;         // of sockets, from LUN_LAST + 1 on
    int free_from;            // of `more`: none before it is free
    struct NetOptions *net;   // owned by the VM
    bool (*pages)(void *arg); // whether /MORE stops at pages now; NULL: it does
    void *pages_arg;
    size_t max_line;          // longest line read, in bytes: LINE_LIMIT unless set
    bool watches_held;        // a wait looks for request heads that are held too long
    struct Watch *watch;      // the units that lun_poll has been asked about, where these are many; NULL: none yet
    unsigned polls;           // calls of lun_poll
};

typedef struct LunOpen {
    int access;      // 'r', 'w', 'u': OPENR, OPENW, OPENU
    unsigned flags;  // UF_: RAWIO, SWAP, F77, XDR, COMPRESS, DELETE, APPEND, STDIO
    int width;       // 0: not given
    size_t bufsize;  // 0: not given
    bool no_expand;  // NOEXPAND_PATH
} LunOpen;

// What FSTAT and HELP,/FILES show.
typedef struct LunStat {
    int unit;
    const char *name;  // borrowed; "" when closed
    bool open, is_a_tty, interactive, xdr, compress, read, write, is_a_gui, rawio, f77, swap, is_reserved;
    int64_t transfer_count, cur_ptr, size, rec_len;
    double atime, ctime, mtime;  // seconds since 1970, 0 when no file
} LunStat;

Units *units_new(struct NetOptions *net);
void units_free(Units *t);  // closes all; failures cannot be reported any more
// Before a signal ends the process: what the units hold back is written, at most a second each; compressed files are finished,
// those of /DELETE go. The second one, for a signal's handler: what ordinary files have in their buffers.
void units_end(Units *t);
void units_end_urgently(Units *t);
// Flushes standard output and error and every unit; the first failure.
MUST_USE Status units_flush(Units *t);

// The unit, open or not. E_UNIT when there is no such number.
MUST_USE Status lun_find(Units *t, int64_t lun, Unit **u);
// An open unit that allows `need` (UF_READ, UF_WRITE or 0). E_UNIT_CLOSED, E_NOT_READABLE, E_NOT_WRITABLE.
MUST_USE Status lun_for_bytes(Units *t, int64_t lun, unsigned need, Unit **u);
// The same, refusing RAWIO units and listeners: for PRINTF and READF. Flushes standard output before standard input.
MUST_USE Status lun_for_text(Units *t, int64_t lun, unsigned need, Unit **u);

// GET_LUN: reserves the lowest free unit from 100 on. E_NO_UNITS names what holds them.
MUST_USE Status lun_get(Units *t, int *lun);
// For SOCKET, /GET_LUN: when those are gone, one from 129 on, !NET.UNITS at most.
MUST_USE Status lun_get_for_socket(Units *t, int *lun);
int lun_last(const Units *t);  // the largest number there is
// FILE_POLL_INPUT: which of n units have a byte, the end or a connection to give; waits for one, at most `timeout` seconds
// (negative: no limit). Closed ones are ready. How many, SYS_INTERRUPTED, or another -errno.
int lun_poll(Units *t, Unit *const *u, int n, double timeout, uint8_t *ready);
// OPENR, OPENW, OPENU: an open unit is closed first. The unit stays closed on failure.
MUST_USE Status lun_open(Units *t, int64_t lun, const char *path, const LunOpen *how);
// Gives a closed unit a stream (taken, also on failure). E_UNIT_OPEN.
MUST_USE Status lun_attach(Units *t, int64_t lun, Stream *s, const char *name, unsigned flags, int width);
// CLOSE: a GET_LUN unit stays reserved. A failing flush leaves it open unless `force`. Closed units are no error.
// exit_status (may be NULL) receives that of a pipe's command.
MUST_USE Status lun_close(Units *t, int64_t lun, bool force, int *exit_status);
// FREE_LUN: closes and gives the unit back.
MUST_USE Status lun_free(Units *t, int64_t lun, bool force, int *exit_status);
// CLOSE, /FILE: 1 to 99. CLOSE, /ALL: every unit, GET_LUN units are freed too.
MUST_USE Status lun_close_range(Units *t, bool pool_too, bool force);
// FLUSH of one unit.
MUST_USE Status lun_flush(Units *t, int64_t lun);
MUST_USE Status lun_stat(Units *t, int64_t lun, LunStat *st);

// Internal to io/: from now on waits look, every `period` seconds, for request heads that are held too long. False: they do not.
bool lun_watch_held(Units *t, double period);

// One line to standard error, "% " before it: notices that are no errors.
void lun_note(Units *t, const char *format, ...) PRINTF_LIKE(2, 3);

// ~, ~user, $NAME and ${NAME} expanded; owned by the caller.
char *path_expand(const char *path);
char *path_expand_some(const char *path, bool tilde, bool variables);

#endif
