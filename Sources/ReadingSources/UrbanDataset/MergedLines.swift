internal import Readings

/// Readings of several lines each. Of each property the last value counts; a missing one replaces nothing.
struct MergedLines {
    private struct Key: Hashable {
        let meter: Int
        let time: Timestamp
    }

    private var readings: [Key: (values: [Double], label: Int32)] = [:]
    /// Lines whose values are of other properties than those before them.
    private(set) var parts = 0
    /// Lines with another value of a property that had one.
    private(set) var replaced = 0

    /// Adds a line to what there is of its reading. A reading that it repeats is given to the sink, which
    /// keeps the later one and counts.
    mutating func take(
        meter: Int,
        time: Timestamp,
        _ values: [Double],
        _ label: Int32,
        into sink: inout RowSink
    ) {
        let key = Key(meter: meter, time: time)
        guard let known = readings[key] else {
            readings[key] = (values, label)
            return
        }
        let merged = zip(known.values, values).map { $1.isNaN ? $0 : $1 }
        if Self.areParts(known.values, values) {
            parts += 1
        } else {
            sink.takeWhole(meter: meter, time: time, values: known.values, label: known.label)
            if zip(known.values, merged).contains(where: { !$0.isNaN && $0 != $1 }) { replaced += 1 }
        }
        readings[key] = (merged, label == LabelTable.none ? known.label : label)
    }

    /// Whether both have values, and of no property both.
    private static func areParts(_ first: [Double], _ second: [Double]) -> Bool {
        first.contains { !$0.isNaN } && second.contains { !$0.isNaN }
            && !zip(first, second).contains { !$0.isNaN && !$1.isNaN }
    }

    /// Gives all readings to the sink.
    mutating func finish(into sink: inout RowSink) {
        let order = readings.sorted { ($0.key.meter, $0.key.time) < ($1.key.meter, $1.key.time) }
        readings = [:]
        for (key, reading) in order {
            sink.takeWhole(meter: key.meter, time: key.time, values: reading.values, label: reading.label)
        }
    }
}
