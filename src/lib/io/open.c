// OPENR, OPENW, OPENU, CLOSE, FREE_LUN, GET_LUN: units from the program's side. The table itself is io/lun.c. Start at
// open_unit.
#include "io/lun.h"
#include "vm/array/convert.h"
#include "vm/call/call.h"
#include "vm/names/library.h"
#include "vm/scope/sysvar.h"
#include "vm/vm.h"

#include <string.h>

// Of VMS, the Macintosh and Windows: taken, and without meaning here (manual: OPEN, obsolete keywords).
#define OBSOLETE_KEYWORDS(K, R)                                                                                     \
    K(R, BINARY, HIDDEN) K(R, BLOCK, HIDDEN) K(R, DEFAULT, HIDDEN) K(R, EXTENDSIZE, HIDDEN) K(R, FIXED, HIDDEN)     \
    K(R, FORTRAN, HIDDEN) K(R, INITIALSIZE, HIDDEN) K(R, KEYED, HIDDEN) K(R, LIST, HIDDEN) K(R, MACCREATOR, HIDDEN) \
    K(R, MACTYPE, HIDDEN) K(R, NOAUTOMODE, HIDDEN) K(R, NONE, HIDDEN) K(R, PRINT, HIDDEN) K(R, RECORDSIZE, HIDDEN)  \
    K(R, SEGMENTED, HIDDEN) K(R, SHARED, HIDDEN) K(R, STREAM, HIDDEN) K(R, SUBMIT, HIDDEN) K(R, SUPERSEDE, HIDDEN)  \
    K(R, TRUNCATE_ON_CLOSE, HIDDEN) K(R, UDF_BLOCK, HIDDEN) K(R, VARIABLE, HIDDEN)

#define OPEN_KEYWORDS(K, R)                                                                                          \
    K(R, APPEND, FLAG) K(R, BUFSIZE, HIDDEN) K(R, COMPRESS, FLAG) K(R, DELETE, FLAG) K(R, ERROR, OUT)                \
    K(R, F77_UNFORMATTED, FLAG) K(R, GET_LUN, FLAG) K(R, MORE, FLAG) K(R, NOEXPAND_PATH, FLAG) K(R, NOSTDIO, HIDDEN) \
    K(R, RAWIO, FLAG) K(R, STDIO, FLAG) K(R, SWAP_ENDIAN, FLAG) K(R, SWAP_IF_BIG_ENDIAN, FLAG)                       \
    K(R, SWAP_IF_LITTLE_ENDIAN, FLAG) K(R, VAX_FLOAT, HIDDEN) K(R, WIDTH, "=value") K(R, XDR, FLAG)                  \
    OBSOLETE_KEYWORDS(K, R)
KEYWORDS(OPEN)

// BUFSIZE is the hint it is in IDL: the unit chooses.
// /SWAP_ENDIAN, and those that depend on the machine: this one is little-endian. XDR is big-endian.
static unsigned flags_of(Call *c)
{
    static const struct {
        int slot;
        unsigned flag;
    } map[] = {
        {KW_OPEN_APPEND, UF_APPEND},       {KW_OPEN_COMPRESS, UF_COMPRESS}, {KW_OPEN_DELETE, UF_DELETE},
        {KW_OPEN_F77_UNFORMATTED, UF_F77}, {KW_OPEN_NOSTDIO, UF_RAWIO},     {KW_OPEN_RAWIO, UF_RAWIO},
        {KW_OPEN_STDIO, UF_STDIO},         {KW_OPEN_XDR, UF_XDR | UF_SWAP}, {KW_OPEN_SWAP_ENDIAN, UF_SWAP},
        {KW_OPEN_SWAP_IF_LITTLE_ENDIAN, UF_SWAP}, {KW_OPEN_MORE, UF_MORE},
    };
    unsigned flags = 0;
    if (call_kw_set(c, KW_OPEN_VAX_FLOAT)) {
        throw_msg(c, E_UNSUPPORTED, "VAX_FLOAT is not supported by this version. Read the words as LONG and convert them.");
    }
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (call_kw_set(c, map[i].slot)) flags |= map[i].flag;
    }
    if (flags & UF_F77) flags &= ~(unsigned)UF_RAWIO;  // a record has to be there as a whole
    return flags;
}

// Whether output of /MORE units stops at each page: !MORE says so, when it is written.
static bool more_pages(void *arg)
{
    const SysVar *more = sysvar_find(arg, "!MORE");
    bool on = true;
    Status s = more ? val_truth(&more->v, false, &on) : STATUS_OK;
    status_drop(&s);
    return on;
}

