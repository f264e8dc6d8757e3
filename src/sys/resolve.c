// Name look-up on a helper thread. A look-up that is given up (Ctrl-C, timeout) stays behind until the resolver
// returns and then frees itself; that is why its memory is the C library's and not counted. Start at sys_resolve.
#include "sys/resolve.h"

#include "core/errors.h"
#include "sys/fd.h"
#include "sys/hosts_file.h"
#include "sys/await.h"
#include "sys/safe.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct Lookup {
    atomic_int refs;  // the caller and the thread
    int done;         // eventfd, written when answer is filled
    char host[256], port[8];
    atomic_bool is_answered;  // by the thread: what follows may be read
    int error, sys;  // EAI_ code, errno for EAI_SYSTEM
    SysAddrs answer;
} Lookup;

static void lookup_drop(Lookup *k)
{
    if (atomic_fetch_sub(&k->refs, 1) != 1) return;
    close(k->done);
    free(k);
}

// Copies one of each family in turn, so that a dead family costs one stagger and no more.
static void put_answer(SysAddrs *out, const struct addrinfo *list)
{
    int first = list ? list->ai_family : AF_UNSPEC;
    const struct addrinfo *same = list, *other = list;
    out->n = 0;
    for (bool turn = true; (same || other) && out->n < SYS_MAX_ADDRS; turn = !turn) {
        while (same && same->ai_family != first) same = same->ai_next;
        while (other && other->ai_family == first) other = other->ai_next;
        const struct addrinfo **at = (turn && same) || !other ? &same : &other;
        if (!*at) break;
        if ((*at)->ai_addrlen <= sizeof out->p[0].a) {
            memcpy(&out->p[out->n].a, (*at)->ai_addr, (*at)->ai_addrlen);
            out->p[out->n++].len = (*at)->ai_addrlen;
        }
        *at = (*at)->ai_next;
    }
}

// host NULL: this machine.
static void run_lookup(Lookup *k, const char *host, int flags)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    k->error = getaddrinfo(host, k->port, &hints, &list);
    k->sys = k->error == EAI_SYSTEM ? errno : 0;
    if (k->error) return;
    put_answer(&k->answer, list);
    freeaddrinfo(list);
}

static void *lookup_thread(void *arg)
{
    Lookup *k = arg;
    uint64_t one = 1;
    size_t n = strlen(k->host);
    run_lookup(k, k->host, AI_ADDRCONFIG);
    // AI_ADDRCONFIG ignores loopback, so that a machine with nothing else answers nothing at all
    if (k->error == EAI_NONAME || k->error == EAI_NODATA || k->error == EAI_ADDRFAMILY) run_lookup(k, k->host, 0);
    if (k->error == EAI_NONAME && n > 1 && k->host[n - 1] == '.') {  // not all sources of names know the root's dot
        k->host[n - 1] = '\0';
        run_lookup(k, k->host, 0);
    }
    if (k->error && strcasecmp(k->host, "localhost") == 0) run_lookup(k, NULL, 0);  // a bare system has no /etc/hosts
    atomic_store(&k->is_answered, true);
    bool told = write(k->done, &one, sizeof one) > 0;
    (void)told;  // else the caller's time runs out
    lookup_drop(k);
    return NULL;
}

static int start_thread(Lookup *k)
{
    pthread_t thread;
    pthread_attr_t attr;
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // signals belong to the main thread
    atomic_fetch_add(&k->refs, 1);
    int err = pthread_create(&thread, &attr, lookup_thread, k);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (err) atomic_fetch_sub(&k->refs, 1);
    return err;
}

static Status lookup_result(const Lookup *k, SysAddrs *out)
{
    if (k->error == EAI_SYSTEM) return status_sys(E_HOST, k->sys, "the name look-up failed");
    if (k->error) return status_fail(E_HOST, "%s", gai_strerror(k->error));
    if (k->answer.n == 0) return status_fail(E_HOST, "the name has no address");
    *out = k->answer;
    return STATUS_OK;
}

static Status lookup_wait(Lookup *k, double timeout, SysAddrs *out)
{
    int err = start_thread(k);
    if (err) return status_sys(E_HOST, err, "the name look-up could not start");
    int ready = sys_wait_fd(k->done, POLLIN, timeout);
    if (ready == SYS_INTERRUPTED) return status_fail(E_INTERRUPT, "Interrupted.");
    if (ready < 0) return status_sys(E_HOST, -ready, "the name look-up failed");
    if (ready == 0 || !atomic_load(&k->is_answered)) return status_sys(E_HOST, ETIMEDOUT, "the name look-up took too long");
    return lookup_result(k, out);
}

// An address as it is ("127.1" and "::1%lo" too) needs neither a thread nor anybody's answer.
static bool take_literal(const char *host, size_t n, int port, SysAddrs *out)
{
    Lookup k = {.error = EAI_NONAME};
    memcpy(k.host, host, n);
    snprintf(k.port, sizeof k.port, "%u", (unsigned)port & 0xffffu);
    run_lookup(&k, k.host, AI_NUMERICHOST);
    if (k.error || !k.answer.n) return false;
    *out = k.answer;
    return true;
}

Status sys_resolve(const char *host, int port, double timeout, SysAddrs *out)
{
    size_t n = strlen(host);
    if (safe_on()) return status_sys(E_HOST, SAFE_NETWORK, "name look-ups are not allowed under --safe");
    if (n >= 2 && host[0] == '[' && host[n - 1] == ']') host++, n -= 2;
    if (n == 0 || n > 255) return status_fail(E_HOST, "not a host name");
    if (take_literal(host, n, port, out) || hosts_file_find(host, port, out)) return STATUS_OK;
    Lookup *k = calloc(1, sizeof *k);
    if (!k) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    atomic_init(&k->refs, 1);
    memcpy(k->host, host, n);
    snprintf(k->port, sizeof k->port, "%u", (unsigned)port & 0xffffu);
    k->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Status s = lookup_wait(k, timeout, out);
    lookup_drop(k);
    return s;
}

int sys_service_port(const char *service)
{
    char *end, name[64];
    size_t skip = strspn(service, " \t"), len = strcspn(service + skip, " \t");
    if (len >= sizeof name || service[skip + len + strspn(service + skip + len, " \t")]) return -1;
    for (size_t i = 0; i < len; i++) name[i] = (char)tolower((unsigned char)service[skip + i]);
    name[len] = '\0';
    long n = strtol(name, &end, 10);
    if (*name && !*end) return n > 0 && n <= 65535 ? (int)n : -2;
    struct servent found, *result = NULL;
    char space[4096];
    if (getservbyname_r(name, "tcp", &found, space, sizeof space, &result) || !result) return -1;
    return ((result->s_port & 0xff) << 8) | ((result->s_port >> 8) & 0xff);
}
