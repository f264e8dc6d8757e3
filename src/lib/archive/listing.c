// See listing.h. Lines as the manual's pages on FILE_TAR and FILE_UNTAR show them.
#include "lib/archive/listing.h"

#include "lib/io/record.h"
#include "sys/clock.h"
#include "vm/fault/error_line.h"
#include "vm/vm.h"

#include <string.h>

void listing_begin(Call *c, Listing *l)
{
    *l = (Listing){.begun = sys_now()};
    call_defer(c, names_free, &l->names);
}

static bool ends_in_slash(const char *name) { return *name && name[strlen(name) - 1] == '/'; }

void listing_name(Call *c, Listing *l, const char *name, bool is_folder)
{
    TRY(c, names_add(&l->names, name, is_folder && !ends_in_slash(name)));
}

void listing_count(Listing *l, int64_t bytes)
{
    l->n++;
    l->bytes += bytes;
}

Val listing_value(Call *c, const Listing *l)
{
    if (!l->names.n) return val_string("");
    Arr *a = call_new_array(c, T_STRING, 1, &l->names.n, true);
    for (int64_t i = 0; i < l->names.n; i++) record_put_text(c, a, i, l->names.p[i], strlen(l->names.p[i]));
    return val_arr_take(arr_ref(a));
}

void listing_line(Call *c, const char *name, int64_t bytes)
{
    if (c->vm->quiet) return;
    if (bytes < 0)
        vm_error_line(c->vm, "%% %s%s", name, ends_in_slash(name) ? "" : "/");
    else
        vm_error_line(c->vm, "%% %s, %lld bytes", name, (long long)bytes);
}

void listing_fate(Call *c, bool extracted, const char *name)
{
    if (!c->vm->quiet) vm_error_line(c->vm, "  %s file %s", extracted ? "Extracted" : "Skipped", name);
}

void listing_total(Call *c, const Listing *l)
{
    if (c->vm->quiet) return;
    vm_error_line(c->vm, "%% Total %lld files, %lld bytes", (long long)l->n, (long long)l->bytes);
    vm_error_line(c->vm, "%% Time elapsed: %#.8g seconds.", sys_now() - l->begun);
}
