#pragma once
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// prctl(2) takes variable arguments, which Swift doesn't import.
static inline int ix_hide_process(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// A file without a name, closed in children (MFD_CLOEXEC).
static inline int ix_memory_file(const char *_Nonnull name) { return (int)syscall(SYS_memfd_create, name, 1U); }
