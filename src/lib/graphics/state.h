// What the graphics builtins share: the engine's Gfx, made on first use, and small argument readers.
#ifndef HELIO_LIB_GRAPHICS_STATE_H
#define HELIO_LIB_GRAPHICS_STATE_H

#include "base/buf.h"
#include "gfx/gfx.h"
#include "vm/call/call.h"
#include "vm/vm.h"

// Defines !D and the other variables of direct graphics. To be called once for each engine, after its units exist.
void lib_graphics_start(Vm *vm);

// Closed with the engine. Whoever lets the program pause (prompt, WAIT) calls gfx_settle(vm->gfx) when it is not NULL.
Gfx *gfx_of(Vm *vm);
// The size of new windows as the preferences IDL_GR_X_WIDTH, _HEIGHT and _QSCREEN have it now; nothing before there is a Gfx.
void gfx_take_preferences(Vm *vm);

// The window to draw in; throws "Routine is not defined for current graphics device." on a device without pixels.
GfxWindow *gfx_canvas(Call *c);
// Throws unless the current device has windows.
void gfx_need_windows(Call *c);
// A window that is open; throws "Window is closed and unavailable.".
GfxWindow *gfx_need_window(Call *c, int64_t index);
// Reports a change of region r of w to the device.
void gfx_touch(Call *c, GfxWindow *w, Rect r);
// The same when the window's drawing knows of it already.
void gfx_show(Call *c, GfxWindow *w, Rect r);

// A keyword or argument that must lie in lo..hi, else "Value of NAME is out of allowed range.".
int gfx_ranged(Call *c, int64_t value, int lo, int hi, const char *name);

// Argument i as an array of numbers, not converted; throws IDL's texts for strings, structures and scalars.
const Val *gfx_array_arg(Call *c, int i);

// A file name, with ~ and $NAME expanded; lives as long as the call.
const char *gfx_path(Call *c, int i);
const char *gfx_expand(Call *c, const char *path);
// An empty buffer owned by the call.
Buf *gfx_new_buf(Call *c);
// Writes a whole file; throws.
void gfx_write_file(Call *c, const char *path, const void *p, size_t n);

#endif
