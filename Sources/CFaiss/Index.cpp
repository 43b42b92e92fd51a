// The two kinds of index, and the searches of each.

#include "Index.hpp"

#include <algorithm>

using faiss::IndexFlat;
using faiss::IndexIVFFlat;

CFaissIndex::CFaissIndex(std::unique_ptr<faiss::Index> owned)
    : index(std::move(owned)), flat(dynamic_cast<IndexFlat *>(index.get())),
      ivf(dynamic_cast<IndexIVFFlat *>(index.get())) {
    if (ivf) coarse = dynamic_cast<IndexFlat *>(ivf->quantizer);
    gridkin::require(flat || coarse, CFAISS_FORMAT, "neither flat nor IVF-flat");
}

gridkin::Rows CFaissIndex::rows(int64_t first, int64_t last) const {
    const size_t d = size_t(flat->d);
    return {flat->get_xb() + size_t(first) * d, size_t(last - first), d, first, nullptr};
}

gridkin::Rows CFaissIndex::rowsOfList(size_t list, int64_t first, int64_t last) const {
    const int64_t *ids = ivf->invlists->get_ids(list);
    const int64_t *end = ids + ivf->invlists->list_size(list);
    const int64_t *from = std::lower_bound(ids, end, first);
    const int64_t *to = std::lower_bound(from, end, last);
    const float *values = reinterpret_cast<const float *>(ivf->invlists->get_codes(list));
    const size_t d = size_t(ivf->d);
    return {values + size_t(from - ids) * d, size_t(to - from), d, 0, from};
}

gridkin::Rows CFaissIndex::centroids() const {
    return {coarse->get_xb(), ivf->nlist, size_t(ivf->d), 0, nullptr};
}

void CFaissIndex::updateSketch() noexcept {
    if (!flat) return;
    const size_t unknown = size_t(flat->ntotal) - sketch.count();
    if (unknown <= sketch.count() / 4) return;
    try {
        sketch = gridkin::Sketch(rows(0, flat->ntotal));
    } catch (const std::exception &) {
        sketch = gridkin::Sketch();  // out of memory: searches do without
    }
}

namespace gridkin {

std::vector<int64_t> assign(const CFaissIndex &index, size_t n, const float *rows) {
    std::vector<CFaissNeighbour> places(n);
    std::vector<Nearest> nearest;
    nearest.reserve(n);
    for (CFaissNeighbour &place : places) nearest.emplace_back(&place, 1);
    scan(index.centroids(), rows, n, nearest.data());
    std::vector<int64_t> lists(n);
    for (size_t i = 0; i < n; i++) lists[i] = places[i].row;
    return lists;
}

namespace {

void searchLists(const CFaissIndex &index, const float *query, size_t probes,
                 int64_t first, int64_t last, Nearest &nearest) {
    std::vector<CFaissNeighbour> lists(probes);
    Nearest closest(lists.data(), probes);
    scan(index.centroids(), query, 1, &closest);
    for (const CFaissNeighbour &list : lists)
        scan(index.rowsOfList(size_t(list.row), first, last), query, 1, &nearest);
}

void searchFlat(const CFaissIndex &index, const float *queries, size_t n, int64_t first,
                int64_t last, Nearest *nearest) {
    const int64_t border = std::clamp(int64_t(index.sketch.count()), first, last);
    if (first < border)
        index.sketch.scan(index.rows(first, border), queries, n, nearest);
    scan(index.rows(border, last), queries, n, nearest);
}

}  // namespace

void search(const CFaissIndex &index, size_t n, const float *queries, int64_t probes,
            int64_t first, int64_t last, Nearest *nearest) {
    if (index.flat) return searchFlat(index, queries, n, first, last, nearest);
    require(probes >= 1 && size_t(probes) <= index.ivf->nlist, CFAISS_ARGUMENT,
            "probes must be 1 to the number of lists");
    for (size_t q = 0; q < n; q++)
        searchLists(index, queries + q * size_t(index.ivf->d), size_t(probes), first, last,
                    nearest[q]);
}

}  // namespace gridkin
