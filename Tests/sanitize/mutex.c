// What ThreadSanitizer can't see of Swift's Mutex: its slow paths lie in a library that isn't instrumented, so that a lock
// which had to be waited for looks like none. Preloaded, this tells it what they acquire and release.
//
//   clang -shared -fPIC -o mutex.so mutex.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

// Weak: programs without the sanitizer are preloaded, too.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static void *original(void **found, const char *name) {
    if (!*found) *found = dlsym(RTLD_NEXT, name);
    return *found;
}

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void lock_slow(uint32_t thread, SELF) {
    static void *found;
    ((SWIFT void (*)(uint32_t, SELF))original(&found, LOCK))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT bool try_lock_slow(SELF) __asm__(TRY);
SWIFT bool try_lock_slow(SELF) {
    static void *found;
    bool locked = ((SWIFT bool (*)(SELF))original(&found, TRY))(self);
    if (locked && __tsan_acquire) __tsan_acquire(self);
    return locked;
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF) {
    static void *found;
    if (__tsan_release) __tsan_release(self);
    ((SWIFT void (*)(SELF))original(&found, UNLOCK))(self);
}
