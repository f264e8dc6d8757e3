// Units over files, gzip, memory and pipes. Expectations: hand, from the manual's pages on OPEN, CLOSE, READU, EOF.
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "net/options.h"
#include "sys/interrupt.h"

#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/helio-io-XXXXXX";
static char path_space[4][256];

static const char *in_folder(int i, const char *name)
{
    snprintf(path_space[i], sizeof path_space[i], "%s/%s", folder, name);
    return path_space[i];
}

static void ok(Status s, int line)
{
    check_count++;
    if (!status_ok(s)) {
        check_failures++;
        fprintf(stderr, "line %d: unexpected failure %d: %s (errno %d)\n", line, s.code, s.text ? s.text : "", s.sys);
    }
    status_drop(&s);
}
#define OK(...) ok((__VA_ARGS__), __LINE__)

static void fails(Status s, int code, const char *text, int line)
{
    check_count++;
    bool same = s.code == code && (!text || (s.text && strncmp(s.text, text, strlen(text)) == 0));
    if (!same) {
        check_failures++;
        fprintf(stderr, "line %d: got %d [%s], expected %d [%s]\n", line, s.code, s.text ? s.text : "", code, text ? text : "");
    }
    status_drop(&s);
}
#define FAILS(status, code, text) fails((status), (code), (text), __LINE__)

static void write_text(Units *t, int lun, const char *text)
{
    Unit *u;
    OK(lun_for_text(t, lun, UF_WRITE, &u));
    OK(unit_write_text(u, text, strlen(text)));
    OK(unit_end_text(u));
}

static void expect_line(Units *t, int lun, const char *want, int line)
{
    Unit *u;
    const char *p;
    size_t n;
    OK(lun_for_text(t, lun, UF_READ, &u));
    Status s = unit_read_line(u, &p, &n);
    check_count++;
    if (!status_ok(s) || n != strlen(want) || memcmp(p, want, n) != 0) {
        check_failures++;
        fprintf(stderr, "line %d: got [%.*s], expected [%s]\n", line, status_ok(s) ? (int)n : 0, p, want);
    }
    status_drop(&s);
}
#define LINE(lun, want) expect_line(t, (lun), (want), __LINE__)

static void test_lines(Units *t)
{
    Unit *u;
    const char *p, *name = in_folder(0, "lines.txt");
    char want[600];
    size_t n;
    LunOpen w = {.access = 'w'}, r = {.access = 'r'};
    OK(lun_open(t, 1, name, &w));
    write_text(t, 1, "one\r\ntwo\n\nlone\rCR\nlast");
    OK(lun_close(t, 1, false, NULL));
    OK(lun_open(t, 1, name, &r));
    LINE(1, "one");
    LINE(1, "two");
    LINE(1, "");
    LINE(1, "lone");
    LINE(1, "CR");
    LINE(1, "last");
    OK(lun_for_text(t, 1, UF_READ, &u));
    snprintf(want, sizeof want, "End of file encountered. Unit: 1, File: %s", name);
    FAILS(unit_read_line(u, &p, &n), E_EOF, want);
    snprintf(want, sizeof want, "File unit is not open for writing. Unit: 1, File: %s", name);
    FAILS(lun_for_text(t, 1, UF_WRITE, &u), E_NOT_WRITABLE, want);
    OK(lun_close(t, 1, false, NULL));
    FAILS(lun_for_text(t, 1, UF_READ, &u), E_UNIT_CLOSED, "File unit is not open: 1.");
    FAILS(lun_find(t, 129, &u), E_UNIT, "Invalid logical unit: 129");
}

static void test_long_line(Units *t)
{
    Unit *u;
    const char *p;
    size_t n, put;
    LunOpen w = {.access = 'u'};
    OK(lun_open(t, 2, in_folder(0, "long.txt"), &(LunOpen){.access = 'w'}));
    OK(lun_for_bytes(t, 2, UF_WRITE, &u));
    for (int i = 0; i < 3000; i++) OK(unit_write_bytes(u, "0123456789012345678901234567890123456789012345678901234567890123", 64, &put));
    write_text(t, 2, "\nend\n");
    OK(unit_seek(u, 0));
    OK(unit_read_line(u, &p, &n));
    CHECK_INT(n, 3000 * 64);
    LINE(2, "end");
    OK(unit_seek(u, 0));
    t->max_line = 1000;
    FAILS(unit_read_line(u, &p, &n), E_LINE_TOO_LONG, "Input line too long.");
    t->max_line = LINE_LIMIT;
    OK(lun_close(t, 2, false, NULL));
    (void)w;
}

