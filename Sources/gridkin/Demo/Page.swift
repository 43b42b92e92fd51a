/// What the demo prints: numbered sections of plain text, at most 80 columns wide.
struct Page {
    static let width = 80
    private static let margin = "   "
    private var section = 0

    /// A new section.
    mutating func section(_ title: String) {
        section += 1
        Console.say("\n\(section)  \(title)")
    }

    /// A section without a number.
    func end(_ title: String) {
        Console.say("\n\(title)")
    }

    /// A paragraph, broken where it gets too long.
    func text(_ text: String) {
        var line = Self.margin
        for word in text.split(separator: " ") {
            if line.count + word.count > Self.width, line != Self.margin {
                Console.say(Self.trimmed(line))
                line = Self.margin
            }
            line += word + " "
        }
        Console.say(Self.trimmed(line))
    }

    /// A line as it is, such as a command; cut off where it is too long and `isWhole` is not asked for.
    func line(_ line: String, isWhole: Bool = false) {
        let text = Self.margin + line
        Console.say(isWhole || text.count <= Self.width ? text : String(text.prefix(Self.width - 3)) + "...")
    }

    /// Rows in columns.
    func table(_ rows: [[String]]) {
        for row in Table.lines(rows) { line("  " + row) }
    }

    private static func trimmed(_ line: String) -> String {
        line.hasSuffix(" ") ? String(line.dropLast()) : line
    }
}
