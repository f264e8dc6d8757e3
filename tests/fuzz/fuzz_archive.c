// Fuzz target for FILE_UNTAR, FILE_UNZIP and FILE_GUNZIP. The first byte says what the rest is: a TAR whose check sums
// are made right, a ZIP, a gzip, as they are; or a list of entries (kind, name, target, content), of which a TAR or a
// ZIP is made. Nothing may appear beside the folder they are unpacked to, nor may a link in it lead out of it.
#include "session.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCK = 512, MADE_MAX = 1 << 20, SUM_AT = 148, SUM_SIZE = 8 };

static unsigned char made[MADE_MAX];
static size_t nmade;

static void put(const void *p, size_t n)
{
    if (n > MADE_MAX - nmade) n = MADE_MAX - nmade;
    memcpy(made + nmade, p, n);
    nmade += n;
}

static void pad(size_t to)
{
    static const char zeros[2 * BLOCK];
    while (nmade % to && nmade < MADE_MAX) put(zeros, to - nmade % to);
}

// --- TAR -----------------------------------------------------------------------------------------------------------

static void set_sum(unsigned char *h)
{
    unsigned sum = 0;
    memset(h + SUM_AT, ' ', SUM_SIZE);
    for (int i = 0; i < BLOCK; i++) sum += h[i];
    snprintf((char *)h + SUM_AT, SUM_SIZE, "%06o", sum);
}

static void tar_entry(char kind, const char *name, const char *target, const uint8_t *content, size_t n)
{
    unsigned char h[BLOCK] = {0};
    snprintf((char *)h, 100, "%.99s", name);
    snprintf((char *)h + 100, 8, "%07o", 0644);
    snprintf((char *)h + 124, 12, "%011zo", n);
    snprintf((char *)h + 136, 12, "%011o", 1000000);
    h[156] = (unsigned char)kind;
    snprintf((char *)h + 157, 100, "%.99s", target);
    memcpy(h + 257, "ustar\00000", 8);
    set_sum(h);
    put(h, BLOCK);
    put(content, n);
    pad(BLOCK);
}

// --- ZIP: stored, without check sums that hold ---------------------------------------------------------------------

static void put2(unsigned v) { put((unsigned char[]){v & 255, v >> 8 & 255}, 2); }

static void put4(unsigned v)
{
    put2(v & 65535);
    put2(v >> 16);
}

static void zip_header(bool central, unsigned mode, const char *name, size_t n, size_t at)
{
    put4(central ? 0x02014B50 : 0x04034B50);
    if (central) put2(0x0314);
    for (int i = 0; i < 5; i++) put2(i == 0 ? 20 : 0);
    put4(0);
    put4((unsigned)n);
    put4((unsigned)n);
    put2((unsigned)strlen(name));
    put2(0);
    if (central) {
        for (int i = 0; i < 3; i++) put2(0);
        put4(mode << 16);
        put4((unsigned)at);
    }
    put(name, strlen(name));
}

// --- A list of entries ---------------------------------------------------------------------------------------------

typedef struct Text {
    const uint8_t *p;
    size_t n;
} Text;

static unsigned take(Text *t)
{
    if (!t->n) return 0;
    t->n--;
    return *t->p++;
}

// Of few letters, so that names meet.
static void take_name(Text *t, char *to)
{
    static const char *const parts[] = {"a", "b",   "c",        "d",    "..",     ".",         "",
                                        "/", "a/b", "\303\244", "\377", "secret", "../secret", "/tmp/x"};
    size_t n = take(t) % 5, used = 0;
    for (size_t i = 0; i <= n; i++) {
        used += (size_t)snprintf(to + used, 60 - used, "%s%s", i ? "/" : "",
                                 parts[take(t) % (sizeof parts / sizeof *parts)]);
        if (used > 45) break;
    }
}

