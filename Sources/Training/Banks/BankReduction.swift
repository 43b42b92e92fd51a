package import Verdicts

/// How much of the normal bank a build keeps.
public enum BankReduction: Equatable, Sendable, CustomStringConvertible {
    /// A share of the windows, above 0 and below 1.
    case share(Double)
    /// As many windows as fit with their embeddings into this many bytes.
    case bytes(Int)

    private static let units = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1_000), ("MB", 1_000_000),
        ("GB", 1_000_000_000),
    ]
    /// The largest size that is read: whatever unit states it, its bytes are exact.
    private static let mostBytes = 1e6 * Double(1 << 30)

    /// Reads `0.1`, or a size such as `64MB` or `64MiB`; nil for anything else.
    public init?(_ text: String) {
        for (unit, size) in Self.units where text.hasSuffix(unit) {
            guard let count = Double(text.dropLast(unit.count)) else { return nil }
            let bytes = (count * Double(size)).rounded()
            guard bytes >= 1, bytes <= Self.mostBytes else { return nil }
            self = .bytes(Int(bytes))
            return
        }
        guard let share = Double(text), share > 0, share < 1 else { return nil }
        self = .share(share)
    }

    /// As it was written, but for the choice of the unit; ``init(_:)`` reads it back.
    public var description: String {
        switch self {
        case .share(let share): return "\(share)"
        case .bytes(let bytes):
            let unit = Self.units.last { bytes.isMultiple(of: $0.1) }
            return unit.map { "\(bytes / $0.1)\($0.0)" } ?? "\(Double(bytes) / 1_000)KB"
        }
    }

    /// The fewest windows that a meter keeps: its first fold is judged by two fifths of them, and with fewer
    /// than ``ReferenceDistances/fewestWindows`` it would be judged by the windows of other meters.
    static let fewestOfMeter = 250

    /// How many windows each meter keeps.
    ///
    /// - Parameters:
    ///   - counts: how many windows each meter has.
    ///   - rowBytes: how many bytes a window takes.
    /// - Throws: ``IndexError`` with `badRequest` for a size into which the fewest windows of all meters do
    ///   not fit.
    package func kept(of counts: [Int], rowBytes: Int) throws(IndexError) -> [Int] {
        func kept(_ share: Double) -> [Int] {
            counts.map { min($0, max(Int((Double($0) * share).rounded()), Self.fewestOfMeter)) }
        }
        let bytes: Int
        switch self {
        case .share(let share): return kept(share)
        case .bytes(let limit): bytes = limit
        }
        func fits(_ counts: [Int]) -> Bool { counts.reduce(0, +) * rowBytes <= bytes }
        if fits(counts) { return counts }
        guard fits(kept(0)) else {
            throw IndexError(
                .badRequest,
                "\(self) hold \(bytes / rowBytes) windows, and \(counts.count) meters need at least "
                    + "\(kept(0).reduce(0, +)); give \(kept(0).reduce(0, +) * rowBytes / 1000 + 1)KB or more"
            )
        }
        var (least, most) = (0.0, 1.0)
        for _ in 0..<50 {
            let middle = (least + most) / 2
            if fits(kept(middle)) { least = middle } else { most = middle }
        }
        return kept(least)
    }
}
