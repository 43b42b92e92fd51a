// The inner loop of every search.

#pragma once
#include <cstddef>
#include <vector>

namespace gridkin {

/// Squared L2 distances of one query to n contiguous rows.
///
/// A distance depends only on the query, the row and the dimension: the order of additions is
/// fixed, however many rows are compared in one call, and the same on every processor.
void squaredDistances(const float *query, const float *rows, size_t dimension,
                      size_t n, float *distances);
/// The same for rows that are not contiguous.
void squaredDistances(const float *query, const float *const *rows, size_t dimension,
                      size_t n, float *distances);

/// The same, compiled for one instruction set.
struct DistanceLevel {
    const char *name;
    void (*distances)(const float *query, const float *rows, size_t dimension, size_t n,
                      float *distances);
    void (*pickedDistances)(const float *query, const float *const *rows, size_t dimension,
                            size_t n, float *distances);
};

/// The levels that this processor supports, the fastest last.
const std::vector<DistanceLevel> &distanceLevels();

}  // namespace gridkin
