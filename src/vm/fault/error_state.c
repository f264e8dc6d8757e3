// !ERROR_STATE. Start reading at error_record.
#include "vm/fault/error_state.h"

#include "base/mem.h"
#include "sys/safe.h"
#include "vm/fault/messages.h"
#include "vm/fault/traceback.h"

#include <string.h>

static void set_text(char **slot, const char *text)
{
    mem_free(*slot);
    *slot = mem_strdup(text);
}

// The engine's errors may end in lines of advice, each after "\n  ": printed, but no part of !ERROR_STATE.MSG.
const char *error_advice(const Thrown *t) { return t->code == E_USER_ERR || t->name ? NULL : strstr(t->text, "\n  "); }

// Of a failed transfer or connection that is not the system's own, the first line of the advice says why: "the certificate has
// expired", "unknown host". It stands where the system's text would.
static char *reason_of(const Thrown *t)
{
    bool has_reason = t->code == E_READ || t->code == E_WRITE || t->code == E_HOST || t->code == E_CONNECT ||
                      error_is_tls(t->code) || error_is_proxy(t->code) || t->code == E_BIND || t->code == E_ACCEPT;
    const char *line = has_reason ? error_advice(t) : NULL;
    if (!line) return mem_strdup("");
    line += strspn(line, "\n ");
    return mem_strndup(line, strcspn(line, "\n"));
}

void error_record(Vm *vm)
{
    Engine *e = vm->engine;
    const Thrown *t = &e->thrown;
    ErrorState *s = &e->error;
    char *msg = mem_must(strlen(t->text) + (t->routine ? strlen(t->routine) : 0) + 3);
    if (t->routine && !t->no_name) strcat(strcat(msg, t->routine), ": ");
    strcat(msg, t->text);
    if (error_advice(t)) *strstr(msg, "\n  ") = '\0';
    mem_free(s->msg);
    s->msg = msg;
    s->code = t->code;
    s->sys = sys_error_number(t->sys);
    set_text(&s->name, t->name ? t->name : error_row(t->code)->name);
    set_text(&s->block, t->block ? t->block : CORE_BLOCK);
    AUTO_FREE char *reason = reason_of(t);
    set_text(&s->sys_msg, t->sys ? sys_error_text(t->sys) : reason);
    traceback_remember(e);
}
