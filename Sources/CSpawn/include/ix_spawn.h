#pragma once
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/types.h>
#include <sys/xattr.h>

// What a child may use; UINT64_MAX for what the daemon itself may.
struct ix_limits {
    uint64_t memory_bytes, cpu_seconds, file_bytes, processes, open_files;
};

// How a child is kept from signalling what isn't its own.
enum ix_containment {
    IX_CONTAIN_NONE = 0,
    // A system call filter: none of the calls that signal reaches the daemon by its number, or everybody.
    IX_CONTAIN_FILTER = 1,
    // Landlock's scope (Linux 6.12): no signal and no trace leaves the child's own domain.
    IX_CONTAIN_SCOPE = 2,
    // The best of them that this kernel has.
    IX_CONTAIN_BEST = 3,
};

// Starts the program at `path` in a session of its own, with default signals, nothing open but 0, 1 and 2, and
// `directory` as its working directory, having joined the control group whose cgroup.procs `group` is open on (-1: none).
// 0, or the errno of the step that failed: nothing runs then.
// `child`: not reaped by anybody else; `descriptor`: its pidfd, -1 where the kernel has none. Blocks for a moment.
int ix_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
             const struct ix_limits *limits, enum ix_containment containment, int group, pid_t *child, int *descriptor);

// A descriptor that a write of eight bytes makes readable; -1 when there is no room for one.
static inline int ix_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Whether systemd marked the control group at `path` as its user's to divide; for those who aren't root from 251 on.
static inline int ix_is_delegated(const char *path) {
    char value = 0;
    return (getxattr(path, "user.delegate", &value, 1) == 1 && value == '1') ||
           (getxattr(path, "trusted.delegate", &value, 1) == 1 && value == '1');
}

// Whether this kernel has Landlock's scope for signals.
int ix_has_signal_scope(void);
