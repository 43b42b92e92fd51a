// Walks many trees at once.
//
// A walk down a single tree waits at each node, for memory and for a branch that cannot be predicted. So 112
// trees are walked together without branches, and one instruction does a step of sixteen of them. A tree that has
// reached its leaf stays there until all have. This takes a third of the time of walking tree by tree, on forests
// of 48,000 and of 345,000 nodes. Sixteen or 32 trees together were slower. Eight trees in plain integers without
// branches took three quarters of the time of walking tree by tree.
//
// Shares are added tree by tree, in order, so that the sum is the same to the bit whichever way the trees are
// walked.

#include "CForest.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

float share(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

float plainSum(const CForestNode *nodes, const int32_t *roots, size_t trees, const int32_t *keys) {
    float sum = 0;
    for (size_t tree = 0; tree < trees; tree++) {
        const CForestNode *node = nodes + roots[tree];
        while (node->right) node += keys[node->input] <= node->threshold ? 1 : node->right;
        sum += share(node->threshold);
    }
    return sum;
}

#if defined(__x86_64__)

#define WIDE __attribute__((target("avx512f")))
#define INLINE inline __attribute__((always_inline))

constexpr size_t LANES = 16;
constexpr size_t GROUPS = 7;

/// The number of nodes by which each of sixteen walks moves ahead; 0 for a walk that has reached its leaf.
WIDE INLINE __m512i steps(const CForestNode *nodes, const int32_t *keys, __m512i at) {
    const __m512i firsts = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i seconds = _mm512_add_epi32(firsts, _mm512_set1_epi32(1));
    const __m512i low = _mm512_i32gather_epi64(_mm512_castsi512_si256(at), nodes, sizeof *nodes);
    const __m512i high = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(at, 1), nodes, sizeof *nodes);
    const __m512i threshold = _mm512_permutex2var_epi32(low, firsts, high);
    const __m512i link = _mm512_permutex2var_epi32(low, seconds, high);
    const __m512i input = _mm512_and_si512(link, _mm512_set1_epi32(0xFFFF));
    const __m512i key = _mm512_i32gather_epi32(input, keys, sizeof *keys);
    const __mmask16 left = _mm512_cmple_epi32_mask(key, threshold);
    return _mm512_mask_mov_epi32(_mm512_srli_epi32(link, 16), left, _mm512_set1_epi32(1));
}

/// Adds the shares of up to LANES * GROUPS trees to a sum. Lanes without a tree walk the first tree.
WIDE float sumOfGroups(const CForestNode *nodes, const int32_t *roots, size_t trees, const int32_t *keys,
                       float sum) {
    __m512i at[GROUPS];
    for (size_t group = 0; group < GROUPS; group++) {
        const size_t first = group * LANES;
        const size_t rest = first < trees ? std::min(trees - first, LANES) : 0;
        const __mmask16 mask = __mmask16((1u << rest) - 1);
        at[group] = _mm512_mask_loadu_epi32(_mm512_set1_epi32(roots[0]), mask, roots + (rest ? first : 0));
    }
    for (__m512i moved = _mm512_set1_epi32(1); _mm512_test_epi32_mask(moved, moved);) {
        moved = _mm512_setzero_si512();
#pragma clang loop unroll(full)
        for (size_t group = 0; group < GROUPS; group++) {
            const __m512i step = steps(nodes, keys, at[group]);
            at[group] = _mm512_add_epi32(at[group], step);
            moved = _mm512_or_si512(moved, step);
        }
    }
    alignas(64) int32_t leaves[GROUPS][LANES];
    for (size_t group = 0; group < GROUPS; group++) _mm512_store_si512(leaves[group], at[group]);
    for (size_t tree = 0; tree < trees; tree++)
        sum += share(nodes[leaves[tree / LANES][tree % LANES]].threshold);
    return sum;
}

float wideSum(const CForestNode *nodes, const int32_t *roots, size_t trees, const int32_t *keys) {
    float sum = 0;
    for (size_t first = 0; first < trees; first += LANES * GROUPS)
        sum = sumOfGroups(nodes, roots + first, std::min(trees - first, LANES * GROUPS), keys, sum);
    return sum;
}

const bool isWide = __builtin_cpu_supports("avx512f");

#endif

}  // namespace

float cforest_sum(const CForestNode *nodes, const int32_t *roots, size_t trees, const int32_t *keys) {
#if defined(__x86_64__)
    if (isWide) return wideSum(nodes, roots, trees, keys);
#endif
    return plainSum(nodes, roots, trees, keys);
}
