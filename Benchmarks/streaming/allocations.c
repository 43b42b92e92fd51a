// Counts what a program allocates. Preload it with GRIDKIN_ALLOCATIONS set to a file of 16 bytes: the file
// holds the number of allocations and of bytes so far.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct counts {
    atomic_ulong calls, bytes;
} before, *counts = &before;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("GRIDKIN_ALLOCATIONS");
    int file = path ? open(path, O_RDWR) : -1;
    if (file < 0) return;
    void *place = mmap(NULL, sizeof before, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (place != MAP_FAILED) counts = place;
    close(file);
}

static void count(size_t bytes) {
    atomic_fetch_add_explicit(&counts->calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counts->bytes, bytes, memory_order_relaxed);
}

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return count(size), __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return count(n * size), __libc_calloc(n, size); }
void *realloc(void *place, size_t size) { return count(size), __libc_realloc(place, size); }
void *memalign(size_t to, size_t size) { return count(size), __libc_memalign(to, size); }
void *aligned_alloc(size_t to, size_t size) { return count(size), __libc_memalign(to, size); }
int posix_memalign(void **place, size_t to, size_t size) {
    count(size);
    *place = __libc_memalign(to, size);
    return *place ? 0 : 12;
}
