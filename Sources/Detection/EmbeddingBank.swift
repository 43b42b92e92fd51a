internal import Statistics
package import VectorIndex
package import Verdicts

/// The embeddings of one class, with what each row stands for. Immutable and shared by all searches.
package struct EmbeddingBank: Sendable {
    let shared: SharedIndex
    /// What each row stands for.
    package let windows: [KnownWindow]
    /// How many lists an approximate search looks into; nil where the search is exact.
    package private(set) var probes: Int?
    /// Whether the rows are anomalies.
    package let isAnomalous: Bool
    /// The meters' names, by number.
    package let meters: [String]
    /// Rows with a kind, or with a label from a person, ascending: few of the normal ones.
    package let marked: [Int]
    /// The kinds there are; the first is that of rows without one.
    let kinds: [String?]
    /// Each row's kind, as its place among the kinds: comparing numbers is faster than comparing words.
    let kindNumbers: [Int32]

    /// The rows.
    package var index: VectorIndex {
        _read { yield shared.index }
    }

    package init(
        _ index: consuming VectorIndex,
        windows: [KnownWindow],
        meters: [String],
        probes: Int?,
        isAnomalous: Bool
    ) {
        precondition(index.count == windows.count, "a window for each row")
        shared = SharedIndex(index)
        self.windows = windows
        self.meters = meters
        self.probes = probes
        self.isAnomalous = isAnomalous
        marked = windows.indices.filter { windows[$0].kind != nil || windows[$0].isFromPerson }
        (kinds, kindNumbers) = Self.numbered(windows)
    }

    /// The same bank with another number of lists that a search probes.
    package func probing(_ probes: Int?) -> EmbeddingBank {
        var bank = self
        bank.probes = probes
        return bank
    }

    /// The windows nearest to a query, nearest first, a person's labels and all.
    ///
    /// - Parameters:
    ///   - query: an embedding.
    ///   - count: how many.
    ///   - filter: only rows that pass it; nil for all.
    ///   - rows: only these rows.
    ///   - overridden: rows that count no more, because a later label speaks of the same window.
    ///   - search: how to look.
    package func nearest(
        _ query: [Float],
        count: Int,
        passing filter: NeighbourFilter? = nil,
        within rows: Range<Int>? = nil,
        except overridden: Set<Int> = [],
        search: QueryOptions = QueryOptions()
    ) throws(VectorIndexError) -> [Match] {
        let scope = rows ?? 0..<windows.count
        let selection =
            filter.map { self.selection($0, within: scope) } ?? Selection(rows: scope, allowed: nil)
        let rows = selection.rows
        guard !rows.isEmpty else { return [] }
        // Overridden rows are few; each costs one more place in the answer.
        var wanted = count
        while true {
            let found = try index.search(
                query,
                k: min(wanted, rows.count),
                probes: lists(search),
                within: rows.count == windows.count ? nil : rows,
                among: selection.allowed
            )[query: 0]
            // A loop: a chain of lazy collections takes eight allocations.
            var kept: [Match] = []
            kept.reserveCapacity(min(found.count, count))
            for neighbour in found where kept.count < count && !overridden.contains(neighbour.row) {
                kept.append(match(neighbour))
            }
            if kept.count == count || found.count < wanted || wanted >= rows.count { return kept }
            wanted *= 2
        }
    }

    private static func numbered(_ windows: [KnownWindow]) -> (kinds: [String?], numbers: [Int32]) {
        var kinds: [String?] = [nil]
        var known: [String: Int32] = [:]
        let numbers = windows.map { window -> Int32 in
            guard let kind = window.kind else { return 0 }
            if let number = known[kind] { return number }
            known[kind] = Int32(kinds.count)
            kinds.append(kind)
            return Int32(kinds.count - 1)
        }
        return (kinds, numbers)
    }

    /// How many lists to look into; nil where there are none.
    private func lists(_ search: QueryOptions) -> Int? {
        guard let lists = index.lists else { return nil }
        return search.exact ? lists : min(search.probes ?? probes ?? lists, lists)
    }

    private func match(_ neighbour: FoundRow) -> Match {
        let window = windows[neighbour.row]
        return Match(
            distance: Double(max(neighbour.squaredDistance, 0)).squareRoot(),
            meter: meters[window.meter],
            time: window.time,
            isAnomalous: isAnomalous,
            kind: window.kind,
            isFromPerson: window.isFromPerson
        )
    }

    /// The rows of a meter's windows, where rows lie meter by meter.
    package func rows(ofMeter meter: Int) -> Range<Int> {
        firstRow { $0.meter >= meter }..<firstRow { $0.meter > meter }
    }

    /// The first row that fulfils a condition which holds from some row on.
    package func firstRow(in rows: Range<Int>? = nil, where condition: (KnownWindow) -> Bool) -> Int {
        (rows ?? 0..<windows.count).partitionPoint { condition(windows[$0]) }
    }
}

extension VectorIndex {
    /// How many lists there are to look into; nil where there are none.
    package var lists: Int? {
        if case .ivf(let lists) = kind { lists } else { nil }
    }
}
