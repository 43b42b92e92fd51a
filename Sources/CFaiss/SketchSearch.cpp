// The search with a sketch: it finds the chunks and rows that are not ruled out, and compares
// them. Sketch.cpp explains the bound and the order.

#include "Sketch.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace gridkin {
namespace {

constexpr double ABSOLUTE_SLACK = 1e-30;
constexpr double DOUBLE_SLACK = 1e-11;
/// 127 * 256: the largest multiple that always fits into two signed digits.
constexpr double GREATEST_MULTIPLE = 32512;
/// Shorter ranges are searched faster row by row than by preparing the query.
constexpr size_t MINIMUM_RANGE = 1024;
/// If more than one row in DENSE is left, comparing all in order is faster.
constexpr size_t DENSE = 4;
/// The number of chunks that are visited first: enough for a limit close to the final one.
constexpr size_t PROMISING = 64;
/// The number of queries that share one pass over the codes.
constexpr size_t TOGETHER = 16;

double kernelError(size_t dimension) { return double(dimension + 16) * FLT_EPSILON; }

float roundedUp(double value) { return std::nextafter(float(value), INFINITY); }

}  // namespace

/// The unit t, for which every multiple fits into two signed digits.
float Sketch::unit(const float *values) const {
    double greatest = 0;
    for (size_t j = 0; j < dimension; j++)
        greatest = std::max(greatest, std::fabs((double(values[j]) - low[j]) * step[j]));
    return std::max(float(greatest / GREATEST_MULTIPLE), FLT_MIN);
}

Sketch::Query Sketch::prepared(const float *values) const {
    const float unit = this->unit(values);
    Query query{values, std::vector<int32_t>(groups), std::vector<int32_t>(groups),
                2 * unit, 0, 0};
    double rest = 0, terms = 0;
    for (size_t j = 0; j < dimension; j++) {
        const double u = double(values[j]) - low[j];
        const long multiple = std::lround(u * step[j] / unit);
        const auto fine = int8_t(multiple & 255);
        reinterpret_cast<int8_t *>(query.fine.data())[j] = fine;
        reinterpret_cast<int8_t *>(query.high.data())[j] = int8_t((multiple - fine) / 256);
        query.norm += u * u;
        rest += std::fabs(u * step[j] - double(unit) * double(multiple));
        terms += double(unit) * double(std::labs(multiple) + 256);
    }
    query.slack = 2 * 255 * rest + FLOAT_SLACK * (greatestEnergy + 2 * 255 * terms);
    return query;
}

/// A row with a score above this is farther than all of `nearest`. The limit is always
/// finite, so that wild rows and padding are above it.
float Sketch::limit(const Query &query, const Nearest &nearest) const {
    if (!nearest.isFull()) return FLT_MAX;
    const double farthest = double(nearest.farthest()) * (1 + kernelError(dimension));
    const double radius = std::sqrt(farthest + ABSOLUTE_SLACK) + greatestError;
    const double square = radius * radius * (1 + DOUBLE_SLACK) + ABSOLUTE_SLACK;
    const double limit = square - query.norm * (1 - DOUBLE_SLACK) + query.slack;
    return std::min(FLT_MAX, roundedUp(limit));
}

void Sketch::scanWild(const Stretch &stretch, const Query &query, Nearest &nearest) const {
    auto place = std::lower_bound(wild.begin(), wild.end(), stretch.first);
    for (; place != wild.end() && *place < stretch.last(); place++)
        gridkin::scan(stretch.between(*place, *place + 1), query.values, 1, &nearest);
}

/// Compares all rows from `first` to `last`, except the wild ones, which have been compared.
void Sketch::scanTame(const Stretch &stretch, size_t first, size_t last, const Query &query,
                      Nearest &nearest) const {
    auto next = std::lower_bound(wild.begin(), wild.end(), first);
    for (; next != wild.end() && *next < last; first = *next++ + 1)
        gridkin::scan(stretch.between(first, *next), query.values, 1, &nearest);
    gridkin::scan(stretch.between(first, last), query.values, 1, &nearest);
}

