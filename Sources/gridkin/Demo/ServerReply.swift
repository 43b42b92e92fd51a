import Foundation

/// One line that the server has replied.
enum ServerReply {
    /// A verdict, or that the history is too short for one.
    case answer(Answer)
    /// An error, with its code and sentence.
    case refusal(String)

    /// What `QUERY` and `PUSH` are answered with; see docs/protocol.md.
    struct Answer: Decodable {
        struct Neighbour: Decodable {
            let d: Double
            let label: String
            let kind: String?
            let meter: String
            let time: String
        }

        let meter: String
        let time: String
        let verdict: String
        let score: Double?
        let p: Double?
        let kind: String?
        let neighbours: [Neighbour]?
        let generation: Int

        var isAlarm: Bool { (score ?? 0) > 1 }

        /// `anomalous (theft)`, or the verdict alone.
        var described: String { kind.map { "\(verdict) (\($0))" } ?? verdict }
    }

    init(_ line: String) throws {
        guard line.hasPrefix("OK ") else {
            self = .refusal(line)
            return
        }
        do {
            self = .answer(try JSONDecoder().decode(Answer.self, from: Data(line.dropFirst(3).utf8)))
        } catch {
            throw DemoError("the server's reply is not understood: \(line)")
        }
    }

    /// The answer.
    ///
    /// - Throws: ``DemoError`` with the server's own sentence where it refused.
    func answer() throws -> Answer {
        switch self {
        case .answer(let answer): return answer
        case .refusal(let line): throw DemoError("the server refused: \(line)")
        }
    }
}
