internal import Catalog

/// The labels given since the generation was built: embeddings beside the banks, and the rows in the banks
/// they overrule. A value: a query works on the one that was there when it began.
struct LabelledWindows: Sendable {
    /// One labelled window.
    struct Entry: Sendable {
        let meter: String
        /// Its number in the generation; nil for a meter that is newer.
        let meterNumber: Int?
        let time: Int64
        let label: StoredLabel
        let embedding: [Float]
    }

    private(set) var entries: [Entry] = []
    /// Overruled rows of the normal bank.
    private(set) var overriddenNormals: Set<Int> = []
    /// Overruled rows of the anomalous bank.
    private(set) var overriddenAnomalies: Set<Int> = []

    /// Takes in a label; of several for one window the latest counts, and none of the banks'.
    mutating func add(_ entry: Entry, in classifier: Classifier) {
        entries.removeAll { $0.meter == entry.meter && $0.time == entry.time }
        entries.append(entry)
        guard let meter = entry.meterNumber else { return }
        let own = classifier.normal.rows(ofMeter: meter)
        let normal = classifier.normal.firstRow(in: own) { $0.time >= entry.time }
        if normal < own.upperBound, classifier.normal.windows[normal].time == entry.time {
            overriddenNormals.insert(normal)
        }
        var row = classifier.anomalous.firstRow { $0.time >= entry.time }
        while row < classifier.anomalous.windows.count, classifier.anomalous.windows[row].time == entry.time {
            if classifier.anomalous.windows[row].meter == meter { overriddenAnomalies.insert(row) }
            row += 1
        }
    }

    /// The labelled windows of one class near a query, nearest first.
    ///
    /// - Parameters:
    ///   - query: an embedding.
    ///   - block: the part of the embedding to compare.
    ///   - anomalous: which class.
    ///   - meter: only this meter's windows; nil for everyone's.
    func nearest(
        _ query: [Float],
        block: Range<Int>,
        anomalous: Bool,
        meter: String? = nil,
        count: Int
    ) -> [Match] {
        entries.lazy
            .filter { $0.label.isAnomalous == anomalous && (meter == nil || $0.meter == meter) }
            .map { entry in
                var sum: Float = 0
                for place in block {
                    let difference = query[place] - entry.embedding[place]
                    sum += difference * difference
                }
                return Match(
                    distance: Double(sum).squareRoot(),
                    meter: entry.meter,
                    time: entry.time,
                    isAnomalous: anomalous,
                    kind: entry.label.kind,
                    isFromPerson: true
                )
            }
            .sorted { $0.distance < $1.distance }
            .prefix(count).map(\.self)
    }
}
