// Landlock (Linux 5.13): rules that the kernel keeps for this process. The second wall of --safe (sys/safe.h).
#ifndef HELIO_SYS_LANDLOCK_H
#define HELIO_SYS_LANDLOCK_H

#include <stdbool.h>

// From now on files are written, made, renamed and removed below the folder only, no program is run, no TCP connection made.
// False: this kernel has no such rules (or HELIO_STRESS=nolandlock asks for none, in a build with checks).
bool landlock_writes_below(int folder);

#endif
