// deny CALL ERRNO PROGRAM…: runs the program, to which a system call answers with an error; as root and without.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int set(struct sock_filter *rules, unsigned short count) {
    struct sock_fprog program = {count, rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int deny(unsigned number, unsigned error) {
    struct sock_filter rules[] = {LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), ANSWER, ALLOW};
    return set(rules, sizeof rules / sizeof *rules);
}

// Only with this second argument.
static int deny_command(unsigned number, unsigned command, unsigned error) {
    struct sock_filter rules[] = {
        LOAD(nr),      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
        LOAD(args[1]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, command, 0, 1),
        ANSWER,        ALLOW,
    };
    return set(rules, sizeof rules / sizeof *rules);
}

// Only mappings of files that are shared and written to.
static int deny_sharing(unsigned error) {
    struct sock_filter rules[] = {
        LOAD(nr),      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 7),
        LOAD(args[4]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xFFFFFFFFU, 5, 0),
        LOAD(args[3]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 0, 3),
        LOAD(args[2]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 0, 1),
        ANSWER,        ALLOW,
    };
    return set(rules, sizeof rules / sizeof *rules);
}

int main(int count, char **words) {
    if (count < 4) return 64;
    unsigned error = (unsigned)atoi(words[2]);
    int failure = strcmp(words[1], "flock") == 0         ? deny(SYS_flock, error)
                  : strcmp(words[1], "getrandom") == 0   ? deny(SYS_getrandom, error)
                  : strcmp(words[1], "clone3") == 0      ? deny(SYS_clone3, error)
                  : strcmp(words[1], "pwrite") == 0      ? deny(SYS_pwrite64, error)
                  : strcmp(words[1], "file-lock") == 0   ? deny_command(SYS_fcntl, 37, error)
                  : strcmp(words[1], "shared-map") == 0  ? deny_sharing(error)
                                                         : 1;
    if (failure) {
        perror("deny");
        return 71;
    }
    execv(words[3], words + 3);
    perror(words[3]);
    return 127;
}
