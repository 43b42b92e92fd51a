import Foundation
import Verdicts

/// One line that a server replies, or that an index opened by the command itself replies in its place.
enum ServerReply {
    /// The JSON object of a reply that begins with `OK`.
    case object(String)
    /// A request that was refused.
    case refusal(RequestError)

    /// Reads a line without its ending.
    ///
    /// - Throws: ``ClientError`` if it is no reply, or an error whose code this program does not know.
    init(_ line: String) throws(ClientError) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init
        )
        if parts.count > 1, parts[0] == "OK" {
            self = .object(String(line.dropFirst("OK ".count)))
        } else if parts.count == 3, parts[0] == "ERR" {
            guard let code = ErrorCode(rawValue: parts[1]) else {
                throw ClientError(
                    "the server refused with the code `\(parts[1])`, which this program does not know: "
                        + "\(parts[2]); use the program of the server's version"
                )
            }
            self = .refusal(RequestError(code, parts[2]))
        } else {
            throw ClientError("the server's reply is not of the line protocol: \(line)")
        }
    }

    /// The object as a value.
    ///
    /// - Throws: ``ClientError`` if the object is not of this form, or with the server's own sentence if it
    ///   refused.
    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(ClientError) -> Value {
        switch self {
        case .object(let text):
            do {
                return try JSONDecoder().decode(type, from: Data(text.utf8))
            } catch {
                throw ClientError(
                    "the server's reply is not understood: \(Self.reason(error)); use the program of the "
                        + "server's version. The reply was \(text)"
                )
            }
        case .refusal(let error):
            throw ClientError("the server refused: \(error.code.rawValue) \(error.sentence)")
        }
    }

    /// What is wrong with an object, in words.
    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .dataCorrupted(let context)?: context.debugDescription
        case .keyNotFound(let member, _)?: "it has no `\(member.stringValue)`"
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
            "`\(context.codingPath.last?.stringValue ?? "")` is not of the expected type"
        default: "\(error)"
        }
    }

    /// What an index says of a reading: the reply to `QUERY` and `PUSH`.
    ///
    /// - Throws: as ``decoded(as:)``.
    func judgement() throws(ClientError) -> Judgement {
        try decoded(as: JudgementReply.self).judgement
    }

    /// The reply to `ACK`, `SNOOZE` and `RESOLVE`.
    struct Marked: Decodable {
        /// The incident's number.
        let id: Int64
        /// Its meter.
        let meter: String
        /// Its state now.
        let state: String
    }

    /// The reply to `LABEL`. A server of an earlier version labels one reading, and tells less.
    struct Labelled: Decodable {
        /// The time of the labelled reading, in UTC; nil if several times were given.
        let time: String?
        /// The earliest labelled reading, if several times were given.
        let first: String?
        /// The latest one.
        let last: String?
        /// How many they are.
        let readings: Int?
        /// Whether the label counts from the next request on; if not, from the next generation on.
        let counts: Bool
        /// Of how many readings it counts from the next request on.
        let counting: Int?
        /// How many readings had another label.
        let replaced: Int?
    }

    /// The reply to `UNLABEL`.
    struct Unlabelled: Decodable {
        /// The earliest reading that was meant, in UTC.
        let first: String
        /// The latest one.
        let last: String
        /// How many they are.
        let readings: Int
        /// How many labels were taken back.
        let withdrawn: Int
    }
}