static void test_bytes(Units *t)
{
    Unit *u;
    static char big[300000], back[300000];
    size_t n;
    bool end;
    for (size_t i = 0; i < sizeof big; i++) big[i] = (char)(i * 7 + i / 251);
    OK(lun_open(t, 3, in_folder(0, "bytes"), &(LunOpen){.access = 'w'}));
    OK(lun_for_bytes(t, 3, UF_WRITE, &u));
    OK(unit_write_bytes(u, big, 10, &n));
    OK(unit_write_bytes(u, big + 10, sizeof big - 10, &n));
    CHECK_INT(n, sizeof big - 10);
    CHECK_INT(unit_tell(u), sizeof big);
    CHECK_INT(unit_size(u), sizeof big);
    OK(unit_seek(u, 0));
    OK(unit_read_exact(u, back, 1000, &n));
    OK(unit_read_exact(u, back + 1000, sizeof back - 1000, &n));
    CHECK(memcmp(big, back, sizeof big) == 0);
    OK(unit_at_end(u, &end));
    CHECK(end);
    // past the end: the rest is zero (manual, OPEN: NOSTDIO)
    OK(unit_seek(u, sizeof big - 3));
    memset(back, 1, 8);
    FAILS(unit_read_exact(u, back, 8, &n), E_EOF, "End of file encountered. Unit: 3, File: ");
    CHECK_INT(n, 3);
    CHECK(memcmp(back, big + sizeof big - 3, 3) == 0 && back[3] == 0 && back[7] == 0);
    // reading ahead does not move where a write goes
    OK(unit_seek(u, 0));
    OK(unit_read_exact(u, back, 5, &n));
    OK(unit_write_bytes(u, "XY", 2, &n));
    OK(unit_read_exact(u, back, 1, &n));
    CHECK(back[0] == big[7]);
    OK(unit_seek(u, 4));
    OK(unit_read_exact(u, back, 4, &n));
    CHECK(back[0] == big[4] && back[1] == 'X' && back[2] == 'Y' && back[3] == big[7]);
    OK(unit_seek(u, 100));
    OK(unit_truncate(u));
    CHECK_INT(unit_size(u), 100);
    OK(lun_close(t, 3, false, NULL));
}

static void test_gzip(Units *t)
{
    Unit *u;
    size_t n;
    char back[32];
    const char *name = in_folder(0, "text.gz");
    bool end;
    OK(lun_open(t, 4, name, &(LunOpen){.access = 'w', .flags = UF_COMPRESS}));
    for (int i = 0; i < 5000; i++) write_text(t, 4, "some text that repeats\n");
    OK(lun_close(t, 4, false, NULL));
    struct stat st;
    CHECK(stat(name, &st) == 0 && st.st_size < 10000);
    OK(lun_open(t, 4, name, &(LunOpen){.access = 'w', .flags = UF_COMPRESS | UF_APPEND}));
    write_text(t, 4, "a second member\n");
    OK(lun_close(t, 4, false, NULL));
    OK(lun_open(t, 4, name, &(LunOpen){.access = 'r', .flags = UF_COMPRESS}));
    for (int i = 0; i < 5000; i++) LINE(4, "some text that repeats");
    LINE(4, "a second member");
    OK(lun_find(t, 4, &u));
    OK(unit_at_end(u, &end));
    CHECK(end);
    OK(unit_seek(u, 5));
    OK(unit_read_exact(u, back, 4, &n));
    CHECK(memcmp(back, "text", 4) == 0);
    OK(lun_close(t, 4, false, NULL));
    CHECK(truncate(name, 60) == 0);
    OK(lun_open(t, 4, name, &(LunOpen){.access = 'r', .flags = UF_COMPRESS}));
    OK(lun_find(t, 4, &u));
    const char *p;
    Status s = STATUS_OK;
    while (status_ok(s)) s = unit_read_line(u, &p, &n);
    FAILS(s, E_READ, "Error encountered reading from file. Unit: 4, File: ");
    OK(lun_close(t, 4, false, NULL));
    OK(lun_open(t, 4, in_folder(0, "lines.txt"), &(LunOpen){.access = 'r', .flags = UF_COMPRESS}));
    LINE(4, "one");  // no gzip: passes through
    OK(lun_close(t, 4, false, NULL));
}

static void test_table(Units *t)
{
    int lun = 0;
    LunStat st;
    char want[400];
    for (int i = 100; i <= 128; i++) {
        OK(lun_get(t, &lun));
        CHECK_INT(lun, i);
    }
    OK(lun_open(t, 100, in_folder(0, "lines.txt"), &(LunOpen){.access = 'r'}));
    FAILS(lun_get(t, &lun), E_NO_UNITS, "All available logical units are currently in use.\n  FREE_LUN");
    OK(lun_close(t, 101, false, NULL));
    FAILS(lun_get(t, &lun), E_NO_UNITS, NULL);  // CLOSE keeps the reservation
    OK(lun_free(t, 101, false, NULL));
    OK(lun_get(t, &lun));
    CHECK_INT(lun, 101);
    OK(lun_stat(t, 100, &st));
    CHECK(st.open && st.read && !st.write && st.size == 22 && st.is_reserved);
    OK(lun_close_range(t, true, false));
    OK(lun_get(t, &lun));
    CHECK_INT(lun, 100);
    OK(lun_free(t, 100, false, NULL));
    snprintf(want, sizeof want, "Error opening file. Unit: 7, File: %s", in_folder(0, "none"));
    Status s = lun_open(t, 7, in_folder(0, "none"), &(LunOpen){.access = 'r'});
    CHECK_INT(s.sys, ENOENT);
    FAILS(s, E_OPEN, want);
    s = lun_open(t, 7, folder, &(LunOpen){.access = 'r'});
    CHECK_INT(s.sys, EISDIR);
    FAILS(s, E_OPEN, NULL);
    FAILS(lun_open(t, -1, folder, &(LunOpen){.access = 'r'}), E_UNIT, NULL);
}

