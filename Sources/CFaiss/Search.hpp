// Exact scans: which rows are nearest.

#pragma once
#include "CFaiss.h"

#include <cstddef>
#include <cstdint>

namespace gridkin {

/// The order of every answer: by distance, then by row.
inline bool nearer(const CFaissNeighbour &a, const CFaissNeighbour &b) {
    if (a.squared_distance != b.squared_distance)
        return a.squared_distance < b.squared_distance;
    return a.row < b.row;
}

/// The k nearest rows offered so far, as a heap in the caller's memory, so that a
/// search allocates nothing. Equal distances are settled by row, so the answer does
/// not depend on the order of the offers.
class Nearest {
  public:
    Nearest(CFaissNeighbour *places, size_t k) : places(places), k(k) {}

    bool isFull() const { return size == k; }
    /// The distance an offer has to reach; meaningful once full.
    float farthest() const { return places[0].squared_distance; }

    void offer(float distance, int64_t row) {
        if (!isFull() || distance <= farthest()) insert({row, distance});
    }
    /// Sorts, and marks the places that stayed empty.
    void finish();

  private:
    void insert(CFaissNeighbour neighbour);

    CFaissNeighbour *places;
    size_t k;
    size_t size = 0;
};

/// Contiguous rows, and what to call them: `ids`, or `first` and upwards.
struct Rows {
    const float *values;
    size_t count;
    size_t dimension;
    int64_t first;
    const int64_t *ids;
};

/// Offers every row to every query's `nearest`.
void scan(const Rows &rows, const float *queries, size_t n, Nearest *nearest);

}  // namespace gridkin
