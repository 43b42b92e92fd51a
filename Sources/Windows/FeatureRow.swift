/// Where one channel's features are written, one after the other.
struct FeatureRow {
    private let features: UnsafeMutableBufferPointer<Float>
    private var next: Int

    init(_ features: UnsafeMutableBufferPointer<Float>, from start: Int) {
        self.features = features
        next = start
    }

    mutating func append(_ value: Double) {
        features[next] = value.isFinite ? Float(value) : .nan
        next += 1
    }

    /// A feature some places ahead of the next one; those are passed over with ``skip(_:)``.
    subscript(ahead: Int) -> Double {
        get { Double(features[next + ahead]) }
        nonmutating set { features[next + ahead] = newValue.isFinite ? Float(newValue) : .nan }
    }

    mutating func skip(_ count: Int) { next += count }
}
