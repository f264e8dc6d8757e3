// The graphics keywords that many routines take. A routine's own list begins with COORD_LIST, GRAPHICS_LIST, or this and
// AXES_LIST, so that the slots G_... mean the same in each (as IDL's manual, "Graphics Keywords", lists them).
#ifndef HELIO_LIB_GRAPHICS_KEYWORDS_H
#define HELIO_LIB_GRAPHICS_KEYWORDS_H

#include "vm/call/call.h"

// clang-format off
#define COORD_LIST(K, R) K(R, DATA, FLAG) K(R, DEVICE, OR_FLAG) K(R, NORMAL, OR_FLAG) K(R, T3D, FLAG)

#define GRAPHICS_LIST(K, R)                                                                                              \
    COORD_LIST(K, R)                                                                                                     \
    K(R, CHANNEL, "={0|1|2|3}") K(R, CHARSIZE, "=value") K(R, CHARTHICK, "=value") K(R, CLIP, "=[X0, Y0, X1, Y1]")       \
    K(R, COLOR, "=value") K(R, FONT, "=integer") K(R, LINESTYLE, "={0|1|2|3|4|5}") K(R, NOCLIP, FLAG)                    \
    K(R, ORIENTATION, "=degrees") K(R, PSYM, "=integer") K(R, SYMSIZE, "=value") K(R, THICK, "=value") K(R, Z, "=value")

#define AXIS_LIST(K, R, X)                                                                                               \
    K(R, X##CHARSIZE, "=value") K(R, X##GRIDSTYLE, "=integer") K(R, X##MARGIN, "=[before, after]")                       \
    K(R, X##MINOR, "=integer") K(R, X##RANGE, "=[min, max]") K(R, X##STYLE, "=bits") K(R, X##THICK, "=value")            \
    K(R, X##TICKFORMAT, "=string") K(R, X##TICKINTERVAL, "=value") K(R, X##TICKLAYOUT, "=integer")                       \
    K(R, X##TICKLEN, "=value") K(R, X##TICKNAME, "=strings") K(R, X##TICKS, "=integer") K(R, X##TICKUNITS, "=string")    \
    K(R, X##TICKV, "=array") K(R, X##TICK_GET, OUT) K(R, X##TITLE, "=string")

#define AXES_LIST(K, R)                                                                                                  \
    AXIS_LIST(K, R, X) AXIS_LIST(K, R, Y) AXIS_LIST(K, R, Z)                                                             \
    K(R, BACKGROUND, "=value") K(R, ISOTROPIC, FLAG) K(R, NODATA, FLAG) K(R, NOERASE, FLAG)                              \
    K(R, POSITION, "=[X0, Y0, X1, Y1]") K(R, SUBTITLE, "=string") K(R, TICKLEN, "=value") K(R, TITLE, "=string")         \
    K(R, XLOG, FLAG) K(R, YLOG, FLAG) K(R, YNOZERO, FLAG) K(R, ZVALUE, "=value")                      \
    K(R, XTYPE, "={0|1}") K(R, YTYPE, "={0|1}") K(R, ZTYPE, "={0|1}")
// clang-format on

enum { GRAPHICS_LIST(KW_SLOT_, G_) AXES_LIST(KW_SLOT_, G_) G_COUNT };
enum { G_AXIS_STRIDE = G_YCHARSIZE - G_XCHARSIZE };  // from a slot of X to that of Y

#endif
