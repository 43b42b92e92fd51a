internal import Readings
internal import Text

/// The clocks of a file's rows, where not all meters have that of the build: a column names each row's zone,
/// or it is known of the meter.
struct RowZones {
    /// The column that names the zones; nil if the file has none.
    let column: Int?
    private let name: String
    private let clocks: MeterClocks
    private let missing: MissingWords
    private let isDescending: Bool
    /// The zone of all rows, by the name of the times' column; nil if it says none.
    private let named: LocalClock?
    /// The moments of each clock but that in use.
    private var moments: [LocalClock: FileMoments] = [:]
    private var used: LocalClock
    /// What is known of a meter whose rows were read.
    private struct Seen {
        /// The hash of the cell that named the zone.
        let cell: UInt64
        let clock: LocalClock
        /// Whether the sink knows of it: a time with an offset needs no zone.
        let isNoted: Bool
    }

    private var seen: [Int: Seen] = [:]
    /// The zones of the cells so far; nil for those that name none.
    private var zones: [UInt64: LocalClock?] = [:]

    /// - Parameters:
    ///   - clocks: of the rows whose zone no cell names.
    ///   - missing: the words that mean that a cell names none.
    init(_ layout: Layout, clocks: MeterClocks, missing: MissingWords) {
        self.missing = missing
        column = layout.zone
        name = layout.zone.map { layout.header[$0] } ?? ""
        isDescending = layout.isDescending
        named = layout.namedZone
        self.clocks = clocks
        used = clocks.standard
    }

    /// Puts the clock of a row's meter into use.
    ///
    /// - Parameters:
    ///   - isLocal: whether the row's time has no offset, and so needs the clock.
    ///   - current: the moments of the clock in use; becomes those of the row's.
    /// - Throws: ``ReadingsError`` with `zoneUnknown`, or `zonesDiffer` if rows of the meter before had
    ///   another zone.
    mutating func use(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        of meter: Int,
        isLocal: Bool,
        line: Int,
        _ current: inout FileMoments,
        _ sink: inout RowSink
    ) throws(ReadingsError) {
        let cell = cell(bytes, fields)
        let hash = cell.isEmpty ? 0 : bytes.extracting(cell).cellHash
        let clock: LocalClock
        if let known = seen[meter], known.cell == hash, known.isNoted || !isLocal {
            clock = known.clock
        } else {
            let own = clocks.own.isEmpty ? nil : clocks.own[sink.name(of: meter)]
            let zone = try zone(bytes.extracting(cell), hash, line: line, sink.path) ?? named ?? own
            let isNoted = zone != nil || isLocal
            if isNoted, !sink.note(zone: zone, of: meter) {
                throw differ(zone, sink.zone(of: meter), sink.name(of: meter), line, sink.path)
            }
            clock = zone ?? sink.zone(of: meter) ?? clocks.standard
            seen[meter] = Seen(cell: hash, clock: clock, isNoted: isNoted)
        }
        guard clock != used else { return }
        moments[used] = current
        current = moments.removeValue(forKey: clock) ?? FileMoments(clock, isDescending: isDescending)
        used = clock
    }

    /// Where the cell that names the zone is; empty if there is none.
    private func cell(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) -> Range<Int> {
        guard let column, column < fields.count else { return 0..<0 }
        let cell = bytes.trimmed(fields[column])
        return missing.contains(bytes.extracting(cell)) ? 0..<0 : cell
    }

    private mutating func zone(
        _ cell: Span<UInt8>,
        _ hash: UInt64,
        line: Int,
        _ path: String
    ) throws(ReadingsError) -> LocalClock? {
        if cell.isEmpty { return nil }
        if let known = zones[hash] { return known }
        guard let clock = LocalClock(identifier: cell.text) else {
            throw ReadingsError(
                .zoneUnknown,
                file: path,
                line: line,
                column: name,
                "`\(cell.text.prefix(40))` \(LocalClock.refusal(ofName: String(cell.text.prefix(40)))) Write the zone's name, "
                    + "or nothing for the zone of --timezone; --missing WORD says that a word means nothing, and "
                    + "--timezone-column names another column"
            )
        }
        zones[hash] = clock
        return clock
    }

    private func differ(
        _ zone: LocalClock?,
        _ other: LocalClock?,
        _ meter: Name,
        _ line: Int,
        _ path: String
    ) -> ReadingsError {
        func rows(_ clock: LocalClock?) -> String {
            clock.map { "rows in \($0.identifier)" } ?? "rows without a zone"
        }
        return ReadingsError(
            .zonesDiffer,
            file: path,
            line: line,
            column: name.isEmpty ? nil : name,
            "the meter `\(meter)` has \(rows(other)) and \(rows(zone)), and a meter has one clock: name the zone in all "
                + "of its rows, or make a meter of each zone with a --meter for both columns"
        )
    }
}
