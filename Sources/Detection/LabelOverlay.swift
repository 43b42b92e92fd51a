package import Readings
package import VectorIndex
package import Verdicts

/// The labels given since the generation was built: banks beside the generation's banks, and the rows of
/// those that they override. It is a value: a query works on the labels that were known when it began.
///
/// The labels lie in a few segments, each at least ``Self/growth`` times as large as the next. A new label
/// makes a small segment, which takes in the others of about its size: so adding one copies few others, and a
/// search visits few segments.
package struct LabelOverlay: Sendable {
    /// One labelled window.
    package struct Entry: Sendable {
        package let meter: Name
        package let time: Int64
        package let label: Label
        /// The label's number in the journal.
        package let number: Int64
        package let embedding: [Float]

        /// A label and the embedding of its window.
        package init(meter: Name, time: Int64, label: Label, number: Int64, embedding: [Float]) {
            self.meter = meter
            self.time = time
            self.label = label
            self.number = number
            self.embedding = embedding
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

    /// The same labels and further ones. Of several labels for one window only the one with the greatest
    /// number counts, in whatever order they are added, and the banks' label does not.
    ///
    /// - Parameters:
    ///   - entries: the labels.
    ///   - banks: those of the generation: normal windows meter by meter, in time order; anomalies in time
    ///     order.
    ///   - meterNumbers: the numbers of the generation's meters.
    package func adding(
        _ entries: [Entry],
        beside banks: Banks,
        meterNumbers: [Name: Int]
    ) throws(VectorIndexError) -> LabelOverlay {
        var overlay = self
        let added = Self.latest(entries).filter { overlay.takePlace($0) }
        guard !added.isEmpty else { return self }
        for entry in added {
            guard let meter = meterNumbers[entry.meter] else { continue }
            overlay.override(meter, entry.time, banks)
        }
        try overlay.append(added, banks)
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

    /// Removes the earlier label of an entry's window.
    ///
    /// - Returns: false if there is one with the same number or a later one, which stays.
    private mutating func takePlace(_ entry: Entry) -> Bool {
        guard let (part, place) = place(of: entry.meter, at: entry.time) else { return true }
        guard place.number < entry.number else { return false }
        parts[part].remove(place)
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

    /// Takes the banks' rows of a window out.
    private mutating func override(_ meter: Int, _ time: Int64, _ banks: Banks) {
        let own = banks.normal.rows(ofMeter: meter)
        let normal = banks.normal.firstRow(in: own) { $0.time >= time }
        if normal < own.upperBound, banks.normal.windows[normal].time == time {
            normals.remove(normal, of: banks.normal)
        }
        var row = banks.anomalous.firstRow { $0.time >= time }
        while row < banks.anomalous.windows.count, banks.anomalous.windows[row].time == time {
            if banks.anomalous.windows[row].meter == meter { anomalies.remove(row, of: banks.anomalous) }
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

    /// The number of the label that counts for a window, and the label; nil if there is none.
    package func label(of meter: Name, at time: Int64) -> (number: Int64, label: Label)? {
        place(of: meter, at: time).map { part, place in
            guard place.isAnomalous else { return (place.number, .normal) }
            let window = parts[part].segment.anomalous.windows[place.row]
            return (place.number, .anomalous(kind: window.kind))
        }
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
}
