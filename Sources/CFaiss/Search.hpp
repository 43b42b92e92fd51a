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
    size_t count() const { return size; }
    size_t capacity() const { return k; }
    /// The distance an offer has to reach; meaningful once full.
    float farthest() const { return places[0].squared_distance; }

    void offer(float distance, int64_t row) {
        if (!isFull() || distance <= farthest()) insert({row, distance});
    }
    void forget() { size = 0; }
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
    /// The place of the first of them among all rows that lie together.
    int64_t first;
    const int64_t *ids;
    /// One bit a row number: whether the row may be an answer. Null where all may.
    const uint64_t *allowed;

    int64_t number(size_t i) const { return ids ? ids[i] : first + int64_t(i); }
    bool allows(size_t i) const {
        if (!allowed) return true;
        const uint64_t row = uint64_t(number(i));
        return allowed[row / 64] >> row % 64 & 1;
    }
    /// Those from the i-th to before the j-th.
    Rows part(size_t i, size_t j) const {
        return {values + i * dimension, j - i,  dimension, first + int64_t(i),
                ids ? ids + i : nullptr, allowed};
    }
};

/// A row by itself, wherever it lies.
struct Picked {
    const float *values;
    int64_t number;
};

/// At most so many rows are picked at once.
constexpr size_t PICKED_ROWS = 128;

/// Offers n picked rows.
void scan(const Picked *picked, size_t n, size_t dimension, const float *query,
          Nearest &nearest);

/// Offers every row that may be an answer to every query's `nearest`.
void scan(const Rows &rows, const float *queries, size_t n, Nearest *nearest);

}  // namespace gridkin
