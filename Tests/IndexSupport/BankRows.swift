package import Detection
import Readings
package import Statistics
import TestSupport
package import VectorIndex

extension RowSet {
    /// All rows but some.
    package init(of count: Int, except rows: some Sequence<Int>) {
        self.init(all: count)
        for row in rows { remove(row) }
    }
}

/// Random embeddings with their windows, for a bank and for its naive twin.
package struct BankRows {
    package let dimension: Int
    package var embeddings: [Float] = []
    package var windows: [KnownWindow] = []

    /// Windows an hour apart, meter by meter.
    package init(_ counts: [Int], dimension: Int, persons: Double = 0, _ random: inout SplitMix64) {
        self.dimension = dimension
        for (meter, count) in counts.enumerated() {
            for hour in 0..<count {
                let isFromPerson = Double.random(in: 0..<1, using: &random) < persons
                embeddings += Self.embedding(dimension, &random)
                let time = Int64(hour) * 3_600_000
                windows.append(KnownWindow(meter: meter, time: time, isFromPerson: isFromPerson))
            }
        }
    }

    package static func embedding(_ dimension: Int, _ random: inout SplitMix64) -> [Float] {
        (0..<dimension).map { _ in Float.random(in: -2...2, using: &random) }
    }

    package func embedding(of row: Int) -> [Float] {
        Array(embeddings[row * dimension..<(row + 1) * dimension])
    }

    /// The same rows in time order, as in a bank of anomalies.
    package func inTimeOrder() -> BankRows {
        let order = windows.indices.sorted {
            (windows[$0].time, windows[$0].meter) < (windows[$1].time, windows[$1].meter)
        }
        var sorted = self
        sorted.embeddings = order.flatMap(embedding(of:))
        sorted.windows = order.map { windows[$0] }
        return sorted
    }

    package func bank(lists: Int? = nil, isAnomalous: Bool = false) throws -> EmbeddingBank {
        let meters = (0...(windows.map(\.meter).max() ?? 0)).map { Name("meter \($0)") }
        guard let lists else {
            var index = try VectorIndex(flatDimension: dimension)
            try index.add(embeddings)
            return EmbeddingBank(
                index,
                windows: windows,
                meters: meters,
                probes: nil,
                isAnomalous: isAnomalous
            )
        }
        var index = try VectorIndex(
            ivfDimension: dimension,
            lists: lists,
            trainingRows: embeddings,
            seed: 1
        )
        try index.add(embeddings)
        return EmbeddingBank(index, windows: windows, meters: meters, probes: 1, isAnomalous: isAnomalous)
    }

    /// The distances to some rows, in the order of the rows.
    package func distances(_ query: [Float], to rows: [Int]) -> [Double] {
        rows.map { row in
            BruteForce(embedding(of: row), dimension: dimension).nearest(query, count: 1)[0].distance
        }
    }
}
