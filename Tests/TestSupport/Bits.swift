extension Sequence<Float> {
    /// The bit patterns of the numbers, by which NaN equals NaN and 0 differs from -0.
    public var bits: [UInt32] { map(\.bitPattern) }
}
