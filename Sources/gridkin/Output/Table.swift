/// Rows of text in columns of even width, numbers to the right.
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

    /// A number with so many decimals; `-` for none.
    static func number(_ value: Double?, decimals: Int = 3) -> String {
        guard let value else { return "-" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (abs(value) * scale).rounded()
        guard rounded < 1e15 else { return "\(value)" }
        let digits = String(Int(rounded))
        let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -decimals)
        let sign = value < 0 && rounded > 0 ? "-" : ""
        return decimals == 0 ? sign + padded : sign + padded[..<point] + "." + padded[point...]
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
