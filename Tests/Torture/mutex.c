// Tells ThreadSanitizer what Swift's Mutex does when it has to wait.
//
// Its fast path is compiled into the program, so the sanitizer sees it. The slow path, taken when another
// thread holds the mutex, is in a library that was built without the sanitizer: everything that it protects
// would be reported as a race. Preloaded by `bin/test --sanitize thread`; built with Swift's own clang, which
// knows Swift's calling convention.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void *find(const char *name) { return dlsym(RTLD_NEXT, name); }

// _MutexHandle._lockSlow(UInt32)
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
// _MutexHandle._unlockSlow()
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lockSlow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void unlockSlow(SELF) __asm__(UNLOCK);

SWIFT void lockSlow(uint32_t thread, SELF) {
    static SWIFT void (*original)(uint32_t, SELF);
    if (!original) original = (SWIFT void (*)(uint32_t, SELF))find(LOCK);
    original(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlockSlow(SELF) {
    static SWIFT void (*original)(SELF);
    if (!original) original = (SWIFT void (*)(SELF))find(UNLOCK);
    if (__tsan_release) __tsan_release(self);
    original(self);
}
