// Redirects of transfers: whether they are followed, and as what request. Start at transfer_follow.
#include "net/transfer_inside.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

// The Location of a reply that moves, owned by the caller; NULL: it does not.
static char *location_of(const Transfer *t)
{
    bool is_move = t->status == 301 || t->status == 302 || t->status == 303 || t->status == 307 || t->status == 308;
    return is_move ? http_field(&t->head, "Location") : NULL;
}

bool transfer_is_redirect(const Transfer *t)
{
    AUTO_FREE char *location = t->ask.stays ? NULL : location_of(t);
    return location && *location;
}

const char *transfer_location(Transfer *t)
{
    AUTO_FREE char *location = location_of(t);
    AUTO_FREE char *whole = location && *location ? t->api->join(t->url, location) : NULL;
    return whole ? arena_strndup(&t->memory, whole, strlen(whole)) : NULL;
}

static bool is_same_place(const UrlPlace *a, const UrlPlace *b)
{
    return strcasecmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 && a->port == b->port;
}

// From plain HTTP to HTTPS of the same host nothing is told to anybody else.
static bool is_upgrade(const UrlPlace *a, const UrlPlace *b)
{
    return strcmp(a->scheme, "http") == 0 && strcmp(b->scheme, "https") == 0 && strcasecmp(a->host, b->host) == 0 &&
           a->port == 80 && b->port == 443;
}

// RFC 9110, 15.4: what was POSTed is asked for by GET behind 301, 302 and 303; 307 and 308 keep everything.
static void choose_method(Transfer *t)
{
    bool keeps = t->status == 307 || t->status == 308 || t->what == CURL_HEADS || t->what == CURL_GETS;
    if (!keeps && t->status != 303 && t->what != CURL_POSTS) keeps = true;
    if (keeps) return;
    t->what = CURL_GETS;
    t->method = NULL;
}

bool transfer_follow(Transfer *t)
{
    UrlPlace here, there;
    char why[120];
    int64_t most = t->ask.most_hops ? t->ask.most_hops : t->net->limits.hops;
    if (++t->hops > most) {
        return transfer_fault(t, CODE_HOPS, "More than %lld redirects, the last to %s (!NET.MAX_HOPS raises that)",
                              (long long)most, t->url);
    }
    AUTO_FREE char *location = http_field(&t->head, "Location");
    AUTO_FREE char *next = location ? t->api->join(t->url, location) : NULL;
    if (!next || t->api->place(next, &there, why, sizeof why)) {
        return transfer_fault(t, CODE_URL, "The redirect leads to no URL: %.150s", location ? location : "");
    }
    bool is_known = strcasecmp(there.scheme, "http") == 0 || strcasecmp(there.scheme, "https") == 0;
    if (!is_known)
        return transfer_fault(t, CODE_UNSUPPORTED, "A redirect to %s: is not followed: %.150s", there.scheme, next);
    if (t->api->place(t->url, &here, why, sizeof why)) return transfer_fault(t, CODE_URL, "%s", why);
    if (strcmp(here.scheme, "https") == 0 && strcmp(there.scheme, "https") != 0) {
        return transfer_fault(t, CODE_UNSUPPORTED, "A redirect from https to plain http is not followed: %.150s", next);
    }
    choose_method(t);
    t->is_trusted = is_same_place(&t->first, &there) || is_upgrade(&t->first, &there);
    t->url = arena_strndup(&t->memory, next, strlen(next));
    return true;
}
