// An 8-bit copy of a bank, which rules out most rows before their floats are read.
//
// A scan of a large bank is limited by memory bandwidth. This copy has a quarter of the size,
// and one VNNI instruction multiplies 64 of its values. It is used only to rule rows out, by
// a bound that holds for every input. The remaining rows are compared in float32 by the same
// kernel as without a sketch, so the answer is the same to the bit.
//
// 1. The grid. Each dimension j has 256 levels: y'[j] = low[j] + step[j] * code[j]. They span
//    the middle 98 % of a sample and the same width again on either side, so that a single
//    extreme row does not make the levels coarse for all others. Rows outside the grid are
//    listed (`wild`) and always compared; if there are many, the levels span all values. The
//    greatest |y - y'| of the other rows is e.
// 2. The bound. By the triangle inequality |x - y| >= |x - y'| - e. A row is ruled out if
//    |x - y'| > |x - worst| + e, where `worst` is the k-th nearest row so far. With
//    u = x - low and w = u * step,
//        |x - y'|^2 = |u|^2 + |step * code|^2 - 2 w . code
//    The first term depends only on the query. The second (`energy`) is stored for each row.
//    The third is an integer product after w is rounded to a multiple of t:
//    w[j] = t * (256 * high[j] + fine[j]) + rest[j], where both digits are signed bytes.
//    A row's score is the sum of the last two terms.
// 3. The order. The first pass computes the least score of each chunk of rows. The second
//    visits the few most promising chunks and then, in order of storage, the others that the
//    bound has not ruled out. Order of storage alone would be slow: rows are often stored by
//    time and the query resembles the latest, so that each row would be nearer than the
//    previous one and none could be ruled out. Visiting all chunks in order of promise is
//    slow if little can be ruled out, because memory is read fastest in order.
// 4. All rounding errors are added to the limit: |rest . code| is at most 255 * sum|rest|;
//    sums in float32 have an error below 2^-20 of the greatest terms; the exact kernel has an
//    error below `kernelError` of its result, in either direction; and ABSOLUTE_SLACK covers
//    underflow. Values and queries beyond MAXIMUM_VALUE use the plain scan, so that nothing
//    overflows.
// 5. An IVF index is sketched list by list, on one grid. Its lists are visited in order of
//    distance, so that the limit is soon close to the final one, and each list in order of
//    storage.
// 6. Rejected: a single 8-bit digit for the query (of a million rows of 64 normal values it
//    left 3,200 rows to compare; two digits leave 170), and a common step for all dimensions
//    (one wide dimension would make the levels coarse for all).

#include "Sketch.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <thread>

