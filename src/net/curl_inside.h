// Internal to the module `curl`.
#ifndef HELIO_NET_CURL_INSIDE_H
#define HELIO_NET_CURL_INSIDE_H

#include "net/curl.h"

#include <curl/curl.h>

enum { CURL_SOCKETS = 64 };

struct Curl {
    CURLM *multi;
    CURL *easy;
    CURLSH *jar; // its cookies
    CurlHooks hooks;
    bool is_running;
    CURLcode code; // of one that is over
    char why[CURL_ERROR_SIZE];
    bool has_notice; // TLS has announced the end of a connection since the exchange began
    bool has_alarm;
    double alarm; // sys_now's clock
    // libcurl keeps these by reference
    struct curl_slist *headers, *connect_to, *commands;
    curl_mime *form;
    struct curl_slist *cookies;
    const char **cookie_list, **certificate_list;
};

// All options of an exchange. CURLE_OK, or why not in c->why.
CURLcode curl_setup(Curl *c, const CurlAsk *a);
void curl_release(Curl *c); // what the options hold

#endif
