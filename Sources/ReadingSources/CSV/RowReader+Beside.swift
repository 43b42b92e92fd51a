internal import Readings
internal import Text

// What columns beside the values say of them.

extension RowReader {
    /// Gives the values of a row in the units of their channels; false if the row names no unit.
    mutating func convert(
        _ bytes: Span<UInt8>,
        _ fields: [Range<Int>],
        meter: Int,
        channel: Int,
        line: Int
    ) throws(ReadingsError) -> Bool {
        let isDay = layout.days != nil
        let quantity = layout.channel == nil ? nil : channel
        var isNamed = true
        for index in units.indices {
            let places = units[index].values
            let hasValue = isDay || places.contains { !values[$0].isNaN }
            let isOwn =
                try units[index].begin(bytes, fields, meter: meter, quantity: quantity, line: line)
            if hasValue, !isOwn { isNamed = false }
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
