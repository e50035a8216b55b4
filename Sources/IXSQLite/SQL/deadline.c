#include "ix_sqlite.h"
#include <sqlite3.h>
#include <stddef.h>
#include <time.h>

// SQLite calls back on the thread that runs the statement, so a deadline per thread is a deadline per call.
static _Thread_local int64_t deadline;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void ix_sqlite_set_deadline(int64_t nanoseconds) { deadline = nanoseconds; }

// SQLite's own handler sleeps up to 100 ms. Another process holds the lock only for a commit, so this handler sleeps
// 0.5 to 2 ms, to get the lock soon after its release.
static int wait_for_lock(void *unused, int tries) {
    (void)unused;
    // Without a deadline (while a file is opened) the wait ends after about one minute.
    if (deadline != 0 ? now() >= deadline : tries > 30000) return 0;
    struct timespec nap = {0, tries < 10 ? 500000 : 2000000};
    nanosleep(&nap, NULL);
    return 1;
}

static int is_over(void *unused) {
    (void)unused;
    return deadline != 0 && now() >= deadline;
}

const char *ix_sqlite_version(void) { return sqlite3_libversion(); }

void ix_sqlite_obey_deadline(void *connection) {
    sqlite3_busy_handler(connection, wait_for_lock, NULL);
    sqlite3_progress_handler(connection, 10000, is_over, NULL);
}
