import LineProtocol
import Readings

/// What became of questions that were asked during a rebuild.
struct Tally {
    private(set) var asked = 0
    private(set) var answered = 0
    private(set) var refused = 0
    /// The generation that gave the first answer.
    private(set) var first: Int?
    /// The generation that gave the last answer.
    private(set) var latest: Int?

    /// Whether a later generation answers than in the beginning.
    var hasSwapped: Bool { (latest ?? 0) > (first ?? 0) }

    /// Asks one question about each of these readings.
    mutating func ask(_ readings: [LiveReading], client: inout LineClient) throws {
        for reading in readings {
            asked += 1
            let reply = try ServerReply(client.ask(reading.request(.query, neighbours: 1)))
            switch reply {
            case .object:
                let answer = try reply.answer()
                // An answer to another question would be a lost one.
                guard answer.meter == reading.meter, answer.time == reading.time.description else { continue }
                answered += 1
                first = first ?? answer.generation
                latest = answer.generation
            case .refusal:
                answered += 1
                refused += 1
            }
        }
    }
}
