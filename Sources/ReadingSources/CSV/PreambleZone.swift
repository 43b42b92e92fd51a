internal import Readings

/// What the lines above a header say of the zone of the times: `Time zone: UTC+02:00`, or a cell
/// `utc_offset_seconds` with 3600 below or beside it.
struct PreambleZone: Equatable {
    /// The offset of all times, in milliseconds east of Greenwich; nil if none is said.
    private(set) var offset: Int64?
    /// The zone; nil if none is named.
    private(set) var clock: LocalClock?

    /// Looks at the lines above a header; nil if they say nothing.
    init?(_ records: [SampledText.Record]) {
        for (place, record) in records.enumerated() {
            let below = place + 1 < records.count ? records[place + 1].cells : []
            for (column, cell) in record.cells.enumerated() {
                if let mark = cell.firstIndex(where: { $0 == ":" || $0 == "=" }) {
                    note(String(cell[..<mark]), String(cell[cell.index(after: mark)...]))
                }
                if column + 1 < record.cells.count { note(cell, record.cells[column + 1]) }
                // As many cells as below: a header of its own.
                if below.count == record.cells.count, column < below.count { note(cell, below[column]) }
            }
        }
        if offset == nil, clock == nil { return nil }
    }

    private mutating func note(_ name: String, _ text: String) {
        let value = text.unquoted
        let plain = ColumnNames.plain(name)
        guard ColumnNames.zone.contains(plain) || Self.names.contains(plain), !value.isEmpty else { return }
        if value.contains("/"), let named = LocalClock(identifier: value) {
            if clock == nil { clock = named }
            return
        }
        // A word such as CET leaves open whether the clock has summer time.
        let isUTC = ["UTC", "GMT", "Z"].contains(value)
        guard offset == nil, isUTC || value.contains(where: \.isNumber),
            let cells = OffsetCells(0, name: name, cells: [value])
        else { return }
        offset = cells.read(Array(value.utf8).span)
    }

    private static let names: Set<String> = [
        "utcoffset", "utcoffsetseconds", "utcoffsetminutes", "utcoffsethours", "utcoffsetsec", "utcoffsetmin",
        "gmtoffset", "gmtoffsetseconds", "gmtoffsetminutes", "gmtoffsethours", "timezoneoffset", "tzoffset",
    ]
}

extension String {
    /// The text without blanks and quotes around it.
    fileprivate var unquoted: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace || first == "\"" { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace || last == "\"" { rest.removeLast() }
        return String(rest)
    }
}
