// Unit: one open file, socket or terminal with its buffers: lines, exact reads, buffered writes, position, end of file.
// One input buffer serves formatted and unformatted reading alike; transfers larger than it go straight between the
// kernel and the caller's memory. Units are made and found by io/lun.h.
//
// Between any two calls (unit_check asserts it in builds with checks):
//   1. in.p[0 .. in.len) are the bytes of the stream that end at stream->pos, and the program is at in.p[at].
//   2. What is in `out` belongs at stream->pos.
//   3. A file's unit (SF_REGULAR, SF_GZIP) has bytes in `in` or in `out`, never in both: reading writes what is held back
//      first (unit_flush), writing goes back to where the program is (unit_forget_input).
//   4. Units of one file (io/shared.c): before one reads, the others write what they hold back; before one writes, they also
//      forget what they have read ahead.
// Bytes that another program changes are seen after POINT_LUN, at once where they were not in the buffer, else within 50 ms.
//
// For formatted I/O (src/lib/format):
//   Unit *u; TRY(lun_for_text(units, lun, UF_WRITE, &u));        checks open, writable, not RAWIO
//   unit_width(u) is the line width, u->column the column reached (0 at the start of a line): keep it up to date
//   TRY(unit_write_text(u, p, n)); ... TRY(unit_end_text(u));     the latter once a PRINT, after its last byte
//   TRY(lun_for_text(units, lun, UF_READ, &u)); TRY(unit_read_line(u, &p, &n));   line without its end, valid until the
//   next call on this unit; E_EOF at the end. Numbers may need several lines: call again.
#ifndef HELIO_IO_UNIT_H
#define HELIO_IO_UNIT_H

#include "base/buf.h"
#include "io/stream.h"

struct NetOptions;
struct HttpText;
struct TlsSetup;
struct Decoded;
typedef struct Units Units;

enum {
    UF_READ = 1,
    UF_WRITE = 2,
    UF_RAWIO = 4,
    UF_SWAP = 8,      // bytes of binary data are swapped (by the caller: unit_swaps)
    UF_F77 = 16,
    UF_XDR = 32,
    UF_COMPRESS = 64,
    UF_DELETE = 128,  // delete the file when it is closed
    UF_APPEND = 256,
    UF_STDIO = 2048,
    UF_MORE = 8192,   // a terminal shows text page by page
    UF_CRLF = 4096,   // text lines end with CR LF
};

enum { BUSY_READING = 1, BUSY_WRITING = 2 };

enum { HTTP_MARK = 5 };  // strlen("HTTP/"), with which a reply begins

typedef struct Unit {
    int lun;
    Units *all;
    bool is_reserved;  // by GET_LUN
    Stream *stream;    // NULL: closed
    char *name;        // as FSTAT shows it
    char *path;        // what DELETE removes; NULL for what is no file
    unsigned flags;    // UF_
    int width;         // 0: not set, see unit_width
    int64_t column;
    Buf in;            // bytes read; those from `at` on are not yet used
    size_t at;
    int64_t in_end;    // where the stream was when `in` was filled last, and the time
    double in_time;
    size_t ahead;      // bytes of the next fill: few after POINT_LUN, more as reading goes on
    Buf out;           // bytes not yet written
    size_t unsent;     // bytes that a broken connection did not take when `out` was written last
    bool is_shared;    // another unit had the same file at some time
    uint64_t dev, ino; // of a file
    void (*tee)(void *arg, const char *p, size_t n);  // is given the text written, too; NULL
    void *tee_arg;
    int page_line;     // UF_MORE: lines shown of this page; -1 the program wants no more (q)
    double last_flush;
    bool is_posted;    // what is in `out` is sent in time (sys/later.h), whatever the program does
    double held_since; // a printed request's head is in `out` and not yet whole; 0: none
    int64_t transfer_count;  // elements of the last READU or WRITEU
    struct Decoded *decoded; // sockets opened with DECODE; else NULL
    struct HttpText *http;   // sockets: HTTP text mode, request capture, reply's framing; else NULL
    char *host;              // sockets opened as client; NULL where there is none to ask again
    bool is_accepted;        // by a listener: the server's side of TLS
    int port;
    char *bind;              // where it connects from, of BIND=; NULL
    int bind_port;
    char *proxy;             // the way it was connected; NULL: straight
    struct TlsSetup *tls;    // what the program asked of TLS; NULL: nothing
    bool is_watched;         // io/ready.c has its descriptor in the set that the system keeps
    int busy;                // while a timer's callback runs: BUSY_, what the statement that waits does with it
    bool is_served;          // timers run while the statement waits at it
    bool is_draining;        // `out` is being written
    bool is_polled;          // a listener that FILE_POLL_INPUT has been asked about
    int http_marks;          // how many bytes of "HTTP/" the first ones were
    int64_t announced;       // the program's place + 1 when FILE_POLL_INPUT last said that something is there
    bool has_come;           // while lun_poll looks at that set
    unsigned asked;          // the last call of lun_poll that asked about it
    // F77_UNFORMATTED: bytes left of the record being read, or -1
    int64_t record_left;
} Unit;

