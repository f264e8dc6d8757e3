// The devices PDF and SVG. Their pages are as large as the drawing; what is drawn is in the module `cairo` (gfx/cairo_pages.c).
#include "gfx/cairo_pages.h"
#include "gfx/device.h"
#include "sys/dynlib.h"

enum { BITS = 8 };

static Status open_pages(bool is_pdf, void **state)
{
    const void *table;
    STATUS_TRY(dynlib_table(CAIRO_MODULE, &table));
    const CairoTable *cairo = table;
    Page *p = page_new(is_pdf ? &cairo->pdf : &cairo->svg);
    p->setup.is_color = true;
    p->setup.bits = BITS;
    *state = p;
    return STATUS_OK;
}

static Status pdf_connect(const DeviceSetup *setup, void **state)
{
    (void)setup;
    return open_pages(true, state);
}

static Status svg_connect(const DeviceSetup *setup, void **state)
{
    (void)setup;
    return open_pages(false, state);
}

static void disconnect(void *state) { page_free(state); }

#define PAGES(device, opener)                                                                                          \
    {.name = device,                                                                                                   \
     .idl_flags = 266791,                                                                                              \
     .flags = DEVICE_PAGES | DEVICE_INDEXED,                                                                           \
     .width = 17780,                                                                                                   \
     .height = 12700,                                                                                                  \
     .px_cm = PAGE_UNITS_CM,                                                                                           \
     .char_width = 222,                                                                                                \
     .char_height = 352,                                                                                               \
     .screen_width = 17780,                                                                                            \
     .screen_height = 12700,                                                                                           \
     .connect = opener,                                                                                                \
     .disconnect = disconnect}

const Device device_pdf = PAGES("PDF", pdf_connect);
const Device device_svg = PAGES("SVG", svg_connect);
