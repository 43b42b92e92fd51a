// The generator behind everything random: the simulator, forests, samples. Not the system's: equal seeds must
// give equal results on every machine. G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom
// Number Generators" (2014).

/// A small seeded generator of random numbers.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator. Equal seeds give equal sequences.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A generator with an independent sequence, for a numbered part of the work.
    ///
    /// The seed is mixed: one that is some steps of this generator away would give the same sequence with an
    /// offset.
    public func split(_ part: UInt64) -> SplitMix64 {
        var other = SplitMix64(seed: state ^ (part &* 0xd134_2543_de82_ef95))
        return SplitMix64(seed: other.next())
    }

    /// A number that is uniformly distributed between the bounds.
    public mutating func uniform(_ bounds: ClosedRange<Double>) -> Double {
        let unit = Double(next() >> 11) * 0x1p-53
        return bounds.lowerBound + unit * (bounds.upperBound - bounds.lowerBound)
    }

    /// A uniformly distributed number from `0..<count`.
    public mutating func index(_ count: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// An approximately normal number with mean 0 and deviation 1: the sum of four uniform numbers. The tails
    /// end at 3.5 deviations, which suits the noise of a meter. Box and Muller's exact method needs a
    /// logarithm.
    public mutating func normal() -> Double {
        let bits = next()
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
        return (Double(sum) * 0x1p-16 - 2) * 1.732_050_807_568_877
    }
}
