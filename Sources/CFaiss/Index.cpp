// The two kinds of index, and where their rows are stored.

#include "Index.hpp"

#include <algorithm>

using faiss::IndexFlat;
using faiss::IndexIVFFlat;
using gridkin::Candidates;
using gridkin::Rows;

int64_t Candidates::count() const {
    if (!allowed) return last - first;
    int64_t count = 0;
    for (int64_t w = first / 64; w * 64 < last; w++) count += __builtin_popcountll(word(w));
    return count;
}

uint64_t Candidates::word(int64_t w) const {
    uint64_t bits = allowed ? allowed[w] : ~0ull;
    if (w * 64 < first) bits &= ~0ull << first % 64;
    if (last < (w + 1) * 64) bits &= ~(~0ull << last % 64);
    return bits;
}

CFaissIndex::CFaissIndex(std::unique_ptr<faiss::Index> owned)
    : index(std::move(owned)), flat(dynamic_cast<IndexFlat *>(index.get())),
      ivf(dynamic_cast<IndexIVFFlat *>(index.get())) {
    if (ivf) coarse = dynamic_cast<IndexFlat *>(ivf->quantizer);
    gridkin::require(flat || coarse, CFAISS_FORMAT, "neither flat nor IVF-flat");
}

Rows CFaissIndex::rows(const Candidates &candidates) const {
    const Rows all{flat->get_xb(), size_t(flat->ntotal), size_t(flat->d), 0, nullptr,
                   candidates.allowed};
    return all.part(size_t(candidates.first), size_t(candidates.last));
}

Rows CFaissIndex::rowsOfList(size_t list, const Candidates &candidates) const {
    const int64_t *ids = ivf->invlists->get_ids(list);
    const size_t size = ivf->invlists->list_size(list);
    const float *values = reinterpret_cast<const float *>(ivf->invlists->get_codes(list));
    const Rows all{values, size, size_t(ivf->d), 0, ids, candidates.allowed};
    if (candidates.first == 0 && candidates.last == ivf->ntotal) return all;
    const int64_t *from = std::lower_bound(ids, ids + size, candidates.first);
    const int64_t *to = std::lower_bound(from, ids + size, candidates.last);
    return all.part(size_t(from - ids), size_t(to - ids));
}

Rows CFaissIndex::centroids() const {
    return {coarse->get_xb(), ivf->nlist, size_t(ivf->d), 0, nullptr, nullptr};
}

gridkin::Picked CFaissIndex::row(int64_t number) const {
    const size_t d = size_t(index->d);
    if (flat) return {flat->get_xb() + size_t(number) * d, number};
    const int64_t place = ivf->direct_map.get(number);
    const uint8_t *codes = ivf->invlists->get_codes(faiss::lo_listno(place));
    return {reinterpret_cast<const float *>(codes) + faiss::lo_offset(place) * d, number};
}

void CFaissIndex::updateSketch() noexcept {
    if (index->ntotal - sketched <= sketched / 4) return;
    const Candidates all{0, index->ntotal, nullptr};
    try {
        std::vector<Rows> parts;
        if (flat) parts.push_back(rows(all));
        for (size_t list = 0; ivf && list < ivf->nlist; list++)
            parts.push_back(rowsOfList(list, all));
        sketch = gridkin::Sketch(parts);
        if (ivf) coarseSketch = gridkin::Sketch({centroids()});
    } catch (const std::exception &) {
        sketch = gridkin::Sketch();  // out of memory: search without a sketch
    }
    sketched = index->ntotal;
}
