// The kernels of OpenBLAS, the same on every processor of an architecture.
//
// OpenBLAS chooses its kernels by the processor, in a constructor of the library. Each kernel adds in an
// order of its own: a Haswell and a SkylakeX find other last bits, and files that are promised to be equal
// would differ. The choice can be set only by an environment variable that the constructor reads, so it is
// made again here: after the libraries' constructors, and before anything is computed. Not taken: to start
// the program a second time with the variable set, since then every command starts later.
//
// The products here are small: a build takes as long with these kernels as with the newest.

#include "OpenBLASKernel.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__x86_64__)
#define KERNEL "Nehalem"
#elif defined(__aarch64__)
#define KERNEL "ARMV8"
#endif

extern const char *openblas_get_corename(void);

const char *gridkin_openblas_kernel(void) { return openblas_get_corename(); }

#if defined(KERNEL)
const char *gridkin_openblas_kernel_chosen(void) { return KERNEL; }

// Weak: an OpenBLAS that was compiled for one processor has no choice, and neither function.
extern void gotoblas_dynamic_quit(void) __attribute__((weak));
extern void gotoblas_dynamic_init(void) __attribute__((weak));

__attribute__((constructor)) static void chooseKernel(void) {
    if (!gotoblas_dynamic_quit || !gotoblas_dynamic_init) return;
    setenv("OPENBLAS_CORETYPE", KERNEL, 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
}
#else
const char *gridkin_openblas_kernel_chosen(void) { return NULL; }
#endif
