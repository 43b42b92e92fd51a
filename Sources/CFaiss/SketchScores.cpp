// Computes the codes of a sketch and the scores of rows, sixteen rows at a time. See
// Sketch.cpp.
//
// A sketch is faster only with AVX-512 VNNI: without its u8 x s8 dot product, unpacking the
// codes takes about as long as reading the floats. On other processors every sketch is empty.

#include "Sketch.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gridkin {

bool Sketch::isSupported() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

#if defined(__x86_64__)
namespace {

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

/// The scores of sixteen rows.
template <typename Group, typename Query>
VNNI inline __attribute__((always_inline)) __m512
scores(const Query &query, const Group *codes, size_t groups, const float *energy) {
    __m512i high = _mm512_setzero_si512(), fine = high;
    for (size_t g = 0; g < groups; g++) {
        const __m512i code = _mm512_load_si512(codes + g);
        high = _mm512_dpbusd_epi32(high, code, _mm512_set1_epi32(query.high[g]));
        fine = _mm512_dpbusd_epi32(fine, code, _mm512_set1_epi32(query.fine[g]));
    }
    const __m512 product = _mm512_fmadd_ps(
        _mm512_set1_ps(256), _mm512_cvtepi32_ps(high), _mm512_cvtepi32_ps(fine));
    return _mm512_fnmadd_ps(_mm512_set1_ps(query.twiceUnit), product,
                            _mm512_loadu_ps(energy));
}

/// The bits of sixteen rows, given the place of the first.
inline uint32_t allowed(const uint64_t *mask, size_t place) {
    return mask ? uint32_t(mask[place / 64] >> place % 64 & 0xffff) : 0xffff;
}

}  // namespace

VNNI float Sketch::leastScore(const Query &query, size_t first, size_t last,
                              const uint64_t *mask) const {
    __m512 least = _mm512_set1_ps(INFINITY);
    for (size_t row = first / BLOCK_ROWS * BLOCK_ROWS; row < last; row += BLOCK_ROWS) {
        const uint32_t some = allowed(mask, row);
        if (!some) continue;
        const __m512 score = scores(query, codes.data() + row / BLOCK_ROWS * groups, groups,
                                    energy.data() + row);
        least = _mm512_mask_min_ps(least, __mmask16(some), least, score);
    }
    return _mm512_reduce_min_ps(least);
}

VNNI size_t Sketch::survivors(const Query &query, float limit, size_t first, size_t last,
                              const uint64_t *mask, uint32_t *found) const {
    size_t count = 0;
    for (size_t row = first / BLOCK_ROWS * BLOCK_ROWS; row < last; row += BLOCK_ROWS) {
        const uint32_t some = allowed(mask, row);
        if (!some) continue;
        const __m512 score = scores(query, codes.data() + row / BLOCK_ROWS * groups, groups,
                                    energy.data() + row);
        uint32_t within =
            some & _mm512_cmp_ps_mask(score, _mm512_set1_ps(limit), _CMP_LE_OQ);
        for (; within; within &= within - 1) {
            const size_t place = row + size_t(__builtin_ctz(within));
            found[count] = uint32_t(place);
            count += place >= first && place < last;
        }
    }
    return count;
}

/// Plain loops over sixteen rows, which the compiler vectorises.
VNNI void Sketch::encodeBlock(const Rows &rows, size_t first, Extremes &found) {
    double squares[BLOCK_ROWS] = {}, errors[BLOCK_ROWS] = {}, excess[BLOCK_ROWS] = {};
    Group *group = codes.data() + first / BLOCK_ROWS * groups;
    std::fill(group, group + groups, Group());
    for (size_t j = 0; j < dimension; j++) {
        const double bottom = low[j], width = step[j];
        const double levels = step[j] < FLT_MIN ? 0 : 1 / width;
        const double tolerance = std::max(step[j], FLT_MIN);
        float values[BLOCK_ROWS];
        int32_t code[BLOCK_ROWS];
        for (size_t i = 0; i < BLOCK_ROWS; i++)
            values[i] = rows.values[(i < rows.count ? i : 0) * dimension + j];
        for (size_t i = 0; i < BLOCK_ROWS; i++) {
            const double height = double(values[i]) - bottom;
            const double level = height * levels + 0.5;
            code[i] = int32_t(level < 0 ? 0 : level > 255 ? 255 : level);
            const double offset = width * double(code[i]);
            const double error = height - offset;
            squares[i] += offset * offset;
            errors[i] += error * error;
            excess[i] = std::max(excess[i], std::fabs(error) - tolerance);
        }
        for (size_t i = 0; i < BLOCK_ROWS; i++)
            group[j / 4].code[i][j % 4] = uint8_t(code[i]);
    }
    for (size_t i = 0; i < BLOCK_ROWS; i++) {
        energy[first + i] = INFINITY;
        if (i >= rows.count) continue;
        if (excess[i] > 0) {
            found.wild.push_back(first + i);
            continue;
        }
        energy[first + i] = std::max(0.0f, std::nextafter(float(squares[i]), -INFINITY));
        found.energy = std::max(found.energy, squares[i]);
        found.error = std::max(found.error, std::sqrt(errors[i]) * (1 + FLOAT_SLACK));
    }
}
#else
// Never called: without VNNI every sketch is empty.
float Sketch::leastScore(const Query &, size_t, size_t, const uint64_t *) const {
    return -INFINITY;
}
size_t Sketch::survivors(const Query &, float, size_t, size_t, const uint64_t *,
                         uint32_t *) const {
    return 0;
}
void Sketch::encodeBlock(const Rows &, size_t, Extremes &) {}
#endif

}  // namespace gridkin
