// Which names in front of parentheses are functions although a variable has the name, too. Start reading at library_has_function.
#include "base/map.h"
#include "vm/names/library.h"

#include <stdlib.h>
#include <string.h>

// Functions that came with IDL 8.0 or later, sorted: older programs have variables of these names that they subscript.
static const char *const late[] = {
    "ARRAY_TO_LIST", "ARROW", "AXIS", "BARPLOT", "BOOLEAN", "BOXPLOT", "BUBBLEPLOT", "BUTTERWORTH", "CODE_COVERAGE",
    "COLORBAR", "CONTOUR", "CROSSHAIR", "DICTIONARY", "ELLIPSE", "EMAIL", "ERRORPLOT", "FILE_MODTIME", "GETWINDOWS", "HASH",
    "IDENTITY", "IMAGE", "ISA", "JSON_PARSE", "JSON_SERIALIZE", "LAMBDA", "LEGEND", "LIGHT", "LIST", "MAP",
    "MAPCONTINENTS", "MAPGRID", "ORDEREDHASH", "PARTITION", "PLOT", "PLOT3D", "POLARPLOT", "POLYGON", "POLYLINE", "SCATTERPLOT",
    "SCATTERPLOT3D", "SIGNUM", "STREAMLINE", "SURFACE", "SYMBOL", "TEXT", "TIC", "TIMESTAMP", "TOC", "TYPENAME",
    "VECTOR", "VOLUME", "WINDOW",
};

static int by_name(const void *a, const void *b) { return strcmp(a, *(const char *const *)b); }

bool library_is_late(const char *name) { return bsearch(name, late, sizeof late / sizeof *late, sizeof *late, by_name) != NULL; }

bool library_has_function(void *arg, const char *name)
{
    Vm *vm = arg;
    if (library_is_late(name)) return false;
    return map_get(&vm->engine->builtin_fun, name) || user_routine(vm, name, true) || library_text(vm, name, true);
}