void Sketch::scanChunk(const Stretch &stretch, size_t chunk, const Query &query,
                       Nearest &nearest) const {
    uint32_t found[CHUNK_ROWS];
    const size_t first = std::max(chunk * CHUNK_ROWS, stretch.first);
    const size_t last = std::min((chunk + 1) * CHUNK_ROWS, stretch.last());
    const size_t count =
        survivors(query, limit(query, nearest), first, last, stretch.mask(), found);
    Picked picked[CHUNK_ROWS];
    size_t left = 0;
    // In lists, the bits of sixteen rows are not contiguous, so each row is checked here.
    const bool isChecked = stretch.rows.allowed && !stretch.mask();
    for (size_t i = 0; i < count && stretch.rows.ids; i++)
        __builtin_prefetch(stretch.rows.ids + (found[i] - stretch.first));
    for (size_t i = 0; i < count; i++) {
        const size_t row = found[i] - stretch.first;
        picked[left] = {stretch.rows.values + row * dimension, stretch.rows.number(row)};
        left += !isChecked || stretch.rows.allows(row);
    }
    if (left > CHUNK_ROWS / DENSE) return scanTame(stretch, first, last, query, nearest);
    gridkin::scan(picked, left, dimension, query.values, nearest);
}

void Sketch::scanChunks(const Stretch &stretch, std::vector<Chunk> &chunks,
                        const Query &query, Nearest &nearest) const {
    const auto morePromising = [](const Chunk &a, const Chunk &b) { return a.least < b.least; };
    std::vector<Chunk> promising(std::min(PROMISING, chunks.size()));
    std::partial_sort_copy(chunks.begin(), chunks.end(), promising.begin(), promising.end(),
                           morePromising);
    for (const Chunk &chunk : promising) {
        if (chunk.least > limit(query, nearest)) break;
        scanChunk(stretch, chunk.number, query, nearest);
        chunks[chunk.number - chunks.front().number].least = INFINITY;  // done
    }
    for (const Chunk &chunk : chunks)
        if (chunk.least <= limit(query, nearest))
            scanChunk(stretch, chunk.number, query, nearest);
}

void Sketch::scanTogether(const Stretch &stretch, const float *queries, size_t n,
                          Nearest *nearest) const {
    std::vector<Query> prepared;
    for (size_t q = 0; q < n; q++)
        prepared.push_back(this->prepared(queries + q * dimension));
    const size_t first = stretch.first / CHUNK_ROWS;
    const size_t last = (stretch.last() + CHUNK_ROWS - 1) / CHUNK_ROWS;
    std::vector<std::vector<Chunk>> chunks(n, std::vector<Chunk>(last - first));
    for (size_t chunk = first; chunk < last; chunk++) {
        const size_t from = std::max(chunk * CHUNK_ROWS, stretch.first);
        const size_t to = std::min((chunk + 1) * CHUNK_ROWS, stretch.last());
        for (size_t q = 0; q < n; q++)
            chunks[q][chunk - first] = {leastScore(prepared[q], from, to, stretch.mask()),
                                        uint32_t(chunk)};
    }
    for (size_t q = 0; q < n; q++) {
        scanWild(stretch, prepared[q], nearest[q]);
        scanChunks(stretch, chunks[q], prepared[q], nearest[q]);
    }
}

void Sketch::scan(const Rows &rows, const float *queries, size_t n,
                  Nearest *nearest) const {
    if (rows.count < MINIMUM_RANGE || !isModerate(queries, n * dimension))
        return gridkin::scan(rows, queries, n, nearest);
    const Stretch stretch{rows, size_t(rows.first)};
    for (size_t q = 0; q < n; q += TOGETHER)
        scanTogether(stretch, queries + q * dimension, std::min(TOGETHER, n - q),
                     nearest + q);
}

void Sketch::scanInOrder(const Rows &rows, size_t part, const Query &query,
                         Nearest &nearest) const {
    const Stretch stretch{rows, starts[part] + size_t(rows.first)};
    scanWild(stretch, query, nearest);
    for (size_t chunk = stretch.first / CHUNK_ROWS; chunk * CHUNK_ROWS < stretch.last(); chunk++)
        scanChunk(stretch, chunk, query, nearest);
}

}  // namespace gridkin
