#pragma once
#include <errno.h>
#include <malloc.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
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

// Declared for sources without _GNU_SOURCE, too.
extern int sem_clockwait(sem_t *_Nonnull, clockid_t, const struct timespec *_Nonnull);

// Waits for a signal of the semaphore, and returns 0 when the signal came within the time. The time goes by
// CLOCK_MONOTONIC: sem_timedwait(3) ends its wait at a time of the clock that people set.
static inline int ix_wait_semaphore(sem_t *_Nonnull semaphore, long long nanoseconds) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += nanoseconds / 1000000000;
    end.tv_nsec += nanoseconds % 1000000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec += 1;
        end.tv_nsec -= 1000000000;
    }
    int result;
    do result = sem_clockwait(semaphore, CLOCK_MONOTONIC, &end);
    while (result != 0 && errno == EINTR);
    return result;
}

// Returns a descriptor that a write of 8 bytes makes readable; -1 when no descriptor is free.
static inline int ix_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// A descriptor that can be read once the process has ended; -1 where there is no such process.
static inline int ix_open_process(int number) { return (int)syscall(SYS_pidfd_open, number, 0U); }

// The calling thread's effective user, by the kernel's own call: the library's would change every thread. Files stay root's to
// read, for as long as root is the real user.
static inline int ix_thread_take_user(unsigned int user) {
    if (syscall(SYS_setresuid, -1, user, -1) != 0) return -1;
    syscall(SYS_setfsuid, 0);
    return 0;
}
