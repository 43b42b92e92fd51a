package import Readings
internal import Statistics
package import VectorIndex
package import Verdicts

/// The embeddings of one class of windows. Immutable and shared by all searches.
package struct EmbeddingBank: Sendable {
    let shared: SharedIndex
    /// The window of each row.
    package let windows: [KnownWindow]
    /// How many lists an approximate search probes; nil where the search is exact.
    package private(set) var probes: Int?
    /// Whether the rows are anomalies.
    package let isAnomalous: Bool
    /// The meters' names, by number.
    package let meters: [Name]
    /// The rows with a kind or with a label from a person, ascending: of normal windows, few.
    package let marked: [Int]
    /// The kinds of the rows; the first, nil, is that of rows without a kind.
    let kinds: [Name?]
    /// Each row's kind, as its index among the kinds: comparing numbers is faster than comparing strings.
    let kindNumbers: [Int32]

    /// The rows.
    package var index: VectorIndex {
        _read { yield shared.index }
    }

    package init(
        _ index: consuming VectorIndex,
        windows: [KnownWindow],
        meters: [Name],
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

    /// The windows nearest to a query, nearest first.
    ///
    /// - Parameters:
    ///   - query: an embedding.
    ///   - count: how many windows at most.
    ///   - filter: only rows that pass it; nil for all.
    ///   - rows: only these rows; nil for all.
    ///   - counting: the rows that still count, as no later label is about their windows; nil for all.
    ///   - search: how the bank is searched.
    package func nearest(
        _ query: [Float],
        count: Int,
        passing filter: NeighbourFilter? = nil,
        within rows: Range<Int>? = nil,
        among counting: RowSet? = nil,
        search: QueryOptions = QueryOptions()
    ) throws(VectorIndexError) -> [Match] {
        let found = try nearestRows(
            query,
            count: count,
            passing: filter,
            within: rows,
            among: counting,
            search: search
        )
        return found.map(match)
    }

    /// The rows of these windows, nearest first, with the same parameters.
    package func nearestRows(
        _ query: [Float],
        count: Int,
        passing filter: NeighbourFilter? = nil,
        within rows: Range<Int>? = nil,
        among counting: RowSet? = nil,
        search: QueryOptions = QueryOptions()
    ) throws(VectorIndexError) -> ArraySlice<FoundRow> {
        let scope = rows ?? 0..<windows.count
        let selection =
            filter.map { self.selection($0, within: scope) } ?? Selection(rows: scope, allowed: nil)
        let rows = selection.rows
        guard !rows.isEmpty else { return [] }
        var allowed = selection.allowed
        if let counting {
            if allowed == nil { allowed = counting } else { allowed?.formIntersection(counting) }
        }
        let found = try index.search(
            query,
            k: min(count, rows.count),
            probes: lists(search),
            within: rows.count == windows.count ? nil : rows,
            among: allowed
        )
        return found[query: 0]
    }

    private static func numbered(_ windows: [KnownWindow]) -> (kinds: [Name?], numbers: [Int32]) {
        var kinds: [Name?] = [nil]
        var known: [Name: Int32] = [:]
        let numbers = windows.map { window -> Int32 in
            guard let kind = window.kind else { return 0 }
            if let number = known[kind] { return number }
            known[kind] = Int32(kinds.count)
            kinds.append(kind)
            return Int32(kinds.count - 1)
        }
        return (kinds, numbers)
    }

    /// How many lists to probe; nil for a bank without lists.
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

    /// The rows of a meter's windows.
    ///
    /// - Precondition: the rows are ordered by meter.
    package func rows(ofMeter meter: Int) -> Range<Int> {
        firstRow { $0.meter >= meter }..<firstRow { $0.meter > meter }
    }

    /// The first row that fulfils a condition.
    ///
    /// - Precondition: all rows after a row that fulfils the condition fulfil it too.
    package func firstRow(in rows: Range<Int>? = nil, where condition: (KnownWindow) -> Bool) -> Int {
        (rows ?? 0..<windows.count).partitionPoint { condition(windows[$0]) }
    }
}

extension VectorIndex {
    /// How many lists the index has; nil for one without lists.
    package var lists: Int? {
        if case .ivf(let lists) = kind { lists } else { nil }
    }
}

extension EmbeddingBank {
    /// Some of a bank's rows.
    package struct Selection: Sendable {
        /// Consecutive rows that contain the selected ones.
        package let rows: Range<Int>
        /// Which of these rows are selected; nil for all.
        package let allowed: RowSet?
    }

    /// The rows that pass a filter.
    ///
    /// A normal bank is ordered by meter and then by time, an anomalous one by time: conditions on meters and
    /// times are ranges of rows, found without testing every row. Kinds and persons' labels are rare among
    /// normal windows, and anomalies are few.
    ///
    /// - Parameter scope: only these rows.
    package func selection(_ filter: NeighbourFilter, within scope: Range<Int>) -> Selection {
        guard filter.admits(anomalous: isAnomalous) else { return Selection(rows: 0..<0, allowed: nil) }
        let ranges = isAnomalous ? [range(of: filter, in: scope)] : meterRanges(filter, scope)
        guard let first = ranges.first, let last = ranges.last else {
            return Selection(rows: 0..<0, allowed: nil)
        }
        let rows = first.lowerBound..<last.upperBound
        let isPlain = !filter.namesKinds && filter.isFromPerson == nil && filter.notAt.isEmpty
        if ranges.count == 1, isPlain, !isAnomalous || !filter.namesMeters {
            return Selection(rows: rows, allowed: nil)
        }
        var allowed = RowSet(count: windows.count)
        if isAnomalous {
            let admits = rowTest(filter)
            for row in rows where admits(row) { allowed.insert(row) }
            return Selection(rows: rows, allowed: allowed)
        }
        if filter.admits(kind: nil), filter.admits(person: false) {
            for range in ranges { allowed.insert(range) }
        }
        if !isPlain { decideMarked(filter, ranges, &allowed) }
        return Selection(rows: rows, allowed: allowed)
    }

    /// The rows of the filter's time, of all meters.
    private func range(of filter: NeighbourFilter, in scope: Range<Int>) -> Range<Int> {
        let first = firstRow(in: scope) { $0.time >= filter.from }
        return first..<max(first, firstRow(in: scope) { $0.time >= filter.until })
    }

    /// The rows of the filter's meters and time; adjoining ranges are joined.
    private func meterRanges(_ filter: NeighbourFilter, _ scope: Range<Int>) -> [Range<Int>] {
        guard let first = scope.first.map({ windows[$0].meter }),
            let last = scope.last.map({ windows[$0].meter })
        else { return [] }
        var ranges: [Range<Int>] = []
        for meter in first...last where filter.admits(meter: meters[meter]) {
            let range = range(of: filter, in: rows(ofMeter: meter).clamped(to: scope))
            if range.isEmpty { continue }
            if let before = ranges.last, before.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = before.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// Decides about the few rows with a kind or a person's label, and about the times that the filter leaves
    /// out.
    private func decideMarked(_ filter: NeighbourFilter, _ ranges: [Range<Int>], _ allowed: inout RowSet) {
        let markedRows = ranges.flatMap { range in
            let first = marked.partitionPoint { $0 >= range.lowerBound }
            return marked[first..<marked.partitionPoint { $0 >= range.upperBound }]
        }
        let admits = rowTest(filter)
        for row in markedRows { if admits(row) { allowed.insert(row) } else { allowed.remove(row) } }
        for time in filter.notAt {
            for meter in meters.indices {
                let row = firstRow(in: rows(ofMeter: meter)) { $0.time >= time }
                if row < windows.count, windows[row].time == time { allowed.remove(row) }
            }
        }
    }

    /// A test whether a row passes, which compares each meter's name and each kind only once.
    private func rowTest(_ filter: NeighbourFilter) -> (Int) -> Bool {
        let meterPasses = meters.map(filter.admits(meter:))
        let kindPasses = kinds.map(filter.admits(kind:))
        return { row in
            meterPasses[windows[row].meter] && kindPasses[Int(kindNumbers[row])]
                && filter.admits(time: windows[row].time) && filter.admits(person: windows[row].isFromPerson)
        }
    }
}
