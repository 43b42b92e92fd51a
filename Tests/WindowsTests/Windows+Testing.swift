import Foundation
import Readings
import Windows

extension MeterHistory {
    /// The values of one reading.
    func row(_ index: Int) -> [Double] {
        Array(values[index * channelCount..<(index + 1) * channelCount])
    }

    /// A history of one channel, with values at a fixed interval.
    init(_ values: [Double], interval: Int64 = 3_600_000, start: Int64 = 1_451_606_400_000) {
        self.init(meter: "m", channelCount: 1)
        for (index, value) in values.enumerated() {
            append(time: Timestamp(milliseconds: start + Int64(index) * interval), values: [value])
        }
    }

    /// The first readings.
    func prefix(_ count: Int) -> MeterHistory {
        var prefix = MeterHistory(meter: meter, channelCount: channelCount)
        for index in 0..<count { prefix.append(time: times[index], values: row(index), label: labels[index]) }
        return prefix
    }
}

extension WindowFeatures {
    /// The features as an array.
    func array(_ window: MeterWindow) -> [Float] {
        [Float](unsafeUninitializedCapacity: layout.featureCount) { buffer, count in
            buffer.initialize(repeating: .nan)
            compute(window, into: buffer)
            count = layout.featureCount
        }
    }
}

extension MeterStream {
    /// Appends some readings of a history.
    mutating func append(_ history: MeterHistory, _ range: Range<Int>) {
        for index in range { append(history.row(index), at: history.times[index]) }
    }
}

extension Decodable where Self: Encodable {
    /// The value, written as JSON and read again.
    func throughJSON() throws -> Self {
        try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(self))
    }
}
