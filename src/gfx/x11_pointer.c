// The pointer over the windows of X: where it is, moving it, and what it looks like. Start at x_find_pointer.
#include "gfx/x11.h"

#include "core/errors.h"

#include <stdlib.h>
#include <string.h>

void x_find_pointer(void *state, GfxWindow *w)
{
    XDevice *d = state;
    XWindow *x = w->shown;
    if (d->is_lost || !x) return;
    xcb_query_pointer_reply_t *r = xcb_query_pointer_reply(d->conn, xcb_query_pointer(d->conn, x->id), NULL);
    if (!r) return;
    bool is_inside = r->same_screen && r->win_x >= 0 && r->win_y >= 0 && r->win_x < w->frame.width &&
                     r->win_y < w->frame.height;
    w->pointer.x = is_inside ? r->win_x : -1;
    w->pointer.y = is_inside ? w->frame.height - 1 - r->win_y : -1;
    w->pointer.buttons = r->mask >> 8 & 7; // Button1Mask and the next two
    free(r);
}

void x_move_pointer(void *state, GfxWindow *w, int px, int py)
{
    XDevice *d = state;
    XWindow *x = w->shown;
    if (d->is_lost || !x) return;
    xcb_warp_pointer(d->conn, XCB_NONE, x->id, 0, 0, 0, 0, (int16_t)px, (int16_t)(w->frame.height - 1 - py));
    xcb_flush(d->conn);
}

// --- What it looks like

static xcb_cursor_t of_font(XDevice *d, int index)
{
    xcb_font_t font = xcb_generate_id(d->conn);
    xcb_cursor_t cursor = xcb_generate_id(d->conn);
    const uint16_t full = 0xffff;
    xcb_open_font(d->conn, font, strlen("cursor"), "cursor");
    const uint16_t glyph = (uint16_t)index, mask = (uint16_t)(index + 1); // black, within white
    xcb_void_cookie_t made = xcb_create_glyph_cursor_checked(d->conn, cursor, font, font, glyph, mask, 0, 0, 0, full, full,
                                                             full);
    xcb_generic_error_t *e = xcb_request_check(d->conn, made);
    if (e) cursor = XCB_NONE;
    free(e);
    xcb_close_font(d->conn, font);
    return cursor;
}

// A pixmap of one bit a pixel.
static xcb_pixmap_t bitmap(XDevice *d, const uint16_t *rows)
{
    const uint32_t colors[] = {1, 0};
    xcb_pixmap_t map = xcb_generate_id(d->conn);
    xcb_gcontext_t gc = xcb_generate_id(d->conn);
    xcb_rectangle_t on[POINTER_SIDE * POINTER_SIDE], all = {0, 0, POINTER_SIDE, POINTER_SIDE};
    uint32_t n = 0;
    for (int y = 0; y < POINTER_SIDE; y++) {
        for (int x = 0; x < POINTER_SIDE; x++) {
            if (rows[y] >> x & 1) on[n++] = (xcb_rectangle_t){(int16_t)x, (int16_t)y, 1, 1};
        }
    }
    xcb_create_pixmap(d->conn, 1, map, d->screen->root, POINTER_SIDE, POINTER_SIDE);
    xcb_create_gc(d->conn, gc, map, XCB_GC_FOREGROUND, colors + 1);
    xcb_poly_fill_rectangle(d->conn, map, gc, 1, &all);
    xcb_change_gc(d->conn, gc, XCB_GC_FOREGROUND, colors);
    if (n) xcb_poly_fill_rectangle(d->conn, map, gc, n, on);
    xcb_free_gc(d->conn, gc);
    return map;
}

static xcb_cursor_t of_bitmaps(XDevice *d, const PointerShape *s)
{
    const uint16_t full = 0xffff;
    xcb_pixmap_t image = bitmap(d, s->image), mask = bitmap(d, s->mask);
    xcb_cursor_t cursor = xcb_generate_id(d->conn);
    xcb_create_cursor(d->conn, cursor, image, mask, 0, 0, 0, full, full, full, (uint16_t)s->x, (uint16_t)s->y);
    xcb_free_pixmap(d->conn, image);
    xcb_free_pixmap(d->conn, mask);
    return cursor;
}

static xcb_cursor_t make_cursor(XDevice *d, const PointerShape *s)
{
    if (s->kind == POINTER_GLYPH) return of_font(d, s->glyph);
    return s->kind == POINTER_BITMAP ? of_bitmaps(d, s) : XCB_NONE;
}

void x_hide_pointer(void *state, GfxWindow *w, bool is_hidden)
{
    static const PointerShape nothing = {.kind = POINTER_BITMAP};
    XDevice *d = state;
    XWindow *x = w->shown;
    if (d->is_lost || !x) return;
    uint32_t cursor = make_cursor(d, is_hidden ? &nothing : &d->shape);
    xcb_change_window_attributes(d->conn, x->id, XCB_CW_CURSOR, &cursor);
    if (cursor) xcb_free_cursor(d->conn, cursor);
    xcb_flush(d->conn);
}

Status x_shape_pointer(void *state, const PointerShape *shape)
{
    XDevice *d = state;
    if (d->is_lost) return STATUS_OK;
    uint32_t cursor = make_cursor(d, shape);
    if (!cursor && shape->kind != POINTER_ORIGINAL) return status_fail(E_VALUE, "The cursor font has no glyph %d.", shape->glyph);
    d->shape = *shape;
    for (int i = 0; i < RETAINED; i++) {
        if (d->win[i].w) xcb_change_window_attributes(d->conn, d->win[i].id, XCB_CW_CURSOR, &cursor);
    }
    if (cursor) xcb_free_cursor(d->conn, cursor);
    xcb_flush(d->conn);
    return STATUS_OK;
}
