// JOURNAL: starts and ends the journal of the session (vm/fault/journal.c), or writes to it.
#include "vm/fault/journal.h"

#include "io/lun.h"
#include "vm/call/call.h"
#include "vm/dispatch/invoke.h"

#include <pwd.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL_KEYWORDS(K, R) K(R, ALL, FLAG)
KEYWORDS(JOURNAL)

// Version, user, folder and date, as comments.
static void write_head(Call *c)
{
    char host[256] = "", folder[4096] = "", date[64] = "";
    const struct passwd *who = getpwuid(getuid());
    time_t now = time(NULL);
    struct tm t;
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    if (!getcwd(folder, sizeof folder)) folder[0] = '\0';
    if (localtime_r(&now, &t)) strftime(date, sizeof date, "%a %b %e %H:%M:%S %Y", &t);
    Unit *u;
    Buf b = BUF_INIT(8192);
    buf_printf(&b, "; IDL Version 9.1 (linux x86_64), Heliograph 0.1.0\n; Journal File for %s@%s\n; Working directory: %s\n"
               "; Date: %s\n \n", who ? who->pw_name : "", host, folder, date);
    Status s = lun_for_text(c->vm->units, c->vm->engine->journal, UF_WRITE, &u);
    if (status_ok(s)) s = unit_write_text(u, b.p ? b.p : "", b.len);
    buf_free(&b);
    TRY(c, s);
}

// JOURNAL [, Arg] [, /ALL]: a journal is begun in the file Arg (idlsave.pro); with one open, Arg is written to it, and
// without Arg it ends. ALL: the lines of batch files, too. Manual: JOURNAL.
static void pro_journal(Call *c)
{
    int lun = c->vm->engine->journal;
    if (!lun) {
        TRY(c, journal_open(c->vm, c->argc ? call_path(c, 0) : "idlsave.pro", call_kw_set(c, KW_JOURNAL_ALL)));
        write_head(c);
    } else if (c->argc) {
        CallSite *s = invoke_site(c->vm, NULL, "PRINTF", false, false, 2, 0, NULL);
        Val v[] = {val_long(lun), val_copy(call_arg(c, 0))};
        Val none = invoke_take(c->vm, s, 2, v);
        val_drop(&none);
    } else {
        TRY(c, journal_close(c->vm));
    }
}

static const Routine rows[] = {
    {"JOURNAL", PROCEDURE, {0, 1}, pro_journal, "[, Arg]", KEYS(JOURNAL)},
};
ROUTINE_TABLE(lib_journal, rows)
