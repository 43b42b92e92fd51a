// A disk that fails on demand. Preloaded into a program, it counts the program's calls on files below a
// folder, and at the n-th call acts as a plan says. It is not part of the product.
//
//   cc -shared -fPIC -O1 -o fault.so fault.c
//   FAULT_UNDER=/real/folder FAULT_PLAN=/some/file LD_PRELOAD=./fault.so gridkin …
//
// The plan is read again at every call, so that a running server can be given another. Each line may be absent:
//
//   ID CALLS AT ACTION LASTING
//   slow LEAST MOST WORD       each sync of a file whose path holds WORD takes so many milliseconds longer, by chance
//   locked WORD                another process holds the write lock of the SQLite journal whose path holds WORD
//
// ID       any number; a new number restarts the count
// CALLS    letters of the calls that count: o open and opendir, r read, d readdir, w write, truncate and fclose,
//          s fsync, n rename, m mmap, u unlink, mkdir, rmdir and links, t stat and access, l flock, c close
// AT       at which of them to act, from 1
// ACTION   an errno; or `kill`, before the call; `after` it; `torn`: half of a write, then the end; `cut`: the power
//          fails: what was not synced is undone, and the program ends; `short`: half of a read or a write, as the
//          system may
// LASTING  1 to act at every later call too
//
// The action is written to PLAN.hit, one line. `cut` keeps what the disk would hold in PLAN.disk/: the
// content of each file as it was last synced, by inode. A rename counts as done once its folder was synced.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { PASS, FAIL, SHORT };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *under, *plan;
static long id, seen, at, lasting;
static char calls[16], action[16], slowWord[128], lockedWord[128];
static long leastDelay, mostDelay;

#define NEXT(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// MARK: files by raw system calls, which are not intercepted

static int rawOpen(const char *path, int flags) { return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600); }

static int statusOf(int file, struct stat *status) { return (int)syscall(SYS_fstat, file, status); }
static int isThere(const char *path) { return !syscall(SYS_access, path, F_OK); }