static void make_list(Text t, bool zip)
{
    static const char kinds[] = "0015512346gxLKSV7";
    static const unsigned modes[] = {0100644, 0120777, 040755, 020666, 0100000, 0};
    static struct {
        char name[64];
        unsigned mode;
        size_t n, at;
    } seen[64];
    size_t nseen = 0;
    while (t.n && nseen < 64) {
        char target[64];
        unsigned kind = take(&t);
        take_name(&t, seen[nseen].name);
        take_name(&t, target);
        size_t n = take(&t) % 64;
        if (n > t.n) n = t.n;
        seen[nseen].mode = modes[kind % 6];
        seen[nseen].at = nmade;
        const uint8_t *content = zip && S_ISLNK(modes[kind % 6]) ? (const uint8_t *)target : t.p;
        seen[nseen].n = content == t.p ? n : strlen(target);
        if (zip) zip_header(false, 0, seen[nseen].name, seen[nseen].n, 0);
        if (zip)
            put(content, seen[nseen].n);
        else
            tar_entry(kinds[kind % (sizeof kinds - 1)], seen[nseen].name, target, t.p, n);
        nseen++;
        t.p += n;
        t.n -= n;
    }
    size_t central = nmade;
    for (size_t i = 0; zip && i < nseen; i++) zip_header(true, seen[i].mode, seen[i].name, seen[i].n, seen[i].at);
    if (!zip) {
        put((char[2 *BLOCK]){0}, 2 * BLOCK);
        return;
    }
    size_t size = nmade - central;
    put4(0x06054B50);
    put4(0);
    put2((unsigned)nseen);
    put2((unsigned)nseen);
    put4((unsigned)size);
    put4((unsigned)central);
    put2(0);
}

// --- What has come of it -------------------------------------------------------------------------------------------

static char root[PATH_MAX];

static int look_at(const char *path, const struct stat *st, int type, struct FTW *f)
{
    char real[PATH_MAX];
    size_t n = strlen(root);
    (void)st;
    (void)f;
    if ((type == FTW_SL || type == FTW_SLN) && realpath(path, real) &&
        (strncmp(real, root, n) || (real[n] && real[n] != '/')))
        abort();
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

static void check_outside(void)
{
    char text[8] = "";
    DIR *d = opendir(".");
    for (const struct dirent *e; d && (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !strcmp(e->d_name, "o")) continue;
        if (strcmp(e->d_name, "a.gz") && strcmp(e->d_name, "secret") && strcmp(e->d_name, "x")) abort();
    }
    if (d) closedir(d);
    FILE *f = fopen("secret", "rb");
    if (!f || fread(text, 1, 4, f) != 4 || strcmp(text, "keep")) abort();
    fclose(f);
}

static void write_file(const char *name, const void *p, size_t n)
{
    FILE *f = fopen(name, "wb");
    if (!f || fwrite(p, 1, n, f) != n || fclose(f) != 0) exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Vm *vm;
    if (session_start()) vm = session_new();
    if (!size) return 0;
    unsigned how = data[0] % 5;
    bool zip = how == 1 || how == 4;
    nmade = 0;
    if (how >= 3)
        make_list((Text){data + 1, size - 1}, zip);
    else
        put(data + 1, size - 1);
    for (size_t i = 0; how == 0 && i + BLOCK <= nmade; i += BLOCK) {
        if (!memcmp(made + i + 257, "ustar", 5)) set_sum(made + i);
    }
    write_file("secret", "keep", 4);
    write_file("a.gz", made, nmade);
    if (how == 2 && !session_run(vm, "file_gunzip, 'a.gz', 'x'\n")) abort();
    if (how == 2 &&
        !session_run(vm,
                     "file_gunzip, 'a.gz', buffer=b, nbytes=10, count=n & file_gunzip, 'a.gz', buffer=b, nbytes=7\n"))
        abort();
    if (!session_run(vm, zip ? "file_unzip, 'a.gz', 'o', files=f\n" : "file_untar, 'a.gz', 'o', files=f\n")) abort();
    if (!session_run(vm, zip ? "file_unzip, 'a.gz', /list, files=f\n" : "file_untar, 'a.gz', 'o', files=f\n")) abort();
    if (!session_run(vm, "if n_elements(f) gt 1 then file_tar, 'o', 'x', /gzip\n")) abort();
    unlink("x");
    if (realpath("o", root)) nftw("o", look_at, 16, FTW_PHYS);
    check_outside();
    nftw("o", remove_one, 16, FTW_PHYS | FTW_DEPTH);
    return 0;
}
