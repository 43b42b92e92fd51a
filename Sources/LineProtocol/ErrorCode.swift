/// Why a request was not answered `OK`: the second word of an `ERR` line. The list is closed, so that a client can
/// decide by the code alone; the sentence after it is for people.
public enum ErrorCode: String, CaseIterable, Sendable {
    /// The line is not of any form the protocol knows.
    case badRequest = "bad_request"

    /// The first token is no verb.
    case unknownVerb = "unknown_verb"

    /// The line is not UTF-8, or holds a control character other than tab.
    case badEncoding = "bad_encoding"

    /// The time is not understood, or does not exist.
    case badTime = "bad_time"

    /// A value is not a number, or is out of range.
    case badValue = "bad_value"

    /// The label is neither normal nor anomalous, or a kind was given with normal.
    case badLabel = "bad_label"

    /// What stands after `WHERE` is no condition, or is about something that is not kept of windows.
    case badFilter = "bad_filter"

    /// There are more or fewer values than the index has channels.
    case wrongChannels = "wrong_channels"

    /// The index holds no reading of the meter.
    case unknownMeter = "unknown_meter"

    /// The meter has no reading at the time.
    case noReading = "no_reading"

    /// The reading is older than the meter's last one.
    case late

    /// The meter already has a reading at the time.
    case repeated

    /// The reading is more than ``RequestLimit/futureSeconds`` ahead of the server's clock.
    case future

    /// No index of the name is served.
    case unknownIndex = "unknown_index"

    /// Several indexes are served and none was chosen.
    case noIndex = "no_index"

    /// The server wants a token first, or another one.
    case notAuthorised = "not_authorised"

    /// The server keeps nothing.
    case readOnly = "read_only"

    /// Something is beyond a ``RequestLimit``.
    case limit

    /// The server cannot do this now, but may later.
    case unavailable

    /// The server failed.
    case `internal`

    /// A line is longer than ``RequestLimit/lineBytes``. Closes the connection.
    case tooLong = "too_long"

    /// As many connections as allowed are open. Closes the connection.
    case busy

    /// No whole request came for too long. Closes the connection.
    case idle

    /// True if the connection ends with this error, which then answers no request.
    public var closesConnection: Bool {
        switch self {
        case .tooLong, .busy, .idle: true
        default: false
        }
    }
}
