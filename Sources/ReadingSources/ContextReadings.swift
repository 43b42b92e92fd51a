public import Readings
internal import Text

/// Readings of something beside the meters, such as the weather of their towns. They become channels of the
/// meters: a reading gets the latest context that is not too old.
///
/// One series is the context of all meters. Of several, each belongs to the meters that have its name as an
/// attribute, such as a town, or are called so.
public struct ContextReadings: Sendable {
    /// What tells which series belongs to a meter.
    private enum Key {
        /// There is one series.
        case none
        case meterName
        case attribute(Name)
    }

    /// The channels that it adds.
    public let channels: [Name]
    private let units: [String]
    private let histories: [Name: MeterHistory]
    /// The first of the files, for messages.
    private let file: String?
    /// The name of the column with the series' names; nil if there is none.
    private let column: Name?

    /// Takes what was read of the files of the context.
    ///
    /// - Parameter order: the channels of the index: those of the context come in their order.
    /// - Throws: ``ReadingsError`` with `fileEmpty` if there are no readings.
    public init(_ read: FileReadings, in order: [Name] = []) throws(ReadingsError) {
        file = read.summary.files.first?.path
        guard !read.histories.isEmpty else {
            throw ReadingsError(.fileEmpty, file: file, "the files of the context have no readings")
        }
        let given = read.summary.channels
        func rank(_ place: Int) -> (Int, Int) { (order.firstIndex(of: given[place]) ?? order.count, place) }
        let places = given.indices.sorted { rank($0) < rank($1) }
        channels = places.map { given[$0] }
        units = read.summary.units.isEmpty ? [] : places.map { read.summary.units[$0] }
        histories = Dictionary(
            read.histories.map { ($0.meter, $0.with(channels: places)) }
        ) { first, _ in first }
        column = read.summary.files.first?.columns.meter?.name
    }

    /// Adds the channels to all meters.
    ///
    /// - Parameter attributes: the attributes of the meters.
    /// - Throws: ``ReadingsError`` with `noAttributes` if nothing says which series belongs to which meter,
    ///   and with `columnAmbiguous` if a channel is called as one of the readings.
    func add(
        to readings: inout FileReadings,
        _ attributes: [Name: [Name: Name]]
    ) throws(ReadingsError) {
        guard !readings.histories.isEmpty else { return }
        if let same = channels.first(where: readings.summary.channels.contains) {
            throw ReadingsError(
                .columnAmbiguous,
                file: file,
                column: same.text,
                "the readings and their context both have a channel `\(same)`; rename one of the columns"
            )
        }
        let key = try key(of: readings.histories.map(\.meter), attributes)
        var (meters, without) = (0, 0)
        for index in readings.histories.indices {
            let series = series(of: readings.histories[index].meter, key, attributes)
            if series != nil { meters += 1 }
            without += readings.histories[index].add(series, channels: channels.count)
        }
        let hasUnits = !units.isEmpty || !readings.summary.units.isEmpty
        if hasUnits {
            let known = readings.summary
            readings.summary.units =
                (known.units.isEmpty ? known.channels.map { _ in "" } : known.units)
                + (units.isEmpty ? channels.map { _ in "" } : units)
        }
        readings.summary.channels += channels
        say(key, meters, without, in: &readings)
    }

    /// Says what was joined, by what, and how much has no context.
    private func say(_ key: Key, _ meters: Int, _ without: Int, in readings: inout FileReadings) {
        let (all, total) = (readings.histories.count, readings.histories.reduce(0) { $0 + $1.count })
        let how =
            switch key {
            case .none: all == 1 ? "one series for the meter" : "one series for all \(all) meters"
            case .meterName: "by the meters' names, for \(meters) of \(all.counted("meter", "meters"))"
            case .attribute(let name):
                "by the meters' `\(name)`, for \(meters) of \(all.counted("meter", "meters"))"
            }
        let note =
            "context: \(channels.listed), \(how); \(without) of \(total) readings have none of that time"
        let areWithout = if case .none = key { false } else { meters < all }
        // Channels that a meter had in the history and misses later are strange in most of its readings.
        if without * 2 > total || areWithout {
            readings.summary.warnings.append(note)
        } else {
            readings.summary.notes.append(note)
        }
    }

    private func series(of meter: Name, _ key: Key, _ attributes: [Name: [Name: Name]]) -> MeterHistory? {
        switch key {
        case .none: histories.values.first
        case .meterName: histories[meter]
        case .attribute(let name): attributes[meter]?[name].flatMap { histories[$0] }
        }
    }

    /// What most meters have a series by; of equals, the attribute that is called as the context's column.
    private func key(
        of meters: [Name],
        _ attributes: [Name: [Name: Name]]
    ) throws(ReadingsError) -> Key {
        if histories.count == 1 { return .none }
        let names = Set(meters.flatMap { attributes[$0].map { Array($0.keys) } ?? [] }).sorted()
        let keys = [Key.meterName] + names.map(Key.attribute)
        let counts = keys.map { key in meters.count { series(of: $0, key, attributes) != nil } }
        let most = counts.max() ?? 0
        let best = keys.indices.filter { counts[$0] == most }.map { keys[$0] }
        guard most > 0 else {
            let some = histories.keys.sorted().prefix(3).map { "`\($0)`" }.joined(separator: ", ")
            throw ReadingsError(
                .noAttributes,
                file: file,
                "no meter is called as a series of the context, such as \(some), or has one as an attribute; "
                    + "write the meter's series into a column of the readings, build with --attributes FILE that has a "
                    + "column of them, or give a context of one series"
            )
        }
        return best.first { if case .attribute(let name) = $0 { name == column } else { false } } ?? best[0]
    }
}

extension MeterHistory {
    /// The same readings with some of their channels, in another order.
    fileprivate func with(channels: [Int]) -> MeterHistory {
        if channels == Array(0..<channelCount) { return self }
        let values = (0..<count).flatMap { index in channels.map { self.values[index * channelCount + $0] } }
        return with(values: values, channelCount: channels.count)
    }

    /// Adds the values of another history as channels: the latest of its readings at or before each of these,
    /// unless that is older than one and a half of its usual steps.
    ///
    /// - Parameters:
    ///   - context: nil for missing values alone.
    ///   - added: how many channels it has.
    /// - Returns: how many readings got no value.
    fileprivate mutating func add(_ context: MeterHistory?, channels added: Int) -> Int {
        let reach = context?.usualStep.map { $0 + $0 / 2 } ?? 0
        var (next, without) = (0, 0)
        var widened: [Double] = []
        widened.reserveCapacity(count * (channelCount + added))
        for (index, time) in times.enumerated() {
            widened += values[index * channelCount..<(index + 1) * channelCount]
            while let context, next < context.count, context.times[next] <= time { next += 1 }
            guard let context, next > 0, context.times[next - 1].milliseconds + reach >= time.milliseconds,
                context.hasValue(at: next - 1)
            else {
                without += 1
                widened += Array(repeating: .nan, count: added)
                continue
            }
            widened += context.values(at: next - 1)
        }
        self = with(values: widened, channelCount: channelCount + added)
        return without
    }
}
