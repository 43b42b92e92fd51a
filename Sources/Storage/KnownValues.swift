package import Detection
package import Readings
internal import Verdicts

/// The last values of the known normal windows, row by row as in their bank, so that an answer can say what
/// is usual without reading the disk. Four bytes for each channel of each window.
package struct KnownValues: Equatable, Sendable {
    /// How many values a window has.
    package let channels: Int
    private let values: [Float]

    /// How many bytes of memory they take.
    package var heldBytes: Int { values.count * MemoryLayout<Float>.stride }

    /// Those of windows, from the readings they end with.
    ///
    /// - Parameter histories: all readings, by the meters' numbers.
    package init(of windows: [KnownWindow], in histories: [MeterHistory]) {
        let channels = histories.first?.channelCount ?? 0
        var values: [Float] = []
        values.reserveCapacity(windows.count * channels)
        for window in windows {
            let history = histories[window.meter]
            let time = Timestamp(milliseconds: window.time)
            let reading = history.firstReading(since: time)
            if reading < history.count, history.times[reading] == time {
                values += history.values(at: reading).lazy.map { Float($0) }
            } else {
                values += repeatElement(Float.nan, count: channels)
            }
        }
        (self.channels, self.values) = (channels, values)
    }

    /// The values of a window, one for each channel; NaN for a missing one.
    package subscript(row: Int) -> ArraySlice<Float> { values[row * channels..<(row + 1) * channels] }

    /// The value of a channel of a window.
    package func value(_ row: Int, _ channel: Int) -> Double { Double(values[row * channels + channel]) }

    /// The file: the numbers as they are in memory, the lowest byte first.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Reads a file.
    ///
    /// - Throws: ``IndexError`` with `damaged` if it has another size.
    init(decoding bytes: [UInt8], rows: Int, channels: Int) throws(IndexError) {
        guard bytes.count == 4 * rows * channels else {
            throw IndexError(
                .damaged,
                "\(GenerationFile.values) has \(bytes.count) bytes, and \(rows) windows of \(channels) channels have "
                    + "\(4 * rows * channels); build the index again"
            )
        }
        self.channels = channels
        values = bytes.withUnsafeBytes { buffer in
            (0..<rows * channels).map { number in
                let pattern = buffer.loadUnaligned(fromByteOffset: 4 * number, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: pattern))
            }
        }
    }
}
