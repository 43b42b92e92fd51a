/// A register of a meter, such as the kWh that it has counted since it was made: what was used between two
/// readings is their difference.
///
/// A difference is given only where it is what was used in one interval. Of the first reading, and of the one
/// after a gap, a reset or an exchange of the meter, nothing can be said; it is missing.
public struct Register: Codable, Equatable, Sendable {
    /// What became of a reading of the register.
    public enum Step: Hashable, CaseIterable, Sendable {
        /// The difference to the reading before.
        case difference
        /// The register rolled over, and the difference counts through its end.
        case rollOver
        /// The reading itself is missing.
        case missing
        /// There is no reading before it.
        case first
        /// The reading before it is too old, or missing.
        case gap
        /// The register fell: it was reset, or is that of another meter.
        case fall
        /// The register rose by more than any load: it is that of another meter.
        case jump
    }

    /// The last reading that was not missing; nil before the first.
    private(set) var last: Double?
    /// When it was taken.
    private(set) var time: Int64?

    /// A register that was not read yet.
    public init() {}

    /// Reads the register.
    ///
    /// - Parameters:
    ///   - value: as the register shows it; NaN if missing.
    ///   - moment: later than that of the reading before.
    /// - Returns: the difference to the reading before, NaN if it is missing, and why.
    public mutating func read(
        _ value: Double,
        at moment: Timestamp,
        _ limits: RegisterLimits
    ) -> (difference: Double, step: Step) {
        // The same NaN: one that stands for a bad cell is counted apart.
        guard value.isFinite else { return (value, .missing) }
        defer { (last, time) = (value, moment.milliseconds) }
        guard let last, let time else { return (.nan, .first) }
        guard limits.areNeighbours(Timestamp(milliseconds: time), moment) else { return (.nan, .gap) }
        let difference = Self.difference(value, last)
        guard difference >= 0 else {
            let rolled = Self.rollOver(from: last, to: value, limits)
            return rolled.map { ($0, .rollOver) } ?? (.nan, .fall)
        }
        let most = limits.usual.map { $0 * RegisterLimits.mostTimes } ?? .infinity
        return difference > most ? (.nan, .jump) : (difference, .difference)
    }

    /// What was used, if a register that fell did so because it has no more digits; nil if that is not
    /// likely.
    ///
    /// Registers end at a power of ten, counters of pulses at a power of two, both also in tenths, hundredths
    /// or thousandths of the unit.
    private static func rollOver(from last: Double, to value: Double, _ limits: RegisterLimits) -> Double? {
        guard let usual = limits.usual, value >= 0 else { return nil }
        let most = usual * RegisterLimits.rollOverTimes
        let ends = Self.ends.filter { $0 > last && $0 - last + value <= most }
        return ends.min().map { difference($0 + value, last) }
    }

    private static let ends: [Double] = {
        let digits = (3...12).map { number in (0..<number).reduce(1.0) { power, _ in power * 10 } }
        let bits = [16, 24, 31, 32].map { Double(1 << $0) }
        return digits + [1.0, 10, 100, 1000].flatMap { part in bits.map { $0 / part } }
    }()

    /// The difference of two decimal numbers, as decimals give it: 12.3 - 12.1 is 0.2, and not
    /// 0.20000000000000107.
    static func difference(_ value: Double, _ last: Double) -> Double {
        for scale in Self.scales {
            let (one, other) = (value * scale, last * scale)
            guard abs(one) < 1e13, abs(other) < 1e13 else { break }
            if isWhole(one), isWhole(other) { return (one.rounded() - other.rounded()) / scale }
        }
        return value - last
    }

    private static let scales: [Double] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    /// Whether a number is whole but for the rounding of its last bits.
    private static func isWhole(_ number: Double) -> Bool {
        abs(number - number.rounded()) <= 2 * number.ulp
    }
}
