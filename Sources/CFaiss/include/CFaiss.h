// What Swift may see of FAISS: C only, nothing here names a C++ type.
//
// An index is created, filled, searched, written and destroyed through these
// functions and no others. Errors are written to a struct the caller owns, so
// that there is no thread-local to read too late and nothing to free. Functions
// that take a `const CFaissIndex *` may run at the same time as each other; those
// that take a plain pointer need the index to themselves.

#pragma once
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif
#pragma clang assume_nonnull begin

/// One flat or IVF-flat index of float32 rows under the squared L2 distance.
typedef struct CFaissIndex CFaissIndex;

enum {
    CFAISS_OK = 0,
    /// An argument that FAISS would answer with `abort()` or with nonsense.
    CFAISS_ARGUMENT = 1,
    /// FAISS threw: the message is its own.
    CFAISS_FAISS = 2,
    CFAISS_MEMORY = 3,
    /// The file holds an index, but not one that this header can have written.
    CFAISS_FORMAT = 4,
    CFAISS_OTHER = 5,
};

enum {
    CFAISS_MESSAGE_CAPACITY = 512,
    /// FAISS keeps dimensions in an `int`; this leaves a wide margin for products.
    CFAISS_MAXIMUM_DIMENSION = 65536,
    CFAISS_MAXIMUM_LISTS = 1 << 24,
};

typedef struct CFaissError {
    int32_t code;
    char message[CFAISS_MESSAGE_CAPACITY];
} CFaissError;

/// One row of an answer; `row` is -1 where there are fewer than k neighbours.
typedef struct CFaissNeighbour {
    int64_t row;
    float squared_distance;
} CFaissNeighbour;

CFaissIndex *_Nullable cfaiss_create_flat(int64_t dimension, CFaissError *error);

/// Trains `lists` centroids on n rows; equal rows and seed give equal centroids.
CFaissIndex *_Nullable cfaiss_create_ivf(int64_t dimension, int64_t lists, int64_t n,
                                         const float *rows, int32_t seed,
                                         CFaissError *error);

/// Appends n rows. On failure nothing was added.
int32_t cfaiss_add(CFaissIndex *index, int64_t n, const float *rows,
                   CFaissError *error);

/// The k nearest of each of n queries, among the rows of [first, last) whose bit is set
/// in `allowed`, a bit for each row of the index from the lowest of each word on, or null
/// for all: `answers` has n * k places, nearest first, equal distances by row. `probes`
/// counts for IVF only, which looks into more lists where these hold fewer than k.
int32_t cfaiss_search(const CFaissIndex *index, int64_t n, const float *queries,
                      int64_t k, int64_t probes, int64_t first, int64_t last,
                      const uint64_t *_Nullable allowed, CFaissNeighbour *answers,
                      CFaissError *error);

/// Copies one row out.
int32_t cfaiss_row(const CFaissIndex *index, int64_t row, float *values,
                   CFaissError *error);

int64_t cfaiss_count(const CFaissIndex *index);
int64_t cfaiss_dimension(const CFaissIndex *index);
/// The number of lists, or 0 for a flat index.
int64_t cfaiss_lists(const CFaissIndex *index);

int32_t cfaiss_write(const CFaissIndex *index, const char *path, CFaissError *error);
/// FAISS trusts what it reads: the caller must have verified the file's bytes.
CFaissIndex *_Nullable cfaiss_read(const char *path, CFaissError *error);

void cfaiss_destroy(CFaissIndex *index);

/// The version of FAISS, as its headers named it at compile time.
typedef struct CFaissVersion {
    int32_t major, minor, patch;
} CFaissVersion;

CFaissVersion cfaiss_version(void);

/// The instruction sets the distances were compiled for and this processor has, the
/// fastest, which is used, last. Levels are numbered from 0.
int32_t cfaiss_level_count(void);
const char *cfaiss_level_name(int32_t level);
/// Squared L2 distances of a query to n rows, by one level; `picked` takes the way for
/// rows that lie anywhere.
void cfaiss_level_distances(int32_t level, const float *query, const float *rows,
                            int64_t dimension, int64_t n, int32_t picked,
                            float *distances);

#pragma clang assume_nonnull end
#if defined(__cplusplus)
}
#endif
