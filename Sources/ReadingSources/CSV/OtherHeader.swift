internal import Readings
internal import Text

/// Recognises a line below a header that is another header: with other columns, or in another order.
struct OtherHeader: Equatable {
    /// The header's names in lower case.
    private let names: [String]
    /// The column of times: where a header has a name, and rows have a day.
    private let day: Int

    init(_ header: [String], day: Int) {
        names = header.map(Self.plain)
        self.day = day
    }

    /// Whether the cells of a line are another header: names, half of which are those of the first.
    func isOne(_ cells: [String]) -> Bool {
        let other = cells.map(Self.plain)
        let filled = other.filter { !$0.isEmpty }
        guard filled.count > 1, !other.prefix(names.count).elementsEqual(names.prefix(other.count)),
            !filled.contains(where: { CellLook($0).isData })
        else { return false }
        return filled.count { names.contains($0) } * 2 >= filled.count
    }

    /// A name in lower case, without the mark that files put together may have before it.
    private static func plain(_ name: String) -> String {
        (name.hasPrefix("\u{FEFF}") ? String(name.dropFirst()) : name).lowercased()
    }

    /// Whether a row is another header; of nearly all rows one byte is looked at.
    func isOne(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> Bool {
        guard day < fields.count, names.count > 1 else { return false }
        let cell = bytes.trimmed(fields[day])
        guard !cell.isEmpty, bytes[cell.lowerBound].digit > 9,
            !cell.contains(where: { bytes[$0].digit <= 9 })
        else { return false }
        return isOne(fields.map { bytes.extracting(bytes.trimmed($0)).text })
    }

    /// The refusal.
    static func refusal(file: String, line: Int) -> ReadingsError {
        ReadingsError(
            .headerMalformed,
            file: file,
            line: line,
            "another header begins here, with other columns than the first, or in another order; make a file of each part"
        )
    }
}
