internal import Readings
internal import Text

// What columns beside the values say of them.

extension RowReader {
    /// Gives the values of a row in the units of their channels; false if the row names no unit. Of several
    /// columns of units one without a unit costs its own values alone.
    mutating func convert(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        meter: Int,
        channel: Int,
        line: Int,
        _ sink: inout RowSink
    ) throws(ReadingsError) -> Bool {
        let isDay = layout.days != nil
        let quantity = layout.channel == nil ? nil : channel
        var isNamed = true
        for index in units.indices {
            let places = units[index].values
            let hasValue = isDay || places.contains { !values[$0].isNaN }
            let isOwn =
                try units[index].begin(bytes, fields, meter: meter, quantity: quantity, line: line)
            if hasValue, !isOwn {
                guard !isDay, units.count > 1 else { return false }
                for place in places where !values[place].isNaN {
                    let cell = bytes.extracting(bytes.trimmed(fields[layout.values[place].column]))
                    try sink.reject(cell: Self.copy(cell), .noUnit, line: line)
                    values[place] = .nan
                }
                isNamed = values.contains { !$0.isNaN }
            }
            guard !isDay else { continue }
            for place in places {
                values[place] = units[index].convert(values[place], of: quantity ?? place)
            }
        }
        return isNamed
    }

    /// Drops the values that a column beside them calls missing.
    mutating func dropMarked(_ bytes: Span<UInt8>, _ fields: [Range<Int>]) {
        for mark in layout.marks where mark.column < fields.count {
            let cell = bytes.extracting(bytes.trimmed(fields[mark.column]))
            guard mark.hashes.contains(cell.cellHash) else { continue }
            for place in mark.values { values[place] = .nan }
        }
    }
}
