/// The output of the demo: numbered sections of plain text, at most 80 columns wide.
struct DemoPage {
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

    /// A paragraph, wrapped.
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

    /// A line as it is, such as a command to copy; it may be longer than the page is wide.
    func line(_ line: String) {
        Console.print(Self.margin + line)
    }

    /// A line with few blanks, such as a reply; wrapped after commas.
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

    /// A number with its unit, which `text` does not separate.
    static func together(_ number: String, _ unit: String) -> String {
        number + "\u{A0}" + unit
    }

    private static func trimmed(_ line: String) -> String {
        (line.hasSuffix(" ") ? String(line.dropLast()) : line).replacing("\u{A0}", with: " ")
    }
}
