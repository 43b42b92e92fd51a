internal import Readings
internal import Text

/// A column that holds the offset from UTC of each row's time: `+0100`, `+01:00`, `60`, `EST` and `EDT`.
struct OffsetCells: Equatable {
    /// Its place.
    let column: Int
    /// Milliseconds that a plain number counts; nil if the cells are no plain numbers.
    private let numberUnit: Int64?
    /// What the cells say that were looked at: there are few, and each is in many rows.
    private var known: [UInt64: Int64] = [:]

    /// Looks at the different cells of a column; nil if they are not all offsets.
    ///
    /// - Parameter isAll: whether these are all cells of the column, and not those of its first rows.
    init?(_ column: Int, name: String, cells: [String], isAll: Bool = true) {
        let plain = ColumnNames.plain(name)
        let filled = cells.filter { !$0.isEmpty }
        guard !filled.isEmpty else { return nil }
        self.column = column
        let isCertain = Self.isOffset(plain, ColumnNames.words(name)) || ColumnNames.zone.contains(plain)
        let unit = Self.unit(filled, plain)
        numberUnit = isCertain || Self.mayBeOffset(filled, plain, unit, isAll: isAll) ? unit : nil
        for cell in filled {
            let bytes = Array(cell.utf8)
            guard let offset = parse(bytes.span), offset.isMultiple(of: 900_000) else { return nil }
            known[bytes.span.cellHash] = offset
        }
        let areMarked = filled.allSatisfy { $0.wholeMatch(of: /[-+−][0-9]{2}:?[0-9]{2}/) != nil }
        guard isCertain || numberUnit != nil || areMarked else { return nil }
    }

    /// Whether a name says that a column holds offsets from UTC, and not those of a sensor, such as
    /// `zero_offset`.
    private static func isOffset(_ plain: String, _ words: Set<String>) -> Bool {
        let names = ["utcoff", "gmtoff", "tzoff", "timezone"]
        return plain == "zoneoffset" || names.contains { plain.contains($0) }
            || plain.contains("offset") && !words.isDisjoint(with: ["utc", "gmt", "tz"])
    }

    /// Whether a column that is called an offset, and not of what, holds those of the times: two numbers, an
    /// hour apart, as a clock with summer time has. One number in all rows may be a sensor's.
    private static func mayBeOffset(_ cells: [String], _ plain: String, _ unit: Int64?, isAll: Bool) -> Bool {
        let parts = ["time", "hour", "minute", "second"]
        let isCalled =
            plain == "offset" || plain.contains("offset") && parts.contains { plain.contains($0) }
        let numbers = Set(cells.compactMap { Int64($0.replacing("−", with: "-")) }).sorted()
        guard isCalled, let unit, let first = numbers.first, let last = numbers.last else { return false }
        if unit == 3_600_000, !plain.contains("hour") { return false }
        // `offset_minutes` is hardly a sensor's if it is a zone's; 0 says nothing.
        if parts.dropFirst().contains(where: plain.contains) { return numbers != [0] || !isAll }
        return numbers.count == 2 ? (last - first) * unit == 3_600_000 : numbers.count == 1 && !isAll
    }

    /// What plain numbers count: hours, minutes or seconds, by the largest; nil if they may be anything.
    private static func unit(_ cells: [String], _ plain: String) -> Int64? {
        let isWhole = cells.allSatisfy { $0.wholeMatch(of: /[-+−]?[0-9]{1,5}/) != nil }
        let areClocks = cells.allSatisfy { $0.wholeMatch(of: /[-+−][0-9]{4}/) != nil }
        let numbers = cells.compactMap { Int64($0.replacing("−", with: "-")) }
        guard isWhole, !areClocks, numbers.count == cells.count, let most = numbers.map(\.magnitude).max(),
            most <= 50_400
        else { return nil }
        let unit: Int64 = most <= 14 ? 3_600_000 : most <= 840 ? 60_000 : 1_000
        return numbers.allSatisfy { ($0 * unit).isMultiple(of: 900_000) } ? unit : nil
    }

