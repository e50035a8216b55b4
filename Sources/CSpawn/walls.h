#pragma once
#include "ix_spawn.h"

// In the child: binds the calling process, and with it what it starts. What this kernel refuses is left out: the daemon
// has told the operator which walls hold.
void ix_raise_walls(const struct ix_walls *walls, pid_t daemon, pid_t daemon_group);
