// What preferences change in the engine. Start reading at preference_apply.
#include "core/str.h"
#include "lib/control/preferences.h"
#include "lib/control/system_record.h"
#include "lib/graphics/state.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/names/library.h"
#include "vm/scope/sysvar.h"

#include <ctype.h>
#include <stdlib.h>

static Val text_value(Vm *vm, PrefId id) { return val_string(pref_text(vm, id)); }

static void set_variable(Vm *vm, const char *name, Val owned)
{
    SysVar *v = sysvar_find(vm, name);
    if (v->get) val_set_take(&v->v, v->get(vm));
    val_set_take(&v->v, owned);
    if (v->set) v->set(vm, &v->v);
}

static Status set_cpu(Vm *vm, const char *tag, PrefId id)
{
    SysVar *cpu = sysvar_find(vm, "!CPU");
    if (val_is_undef(&cpu->v) || !arr_mut(&cpu->v)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    int n = pref_number(vm, id);
    if (!n && id == PREF_CPU_TPOOL_NTHREADS) n = *(int32_t *)system_tag(&cpu->v, "HW_NCPU");
    *(int32_t *)system_tag(&cpu->v, tag) = n;
    return STATUS_OK;
}

static Status set_device(Vm *vm)
{
    char name[32] = "";
    const char *text = pref_text(vm, PREF_DEVICE);
    for (size_t i = 0; i < sizeof name - 1 && text[i]; i++) name[i] = (char)toupper((unsigned char)text[i]);
    return gfx_select_device(gfx_of(vm), name);
}

static Status set_compile_directory(Vm *vm)
{
    SysVar *v = sysvar_find(vm, "!MAKE_DLL");
    if (!arr_mut(&v->v)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    StrSlot *slot = system_tag(&v->v, "COMPILE_DIRECTORY");
    str_drop(slot->p);
    slot->p = str_from(pref_text(vm, PREF_MAKE_DLL_COMPILE_DIRECTORY));
    return STATUS_OK;
}

Status preference_apply(Vm *vm, PrefId id)
{
    switch (id) {
    case PREF_PROMPT: set_variable(vm, "!PROMPT", text_value(vm, id)); break;
    case PREF_MSG_PREFIX: set_variable(vm, "!MSG_PREFIX", text_value(vm, id)); break;
    case PREF_DLM_PATH: set_variable(vm, "!DLM_PATH", text_value(vm, id)); break;
    case PREF_HELP_PATH: set_variable(vm, "!HELP_PATH", text_value(vm, id)); break;
    case PREF_MORE: set_variable(vm, "!MORE", val_int((int16_t)pref_number(vm, id))); break;
    case PREF_EDIT_INPUT: set_variable(vm, "!EDIT_INPUT", val_int((int16_t)pref_number(vm, id))); break;
    case PREF_EXCEPT: set_variable(vm, "!EXCEPT", val_int((int16_t)pref_number(vm, id))); break;
    case PREF_QUIET: set_variable(vm, "!QUIET", val_long(pref_number(vm, id))); break;
    case PREF_PATH:
        if (!getenv("HELIO_PATH")) library_set_path(vm, pref_text(vm, id));
        break;
    case PREF_CPU_TPOOL_MAX_ELTS: return set_cpu(vm, "TPOOL_MAX_ELTS", id);
    case PREF_CPU_TPOOL_MIN_ELTS: return set_cpu(vm, "TPOOL_MIN_ELTS", id);
    case PREF_CPU_TPOOL_NTHREADS: return set_cpu(vm, "TPOOL_NTHREADS", id);
    case PREF_MAKE_DLL_COMPILE_DIRECTORY: return set_compile_directory(vm);
    case PREF_DEVICE: return set_device(vm);
    case PREF_GR_X_WIDTH:
    case PREF_GR_X_HEIGHT:
    case PREF_GR_X_QSCREEN: gfx_take_preferences(vm); break;
    default: break;  // it is asked for where it is needed, or has no effect
    }
    return STATUS_OK;
}

void preferences_start(Vm *vm)
{
    for (int i = 0; i < PREF_COUNT; i++) {
        if (pref_source(vm, (PrefId)i) == PREF_DEFAULT) continue;
        Status s = preference_apply(vm, (PrefId)i);
        if (!status_ok(s)) {
            vm_error_line(vm, "%% Preference %s has no effect: %s", pref_row((PrefId)i)->name, s.text ? s.text : "");
        }
        status_drop(&s);
    }
}
