package import Readings
package import VectorIndex
package import Verdicts

/// The labels given or taken back since the generation was built: banks beside the generation's banks, and
/// the rows of those that they override. It is a value: a query works on the labels that were known when it
/// began.
///
/// The labels lie in a few segments, each at least ``Self/growth`` times as large as the next. A new label
/// makes a small segment, which takes in the others of about its size: so adding one copies few others, and a
/// search visits few segments.
package struct LabelOverlay: Sendable {
    /// One labelled window, or one whose labels by persons were taken back.
    package struct Entry: Sendable {
        package let meter: Name
        package let time: Int64
        /// The label that counts; nil if that is what the banks say without persons.
        package let label: Label?
        /// The number of the label or the withdrawal in the journal.
        package let number: Int64
        package let embedding: [Float]
        /// Whether a person gave the label; else it is the data set's, and counts as a person has taken the
        /// label back that is in the banks.
        package let isFromPerson: Bool

        /// A label and the embedding of its window.
        package init(
            meter: Name,
            time: Int64,
            label: Label,
            number: Int64,
            embedding: [Float],
            isFromPerson: Bool = true
        ) {
            (self.meter, self.time, self.label) = (meter, time, label)
            (self.number, self.embedding, self.isFromPerson) = (number, embedding, isFromPerson)
        }

        /// Persons' labels of a window are taken back, and the data set says nothing that is in no bank.
        package init(withdrawing number: Int64, meter: Name, time: Int64) {
            (self.meter, self.time, label) = (meter, time, nil)
            (self.number, embedding, isFromPerson) = (number, [], false)
        }
    }

    /// A segment, and the rows of it that count.
    private struct Part: Sendable {
        let segment: LabelSegment
        /// The normal rows that count; nil for all.
        var normals: RowSet?
        /// The anomalous rows that count; nil for all.
        var anomalies: RowSet?
        /// How many rows count.
        var count: Int

        mutating func remove(_ place: LabelSegment.Place) {
            count -= 1
            if place.isAnomalous {
                anomalies.remove(place.row, of: segment.anomalous)
            } else {
                normals.remove(place.row, of: segment.normal)
            }
        }

        func counts(_ place: LabelSegment.Place) -> Bool {
            (place.isAnomalous ? anomalies : normals)?.contains(place.row) ?? true
        }
    }

    /// The largest first.
    private var parts: [Part] = []
    /// The rows of the normal bank that no label overrides; nil for all.
    package private(set) var normals: RowSet?
    /// The rows of the anomalous bank that no label overrides; nil for all.
    package private(set) var anomalies: RowSet?
    /// The numbers of the last withdrawals.
    private var withdrawals: [Window: Int64] = [:]

    /// A segment takes in the next one unless it is this many times as large.
    private static let growth = 8
    /// A smaller segment always takes in the next one.
    private static let smallest = 64

    /// No labels.
    package init() {}

    /// How many labels count.
    package var count: Int { parts.reduce(0) { $0 + $1.count } }

    /// Whether there are no labels.
    package var isEmpty: Bool { parts.isEmpty }

    /// The same labels and further ones. Of several labels and withdrawals for one window only the one with
    /// the greatest number counts, in whatever order they are added. Where it is a label, the banks' label
    /// does not count; where it is a withdrawal, a person's label in the banks does not, and any other does.
    ///
    /// - Parameters:
    ///   - entries: the labels and withdrawals.
    ///   - banks: those of the generation: normal windows meter by meter, in time order; anomalies in time
    ///     order.
    ///   - meterNumbers: the numbers of the generation's meters.
    ///   - isAnew: whether windows have changed that were labelled before: an entry replaces that of its own
    ///     number.
    package func adding(
        _ entries: [Entry],
        beside banks: Banks,
        meterNumbers: [Name: Int],
        isAnew: Bool = false
    ) throws(VectorIndexError) -> LabelOverlay {
        var overlay = self
        let added = Self.latest(entries).filter { overlay.takePlace($0, isAnew: isAnew) }
        guard !added.isEmpty else { return self }
        for entry in added {
            guard let meter = meterNumbers[entry.meter] else { continue }
            overlay.settle(entry, meter, banks)
        }
        overlay.parts.removeAll { $0.count == 0 }
        if added.contains(where: { !$0.isFromPerson }) {
            overlay.normals.forgetWhole()
            overlay.anomalies.forgetWhole()
        }
        let labels = added.filter { $0.label != nil }
        if !labels.isEmpty { try overlay.append(labels, banks) }
        return overlay
    }

    /// The latest label of each window.
    private static func latest(_ entries: [Entry]) -> [Entry] {
        guard entries.count > 1 else { return entries }
        var latest: [Window: Int] = [:]
        for (index, entry) in entries.enumerated() {
            let window = Window(meter: entry.meter, time: entry.time)
            if let other = latest[window], entries[other].number > entry.number { continue }
            latest[window] = index
        }
        return latest.values.sorted().map { entries[$0] }
    }

    private struct Window: Hashable {
        let meter: Name
        let time: Int64
    }

    /// Removes the earlier label of an entry's window, and notes a withdrawal.
    ///
    /// - Returns: false if there is a label or a withdrawal with the same number or a later one, which stays.
    private mutating func takePlace(_ entry: Entry, isAnew: Bool) -> Bool {
        let window = Window(meter: entry.meter, time: entry.time)
        if let last = withdrawals[window] {
            // What the data set says may become known after the withdrawal, with its number.
            guard last < entry.number || last == entry.number && entry.label != nil else { return false }
        }
        if let (part, place) = place(of: entry.meter, at: entry.time) {
            guard place.number < entry.number || isAnew && place.number == entry.number else { return false }
            parts[part].remove(place)
        }
        if !entry.isFromPerson { withdrawals[window] = entry.number }
        return true
    }

    private func place(of meter: Name, at time: Int64) -> (part: Int, place: LabelSegment.Place)? {
        for (number, part) in parts.enumerated() {
            if let place = part.segment.place(of: meter, at: time), part.counts(place) {
                return (number, place)
            }
        }
        return nil
    }

    /// Takes the banks' rows of a window out, or brings them back in, where a person's labels were taken back
    /// that they do not come from.
    private mutating func settle(_ entry: Entry, _ meter: Int, _ banks: Banks) {
        let own = banks.normal.rows(ofMeter: meter)
        let normal = banks.normal.firstRow(in: own) { $0.time >= entry.time }
        if normal < own.upperBound, banks.normal.windows[normal].time == entry.time {
            normals.settle(normal, of: banks.normal, entry)
        }
        var row = banks.anomalous.firstRow { $0.time >= entry.time }
        while row < banks.anomalous.windows.count, banks.anomalous.windows[row].time == entry.time {
            if banks.anomalous.windows[row].meter == meter {
                anomalies.settle(row, of: banks.anomalous, entry)
            }
            row += 1
        }
    }

    /// Makes a segment of labels and of the segments that are not much larger.
    private mutating func append(_ added: [Entry], _ banks: Banks) throws(VectorIndexError) {
        var entries = added
        while let last = parts.last,
            last.count < max(Self.smallest, entries.count * Self.growth)
        {
            entries += try last.segment.entries(last.normals, last.anomalies)
            parts.removeLast()
        }
        parts.append(Part(segment: try LabelSegment(entries, like: banks), count: entries.count))
    }

    /// The number of the label that counts for a window beside the banks, the label, and whether a person
    /// gave it; nil if there is none.
    package func label(
        of meter: Name,
        at time: Int64
    ) -> (number: Int64, label: Label, isFromPerson: Bool)? {
        place(of: meter, at: time).map { part, place in
            let segment = parts[part].segment
            let window = (place.isAnomalous ? segment.anomalous : segment.normal).windows[place.row]
            let label: Label = place.isAnomalous ? .anomalous(kind: window.kind) : .normal
            return (place.number, label, window.isFromPerson)
        }
    }

    /// The number of the last label or withdrawal of a window; nil if there is none.
    package func number(of meter: Name, at time: Int64) -> Int64? {
        let withdrawal = withdrawals[Window(meter: meter, time: time)]
        return [place(of: meter, at: time)?.place.number, withdrawal].compactMap(\.self).max()
    }
}

