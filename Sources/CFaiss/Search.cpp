// Exact scans for the nearest rows.
//
// FAISS's own search is not used. From 20 queries on it uses BLAS, so that a query's
// distances depend on the batch; it drops rows whose distance overflows; of rows at equal
// distances it keeps the one it found first; and it counts in global variables without
// synchronisation. This scan is forty lines, reads each block of rows from memory once for
// the whole batch, and has none of these problems.

#include "Search.hpp"

#include "DistanceKernels.hpp"

#include <algorithm>

namespace gridkin {
namespace {

/// A block is read from memory once, and from the cache for each further query. 24 KiB fit
/// into the first-level cache of every current processor.
constexpr size_t BLOCK_BYTES = 24 * 1024;
constexpr size_t BLOCK_ROWS = 1024;

size_t rowsPerBlock(size_t dimension) {
    const size_t fitting = BLOCK_BYTES / (sizeof(float) * dimension);
    return std::min(BLOCK_ROWS, std::max<size_t>(fitting, 16));
}

void scanBlock(const Rows &rows, size_t start, size_t count, const float *query,
               Nearest &nearest) {
    float distances[BLOCK_ROWS];
    const float *values = rows.values + start * rows.dimension;
    squaredDistances(query, values, rows.dimension, count, distances);
    for (size_t i = 0; i < count; i++)
        if (rows.allows(start + i)) nearest.offer(distances[i], rows.number(start + i));
}

bool allowsAny(const Rows &rows, size_t start, size_t count) {
    for (size_t i = start; i < start + count; i++)
        if (rows.allows(i)) return true;
    return false;
}

}  // namespace

void Nearest::insert(CFaissNeighbour neighbour) {
    if (isFull()) {
        if (!nearer(neighbour, places[0])) return;
        std::pop_heap(places, places + size, nearer);
        size--;
    }
    places[size++] = neighbour;
    std::push_heap(places, places + size, nearer);
}

void Nearest::finish() {
    std::sort_heap(places, places + size, nearer);
    std::fill(places + size, places + k, CFaissNeighbour{-1, 0});
}

void scan(const Picked *picked, size_t n, size_t dimension, const float *query,
          Nearest &nearest) {
    const float *rows[PICKED_ROWS];
    float distances[PICKED_ROWS];
    for (size_t i = 0; i < n; i++) {
        rows[i] = picked[i].values;
        // Picked rows are not contiguous. Without prefetching, each would be waited for in
        // turn.
        for (size_t j = 0; j < dimension; j += 16) __builtin_prefetch(rows[i] + j);
    }
    squaredDistances(query, rows, dimension, n, distances);
    for (size_t i = 0; i < n; i++) nearest.offer(distances[i], picked[i].number);
}

void scan(const Rows &rows, const float *queries, size_t n, Nearest *nearest) {
    const size_t step = rowsPerBlock(rows.dimension);
    for (size_t start = 0; start < rows.count; start += step) {
        const size_t count = std::min(step, rows.count - start);
        if (!allowsAny(rows, start, count)) continue;
        for (size_t q = 0; q < n; q++)
            scanBlock(rows, start, count, queries + q * rows.dimension, nearest[q]);
    }
}

}  // namespace gridkin
