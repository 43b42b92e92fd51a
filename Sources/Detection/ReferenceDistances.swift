internal import Statistics
internal import Tasks
internal import VectorIndex

/// How far each meter's normal windows usually lie from their nearest others: the unit of strangeness.
package struct ReferenceDistances: Codable, Equatable, Sendable {
    /// By meter number, then by channel; empty for a meter with too few windows.
    package let byMeter: [[Double]]
    /// By channel, for meters without their own.
    package let pooled: [Double]

    /// A meter with fewer normal windows than this is judged by everyone's.
    package static let fewestWindows = 50
    /// A median needs no more windows than this.
    package static let sampleLimit = 400

    /// How far normal windows of a meter usually lie apart in one channel.
    package func distance(meter: Int?, channel: Int) -> Double {
        let own = meter.flatMap { byMeter.indices.contains($0) ? byMeter[$0] : nil } ?? []
        return own.isEmpty ? pooled[channel] : own[channel]
    }

    /// Measures a bank's meters.
    ///
    /// A window's neighbours within a day of it are left out: they share most of its readings and would make
    /// everything else look far away.
    ///
    /// - Parameters:
    ///   - banks: the normal bank, or its channels' banks where there are several.
    ///   - meterCount: how many meters there are.
    ///   - exclusion: how close in time, in milliseconds, is too close, by meter.
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
