// The searches of the two kinds of index.
//
// 1. If there are few candidates, each of them is compared, wherever it is stored. A filter
//    that leaves a hundred of a million rows makes the search faster, and exact.
// 2. Such picked rows are compared in groups.
// 3. The lists of an IVF index are visited in order of distance. If they have fewer
//    candidates than requested, further lists are visited until there are enough. So an
//    answer is short only if there are no more candidates.
// 4. A batch finds its nearest lists together, and then searches the lists query by query,
//    because two queries rarely share a list.

#include "Index.hpp"

#include <algorithm>

namespace gridkin {
namespace {

/// Comparing one picked row takes as long as scoring this many rows in order by the sketch:
/// in flat indexes, and in lists.
constexpr int64_t PICKING_FLAT = 32, PICKING_LISTS = 16;
/// If fewer than one row in this many is a candidate, lists are searched for candidates
/// first, because the sketch would let many more rows through.
constexpr int64_t RARE = 16;
/// The number of queries that find their lists together.
constexpr size_t TOGETHER = 16;
/// If the nearest lists have too few candidates, this many times as many are searched.
constexpr size_t WIDENING = 4;

/// Compares every candidate.
void searchPicked(const CFaissIndex &index, const float *queries, size_t n,
                  const Candidates &candidates, Nearest *nearest) {
    const size_t d = size_t(index.index->d);
    Picked picked[PICKED_ROWS];
    size_t count = 0;
    const auto measure = [&] {
        for (size_t q = 0; q < n; q++) scan(picked, count, d, queries + q * d, nearest[q]);
        count = 0;
    };
    for (int64_t word = candidates.first / 64; word * 64 < candidates.last; word++)
        for (uint64_t bits = candidates.word(word); bits; bits &= bits - 1) {
            picked[count++] = index.row(word * 64 + __builtin_ctzll(bits));
            if (count == PICKED_ROWS) measure();
        }
    measure();
}

void searchFlat(const CFaissIndex &index, const float *queries, size_t n,
                const Candidates &candidates, Nearest *nearest) {
    const Rows rows = index.rows(candidates);
    const int64_t known = int64_t(index.sketch.count(0));
    const size_t border =
        size_t(std::clamp(known, candidates.first, candidates.last) - candidates.first);
    if (border > 0) index.sketch.scan(rows.part(0, border), queries, n, nearest);
    scan(rows.part(border, rows.count), queries, n, nearest);
}

/// Each query's `count` closest lists, closest first.
std::vector<CFaissNeighbour> closestLists(const CFaissIndex &index, const float *queries,
                                          size_t n, size_t count) {
    std::vector<CFaissNeighbour> lists(n * count);
    std::vector<Nearest> closest;
    for (size_t q = 0; q < n; q++) closest.emplace_back(lists.data() + q * count, count);
    const Rows centroids = index.centroids();
    if (index.coarseSketch.isEmpty())
        scan(centroids, queries, n, closest.data());
    else
        index.coarseSketch.scan(centroids, queries, n, closest.data());
    for (Nearest &own : closest) own.finish();
    return lists;
}

/// The search of one query through the lists.
class Visit {
  public:
    Visit(const CFaissIndex &index, const float *query, const Candidates &candidates,
          size_t available, Nearest &nearest)
        : index(index), query(query), candidates(candidates), nearest(nearest),
          isRare(candidates.allowed &&
                 int64_t(available) * RARE < candidates.last - candidates.first),
          isSketched(!isRare && index.sketch.knows(query)) {
        if (isSketched) prepared = index.sketch.prepared(query);
    }

    void list(size_t list) {
        const Rows rows = index.rowsOfList(list, candidates);
        if (isRare) return pick(rows);
        const size_t known = isSketched ? index.sketch.count(list) : 0;
        const size_t first = size_t(rows.first);
        const size_t border = std::clamp(known, first, first + rows.count) - first;
        if (border > 0)
            index.sketch.scanInOrder(rows.part(0, border), list, prepared, nearest);
        scan(rows.part(border, rows.count), query, 1, &nearest);
    }