static void copyFile(const char *from, const char *to) {
    char bytes[65536];
    int in = rawOpen(from, O_RDONLY | O_CLOEXEC), out = rawOpen(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    for (long n; in >= 0 && out >= 0 && (n = syscall(SYS_read, in, bytes, sizeof bytes)) > 0;)
        syscall(SYS_write, out, bytes, n);
    if (in >= 0) syscall(SYS_close, in);
    if (out >= 0) syscall(SYS_close, out);
}

__attribute__((constructor)) static void start(void) {
    under = getenv("FAULT_UNDER");
    plan = getenv("FAULT_PLAN");
}

static int isUnder(const char *path) {
    char absolute[PATH_MAX];
    if (!under || !plan || !path) return 0;
    if (path[0] != '/') {
        if (syscall(SYS_getcwd, absolute, sizeof absolute) < 0) return 0;
        strncat(absolute, "/", sizeof absolute - strlen(absolute) - 1);
        strncat(absolute, path, sizeof absolute - strlen(absolute) - 1);
        path = absolute;
    }
    return !strncmp(path, under, strlen(under));
}

static int pathOf(int file, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long n = under && plan && file >= 0 ? syscall(SYS_readlink, link, path, PATH_MAX - 1) : -1;
    path[n > 0 ? n : 0] = 0;
    return n > 0 && isUnder(path);
}

static void readPlan(void) {
    char text[512] = "";
    int file = rawOpen(plan, O_RDONLY | O_CLOEXEC);
    long n = file >= 0 ? syscall(SYS_read, file, text, sizeof text - 1) : 0;
    if (file >= 0) syscall(SYS_close, file);
    long newID = 0;
    text[n > 0 ? n : 0] = 0;
    if (sscanf(text, "%ld %15s %ld %15s %ld", &newID, calls, &at, action, &lasting) != 5) newID = 0;
    if (newID != id) seen = 0;
    id = newID;
    const char *slow = strstr(text, "slow "), *locked = strstr(text, "locked ");
    if (!slow || sscanf(slow, "slow %ld %ld %127s", &leastDelay, &mostDelay, slowWord) != 3) slowWord[0] = 0;
    if (!locked || sscanf(locked, "locked %127s", lockedWord) != 1) lockedWord[0] = 0;
}

/// How many milliseconds longer a sync takes. Called with the lock held.
static long delayOf(const char *path) {
    static unsigned long chance = 88172645463325252;
    readPlan();
    if (!slowWord[0] || !strstr(path, slowWord)) return 0;
    chance = chance * 6364136223846793005 + 1442695040888963407;
    unsigned long choices = mostDelay > leastDelay ? mostDelay - leastDelay + 1 : 1;
    return leastDelay + (long)((chance >> 33) % choices);
}

/// Waits as a slow disk would, before the sync and without the lock, so that other threads' calls go on.
static void delaySync(int file) {
    char path[PATH_MAX];
    if (!pathOf(file, path)) return;
    pthread_mutex_lock(&lock);
    long delay = delayOf(path);
    pthread_mutex_unlock(&lock);
    struct timespec left = { delay / 1000, delay % 1000 * 1000000 };
    while (delay > 0 && nanosleep(&left, &left) && errno == EINTR) {}
}

/// Whether the lock is the one that SQLite takes to write (byte 120 of the file beside the journal), and is to be held
/// by another process.
static int isHeldByOther(int file, const struct flock *wanted) {
    char path[PATH_MAX];
    int isToWrite = wanted->l_type == F_WRLCK && wanted->l_start <= 120 && 120 < wanted->l_start + wanted->l_len;
    if (!isToWrite || !pathOf(file, path) || !strstr(path, "-shm")) return 0;
    pthread_mutex_lock(&lock);
    readPlan();
    int isHeld = lockedWord[0] && strstr(path, lockedWord);
    pthread_mutex_unlock(&lock);
    return isHeld;
}

// MARK: what the disk would hold after a power cut

static struct { ino_t file; char path[PATH_MAX]; } dirty[256];
static struct { char from[PATH_MAX], to[PATH_MAX], replaced[PATH_MAX]; } renames[64];
static int dirtyCount, renameCount;

static void diskPath(char path[PATH_MAX], const char *kind, unsigned long number) {
    snprintf(path, PATH_MAX, "%s.disk", plan);
    syscall(SYS_mkdirat, AT_FDCWD, path, 0700);
    snprintf(path, PATH_MAX, "%s.disk/%s%lu", plan, kind, number);
}

/// Called before the first write since the last sync: the disk holds what the file holds now.
static void willChange(int file, const char *path) {
    struct stat status;
    char kept[PATH_MAX];
    if (strcmp(action, "cut") || strstr(path, "-shm") || statusOf(file, &status)) return;
    for (int i = 0; i < dirtyCount; i++)
        if (dirty[i].file == status.st_ino) return;
    if (dirtyCount == 256) return;
    diskPath(kept, "file", status.st_ino);
    copyFile(path, kept);
    dirty[dirtyCount].file = status.st_ino;
    strcpy(dirty[dirtyCount++].path, path);
}

static void didSync(int file, const char *path) {
    struct stat status;
    if (statusOf(file, &status)) return;
    for (int i = 0; i < dirtyCount; i++)
        if (dirty[i].file == status.st_ino) dirty[i] = dirty[--dirtyCount];
    if (!S_ISDIR(status.st_mode)) return;
    size_t length = strlen(path);
    int kept = 0;
    for (int i = 0; i < renameCount; i++) {
        int isHere = !strncmp(renames[i].to, path, length) && renames[i].to[length] == '/' &&
                     !strchr(renames[i].to + length + 1, '/');
        if (!isHere) renames[kept++] = renames[i];
    }
    renameCount = kept;
}

static void willRename(const char *from, const char *to) {
    static unsigned long number;
    if (strcmp(action, "cut") || renameCount == 64 || !isUnder(to)) return;
    strncpy(renames[renameCount].from, from, PATH_MAX - 1);
    strncpy(renames[renameCount].to, to, PATH_MAX - 1);
    renames[renameCount].replaced[0] = 0;
    if (isThere(to)) {
        diskPath(renames[renameCount].replaced, "replaced", ++number);
        copyFile(to, renames[renameCount].replaced);
    }
    renameCount++;
    // A file keeps its inode under its new name, and so must our record of it.
    for (int i = 0; i < dirtyCount; i++) {
        char old[PATH_MAX];
        size_t length = strlen(from);
        if (strncmp(dirty[i].path, from, length) || (dirty[i].path[length] && dirty[i].path[length] != '/')) continue;
        strcpy(old, dirty[i].path);
        snprintf(dirty[i].path, PATH_MAX, "%s%.2000s", to, old + length);
    }
}

static void cutPower(void) {
    char kept[PATH_MAX];
    for (int i = 0; i < dirtyCount; i++) {
        diskPath(kept, "file", dirty[i].file);
        if (isThere(dirty[i].path)) copyFile(kept, dirty[i].path);
    }
    while (renameCount-- > 0) {
        syscall(SYS_rename, renames[renameCount].to, renames[renameCount].from);
        if (renames[renameCount].replaced[0]) copyFile(renames[renameCount].replaced, renames[renameCount].to);
    }
}

// MARK: what a call is to do

static void end(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void note(char call, const char *path) {
    char hit[PATH_MAX], line[PATH_MAX + 64];
    snprintf(hit, sizeof hit, "%s.hit", plan);
    int file = rawOpen(hit, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    if (file < 0) return;
    int n = snprintf(line, sizeof line, "%ld %c %s %ld %s\n", id, call, action, seen, path);
    syscall(SYS_write, file, line, n);
    syscall(SYS_close, file);
}

/// Counts a call. Returns whether it passes, fails with `errno` set, or does half. `*finish` is set if the program must
/// end after it. Called with the lock held.
static int verdict(char call, const char *path, int *finish) {
    *finish = 0;
    readPlan();
    if (!id || !strchr(calls, call)) return PASS;
    seen++;
    if (seen < at || (seen > at && !lasting)) return PASS;
    note(call, path);
    if (!strcmp(action, "kill")) end();
    if (!strcmp(action, "cut")) {
        cutPower();
        end();
    }
    *finish = !strcmp(action, "after") || !strcmp(action, "torn");
    if (!strcmp(action, "torn")) return call == 'w' ? SHORT : PASS;
    if (!strcmp(action, "short")) return call == 'w' || call == 'r' ? SHORT : PASS;
    if (*finish) return PASS;
    errno = atoi(action);
    return FAIL;
}

/// Runs `call` on a descriptor; `part` is what `call` does when it is cut short.
#define ON_FILE(letter, file, failure, part, call) ({ \
    char path_[PATH_MAX]; \
    int finish_ = 0, verdict_ = PASS, under_ = pathOf(file, path_); \
    if (under_) { \
        pthread_mutex_lock(&lock); \
        verdict_ = verdict(letter, path_, &finish_); \
        if (letter == 'w' && verdict_ != FAIL) willChange(file, path_); \
        pthread_mutex_unlock(&lock); \
    } \
    __typeof__(call) result_ = verdict_ == FAIL ? (failure) : verdict_ == SHORT ? (part) : (call); \
    if (finish_) end(); \
    if (letter == 's' && under_ && verdict_ != FAIL) { \
        pthread_mutex_lock(&lock); \
        didSync(file, path_); \
        pthread_mutex_unlock(&lock); \
    } \
    result_; })

#define ON_PATH(letter, path, failure, call) ({ \
    int finish_ = 0, verdict_ = PASS; \
    if (isUnder(path)) { \
        pthread_mutex_lock(&lock); \
        verdict_ = verdict(letter, path, &finish_); \
        pthread_mutex_unlock(&lock); \
    } \
    __typeof__(call) result_ = verdict_ == FAIL ? (failure) : (call); \
    if (finish_) end(); \
    result_; })

