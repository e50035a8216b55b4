// Catches signals for a program whose threads block them.
#define _GNU_SOURCE
#include "ix_start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int writing_end = -1;

// A handler may do little more than write. A full pipe drops the byte: 65,536 signals are waiting by then.
static void write_number(int number) {
    int before = errno;
    unsigned char byte = (unsigned char)number;
    if (write(writing_end, &byte, 1) < 0) errno = before;
    errno = before;
}

int ix_catch_signals(const int *numbers, int count) {
    int ends[2];
    if (writing_end >= 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    writing_end = ends[1];
    struct sigaction action = {.sa_handler = write_number, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < count; i++) sigaction(numbers[i], &action, NULL);
    return ends[0];
}
