// What a power cut leaves behind. At every sync of a file below IX_CUT_FROM its content is kept in IX_CUT_TO under its
// inode's number, at every sync of the directory the names that lead to inodes: that, and nothing else, is on the disk. Before
// the sync number IX_CUT_AT the process is killed, and every later process at its next sync. The files' contents at the kill
// are kept apart, for images in which the disk had written some of the data without a sync.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *from, *to;
static long at;

__attribute__((constructor)) static void begin(void) {
    from = getenv("IX_CUT_FROM");
    to = getenv("IX_CUT_TO");
    at = getenv("IX_CUT_AT") ? atol(getenv("IX_CUT_AT")) : 0;
}

static int isOurs(int fd) {
    char link[64], path[PATH_MAX];
    if (!from || !to) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, from, strlen(from)) == 0;
}

// The content of an open file into TO/PREFIX.INODE, at once.
static void keep(int source, const char *prefix) {
    struct stat status;
    char path[PATH_MAX], fresh[PATH_MAX], block[65536];
    fstat(source, &status);
    snprintf(path, sizeof path, "%s/%s.%lu", to, prefix, (unsigned long)status.st_ino);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    int target = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    off_t offset = 0;
    ssize_t count;
    // Not opened anew: closing that would drop the locks that SQLite has on the file.
    while ((count = pread(source, block, sizeof block, offset)) > 0) {
        if (write(target, block, count) != count) abort();
        offset += count;
    }
    close(target);
    rename(fresh, path);
}

static void keepNames(void) {
    char path[PATH_MAX], fresh[PATH_MAX];
    snprintf(path, sizeof path, "%s/names", to);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *names = fopen(fresh, "we");
    DIR *directory = opendir(from);
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.') fprintf(names, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    closedir(directory);
    fclose(names);
    rename(fresh, path);
}

// All that is written but not synced; not the index of the log, which no reboot leaves. SQLite's locks end with the process
// that closes a file, which is dying.
static void keepUnsynced(void) {
    DIR *directory = opendir(from);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char path[PATH_MAX];
        if (entry->d_name[0] == '.' || strstr(entry->d_name, "-shm")) continue;
        snprintf(path, sizeof path, "%s/%s", from, entry->d_name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file >= 0) keep(file, "unsynced");
    }
    closedir(directory);
}

static int synced(int fd, int (*real)(int)) {
    if (!isOurs(fd)) return real(fd);
    char path[PATH_MAX], digits[32] = {0};
    snprintf(path, sizeof path, "%s/count", to);
    int counter = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    flock(counter, LOCK_EX);
    pread(counter, digits, sizeof digits - 1, 0);
    long number = atol(digits) + 1;
    snprintf(digits, sizeof digits, "%ld\n", number);
    pwrite(counter, digits, strlen(digits), 0);
    if (at && number >= at) {
        if (number == at) keepUnsynced();
        raise(SIGKILL);
    }
    int result = real(fd);
    struct stat status;
    fstat(fd, &status);
    if (S_ISDIR(status.st_mode)) keepNames();
    else keep(fd, "synced");
    close(counter);
    return result;
}

int fsync(int fd) { return synced(fd, (int (*)(int))dlsym(RTLD_NEXT, "fsync")); }
int fdatasync(int fd) { return synced(fd, (int (*)(int))dlsym(RTLD_NEXT, "fdatasync")); }
