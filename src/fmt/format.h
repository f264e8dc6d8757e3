// Format: a FORMAT string parsed once into a flat program, and what runs it: format_write for output, format_read for
// input. Start reading at FormatOp; the grammar is in format_parse.c and format_printf.c.
#ifndef HELIO_FMT_FORMAT_H
#define HELIO_FMT_FORMAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "fmt/default.h"
#include "fmt/items.h"

enum { FORMAT_MAX_WIDTH = 65535, FORMAT_MAX_REPEAT = 1 << 24, FORMAT_MAX_DEPTH = 32, FORMAT_MAX_OPS = 20000 };

typedef enum FormatCode {
    // Data codes: each takes an item.
    FC_A, FC_B, FC_I, FC_O, FC_Z, FC_F, FC_E, FC_G, FC_Q, FC_CALENDAR,
    FC_LAST_DATA = FC_CALENDAR,
    // Control.
    FC_TEXT, FC_X, FC_T, FC_TL, FC_TR, FC_NEWLINE, FC_COLON, FC_DOLLAR, FC_GROUP, FC_END_GROUP, FC_END_CALENDAR,
    // Inside C(): parts of a date.
    FC_CMOA, FC_CMOI, FC_CDI, FC_CYI, FC_CHI, FC_CMI, FC_CSI, FC_CSF, FC_CDWA, FC_CAPA,
} FormatCode;

enum {
    FF_LEFT = 1,   // -
    FF_PLUS = 2,   // +
    FF_ZERO = 4,   // width began with 0
    FF_UPPER = 8,  // Z E G in capitals; names in capitals
    FF_LOWER = 16, // names in small letters (neither: Capitalised)
    FF_HALF = 32,  // ChI: hours of a half day
};

typedef struct FormatOp {
    uint8_t code, flags;
    int32_t repeat;   // of a data code or a group
    int32_t w, d;     // -1: not given
    int32_t match;    // GROUP: its END; END_GROUP and END_CALENDAR: the opener; CALENDAR: its END
    int32_t len;
    const char *text; // FC_TEXT: in the arena
} FormatOp;

typedef struct Format {
    Arena arena;
    VEC(FormatOp) ops;
    int revert;          // where to go on when data are left at the end
    bool revert_has_data;  // from there on some code takes data
    const char *bare;    // neither in parentheses nor with a % code: its text, in the arena; else NULL
} Format;

// Fails with E_FORMAT; the text shows the format and where it is wrong. *out is owned by the caller (format_free).
MUST_USE Status format_parse(const char *p, size_t n, Format **out);
void format_free(Format *f);
// The C printf style, a whole format or the inside of %"...": appends its ops. *why and *at tell of a failure.
bool format_parse_printf(Format *f, const char *p, size_t n, const char **why, size_t *at);

// The failure of a format that takes no data, though there are some.
MUST_USE Status format_takes_nothing(const Format *f);

// Parsed formats by their text. Formats got from it stay valid until the next call.
typedef struct FormatCache {
    Map map;
} FormatCache;
MUST_USE Status format_cached(FormatCache *c, const char *p, size_t n, const Format **out);
void format_cache_free(FormatCache *c);

// Other names for C(): NULL for the English ones; how NaN and Inf are written; where lines go that are finished.
typedef struct FormatNames {
    bool stdio_non_finite;        // as the C library does
    const Str *const *months;     // 12
    const Str *const *days;       // 7, Sunday first
    const Str *const *am_pm;      // 2
    Spill *spill;                 // may be NULL
} FormatNames;

// Runs the format over the items (started with split_complex) and appends the text, with a final newline unless $ asked
// for none. names and ends may be NULL.
MUST_USE Status format_write(const Format *f, Items *it, Buf *out, const FormatNames *names, LineEnds *ends);

// Where input lines come from: the line without its end, valid until the next call. E_EOF at the end.
typedef struct LineSource {
    Status (*next_line)(void *src, const char **p, size_t *n);
    void *src;
} LineSource;

MUST_USE Status format_read(const Format *f, Items *it, const LineSource *lines, const FormatNames *names);
// Free-format input (no FORMAT), in free_read.c; items started without split_complex.
MUST_USE Status free_read(Items *it, const LineSource *lines);

// --- dates, in calendar.c
typedef struct CalendarDate {
    int64_t year;
    int month, day, hour, minute;  // month 1 to 12
    double second;
    int weekday;  // 0 is Sunday
} CalendarDate;
// False: out of range or NaN. Unless plain, an offset hides the rounding of the day's fraction.
bool calendar_from_julian(double julian, bool plain, CalendarDate *d);
double calendar_to_julian(const CalendarDate *d);
// The name a name code writes (months, days, AM/PM), in its letter case; the text is put into out.
void calendar_name(const FormatOp *op, const CalendarDate *d, const FormatNames *names, Buf *out);
// The month that text begins with: 1 to 12, or 0. *used: characters of the name.
int calendar_month(const char *p, size_t n, const FormatNames *names, size_t *used);

#endif