    /// Searches the lists after the `visited` closest until `wanted` candidates are found. If
    /// there are few candidates, compares all of them instead.
    void further(size_t visited, size_t available, size_t wanted) {
        const size_t all = index.ivf->nlist;
        const size_t ahead = std::min(visited * WIDENING, all) - visited;
        if (nearest.count() < wanted && available * PICKING_LISTS <= index.rowsIn(ahead)) {
            nearest.forget();
            return searchPicked(index, query, 1, candidates, &nearest);
        }
        while (nearest.count() < wanted && visited < all) {
            const size_t count = std::min(visited * WIDENING, all);
            const auto lists = closestLists(index, query, 1, count);
            for (; visited < count && nearest.count() < wanted; visited++)
                list(size_t(lists[visited].row));
        }
    }

  private:
    void pick(const Rows &rows) {
        Picked picked[PICKED_ROWS];
        size_t count = 0;
        for (size_t i = 0; i < rows.count; i++) {
            if (!rows.allows(i)) continue;
            picked[count++] = {rows.values + i * rows.dimension, rows.number(i)};
            if (count < PICKED_ROWS) continue;
            scan(picked, count, rows.dimension, query, nearest);
            count = 0;
        }
        scan(picked, count, rows.dimension, query, nearest);
    }

    const CFaissIndex &index;
    const float *query;
    const Candidates &candidates;
    Nearest &nearest;
    bool isRare, isSketched;
    Sketch::Query prepared;
};

void searchLists(const CFaissIndex &index, const float *queries, size_t n, size_t probes,
                 const Candidates &candidates, size_t available, Nearest *nearest) {
    const auto lists = closestLists(index, queries, n, probes);
    for (size_t q = 0; q < n; q++) {
        const float *query = queries + q * size_t(index.ivf->d);
        Visit visit(index, query, candidates, available, nearest[q]);
        for (size_t i = 0; i < probes; i++) visit.list(size_t(lists[q * probes + i].row));
        visit.further(probes, available, std::min(available, nearest[q].capacity()));
    }
}

/// Whether there are so few candidates that comparing each is fastest.
bool areFew(const CFaissIndex &index, int64_t probes, const Candidates &candidates,
            int64_t count) {
    if (index.ivf)
        return count < index.ivf->ntotal &&
               size_t(count) * PICKING_LISTS <= index.rowsIn(size_t(probes));
    return candidates.allowed && count * PICKING_FLAT <= candidates.last - candidates.first;
}

}  // namespace

std::vector<int64_t> assign(const CFaissIndex &index, size_t n, const float *rows) {
    std::vector<int64_t> lists;
    for (size_t i = 0; i < n; i += TOGETHER) {
        const float *some = rows + i * size_t(index.ivf->d);
        for (const auto &list : closestLists(index, some, std::min(TOGETHER, n - i), 1))
            lists.push_back(list.row);
    }
    return lists;
}

void search(const CFaissIndex &index, size_t n, const float *queries, int64_t probes,
            const Candidates &candidates, Nearest *nearest) {
    require(!index.ivf || (probes >= 1 && size_t(probes) <= index.ivf->nlist),
            CFAISS_ARGUMENT, "probes must be 1 to the number of lists");
    const int64_t count = candidates.count();
    if (areFew(index, probes, candidates, count))
        return searchPicked(index, queries, n, candidates, nearest);
    if (index.flat) return searchFlat(index, queries, n, candidates, nearest);
    for (size_t q = 0; q < n; q += TOGETHER)
        searchLists(index, queries + q * size_t(index.ivf->d), std::min(TOGETHER, n - q),
                    size_t(probes), candidates, size_t(count), nearest + q);
}

}  // namespace gridkin
