// The device PS: files of PostScript. What it draws is in gfx/ps.c and its kin.
#include "gfx/device.h"
#include "gfx/ps.h"

static Status ps_connect(const DeviceSetup *setup, void **state)
{
    (void)setup;
    *state = page_new(&ps_format);
    return STATUS_OK;
}

static void ps_disconnect(void *state) { page_free(state); }

const Device device_ps = {.name = "PS",
                          .idl_flags = 266791,
                          .flags = DEVICE_PAGES | DEVICE_INDEXED,
                          .width = 17780,
                          .height = 12700,
                          .px_cm = PAGE_UNITS_CM,
                          .char_width = 222,
                          .char_height = 352,
                          .screen_width = 17780,
                          .screen_height = 12700,
                          .connect = ps_connect,
                          .disconnect = ps_disconnect};
