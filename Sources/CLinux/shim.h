#pragma once
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// A wrapper, because prctl(2) takes variable arguments, which Swift doesn't import. Makes the process undumpable, which
// hides its memory and /proc entries from processes of the same user.
static inline int ix_hide_process(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// Returns a file without a name in memory, closed in children (MFD_CLOEXEC); -1 and errno on failure.
static inline int ix_memory_file(const char *_Nonnull name) { return (int)syscall(SYS_memfd_create, name, 1U); }

// Fixes the size from which glibc returns freed blocks to the system at 256 KiB. By default glibc raises the size with
// the first large block freed, and keeps all later large blocks in the heaps of its threads. A few documents of 3 MiB
// then cost 50 MiB for good.
static inline int ix_give_back_large_blocks(void) { return mallopt(M_MMAP_THRESHOLD, 256 * 1024); }

// Returns a descriptor that a write of 8 bytes makes readable; -1 when no descriptor is free.
static inline int ix_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Waits until a descriptor is readable, at most so long; a clock that is set doesn't change the time.
static inline void ix_wait_readable(int descriptor, long seconds, long nanoseconds) {
    struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
    struct timespec limit = {.tv_sec = seconds, .tv_nsec = nanoseconds};
    (void)syscall(SYS_ppoll, &wanted, 1, &limit, (void *)0, 0);  // an early return only shortens the wait
}

// A descriptor that can be read once the process has ended; -1 where there is no such process.
static inline int ix_open_process(int number) { return (int)syscall(SYS_pidfd_open, number, 0U); }

// The calling thread's effective user, by the kernel's own call: the library's would change every thread. Files stay root's to
// read, for as long as root is the real user.
static inline int ix_thread_take_user(unsigned int user) {
    if (syscall(SYS_setresuid, -1, user, -1) != 0) return -1;
    syscall(SYS_setfsuid, 0);
    return 0;
}
