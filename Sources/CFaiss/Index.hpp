// The index behind a handle of CFaiss.h.

#pragma once
#include "Search.hpp"
#include "Sketch.hpp"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace gridkin {

/// The rows that may be in an answer: the rows of [first, last) whose bit is set.
struct Candidates {
    int64_t first, last;
    /// One bit for each row; null means that all are set.
    const uint64_t *allowed;

    int64_t count() const;
    /// The bits of the candidates among rows 64 w to 64 w + 63.
    uint64_t word(int64_t w) const;
};

}  // namespace gridkin

/// A FAISS index of one of the two kinds.
struct CFaissIndex {
    explicit CFaissIndex(std::unique_ptr<faiss::Index> index);

    /// The rows of the flat index that are candidates.
    gridkin::Rows rows(const gridkin::Candidates &candidates) const;
    /// The rows of one list that are candidates.
    gridkin::Rows rowsOfList(size_t list, const gridkin::Candidates &candidates) const;
    gridkin::Rows centroids() const;
    /// The number of rows in this many lists, on average.
    size_t rowsIn(size_t lists) const {
        return size_t(double(index->ntotal) * double(lists) / double(ivf->nlist));
    }
    /// A single row, wherever it is stored.
    gridkin::Picked row(int64_t number) const;
    /// Makes a new sketch if the number of rows has grown by more than a quarter.
    void updateSketch() noexcept;

    std::unique_ptr<faiss::Index> index;
    faiss::IndexFlat *flat;
    faiss::IndexIVFFlat *ivf;
    /// The centroids of `ivf`, which it owns.
    faiss::IndexFlat *coarse = nullptr;
    /// The sketch of the first rows of `flat`, or of each list; not stored in the file.
    gridkin::Sketch sketch;
    /// The number of rows when `sketch` was made.
    int64_t sketched = 0;
    /// The sketch of the centroids of `ivf`.
    gridkin::Sketch coarseSketch;
};

namespace gridkin {

/// An error with a code of CFaiss.h.
struct Refusal : std::runtime_error {
    Refusal(int32_t code, const char *message)
        : std::runtime_error(message), code(code) {}
    int32_t code;
};

inline void require(bool holds, int32_t code, const char *message) {
    if (!holds) throw Refusal(code, message);
}

/// The list to which each of n rows belongs.
std::vector<int64_t> assign(const CFaissIndex &index, size_t n, const float *rows);

/// Offers the candidates to each query's `nearest`. An IVF index searches the lists of the
/// `probes` closest centroids, and further ones until `nearest` is full or no candidates are
/// left.
void search(const CFaissIndex &index, size_t n, const float *queries, int64_t probes,
            const Candidates &candidates, Nearest *nearest);

/// Throws unless the file is an index that `writeIndex` can have written.
std::unique_ptr<CFaissIndex> readIndex(const char *path);
/// Throws unless every byte reached the operating system.
void writeIndex(const CFaissIndex &index, const char *path);

}  // namespace gridkin
