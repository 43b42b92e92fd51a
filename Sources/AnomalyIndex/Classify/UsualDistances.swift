internal import Catalog
internal import VectorIndex

/// How far each meter's normal windows usually lie from their nearest others: the unit of strangeness.
struct UsualDistances: Codable, Equatable, Sendable {
    /// By meter number, then by channel; empty for a meter with too few windows.
    let byMeter: [[Double]]
    /// By channel, for meters without their own.
    let pooled: [Double]

    /// A meter with fewer normal windows than this is judged by everyone's.
    static let fewestWindows = 50
    /// A median needs no more windows than this.
    static let sampleLimit = 400

    /// How far normal windows of a meter usually lie apart in one channel.
    func distance(meter: Int?, channel: Int) -> Double {
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
    init(banks: [EmbeddingBank], meterCount: Int, exclusion: [Int64]) throws(VectorIndexError) {
        var byMeter: [[Double]] = []
        for meter in 0..<meterCount {
            var distances: [Double] = []
            let rows = banks[0].rows(ofMeter: meter)
            if rows.count >= Self.fewestWindows {
                for bank in banks {
                    distances.append(try Self.median(bank, rows: rows, exclusion: exclusion[meter]))
                }
            }
            byMeter.append(distances)
        }
        let known = byMeter.filter { !$0.isEmpty }
        self.byMeter = byMeter
        pooled = banks.indices.map { channel in
            known.map { $0[channel] }.sorted().quantile(0.5) ?? 1
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
        return distances.sorted().quantile(0.5) ?? 1
    }
}
