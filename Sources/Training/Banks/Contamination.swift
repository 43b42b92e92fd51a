internal import Detection
internal import Statistics
internal import Tasks
internal import VectorIndex
internal import Windows

/// The unlabelled windows that are too far from the other windows of their meter to be treated as normal.
///
/// A history holds anomalies that nobody has labelled. In the normal bank they would make the next anomaly of
/// their kind look normal. So the strangest windows of each meter are left out of the bank. A window's
/// strangeness is its distance to a neighbour so far down the list that no single incident fills the ranks
/// before it; windows close in time do not count as neighbours, because the windows of one long incident are
/// near each other.
package struct Contamination: Equatable, Sendable {
    /// Rows of the window table, ascending.
    let rows: [Int]

    /// The share of a meter's windows that is left out where nothing is labelled.
    private static let share = 0.1
    /// The rank of the neighbour whose distance counts, as a share of all windows.
    private static let rank = 0.01
    /// A meter with fewer windows keeps all of them.
    private static let fewestWindows = 200
    /// The most windows of its meter that a window is compared with, evenly spaced; a share needs no more.
    private static let sampleLimit = 2000
    private static let leastSample = 500
    /// The most products of two numbers in all, a minute of one core: with very many windows the sample is
    /// smaller.
    private static let productLimit = 60_000_000_000

    /// No windows.
    init() {
        rows = []
    }

    /// Finds the windows.
    ///
    /// - Parameters:
    ///   - windows: the embeddings of all windows, by the plain encoder, even if the build takes another.
    ///   - exclusion: how close in time, in milliseconds, windows are no neighbours, by meter.
    ///   - trust: how far the labels are trusted, 0…1: the more is labelled, the fewer windows are left out.
    ///     With half a year of labels, leaving out as much as without labels lost a twentieth of the average
    ///     precision.
    init(_ windows: EncodedShard, exclusion: [Int64], trust: Double) async throws {
        let affordable = Self.productLimit / max(windows.count * windows.dimension, 1)
        let limit = min(Self.sampleLimit, max(affordable, Self.leastSample))
        let meters = try windows.rows.enumerated().compactMap { meter, rows in
            let normals = rows.filter { !windows.anomalous[$0] }
            return normals.count < Self.fewestWindows
                ? nil : try Sample(normals, limit: limit, of: windows, exclusion: exclusion[meter])
        }
        // In parts: otherwise one meter with a long history would keep one core busy and the others waiting.
        let parts = meters.flatMap { meter in meter.normals.parts(of: 512).map { (meter, $0) } }
        let distances = try await concurrentMap(parts) { meter, rows in
            try rows.map { try meter.distance(of: $0, in: windows) }
        }.flatMap(\.self)
        var start = 0
        rows = meters.flatMap { meter in
            defer { start += meter.normals.count }
            let own = distances[start..<start + meter.normals.count]
            let line = own.sorted().sortedQuantile(1 - Self.share * (1 - trust) * (1 - trust)) ?? .infinity
            return zip(meter.normals, own).filter { row, distance in
                // A window that a person labelled normal always stays.
                distance > line && !windows.windows[row].isFromPerson
            }.map(\.0)
        }
    }

    /// The rows that are treated as normal: those not labelled anomalous and not left out.
    func normals(of list: WindowList) -> [Int] {
        let leftOut = Set(rows)
        return (0..<list.count).filter { !list.anomalous[$0] && !leftOut.contains($0) }
    }

    /// Evenly spaced windows of a meter, to represent all of its windows.
    private final class Sample: Sendable {
        let normals: [Int]
        private let times: [Int64]
        private let index: VectorIndex
        private let rank: Int
        private let exclusion: Int64

        init(
            _ normals: [Int],
            limit: Int,
            of windows: EncodedShard,
            exclusion: Int64
        ) throws(VectorIndexError) {
            let sample = normals.thinned(to: limit)
            var index = try VectorIndex(flatDimension: windows.dimension)
            try index.add(sample.flatMap(windows.embedding(of:)))
            self.normals = normals
            self.index = index
            self.exclusion = exclusion
            times = sample.map { windows.windows[$0].time }
            rank = max(Int(Double(sample.count) * Contamination.rank), Evidence.neighbours)
        }

        /// How far the neighbour of that rank is from a window, squared.
        func distance(of row: Int, in windows: EncodedShard) throws(VectorIndexError) -> Double {
            let embedding = Array(windows.embedding(of: row))
            let time = windows.windows[row].time
            let sides = [
                0..<times.partitionPoint { $0 > time - exclusion },
                times.partitionPoint { $0 >= time + exclusion }..<times.count,
            ]
            var distances: [Float] = []
            for side in sides where !side.isEmpty {
                distances += try index.search(embedding, k: rank, within: side)[query: 0].map(
                    \.squaredDistance
                )
            }
            distances.sort()
            return Double(distances.prefix(rank).last ?? 0)
        }
    }
}

extension Contamination: BuildStage {
    package static let kind = "contamination"

    package func write(into file: inout StageFile) throws {
        try file.add(rows, as: "rows")
    }

    package init(_ file: StageFile) throws {
        rows = try file.value("rows")
    }
}
