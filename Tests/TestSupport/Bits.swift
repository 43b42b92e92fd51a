extension Sequence<Float> {
    /// The numbers to the last bit, so that NaN equals NaN and 0 is not -0.
    public var bits: [UInt32] { map(\.bitPattern) }
}
