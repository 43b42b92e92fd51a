internal import Readings

/// A number that stands for none, such as -999: the same again and again, far from all other values.
struct Sentinel {
    let channel: Int
    let value: Double
    let count: Int
    /// The range of all other values.
    let others: ClosedRange<Double>

    /// Whether a number is one of those that programs write for none.
    static func isOne(_ value: Double) -> Bool {
        if value == -1 { return true }
        let size = value.magnitude
        guard size >= 99, !(100..<999).contains(size), !(1_000..<9_999).contains(size) else { return false }
        return known.contains(size)
    }

    private static let known: [Double] = [
        99, 99.9, 99.99, 999, 999.9, 999.99, 9_999, 9_999.9, 9_999.99, 32_767, 32_768, 65_535, 99_999,
        99_999.9,
        999_999, 9_999_999, 99_999_999, 999_999_999, 2_147_483_647, 2_147_483_648, 4_294_967_295,
    ]

    /// The fewest times that it stands there.
    private static let fewest = 3

    /// Finds them in the values of a channel of all meters.
    static func find(_ channel: Int, in histories: [MeterHistory]) -> [Sentinel] {
        var counts: [Double: Int] = [:]
        var (least, largest) = (Double.infinity, -Double.infinity)
        for history in histories where channel < history.channelCount {
            var index = channel
            while index < history.values.count {
                let value = history.values[index]
                index += history.channelCount
                if value.isNaN { continue }
                if isOne(value) {
                    counts[value, default: 0] += 1
                } else {
                    (least, largest) = (min(least, value), max(largest, value))
                }
            }
        }
        guard least <= largest, !counts.isEmpty else { return [] }
        let others = least...largest
        let all = histories.reduce(0) { $0 + $1.count }
        let total = counts.values.reduce(0, +)
        return counts.sorted { $0.key < $1.key }.filter { value, count in
            let distance = value < least ? least - value : value - largest
            return count >= fewest && total * 2 <= all
                && distance > largest - least
                && (value != -1 || (least >= 0 && least < largest && count * 5 <= all))
        }.map { Sentinel(channel: channel, value: $0.key, count: $0.value, others: others) }
    }
}

extension FileReadings {
    /// Warns of numbers that stand for none.
    mutating func warnOfSentinels() {
        let states = Set(states.all.map(\.column))
        for (channel, name) in summary.channels.enumerated() where !states.contains(channel) {
            for found in Sentinel.find(channel, in: histories) {
                let isWhole = found.value == found.value.rounded()
                let text = isWhole ? "\(Int64(found.value))" : "\(found.value)"
                summary.warnings.append(
                    "`\(name)`: \(text) stands in \(found.count) readings, far from all others (\(found.others.lowerBound) to "
                        + "\(found.others.upperBound)), and counts as a value; if it means that there is none, give --missing \(text)"
                )
            }
        }
    }
}
