#pragma once
#include <cblas.h>

// LAPACK's symmetric eigensolver. OpenBLAS carries the symbol; Debian puts its
// C declaration into another package, so it is declared here.
void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n, double *a, const int *lda,
             const double *vl, const double *vu, const int *il, const int *iu, const double *abstol, int *m,
             double *w, double *z, const int *ldz, int *isuppz, double *work, const int *lwork, int *iwork,
             const int *liwork, int *info);
