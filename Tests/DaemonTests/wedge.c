// Preloaded into the daemon: a claim hangs for as long as the file $IX_TEST_WEDGE exists.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*send_prepared)(void *, const char *, int, const char *const *, const int *, const int *, int);

int PQsendQueryPrepared(void *connection, const char *name, int count, const char *const *values, const int *lengths,
                        const int *formats, int format) {
    while (strcmp(name, "claim_next_pending") == 0 && access(getenv("IX_TEST_WEDGE"), F_OK) == 0) usleep(20000);
    send_prepared real = (send_prepared)dlsym(RTLD_NEXT, "PQsendQueryPrepared");
    return real(connection, name, count, values, lengths, formats, format);
}
