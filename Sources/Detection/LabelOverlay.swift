package import Readings
package import Verdicts

/// The labels given since the generation was built: embeddings beside the banks, and the rows of the banks
/// that they override. It is a value: a query works on the labels that were known when it began.
package struct LabelOverlay: Sendable {
    /// One labelled window.
    package struct Entry: Sendable {
        package let meter: Name
        /// The meter's number in the generation; nil for a meter that is newer.
        package let meterNumber: Int?
        package let time: Int64
        package let label: Label
        package let embedding: [Float]

        /// A label and the embedding of its window.
        package init(meter: Name, meterNumber: Int?, time: Int64, label: Label, embedding: [Float]) {
            self.meter = meter
            self.meterNumber = meterNumber
            self.time = time
            self.label = label
            self.embedding = embedding
        }
    }

    package private(set) var entries: [Entry] = []
    /// The overridden rows of the normal bank.
    package private(set) var overriddenNormals: Set<Int> = []
    /// The overridden rows of the anomalous bank.
    package private(set) var overriddenAnomalies: Set<Int> = []

    /// No labels.
    package init() {}

    /// Adds a label. Of several labels for one window only the latest counts, and the banks' label does not.
    ///
    /// - Parameters:
    ///   - entry: the label.
    ///   - normals: the normal bank, meter by meter, in time order.
    ///   - anomalies: the anomalous bank, in time order.
    package mutating func add(_ entry: Entry, overriding normals: EmbeddingBank, _ anomalies: EmbeddingBank) {
        entries.removeAll { $0.meter == entry.meter && $0.time == entry.time }
        entries.append(entry)
        guard let meter = entry.meterNumber else { return }
        let own = normals.rows(ofMeter: meter)
        let normal = normals.firstRow(in: own) { $0.time >= entry.time }
        if normal < own.upperBound, normals.windows[normal].time == entry.time {
            overriddenNormals.insert(normal)
        }
        var row = anomalies.firstRow { $0.time >= entry.time }
        while row < anomalies.windows.count, anomalies.windows[row].time == entry.time {
            if anomalies.windows[row].meter == meter { overriddenAnomalies.insert(row) }
            row += 1
        }
    }

    /// Adds a label and overrides the rows of a classifier's banks.
    package mutating func add(_ entry: Entry, in classifier: Classifier) {
        add(entry, overriding: classifier.normal, classifier.anomalous)
    }

    /// Whether this label counts, whatever its embedding.
    package func contains(_ entry: Entry) -> Bool {
        entries.contains { $0.time == entry.time && $0.meter == entry.meter && $0.label == entry.label }
    }

    /// The labelled windows of one class near a query, nearest first.
    ///
    /// - Parameters:
    ///   - query: an embedding.
    ///   - block: the part of the embedding to compare.
    ///   - anomalous: the class.
    ///   - meter: only windows of this meter; nil for those of all meters.
    ///   - filter: only windows that pass it; nil for all.
    package func nearest(
        _ query: [Float],
        block: Range<Int>,
        anomalous: Bool,
        meter: Name? = nil,
        passing filter: NeighbourFilter? = nil,
        count: Int
    ) -> [Match] {
        guard !entries.isEmpty else { return [] }
        return entries.lazy
            .filter { $0.label.isAnomalous == anomalous && (meter == nil || $0.meter == meter) }
            .map { entry in
                var sum: Float = 0
                for index in block {
                    let difference = query[index] - entry.embedding[index]
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
            .filter { filter?.admits($0) ?? true }
            .sorted { $0.distance < $1.distance }
            .prefix(count).map(\.self)
    }
}
