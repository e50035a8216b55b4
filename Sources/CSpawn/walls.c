// Makes Landlock's rules and binds the child. The walls keep a program of the daemon's own user away from the daemon's
// files and process.
#define _GNU_SOURCE
#include "walls.h"
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// The structures follow linux/landlock.h of Linux 6.12, because Debian 12's header is older.
struct ruleset_attributes {
    uint64_t handled_access_fs, handled_access_net, scoped;
};
struct path_attributes {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));
#define SCOPE_SIGNAL (1ULL << 1)
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define RULE_PATH_BENEATH 1

// Executing files and listing folders stay allowed, because neither shows a file's content.
#define WRITE_FILE (1ULL << 1)
#define READ_FILE (1ULL << 2)
#define REMOVE (3ULL << 4)
#define MAKE (127ULL << 6)
#define REFER (1ULL << 13)
#define TRUNCATE (1ULL << 14)

static uint64_t file_rights(int version) { return READ_FILE | WRITE_FILE | (version >= 3 ? TRUNCATE : 0); }
static uint64_t all_rights(int version) { return file_rights(version) | REMOVE | MAKE | REFER; }

int ix_landlock_version(void) {
    long version = syscall(CREATE_RULESET, NULL, 0, 1);
    return version < 0 ? 0 : (int)version;
}

int ix_make_ruleset(int version, int files, int signals) {
    struct ruleset_attributes attributes = {files ? all_rights(version) : 0, 0, signals ? SCOPE_SIGNAL : 0};
    // An older kernel accepts a longer structure only when the further members are zero, so unused members are left out
    // of the size.
    size_t size = signals ? sizeof attributes : sizeof attributes.handled_access_fs;
    return (int)syscall(CREATE_RULESET, &attributes, size, 0);
}

int ix_open_path(const char *path) { return open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC); }

int ix_allow(int ruleset, int version, int descriptor, int is_directory, int may_write) {
    uint64_t rights = is_directory ? all_rights(version) : file_rights(version);
    struct path_attributes attributes = {may_write ? rights : READ_FILE, descriptor};
    return syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &attributes, 0) == 0 ? 0 : errno;
}

// Passes a null filter. A kernel with filters fails with EFAULT; a kernel without filters fails earlier, with another
// error.
int ix_has_filter(void) { return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0) != 0 && errno == EFAULT; }

// Drops root's capabilities that give access to another process, directly or indirectly. The calls fail harmlessly
// without root's rights.
static void drop_sight(void) {
    static const int rights[] = {CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF, CAP_SYS_MODULE, CAP_SYS_RAWIO};
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) prctl(PR_CAPBSET_DROP, rights[i], 0, 0, 0);
}

void ix_raise_walls(const struct ix_walls *walls, pid_t daemon, pid_t daemon_group) {
    if (!walls->filters) return;
    drop_sight();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    int holds = walls->ruleset >= 0 && syscall(RESTRICT_SELF, walls->ruleset, 0) == 0;
    // Landlock keeps a process in a domain from tracing processes outside the domain, so the filter blocks tracing only
    // when no ruleset holds.
    ix_set_filter(daemon, daemon_group, !(holds && walls->scopes_signals), !holds);
}
