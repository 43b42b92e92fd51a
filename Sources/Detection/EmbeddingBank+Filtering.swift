internal import Statistics
package import VectorIndex
package import Verdicts

extension EmbeddingBank {
    /// Some of a bank's rows.
    package struct Selection: Sendable {
        /// A stretch of rows that holds all of them.
        package let rows: Range<Int>
        /// Those of the stretch that are meant; nil for all.
        package let allowed: RowSet?
    }

    /// The rows that pass a filter.
    ///
    /// A bank lies meter by meter in time order, or in time order: conditions on meters and times are
    /// stretches of rows, found without looking at every row. What else is kept of windows is nothing for
    /// almost all normal ones, and anomalies are few.
    ///
    /// - Parameter scope: only these rows.
    package func selection(_ filter: NeighbourFilter, within scope: Range<Int>) -> Selection {
        guard filter.admits(anomalous: isAnomalous) else { return Selection(rows: 0..<0, allowed: nil) }
        let stretches = isAnomalous ? [stretch(of: filter, in: scope)] : metersStretches(filter, scope)
        guard let first = stretches.first, let last = stretches.last else {
            return Selection(rows: 0..<0, allowed: nil)
        }
        let rows = first.lowerBound..<last.upperBound
        let isPlain = !filter.namesKinds && filter.isFromPerson == nil && filter.notAt.isEmpty
        if stretches.count == 1, isPlain, !isAnomalous || !filter.namesMeters {
            return Selection(rows: rows, allowed: nil)
        }
        var allowed = RowSet(count: windows.count)
        if isAnomalous {
            let admits = rowTest(filter)
            for row in rows where admits(row) { allowed.insert(row) }
            return Selection(rows: rows, allowed: allowed)
        }
        if filter.admits(kind: nil), filter.admits(person: false) {
            for stretch in stretches { allowed.insert(stretch) }
        }
        if !isPlain { settleMarked(filter, stretches, &allowed) }
        return Selection(rows: rows, allowed: allowed)
    }

    /// Rows of the time asked for, of everyone.
    private func stretch(of filter: NeighbourFilter, in scope: Range<Int>) -> Range<Int> {
        let first = firstRow(in: scope) { $0.time >= filter.from }
        return first..<max(first, firstRow(in: scope) { $0.time >= filter.until })
    }

    /// Rows of the meters and the time asked for, adjoining ones as one.
    private func metersStretches(_ filter: NeighbourFilter, _ scope: Range<Int>) -> [Range<Int>] {
        guard let first = scope.first.map({ windows[$0].meter }),
            let last = scope.last.map({ windows[$0].meter })
        else { return [] }
        var stretches: [Range<Int>] = []
        for meter in first...last where filter.admits(meter: meters[meter]) {
            let stretch = stretch(of: filter, in: rows(ofMeter: meter).clamped(to: scope))
            if stretch.isEmpty { continue }
            if let before = stretches.last, before.upperBound == stretch.lowerBound {
                stretches[stretches.count - 1] = before.lowerBound..<stretch.upperBound
            } else {
                stretches.append(stretch)
            }
        }
        return stretches
    }

    /// Decides about the few rows of which more is kept than meter and time, and about times left out.
    private func settleMarked(_ filter: NeighbourFilter, _ stretches: [Range<Int>], _ allowed: inout RowSet) {
        let places = stretches.flatMap { stretch in
            let first = marked.partitionPoint { $0 >= stretch.lowerBound }
            return marked[first..<marked.partitionPoint { $0 >= stretch.upperBound }]
        }
        let admits = rowTest(filter)
        for row in places { if admits(row) { allowed.insert(row) } else { allowed.remove(row) } }
        for time in filter.notAt {
            for meter in meters.indices {
                let row = firstRow(in: rows(ofMeter: meter)) { $0.time >= time }
                if row < windows.count, windows[row].time == time { allowed.remove(row) }
            }
        }
    }

    /// Whether a row passes, with every word compared once instead of once a row.
    private func rowTest(_ filter: NeighbourFilter) -> (Int) -> Bool {
        let meterPasses = meters.map(filter.admits(meter:))
        let kindPasses = kinds.map(filter.admits(kind:))
        return { row in
            meterPasses[windows[row].meter] && kindPasses[Int(kindNumbers[row])]
                && filter.admits(time: windows[row].time) && filter.admits(person: windows[row].isFromPerson)
        }
    }
}
