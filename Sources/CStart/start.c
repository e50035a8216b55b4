// What a program has to know before anything of Swift's runtime needs a thread or a file.
#define _GNU_SOURCE
#include "ix_start.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

const char *ix_program_name(void) { return program_invocation_short_name; }

static void *wait_for_all(void *gate) {
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

int ix_try_threads(int count, int *made) {
    enum { MOST = 64 };
    pthread_t threads[MOST];
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    int failure = 0;
    *made = 0;
    // Small ones: tasks are to be tried, not memory.
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 << 10);
    pthread_mutex_lock(&gate);
    while (*made < count && *made < MOST && failure == 0) {
        failure = pthread_create(&threads[*made], &small, wait_for_all, &gate);
        if (failure == 0) ++*made;
    }
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < *made; i++) pthread_join(threads[i], NULL);
    return failure;
}

static void end(int number) { _exit(128 + number); }

void ix_obey_signals(void) {
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action = {.sa_handler = end};
        sigaction(numbers[i], &action, NULL);
    }
}

int ix_output_failure(void) { return !ferror(stdout) ? 0 : errno ? errno : EIO; }

int ix_flush_output(void) {
    if (fflush(stdout) != 0) return errno ? errno : EIO;
    // A print that failed has taken its reason with it.
    return ferror(stdout) ? EIO : 0;
}
