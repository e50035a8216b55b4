#pragma once
#include "ix_spawn.h"

// Binds the calling child, and every process started by the child. Protection that the kernel refuses is left out
// without an error, because the daemon has reported the gaps to the operator (`Walls.faults`).
void ix_raise_walls(const struct ix_walls *walls, pid_t daemon, pid_t daemon_group);
