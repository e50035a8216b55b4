// One program started as it ought to be. A room of C, because of what lies between vfork and exec: nothing there may
// touch what it shares with the daemon, which Swift doesn't promise.
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

// By the kernel's own calls: the library's tell every thread of the daemon to do the same. Nothing of the daemon's own
// rights is handed on, as whichever user the program runs.
static int take_identity(const struct ix_identity *identity) {
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (!identity) return 0;
    if (syscall(SYS_setgroups, identity->count, identity->groups) != 0) return errno;
    if (syscall(SYS_setresgid, identity->group, identity->group, identity->group) != 0) return errno;
    return syscall(SYS_setresuid, identity->user, identity->user, identity->user) == 0 ? 0 : errno;
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
    if ((failure = take_identity(request->identity)) != 0) return failure;
    ix_raise_walls(request->walls, request->daemon, request->daemon_group);
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
             const struct ix_limits *limits, const struct ix_walls *walls, const struct ix_identity *identity, int group,
             pid_t *child, int *descriptor) {
    struct request request = {path, argv, envp, directory, streams, limits, walls, identity, group, getpid(), getpgrp(), 0, 0};
    int could_dump = identity ? prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) : 0;
    start(&request);
    // A change of the user resets it in the memory that the child shared.
    if (identity) prctl(PR_SET_DUMPABLE, could_dump == 1, 0, 0, 0);
    if (request.failure) return request.failure;
    offer_to_the_killer(request.child);
    *child = request.child;
    *descriptor = (int)syscall(PIDFD_OPEN, request.child, 0);
    return 0;
}