namespace gridkin {
namespace {

/// With fewer rows the plain scan is about as fast, in every dimension from 4 to 128.
constexpr size_t MINIMUM_ROWS = 1024;
/// The margin of a narrow grid on either side, in widths of the middle 98 %.
constexpr double NARROW = 1;
constexpr size_t SAMPLE = 1000;
/// At most one row in this many may be wild.
constexpr size_t TAME = 256;
/// Fewer rows are encoded faster than another thread starts.
constexpr size_t ROWS_PER_THREAD = 1 << 15;
constexpr size_t MAXIMUM_THREADS = 8;

size_t total(const std::vector<Rows> &parts) {
    size_t count = 0;
    for (const Rows &rows : parts) count += rows.count;
    return count;
}

/// Evenly spaced rows from all parts.
std::vector<const float *> sample(const std::vector<Rows> &parts) {
    const size_t stride = std::max<size_t>(1, total(parts) / SAMPLE);
    std::vector<const float *> sample;
    size_t next = 0;
    for (const Rows &rows : parts) {
        for (; next < rows.count; next += stride)
            sample.push_back(rows.values + next * rows.dimension);
        next -= rows.count;
    }
    return sample;
}

/// The ends of the middle 98 % of a column's values in a sample.
struct Middle {
    double first, last;
};

Middle middle(const std::vector<const float *> &sample, size_t column) {
    std::vector<float> values;
    for (const float *row : sample) values.push_back(row[column]);
    std::sort(values.begin(), values.end());
    const size_t beyond = values.size() / 100;
    return {values[beyond], values[values.size() - 1 - beyond]};
}

/// The least and the greatest value of each column.
struct Extent {
    std::vector<float> least, greatest;
};

Extent extent(const std::vector<Rows> &parts, size_t dimension) {
    Extent extent{std::vector<float>(dimension, INFINITY),
                  std::vector<float>(dimension, -INFINITY)};
    float *least = extent.least.data(), *greatest = extent.greatest.data();
    for (const Rows &rows : parts)
        for (size_t i = 0; i < rows.count; i++)
            for (size_t j = 0; j < dimension; j++) {
                const float value = rows.values[i * dimension + j];
                least[j] = value < least[j] ? value : least[j];
                greatest[j] = value > greatest[j] ? value : greatest[j];
            }
    return extent;
}

}  // namespace

bool Sketch::isModerate(const float *values, size_t n) {
    // Without an early exit, so that the compiler vectorises the loop.
    bool moderate = true;
    for (size_t i = 0; i < n; i++) moderate &= std::fabs(values[i]) <= float(MAXIMUM_VALUE);
    return moderate;
}

Sketch::Sketch(const std::vector<Rows> &parts) {
    if (total(parts) < MINIMUM_ROWS || !isSupported()) return;
    dimension = parts[0].dimension;
    for (const Rows &rows : parts)
        if (!isModerate(rows.values, rows.count * dimension)) return;
    place(parts);
    if (!encode(parts, NARROW) && !encode(parts, INFINITY)) *this = Sketch();
}

void Sketch::place(const std::vector<Rows> &parts) {
    size_t place = 0;
    for (const Rows &rows : parts) {
        starts.push_back(place);
        sizes.push_back(rows.count);
        place += (rows.count + BLOCK_ROWS - 1) / BLOCK_ROWS * BLOCK_ROWS;
    }
    groups = (dimension + 3) / 4;
    codes.resize(place / BLOCK_ROWS * groups);
    energy.resize(place);
}

/// False if too many rows lie outside a grid with this margin.
bool Sketch::encode(const std::vector<Rows> &parts, double margin) {
    chooseGrid(parts, margin);
    const size_t blocks = energy.size() / BLOCK_ROWS;
    const size_t count = std::clamp<size_t>(energy.size() / ROWS_PER_THREAD, 1,
        std::clamp<size_t>(std::thread::hardware_concurrency(), 1, MAXIMUM_THREADS));
    std::vector<Extremes> found(count);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < count; t++)
        threads.emplace_back([&, t] {
            encode(parts, blocks * t / count, blocks * (t + 1) / count, found[t]);
        });
    for (std::thread &thread : threads) thread.join();
    wild.clear();
    greatestEnergy = greatestError = 0;
    for (const Extremes &own : found) {
        wild.insert(wild.end(), own.wild.begin(), own.wild.end());
        greatestEnergy = std::max(greatestEnergy, own.energy);
        greatestError = std::max(greatestError, own.error);
    }
    return wild.size() <= total(parts) / TAME;
}

void Sketch::chooseGrid(const std::vector<Rows> &parts, double margin) {
    const Extent whole = extent(parts, dimension);
    const std::vector<const float *> rows = sample(parts);
    low.clear();
    step.clear();
    for (size_t j = 0; j < dimension; j++) {
        const Middle inner = middle(rows, j);
        const double width = margin * std::max(inner.last - inner.first, double(FLT_MIN));
        low.push_back(float(std::max(double(whole.least[j]), inner.first - width)));
        const double top = std::min(double(whole.greatest[j]), inner.last + width);
        step.push_back(float((top - low[j]) / 255));
    }
}

void Sketch::encode(const std::vector<Rows> &parts, size_t firstBlock, size_t lastBlock,
                    Extremes &found) {
    size_t part = size_t(std::upper_bound(starts.begin(), starts.end(),
                                          firstBlock * BLOCK_ROWS) - starts.begin()) - 1;
    for (size_t block = firstBlock; block < lastBlock; block++) {
        const size_t first = block * BLOCK_ROWS;
        while (first >= starts[part] + sizes[part]) part++;
        const size_t i = first - starts[part];
        encodeBlock(parts[part].part(i, std::min(i + BLOCK_ROWS, sizes[part])), first, found);
    }
}

}  // namespace gridkin
