// Preference files: "NAME : VALUE" lines, # begins a comment line. A value that begins or ends with blanks stands in double
// quotes (ours; IDL's files know no quotes). Start reading at pref_read_file.
#include "vm/settings/preference_file.h"

#include "base/mem.h"
#include "sys/fd.h"
#include "sys/publish.h"
#include "sys/user_file.h"
#include "vm/fault/error_line.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

// The next line, also one that is too long, which the buffer tells.
static bool read_line(FILE *f, Buf *line)
{
    char piece[4096];
    buf_clear(line);
    while (buf_ok(line) && fgets(piece, sizeof piece, f)) {
        buf_puts(line, piece);
        if (strchr(piece, '\n')) return true;
    }
    return line->len > 0;
}

Status pref_read_file(Vm *vm, const char *path, PrefTake take)
{
    int fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat st;
    Buf line = BUF_INIT(LINE_LIMIT);
    if (fd < 0) return status_sys(E_OPEN, -fd, "Error opening file. File: %s", path);
    FILE *f = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? fdopen(fd, "r") : NULL;
    if (!f) {
        sys_close(fd);
        return status_fail(E_OPEN, "The preference file is no ordinary file: %s", path);
    }
    errno = 0;
    for (int number = 1; read_line(f, &line) && buf_ok(&line); number++) {
        Status s = take_line(vm, line.p, take);
        if (!status_ok(s)) vm_error_line(vm, "%% Preference ignored (%s, line %d): %s", path, number, s.text ? s.text : "");
        status_drop(&s);
    }
    int failed = ferror(f) ? errno : 0;
    bool is_long = !buf_ok(&line);
    buf_free(&line);
    fclose(f);
    if (is_long) return status_fail(E_LINE_TOO_LONG, "A line of the preference file is too long: %s", path);
    return failed ? status_sys(E_READ, failed, "Error encountered reading from file. File: %s", path) : STATUS_OK;
}

static void put_line(Buf *b, const char *name, const char *value)
{
    size_t n = strlen(value);
    bool quoted = n && (isspace((unsigned char)value[0]) || isspace((unsigned char)value[n - 1]) || value[0] == '"');
    buf_printf(b, "%s : %s%s%s\n", name, quoted ? "\"" : "", value, quoted ? "\"" : "");
}

// The preference that a line sets; PREF_COUNT: none that is known. What is kept of a file is kept as it stands.
static PrefId id_of_line(const char *line)
{
    const char *colon = strchr(line, ':');
    AUTO_FREE char *name = mem_strndup(line, colon ? (size_t)(colon - line) : 0);
    PrefId id = *trimmed(name) == '#' ? PREF_COUNT : pref_find(trimmed(name));
    return id < PREF_COUNT && pref_is_fixed(id) ? PREF_COUNT : id;
}

static void put_kept_lines(Buf *b, const char *text, const Preferences *p, bool *put)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        AUTO_FREE char *line = mem_strndup(text, n);
        PrefId id = id_of_line(line);
        if (id >= PREF_COUNT) {
            buf_printf(b, "%s\n", line);
        } else {
            const char *value = p->value[PREF_USER][id];
            if (value && !put[id]) put_line(b, pref_row(id)->name, value);
            put[id] = true;
        }
        text += n + (text[n] == '\n');
    }
}

// The file as it is; empty when there is none.
static Status read_text(const char *path, Buf *text)
{
    char space[4096];
    int fd = sys_open(path, O_RDONLY | O_NONBLOCK, 0);
    if (fd == -ENOENT) return STATUS_OK;
    ssize_t got = fd;
    while (fd >= 0 && (got = sys_read(fd, space, sizeof space)) > 0 && buf_ok(text)) buf_put(text, space, (size_t)got);
    if (fd >= 0) sys_close(fd);
    return got < 0 ? status_sys(E_READ, (int)-got, "Error encountered reading from file. File: %s", path) : STATUS_OK;
}

static Status write_text(const Preferences *p, const char *path, const char *old)
{
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    bool put[PREF_COUNT] = {false};
    if (!*old) buf_puts(&b, "# Preferences, written by PREF_COMMIT.\n");
    put_kept_lines(&b, old, p, put);
    for (int i = 0; i < PREF_COUNT; i++) {
        if (p->value[PREF_USER][i] && !put[i]) put_line(&b, pref_row((PrefId)i)->name, p->value[PREF_USER][i]);
    }
    int err = buf_ok(&b) ? publish_bytes(path, b.p ? b.p : "", b.len, 0666, NULL) : ENOMEM;
    buf_free(&b);
    return err ? status_sys(E_WRITE, err, "Error encountered writing to file. File: %s", path) : STATUS_OK;
}

// Comments and lines of later versions stay.
Status pref_write_user_file(const Preferences *p)
{
    AUTO_FREE char *path = pref_user_file();
    if (!path) {
        return status_fail(E_OPEN, "There is no place for the preference file: neither $HELIO_PREFERENCES nor $HOME is set.");
    }
    Buf old = BUF_INIT(LINE_LIMIT);
    Status s = read_text(path, &old);
    int err = sys_make_folders_above(path);
    if (status_ok(s) && !buf_ok(&old)) s = status_fail(E_READ, "The preference file is too large: %s", path);
    if (status_ok(s) && err) s = status_sys(E_WRITE, err, "Error encountered writing to file. File: %s", path);
    if (status_ok(s)) s = write_text(p, path, old.p ? old.p : "");
    buf_free(&old);
    return s;
}
