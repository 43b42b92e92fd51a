// What a handle of CFaiss.h points to.

#pragma once
#include "Search.hpp"
#include "Sketch.hpp"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>

#include <memory>
#include <stdexcept>
#include <vector>

/// A FAISS index of one of the two kinds, and which of the two it is.
struct CFaissIndex {
    explicit CFaissIndex(std::unique_ptr<faiss::Index> index);

    /// Rows [first, last) of the flat index.
    gridkin::Rows rows(int64_t first, int64_t last) const;
    /// The part of one list whose row numbers are in [first, last).
    gridkin::Rows rowsOfList(size_t list, int64_t first, int64_t last) const;
    gridkin::Rows centroids() const;
    /// Sketches the rows of a flat index anew once a quarter of them are news.
    void updateSketch() noexcept;

    std::unique_ptr<faiss::Index> index;
    faiss::IndexFlat *flat;
    faiss::IndexIVFFlat *ivf;
    /// The centroids of `ivf`, which it owns.
    faiss::IndexFlat *coarse = nullptr;
    /// Of the first rows of `flat`; not in the file.
    gridkin::Sketch sketch;
};

namespace gridkin {

/// A refusal that names its code of CFaiss.h.
struct Refusal : std::runtime_error {
    Refusal(int32_t code, const char *message)
        : std::runtime_error(message), code(code) {}
    int32_t code;
};

inline void require(bool holds, int32_t code, const char *message) {
    if (!holds) throw Refusal(code, message);
}

/// The list of each of n rows.
std::vector<int64_t> assign(const CFaissIndex &index, size_t n, const float *rows);

/// Offers each query's `nearest` the rows of [first, last); an IVF index looks into
/// the lists of the `probes` closest centroids.
void search(const CFaissIndex &index, size_t n, const float *queries, int64_t probes,
            int64_t first, int64_t last, Nearest *nearest);

/// Throws unless the index is one that this target can have written.
std::unique_ptr<CFaissIndex> readIndex(const char *path);
/// Throws unless every byte reached the operating system.
void writeIndex(const CFaissIndex &index, const char *path);

}  // namespace gridkin
