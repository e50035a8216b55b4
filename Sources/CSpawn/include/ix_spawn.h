#pragma once
#include <stdint.h>
#include <sys/types.h>
#include <sys/xattr.h>

// Limits of a child; UINT64_MAX keeps the daemon's own limit.
struct ix_limits {
    uint64_t memory_bytes, cpu_seconds, file_bytes, processes, open_files;
};

// Restrictions on a child, in force from its first instruction on; the child can't lift them.
struct ix_walls {
    // A Landlock ruleset (`ix_make_ruleset`), or -1 for none.
    int ruleset;
    // 1 when the ruleset also blocks signals to processes outside; otherwise the filter blocks signals to the daemon.
    int scopes_signals;
    // 0: no restriction at all is applied, the ruleset included.
    int filters;
};

// The user that a child runs as; a null pointer means the daemon's user.
struct ix_identity {
    uid_t user;
    gid_t group;
    size_t count;
    const gid_t *groups;
};

// Starts the program at `path` in its own session, with default signals, descriptors 0, 1 and 2 from `streams`, and
// `directory` as its working directory. All further descriptors are closed. The child joins the control group whose
// cgroup.procs is open as `group` (-1: none).
// Returns 0, or the errno of the step that failed; no process is left after a failure. Blocks until the program has
// begun.
// `child`: the process's number; the caller must reap the process. `descriptor`: its pidfd, -1 where the kernel has
// none.
int ix_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
             const struct ix_limits *limits, const struct ix_walls *walls, const struct ix_identity *identity, int group,
             pid_t *child, int *descriptor);

// Returns true when systemd delegated the control group at `path` to the user. Only root can read `trusted.delegate`;
// systemd sets `user.delegate` from version 251 on.
static inline int ix_is_delegated(const char *path) {
    char value = 0;
    return (getxattr(path, "user.delegate", &value, 1) == 1 && value == '1') ||
           (getxattr(path, "trusted.delegate", &value, 1) == 1 && value == '1');
}

// Returns Landlock's version in this kernel; 0 when Landlock is missing or not permitted.
int ix_landlock_version(void);
// The first version with rules on files that leave files outside the hidden paths usable, and the first version that
// blocks signals.
#define IX_LANDLOCK_FILES 2
#define IX_LANDLOCK_SIGNALS 6

// Makes a ruleset for a kernel of this version. With `files`, no file can be read, changed, made or removed until
// `ix_allow` adds a rule. With `signals`, no signal leaves the child's tree of processes. Returns a descriptor, or -1
// and errno.
int ix_make_ruleset(int version, int files, int signals);
// Opens `path`, without following a link, for `ix_allow`. Returns a descriptor, or -1 and errno.
int ix_open_path(const char *path);
// Allows access to the entry of `descriptor` and to all entries below. Returns 0 or errno.
int ix_allow(int ruleset, int version, int descriptor, int is_directory, int may_write);
// Returns true when a filter of system calls can be set on this kernel.
int ix_has_filter(void);
