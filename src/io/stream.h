// Stream: where a unit's bytes come from and go to. One table of operations per kind; buffering, lines and records are
// above (io/unit.c). Streams return plain failures (E_READ, E_WRITE, ... with the system's errno); the unit layer
// words them with unit number and file name.
#ifndef HELIO_IO_STREAM_H
#define HELIO_IO_STREAM_H

#include "base/buf.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Stream Stream;

typedef struct StreamOps {
    const char *kind;  // "file", "gzip", ...
    // Reads 1 to n bytes; *got 0 is the end. Waits for the first byte as long as s->read_timeout allows.
    Status (*read)(Stream *s, void *p, size_t n, size_t *got);
    // Writes 1 to n bytes.
    Status (*write)(Stream *s, const void *p, size_t n, size_t *put);
    // Brings to the system what the stream itself holds back. `last`: the stream is about to be closed. May be NULL.
    Status (*flush)(Stream *s, bool last);
    Status (*seek)(Stream *s, int64_t pos);  // NULL: cannot
    int64_t (*size)(Stream *s);              // bytes in all, -1 unknown; of a socket the bytes waiting. NULL: unknown
    int (*fd)(Stream *s);                    // to poll, -1 none. NULL: none
    bool (*pending)(Stream *s);              // a byte, or the end, is there, whatever the descriptor says. NULL: never
    bool (*holds)(Stream *s);                // whether `pending` need be asked though nothing came on the descriptor. NULL: no
    bool (*truncated)(Stream *s);            // the end came without the other side saying so (TLS). NULL: never
    bool (*lacks_certificate)(Stream *s);    // the server asked for one, and none was given (TLS). NULL: never
    Status (*end_writing)(Stream *s);        // the other side sees the end; reading goes on. NULL: cannot
    void (*withdraw)(Stream *s);             // the name under which others find it goes (a listener's file). NULL: none
    Status (*close)(Stream *s);              // releases the descriptor and the stream, even when it fails
} StreamOps;

enum {
    SF_READ = 1,
    SF_WRITE = 2,
    SF_TTY = 4,
    SF_SOCKET = 8,
    SF_LISTENER = 16,
    SF_REGULAR = 32,  // a file with a position, read by others only through the file system
    SF_GZIP = 64,
    SF_PIPE = 128,
    SF_TLS = 256,
    SF_UNDER_TLS = 1024,  // what comes is decrypted: by the other side's TLS (SF_TLS) or the proxy's
    SF_DATAGRAM = 512,  // UDP: the ends of what is read and written count (io/datagram.h)
    SF_OPENING = 2048,  // a TLS handshake goes on: `pending` moves it
};

struct Stream {
    const StreamOps *ops;
    unsigned flags;        // SF_
    int64_t pos;           // offset of the next byte to read or write
    double read_timeout;   // seconds, negative: for ever
    double write_timeout;
};

// Fills the common part of a new stream of `size` bytes (zeroed otherwise).
void *stream_new(size_t size, const StreamOps *ops, unsigned flags);
// The failure of a transfer: err is a positive errno; EINTR becomes E_INTERRUPT.
MUST_USE Status stream_error(int code, int err);

// Files. `flags` are open(2)'s. A path that is a FIFO, device or terminal is read with waits. Directories fail (EISDIR).
MUST_USE Status file_open(const char *path, int flags, Stream **out);
Stream *file_wrap(int fd, unsigned flags);  // takes the descriptor
// gzip through zlib: reading passes plain files through unchanged; writing makes one member (append: a further one).
MUST_USE Status gzip_open(const char *path, int flags, Stream **out);
MUST_USE Status gzip_over(Stream *inner, bool writing, Stream **out);  // takes the inner stream, even when it fails
bool gzip_is_plain(const Stream *s);  // something has been read, and it was no gzip
bool gzip_has_rest(const Stream *s);  // read to its end: something else stands behind the compressed data
// A file on a server, to be read (http, https, ftp, ftps).
struct NetOptions;
bool url_is(const char *path);
MUST_USE Status url_open(const struct NetOptions *net, const char *url, Stream **out);
bool url_is_copied(const Stream *s);  // the server serves no parts: all of it has been copied to a temporary file
// Bytes in memory: reads a copy of [p, p+n); writing appends to it. For tests and for text kept by the engine.
Stream *memory_open(const void *p, size_t n);
const Buf *memory_bytes(const Stream *s);
// A command: its standard output (with `errors_too` its standard error as well) to read, its standard input to write.
MUST_USE Status pipe_open(char *const argv[], bool errors_too, Stream **out);
int64_t pipe_pid(const Stream *s);  // 0: no pipe
int pipe_finish(Stream *s);         // ends the conversation, waits for the command: its exit status. Close still has to come

// Unit 0. A line source (the prompt's editor) supplies lines, each with its LF, instead of the descriptor; it returns
// false at the end of input.
typedef bool TtyLine(void *arg, Buf *line);
Stream *tty_open(int fd, unsigned flags);
void tty_set_source(Stream *s, TtyLine *source, void *arg);
// What to ask with (READ's prompt), for the next line only. False: there is no source, write it yourself.
bool tty_offer_prompt(Stream *s, const char *prompt, size_t n);
// The offered prompt, for the source; NULL when there is none. Forgotten once the source has answered.
const char *tty_prompt(const Stream *s);

// Sockets, connected or listening; the descriptor is taken. A TLS connection over it (taken too) may be set afterwards.
struct TlsApi;
struct TlsConn;
Stream *socket_wrap(int fd, bool is_listener);
void socket_set_tls(Stream *s, const struct TlsApi *api, struct TlsConn *conn);
struct TlsConn *socket_tls(const Stream *s);  // the one that is there already (a proxy's), NULL: none
struct TlsFacts;
void socket_facts(const Stream *s, struct TlsFacts *out);
// The file of a Unix-domain listener: it is removed with the stream (io/socket.c).
struct SysLocalFile;
void socket_set_file(Stream *s, const char *path, const struct SysLocalFile *file);
const char *socket_protocol(const Stream *s, size_t *n);  // that ALPN has chosen; *n 0: none

#endif
