/// How a window differs from the normal windows nearest to it: the embedding less the mean of theirs. Two
/// meters that are struck by one thing differ from their own usual windows in one direction, however
/// different their loads are.
public struct Departure: Equatable, Sendable {
    /// The generation whose encoder embedded the window: those of different encoders say nothing of each
    /// other.
    public let generation: Int
    /// One number for each dimension of the embedding.
    public let values: [Float]

    /// A departure from its parts.
    public init(generation: Int, values: [Float]) {
        (self.generation, self.values) = (generation, values)
    }

    /// The cosine of the angle between two departures, from -1 to 1; 0 if one is of another generation or has
    /// no direction.
    public func likeness(to other: Departure) -> Double {
        guard generation == other.generation, values.count == other.values.count else { return 0 }
        var (product, own, others) = (0.0, 0.0, 0.0)
        for (left, right) in zip(values, other.values) {
            product += Double(left) * Double(right)
            own += Double(left) * Double(left)
            others += Double(right) * Double(right)
        }
        let size = (own * others).squareRoot()
        return size > 0 ? product / size : 0
    }
}
