// Connects the graphics state to the engine: makes the Gfx, routes its notes and terminal output to the units, keeps
// its windows alive while the engine waits, and shows it as !D. Start at gfx_of.
#include "lib/graphics/state.h"

#include "base/mem.h"
#include "io/lun.h"
#include "lib/graphics/variables.h"
#include "sys/await.h"
#include "sys/publish.h"
#include "vm/scope/sysvar.h"
#include "vm/settings/preferences.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void host_write(void *arg, const void *p, size_t n)
{
    Vm *vm = arg;
    Unit *u;
    Status s = lun_find(vm->units, LUN_STDOUT, &u);
    if (status_ok(s)) s = unit_write_text(u, p, n);
    if (status_ok(s)) s = unit_end_text(u);
    status_drop(&s); // standard output that is gone is noticed by the next PRINT
}

static void host_note(void *arg, const char *text)
{
    Vm *vm = arg;
    lun_note(vm->units, "%s", text);
}

static void pump(void *arg);

// Has the window system listened to while the engine waits; once per connection.
static void listen_to_windows(Gfx *g)
{
    int fd = gfx_fd(g);
    if (fd == g->pumped_fd) return;
    sys_pump_remove(pump, g);
    g->pumped_fd = fd;
    if (fd >= 0) sys_pump_add(fd, 0.5, pump, g);
}

static void pump(void *arg)
{
    Status s = gfx_pump(arg);
    status_drop(&s); // a lost display is told by the next drawing
    s = gfx_smooth(arg);
    status_drop(&s); // windows stay as they are
    listen_to_windows(arg);
}

static void close_graphics(Vm *vm)
{
    sys_pump_remove(pump, vm->gfx);
    gfx_free(vm->gfx);
    vm->gfx = NULL;
}

static int wanted(Vm *vm, PrefId id)
{
    int n = pref_source(vm, id) == PREF_DEFAULT ? 0 : pref_number(vm, id);
    return n <= FRAME_MAX_SIDE ? n : FRAME_MAX_SIDE;
}

void gfx_take_preferences(Vm *vm)
{
    if (!vm->gfx) return;
    vm->gfx->wanted_width = wanted(vm, PREF_GR_X_WIDTH);
    vm->gfx->wanted_height = wanted(vm, PREF_GR_X_HEIGHT);
    vm->gfx->is_full_size = !pref_number(vm, PREF_GR_X_QSCREEN);
}

Gfx *gfx_of(Vm *vm)
{
    if (!vm->gfx) {
        vm->gfx = gfx_new(&(GfxHost){vm, host_write, host_note});
        vm_on_free(vm, close_graphics);
        gfx_take_preferences(vm);
    }
    return vm->gfx;
}

// --- canvas and windows

GfxWindow *gfx_canvas(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    GfxWindow *w;
    TRY(c, gfx_target(g, &w));
    listen_to_windows(g);
    if (!w) throw_msg(c, E_DEVICE, "Routine is not defined for current graphics device.");
    return w;
}

void gfx_need_windows(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    TRY(c, gfx_connect(g));
    TRY(c, gfx_pump(g));
    listen_to_windows(g);
    if (!(g->on->dev->flags & DEVICE_WINDOWS)) {
        throw_msg(c, E_DEVICE, "Routine is not defined for current graphics device.");
    }
}

GfxWindow *gfx_need_window(Call *c, int64_t index)
{
    gfx_need_windows(c);
    GfxWindow *w = index >= 0 && index < GFX_MAX_WINDOWS ? gfx_window(gfx_of(c->vm), (int)index) : NULL;
    if (!w) throw_msg(c, E_WINDOW, "Window is closed and unavailable.");
    return w;
}

void gfx_show(Call *c, GfxWindow *w, Rect r) { TRY(c, gfx_changed(gfx_of(c->vm), w, r)); }

void gfx_touch(Call *c, GfxWindow *w, Rect r)
{
    drawing_pixels(&w->drawing, r);
    gfx_show(c, w, r);
}

// --- arguments

int gfx_ranged(Call *c, int64_t value, int lo, int hi, const char *name)
{
    if (value < lo || value > hi) throw_msg(c, E_VALUE, "Value of %s is out of allowed range.", name);
    return (int)value;
}

const Val *gfx_array_arg(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRING) {
        throw_msg(c, E_TYPE, "String expression not allowed in this context: %s.", call_arg_name(c, i));
    }
    if (v->type == T_STRUCT) {
        throw_msg(c, E_STRUCT, "Struct expression not allowed in this context: %s.", call_arg_name(c, i));
    }
    if (!type_is_numeric(v->type)) {
        throw_msg(c, E_TYPE, "Operation illegal with %s types: %s.", v->type == T_PTR ? "pointer" : "object reference",
                  call_arg_name(c, i));
    }
    if (!val_is_array(v)) {
        throw_msg(c, E_SCALAR, "Expression must be an array in this context: %s.", call_arg_name(c, i));
    }
    return v;
}

