/// Why a query, a reading or a label was not accepted.
public struct QueryError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The kinds of refusal; the line protocol has the same words.
    public enum Code: String, CaseIterable, Sendable {
        /// Not as many values as the index has channels.
        case wrongChannels = "wrong_channels"
        /// The index has never heard of the meter.
        case unknownMeter = "unknown_meter"
        /// The meter has no reading at that time.
        case noReading = "no_reading"
        /// Older than the meter's newest reading.
        case late
        /// The meter has a reading of that time already.
        case repeated
        /// What is asked for does not fit together.
        case badRequest = "bad_request"
        /// A condition on neighbours that means nothing.
        case badFilter = "bad_filter"
        /// The disk does not take it just now.
        case unavailable
        /// A fault of the server's own.
        case `internal`
    }

    /// Which kind of refusal.
    public let code: Code
    /// What was wrong and what to do about it.
    public let message: String

    /// A refusal, with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence, for people.
    public var description: String { message }
}
