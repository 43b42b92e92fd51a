/// What lies behind a judgement, besides the values of the meter.
public enum Reason: Equatable, Sendable {
    /// Readings before the judged one are missing, and the score would be clearly less if none were.
    ///
    /// - Parameters:
    ///   - missing: how many.
    ///   - expected: how many should be there: those of a day, up to the judged one.
    case missingReadings(Int, of: Int)

    /// The reason's word in the protocol.
    public var word: String {
        switch self {
        case .missingReadings: Self.missingReadingsWord
        }
    }

    /// The word of ``missingReadings(_:of:)``.
    public static let missingReadingsWord = "missing_readings"
}

extension Reason: CustomStringConvertible {
    /// The reason as a sentence without its end.
    public var description: String {
        switch self {
        case .missingReadings(let missing, let expected):
            "\(missing) of the last \(expected) readings \(missing == 1 ? "is" : "are") missing"
        }
    }
}
