#pragma once
#include <sys/types.h>

// Sets the filter of system calls on the calling child; returns 0 or errno.
// No process may change another process's limits. With `signals`, no process may signal the daemon by its number or its
// group's, or all processes. With `tracing`, no process may read, write or trace another process, or take descriptors
// from it.
int ix_set_filter(pid_t daemon, pid_t daemon_group, int signals, int tracing);
