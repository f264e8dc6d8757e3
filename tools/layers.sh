#!/bin/sh
# What --safe bounds is done in src/sys alone: files opened by name, made or removed, programs, connections.
# A folder of src/ includes only itself and folders of a lower rank (ARCHITECTURE.md); prints what does not.
# Sideways, allowed: io->net, net->sys (both as lower), gfx->image, kern->sys, fmt->sys.
cd "$(dirname "$0")/.." || exit 2
calls='open|openat|fopen|freopen|creat|unlink|unlinkat|rename|renameat|mkdir|mkdirat|rmdir|link|linkat|symlink|symlinkat|chmod|chown|mkfifo|mknod|truncate|remove|mkstemp|mkdtemp|system|popen|fork|vfork|execv|execve|execvp|posix_spawnp?|socket|connect|getaddrinfo|gethostbyname|dlopen'
if grep -rnE "(^|[^_>.[:alnum:]])($calls)\(" src modules --include='*.c' --include='*.h' | grep -v '^src/sys/' | grep -vE '^[^:]*:[0-9]*: *(//|.*// .*\()'; then
    echo "These calls belong in src/sys (fd.h, entry.h, process.h)."
    exit 1
fi
grep -rnH '^#include "[a-z]*/' src --include='*.c' --include='*.h' | awk -F'[:"]' '
BEGIN {
    split("base 0 core 1 kern 2 sys 2 fmt 2 io 3 net 3 image 3 gfx 3 lang 3 vm 4 lib 5 repl 6", r, " ")
    for (i = 1; i in r; i += 2) rank[r[i]] = r[i + 1]
    sideways["io net"] = sideways["gfx image"] = sideways["kern sys"] = sideways["fmt sys"] = 1
}
{
    split($1, from, "/"); split($4, to, "/")
    if (!(from[2] in rank)) next
    if (from[2] == to[1] || rank[to[1]] < rank[from[2]] || (from[2] " " to[1]) in sideways) next
    print $1 ":" $2 ": " from[2] " must not include " $4
    bad = 1
}
END { exit bad }'
