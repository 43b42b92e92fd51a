import Foundation
import Text

/// Results go to stdout, everything else to stderr.
enum Console {
    /// Prints a result. A full disk or a closed pipe ends the program with an error, as any other failure
    /// does.
    static func print(_ line: String) {
        do {
            // Not Swift's `print`: through a pipe it would hold back what a script waits for, such as the
            // port.
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch {
            Self.error("stdout cannot be written: \(error.localizedDescription)")
            exit(2)
        }
    }

    /// Prints a value as JSON: members in order of their names, one object on each line.
    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .throw
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Prints a remark on stderr.
    static func info(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Says what went wrong.
    static func error(_ message: String) {
        info("gridkin: \(message)")
    }

    /// Says that an index of an earlier version was closed to other users.
    static func printRestricted(_ paths: [String]) {
        guard let first = paths.first else { return }
        info(
            "gridkin: \(first) was open to other users of this machine; only its owner, or its group if it "
                + "is shared with one, can open it and what is in it now"
        )
    }

    /// Names the unfinished files of an interrupted command that were removed.
    static func printRemoved(_ paths: [String]) {
        for path in paths { info("gridkin: removed \(path), left by an interrupted command") }
    }
}

/// Rows of text in aligned columns: the first to the left, the others to the right.
enum Table {
    static func lines(_ rows: [[String]]) -> [String] {
        let width = (rows.map(\.count).max() ?? 0)
        let widths = (0..<width).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            return cells.joined(separator: "  ").trimmingEnd()
        }
    }

    /// A number with a fixed count of decimals; `-` for none.
    static func number(_ value: Double?, decimals: Int = 3) -> String {
        guard let value else { return "-" }
        return value.fixed(decimals) ?? "\(value)"
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
