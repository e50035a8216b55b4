#pragma once
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/types.h>
#include <sys/xattr.h>

// What a child may use; UINT64_MAX for what the daemon itself may.
struct ix_limits {
    uint64_t memory_bytes, cpu_seconds, file_bytes, processes, open_files;
};

// What a child can't do, from its first instruction on; it can't take it off again.
struct ix_walls {
    // A ruleset of Landlock's (`ix_make_ruleset`), -1 for none.
    int ruleset;
    // Whether the ruleset keeps signals in, too; the filter stands in for it where it doesn't.
    int scopes_signals;
    // 0: no filter of system calls either, and nothing that comes with it.
    int filters;
};

// Who a child runs as; nil: who the daemon does.
struct ix_identity {
    uid_t user;
    gid_t group;
    size_t count;
    const gid_t *groups;
};

// Starts the program at `path` in a session of its own, with default signals, nothing open but 0, 1 and 2, and
// `directory` as its working directory, having joined the control group whose cgroup.procs `group` is open on (-1: none).
// 0, or the errno of the step that failed: nothing runs then.
// `child`: not reaped by anybody else; `descriptor`: its pidfd, -1 where the kernel has none. Blocks for a moment.
int ix_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
             const struct ix_limits *limits, const struct ix_walls *walls, const struct ix_identity *identity, int group,
             pid_t *child, int *descriptor);

// A descriptor that a write of eight bytes makes readable; -1 when there is no room for one.
static inline int ix_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Whether systemd marked the control group at `path` as its user's to divide; for those who aren't root from 251 on.
static inline int ix_is_delegated(const char *path) {
    char value = 0;
    return (getxattr(path, "user.delegate", &value, 1) == 1 && value == '1') ||
           (getxattr(path, "trusted.delegate", &value, 1) == 1 && value == '1');
}

// The version of Landlock that this kernel has and lets us use; 0: none.
int ix_landlock_version(void);
// From which version on rules about files leave what isn't hidden as it was, and signals stay in.
#define IX_LANDLOCK_FILES 2
#define IX_LANDLOCK_SIGNALS 6

// A ruleset under which no file can be read, changed, made or removed (`files`) and no signal leaves the tree of processes
// (`signals`), for a kernel of this version; -1 and errno.
int ix_make_ruleset(int version, int files, int signals);
// What lies at `path`, a link itself included, for `ix_allow`; -1 and errno.
int ix_open_place(const char *path);
// Takes what lies at or below `descriptor` out of it; 0 or errno.
int ix_allow(int ruleset, int version, int descriptor, int is_directory, int may_write);
// Whether a filter of system calls can be set here.
int ix_has_filter(void);
