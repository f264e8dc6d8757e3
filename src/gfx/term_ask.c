// See term_ask.h. All questions go out at once. Every terminal answers the last one, so that nobody waits for answers to
// those that it does not know. Start at term_ask.
#include "gfx/term_ask.h"

#include "sys/await.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/terminal.h"
#include "sys/typed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE 0.2 // seconds that the program waits
#define LATEST   10  // seconds after which an answer is no longer waited for among the keys

static struct {
    TermAnswers answers;
    double end; // of the time in which answers may come
    bool was_asked;
} terminal;

static bool is_one_terminal(void)
{
    struct stat in, out;
    if (!sys_is_tty(STDIN_FILENO) || !sys_is_tty(STDOUT_FILENO)) return false;
    return fstat(STDIN_FILENO, &in) == 0 && fstat(STDOUT_FILENO, &out) == 0 && in.st_rdev == out.st_rdev;
}

// Those that would show the questions, and those that answer in another's name.
static bool may_be_asked(void)
{
    static const char *const mute[] = {"dumb", "linux", "cons", "vt52", "emacs", "eterm", "screen", "tmux"};
    const char *term = getenv("TERM");
    if (!term || !*term || getenv("TMUX") || getenv("STY")) return false;
    for (size_t i = 0; i < sizeof mute / sizeof *mute; i++) {
        if (strncmp(term, mute[i], strlen(mute[i])) == 0) return false;
    }
    return true;
}

static void take_late(void *arg, const char *p, size_t n, bool is_last, Buf *rest)
{
    TermAnswers *a = arg;
    term_answers_take(a, p, n, rest);
    if (is_last) term_answers_release(a, rest);
    if (a->is_done || sys_now() > terminal.end) {
        term_answers_release(a, rest);
        sys_typed_filter(NULL, NULL);
    }
}

// Until all is answered, or the time is over, or Ctrl-C.
static void listen(TermAnswers *a, Buf *rest)
{
    char room[512];
    double deadline = sys_deadline(PATIENCE);
    while (!a->is_done) {
        double left = sys_remaining(deadline);
        if (left <= 0 || sys_wait_fd(STDIN_FILENO, POLLIN, left) <= 0) return;
        ssize_t got = sys_read(STDIN_FILENO, room, sizeof room);
        if (got <= 0) return;
        term_answers_take(a, room, (size_t)got, rest);
    }
}

static void ask(TermAnswers *a)
{
    static const char questions[] = "\033_Gi=" TERM_QUERY_IMAGE ",s=1,v=1,a=q,t=d,f=24;AAAA\033\\" // kitty's pictures
                                    "\033[>q"                                                     // name and version
                                    "\033]1337;ReportCellSize\033\\"                              // iTerm2
                                    "\033[16t\033[14t"           // pixels of a cell, of all
                                    "\033[?1;1;0S\033[?2;1;0S"   // sixel: colours, largest picture
                                    "\033[c";                    // what it can do
    SysTermSave save;
    Buf rest = BUF_INIT(BUF_NO_LIMIT);
    if (!sys_term_quiet(STDIN_FILENO, &save)) return;
    ssize_t put = sys_write_wait(STDOUT_FILENO, questions, sizeof questions - 1, PATIENCE);
    if (put > 0) listen(a, &rest);
    sys_term_restore(&save);
    terminal.end = sys_now() + LATEST;
    if (put > 0 && !a->is_done)
        sys_typed_filter(take_late, a); // it may hold the beginning of an answer
    else
        term_answers_release(a, &rest);
    sys_typed_keep(rest.p, rest.len);
    buf_free(&rest);
}

const TermAnswers *term_ask(void)
{
    if (!terminal.was_asked && is_one_terminal() && may_be_asked()) {
        terminal.was_asked = true;
        ask(&terminal.answers);
    }
    return &terminal.answers;
}
