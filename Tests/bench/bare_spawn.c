// What a machine can do at most: so many threads, each starting a program, writing a request to it, reading its answer to
// the end and waiting for it, again and again.
//
//   bare_spawn THREADS RUNS PROGRAM [ARGUMENT…]     prints runs per second
#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

extern char **environ;
static atomic_int left;
static char **command;
static const char request[] = "{\"use_case\":\"cat\",\"ix_client_id\":\"bench\",\"request_id\":\"1\",\"text\":\"a small request\"}\n";

static void once(void) {
    int in[2], out[2], err[2];
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) exit(70);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    pid_t child;
    if (posix_spawnp(&child, command[0], &actions, NULL, command, environ) != 0) exit(70);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]), close(out[1]), close(err[1]);
    if (write(in[1], request, sizeof request - 1) < 0) exit(70);
    close(in[1]);
    char buffer[4096];
    while (read(out[0], buffer, sizeof buffer) > 0) {}
    while (read(err[0], buffer, sizeof buffer) > 0) {}
    close(out[0]), close(err[0]);
    waitpid(child, NULL, 0);
}

static void *loop(void *unused) {
    while (atomic_fetch_sub(&left, 1) > 0) once();
    return unused;
}

int main(int count, char **arguments) {
    if (count < 4) return 64;
    int threads = atoi(arguments[1]), runs = atoi(arguments[2]);
    command = arguments + 3;
    left = runs;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pthread_t all[threads];
    for (int i = 0; i < threads; i++) pthread_create(&all[i], NULL, loop, NULL);
    for (int i = 0; i < threads; i++) pthread_join(all[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.0f\n", runs / (end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9));
}
