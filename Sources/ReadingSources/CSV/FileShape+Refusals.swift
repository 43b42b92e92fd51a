internal import Readings
internal import Text

extension ShapeFinder {
    /// Refuses a header that has rows with a header of their own above it: the same names in another order.
    func refuseRows(above header: Int) throws(ReadingsError) {
        guard headerLine == nil, header > 3 else { return }
        let cells = records[header].cells
        let first = (0..<(header - 3)).first { place in
            OtherHeader(records[place].cells, day: 0).isOne(cells) && areRows(below: place)
        }
        guard first != nil else { return }
        throw OtherHeader.refusal(file: sample.file, line: records[header].line)
    }

    /// Whether the three records below one are rows: as many fields, and a date in the same place.
    private func areRows(below place: Int) -> Bool {
        let count = records[place].cells.count
        let rows = records[(place + 1)...(place + 3)].map(\.cells)
        return (0..<count).contains { column in
            rows.allSatisfy { $0.count == count && CellLook($0[column]) == .date }
        }
    }

    /// Whether a column and the next one are digits alone in nearly all rows, as the halves of a number are.
    private static func hasHalves(_ column: Int, _ rows: [[String]]) -> Bool {
        func isDigits(_ cell: Substring) -> Bool { !cell.isEmpty && cell.utf8.allSatisfy { $0.digit <= 9 } }
        let cut = rows.count { cells in
            let whole = cells[column]
            return isDigits(whole.dropFirst(whole.hasPrefix("-") ? 1 : 0)) && isDigits(cells[column + 1][...])
        }
        return cut > 0 && cut * 20 >= rows.count * 19
    }

    /// Refuses rows with more fields than the header has names: a number or a time with a decimal comma
    /// falls in two there, and what is behind it stands under the wrong name. A remark behind the last name
    /// shifts nothing.
    func refuseWiderRows(
        _ names: [String],
        _ width: Int,
        header: Int,
        from first: Int
    ) throws(ReadingsError) {
        let named = names.count - names.reversed().prefix(while: \.isEmpty).count
        let aligned = aligned(names, width)
        let isShifted = aligned.first == "" && names.first != ""
        guard headerLine == nil, named > 1, named < width, aligned.count == width, !isShifted else { return }
        let rows = records[first...].filter { $0.cells.count == width }
        let cells = rows.map(\.cells)
        let hasNumbers = (named..<width).contains { column in
            cells.count { CellLook($0[column]).isData } * 2 > cells.count
        }
        // Where the header has a name for each field, but an empty one, only the halves show it.
        let isCut =
            names.count == width
            ? Self.hasHalves(named - 1, cells)
            : hasNumbers || (0..<(width - 1)).contains { Self.hasHalves($0, cells) }
        guard isCut, let line = rows.first?.line else { return }
        throw ReadingsError(
            .headerMalformed,
            file: sample.file,
            line: line,
            "\(width) fields, and the header has \(named) names: probably numbers or times with a decimal comma that "
                + "is no mark between fields; write them with quotes or with a semicolon between fields, or complete the "
                + "header. --header-line \(records[header].line) reads it as it stands, by the order of the fields"
        )
    }
}
