internal import Readings
internal import Text

/// A small file of rows, whole and as text: what people know about meters, and not readings.
struct TextTable {
    /// The file, for messages.
    private(set) var path: String
    /// The columns' names, each different.
    private(set) var names: [String]
    /// The cells of the rows below the header: as many as there are names, without blanks around them.
    private(set) var rows: [[String]]
    /// The lines of the rows, from 1.
    private(set) var lines: [Int]
    /// Lines that are no rows of so many columns.
    private(set) var rejected: [Int]

    /// The most rows: one a meter.
    private static let limit = 1_000_000

    /// Reads a file, recognising delimiter, header and characters as for readings.
    ///
    /// - Throws: ``ReadingsError``.
    init(_ input: InputFile) throws(ReadingsError) {
        var encoding: TextEncoding?
        while true {
            var file = try CSVFile(input, encoding: encoding)
            let shape = try ShapeFinder(file.sample(), headerLine: nil).shape()
            (path, names, rows, lines, rejected) = (file.path, shape.names.map(\.text), [], [], [])
            try takeRows(of: &file, from: shape.firstRowLine)
            guard encoding == nil, file.isMisread else { return }
            encoding = .windows1252
        }
    }

    private mutating func takeRows(of file: inout CSVFile, from first: Int) throws(ReadingsError) {
        while true {
            switch file.scanner.next() {
            case .row:
                guard file.scanner.line >= first else { continue }
                take(file.scanner.texts(), file.scanner.line)
                guard rows.count <= Self.limit else {
                    throw ReadingsError(.tooLarge, file: path, "there are more than \(Self.limit) rows")
                }
            case .rejected: rejected.append(file.scanner.line)
            case .needsBytes: try file.fill(rowsSoFar: rows.count)
            case .ended: return
            }
        }
    }

    private mutating func take(_ cells: [String], _ line: Int) {
        var cells = cells
        if cells.allSatisfy(\.isEmpty) || cells[0].hasPrefix("#") { return }
        while cells.count > names.count, cells.last == "" { cells.removeLast() }
        guard cells.count <= names.count else { return rejected.append(line) }
        cells += Array(repeating: "", count: names.count - cells.count)
        rows.append(cells)
        lines.append(line)
    }
}
