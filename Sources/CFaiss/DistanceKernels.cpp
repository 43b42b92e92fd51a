// The inner loop of every search: one query against contiguous rows.
//
// 1. Sixteen lanes, written with clang's vector extension. The source text then fixes the
//    order of additions: lane by lane along the dimension, then a fixed tree over the
//    lanes. Letting the compiler reorder plain loops (`fp reassociate`) is as fast, but it
//    may choose another order at each place where it inlines, so that a query alone could
//    get other distances than in a batch.
// 2. Four rows at a time, because the additions of one row depend on each other.
// 3. Memory is prefetched two pages ahead. Hardware prefetchers lose the stream between the
//    calls for consecutive blocks: without prefetching, a scan of a bank larger than the
//    caches took 1.5 times as long; with it, a scan is as fast as reading the memory.
// 4. One binary for every x86-64: the body is compiled three times, and one is chosen when
//    the program starts. The levels are named by their requirements, not by a processor:
//    "arch=skylake-avx512" tests whether this *is* a Skylake, and every other AVX-512
//    machine would get the slow body. Other architectures get the plain body, which the
//    compiler vectorises, for example with NEON. A list of functions is used instead of
//    `target_clones`, so that tests can call every level that the processor supports.
// 5. No level fuses a multiplication with an addition: that rounds once instead of twice, and
//    one processor would find other last bits than another. What a build measures goes into
//    its files.

#include "DistanceKernels.hpp"

#include <cstring>

#pragma clang fp contract(off)

#define INLINE inline __attribute__((always_inline))

namespace gridkin {
namespace {

constexpr size_t CACHE_LINE = 64;
constexpr size_t PREFETCH_BYTES = 8192;

typedef float Lanes16 __attribute__((ext_vector_type(16)));
typedef float Lanes8 __attribute__((ext_vector_type(8)));
typedef float Lanes4 __attribute__((ext_vector_type(4)));

template <typename Lanes> INLINE void load(const float *from, Lanes &into) {
    memcpy(&into, from, sizeof into);
}

template <typename Lanes>
INLINE void accumulate(const float *x, const float *y, Lanes &sum) {
    Lanes left, right;
    load(x, left);
    load(y, right);
    const Lanes difference = left - right;
    sum += difference * difference;
}

/// Adds the sixteen and eight lanes of one row to its four lanes, in a fixed order.
INLINE void fold(const Lanes16 &sixteen, Lanes8 &eight, Lanes4 &four) {
    eight += sixteen.lo + sixteen.hi;
    four += eight.lo + eight.hi;
}

INLINE void total(const Lanes4 (&row)[1], const float (&one)[1], float *out) {
    out[0] = ((row[0].x + row[0].z) + (row[0].y + row[0].w)) + one[0];
}

/// The same sums for four rows at once, one row in each lane.
INLINE void total(const Lanes4 (&row)[4], const float (&one)[4], float *out) {
    Lanes4 a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    Lanes4 b = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    a += __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    b += __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    Lanes4 rest;
    load(one, rest);
    const Lanes4 sum = (__builtin_shufflevector(a, b, 0, 1, 4, 5) +
                        __builtin_shufflevector(a, b, 2, 3, 6, 7)) + rest;
    memcpy(out, &sum, sizeof sum);
}

/// Prefetches the memory PREFETCH_BYTES ahead. An address past the end is harmless.
INLINE void prefetch(const float *rows, size_t values) {
    const char *ahead = reinterpret_cast<const char *>(rows) + PREFETCH_BYTES;
    for (size_t byte = 0; byte < values * sizeof(float); byte += CACHE_LINE)
        __builtin_prefetch(ahead + byte);
}

/// `Rows` is a template argument so that the compiler unrolls the loops over it.
template <size_t Rows>
INLINE void distancesToRows(const float *x, const float *const (&y)[Rows], size_t d,
                            float *out) {
    Lanes16 sixteen[Rows] = {};
    Lanes8 eight[Rows] = {};
    Lanes4 four[Rows] = {};
    float one[Rows] = {};
    size_t i = 0;
    for (; i + 16 <= d; i += 16)
        for (size_t r = 0; r < Rows; r++) accumulate(x + i, y[r] + i, sixteen[r]);
    for (; i + 8 <= d; i += 8)
        for (size_t r = 0; r < Rows; r++) accumulate(x + i, y[r] + i, eight[r]);
    for (; i + 4 <= d; i += 4)
        for (size_t r = 0; r < Rows; r++) accumulate(x + i, y[r] + i, four[r]);
    for (; i < d; i++)
        for (size_t r = 0; r < Rows; r++) accumulate(x + i, y[r] + i, one[r]);
    for (size_t r = 0; r < Rows; r++) fold(sixteen[r], eight[r], four[r]);
    total(four, one, out);
}

INLINE void distances(const float *query, const float *rows, size_t d, size_t n,
                      float *out) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const float *y = rows + i * d;
        prefetch(y, 4 * d);
        distancesToRows<4>(query, {y, y + d, y + 2 * d, y + 3 * d}, d, out + i);
    }
    for (; i < n; i++) distancesToRows<1>(query, {rows + i * d}, d, out + i);
}

INLINE void pickedDistances(const float *query, const float *const *rows, size_t d,
                            size_t n, float *out) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        distancesToRows<4>(query, {rows[i], rows[i + 1], rows[i + 2], rows[i + 3]}, d,
                           out + i);
    for (; i < n; i++) distancesToRows<1>(query, {rows[i]}, d, out + i);
}

#define LEVEL(name, attributes)                                                          \
    attributes void name(const float *query, const float *rows, size_t d, size_t n,      \
                         float *out) {                                                   \
        distances(query, rows, d, n, out);                                               \
    }                                                                                    \
    attributes void name##Picked(const float *query, const float *const *rows, size_t d, \
                                 size_t n, float *out) {                                 \
        pickedDistances(query, rows, d, n, out);                                         \
    }

LEVEL(plain, )
#if defined(__x86_64__)
LEVEL(avx2, __attribute__((target("arch=x86-64-v3"), min_vector_width(512))))
LEVEL(avx512, __attribute__((target("arch=x86-64-v4"), min_vector_width(512))))

std::vector<DistanceLevel> supportedLevels() {
    std::vector<DistanceLevel> levels{{"SSE2", plain, plainPicked}};
    if (__builtin_cpu_supports("x86-64-v3")) levels.push_back({"AVX2", avx2, avx2Picked});
    if (__builtin_cpu_supports("x86-64-v4"))
        levels.push_back({"AVX-512", avx512, avx512Picked});
    return levels;
}
#else
std::vector<DistanceLevel> supportedLevels() { return {{"plain", plain, plainPicked}}; }
#endif

}  // namespace

const std::vector<DistanceLevel> &distanceLevels() {
    static const std::vector<DistanceLevel> levels = supportedLevels();
    return levels;
}

void squaredDistances(const float *query, const float *rows, size_t d, size_t n,
                      float *distances) {
    static const auto best = distanceLevels().back().distances;
    best(query, rows, d, n, distances);
}

void squaredDistances(const float *query, const float *const *rows, size_t d, size_t n,
                      float *distances) {
    static const auto best = distanceLevels().back().pickedDistances;
    best(query, rows, d, n, distances);
}

}  // namespace gridkin