static void test_append_delete(Units *t)
{
    const char *name = in_folder(0, "append.txt");
    OK(lun_open(t, 5, name, &(LunOpen){.access = 'w'}));
    write_text(t, 5, "first\n");
    OK(lun_open(t, 5, name, &(LunOpen){.access = 'w', .flags = UF_APPEND}));  // closes the open one
    write_text(t, 5, "second\n");
    OK(lun_open(t, 5, name, &(LunOpen){.access = 'r', .flags = UF_DELETE}));
    LINE(5, "first");
    LINE(5, "second");
    CHECK(access(name, F_OK) == 0);
    OK(lun_close(t, 5, false, NULL));
    CHECK(access(name, F_OK) != 0);
    if (access("/dev/full", W_OK) == 0) {
        OK(lun_open(t, 5, "/dev/full", &(LunOpen){.access = 'w'}));
        Unit *u;
        OK(lun_for_text(t, 5, UF_WRITE, &u));
        OK(unit_write_text(u, "x", 1));
        Status s = lun_flush(t, 5);
        CHECK_INT(s.sys, ENOSPC);
        FAILS(s, E_WRITE, "Error encountered writing to file. Unit: 5, File: /dev/full");
        OK(lun_close(t, 5, true, NULL));
    }
}

static void test_records(Units *t)
{
    Unit *u;
    size_t n;
    char back[16];
    OK(lun_open(t, 6, in_folder(0, "f77"), &(LunOpen){.access = 'w', .flags = UF_F77}));
    OK(lun_find(t, 6, &u));
    for (int i = 0; i < 2; i++) {
        OK(unit_record_write_mark(u, 5));
        OK(unit_write_bytes(u, i ? "world" : "hello", 5, &n));
        OK(unit_record_write_mark(u, 5));
    }
    CHECK_INT(unit_size(u), 26);
    OK(unit_seek(u, 0));
    OK(unit_record_begin_read(u));
    OK(unit_read_exact(u, back, 2, &n));
    OK(unit_record_end_read(u));
    OK(unit_record_begin_read(u));
    FAILS(unit_read_exact(u, back, 9, &n), E_READ, NULL);
    CHECK_INT(n, 5);
    CHECK(memcmp(back, "world", 5) == 0);
    OK(unit_record_end_read(u));
    OK(lun_close(t, 6, false, NULL));
}

static void test_others(Units *t)
{
    Stream *s;
    Unit *u;
    bool end;
    int status;
    OK(lun_attach(t, 8, memory_open("a\nb", 3), "<memory>", 0, 0));
    LINE(8, "a");
    LINE(8, "b");
    OK(lun_find(t, 8, &u));
    OK(unit_at_end(u, &end));
    CHECK(end);
    FAILS(lun_attach(t, 8, memory_open("", 0), "x", 0, 0), E_UNIT_OPEN, "Unit already open. Unit: 8");
    OK(lun_close(t, 8, false, NULL));
    OK(pipe_open((char *[]){"/bin/sh", "-c", "read x; echo got $x; exit 3", NULL}, false, &s));
    OK(lun_attach(t, 8, s, "sh", 0, 0));
    write_text(t, 8, "input\n");
    LINE(8, "got input");
    OK(lun_close(t, 8, false, &status));
    CHECK_INT(status, 3);
    // Ctrl-C ends a wait
    OK(pipe_open((char *[]){"sleep", "5", NULL}, false, &s));
    OK(lun_attach(t, 8, s, "sh", 0, 0));
    OK(lun_find(t, 8, &u));
    sys_interrupt();
    const char *p;
    size_t n;
    FAILS(unit_read_line(u, &p, &n), E_INTERRUPT, NULL);
    OK(lun_close(t, 8, false, NULL));
    sys_clear_interrupt();
    setenv("HELIO_TEST_X", "val", 1);
    char *e = path_expand("a/$HELIO_TEST_X/${HELIO_TEST_X}s/$1");
    CHECK_STR(e, "a/val/vals/$1");
    mem_free(e);
}

int main(void)
{
    NetOptions net;
    sys_init();
    alarm(60);
    CHECK(mkdtemp(folder) != NULL);
    net_options_init(&net);
    Units *t = units_new(&net);
    test_lines(t);
    test_long_line(t);
    test_bytes(t);
    test_gzip(t);
    test_table(t);
    test_append_delete(t);
    test_records(t);
    test_others(t);
    units_free(t);
    net_options_free(&net);
    char command[300];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK(system(command) == 0);
    CHECK_INT(mem_census(), 0);
    CHECK_DONE();
}
