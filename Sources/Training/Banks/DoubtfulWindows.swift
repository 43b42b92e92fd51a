internal import Detection
internal import Statistics
internal import Tasks
internal import VectorIndex
internal import Windows

/// Windows nobody labelled that are too far from their meter's others to be taken for normal.
///
/// A history holds anomalies nobody has labelled. In the normal bank they would vouch for the next of their kind,
/// which is how a detector without labels goes blind. So the strangest of a meter's windows are kept out of it.
/// How strange is told from the distance to a neighbour that is so many places away that no single incident fills
/// the places before it, and neighbours close in time do not count: a meter's one long incident is near itself.
struct DoubtfulWindows: Sendable {
    /// Rows of the window table, ascending.
    let rows: [Int]

    /// The share of a meter's windows kept out where nothing is labelled.
    private static let share = 0.1
    /// The neighbour asked for is so far down the list, as a share of all.
    private static let place = 0.01
    /// A meter with fewer windows is left as it is.
    private static let fewestWindows = 200
    /// Each window is compared with so many of its meter's, evenly spaced; a share needs no more.
    private static let sampleLimit = 2000
    private static let leastSample = 500
    /// Fewer where there are very many windows: so many products of two numbers in all, a minute of one core.
    private static let productLimit = 60_000_000_000

    /// None.
    init() {
        rows = []
    }

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - embeddings: of the whole table, row-major.
    ///   - exclusion: how close in time, in milliseconds, is too close, by meter.
    ///   - trust: how much labels are to be trusted: what they tell need not be guessed. Half a year of labels, with
    ///     as much taken out, lost a twentieth of its average precision.
    init(_ table: WindowTable, embeddings: [Float], exclusion: [Int64], trust: Double) async throws {
        let dimension = embeddings.count / max(table.count, 1)
        let affordable = Self.productLimit / max(table.count * dimension, 1)
        let limit = min(Self.sampleLimit, max(affordable, Self.leastSample))
        let meters = try table.rows.enumerated().compactMap { meter, rows in
            let normals = rows.filter { !table.anomalous[$0] }
            return normals.count < Self.fewestWindows
                ? nil : try Sample(normals, limit, of: table, embeddings, dimension, exclusion[meter])
        }
        // In parts, or one meter with a long history would keep one core busy and the others waiting.
        let parts = meters.flatMap { meter in meter.normals.parts(of: 512).map { (meter, $0) } }
        let distances = try await concurrentMap(parts) { meter, rows in
            try rows.map { row in
                try meter.distance(of: row, at: table.windows[row].time, embeddings, dimension)
            }
        }.flatMap(\.self)
        var start = 0
        rows = meters.flatMap { meter in
            defer { start += meter.normals.count }
            let own = distances[start..<start + meter.normals.count]
            let line = own.sorted().sortedQuantile(1 - Self.share * (1 - trust) * (1 - trust)) ?? .infinity
            return zip(meter.normals, own).filter { row, distance in
                // Whoever looked at it and found it normal is believed.
                distance > line && !table.windows[row].isFromPerson
            }.map(\.0)
        }
    }

    /// Some of a meter's windows, to stand for all.
    private final class Sample: Sendable {
        let normals: [Int]
        private let times: [Int64]
        private let index: VectorIndex
        private let place: Int
        private let exclusion: Int64

        init(
            _ normals: [Int],
            _ limit: Int,
            of table: WindowTable,
            _ embeddings: [Float],
            _ dimension: Int,
            _ exclusion: Int64
        ) throws(VectorIndexError) {
            let sample = normals.thinned(to: limit)
            var index = try VectorIndex(flatDimension: dimension)
            try index.add(sample.flatMap { embeddings[$0 * dimension..<($0 + 1) * dimension] })
            self.normals = normals
            self.index = index
            self.exclusion = exclusion
            times = sample.map { table.windows[$0].time }
            place = max(Int(Double(sample.count) * DoubtfulWindows.place), Evidence.neighbours)
        }

        /// How far a window's neighbour at that place is.
        func distance(
            of row: Int,
            at time: Int64,
            _ embeddings: [Float],
            _ dimension: Int
        ) throws(VectorIndexError) -> Double {
            let embedding = Array(embeddings[row * dimension..<(row + 1) * dimension])
            let sides = [
                0..<times.partitionPoint { $0 > time - exclusion },
                times.partitionPoint { $0 >= time + exclusion }..<times.count,
            ]
            var distances: [Float] = []
            for side in sides where !side.isEmpty {
                distances += try index.search(embedding, k: place, within: side)[query: 0].map(
                    \.squaredDistance
                )
            }
            distances.sort()
            return Double(distances.prefix(place).last ?? 0)
        }
    }
}
