internal import Readings
internal import VectorIndex
internal import Verdicts

/// Some of the labels given since the build, arranged and searched as the banks are: immutable, shared by all
/// snapshots that have it, its embeddings contiguous.
///
/// Meters have numbers of their own here, in the order of their names, since a labelled meter may be newer
/// than the generation. Normal windows are ordered by meter and then by time, anomalies by time and then by
/// meter: so a window is found by bisection, and equally near windows come in an order that does not depend
/// on when they were labelled.
final class LabelSegment: Sendable {
    /// The windows labelled normal.
    let normal: EmbeddingBank
    /// The same windows in each channel, where there are several channels.
    let channels: [EmbeddingBank]
    /// The windows labelled anomalous.
    let anomalous: EmbeddingBank
    /// The labels' numbers, by row.
    private let numbers: (normal: [Int64], anomalous: [Int64])
    private let meterNumbers: [Name: Int]

    /// How many labels there are, those included that no longer count.
    var count: Int { normal.windows.count + anomalous.windows.count }

    /// A segment of labels, at most one of each window, and of no withdrawal.
    ///
    /// - Parameter banks: those of the generation, for the dimension and the channels.
    init(_ entries: [LabelOverlay.Entry], like banks: Banks) throws(VectorIndexError) {
        let meters = Set(entries.map(\.meter)).sorted()
        let meterNumbers = Dictionary(uniqueKeysWithValues: zip(meters, meters.indices))
        let rows = entries.map { (meter: meterNumbers[$0.meter] ?? 0, entry: $0) }
        let normals = rows.filter { $0.entry.label == .normal }
            .sorted { ($0.meter, $0.entry.time) < ($1.meter, $1.entry.time) }
        let anomalies = rows.filter { $0.entry.label?.isAnomalous ?? false }
            .sorted { ($0.entry.time, $0.meter) < ($1.entry.time, $1.meter) }
        let whole = 0..<banks.normal.index.dimension
        normal = try Self.bank(normals, whole, meters, isAnomalous: false)
        anomalous = try Self.bank(anomalies, whole, meters, isAnomalous: true)
        var channels: [EmbeddingBank] = []
        if !banks.channels.isEmpty {
            for block in banks.blocks {
                channels.append(try Self.bank(normals, block, meters, isAnomalous: false))
            }
        }
        self.channels = channels
        self.meterNumbers = meterNumbers
        numbers = (normals.map(\.entry.number), anomalies.map(\.entry.number))
    }

    /// A bank of a part of each label's embedding.
    private static func bank(
        _ rows: [(meter: Int, entry: LabelOverlay.Entry)],
        _ block: Range<Int>,
        _ meters: [Name],
        isAnomalous: Bool
    ) throws(VectorIndexError) -> EmbeddingBank {
        var index = try VectorIndex(flatDimension: block.count)
        var values: [Float] = []
        values.reserveCapacity(rows.count * block.count)
        for row in rows { values += row.entry.embedding[block] }
        if !rows.isEmpty { try index.add(values) }
        let windows = rows.map { meter, entry in
            KnownWindow(
                meter: meter,
                time: entry.time,
                kind: entry.label?.kind,
                isFromPerson: entry.isFromPerson
            )
        }
        return EmbeddingBank(index, windows: windows, meters: meters, probes: nil, isAnomalous: isAnomalous)
    }

    /// The normal rows of a meter.
    func normals(ofMeter meter: Name) -> Range<Int> {
        meterNumbers[meter].map { normal.rows(ofMeter: $0) } ?? 0..<0
    }

    /// Where the label of a window is; nil if there is none.
    func place(of meter: Name, at time: Int64) -> Place? {
        guard let number = meterNumbers[meter] else { return nil }
        let own = normal.rows(ofMeter: number)
        let row = normal.firstRow(in: own) { $0.time >= time }
        if row < own.upperBound, normal.windows[row].time == time {
            return Place(isAnomalous: false, row: row, number: numbers.normal[row])
        }
        let anomaly = anomalous.firstRow { ($0.time, $0.meter) >= (time, number) }
        guard anomaly < anomalous.windows.count, anomalous.windows[anomaly].time == time,
            anomalous.windows[anomaly].meter == number
        else { return nil }
        return Place(isAnomalous: true, row: anomaly, number: numbers.anomalous[anomaly])
    }

    /// Where a label is in a segment.
    struct Place {
        let isAnomalous: Bool
        let row: Int
        /// The label's number.
        let number: Int64
    }

    /// The labels of some rows.
    ///
    /// - Parameters:
    ///   - normals: the rows of normal windows; nil for all.
    ///   - anomalies: the rows of anomalies; nil for all.
    func entries(_ normals: RowSet?, _ anomalies: RowSet?) throws(VectorIndexError) -> [LabelOverlay.Entry] {
        var entries: [LabelOverlay.Entry] = []
        for (bank, rows) in [(normal, normals), (anomalous, anomalies)] {
            for (row, window) in bank.windows.enumerated() where rows?.contains(row) ?? true {
                entries.append(
                    LabelOverlay.Entry(
                        meter: bank.meters[window.meter],
                        time: window.time,
                        label: bank.isAnomalous ? .anomalous(kind: window.kind) : .normal,
                        number: (bank.isAnomalous ? numbers.anomalous : numbers.normal)[row],
                        embedding: try bank.index.row(row),
                        isFromPerson: window.isFromPerson
                    )
                )
            }
        }
        return entries
    }
}
