// The inner loop of every search.

#pragma once
#include <cstddef>
#include <vector>

namespace gridkin {

/// Squared L2 distances of one query to n contiguous rows.
///
/// A pair's distance depends on the pair and the dimension alone: the additions are
/// made in one fixed order, however many rows are asked for at once.
void squaredDistances(const float *query, const float *rows, size_t dimension,
                      size_t n, float *distances);
/// The same for rows that lie anywhere.
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

/// Those this processor has, the fastest last.
const std::vector<DistanceLevel> &distanceLevels();

}  // namespace gridkin
