extension GridSimulator {
    /// Writes all readings as CSV, `meter,time,power_kw,label,kind`, one meter after the other.
    ///
    /// Nothing is held in memory but a buffer. A file that is there already is overwritten.
    ///
    /// - Parameter progress: told after each meter how many of them are done.
    /// - Returns: how many rows were written.
    /// - Throws: ``ReadingsError`` with `outputUnwritable`.
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
            let name = Array(name(ofMeter: index).utf8)
            for reading in readings(ofMeter: index, days: days) {
                try file.write { $0.append(reading, of: name) }
                rows += 1
            }
            progress?(index + 1, meters)
        }
        try file.flush()
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
