#pragma once
#include <sys/types.h>

// In the child: no call changes another process's limits; with `signals` none signals the daemon by its number, or all
// processes; with `tracing` none looks into another process. 0 or errno.
int ix_set_filter(pid_t daemon, pid_t daemon_group, int signals, int tracing);
