// /etc/hosts read line by line: hosts(5). Start at hosts_file_find.
#include "sys/hosts_file.h"

#include "sys/fd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LINES_MAX = 20000 };  // a file beyond that is a block list: the resolver reads it

#define BLANKS " \t\r\n"

static bool put_address(const char *text, int port, SysAddrs *out)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    bool is_four = inet_pton(AF_INET, text, &four.sin_addr) == 1;
    if (!is_four && inet_pton(AF_INET6, text, &six.sin6_addr) != 1) return false;
    if (out->n == SYS_MAX_ADDRS) return true;
    SysAddr *to = &out->p[out->n++];
    to->len = is_four ? sizeof four : sizeof six;
    memcpy(&to->a, is_four ? (void *)&four : (void *)&six, to->len);
    return true;
}

static bool has_name(char *names, const char *name, size_t n)
{
    char *rest = NULL;
    for (char *word = strtok_r(names, BLANKS, &rest); word; word = strtok_r(NULL, BLANKS, &rest)) {
        if (strlen(word) == n && strncasecmp(word, name, n) == 0) return true;
    }
    return false;
}

// One line of the file: "address name alias ...  # comment".
static void take_line(char *line, const char *name, size_t n, int port, SysAddrs *out)
{
    line[strcspn(line, "#")] = '\0';
    char *address = line + strspn(line, BLANKS);
    size_t len = strcspn(address, BLANKS);
    if (!len || !address[len]) return;
    address[len] = '\0';
    if (has_name(address + len + 1, name, n)) put_address(address, port, out);
}

// "hosts: files ..." of /etc/nsswitch.conf; without the file it is so.
static bool files_come_first(void)
{
    FILE *f = sys_fopen("/etc/nsswitch.conf", "r");
    char line[512];
    bool first = true;
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, "hosts:", 6) != 0) continue;
        first = strncmp(line + 6 + strspn(line + 6, BLANKS), "files", 5) == 0;
        break;
    }
    if (f) fclose(f);
    return first;
}

bool hosts_file_find(const char *name, int port, SysAddrs *out)
{
    size_t n = strlen(name);
    char line[1024];
    int lines = 0;
    out->n = 0;
    if (n && name[n - 1] == '.') n--;
    FILE *f = n && files_come_first() ? sys_fopen("/etc/hosts", "r") : NULL;
    while (f && fgets(line, sizeof line, f) && ++lines < LINES_MAX) take_line(line, name, n, port, out);
    if (f) fclose(f);
    return out->n > 0;
}