extension LabelOverlay {
    /// The windows labelled normal near a query, nearest first; equally near ones by meter and time.
    ///
    /// - Parameters:
    ///   - query: an embedding, or its part that belongs to a channel.
    ///   - channel: only this channel is compared; nil for whole embeddings.
    ///   - meter: only windows of this meter; nil for those of all meters.
    ///   - filter: only windows that pass it; nil for all.
    package func nearestNormals(
        _ query: [Float],
        channel: Int? = nil,
        ofMeter meter: Name?,
        passing filter: NeighbourFilter? = nil,
        count: Int
    ) throws(VectorIndexError) -> [Match] {
        var found: [[Match]] = []
        for part in parts {
            let rows = meter.map { part.segment.normals(ofMeter: $0) }
            if let rows, rows.isEmpty { continue }
            let bank = channel.map { part.segment.channels[$0] } ?? part.segment.normal
            found.append(
                try bank.nearest(query, count: count, passing: filter, within: rows, among: part.normals)
            )
        }
        return Self.merged(found, count) {
            ($0.distance, $0.meter, $0.time) < ($1.distance, $1.meter, $1.time)
        }
    }

    /// The windows labelled anomalous near a query, nearest first; equally near ones by time and meter.
    ///
    /// - Parameter filter: only windows that pass it; nil for all.
    package func nearestAnomalies(
        _ query: [Float],
        passing filter: NeighbourFilter? = nil,
        count: Int
    ) throws(VectorIndexError) -> [Match] {
        var found: [[Match]] = []
        for part in parts {
            let bank = part.segment.anomalous
            found.append(try bank.nearest(query, count: count, passing: filter, among: part.anomalies))
        }
        return Self.merged(found, count) {
            ($0.distance, $0.time, $0.meter) < ($1.distance, $1.time, $1.meter)
        }
    }

    private static func merged(
        _ found: [[Match]],
        _ count: Int,
        by isBefore: (Match, Match) -> Bool
    ) -> [Match] {
        let found = found.filter { !$0.isEmpty }
        guard found.count > 1 else { return found.first ?? [] }
        return Array(found.joined().sorted(by: isBefore).prefix(count))
    }
}

extension RowSet? {
    /// Removes a row of a bank from the rows that count, nil for all.
    fileprivate mutating func remove(_ row: Int, of bank: EmbeddingBank) {
        if self == nil { self = RowSet(all: bank.windows.count) }
        self?.remove(row)
    }

    /// Removes a row that an entry overrides, and inserts any other.
    fileprivate mutating func settle(_ row: Int, of bank: EmbeddingBank, _ entry: LabelOverlay.Entry) {
        if entry.isFromPerson || bank.windows[row].isFromPerson {
            remove(row, of: bank)
        } else {
            self?.insert(row)
        }
    }

    /// Becomes nil if all rows count.
    fileprivate mutating func forgetWhole() {
        if let rows = self, rows == RowSet(all: rows.count) { self = nil }
    }
}
