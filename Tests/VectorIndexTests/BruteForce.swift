import Statistics
import VectorIndex

/// The slow, obvious twin of every search: all distances in double precision, sorted.
struct BruteForce {
    let dimension: Int
    let rows: [Float]

    var count: Int { rows.count / dimension }

    func squaredDistance(_ query: ArraySlice<Float>, to row: Int) -> Double {
        zip(query, rows[row * dimension..<(row + 1) * dimension]).reduce(0) { sum, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return sum + difference * difference
        }
    }

    func distances(_ query: ArraySlice<Float>, within range: Range<Int>) -> [(row: Int, distance: Double)] {
        range.map { ($0, squaredDistance(query, to: $0)) }
            .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    }
}

/// A seeded generator (SplitMix64, Steele, Lea and Flood 2014), so that every run sees the same rows.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func rows(_ count: Int, dimension: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count * dimension).map { _ in Float.random(in: range, using: &self) }
    }

    /// Small whole numbers: many equal rows, and distances that are exact in float32.
    mutating func latticeRows(_ count: Int, dimension: Int) -> [Float] {
        (0..<count * dimension).map { _ in Float(Int.random(in: -1...1, using: &self)) }
    }
}
