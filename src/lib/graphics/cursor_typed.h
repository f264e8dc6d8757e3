// CURSOR on screens without a pointer (the terminal, files): the user types the place.
#ifndef HELIO_LIB_GRAPHICS_CURSOR_TYPED_H
#define HELIO_LIB_GRAPHICS_CURSOR_TYPED_H

#include "lib/graphics/coords.h"
#include "lib/graphics/state.h"

// CURSOR's third argument: the manual's numbers.
typedef enum CursorWait { CURSOR_NOWAIT, CURSOR_WAIT, CURSOR_CHANGE, CURSOR_DOWN, CURSOR_UP } CursorWait;

// Whether that is so of the selected device, and somebody is there to type.
bool cursor_is_typed(Call *c);
// The place as typed, in coordinates of `system`, and the button; CURSOR_NOWAIT: as typed last. `exact`: the two numbers, if they
// lie in the window and were typed now, else NaN.
Pointer cursor_typed(Call *c, GfxWindow *w, CursorWait wait, CoordSystem system, Place *exact);

#endif