static void open_unit(Call *c, int access)
{
    library_look_again(c->vm);
    Units *units = c->vm->units;
    LunOpen how = {.access = access, .flags = flags_of(c), .width = (int)call_kw_int(c, KW_OPEN_WIDTH, 0)};
    bool pooled = call_kw_set(c, KW_OPEN_GET_LUN), quiet = call_kw_given(c, KW_OPEN_ERROR);
    int lun = 0;
    units->pages = more_pages;
    units->pages_arg = c->vm;
    const char *path = call_path(c, 1);
    how.no_expand = call_kw_set(c, KW_OPEN_NOEXPAND_PATH);
    Status s = STATUS_OK;
    if (pooled) {
        call_var_mut(c, 0);  // throws before anything is reserved
        s = lun_get(units, &lun);
    } else {
        lun = (int)call_int(c, 0);
    }
    bool reserved = pooled && status_ok(s);
    if (status_ok(s)) s = lun_open(units, lun, path, &how);
    if (status_ok(s)) {
        if (pooled) call_set_take(c, 0, val_long(lun));
    } else if (reserved) {
        Status freed = lun_free(units, lun, true, NULL);
        status_drop(&freed);
    }
    if (quiet) {
        call_kw_set_take(c, KW_OPEN_ERROR, val_long(s.code));
        if (!status_ok(s)) call_note_error_take(c, s);
    } else {
        TRY(c, s);
    }
}

static void pro_openr(Call *c) { open_unit(c, 'r'); }
static void pro_openw(Call *c) { open_unit(c, 'w'); }
static void pro_openu(Call *c) { open_unit(c, 'u'); }

#define CLOSE_KEYWORDS(K, R) K(R, ALL, FLAG) K(R, EXIT_STATUS, OUT) K(R, FILE, FLAG) K(R, FORCE, FLAG)
KEYWORDS(CLOSE)

// Every unit of argument i (a scalar or an array) is handed to `close`.
static void close_each(Call *c, int i, bool force, int *status,
                       Status (*close)(Units *t, int64_t lun, bool force, int *exit_status))
{
    const Val *v = call_convert(c, call_arg(c, i), T_LONG64);
    for (int64_t k = 0; k < val_count(v); k++) {
        TRY(c, close(c->vm->units, val_is_array(v) ? ((int64_t *)v->a->data)[k] : v->ll, force, status));
    }
}

static void pro_close(Call *c)
{
    bool force = call_kw_set(c, KW_CLOSE_FORCE);
    int status = 0;
    for (int i = 0; i < c->argc; i++) close_each(c, i, force, &status, lun_close);
    if (call_kw_set(c, KW_CLOSE_ALL)) TRY(c, lun_close_range(c->vm->units, true, force));
    else if (call_kw_set(c, KW_CLOSE_FILE)) TRY(c, lun_close_range(c->vm->units, false, force));
    call_kw_set_take(c, KW_CLOSE_EXIT_STATUS, val_long(status));
}

#define FREE_LUN_KEYWORDS(K, R) K(R, EXIT_STATUS, OUT) K(R, FORCE, FLAG)
KEYWORDS(FREE_LUN)

static void pro_free_lun(Call *c)
{
    int status = 0;
    for (int i = 0; i < c->argc; i++) close_each(c, i, call_kw_set(c, KW_FREE_LUN_FORCE), &status, lun_free);
    call_kw_set_take(c, KW_FREE_LUN_EXIT_STATUS, val_long(status));
}

static void pro_get_lun(Call *c)
{
    int lun;
    call_var_mut(c, 0);
    TRY(c, lun_get(c->vm->units, &lun));
    call_set_take(c, 0, val_long(lun));
}

static const Routine rows[] = {
    {"CLOSE", PROCEDURE, {0, ARGS_ANY}, pro_close, "[, Unit...]", KEYS(CLOSE)},
    {"FREE_LUN", PROCEDURE, {1, ARGS_ANY}, pro_free_lun, "Unit...", KEYS(FREE_LUN)},
    {"GET_LUN", PROCEDURE, {1, 1}, pro_get_lun, "Unit"},
    {"OPENR", PROCEDURE, {2, 3}, pro_openr, "Unit, File [, Record_Length]", KEYS(OPEN)},
    {"OPENU", PROCEDURE, {2, 3}, pro_openu, "Unit, File [, Record_Length]", KEYS(OPEN)},
    {"OPENW", PROCEDURE, {2, 3}, pro_openw, "Unit, File [, Record_Length]", KEYS(OPEN)},
};
ROUTINE_TABLE(lib_open, rows)
