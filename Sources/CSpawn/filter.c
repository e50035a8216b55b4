// Makes the filter of system calls in the child. The filter is built on the child's stack, from tables, with a block of
// instructions per call.
#define _GNU_SOURCE
#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 192 };
struct program {
    unsigned count;
    struct sock_filter code[MOST];
};

// The numbers of the filtered system calls. pidfd_send_signal, pidfd_open and pidfd_getfd have equal numbers on every
// architecture.
struct numbers {
    uint32_t architecture;
    int kill, tkill, tgkill, sigqueue, thread_sigqueue;
    int ptrace, read_memory, write_memory, compare, prlimit;
};
enum { PIDFD_SEND_SIGNAL = 424, PIDFD_OPEN = 434, PIDFD_GETFD = 438 };

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
static const struct numbers foreign = {AUDIT_ARCH_I386, 37, 238, 270, 178, 335, 26, 347, 348, 349, 340};
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
static const struct numbers foreign = {AUDIT_ARCH_ARM, 37, 238, 268, 178, 363, 26, 376, 377, 378, 369};
#endif

#ifdef NATIVE
static const struct numbers native = {
    NATIVE, SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_prlimit64,
};

static void add(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
    if (program->count < MOST) program->code[program->count++] = (struct sock_filter){code, yes, no, value};
}

static void load(struct program *program, size_t offset) { add(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }
static void load_argument(struct program *program, int number) {
    load(program, offsetof(struct seccomp_data, args) + (size_t)number * 8);
}
static void unless(struct program *program, uint32_t value, uint8_t skip) { add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip); }
static void when(struct program *program, uint32_t value, uint8_t skip) { add(program, BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0); }
static void give(struct program *program, uint32_t answer) { add(program, BPF_RET | BPF_K, answer, 0, 0); }
static const uint32_t refused = SECCOMP_RET_ERRNO | EPERM, unknown = SECCOMP_RET_ERRNO | ENOSYS;

static void refuse(struct program *program, int call, uint32_t answer) {
    unless(program, (uint32_t)call, 1);
    give(program, answer);
}

// Refuses the call when the argument equals one of the values.
static void refuse_values(struct program *program, int call, int argument, const uint32_t *values, int count) {
    unless(program, (uint32_t)call, (uint8_t)(count + 3));
    load_argument(program, argument);
    for (int i = 0; i < count; i++) when(program, values[i], (uint8_t)(count - i));
    give(program, SECCOMP_RET_ALLOW);
    give(program, refused);
}

// A process may change its own limits only, and may read the limits of every process.
static void keep_limits(struct program *program, int call, uint32_t self) {
    unless(program, (uint32_t)call, 9);
    load_argument(program, 0);
    when(program, 0, 5);
    when(program, self, 4);
    load_argument(program, 2);
    unless(program, 0, 3);
    load(program, offsetof(struct seccomp_data, args) + 2 * 8 + 4);
    unless(program, 0, 1);
    give(program, SECCOMP_RET_ALLOW);
    give(program, refused);
}

static void keep_signals(struct program *program, const struct numbers *numbers, pid_t daemon, pid_t daemon_group) {
    const uint32_t targets[] = {(uint32_t)daemon, (uint32_t)-1, (uint32_t)-daemon_group};
    const int calls[] = {numbers->kill, numbers->tkill, numbers->tgkill, numbers->sigqueue, numbers->thread_sigqueue, PIDFD_OPEN};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) refuse_values(program, calls[i], 0, targets, 3);
    // The descriptor may also be a folder of /proc, which the filter can't check, so the call is reported as missing.
    // Programs then use the calls checked above.
    refuse(program, PIDFD_SEND_SIGNAL, unknown);
}

static void keep_out(struct program *program, const struct numbers *numbers) {
    static const uint32_t requests[] = {PTRACE_ATTACH, PTRACE_SEIZE};
    refuse_values(program, numbers->ptrace, 0, requests, 2);
    const int calls[] = {numbers->read_memory, numbers->write_memory, numbers->compare, PIDFD_GETFD};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) refuse(program, calls[i], refused);
}

struct options {
    pid_t daemon, daemon_group;
    int signals, tracing;
};

static void section(struct program *program, const struct numbers *numbers, const struct options *options) {
    load(program, offsetof(struct seccomp_data, arch));
    unsigned entry = program->count;
    unless(program, numbers->architecture, 0);
    load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    // Refuses the x32 numbers (0x40000000 and above), a third set of numbers of this machine, which no system uses.
    if (numbers->architecture == NATIVE) {
        add(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
        give(program, unknown);
    }
#endif
    keep_limits(program, numbers->prlimit, (uint32_t)getpid());
    if (options->signals) keep_signals(program, numbers, options->daemon, options->daemon_group);
    if (options->tracing) keep_out(program, numbers);
    give(program, SECCOMP_RET_ALLOW);
    program->code[entry].jf = (uint8_t)(program->count - entry - 1);
}
#endif

int ix_set_filter(pid_t daemon, pid_t daemon_group, int signals, int tracing) {
#ifdef NATIVE
    struct program program = {0};
    const struct options options = {daemon, daemon_group, signals, tracing};
    section(&program, &native, &options);
    section(&program, &foreign, &options);
    give(&program, unknown);
    struct sock_fprog filter = {(unsigned short)program.count, program.code};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 ? 0 : errno;
#else
    (void)daemon, (void)daemon_group, (void)signals, (void)tracing;
    return ENOSYS;
#endif
}