    /// The offset that a cell says, in milliseconds east of Greenwich; nil if it is none.
    func read(_ cell: Span<UInt8>) -> Int64? { known[cell.cellHash] ?? parse(cell) }

    private func parse(_ cell: Span<UInt8>) -> Int64? {
        if let numberUnit {
            guard let number = Int64(cell.text.replacing("−", with: "-")) else { return nil }
            return number.magnitude <= 100_000 ? number * numberUnit : nil
        }
        if case .offset(let offset)? = ZoneWord(cell) { return offset }
        let text = cell.text
        guard
            let parts = text.wholeMatch(of: /(?i)(?:utc|gmt)? ?([-+−])([0-9]{1,2})(?::?([0-9]{2}))?/)?.output,
            let hours = Int64(parts.2), hours <= 14
        else { return nil }
        let minutes = hours * 60 + (parts.3.flatMap { Int64($0) } ?? 0)
        return (parts.1 == "+" ? minutes : -minutes) * 60_000
    }
}

/// Where the times without an offset of a file are, which its zone does not decide.
enum StampPlacing: Equatable {
    /// At an offset from UTC, in milliseconds, which the column's name says.
    case fixed(Int64)
    /// At the offset that another cell of the row says.
    case column(OffsetCells)

    /// A stamp where it belongs; nil if its row does not say where.
    func place(_ stamp: WrittenStamp, _ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> WrittenStamp? {
        guard stamp.isLocal else { return stamp }
        let offset: Int64
        switch self {
        case .fixed(let known): offset = known
        case .column(let cells):
            guard cells.column < fields.count,
                let found = cells.read(bytes.extracting(bytes.trimmed(fields[cells.column])))
            else { return nil }
            offset = found
        }
        let moment = stamp.utc.milliseconds - offset
        guard Timestamp.representable.contains(moment) else { return nil }
        return .absolute(Timestamp(milliseconds: moment))
    }
}

/// The columns beside the times that tell the hour apart that comes twice when the clock is set back.
struct TellingColumns: Equatable {
    /// Holds offsets.
    private(set) var offsets: OffsetCells?
    /// Says whether it is summer time, or whether the hour is the second of the two.
    private(set) var flag: Int?

    /// Their places.
    var all: [Int] { [offsets?.column, flag].compactMap(\.self) }

    /// Finds them among the columns that mean nothing else.
    init(_ sample: SampledColumns, _ times: TimeColumns, _ given: GivenColumns) {
        let names = sample.shape.writtenNames
        guard sample.shape.headerLine != nil else { return }
        for column in sample.indices where column < names.count {
            let isOther = times.all.contains(column) || given.taken.contains(column)
            guard !isOther, given.zone != column else { continue }
            let cells = Array(Set(sample.cells(column)).subtracting([""]))
            guard !cells.isEmpty, cells.count <= 8 else { continue }
            if offsets == nil {
                offsets = OffsetCells(column, name: names[column], cells: cells, isAll: false)
            }
            if offsets?.column != column, flag == nil, Self.isFlag(names[column], cells) { flag = column }
        }
    }

    private static func isFlag(_ name: String, _ cells: [String]) -> Bool {
        let words = ColumnNames.words(name)
        let plain = ColumnNames.plain(name)
        let isCalled =
            words.contains("dst") || plain.hasPrefix("dst") || plain.hasSuffix("dst")
            || [
                "sommerzeit", "summertime", "daylightsaving", "oralegale", "repeatedhour", "repeatedhourflag",
            ]
            .contains(plain)
        let truths: Set<String> = [
            "0", "1", "y", "n", "yes", "no", "true", "false", "t", "f", "j", "ja", "nein",
        ]
        return isCalled && cells.allSatisfy { truths.contains($0.lowercased()) }
    }
}
