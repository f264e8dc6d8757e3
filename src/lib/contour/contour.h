// CONTOUR's parts: the data and where they lie (data.c), the levels and how each looks (levels.c), lines (lines.c) with
// labels (label.c), filled areas (fill.c) and cells (cells.c), both over a map (map.c), and paths that are returned
// instead (paths.c).
#ifndef HELIO_LIB_CONTOUR_CONTOUR_H
#define HELIO_LIB_CONTOUR_CONTOUR_H

#include "lib/graphics/coords.h"
#include "lib/graphics/keywords.h"
#include "plot/isoline.h"
#include "plot/map_clip.h"

// clang-format off
#define CONTOUR_KEYWORDS(K, R)                                                                                           \
    GRAPHICS_LIST(K, R) AXES_LIST(K, R) K(R, CELL_FILL, FLAG) K(R, FILL, OR_FLAG) K(R, CLOSED, "={0|1}")                 \
    K(R, C_ANNOTATION, "=strings") K(R, C_CHARSIZE, "=value") K(R, C_CHARTHICK, "=value") K(R, C_COLORS, "=array")       \
    K(R, C_LABELS, "=array") K(R, C_LINESTYLE, "=array") K(R, C_ORIENTATION, "=array") K(R, C_SPACING, "=array")         \
    K(R, C_THICK, "=array") K(R, DOWNHILL, FLAG) K(R, FOLLOW, FLAG) K(R, IRREGULAR, FLAG) K(R, LEVELS, "=array")         \
    K(R, NLEVELS, "|=value") K(R, MAX_VALUE, "=value") K(R, MIN_VALUE, "=value") K(R, OVERPLOT, FLAG)                    \
    K(R, PATH_DATA_COORDS, FLAG) K(R, PATH_DOUBLE, FLAG) K(R, PATH_FILENAME, "=string") K(R, PATH_INFO, OUT)             \
    K(R, PATH_XY, OUT) K(R, TRIANGULATION, "=array") K(R, ZAXIS, "={0|1|2|3|4}")          \
    K(R, ZLOG, FLAG)
// clang-format on
enum { CONTOUR_KEYWORDS(KW_SLOT_, KW_CONTOUR_) KW_COUNT_CONTOUR };

typedef struct ContourData {
    IsoField field;
    TriangleMesh mesh;         // of scattered points
    const double *x, *y;       // of the grid's columns and rows, or of each point
    bool has_all_x, has_all_y; // of each point
    double x_range[2], y_range[2], z_range[2];
    bool is_map;    // x and y are longitude and latitude: OVERPLOT over a map
    bool is_round;  // x goes the shorter way from a point of the net to the next
    bool is_folded; // the net lies upon itself on the globe
} ContourData;

// From the arguments Z [, X, Y]; throws IDL's errors. It is released with the call.
ContourData *contour_data(Call *c);
// Where a point of a line is, in the units of the data.
Point contour_place(const ContourData *d, IsoPoint p);
// Whether neighbouring points of the grid run clockwise: what is higher is then on the right of a line.
bool contour_is_mirrored(const ContourData *d);

typedef struct ContourLevels {
    const double *value;
    int n;
} ContourLevels;

// LEVELS, or NLEVELS between the ends of the z axis, or its ticks.
ContourLevels contour_levels(Call *c, const double z_range[2], bool is_log_z, const double *tick, int ticks);
// How level i is drawn: the arrays are gone through again and again.
int64_t contour_color(Call *c, int i, int64_t otherwise);
bool contour_has(Call *c, int slot);
double contour_number(Call *c, int slot, int i, double otherwise);
// The same as a whole number; what is out of range is its end.
int contour_int(Call *c, int slot, int i, int otherwise);
// The label of level i, NULL: it has none.
const Str *contour_label(Call *c, const ContourLevels *l, int i);

// What drawing needs.
typedef struct ContourPlot {
    Call *call;
    Canvas *canvas;
    const ContourData *data;
    ContourLevels levels;
    Coords coords;
    Box clip;         // labels stand inside
    bool is_at_level; // lines lie at their height (T3D without ZVALUE)
    IsoPaths paths;
    MapScratch *scratch; // over a map
    int64_t seen_cell;   // no cell before it is seen
} ContourPlot;

// Polygons on the page, NaN behind each.
typedef struct ContourArea {
    Point *p;
    int64_t n, room;
} ContourArea;
void contour_area_room(ContourPlot *p, ContourArea *a, int64_t more);

enum { CELL_CORNERS = 4, CELL_POINTS = 8, CELL_PARTS = 2 };

typedef struct ContourCell {
    int n;
    int64_t corner[CELL_CORNERS];
    double z[CELL_CORNERS], lo, hi, mean;
} ContourCell;

typedef struct ContourPart {
    IsoPoint point[CELL_POINTS];
    int n;
} ContourPart;

ContourCell contour_cell(const IsoField *f, int64_t i);
// What of a cell is at or above a level; two parts, where opposite corners are and the middle is not.
int contour_cell_parts(const ContourCell *cell, double level, ContourPart part[CELL_PARTS]);

Point contour_device(const ContourPlot *p, Point at, double level);
// Over a map: places of its plane in normal coordinates, and one of those on the device.
Point *contour_map_flat(const ContourPlot *p, const Point *plane, int64_t n);
Point contour_map_device(const ContourPlot *p, Point flat, double level);
// Traces a level; throws when memory is out.
void contour_trace(ContourPlot *p, double level, bool is_closed);
// It is not the border of the data alone.
bool contour_is_line(const IsoPaths *paths, IsoPath path);
void contour_draw_lines(ContourPlot *p);
// A line with its label cut in, where there is room.
void contour_draw_labelled(ContourPlot *p, const Str *label, const Point *at, int64_t n, bool is_closed);
void contour_fill(ContourPlot *p);
void contour_cell_fill(ContourPlot *p);
// Fills with the colour that is set, or by lines.
void contour_fill_polygon(ContourPlot *p, const Point *at, int64_t n, int i);
bool contour_is_hatched(Call *c);
// Without C_COLORS: evenly through the colour table.
int64_t contour_table_color(const ContourPlot *p, int i);
// A log axis has no place for 0 and below: what is there is taken to its end.
Point contour_on_page(const ContourPlot *p, Point at, double level);
// Over a map: what is at or above a level, or between it and the next one if it is hatched, or only within a cell.
void contour_map_area(ContourPlot *p, ContourArea *area, int i);
// Its closed lines in coordinates of the map's plane: all, those up to the next level, or only where lines of the level are.
typedef enum ContourLoops { CONTOUR_ALL, CONTOUR_BAND, CONTOUR_LINED } ContourLoops;
void contour_map_loops(ContourPlot *p, int i, ContourLoops which, MapPiece emit, void *arg);
void contour_map_part(ContourPlot *p, const ContourPart *part, int i);
// The pieces of a line; `draw` gets them in coordinates of the map's plane.
void contour_map_line(ContourPlot *p, IsoPath path, MapPiece draw, void *arg);
// Returns paths in PATH_XY, PATH_INFO, PATH_FILENAME.
void contour_return_paths(ContourPlot *p);

#endif
