// The first pass over a sketch: scores, sixteen rows at a time. See Sketch.cpp.
//
// Only AVX-512 VNNI is worth it: without its u8 x s8 dot product, unpacking the codes
// costs about what reading the floats does. Elsewhere there is no sketch at all.

#include "Sketch.hpp"

#include <algorithm>
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

}  // namespace

VNNI float Sketch::leastScore(const Query &query, size_t chunk) const {
    __m512 least = _mm512_set1_ps(INFINITY);
    const size_t end = std::min(energy.size(), (chunk + 1) * CHUNK_ROWS);
    for (size_t row = chunk * CHUNK_ROWS; row < end; row += 16)
        least = _mm512_min_ps(least, scores(query, codes.data() + row / 16 * groups, groups,
                                            energy.data() + row));
    return _mm512_reduce_min_ps(least);
}

VNNI size_t Sketch::survivors(const Query &query, float limit, size_t chunk,
                              uint32_t *found) const {
    size_t count = 0;
    const size_t end = std::min(energy.size(), (chunk + 1) * CHUNK_ROWS);
    for (size_t row = chunk * CHUNK_ROWS; row < end; row += 16) {
        const __m512 score = scores(query, codes.data() + row / 16 * groups, groups,
                                    energy.data() + row);
        uint32_t within = _mm512_cmp_ps_mask(score, _mm512_set1_ps(limit), _CMP_LE_OQ);
        for (; within; within &= within - 1)
            found[count++] = uint32_t(row) + uint32_t(__builtin_ctz(within));
    }
    return count;
}
#else
// Never called: without VNNI every sketch is empty.
float Sketch::leastScore(const Query &, size_t) const { return -INFINITY; }
size_t Sketch::survivors(const Query &, float, size_t, uint32_t *) const { return 0; }
#endif

}  // namespace gridkin
