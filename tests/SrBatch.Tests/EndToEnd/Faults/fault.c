/* Loaded before the C library: makes calls on one file fail, as a shared disk does for a moment.
   FAULT_FILE end of the path, FAULT_CALL open or read, FAULT_ERRNO, FAULT_FIRST number of the first call that fails (from 1), FAULT_COUNT how many. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_FILES 4096
static atomic_bool watched[MOST_FILES];
static atomic_int calls;

static long number(const char *name) { const char *text = getenv(name); return text ? atol(text) : 0; }

static int is_file(const char *path) {
    const char *end = getenv("FAULT_FILE");
    size_t length = end ? strlen(end) : 0, whole = strlen(path);
    return length > 0 && whole >= length && strcmp(path + whole - length, end) == 0;
}

static int fails(const char *call) {
    const char *wanted = getenv("FAULT_CALL");
    if (wanted == NULL || strcmp(wanted, call) != 0) return 0;
    int n = ++calls;
    if (n < number("FAULT_FIRST") || n >= number("FAULT_FIRST") + number("FAULT_COUNT")) return 0;
    errno = (int)number("FAULT_ERRNO");
    return 1;
}

static int watch(const char *path, int descriptor) {
    if (descriptor >= 0 && descriptor < MOST_FILES) watched[descriptor] = is_file(path);
    return descriptor;
}

#define OPEN(NAME)                                                                             \
    int NAME(const char *path, int flags, ...) {                                               \
        static int (*real)(const char *, int, ...);                                            \
        if (real == NULL) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #NAME);      \
        va_list rest;                                                                          \
        va_start(rest, flags);                                                                 \
        int mode = va_arg(rest, int);                                                          \
        va_end(rest);                                                                          \
        return is_file(path) && fails("open") ? -1 : watch(path, real(path, flags, mode));      \
    }
OPEN(open)
OPEN(open64)

#define READ(NAME, PARAMETERS, ARGUMENTS)                                                       \
    ssize_t NAME PARAMETERS {                                                                   \
        static ssize_t(*real) PARAMETERS;                                                       \
        if (real == NULL) real = (ssize_t(*) PARAMETERS)dlsym(RTLD_NEXT, #NAME);                 \
        return descriptor >= 0 && descriptor < MOST_FILES && watched[descriptor] && fails("read") ? -1 : real ARGUMENTS; \
    }
READ(read, (int descriptor, void *buffer, size_t size), (descriptor, buffer, size))
READ(pread, (int descriptor, void *buffer, size_t size, off_t at), (descriptor, buffer, size, at))
READ(pread64, (int descriptor, void *buffer, size_t size, off64_t at), (descriptor, buffer, size, at))

/* The number is free for a file that is opened unseen. */
int close(int descriptor) {
    static int (*real)(int);
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "close");
    if (descriptor >= 0 && descriptor < MOST_FILES) watched[descriptor] = 0;
    return real(descriptor);
}
