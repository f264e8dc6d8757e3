// Environment variables: GETENV and SETENV. They are the process's own, so SPAWN's children see them too.
#include "base/mem.h"
#include "core/str.h"
#include "lib/string/texts.h"
#include "vm/call/call.h"
#include "vm/settings/preferences.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

#define GETENV_KEYWORDS(K, R) K(R, ENVIRONMENT, FLAG)
KEYWORDS(GETENV)

static void return_everything(Call *c)
{
    int64_t n = 0;
    while (environ[n]) n++;
    TextsResult r = texts_vector(c, T_STRING, n ? n : 1);
    for (int64_t i = 0; i < n; i++) texts_set(c, &r, i, environ[i], strlen(environ[i]));
    texts_return(c, &r);
}

static const char *temporary_folder(Call *c)
{
    const char *folder = pref_text(c->vm, PREF_TMPDIR);
    size_t n = strlen(folder);
    if (n && folder[n - 1] == '/') return folder;
    char *text = call_alloc(c, n + 2);
    memcpy(text, folder, n);
    text[n] = '/';
    return text;
}

// GETENV(Name [, /ENVIRONMENT]): the value of an environment variable, "" when there is none; of each of an array of names;
// /ENVIRONMENT: all, as NAME=value. IDL_TMPDIR is always known: the preference's value, with a slash. Manual: GETENV.
static void fn_getenv(Call *c)
{
    if (call_kw_set(c, KW_GETENV_ENVIRONMENT)) {
        return_everything(c);
        return;
    }
    if (c->argc < 1) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    Texts t = texts_arg(c, 0);
    TextsResult r = texts_result(c, &t, T_STRING);
    for (int64_t i = 0; i < t.n; i++) {
        const char *name = str_text(texts_at(&t, i)), *value = getenv(name);
        if (!value && strcmp(name, "IDL_TMPDIR") == 0) value = temporary_folder(c);
        texts_set(c, &r, i, value ? value : "", value ? strlen(value) : 0);
    }
    texts_return(c, &r);
}

// SETENV, "NAME=value": sets environment variables (an array sets several). Manual: SETENV.
static void pro_setenv(Call *c)
{
    Texts t = texts_arg(c, 0);
    for (int64_t i = 0; i < t.n; i++) {
        call_poll(c);  // each takes as long as there are many already
        const Str *s = texts_at(&t, i);
        const char *equals = strchr(str_text(s), '=');
        char *name = call_alloc(c, str_len(s) + 1);
        size_t n = equals ? (size_t)(equals - str_text(s)) : str_len(s);
        memcpy(name, str_text(s), n);
        while (n && name[n - 1] == ' ') name[--n] = '\0';
        if (!n || setenv(name, equals ? equals + 1 : "", 1) != 0) {
            throw_msg(c, E_VALUE, "Unable to set environment variable: %s.", str_text(s));
        }
    }
}

static void drop_definition(void *d) { sdef_drop(d); }

// GET_LOGIN_INFO(): a structure with MACHINE_NAME and USER_NAME. Manual: GET_LOGIN_INFO.
static void fn_get_login_info(Call *c)
{
    char host[256] = "";
    const struct passwd *who = getpwuid(geteuid());
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    SDef *d = sdef_new(NULL);
    call_defer(c, drop_definition, d);
    sdef_add(d, "MACHINE_NAME", T_STRING, 0, NULL, NULL);
    sdef_add(d, "USER_NAME", T_STRING, 0, NULL, NULL);
    sdef_close(d);
    Arr *a = arr_new_struct(d, 1, (const int64_t[]){1});
    if (!a) throw_no_memory(c);
    ((StrSlot *)((char *)a->data + d->tag[0].offset))->p = str_from(host);
    ((StrSlot *)((char *)a->data + d->tag[1].offset))->p = str_from(who ? who->pw_name : "");
    call_return_take(c, val_arr_take(a));
}

static const Routine rows[] = {
    {"GET_LOGIN_INFO", FUNCTION, {0, 0}, fn_get_login_info, ""},
    {"GETENV", FUNCTION, {0, 1}, fn_getenv, "[Name]", KEYS(GETENV)},
    {"SETENV", PROCEDURE, {1, 1}, pro_setenv, "Environment_Expression"},
};
ROUTINE_TABLE(lib_environment, rows)
