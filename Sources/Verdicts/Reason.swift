public import Readings

/// What lies behind a judgement, besides the values of the meter.
public enum Reason: Equatable, Sendable {
    /// Readings before the judged one are missing, and the score would be clearly less if none were.
    ///
    /// - Parameters:
    ///   - missing: how many.
    ///   - expected: how many should be there: those of a day, up to the judged one.
    case missingReadings(Int, of: Int)

    /// The meter reports at another interval than its history. Its readings are put on the history's grid.
    ///
    /// - Parameters:
    ///   - now: the interval of its latest readings, in milliseconds.
    ///   - known: that of its history.
    case changedInterval(now: Int64, known: Int64)

    /// A state is another one than in the reading before.
    case changedState(StateChange)

    /// A state has a word that the index does not know.
    ///
    /// - Parameter state: its name.
    case unknownWord(state: Name)

    /// The reading is on a holiday, by the meter's clock.
    case holiday(Name)

    /// A register of the meter was reset, or is that of another meter: what was used is missing.
    ///
    /// - Parameter channel: its name.
    case registerReset(channel: Name)

    /// The strangest channel of an alarm shows one value for longer than is usual.
    ///
    /// - Parameters:
    ///   - channel: its name.
    ///   - readings: for how many readings, of which more than some are not counted.
    case stuckValue(channel: Name, readings: Int)

    /// The reason's word in the protocol.
    public var word: String {
        switch self {
        case .missingReadings: Self.missingReadingsWord
        case .changedInterval: Self.changedIntervalWord
        case .changedState: Self.changedStateWord
        case .unknownWord: Self.unknownWordWord
        case .holiday: Self.holidayWord
        case .registerReset: Self.registerResetWord
        case .stuckValue: Self.stuckValueWord
        }
    }

    /// The word of ``missingReadings(_:of:)``.
    public static let missingReadingsWord = "missing_readings"
    /// The word of ``changedInterval(now:known:)``.
    public static let changedIntervalWord = "changed_interval"
    /// The word of ``changedState(_:)``.
    public static let changedStateWord = "changed_state"
    /// The word of ``unknownWord(state:)``.
    public static let unknownWordWord = "unknown_word"
    /// The word of ``holiday(_:)``.
    public static let holidayWord = "holiday"
    /// The word of ``registerReset(channel:)``.
    public static let registerResetWord = "register_reset"
    /// The word of ``stuckValue(channel:readings:)``.
    public static let stuckValueWord = "stuck_value"
}

extension Reason: CustomStringConvertible {
    /// The reason as a sentence without its end.
    public var description: String {
        switch self {
        case .missingReadings(let missing, let expected):
            "\(missing) of the last \(expected) readings \(missing == 1 ? "is" : "are") missing"
        case .changedInterval(let now, let known):
            "the meter reports every \(IntervalChange.words(now)) now, and every "
                + "\(IntervalChange.words(known)) in the index"
        case .changedState(let change):
            "`\(change.state)` went from \(change.from) to \(change.to), as it did \(change.times) "
                + "\(change.times == 1 ? "time" : "times") in \(change.of) readings after \(change.from)"
        case .unknownWord(let state): "`\(state)` has a word that the index does not know"
        case .holiday(let name): "it is a holiday there: \(name)"
        case .registerReset(let channel):
            "the register `\(channel)` was reset or exchanged: what was used since the reading before is not known"
        case .stuckValue(let channel, let readings):
            "`\(channel)` has shown one value for \(readings) readings or more"
        }
    }
}
