import Foundation
import LineProtocol
import Readings
import Verdicts

/// Requests of the line protocol, as commands write them.
enum RequestLine {
    /// `QUERY`, `TRUTH` or `PUSH`: `PUSH house-001 2023-12-01T10:00:00Z 0.412 k=1`.
    ///
    /// - Parameters:
    ///   - values: one per channel, as ``ReadingValues`` gives them.
    ///   - why: whether the answer says why of what is normal too.
    ///   - conditions: the text after `WHERE`; nil for none.
    static func reading(
        _ verb: Verb,
        _ meter: Name,
        at time: WrittenStamp,
        values: [String],
        k: Int,
        why: Bool = false,
        where conditions: String? = nil
    ) -> String {
        let values = values.joined(separator: " ")
        let condition = conditions.map { " WHERE \($0)" } ?? ""
        return
            "\(verb.rawValue) \(token(meter)) \(time) \(values) k=\(k)\(why ? " why=true" : "")\(condition)"
    }

    /// `LABEL`.
    ///
    /// - Parameter word: `normal` or `anomalous`.
    static func label(
        _ meter: Name,
        at times: WrittenTimes,
        _ word: String,
        kind: Name?,
        note: LabelNote = LabelNote(),
        dry: Bool = false
    ) -> String {
        "LABEL \(token(meter)) \(times) \(word)" + (kind.map { " \(token($0))" } ?? "") + texts(note)
            + (dry ? " dry=true" : "")
    }

    /// `UNLABEL`.
    static func unlabel(_ meter: Name, at times: WrittenTimes, note: LabelNote) -> String {
        "UNLABEL \(token(meter)) \(times)" + texts(note)
    }

    /// The options of a note, each after a blank.
    private static func texts(_ note: LabelNote) -> String {
        note.texts.map { name, text in text.map { " \(name)=\(token($0))" } ?? "" }.joined()
    }

    /// `ACK`, `SNOOZE` or `RESOLVE`.
    ///
    /// - Parameter until: where the incident is snoozed, until when.
    static func mark(_ verb: Verb, _ id: Int64, until: Timestamp?, author: String?, note: String?) -> String {
        "\(verb.rawValue) \(id)" + (until.map { " \($0)" } ?? "")
            + (author.map { " author=\(token($0))" } ?? "") + (note.map { " note=\(token($0))" } ?? "")
    }

    /// A name as the line protocol wants it.
    private static func token(_ name: Name) -> String { token(name.text) }

    /// A word as the line protocol wants it: in quotes if it is empty, holds blanks, or begins as a JSON
    /// string or object does.
    static func token(_ name: String) -> String {
        // By code points: with an accent behind it, a quote is another Character.
        let first = name.unicodeScalars.first
        let isPlain =
            first != nil && first != "\"" && first != "{" && !name.contains("=")
            && !name.unicodeScalars.contains(where: \.properties.isWhitespace)
        guard !isPlain else { return name }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(name)).map { String(decoding: $0, as: UTF8.self) } ?? name
    }
}
