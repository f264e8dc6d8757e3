#include "peer.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { HEAD_MOST = 4 << 20, DATA_WAIT_MS = 10 };

static struct {
    pthread_mutex_t lock;
    const char *bytes;
    size_t n;
    char *heads[PEER_REQUESTS];
    int n_heads;
    Peer at;
    int http, ftp, data, data_port;
} server = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int listener(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) || listen(fd, 64) || getsockname(fd, (struct sockaddr *)&a, &n))
        abort();
    *port = ntohs(a.sin_port);
    return fd;
}

static int take(int listening)
{
    int fd = accept(listening, NULL, NULL);
    struct timeval limit = {.tv_usec = 4000};
    if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}

// Until `end` has come; NULL: the connection ended before.
static char *read_until(int fd, const char *end)
{
    Buf b = BUF_INIT(HEAD_MOST);
    char piece[4096];
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n <= 0) break;
        buf_put(&b, piece, (size_t)n);
        if (!buf_ok(&b)) abort();
        if (strlen(b.p) != b.len || strstr(b.p, end)) return b.p; // a NUL is the target's to find
    }
    buf_free(&b);
    return NULL;
}

static void send_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
        if (done <= 0) return;
        p += done;
        n -= (size_t)done;
    }
}

// A copy of what is to be said; the caller frees it.
static char *said(size_t *n)
{
    pthread_mutex_lock(&server.lock);
    char *copy = malloc(server.n + 1);
    if (!copy) abort();
    if (server.n) memcpy(copy, server.bytes, server.n);
    copy[server.n] = '\0';
    *n = server.n;
    pthread_mutex_unlock(&server.lock);
    return copy;
}

static void note(char *head)
{
    pthread_mutex_lock(&server.lock);
    if (server.n_heads < PEER_REQUESTS)
        server.heads[server.n_heads++] = head;
    else
        mem_free(head);
    pthread_mutex_unlock(&server.lock);
}

static void *serve_http(void *unused)
{
    for (;;) {
        int fd = take(server.http);
        char *head = read_until(fd, "\r\n\r\n");
        if (head) {
            size_t n;
            char *text = said(&n);
            note(head);
            send_all(fd, text, n);
            free(text);
        }
        shutdown(fd, SHUT_WR);
        close(fd);
    }
    return unused;
}

static void answer(int fd, const char *line, size_t n)
{
    Buf b = BUF_INIT(HEAD_MOST);
    for (size_t i = 0; i < n; i++) {
        if (line[i] == '@')
            buf_printf(&b, "%d", server.data_port);
        else if (line[i] == '%')
            buf_printf(&b, "%d,%d", server.data_port >> 8, server.data_port & 255);
        else
            buf_putc(&b, line[i]);
    }
    buf_puts(&b, "\r\n");
    send_all(fd, b.p, b.len);
    buf_free(&b);
}

// Sends the listing, where the client has come for it.
static void serve_data(const char *p, size_t n)
{
    struct pollfd ready = {.fd = server.data, .events = POLLIN};
    if (poll(&ready, 1, DATA_WAIT_MS) <= 0) return;
    int fd = take(server.data);
    send_all(fd, p, n);
    close(fd);
}

// Who came for a listing that was not announced.
static void turn_away(void)
{
    struct pollfd ready = {.fd = server.data, .events = POLLIN};
    while (poll(&ready, 1, 0) > 0) close(take(server.data));
}

static void converse(int fd)
{
    size_t n;
    char *text = said(&n), *listing = memmem(text, n, "\n\n", 2), *end = listing ? listing : text + n;
    for (char *line = text; line <= end;) {
        size_t left = (size_t)(end - line), length = left;
        char *stop = memchr(line, '\n', left);
        if (stop) length = (size_t)(stop - line);
        answer(fd, line, length);
        if (length > 2 && memcmp(line, "150", 3) == 0 && listing)
            serve_data(listing + 2, n - (size_t)(listing + 2 - text));
        bool goes_on = length > 3 && (line[3] == '-' || memcmp(line, "150", 3) == 0);
        char *command = goes_on ? NULL : read_until(fd, "\r\n");
        if (!goes_on && !command) break;
        mem_free(command);
        line += length + 1;
    }
    free(text);
}

static void *serve_ftp(void *unused)
{
    for (;;) {
        int fd = take(server.ftp);
        converse(fd);
        close(fd);
        turn_away();
    }
    return unused;
}

const Peer *peer_start(void)
{
    pthread_t thread;
    if (server.at.http_port) return &server.at;
    server.http = listener(&server.at.http_port);
    server.ftp = listener(&server.at.ftp_port);
    server.data = listener(&server.data_port);
    if (pthread_create(&thread, NULL, serve_http, NULL) || pthread_create(&thread, NULL, serve_ftp, NULL)) abort();
    return &server.at;
}

void peer_say(const char *bytes, size_t n)
{
    pthread_mutex_lock(&server.lock);
    server.bytes = bytes;
    server.n = n;
    for (int i = 0; i < server.n_heads; i++) mem_free(server.heads[i]);
    server.n_heads = 0;
    pthread_mutex_unlock(&server.lock);
}

int peer_requests(const char *heads[PEER_REQUESTS])
{
    pthread_mutex_lock(&server.lock);
    int n = server.n_heads;
    for (int i = 0; i < n; i++) heads[i] = server.heads[i];
    pthread_mutex_unlock(&server.lock);
    return n;
}