const char *gfx_expand(Call *c, const char *path)
{
    char *full = path_expand(path);
    call_defer(c, mem_free, full);
    return full;
}

const char *gfx_path(Call *c, int i) { return gfx_expand(c, call_path(c, i)); }

static void free_buf(void *b) { buf_free(b); }

Buf *gfx_new_buf(Call *c)
{
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, free_buf, b);
    return b;
}

void gfx_write_file(Call *c, const char *path, const void *p, size_t n)
{
    const char *lost;
    int err = publish_bytes(path, p, n, 0666, &lost);
    if (err == EINTR) call_poll(c);
    bool is_open = err != ENOSPC && err != EDQUOT && err != EIO && err != EFBIG;
    if (err && is_open) TRY(c, status_sys(E_OPEN, err, "Error opening file. File: %s", path));
    if (err) TRY(c, status_sys(E_WRITE, err, "Error writing file. File: %s", path));
    if (lost) call_warn(c, true, "%s: %s.", path, lost);
}

// --- !D

static void add(SDef *d, const char *name, TypeCode t, int64_t n)
{
    sdef_add(d, name, t, n > 0 ? 1 : 0, n > 0 ? &n : NULL, NULL);
}

static SDef *device_struct(Vm *vm)
{
    static const char *const longs_before[] = {"X_SIZE", "Y_SIZE", "X_VSIZE", "Y_VSIZE", "X_CH_SIZE", "Y_CH_SIZE"};
    static const char *const longs_after[] = {"N_COLORS", "TABLE_SIZE", "FILL_DIST", "WINDOW", "UNIT", "FLAGS"};
    SDef *d = map_get(&vm->structs, "!DEVICE");
    if (d) return d;
    d = sdef_new("!DEVICE");
    add(d, "NAME", T_STRING, 0);
    for (int i = 0; i < 6; i++) add(d, longs_before[i], T_LONG, 0);
    add(d, "X_PX_CM", T_FLOAT, 0);
    add(d, "Y_PX_CM", T_FLOAT, 0);
    for (int i = 0; i < 6; i++) add(d, longs_after[i], T_LONG, 0);
    add(d, "ORIGIN", T_LONG, 2);
    add(d, "ZOOM", T_LONG, 2);
    sdef_close(d);
    map_set(&vm->structs, "!DEVICE", d);
    return d;
}

static void *tag_at(Arr *a, const char *name) { return (char *)a->data + a->def->tag[sdef_find(a->def, name)].offset; }

// !D.UNIT of an open file of pages, which is no unit of the program's; a bit of !D.FLAGS.
enum { OPEN_UNIT = 100, FLAG_COLOR = 16 };

static void put_long(Arr *a, const char *name, int value) { *(int32_t *)tag_at(a, name) = value; }

// !D as it is now. Reading it opens no device.
static Val get_device(Vm *vm)
{
    const Gfx *g = gfx_of(vm);
    const Screen *s = g->on;
    const GfxWindow *w = gfx_current(g);
    Arr *a = arr_new_struct(device_struct(vm), 1, (int64_t[]){1});
    if (!a) return VAL_UNDEF;
    int width = w ? w->frame.width : s->width ? s->width : s->dev->width;
    int height = w ? w->frame.height : s->height ? s->height : s->dev->height;
    ((StrSlot *)tag_at(a, "NAME"))->p = str_from(g->stands_for_x ? "X" : s->dev->name);
    put_long(a, "X_SIZE", width);
    put_long(a, "Y_SIZE", height);
    put_long(a, "X_VSIZE", width);
    put_long(a, "Y_VSIZE", height);
    put_long(a, "X_CH_SIZE", s->char_width);
    put_long(a, "Y_CH_SIZE", s->char_height);
    *(float *)tag_at(a, "X_PX_CM") = *(float *)tag_at(a, "Y_PX_CM") = s->dev->px_cm;
    put_long(a, "N_COLORS", s->bytes == 3 ? 1 << 24 : s->colors);
    put_long(a, "TABLE_SIZE", s->colors);
    put_long(a, "FILL_DIST", s->dev->flags & (DEVICE_FRAME | DEVICE_PAGES) ? 1 : 0);
    put_long(a, "WINDOW", s->dev->flags & DEVICE_WINDOWS ? s->current : -1);
    const Page *page = gfx_page(g);
    put_long(a, "UNIT", page && page->is_open ? OPEN_UNIT : 0);
    put_long(a, "FLAGS", s->dev->idl_flags | (page && page->setup.is_color ? FLAG_COLOR : 0));
    int32_t *zoom = tag_at(a, "ZOOM");
    zoom[0] = zoom[1] = 1;
    return val_arr_take(a);
}

void lib_graphics_start(Vm *vm)
{
    SysVar *d = sysvar_define_take(vm, "!D", VAL_UNDEF, true);
    d->get = get_device;
    graphics_variables(vm);
}