static inline bool unit_is_open(const Unit *u) { return u->stream != NULL; }
static inline bool unit_is_tty(const Unit *u) { return u->stream && (u->stream->flags & SF_TTY); }
static inline bool unit_is_socket(const Unit *u) { return u->stream && (u->stream->flags & SF_SOCKET); }
// Columns of a line: WIDTH=, the terminal's columns, or 80.
int unit_width(const Unit *u);

// Text. unit_end_text flushes what must be seen at once (terminals, sockets).
MUST_USE Status unit_write_text(Unit *u, const char *p, size_t n);
MUST_USE Status unit_end_text(Unit *u);
MUST_USE Status unit_read_line(Unit *u, const char **p, size_t *n);

// Bytes. unit_read_exact reads n unless the end (E_EOF), a timeout or a failure comes first; *got tells how many came,
// and the rest is set to zero (RAWIO: one read, any count is success, the rest untouched).
MUST_USE Status unit_read_exact(Unit *u, void *p, size_t n, size_t *got);
// What there is, at least one byte; *got 0 at the end.
MUST_USE Status unit_read_some(Unit *u, void *p, size_t n, size_t *got);
// Writes all n bytes; *put tells how many when it fails (RAWIO: one write, any count is success).
MUST_USE Status unit_write_bytes(Unit *u, const void *p, size_t n, size_t *put);
// Buffers to the system; the failure is not yet worded (unit_error). unit_finish: before a close.
MUST_USE Status unit_flush(Unit *u);
MUST_USE Status unit_finish(Unit *u);
// Internal to io/: sends the head of a request that is held too long; true while one is held.
bool unit_release_head(Unit *u);
// Internal to io/: one read into the buffer, without looking at replies. *got 0 at the end.
MUST_USE Status unit_fill_raw(Unit *u, size_t *got);
// Internal to io/: a file's stream goes back to where the program is; what was read ahead is forgotten.
MUST_USE Status unit_forget_input(Unit *u);
void unit_clear_input(Unit *u);  // the buffer is empty; the stream has gone or will go elsewhere
void unit_check(const Unit *u);  // the invariants above

// EOF(): *end is true when nothing is left. On a socket waits for a byte or the peer's close, at most READ_TIMEOUT.
MUST_USE Status unit_at_end(Unit *u, bool *end);
// A byte or the end can be read now, without waiting (own buffer, TLS, then the descriptor).
bool unit_is_ready(Unit *u);
int unit_poll_fd(Unit *u);  // -1: none
bool unit_has_buffered(Unit *u);
bool unit_is_opening(Unit *u);  // the other side is still in the TLS handshake that ACCEPT has not waited for
void unit_unwatch(Unit *u);  // internal to io/: before its descriptor is closed
int64_t unit_tell(Unit *u);
bool unit_can_seek(const Unit *u);
MUST_USE Status unit_seek(Unit *u, int64_t pos);
bool unit_is_truncated(const Unit *u);  // its stream ended without the other side saying so
MUST_USE Status unit_truncate(Unit *u);  // TRUNCATE_LUN: at the current position
// Bytes of a file; of a socket the bytes waiting. Of a pipe and of a reply of HTTP it is 0, by which programs know a stream (as
// MRDFITS does), but after unit_announce, until it reads, and with RAWIO.
int64_t unit_size(Unit *u);
void unit_announce(Unit *u);  // FILE_POLL_INPUT has said that something is there

// F77_UNFORMATTED records: lengths before and after. Between begin and end the ordinary calls move the bytes.
MUST_USE Status unit_record_begin_read(Unit *u);
MUST_USE Status unit_record_end_read(Unit *u);  // skips what the program did not ask for
MUST_USE Status unit_record_write_mark(Unit *u, int64_t bytes);  // before and after the record's bytes

// The failure `s` of a transfer, worded with unit and file: "... Unit: n, File: name". Consumes s.
MUST_USE Status unit_error(const Unit *u, Status s);

#endif
