/// What the demo prints: numbered sections of plain text, at most 80 columns wide.
struct Page {
    static let width = 80
    private static let margin = "   "
    private var section = 0

    /// A new section.
    mutating func section(_ title: String) {
        section += 1
        Console.print("\n\(section)  \(title)")
    }

    /// A section without a number.
    func end(_ title: String) {
        Console.print("\n\(title)")
    }

    /// A paragraph, broken where it gets too long.
    func text(_ text: String) {
        var line = Self.margin
        for word in text.split(separator: " ") {
            if line.count + word.count > Self.width, line != Self.margin {
                Console.print(Self.trimmed(line))
                line = Self.margin
            }
            line += word + " "
        }
        Console.print(Self.trimmed(line))
    }

    /// A line as it is, such as a command to be copied; it may be too long for the page.
    func line(_ line: String) {
        Console.print(Self.margin + line)
    }

    /// A line without many blanks, such as a reply; where it gets too long it is broken after a comma.
    func broken(_ text: String) {
        var rest = Substring(text)
        var indent = ""
        while !rest.isEmpty {
            let room = rest.prefix(Self.width - Self.margin.count - indent.count)
            let comma = room.count < rest.count ? room.lastIndex(of: ",") : nil
            let piece = comma.map { room[...$0] } ?? room
            line(indent + piece)
            rest = rest.dropFirst(piece.count)
            indent = "    "
        }
    }

    /// Rows in columns.
    func table(_ rows: [[String]]) {
        for row in Table.lines(rows) { line("  " + row) }
    }

    /// A number with its unit, which `text` does not tear apart.
    static func together(_ number: String, _ unit: String) -> String {
        number + "\u{A0}" + unit
    }

    private static func trimmed(_ line: String) -> String {
        (line.hasSuffix(" ") ? String(line.dropLast()) : line).replacing("\u{A0}", with: " ")
    }
}
