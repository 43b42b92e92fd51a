// The inner loop of every search.

#pragma once
#include <cstddef>

namespace gridkin {

/// Squared L2 distances of one query to n contiguous rows.
///
/// A pair's distance depends on the pair and the dimension alone: the additions are
/// made in one fixed order, however many rows are asked for at once.
void squaredDistances(const float *query, const float *rows, size_t dimension,
                      size_t n, float *distances);

}  // namespace gridkin
