#pragma once
#pragma clang assume_nonnull begin

/// The kernels that OpenBLAS uses in this process, such as `Nehalem`.
const char *gridkin_openblas_kernel(void);

/// The kernels that this program chooses; NULL on an architecture where it leaves the choice to OpenBLAS.
const char *_Nullable gridkin_openblas_kernel_chosen(void);

#pragma clang assume_nonnull end
