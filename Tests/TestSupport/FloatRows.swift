public import Statistics

extension SplitMix64 {
    /// Row-major rows of uniformly distributed numbers.
    public mutating func rows(
        _ count: Int,
        dimension: Int,
        in range: ClosedRange<Float> = -1...1
    ) -> [Float] {
        (0..<count * dimension).map { _ in Float.random(in: range, using: &self) }
    }

    /// Rows of small whole numbers. Many rows are equal, and distances are exact in float32.
    public mutating func latticeRows(_ count: Int, dimension: Int) -> [Float] {
        (0..<count * dimension).map { _ in Float(Int.random(in: -1...1, using: &self)) }
    }
}

extension Sequence<Float> {
    /// The bit patterns of the numbers, by which NaN equals NaN and 0 differs from -0.
    public var bits: [UInt32] { map(\.bitPattern) }
}
