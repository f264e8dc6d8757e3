// Proxies: what PROXY= and the environment say, and the two ways to ask one for a connection: CONNECT of HTTP (RFC 9110
// 9.3.6) and SOCKS5 (RFC 1928, 1929). Nothing here waits; io/tunnel.c moves the bytes.
#ifndef HELIO_NET_PROXY_H
#define HELIO_NET_PROXY_H

#include "base/buf.h"
#include "base/status.h"

#include <stddef.h>

typedef enum ProxyKind { PROXY_HTTP, PROXY_HTTPS, PROXY_SOCKS5, PROXY_SOCKS5H } ProxyKind;

typedef struct Proxy {
    ProxyKind kind;
    char host[256];  // without brackets
    int port;
    bool has_user;
    char user[256], password[256];  // decoded; never shown
} Proxy;

// "[scheme://][user[:password]@]host[:port]", as curl --proxy has it. E_PROXY says what is wrong, without user and password.
MUST_USE Status proxy_parse(const char *url, Proxy *p);
// "http://host:port": what may be shown of it. n bytes at out.
void proxy_show(const Proxy *p, char *out, size_t n);
// What the environment has for this target, as curl takes it: https_proxy for TLS and port 443, else http_proxy, then all_proxy,
// unless no_proxy names the target. NULL: none.
const char *proxy_from_environment(const char *host, int port, bool has_tls);

// --- CONNECT ---
void proxy_connect_request(const Proxy *p, const char *host, int port, Buf *out);
// What has come of the reply so far. *is_whole: its head is there, and it says that the connection stands; an interim reply has
// been cut off. Failures: E_PROXY_REPLY (no HTTP), E_PROXY_AUTH (407), E_PROXY_REFUSED (other, with its line).
MUST_USE Status proxy_connect_reply(const Proxy *p, Buf *head, bool *is_whole);

// --- SOCKS5 ---
enum { SOCKS_REPLY_START = 5 };  // bytes of a reply that tell how long it is
void socks_greeting(const Proxy *p, Buf *out);
// Of the two bytes that answer it: *wants_password is what comes next.
MUST_USE Status socks_method(const Proxy *p, const unsigned char *two, bool *wants_password);
void socks_password(const Proxy *p, Buf *out);
MUST_USE Status socks_password_reply(const Proxy *p, const unsigned char *two);
// `address` NULL: the name goes to the proxy; else n bytes of an address (4 or 16).
MUST_USE Status socks_request(const char *host, const void *address, size_t n, int port, Buf *out);
// Of the first bytes of the reply to that: *rest come behind them.
MUST_USE Status socks_reply(const Proxy *p, const unsigned char *start, size_t *rest);

#endif
