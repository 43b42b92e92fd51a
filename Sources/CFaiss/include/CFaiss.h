// The interface of FAISS for Swift. It is plain C: no declaration here uses a C++ type.
//
// An index is created, filled, searched, written and destroyed only through these functions.
// Errors are written to a struct that the caller owns, so that no thread-local state is read
// too late and nothing needs to be freed. Functions that take a `const CFaissIndex *` may run
// concurrently; those that take a plain pointer need exclusive access to the index.

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
    /// A wrong argument, for which FAISS would call `abort()` or return nonsense.
    CFAISS_ARGUMENT = 1,
    /// FAISS threw an exception; the message is FAISS's.
    CFAISS_FAISS = 2,
    CFAISS_MEMORY = 3,
    /// The file contains an index, but not one that `cfaiss_write` can have written.
    CFAISS_FORMAT = 4,
    CFAISS_OTHER = 5,
};

enum {
    CFAISS_MESSAGE_CAPACITY = 512,
    /// FAISS stores dimensions in an `int`; this limit leaves a wide margin for products.
    CFAISS_MAXIMUM_DIMENSION = 65536,
    CFAISS_MAXIMUM_LISTS = 1 << 24,
};

typedef struct CFaissError {
    int32_t code;
    char message[CFAISS_MESSAGE_CAPACITY];
} CFaissError;

/// One row of an answer; `row` is -1 in the unused places of a short answer.
typedef struct CFaissNeighbour {
    int64_t row;
    float squared_distance;
} CFaissNeighbour;

CFaissIndex *_Nullable cfaiss_create_flat(int64_t dimension, CFaissError *error);

/// Trains `lists` centroids on n rows. Equal rows and an equal seed give equal centroids.
CFaissIndex *_Nullable cfaiss_create_ivf(int64_t dimension, int64_t lists, int64_t n,
                                         const float *rows, int32_t seed,
                                         CFaissError *error);

/// Appends n rows. After a failure, nothing has been added.
int32_t cfaiss_add(CFaissIndex *index, int64_t n, const float *rows,
                   CFaissError *error);

/// Finds the k nearest rows of each of n queries, among the rows of [first, last) whose bit
/// is set in `allowed`. `allowed` has one bit for each row of the index, the lowest bit of a
/// word first; null allows all. `answers` has n * k places, nearest first, equal distances in
/// the order of the rows. `probes` is used for IVF only, where further lists are searched if
/// these have fewer than k candidates.
int32_t cfaiss_search(const CFaissIndex *index, int64_t n, const float *queries,
                      int64_t k, int64_t probes, int64_t first, int64_t last,
                      const uint64_t *_Nullable allowed, CFaissNeighbour *answers,
                      CFaissError *error);

/// Copies one row to `values`.
int32_t cfaiss_row(const CFaissIndex *index, int64_t row, float *values,
                   CFaissError *error);

int64_t cfaiss_count(const CFaissIndex *index);
int64_t cfaiss_dimension(const CFaissIndex *index);
/// The number of lists, or 0 for a flat index.
int64_t cfaiss_lists(const CFaissIndex *index);

int32_t cfaiss_write(const CFaissIndex *index, const char *path, CFaissError *error);
/// FAISS does not check what it reads: the caller must have verified the file's bytes.
CFaissIndex *_Nullable cfaiss_read(const char *path, CFaissError *error);

void cfaiss_destroy(CFaissIndex *index);

/// The version of the FAISS headers at compile time.
typedef struct CFaissVersion {
    int32_t major, minor, patch;
} CFaissVersion;

CFaissVersion cfaiss_version(void);

/// The number of instruction sets for which the distances are compiled and which this
/// processor supports. Levels are numbered from 0; the last is the fastest and is used.
int32_t cfaiss_level_count(void);
const char *cfaiss_level_name(int32_t level);
/// Squared L2 distances of a query to n rows, computed by one level. If `picked` is not 0,
/// the function for rows that are not contiguous is used.
void cfaiss_level_distances(int32_t level, const float *query, const float *rows,
                            int64_t dimension, int64_t n, int32_t picked,
                            float *distances);

#pragma clang assume_nonnull end
#if defined(__cplusplus)
}
#endif
