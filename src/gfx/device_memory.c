// The devices that show nothing: Z, one buffer in memory that TVRD reads back, and NULL, which swallows drawing.
// The numbers are those IDL (by way of GDL) gives in !D.
#include "gfx/device.h"

const Device device_z = {.name = "Z",
                         .idl_flags = 414908,
                         .flags = DEVICE_FRAME | DEVICE_INDEXED | DEVICE_DEPTH,
                         .width = 640,
                         .height = 480,
                         .px_cm = 26,
                         .char_width = 8,
                         .char_height = 12,
                         .screen_width = 640,
                         .screen_height = 480};

const Device device_null = {.name = "NULL",
                            .idl_flags = 266807,
                            .flags = 0,
                            .width = 1000,
                            .height = 1000,
                            .px_cm = 1000,
                            .char_width = 0,
                            .char_height = 0,
                            .screen_width = 1000,
                            .screen_height = 1000};
