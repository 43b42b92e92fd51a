/// Why an operation on an index failed.
public struct IndexError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The kinds of failure that callers may have to distinguish.
    public enum Code: String, Sendable {
        /// The name cannot be a folder of its own under the indexes folder.
        case badName = "bad_name"
        /// There is no index of that name, or no published generation of it.
        case notFound = "not_found"
        /// A file of a generation is missing, altered or unreadable.
        case damaged
        /// The generation was written in a format this program does not know.
        case unknownFormat = "unknown_format"
        /// The history is too short to train on.
        case tooLittleHistory = "too_little_history"
        /// The readings' channels are not those of the index.
        case wrongChannels = "wrong_channels"
        /// Another process is writing.
        case busy
        /// The disk could not be written: it is full, read-only or failing.
        case storage
        /// An imported encoder cannot be used for these readings.
        case badEncoder = "bad_encoder"
        /// The program that trains neural encoders is not installed, or failed.
        case trainer
        /// The request does not fit this index.
        case badRequest = "bad_request"
    }

    /// What kind of failure it was.
    public let code: Code
    /// What was wrong, where, and what to do.
    public let message: String

    /// An error of a kind, with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence, for people.
    public var description: String { message }
}
