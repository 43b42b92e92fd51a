internal import Readings
internal import Text

/// A hash that lines of one meter and one time have in common, before it is decided what names the meter and
/// how times are written. Lines of others have it seldom.
struct LineIdentity {
    private let choice: ColumnChoice
    private let format: StampFormat
    private var zones: ContextZones

    init(_ choice: ColumnChoice, clock: LocalClock) {
        self.choice = choice
        // A time is the same in any order of dates, as long as it is one order.
        format = StampFormat(order: choice.dateOrder ?? .dayFirst)
        zones = ContextZones(clock)
    }

    /// The hash of a line.
    mutating func of(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ names: PropertyNames
    ) -> Int {
        var hasher = Hasher()
        for property in meter(line, dataset, document, names) {
            guard let place = document.place(of: property, line, dataset) else { continue }
            document.bytes[place].withUnsafeBytes { hasher.combine(bytes: $0) }
        }
        let cells = document.cells[line.cells]
        for property in [PropertyNames.start, PropertyNames.timestamp, PropertyNames.end] {
            guard let place = cells.last(where: { $0.property == property })?.value.range else { continue }
            if let stamp = format.read(document.bytes.span.extracting(place)) {
                hasher.combine(zones.earliest(of: stamp, dataset))
            } else {
                document.bytes[place].withUnsafeBytes { hasher.combine(bytes: $0) }
            }
            break
        }
        return hasher.finalize()
    }

    /// What names the meter: what the caller says, else the first of these that there is.
    private func meter(
        _ line: UrbanLine,
        _ dataset: UrbanDataset,
        _ document: UrbanDocument,
        _ names: PropertyNames
    ) -> [Int] {
        if choice.meterName != nil { return [] }
        if !choice.meter.isEmpty { return choice.meter.compactMap { names.number(named: $0) } }
        let found = [PropertyNames.pod, PropertyNames.panel, PropertyNames.producer].first {
            document.place(of: $0, line, dataset) != nil
        }
        return found.map { [$0] } ?? []
    }
}
