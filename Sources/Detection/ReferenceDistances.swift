internal import Statistics
internal import Tasks
internal import VectorIndex

/// How far each meter's normal windows typically lie from their nearest neighbours: the unit of strangeness.
package struct ReferenceDistances: Codable, Equatable, Sendable {
    /// By meter number, then by channel; empty for a meter with too few windows.
    package let byMeter: [[Double]]
    /// By channel, for meters without their own.
    package let pooled: [Double]

    /// A meter with fewer normal windows is judged by the windows of all meters.
    package static let fewestWindows = 50
    /// How many windows a median is measured on; it needs no more.
    package static let sampleLimit = 400

    /// The typical distance of a meter in one channel; of all meters together where it has none of its own.
    package func distance(meter: Int?, channel: Int) -> Double {
        let own = meter.flatMap { byMeter.indices.contains($0) ? byMeter[$0] : nil } ?? []
        return own.isEmpty ? pooled[channel] : own[channel]
    }

    /// Measures a bank's meters.
    ///
    /// Windows close in time do not count as neighbours: they share most of their readings, and every other
    /// window would look far away beside them.
    ///
    /// - Parameters:
    ///   - banks: the normal bank, or one bank for each channel where there are several channels.
    ///   - meterCount: how many meters there are.
    ///   - exclusion: how close in time, in milliseconds, windows are no neighbours, by meter.
    package init(banks: [EmbeddingBank], meterCount: Int, exclusion: [Int64]) async throws {
        let pairs = (0..<meterCount).flatMap { meter in banks.indices.map { (meter, $0) } }
        let medians = try await concurrentMap(pairs) { meter, channel in
            let rows = banks[channel].rows(ofMeter: meter)
            return rows.count < Self.fewestWindows
                ? nil : try Self.median(banks[channel], rows: rows, exclusion: exclusion[meter])
        }
        let byMeter = (0..<meterCount).map { meter in
            medians[meter * banks.count..<(meter + 1) * banks.count].compactMap(\.self)
        }
        let known = byMeter.filter { !$0.isEmpty }
        self.byMeter = byMeter
        pooled = banks.indices.map { channel in
            known.map { $0[channel] }.sorted().sortedQuantile(0.5) ?? 1
        }
    }

    private static func median(
        _ bank: EmbeddingBank,
        rows: Range<Int>,
        exclusion: Int64
    ) throws(VectorIndexError) -> Double {
        let count = min(rows.count, sampleLimit)
        var distances: [Double] = []
        for index in 0..<count {
            let row = rows.lowerBound + index * rows.count / count
            let time = bank.windows[row].time
            let query = try bank.index.row(row)
            let first = bank.firstRow(in: rows) { $0.time > time - exclusion }
            let last = bank.firstRow(in: rows) { $0.time >= time + exclusion }
            let before = try bank.nearest(query, count: Evidence.neighbours, within: rows.lowerBound..<first)
            let after = try bank.nearest(query, count: Evidence.neighbours, within: last..<rows.upperBound)
            let nearest = (before + after).sorted { $0.distance < $1.distance }
            if let distance = nearest.meanDistance() { distances.append(distance) }
        }
        return distances.sorted().sortedQuantile(0.5) ?? 1
    }
}
