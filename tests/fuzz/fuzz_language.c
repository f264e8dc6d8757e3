// Fuzz target for the language: lexes, parses and compiles the input, once as a file and once statement by statement
// as a prompt would. Nothing is run.
#include "base/mem.h"
#include "lang/compiler.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ISSUES = 4 };

static char *no_file(void *arg, const char *name, const char *from, size_t *len, char **path)
{
    (void)arg, (void)name, (void)from, (void)len, (void)path;
    return NULL;
}

static bool is_odd_length(void *arg, const char *name)
{
    (void)arg;
    return strlen(name) % 2 != 0;
}

static void show(const Source *src, const ParseIssue *issue)
{
    Buf b = BUF_INIT(1 << 20);
    source_show(src, issue->pos, &b);
    (void)source_line(src, issue->pos);
    buf_free(&b);
}

static void compile_all(Tree *tree, const Scope *scope)
{
    for (const RoutineAst *u = tree->units; u; u = u->next) {
        ParseIssue issue = {.text = ""};
        Code *code = compile_unit(u, tree, NULL, scope, &issue);
        if (code) code_drop(code);
        else show(tree->src, &issue);
    }
}

static void as_file(const Source *src)
{
    Includer includer = {no_file, NULL};
    ParseIssue issue[ISSUES];
    Tree tree;
    size_t at = 0;
    int n = 0;
    parse(src, PARSE_FILE, &at, &includer, 0, &tree, issue, ISSUES, &n);
    for (int i = 0; i < n && i < ISSUES; i++) show(src, &issue[i]);
    compile_all(&tree, NULL);
    tree_free(&tree);
}

static void as_statements(const Source *src)
{
    Includer includer = {no_file, NULL};
    Scope scope = {.has_variable = is_odd_length};
    for (size_t at = 0; at < src->len;) {
        ParseIssue issue = {.text = ""};
        Tree tree;
        size_t start = at;
        int n;
        ParseResult r = parse(src, PARSE_STATEMENT, &at, &includer, 0, &tree, &issue, 1, &n);
        if (r == PARSE_OK) compile_all(&tree, &scope);
        else if (r == PARSE_ERROR) show(src, &issue);
        tree_free(&tree);
        if (r == PARSE_MORE) return;
        if (r == PARSE_ERROR || at <= start) {  // a batch goes on with the next line
            const char *lf = memchr(src->text + start, '\n', src->len - start);
            if (!lf) return;
            at = (size_t)(lf - src->text) + 1;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    Source src = {NULL, text, size, 1};
    (void)parse_is_program(&src);
    as_file(&src);
    as_statements(&src);
    mem_free(text);
    return 0;
}
