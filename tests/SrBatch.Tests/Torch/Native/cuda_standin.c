// A libcuda.so.1 of two GPUs. What it is called with must be in order: a context is pushed before memory is asked for, and given back after.
#include <stddef.h>

static int initialised, retained, pushed;

int cuInit(unsigned flags) { return flags == 0 ? (initialised = 1, 0) : 1; }
int cuDeviceGet(int *device, int ordinal) {
    if (!initialised || ordinal < 0 || ordinal > 1) return 101;
    *device = ordinal + 10;
    return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    if (attribute != 75 && attribute != 76) return 1;
    *value = attribute == 75 ? (device == 10 ? 9 : 7) : (device == 10 ? 0 : 5);
    return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) { retained++; *context = (void *)(ptrdiff_t)(device + 100); return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { (void)device; retained--; return 0; }
int cuCtxPushCurrent_v2(void *context) { pushed = (int)(ptrdiff_t)context; return 0; }
int cuCtxPopCurrent_v2(void **context) { *context = (void *)(ptrdiff_t)pushed; pushed = 0; return 0; }
int cuMemGetInfo_v2(size_t *left, size_t *total) {
    if (pushed != 110 || retained != 1) return 201; // the second GPU is out of order
    *left = 70ull << 30;
    *total = 80ull << 30;
    return 0;
}
int standin_open(void) { return retained * 1000 + pushed; }
