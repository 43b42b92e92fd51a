// What a handle of CFaiss.h points to.

#pragma once
#include "Search.hpp"
#include "Sketch.hpp"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace gridkin {

/// The rows that may be answers: those of [first, last) whose bit is set.
struct Candidates {
    int64_t first, last;
    /// One bit a row; null where all are set.
    const uint64_t *allowed;

    int64_t count() const;
    /// The bits of the rows from 64 w on that are candidates.
    uint64_t word(int64_t w) const;
};

}  // namespace gridkin

/// A FAISS index of one of the two kinds, and which of the two it is.
struct CFaissIndex {
    explicit CFaissIndex(std::unique_ptr<faiss::Index> index);

    /// The rows of the flat index that are candidates.
    gridkin::Rows rows(const gridkin::Candidates &candidates) const;
    /// The rows of one list that are candidates.
    gridkin::Rows rowsOfList(size_t list, const gridkin::Candidates &candidates) const;
    gridkin::Rows centroids() const;
    /// How many rows so many lists hold on average.
    size_t rowsIn(size_t lists) const {
        return size_t(double(index->ntotal) * double(lists) / double(ivf->nlist));
    }
    /// A single row, wherever it is kept.
    gridkin::Picked row(int64_t number) const;
    /// Sketches the rows anew once a quarter of them are news.
    void updateSketch() noexcept;

    std::unique_ptr<faiss::Index> index;
    faiss::IndexFlat *flat;
    faiss::IndexIVFFlat *ivf;
    /// The centroids of `ivf`, which it owns.
    faiss::IndexFlat *coarse = nullptr;
    /// Of the first rows of `flat`, or of each list; not in the file.
    gridkin::Sketch sketch;
    /// How many rows `sketch` was made of.
    int64_t sketched = 0;
    /// Of the centroids of `ivf`.
    gridkin::Sketch coarseSketch;
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

/// Offers each query's `nearest` the candidates; an IVF index looks into the lists of
/// the `probes` closest centroids, and into more until `nearest` is full or there are
/// no candidates left.
void search(const CFaissIndex &index, size_t n, const float *queries, int64_t probes,
            const Candidates &candidates, Nearest *nearest);

/// Throws unless the index is one that this target can have written.
std::unique_ptr<CFaissIndex> readIndex(const char *path);
/// Throws unless every byte reached the operating system.
void writeIndex(const CFaissIndex &index, const char *path);

}  // namespace gridkin
