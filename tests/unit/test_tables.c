// All rows of all builtin tables: names are unique and upper case, keywords too (what else they say: test_usage.c), and each
// row has a test file (or is named in tests/pro/covered.txt beside the file that tests it). Expectations by hand.
#include "base/mem.h"
#include "check.h"
#include "lib/tables.h"
#include "vm/engine.h"
#include "vm/names/library.h"

#include <ctype.h>
#include <glob.h>

static bool is_upper_name(const char *s)
{
    for (const char *p = s; *p; p++) {
        if (strncmp(p, "::", 2) == 0 && p > s && p[2]) p += 2;  // CLASS::METHOD
        if (!isupper((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_') return false;
    }
    return *s != '\0';
}

// "NAME" in "Result = NAME(..." or "NAME, ...".
static bool usage_names(const LibraryText *t)
{
    const char *p = strstr(t->name, "::") ? strcasestr(t->usage, t->name) : strstr(t->usage, t->name);
    if (!p) return false;
    char after = p[strlen(t->name)];
    bool starts = p == t->usage || strncmp(t->usage, "Result = ", 9) == 0;
    return starts && (t->is_function ? after == '(' : after == ',' || after == ' ' || after == '\0');
}

static bool has_file(const char *name)
{
    char pattern[200] = "tests/pro/*/";
    size_t n = strlen(pattern);
    for (const char *p = name; *p && n < sizeof pattern - 5; p++) pattern[n++] = (char)tolower((unsigned char)*p);
    strcpy(pattern + n, ".pro");
    glob_t g;
    bool found = glob(pattern, 0, NULL, &g) == 0;
    globfree(&g);
    return found;
}

// What a test of the routine must write: its name; of a method the name alone; of an overloaded operator, the class.
static void written_name(const char *name, char *out, size_t cap)
{
    const char *method = strstr(name, "::");
    if (method && strncmp(method, "::_OVERLOAD", 11) == 0) snprintf(out, cap, "%.*s", (int)(method - name), name);
    else snprintf(out, cap, "%s", method ? method + 2 : name);
}

// covered.txt: "NAME tests/pro/topic/file.pro", whose text must contain the name.
static bool is_listed(const char *name)
{
    FILE *f = fopen("tests/pro/covered.txt", "r");
    char row[100], file[200], line[4096];
    bool found = false;
    char written[100];
    written_name(name, written, sizeof written);
    while (f && !found && fgets(line, sizeof line, f)) {
        if (sscanf(line, "%99s %199s", row, file) != 2 || strcmp(row, name) != 0) continue;
        FILE *test = fopen(file, "r");
        while (test && !found && fgets(line, sizeof line, test)) found = strcasestr(line, written) != NULL;
        if (test) fclose(test);
    }
    if (f) fclose(f);
    return found;
}

static void check_keywords(const Routine *r)
{
    CHECK(r->keywords.n <= KEYWORDS_MAX);
    for (int i = 0; i < r->keywords.n; i++) {
        CHECK(is_upper_name(r->keywords.p[i].name));
        CHECK(memchr(r->keywords.p[i].form, '\0', sizeof r->keywords.p[i].form) != NULL);
    }
}

// The routines written in IDL: sorted, with a usage line and a test, and each compiles.
static void check_texts(Vm *vm)
{
    const Engine *e = vm->engine;
    for (int i = 0; i < e->ntexts; i++) {
        const LibraryText *t = &e->texts[i];
        if (!usage_names(t)) CHECK_STR(t->usage, t->name);
        if (!has_file(t->name) && !is_listed(t->name)) CHECK_STR("no test file", t->name);
        if (i) CHECK(strcmp(e->texts[i - 1].name, t->name) < 0);
        CHECK_INT((int)strlen(t->text), t->size);
        CHECK(map_get(t->is_function ? &e->builtin_fun : &e->builtin_pro, t->name) == NULL);
        CHECK(library_find(vm, t->name, t->is_function) != NULL);
    }
}

// For tests/keywords.py: a line "NAME KEYWORD KEYWORD ..." a row.
static void list_keywords(const Engine *e)
{
    for (int i = 0; i < e->builtins.len; i++) {
        const Routine *r = e->builtins.p[i];
        printf("%s", r->name);
        for (int k = 0; k < r->keywords.n; k++) printf(" %s", r->keywords.p[k].name);
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    Vm *vm = vm_new();
    lib_start(vm);
    const Engine *e = vm->engine;
    if (argc > 1 && strcmp(argv[1], "keywords") == 0) {
        list_keywords(e);
        vm_free(vm);
        return 0;
    }
    CHECK(e->builtins.len > 150);
    for (int i = 0; i < e->builtins.len; i++) {
        const Routine *r = e->builtins.p[i];
        CHECK(is_upper_name(r->name));
        check_keywords(r);
        if (!has_file(r->name) && !is_listed(r->name)) CHECK_STR("no test file", r->name);
        for (int j = 0; j < i; j++) {
            CHECK(strcmp(r->name, e->builtins.p[j]->name) != 0 || r->kind != e->builtins.p[j]->kind);
        }
    }
    check_texts(vm);
    vm_free(vm);
    CHECK_INT(mem_stats().in_use, 0);
    CHECK_DONE();
}
