// Starts a program with vfork and exec. This file is C, because code between vfork and exec must not touch memory
// shared with the daemon, which Swift doesn't promise.
#define _GNU_SOURCE
#include "ix_spawn.h"
#include "walls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PIDFD_OPEN 434

struct request {
    const char *path;
    char *const *argv;
    char *const *envp;
    const char *directory;
    const int *streams;
    const struct ix_limits *limits;
    const struct ix_walls *walls;
    const struct ix_identity *identity;
    int group;
    pid_t daemon, daemon_group;
    pid_t child;
    int failure;
};

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
    // The soft limit sends XCPU, which a program may handle like TERM; the hard limit sends KILL 5 s later.
    limit(RLIMIT_CPU, limits->cpu_seconds, 5);
    limit(RLIMIT_FSIZE, limits->file_bytes, 0);
    limit(RLIMIT_NPROC, limits->processes, 0);
    limit(RLIMIT_NOFILE, limits->open_files, 0);
}

static int place_streams(const int streams[3]) {
    // The descriptors are moved to 3 and above first, because a descriptor may already have a target's number.
    int moved[3];
    for (int i = 0; i < 3; i++)
        if ((moved[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3)) < 0) return errno;
    for (int i = 0; i < 3; i++)
        if (dup2(moved[i], i) < 0) return errno;
    return 0;
}

// Takes the identity by direct system calls, because the C library's functions would change every thread of the daemon.
// Ambient capabilities are cleared for every user, so that the program gets none of the daemon's rights.
static int take_identity(const struct ix_identity *identity) {
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (!identity) return 0;
    if (syscall(SYS_setgroups, identity->count, identity->groups) != 0) return errno;
    if (syscall(SYS_setresgid, identity->group, identity->group, identity->group) != 0) return errno;
    return syscall(SYS_setresuid, identity->user, identity->user, identity->user) == 0 ? 0 : errno;
}

// Runs in the child, which shares the daemon's memory until its program begins. Only system calls on the child's own
// state are safe here.
static int become(const struct request *request, int report) {
    // Direct system calls reset every signal, because the C library refuses its two internal signals, which may be
    // inherited as ignored.
    struct { void (*handler)(int); unsigned long flags; void (*restorer)(void); uint64_t mask; } standard = {SIG_DFL};
    for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, &standard, NULL, sizeof standard.mask);
    if (setsid() < 0) return errno;
    // The child joins the control group before starting any process, so that every descendant is in the group too.
    if (request->group >= 0 && write(request->group, "0", 1) != 1) return errno;
    int kept = fcntl(report, F_DUPFD_CLOEXEC, 100);
    int failure = kept < 0 ? errno : place_streams(request->streams);
    if (failure) return failure;
    if (chdir(request->directory) != 0) return errno;
    // Marks all descriptors from 3 on close-on-exec, because a library may have opened a descriptor without the flag.
    // The report's descriptor closes on exec too, which tells the daemon that the start succeeded.
    syscall(SYS_close_range, 3, ~0U, 4);
    if ((failure = take_identity(request->identity)) != 0) return failure;
    ix_raise_walls(request->walls, request->daemon, request->daemon_group);
    apply(request->limits);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // A program written just now may still be open for writing in a child that another thread has just made. Such a
    // child closes the file when it executes its own program, so the start is tried again for up to 100 ms.
    for (int tries = 0; tries < 50; tries++) {
        execve(request->path, request->argv, request->envp);
        if (errno != ETXTBSY) break;
        static const struct timespec moment = {0, 2000000};
        nanosleep(&moment, NULL);
    }
    return errno;
}

// vfork copies nothing, and suspends this thread until the child has begun its program or failed. All signals are
// blocked meanwhile, because a handler in the child would run on the daemon's memory.
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

// Raises the child's oom_score_adj, so that the kernel kills the child before the daemon when memory runs out.
static void offer_to_the_killer(pid_t child) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", child);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, "500", 3) < 0) errno = 0;
    close(file);
}

int ix_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
             const struct ix_limits *limits, const struct ix_walls *walls, const struct ix_identity *identity, int group,
             pid_t *child, int *descriptor) {
    struct request request = {path, argv, envp, directory, streams, limits, walls, identity, group, getpid(), getpgrp(), 0, 0};
    int could_dump = identity ? prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) : 0;
    start(&request);
    // Restores the daemon's dumpable flag, because the child's change of user resets the flag in the shared memory.
    if (identity) prctl(PR_SET_DUMPABLE, could_dump == 1, 0, 0, 0);
    if (request.failure) return request.failure;
    offer_to_the_killer(request.child);
    *child = request.child;
    *descriptor = (int)syscall(PIDFD_OPEN, request.child, 0);
    return 0;
}
