/// A request that cannot be answered: a code for the client's program and a sentence for the people who read
/// it.
public struct RequestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, for programs.
    public let code: ErrorCode

    /// What was wrong, where, and what to do. May quote the request: characters that would break a reply's
    /// line are replaced when the reply is written.
    public let sentence: String

    /// An error from its two parts.
    public init(_ code: ErrorCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    /// The sentence.
    public var description: String { sentence }
}

/// Why a request was not answered `OK`: the second word of an `ERR` line. The list is closed, so that a
/// client can decide by the code alone; the sentence after it is for people.
public enum ErrorCode: String, CaseIterable, Sendable {
    /// The line is not of any form the protocol knows.
    case badRequest = "bad_request"

    /// The first token is not a verb.
    case unknownVerb = "unknown_verb"

    /// The line is not UTF-8, or holds a control character other than tab.
    case badEncoding = "bad_encoding"

    /// The time is not understood, or does not exist.
    case badTime = "bad_time"

    /// A value is not a number, or is out of range.
    case badValue = "bad_value"

    /// The label is neither normal nor anomalous, or a kind was given with normal.
    case badLabel = "bad_label"

    /// The text after `WHERE` is not a condition, or names a column that windows do not have.
    case badFilter = "bad_filter"

    /// There are more or fewer values than the index has channels.
    case wrongChannels = "wrong_channels"

    /// The index holds no reading of the meter.
    case unknownMeter = "unknown_meter"

    /// The meter has no reading at the time.
    case noReading = "no_reading"

    /// There is no incident of the number.
    case noIncident = "no_incident"

    /// The reading is older than the meter's last one.
    case late

    /// The meter already has a reading at the time.
    case repeated

    /// The reading is more than ``Reading/futureLimit`` ahead of the server's clock.
    case future

    /// No index of the name is served.
    case unknownIndex = "unknown_index"

    /// Several indexes are served and none was chosen.
    case noIndex = "no_index"

    /// The server needs a token, or the token is wrong.
    case notAuthorised = "not_authorised"

    /// The server or the token is read-only.
    case readOnly = "read_only"

    /// Something is larger, longer or more than allowed.
    case limit

    /// The server cannot do this now, and may be able to later.
    case unavailable

    /// The server failed.
    case `internal`

    /// A line is longer than the protocol allows. Closes the connection.
    case tooLong = "too_long"

    /// As many connections as allowed are open. Closes the connection.
    case busy

    /// No complete request arrived for too long. Closes the connection.
    case idle

    /// True if the connection ends with this error, which then answers no request.
    public var closesConnection: Bool {
        switch self {
        case .tooLong, .busy, .idle: true
        default: false
        }
    }
}
