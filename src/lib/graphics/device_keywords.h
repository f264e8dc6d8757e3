// DEVICE's keywords: those with an effect or an answer, those that are only accepted, and those of devices that write files of
// pages, from AVANTGARDE on.
#ifndef HELIO_LIB_GRAPHICS_DEVICE_KEYWORDS_H
#define HELIO_LIB_GRAPHICS_DEVICE_KEYWORDS_H

#include "vm/call/call.h"

// clang-format off
#define DEVICE_KEYWORDS(K, R)                                                                                        \
    K(R, ANTIALIAS, "={0|1}") K(R, CLOSE, FLAG) K(R, CLOSE_FILE, FLAG) K(R, DECOMPOSED, "={0|1}")                    \
    K(R, FILENAME, "=string")                                                                                        \
    K(R, GET_DECOMPOSED, OUT) K(R, SET_CHARACTER_SIZE, "=[x, y]") K(R, SET_FONT, "=string") K(R, FONT, HIDDEN)       \
    K(R, TT_FONT, FLAG)                                                                                              \
    K(R, COPY, "=[Xs, Ys, Nx, Ny, Xd, Yd [, Window]]")                                                               \
    K(R, GET_CURRENT_FONT, OUT) K(R, GET_FONTNAMES, OUT) K(R, GET_FONTNUM, OUT)                                      \
    K(R, GET_GRAPHICS_FUNCTION, OUT) K(R, GET_PIXEL_DEPTH, OUT)                                                      \
    K(R, GET_SCREEN_SIZE, OUT) K(R, GET_VISUAL_DEPTH, OUT) K(R, GET_VISUAL_NAME, OUT) K(R, GET_WINDOW_POSITION, OUT) \
    K(R, GET_WRITE_MASK, OUT) K(R, SET_PIXEL_DEPTH, "={8|24}")                                                       \
    K(R, SET_RESOLUTION, "=[width, height]") K(R, WINDOW_STATE, OUT) K(R, BYPASS_TRANSLATION, HIDDEN)                \
    K(R, CURSOR_CROSSHAIR, FLAG) K(R, CURSOR_ORIGINAL, OR_FLAG) K(R, CURSOR_STANDARD, "|=integer")                   \
    K(R, CURSOR_IMAGE, "|=array") K(R, CURSOR_MASK, "=array") K(R, CURSOR_XY, "=[x, y]")                             \
    K(R, FLOYD, HIDDEN) K(R, ORDERED, HIDDEN) K(R, THRESHOLD, HIDDEN) K(R, SET_TRANSLATION, HIDDEN)                  \
    K(R, TRANSLATION, OUT) K(R, DIRECT_COLOR, HIDDEN)                                                                \
    K(R, PSEUDO_COLOR, HIDDEN) K(R, RETAIN, "={0|1|2}")                                                        \
    K(R, SET_COLORS, "={2 to 256}")                                                                                  \
    K(R, SET_GRAPHICS_FUNCTION, "={0 to 15}") K(R, SET_WRITE_MASK, "=bits") K(R, STATIC_COLOR, HIDDEN)               \
    K(R, STATIC_GRAY, HIDDEN)                                                                                        \
    K(R, TRUE_COLOR, HIDDEN) K(R, Z_BUFFERING, "={0|1}")                                                             \
    K(R, AVANTGARDE, FLAG) K(R, BKMAN, OR_FLAG) K(R, COURIER, OR_FLAG) K(R, HELVETICA, OR_FLAG)                      \
    K(R, PALATINO, OR_FLAG) K(R, SCHOOLBOOK, OR_FLAG) K(R, SYMBOL, OR_FLAG) K(R, TIMES, OR_FLAG)                     \
    K(R, ZAPFCHANCERY, OR_FLAG) K(R, ZAPFDINGBATS, OR_FLAG)                                                          \
    K(R, BOLD, FLAG) K(R, DEMI, OR_FLAG) K(R, BOOK, OR_FLAG) K(R, LIGHT, OR_FLAG) K(R, MEDIUM, OR_FLAG)              \
    K(R, ITALIC, FLAG) K(R, OBLIQUE, OR_FLAG) K(R, NARROW, FLAG)                                                     \
    K(R, BITS_PER_PIXEL, "={1|2|4|8}") K(R, CMYK, FLAG) K(R, COLOR, FLAG) K(R, ENCAPSULATED, FLAG)                   \
    K(R, FONT_INDEX, "=integer") K(R, FONT_SIZE, "=points") K(R, GLYPH_CACHE, HIDDEN) K(R, INCHES, FLAG)             \
    K(R, ISOLATIN1, FLAG) K(R, LANDSCAPE, FLAG) K(R, PORTRAIT, OR_FLAG) K(R, LANGUAGE_LEVEL, "={1|2}")               \
    K(R, OUTPUT, "=string") K(R, PREVIEW, HIDDEN) K(R, PRE_DEPTH, HIDDEN) K(R, PRE_XSIZE, HIDDEN)                    \
    K(R, PRE_YSIZE, HIDDEN) K(R, SCALE_FACTOR, "=value") K(R, XOFFSET, "=value") K(R, XSIZE, "=value")               \
    K(R, YOFFSET, "=value") K(R, YSIZE, "=value")
// clang-format on

#endif
