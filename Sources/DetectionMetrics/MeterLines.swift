internal import Readings

/// The figures of each meter, as an object of JSON with the meters' names.
struct MeterLines: Encodable, Equatable, Sendable {
    let lines: [Name: Evaluation.Line]

    /// Writes the object. Foundation's encoder compares keys as Strings, so that of two names that look the
    /// same one would be lost: those are written with their code points.
    func encode(to encoder: any Encoder) throws {
        let alike = Set(lines.keys.lookalikes.flatMap(\.self))
        var container = encoder.container(keyedBy: Key.self)
        for (name, line) in lines {
            let key = Key(stringValue: alike.contains(name) ? name.escaped : name.text)
            try container.encode(line, forKey: key)
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }
}
