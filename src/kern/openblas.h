// For modules that use OpenBLAS: one thread, since its sums differ in the last bits between one and several;
// vm/array/matmul.c shares out the columns of big products itself.
#ifndef HELIO_KERN_OPENBLAS_H
#define HELIO_KERN_OPENBLAS_H

extern void openblas_set_num_threads(int n) __attribute__((weak));  // another BLAS may stand in for it

// When the module is loaded.
__attribute__((constructor)) static void one_thread(void)
{
    if (openblas_set_num_threads) openblas_set_num_threads(1);
}

#endif
