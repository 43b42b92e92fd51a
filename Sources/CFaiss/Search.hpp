// Exact scans for the nearest rows.

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

/// The k nearest rows offered so far, as a heap in the caller's memory, so that a search
/// does not allocate. Equal distances are ordered by row, so that the answer does not depend
/// on the order of the offers.
class Nearest {
  public:
    Nearest(CFaissNeighbour *places, size_t k) : places(places), k(k) {}

    bool isFull() const { return size == k; }
    size_t count() const { return size; }
    size_t capacity() const { return k; }
    /// The distance that an offer must not exceed; meaningful only when full.
    float farthest() const { return places[0].squared_distance; }

    void offer(float distance, int64_t row) {
        if (!isFull() || distance <= farthest()) insert({row, distance});
    }
    void forget() { size = 0; }
    /// Sorts the rows, and marks the unused places.
    void finish();

  private:
    void insert(CFaissNeighbour neighbour);

    CFaissNeighbour *places;
    size_t k;
    size_t size = 0;
};

/// Contiguous rows with their numbers: `ids`, or consecutive numbers from `first` on.
struct Rows {
    const float *values;
    size_t count;
    size_t dimension;
    /// The position of the first row within its part: the flat index or the list.
    int64_t first;
    const int64_t *ids;
    /// One bit for each row number: whether the row may be in an answer. Null allows all.
    const uint64_t *allowed;

    int64_t number(size_t i) const { return ids ? ids[i] : first + int64_t(i); }
    bool allows(size_t i) const {
        if (!allowed) return true;
        const uint64_t row = uint64_t(number(i));
        return allowed[row / 64] >> row % 64 & 1;
    }
    /// The rows from the i-th up to the j-th, exclusive.
    Rows part(size_t i, size_t j) const {
        return {values + i * dimension, j - i,  dimension, first + int64_t(i),
                ids ? ids + i : nullptr, allowed};
    }
};

/// A single row, wherever it is stored.
struct Picked {
    const float *values;
    int64_t number;
};

/// The most rows that are picked at once.
constexpr size_t PICKED_ROWS = 128;

/// Offers n picked rows.
void scan(const Picked *picked, size_t n, size_t dimension, const float *query,
          Nearest &nearest);

/// Offers every allowed row to every query's `nearest`.
void scan(const Rows &rows, const float *queries, size_t n, Nearest *nearest);

}  // namespace gridkin