static size_t half(size_t n) { return n > 1 ? n / 2 : n; }

// MARK: the calls

#define MODE ({ va_list list_; va_start(list_, flags); int mode_ = flags & O_CREAT ? va_arg(list_, int) : 0; va_end(list_); mode_; })

int open(const char *path, int flags, ...) {
    NEXT(open);
    int mode = MODE;
    return ON_PATH('o', path, -1, real(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
    NEXT(open64);
    int mode = MODE;
    return ON_PATH('o', path, -1, real(path, flags, mode));
}

int openat(int folder, const char *path, int flags, ...) {
    NEXT(openat);
    int mode = MODE;
    return folder == AT_FDCWD || path[0] == '/' ? ON_PATH('o', path, -1, real(folder, path, flags, mode))
                                                : ON_FILE('o', folder, -1, -1, real(folder, path, flags, mode));
}

FILE *fopen(const char *path, const char *mode) {
    NEXT(fopen);
    return ON_PATH('o', path, NULL, real(path, mode));
}

FILE *fopen64(const char *path, const char *mode) {
    NEXT(fopen64);
    return ON_PATH('o', path, NULL, real(path, mode));
}

DIR *opendir(const char *path) {
    NEXT(opendir);
    return ON_PATH('o', path, NULL, real(path));
}

ssize_t read(int file, void *bytes, size_t n) {
    NEXT(read);
    return ON_FILE('r', file, -1, real(file, bytes, half(n)), real(file, bytes, n));
}

ssize_t pread(int file, void *bytes, size_t n, off_t offset) {
    NEXT(pread);
    return ON_FILE('r', file, -1, real(file, bytes, half(n), offset), real(file, bytes, n, offset));
}

ssize_t pread64(int file, void *bytes, size_t n, off64_t offset) {
    NEXT(pread64);
    return ON_FILE('r', file, -1, real(file, bytes, half(n), offset), real(file, bytes, n, offset));
}

ssize_t write(int file, const void *bytes, size_t n) {
    NEXT(write);
    return ON_FILE('w', file, -1, real(file, bytes, half(n)), real(file, bytes, n));
}

ssize_t pwrite(int file, const void *bytes, size_t n, off_t offset) {
    NEXT(pwrite);
    return ON_FILE('w', file, -1, real(file, bytes, half(n), offset), real(file, bytes, n, offset));
}

ssize_t pwrite64(int file, const void *bytes, size_t n, off64_t offset) {
    NEXT(pwrite64);
    return ON_FILE('w', file, -1, real(file, bytes, half(n), offset), real(file, bytes, n, offset));
}

size_t fwrite(const void *bytes, size_t size, size_t n, FILE *file) {
    NEXT(fwrite);
    return ON_FILE('w', fileno(file), 0, (errno = ENOSPC, real(bytes, size, n / 2, file)), real(bytes, size, n, file));
}

ssize_t writev(int file, const struct iovec *pieces, int n) {
    NEXT(writev);
    return ON_FILE('w', file, -1, real(file, pieces, (int)half(n)), real(file, pieces, n));
}

// stdio writes its buffer now or never; the file is closed in both cases.
int fclose(FILE *file) {
    NEXT(fclose);
    return ON_FILE('w', fileno(file), ({ int why_ = errno; real(file); errno = why_; EOF; }), real(file), real(file));
}

int ftruncate(int file, off_t length) {
    NEXT(ftruncate);
    return ON_FILE('w', file, -1, real(file, length), real(file, length));
}

int ftruncate64(int file, off64_t length) {
    NEXT(ftruncate64);
    return ON_FILE('w', file, -1, real(file, length), real(file, length));
}

int fsync(int file) {
    NEXT(fsync);
    delaySync(file);
    return ON_FILE('s', file, -1, -1, real(file));
}

int fdatasync(int file) {
    NEXT(fdatasync);
    delaySync(file);
    return ON_FILE('s', file, -1, -1, real(file));
}

int rename(const char *from, const char *to) {
    NEXT(rename);
    pthread_mutex_lock(&lock);
    readPlan();
    willRename(from, to);
    pthread_mutex_unlock(&lock);
    return ON_PATH('n', to, -1, real(from, to));
}

void *mmap(void *start, size_t n, int protection, int flags, int file, off_t offset) {
    NEXT(mmap);
    if (file < 0) return real(start, n, protection, flags, file, offset);
    return ON_FILE('m', file, MAP_FAILED, MAP_FAILED, real(start, n, protection, flags, file, offset));
}

void *mmap64(void *start, size_t n, int protection, int flags, int file, off64_t offset) {
    NEXT(mmap64);
    if (file < 0) return real(start, n, protection, flags, file, offset);
    return ON_FILE('m', file, MAP_FAILED, MAP_FAILED, real(start, n, protection, flags, file, offset));
}

int unlink(const char *path) {
    NEXT(unlink);
    return ON_PATH('u', path, -1, real(path));
}

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    return ON_PATH('u', path, -1, real(path, mode));
}

int rmdir(const char *path) {
    NEXT(rmdir);
    return ON_PATH('u', path, -1, real(path));
}

int link(const char *from, const char *to) {
    NEXT(link);
    return ON_PATH('u', to, -1, real(from, to));
}

int symlink(const char *from, const char *to) {
    NEXT(symlink);
    return ON_PATH('u', to, -1, real(from, to));
}

struct dirent *readdir(DIR *folder) {
    NEXT(readdir);
    return ON_FILE('d', dirfd(folder), NULL, real(folder), real(folder));
}

int stat(const char *path, struct stat *status) {
    NEXT(stat);
    return ON_PATH('t', path, -1, real(path, status));
}

int lstat(const char *path, struct stat *status) {
    NEXT(lstat);
    return ON_PATH('t', path, -1, real(path, status));
}

int fstat(int file, struct stat *status) {
    NEXT(fstat);
    return ON_FILE('t', file, -1, -1, real(file, status));
}

int access(const char *path, int mode) {
    NEXT(access);
    return ON_PATH('t', path, -1, real(path, mode));
}

int flock(int file, int how) {
    NEXT(flock);
    return ON_FILE('l', file, -1, -1, real(file, how));
}

#define ON_LOCK(name) \
    NEXT(name); \
    va_list list; \
    va_start(list, how); \
    void *argument = va_arg(list, void *); \
    va_end(list); \
    if (how == F_SETLK && isHeldByOther(file, argument)) { \
        errno = EAGAIN; \
        return -1; \
    } \
    return real(file, how, argument)

int fcntl(int file, int how, ...) { ON_LOCK(fcntl); }

int fcntl64(int file, int how, ...) { ON_LOCK(fcntl64); }

// The descriptor is free again whatever close returns.
int close(int file) {
    NEXT(close);
    return ON_FILE('c', file, ({ int why_ = errno; real(file); errno = why_; -1; }), real(file), real(file));
}
