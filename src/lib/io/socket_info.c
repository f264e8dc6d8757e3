// SOCKET_INFO: the two ends of a socket.
#include "io/connect.h"
#include "lib/io/record.h"
#include "vm/vm.h"

// SOCKET_INFO(Unit): what is known of a socket, as a structure {SOCKET_INFO}.
//
// PROTOCOL is 'tcp', 'udp' or 'unix', LISTENING 1 of a listener. LOCAL_HOST, LOCAL_PORT, PEER_HOST and PEER_PORT are the
// addresses of the two ends (of Unix-domain sockets the path; of a UDP unit that listens the peer is who sent the datagram read
// last; behind a proxy it is the proxy). PROXY is that proxy. TLS_VERSION ('TLSv1.3'), CIPHER and ALPN are what was agreed on,
// CERTIFICATE whose certificate the other side has shown ('/CN=user'). Strings are '' and ports 0 where there is none.
static void fn_socket_info(Call *c)
{
    SocketFacts f;
    TRY(c, connect_facts(c->vm->units, call_int(c, 0), &f));
    char *alpn = call_alloc(c, f.alpn_len + 1);
    for (size_t i = 0; i < f.alpn_len; i++) alpn[i] = f.alpn[i];
    Field fields[] = {
        {"PROTOCOL", T_STRING, 0, f.protocol},
        {"LISTENING", T_BYTE, f.is_listener, NULL},
        {"LOCAL_HOST", T_STRING, 0, f.own.host},
        {"LOCAL_PORT", T_LONG, f.own.port, NULL},
        {"PEER_HOST", T_STRING, 0, f.peer.host},
        {"PEER_PORT", T_LONG, f.peer.port, NULL},
        {"PROXY", T_STRING, 0, f.proxy},
        {"TLS_VERSION", T_STRING, 0, f.tls.version ? f.tls.version : ""},
        {"CIPHER", T_STRING, 0, f.tls.cipher ? f.tls.cipher : ""},
        {"ALPN", T_STRING, 0, alpn},
        {"CERTIFICATE", T_STRING, 0, f.tls.certificate},
    };
    int n = sizeof fields / sizeof fields[0];
    Arr *a = record_new(c, "SOCKET_INFO", fields, n, 1, &(int64_t){1});
    record_fill(a, 0, fields, n);
    call_return_take(c, val_arr_take(a));
}

static const Routine rows[] = {
    {"SOCKET_INFO", FUNCTION, {1, 1}, fn_socket_info, "Unit"},
};
ROUTINE_TABLE(lib_socket_info, rows)
