public import ReadingSources
internal import Readings
internal import Text

extension GridSimulator {
    /// Writes all readings as CSV, `meter,time,power_kw,label,kind`, meter by meter.
    ///
    /// Readings are not kept in memory. An existing file is replaced once all of them are written.
    ///
    /// - Parameter progress: called after each meter.
    /// - Returns: the number of rows.
    /// - Throws: ``ReadingsError`` with `outputUnwritable` if the file cannot be written.
    @discardableResult
    public func write(
        to path: String,
        progress: ((_ metersDone: Int, _ metersTotal: Int) -> Void)? = nil
    ) throws(ReadingsError) -> Int {
        var file = try TextFile(path: path, failingWith: .outputUnwritable)
        try file.write { $0.append(contentsOf: "meter,time,power_kw,label,kind\n".utf8) }
        let days = sharedDays
        var rows = 0
        for index in 0..<meters {
            let name = Array(name(ofMeter: index).text.utf8)
            for reading in readings(ofMeter: index, days: days) {
                try file.write { $0.append(reading, of: name) }
                rows += 1
            }
            progress?(index + 1, meters)
        }
        try file.finish()
        return rows
    }
}

extension [UInt8] {
    /// Appends one row.
    fileprivate mutating func append(_ reading: SimulatedMeter.Reading, of name: [UInt8]) {
        append(contentsOf: name)
        append(Byte.comma)
        reading.time.appendDescription(to: &self)
        append(Byte.comma)
        if !reading.power.isNaN {
            let thousandths = Int64((reading.power * 1_000).rounded())
            append(padded: thousandths / 1_000, width: 1)
            append(Byte.point)
            append(padded: thousandths % 1_000, width: 3)
        }
        append(Byte.comma)
        append(reading.incident == nil ? Byte.zero : Byte.zero + 1)
        append(Byte.comma)
        if let kind = reading.incident { append(contentsOf: kind.rawValue.utf8) }
        append(Byte.lineFeed)
    }
}
