internal import Text

/// Watches for lines of text alone between the rows of one meter: titles. Below one, another table may begin,
/// such as that of another meter or of a forecast.
///
/// Times tell it: a page's title stands between rows that go on, while the times of another table begin
/// anew, within those that were read. Where they go on, nothing but the title's words says what is below.
struct TitleLines {
    private struct Title {
        let line: Int
        let text: String
    }

    /// The title that no row was read below; nil if there is none.
    private var open: Title?
    /// How many rows in turn below it have times that lie within those above it.
    private var inside = 0
    /// The first title with rows below it, and how many there are.
    private var first: Title?
    private var count = 0
    /// The earliest and the latest time above, in milliseconds.
    private var span: ClosedRange<Int64>?

    /// Notes a line that is no row.
    ///
    /// - Parameter cells: without blanks around them.
    mutating func note(_ cells: [String], line: Int) {
        let filled = cells.filter { !$0.isEmpty }
        guard filled.count == 1, CellLook(filled[0]) == .text, filled[0].contains(where: \.isLetter) else {
            return
        }
        inside = 0
        open = Title(line: line, text: String(filled[0].prefix(60)))
    }

    /// Notes the time of a row.
    ///
    /// - Throws: ``ReadingsError`` with `headerMalformed` if a title stands above it and its time is among
    ///   those that were read.
    @inline(__always)
    mutating func note(time: Int64, file: String) throws(ReadingsError) {
        guard let above = span else {
            // What stands above the first row is a part of the header.
            (span, open) = (time...time, nil)
            return
        }
        if let title = open { try noteBelow(title, above, time, file) }
        if time > above.upperBound {
            span = above.lowerBound...time
        } else if time < above.lowerBound {
            span = time...above.upperBound
        }
    }

    /// Notes a row below a title. One row that goes back may be a clock's, or a logger's that began anew.
    private mutating func noteBelow(
        _ title: Title,
        _ above: ClosedRange<Int64>,
        _ time: Int64,
        _ file: String
    ) throws(ReadingsError) {
        if above.lowerBound < time, time < above.upperBound {
            inside += 1
            guard inside >= 3 else { return }
            throw ReadingsError(
                .headerMalformed,
                file: file,
                line: title.line,
                "`\(title.text)` stands alone in this line, and the times below it begin anew: another table is there; "
                    + "make a file of each part"
            )
        }
        (open, inside) = (nil, 0)
        count += 1
        first = first ?? title
    }

    /// What is in doubt if rows stand below titles; nil if none do.
    func warning(file: String) -> String? {
        guard let first else { return nil }
        let others = count > 1 ? ", the first of \(count) such lines" : ""
        return
            "\(file):\(first.line): `\(first.text)` stands alone in this line\(others), and the rows below it are read "
            + "like those above it; make a file of each part if they are something else"
    }
}
