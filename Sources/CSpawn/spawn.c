// One program started as it ought to be. A room of C, because of what lies between vfork and exec: nothing there may
// touch what it shares with the daemon, which Swift doesn't promise.
#define _GNU_SOURCE
#include "ix_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct request {
    const char *path;
    char *const *argv;
    char *const *envp;
    const char *directory;
    const int *streams;
    const struct ix_limits *limits;
    enum ix_containment containment;
    int group;
    pid_t daemon, daemon_group;
    pid_t child;
    int failure;
};

// linux/landlock.h as of 6.12; Debian 12's is older.
struct scope_attributes {
    uint64_t handled_access_fs, handled_access_net, scoped;
};
#define SCOPE_SIGNAL (1ULL << 1)
#define SCOPE_VERSION 6
#define LANDLOCK_CREATE_RULESET 444
#define LANDLOCK_RESTRICT_SELF 446
#define PIDFD_OPEN 434

int ix_has_signal_scope(void) { return syscall(LANDLOCK_CREATE_RULESET, NULL, 0, 1) >= SCOPE_VERSION; }

static int restrict_signals(void) {
    struct scope_attributes attributes = {0, 0, SCOPE_SIGNAL};
    long rules = syscall(LANDLOCK_CREATE_RULESET, &attributes, sizeof attributes, 0);
    if (rules < 0) return errno;
    int failure = syscall(LANDLOCK_RESTRICT_SELF, rules, 0) == 0 ? 0 : errno;
    close((int)rules);
    return failure;
}

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

// Only calls of the machine's own kind are looked at; who means harm finds others (see docs/pipelines.md).
static int filter_signals(pid_t daemon, pid_t daemon_group) {
#ifdef NATIVE
    static const int calls[] = {SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, PIDFD_OPEN};
    enum { count = sizeof calls / sizeof *calls };
    struct sock_filter rules[count + 11];
    int next = 0;
    rules[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    rules[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 0, count + 1);
    rules[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < count; i++)
        rules[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i], (unsigned char)(count - i), 0);
    rules[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    rules[next++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]));
    rules[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)daemon, 3, 0);
    rules[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)-1, 2, 0);
    rules[next++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)-daemon_group, 1, 0);
    rules[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    rules[next++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    struct sock_fprog program = {(unsigned short)next, rules};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : errno;
#else
    (void)daemon, (void)daemon_group;
    return ENOSYS;
#endif
}

// Root's rights to look into everybody, by any of its ways; who isn't root has none to lose.
static void drop_sight(void) {
    static const int rights[] = {CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF, CAP_SYS_MODULE, CAP_SYS_RAWIO};
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) prctl(PR_CAPBSET_DROP, rights[i], 0, 0, 0);
}

// Binds the calling process, and with it what it starts.
static void contain(const struct request *request) {
    enum ix_containment wanted = request->containment;
    if (wanted != IX_CONTAIN_NONE) drop_sight();
    if (wanted == IX_CONTAIN_NONE || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    if (wanted == IX_CONTAIN_FILTER) {
        filter_signals(request->daemon, request->daemon_group);
    } else if (restrict_signals() != 0 && wanted == IX_CONTAIN_BEST) {
        filter_signals(request->daemon, request->daemon_group);
    }
}

static void limit(int what, uint64_t value, uint64_t more) {
    if (value == UINT64_MAX) return;
    struct rlimit now;
    if (getrlimit(what, &now) != 0) return;
    struct rlimit next = {value, value + more};
    if (next.rlim_max > now.rlim_max) next.rlim_max = now.rlim_max;
    if (next.rlim_cur > next.rlim_max) next.rlim_cur = next.rlim_max;
    setrlimit(what, &next);
}

static void apply(const struct ix_limits *limits) {
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_AS, limits->memory_bytes, 0);
    // The first second past it is TERM's like, the ones after it KILL's.
    limit(RLIMIT_CPU, limits->cpu_seconds, 5);
    limit(RLIMIT_FSIZE, limits->file_bytes, 0);
    limit(RLIMIT_NPROC, limits->processes, 0);
    limit(RLIMIT_NOFILE, limits->open_files, 0);
}

static int place_streams(const int streams[3]) {
    // Out of the way first: an end may have one of the numbers it is to be moved to.
    int moved[3];
    for (int i = 0; i < 3; i++)
        if ((moved[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3)) < 0) return errno;
    for (int i = 0; i < 3; i++)
        if (dup2(moved[i], i) < 0) return errno;
    return 0;
}

// In the child, which shares the daemon's memory until its program begins: system calls on what is its own, no more.
static int become(const struct request *request, int report) {
    // By the kernel's own call: the library's refuses the two numbers it keeps to itself, which may come in ignored too.
    struct { void (*handler)(int); unsigned long flags; void (*restorer)(void); uint64_t mask; } standard = {SIG_DFL};
    for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, &standard, NULL, sizeof standard.mask);
    if (setsid() < 0) return errno;
    // Before it can start anything: what is started later is in it too.
    if (request->group >= 0 && write(request->group, "0", 1) != 1) return errno;
    int kept = fcntl(report, F_DUPFD_CLOEXEC, 100);
    int failure = kept < 0 ? errno : place_streams(request->streams);
    if (failure) return failure;
    if (chdir(request->directory) != 0) return errno;
    // Whatever a library opened without the flag; the report is told to close itself.
    syscall(SYS_close_range, 3, ~0U, 4);
    // Before the limits: it opens something.
    contain(request);
    apply(request->limits);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // A program that was written just now may still be open for writing in another thread's child, for as long as that one
    // takes to become its own.
    for (int tries = 0; tries < 50; tries++) {
        execve(request->path, request->argv, request->envp);
        if (errno != ETXTBSY) break;
        static const struct timespec moment = {0, 2000000};
        nanosleep(&moment, NULL);
    }
    return errno;
}

// vfork suspends this thread until the child has begun its program or failed, and copies nothing. No signal may come
// between, to be handled by what is half the daemon.
__attribute__((noinline)) static void start(struct request *request) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        request->failure = errno;
        return;
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = vfork();
    if (child == 0) {
        int failure = become(request, report[1]);
        if (write(report[1], &failure, sizeof failure) < 0) _exit(126);
        _exit(127);
    }
    int forked = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    int failure = 0;
    if (child < 0) {
        failure = forked;
    } else if (read(report[0], &failure, sizeof failure) == sizeof failure) {
        syscall(SYS_wait4, child, NULL, 0, NULL);
    }
    close(report[0]);
    request->child = child;
    request->failure = failure;
}

// Memory runs out in a child, not in the daemon.
static void offer_to_the_killer(pid_t child) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", child);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, "500", 3) < 0) errno = 0;
    close(file);
}

int ix_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
             const struct ix_limits *limits, enum ix_containment containment, int group, pid_t *child, int *descriptor) {
    struct request request = {path, argv, envp, directory, streams, limits, containment, group, getpid(), getpgrp(), 0, 0};
    start(&request);
    if (request.failure) return request.failure;
    offer_to_the_killer(request.child);
    *child = request.child;
    *descriptor = (int)syscall(PIDFD_OPEN, request.child, 0);
    return 0;
}
