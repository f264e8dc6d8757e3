// Preference files: "NAME : VALUE" lines, # begins a comment line. A value that begins or ends with blanks stands in double
// quotes (ours; IDL's files know no quotes). Start reading at pref_read_file.
#include "vm/preference_file.h"

#include "base/mem.h"
#include "sys/user_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_LIMIT = 1 << 20 };

char *pref_user_file(void)
{
    return sys_user_file(&(UserFile){"HELIO_PREFERENCES", "XDG_CONFIG_HOME", ".config", "idl.pref"});
}

static char *trimmed(char *p)
{
    while (isspace((unsigned char)*p)) p++;
    size_t n = strlen(p);
    while (n && isspace((unsigned char)p[n - 1])) p[--n] = '\0';
    return p;
}

static char *unquoted(char *p)
{
    size_t n = strlen(p);
    if (n < 2 || p[0] != '"' || p[n - 1] != '"') return p;
    p[n - 1] = '\0';
    return p + 1;
}

static Status take_line(Vm *vm, char *line, PrefTake take)
{
    char *p = trimmed(line), *colon = strchr(p, ':');
    if (!*p || *p == '#') return STATUS_OK;
    if (!colon) return status_fail(E_VALUE, "a colon is missing behind the name");
    *colon = '\0';
    p = trimmed(p);
    PrefId id = pref_find(p);
    if (id == PREF_COUNT) return status_fail(E_VALUE, "there is no preference %s", p);
    if (pref_is_fixed(id)) return status_fail(E_VALUE, "%s cannot be set in a file", p);
    return take(vm, id, unquoted(trimmed(colon + 1)));
}

Status pref_read_file(Vm *vm, const char *path, PrefTake take)
{
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    if (!f) return status_sys(E_OPEN, errno, "Error opening file. File: %s", path);
    errno = 0;
    for (int number = 1; getline(&line, &room, f) >= 0 && room <= LINE_LIMIT; number++) {
        Status s = take_line(vm, line, take);
        if (!status_ok(s)) vm_error_line(vm, "%% Preference ignored (%s, line %d): %s", path, number, s.text ? s.text : "");
        status_drop(&s);
    }
    int failed = ferror(f) ? errno : 0;
    free(line);
    fclose(f);
    if (room > LINE_LIMIT) return status_fail(E_LINE_TOO_LONG, "A line of the preference file is too long: %s", path);
    return failed ? status_sys(E_READ, failed, "Error encountered reading from file. File: %s", path) : STATUS_OK;
}

static void put_line(Buf *b, const char *name, const char *value)
{
    size_t n = strlen(value);
    bool quoted = n && (isspace((unsigned char)value[0]) || isspace((unsigned char)value[n - 1]) || value[0] == '"');
    buf_printf(b, "%s : %s%s%s\n", name, quoted ? "\"" : "", value, quoted ? "\"" : "");
}

static Status write_beside(const char *path, const Buf *text)
{
    Buf name = BUF_INIT(1 << 16);
    buf_printf(&name, "%s.%d", path, (int)getpid());
    AUTO_FREE char *beside = buf_take(&name);
    FILE *f = beside ? fopen(beside, "we") : NULL;
    if (!f) return status_sys(E_OPEN, errno, "Error opening file. File: %s", path);
    bool ok = fwrite(text->p, 1, text->len, f) == text->len;
    if ((fclose(f) == 0 && ok) && rename(beside, path) == 0) return STATUS_OK;
    int err = errno;
    unlink(beside);
    return status_sys(E_WRITE, err, "Error encountered writing to file. File: %s", path);
}

Status pref_write_user_file(const Preferences *p)
{
    AUTO_FREE char *path = pref_user_file();
    if (!path) return STATUS_OK;
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    buf_puts(&b, "# Preferences, written by PREF_COMMIT.\n");
    for (int i = 0; i < PREF_COUNT; i++) {
        if (p->value[PREF_USER][i]) put_line(&b, pref_row((PrefId)i)->name, p->value[PREF_USER][i]);
    }
    sys_make_folders_above(path);
    Status s = buf_ok(&b) ? write_beside(path, &b) : status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    buf_free(&b);
    return s;
}
