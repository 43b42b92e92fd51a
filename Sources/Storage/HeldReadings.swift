public import Readings
internal import Windows

/// All readings that an index holds on the disk, meter by meter: those of the served generation and those
/// that were pushed since, by the rule of ``History``.
public struct HeldReadings: Sendable {
    /// The columns' names, in order.
    public let columns: [Name]
    /// The states among them.
    public let states: States
    /// The clocks of times without an offset.
    public let clocks: MeterClocks
    /// The meters, by name.
    public let meters: [Name]

    let history: History

    /// The readings of the generation that is served.
    ///
    /// - Throws: ``IndexError`` or ``CatalogError`` if there is no generation, or a file cannot be read.
    public init(of folder: IndexFolder) throws {
        let generation = try Generation(try folder.current(), of: folder)
        let journal = try Journal.reader(path: folder.journalPath)
        history = History(generation: generation, journal: journal)
        columns = generation.columns
        states = generation.states
        clocks = generation.clocks
        let known = generation.manifest.journal
        let pushed = try journal.map { journal in
            try journal.meters(
                channels: generation.columnCount,
                after: known,
                through: JournalPosition(labels: .max, readings: .max)
            )
        }
        meters = Set(generation.meterNumbers.keys).union(pushed ?? []).sorted()
    }

    /// How many readings one step gives, about: a meter may have years of seconds.
    static let step = 8_192

    /// Gives the readings of a meter in time order, some at a time, with a value for each channel.
    ///
    /// - Parameters:
    ///   - since: only readings from this time on; nil for all.
    ///   - until: only readings before this time; nil for all.
    public func walk(
        _ meter: Name,
        since: Timestamp?,
        until: Timestamp?,
        _ body: ([Reading]) throws -> Void
    ) throws {
        let first = try history.oldestTime(of: meter)
        guard let first, let last = try history.newestTime(of: meter) else { return }
        var from = max(first, since?.milliseconds ?? .min)
        let end = min(last + 1, until?.milliseconds ?? .max)
        var span: Int64 = 86_400_000
        while from < end {
            let to = from > end - span ? end : from + span
            let page = try history.readings(of: meter, from: from, before: to, pending: [])
            try body(
                page.map { Reading(meter: meter, time: Timestamp(milliseconds: $0.time), values: $0.values) }
            )
            from = to
            if page.count < Self.step / 2 { span = min(span * 2, .max / 4) }
            if page.count > Self.step { span = max(span / 2, 1) }
        }
    }
}
