// An 8-bit copy of a bank that rules out most rows before their floats are read.
//
// A scan of a large bank is as slow as memory. This copy is a quarter of the size, and
// one VNNI instruction multiplies 64 of its values. It only ever rules rows out, with
// a bound that holds for every input; what it leaves is measured in float32 by the
// same kernel as without it. The answer is therefore the same to the bit.
//
// 1. The grid. Each dimension j has 256 levels: y'[j] = low[j] + step[j] * code[j].
//    They span the middle 98 % of a sample with as much again on either side, so that
//    one broken reading does not blur everyone's levels. Rows outside are kept in a
//    list (`wild`) and always measured; if they are many, the levels span everything.
//    The greatest |y - y'| of the other rows is e.
// 2. The bound. By the triangle inequality |x - y| >= |x - y'| - e. A row is ruled out
//    if |x - y'| > |x - worst| + e, where `worst` is the k-th best row so far. With
//    u = x - low and w = u * step,
//        |x - y'|^2 = |u|^2 + |step * code|^2 - 2 w . code
//    where the first term is the query's, the second (`energy`) is stored for each
//    row, and the third is an integer product once w is a whole multiple of t:
//    w[j] = t * (256 * high[j] + fine[j]) + rest[j], both digits signed bytes.
//    A row's score is the last two terms.
// 3. The order. The first pass notes the least score of each chunk of rows, the second
//    visits the few most promising chunks and then, in order of storage, those that
//    the bound has not ruled out by then. Rows are often stored by time and asked for
//    by resemblance to the latest: in order of storage alone, each row would be nearer
//    than the last and none ruled out. From the most promising to the least, without
//    an end, is slow where little can be ruled out: memory likes to be read in order.
// 4. What rounding can do is added to the limit, never left out: |rest . code| is at
//    most 255 * sum|rest|; sums in float32 are off by less than 2^-20 of the greatest
//    terms; the exact kernel is off by less than `kernelError` of its result, in either
//    direction; and ABSOLUTE_SLACK covers what underflows. Values and queries beyond
//    MAXIMUM_VALUE are left to the plain scan, so that nothing overflows.
// 5. Rejected: one 8-bit digit for the query (of a million rows of 64 normal values it
//    left 3,200 to measure, two digits leave 170) and a common step for all dimensions
//    (one wide dimension would blur all).

#include "Sketch.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace gridkin {
namespace {

/// Below this the plain scan is about as fast, in every dimension from 4 to 128.
constexpr size_t MINIMUM_ROWS = 1024;
/// What a grid spans: its margin on either side, in widths of the middle 98 %.
constexpr double NARROW = 1;
constexpr size_t SAMPLE = 1000;
/// At most one row in so many may be wild.
constexpr size_t TAME = 256;

/// Two of a column's values with 1 % of a sample beyond either.
struct Middle {
    double first, last;
};

Middle middle(const Rows &rows, size_t column) {
    std::vector<float> sample;
    const size_t stride = std::max<size_t>(1, rows.count / SAMPLE);
    for (size_t i = column; i < rows.count * rows.dimension; i += stride * rows.dimension)
        sample.push_back(rows.values[i]);
    std::sort(sample.begin(), sample.end());
    const size_t beyond = sample.size() / 100;
    return {sample[beyond], sample[sample.size() - 1 - beyond]};
}

/// The least and the greatest value of each column.
struct Extent {
    std::vector<float> least, greatest;
};

Extent extent(const Rows &rows) {
    const std::vector<float> first(rows.values, rows.values + rows.dimension);
    Extent extent{first, first};
    for (size_t i = 1; i < rows.count; i++)
        for (size_t j = 0; j < rows.dimension; j++) {
            const float value = rows.values[i * rows.dimension + j];
            extent.least[j] = std::min(extent.least[j], value);
            extent.greatest[j] = std::max(extent.greatest[j], value);
        }
    return extent;
}

float roundedDown(double value) { return std::nextafter(float(value), -INFINITY); }

}  // namespace

bool Sketch::isModerate(const float *values, size_t n) {
    return std::all_of(values, values + n,
                       [](float v) { return std::fabs(v) <= MAXIMUM_VALUE; });
}

Sketch::Sketch(const Rows &rows) : dimension(rows.dimension) {
    if (rows.count < MINIMUM_ROWS || !isSupported()) return;
    if (!isModerate(rows.values, rows.count * dimension)) return;
    if (encode(rows, NARROW) || encode(rows, INFINITY))
        rowCount = rows.count;
    else
        *this = Sketch();
}

/// False if too many rows lie outside a grid with this margin.
bool Sketch::encode(const Rows &rows, double margin) {
    chooseGrid(rows, margin);
    const size_t blocks = (rows.count + 15) / 16;
    codes.assign(blocks * groups, Group());
    energy.assign(blocks * 16, INFINITY);
    wild.clear();
    greatestEnergy = greatestError = 0;
    for (size_t i = 0; i < rows.count; i++) encode(rows.values + i * dimension, i);
    return wild.size() <= rows.count / TAME;
}

void Sketch::chooseGrid(const Rows &rows, double margin) {
    const Extent whole = extent(rows);
    groups = (dimension + 3) / 4;
    low.clear();
    step.clear();
    for (size_t j = 0; j < dimension; j++) {
        const Middle inner = middle(rows, j);
        const double reach = margin * std::max(inner.last - inner.first, double(FLT_MIN));
        low.push_back(float(std::max(double(whole.least[j]), inner.first - reach)));
        const double top = std::min(double(whole.greatest[j]), inner.last + reach);
        step.push_back(float((top - low[j]) / 255));
    }
}

void Sketch::encode(const float *row, size_t number) {
    double squares = 0, errors = 0;
    bool isTame = true;
    for (size_t j = 0; j < dimension; j++) {
        const double height = double(row[j]) - low[j];
        const double level = step[j] < FLT_MIN ? 0.5 : height / step[j] + 0.5;
        const int code = int(std::clamp(level, 0.0, 255.0));
        codes[number / 16 * groups + j / 4].code[number % 16][j % 4] = uint8_t(code);
        const double offset = step[j] * double(code);
        isTame = isTame && std::fabs(height - offset) <= std::max(step[j], FLT_MIN);
        squares += offset * offset;
        errors += (height - offset) * (height - offset);
    }
    if (!isTame) return wild.push_back(number);
    energy[number] = std::max(0.0f, roundedDown(squares));
    greatestEnergy = std::max(greatestEnergy, squares);
    greatestError = std::max(greatestError, std::sqrt(errors) * (1 + FLOAT_SLACK));
}

}  // namespace gridkin
