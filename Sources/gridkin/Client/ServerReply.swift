import Foundation

/// One line that a server replies, or that an index opened by the command itself replies in its place.
enum ServerReply {
    /// The JSON object of a reply that begins with `OK`.
    case object(String)
    /// An error: its code and its sentence.
    case refusal(code: String, sentence: String)

    init(_ line: String) throws(ClientError) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
            String.init
        )
        if parts.count > 1, parts[0] == "OK" {
            self = .object(String(line.dropFirst("OK ".count)))
        } else if parts.count == 3, parts[0] == "ERR" {
            self = .refusal(code: parts[1], sentence: parts[2])
        } else {
            throw ClientError("the server's reply is not understood: \(line)")
        }
    }

    /// The object as a value.
    ///
    /// - Throws: ``ClientError`` where it is not of this form, or with the server's own sentence where it
    ///   refused.
    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(ClientError) -> Value {
        switch self {
        case .object(let text):
            do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
                throw ClientError("the server's reply is not understood: \(text)")
            }
        case .refusal(let code, let sentence):
            throw ClientError("the server refused: \(code) \(sentence)")
        }
    }

    /// The answer about a reading.
    ///
    /// - Throws: as ``decoded(as:)``.
    func answer() throws(ClientError) -> Answer { try decoded() }

    /// What `QUERY` and `PUSH` are answered with; see docs/protocol.md.
    struct Answer: Decodable {
        struct Neighbour: Decodable {
            let d: Double
            let label: String
            let kind: String?
            let meter: String
            let time: String
        }

        /// The second look at an earlier reading.
        struct Revision: Decodable {
            let time: String
            let verdict: String
            let score: Double
            let p: Double
            let kind: String?
        }

        let meter: String
        let time: String
        let verdict: String
        let score: Double?
        let p: Double?
        let kind: String?
        let normalDistance: Double?
        let anomalousDistance: Double?
        let neighbours: [Neighbour]?
        /// Of a warming meter: how many readings are still needed.
        let missing: Int?
        /// Of a warming meter: its latest reading, where that is before ``time``.
        let latest: String?
        let generation: Int
        let revisions: [Revision]?

        private enum CodingKeys: String, CodingKey {
            case meter, time, verdict, score, p, kind, neighbours, missing, latest, generation, revisions
            case normalDistance = "d_normal"
            case anomalousDistance = "d_anomalous"
        }

        var isAlarm: Bool { (score ?? 0) > 1 }

        /// `anomalous (theft)`, or the verdict alone.
        var described: String { kind.map { "\(verdict) (\($0))" } ?? verdict }
    }

    /// What `LABEL` is answered with.
    struct Labelled: Decodable {
        let counts: Bool
    }
}
