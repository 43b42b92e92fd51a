// The C functions. They check arguments and catch exceptions; the work is done elsewhere.
//
// FAISS calls `abort()` for some wrong arguments, so these are refused first. Training
// (OpenMP) and making a sketch of added or read rows may use every core. Searches start no
// threads, so that many can run concurrently without disturbing each other.

#include "CFaiss.h"

#include "DistanceKernels.hpp"
#include "Index.hpp"

#include <faiss/Index.h>
#include <faiss/impl/FaissException.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <new>

using namespace gridkin;

namespace {

/// For greater values, squared distances may overflow float32, and k-means then indexes with
/// -1. (2 * 1e15)^2 * 65,536 = 2.6e35 is below the largest float, 3.4e38.
constexpr float MAXIMUM_TRAINING_VALUE = 1e15f;

int32_t fail(CFaissError *error, int32_t code, const char *message) {
    error->code = code;
    snprintf(error->message, sizeof error->message, "%s", message);
    return code;
}

/// The only place where exceptions are caught.
template <typename Body> int32_t guarded(CFaissError *error, Body &&body) noexcept {
    try {
        body();
        return fail(error, CFAISS_OK, "");
    } catch (const Refusal &e) { return fail(error, e.code, e.what());
    } catch (const faiss::FaissException &e) { return fail(error, CFAISS_FAISS, e.what());
    } catch (const std::bad_alloc &e) { return fail(error, CFAISS_MEMORY, e.what());
    } catch (const std::exception &e) { return fail(error, CFAISS_OTHER, e.what());
    } catch (...) { return fail(error, CFAISS_OTHER, "unknown exception"); }
}

void check(bool holds, const char *message) { require(holds, CFAISS_ARGUMENT, message); }

void checkDimension(int64_t dimension) {
    check(dimension >= 1 && dimension <= CFAISS_MAXIMUM_DIMENSION,
          "the dimension must be 1 to 65,536");
}

void checkTraining(int64_t d, int64_t lists, int64_t n, const float *rows) {
    checkDimension(d);
    check(lists >= 1 && lists <= CFAISS_MAXIMUM_LISTS, "lists must be 1 to 16,777,216");
    check(lists <= n, "there must be at least as many training rows as lists");
    check(std::all_of(rows, rows + n * d,
                      [](float v) { return std::fabs(v) <= MAXIMUM_TRAINING_VALUE; }),
          "training values must be finite and of magnitude 1e15 at most");
}

std::unique_ptr<CFaissIndex> trained(int64_t d, int64_t lists, int64_t n,
                                     const float *rows, int32_t seed) {
    auto quantizer = std::make_unique<faiss::IndexFlatL2>(d);
    auto ivf = std::make_unique<faiss::IndexIVFFlat>(quantizer.get(), d, lists);
    quantizer.release();
    ivf->own_fields = true;
    ivf->cp.seed = seed;
    ivf->cp.min_points_per_centroid = 1;  // only decides whether FAISS prints a warning
    ivf->train(n, rows);
    ivf->make_direct_map(true);
    return std::make_unique<CFaissIndex>(std::move(ivf));
}

}  // namespace

CFaissIndex *cfaiss_create_flat(int64_t dimension, CFaissError *error) {
    std::unique_ptr<CFaissIndex> index;
    guarded(error, [&] {
        checkDimension(dimension);
        auto flat = std::make_unique<faiss::IndexFlatL2>(dimension);
        index = std::make_unique<CFaissIndex>(std::move(flat));
    });
    return index.release();
}

CFaissIndex *cfaiss_create_ivf(int64_t dimension, int64_t lists, int64_t n,
                               const float *rows, int32_t seed, CFaissError *error) {
    std::unique_ptr<CFaissIndex> index;
    guarded(error, [&] {
        checkTraining(dimension, lists, n, rows);
        index = trained(dimension, lists, n, rows, seed);
    });
    return index.release();
}

int32_t cfaiss_add(CFaissIndex *index, int64_t n, const float *rows, CFaissError *error) {
    return guarded(error, [&] {
        check(n >= 0, "the number of rows is negative");
        if (n == 0) return;
        if (index->flat) {
            index->flat->add(n, rows);
            return index->updateSketch();
        }
        index->ivf->add_core(n, rows, nullptr, assign(*index, size_t(n), rows).data());
        index->updateSketch();
    });
}

int32_t cfaiss_search(const CFaissIndex *index, int64_t n, const float *queries,
                      int64_t k, int64_t probes, int64_t first, int64_t last,
                      const uint64_t *allowed, CFaissNeighbour *answers,
                      CFaissError *error) {
    return guarded(error, [&] {
        check(n >= 0 && k >= 1, "n must be 0 or more, k 1 or more");
        check(0 <= first && first <= last && last <= index->index->ntotal, "no such rows");
        std::vector<Nearest> nearest;
        for (int64_t q = 0; q < n; q++) nearest.emplace_back(answers + q * k, size_t(k));
        const Candidates candidates{first, last, allowed};
        search(*index, size_t(n), queries, probes, candidates, nearest.data());
        for (Nearest &answer : nearest) answer.finish();
    });
}

int32_t cfaiss_row(const CFaissIndex *index, int64_t row, float *values,
                   CFaissError *error) {
    return guarded(error, [&] {
        check(0 <= row && row < index->index->ntotal, "no such row");
        index->index->reconstruct(row, values);
    });
}

int64_t cfaiss_count(const CFaissIndex *index) { return index->index->ntotal; }

int64_t cfaiss_dimension(const CFaissIndex *index) { return index->index->d; }

int64_t cfaiss_lists(const CFaissIndex *index) {
    return index->ivf ? int64_t(index->ivf->nlist) : 0;
}

int32_t cfaiss_write(const CFaissIndex *index, const char *path, CFaissError *error) {
    return guarded(error, [&] { writeIndex(*index, path); });
}

CFaissIndex *cfaiss_read(const char *path, CFaissError *error) {
    std::unique_ptr<CFaissIndex> index;
    guarded(error, [&] { index = readIndex(path); });
    return index.release();
}

void cfaiss_destroy(CFaissIndex *index) { delete index; }

CFaissVersion cfaiss_version(void) {
    return {FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH};
}

int32_t cfaiss_level_count(void) { return int32_t(distanceLevels().size()); }

const char *cfaiss_level_name(int32_t level) { return distanceLevels()[size_t(level)].name; }

void cfaiss_level_distances(int32_t level, const float *query, const float *rows,
                            int64_t dimension, int64_t n, int32_t picked,
                            float *distances) {
    const DistanceLevel &own = distanceLevels()[size_t(level)];
    const size_t d = size_t(dimension);
    if (!picked) return own.distances(query, rows, d, size_t(n), distances);
    std::vector<const float *> places;
    for (int64_t i = 0; i < n; i++) places.push_back(rows + size_t(i) * d);
    own.pickedDistances(query, places.data(), d, size_t(n), distances);
}
