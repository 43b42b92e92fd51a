/// The registers among a meter's channels. Their readings become differences before anything looks at them.
public struct MeterRegisters: Codable, Equatable, Sendable {
    /// A channel that is a register.
    private struct Channel: Codable, Equatable, Sendable {
        let number: Int
        var limits: RegisterLimits
        var register = Register()
    }

    private var channels: [Channel]
    /// The time of the last reading, whether it had values or not; nil before the first.
    public private(set) var newestTime: Timestamp?
    /// The channels whose register was reset or exchanged with the last reading, by their numbers: what was
    /// used is not known.
    public private(set) var reset: [Int] = []

    /// What is kept: the rest is of the last reading alone.
    private enum CodingKeys: String, CodingKey {
        case channels, newestTime
    }

    /// Registers that were not read yet.
    ///
    /// - Parameter limits: by the number of the channel.
    public init(_ limits: [Int: RegisterLimits]) {
        channels = limits.sorted { $0.key < $1.key }.map { Channel(number: $0.key, limits: $0.value) }
    }

    /// The registers of a meter of which nothing is known but how often it probably reports.
    public init(channels: [Int], interval: Int64) {
        self.init(
            Dictionary(channels.map { ($0, RegisterLimits(interval: interval)) }) { first, _ in first }
        )
    }

    /// The numbers of the channels, ascending.
    public var numbers: [Int] { channels.map(\.number) }

    /// How long before a reading the one that it is compared with may be, in milliseconds.
    public var reach: Int64 { channels.map { $0.limits.interval + $0.limits.interval / 2 }.max() ?? 0 }

    /// The same registers before any reading.
    public var unread: MeterRegisters {
        MeterRegisters(Dictionary(channels.map { ($0.number, $0.limits) }) { first, _ in first })
    }

    /// The same registers, with limits that are learnt from a history of differences.
    public func learning(from history: MeterHistory) -> MeterRegisters {
        var copy = self
        let interval = history.usualStep ?? 1
        for index in channels.indices {
            let number = channels[index].number
            copy.channels[index].limits = RegisterLimits(
                interval: interval,
                differences: history.times.indices.lazy.map {
                    history.values[$0 * history.channelCount + number]
                }
            )
        }
        return copy
    }

    /// How many bytes of memory they take, beside their own size.
    public var heldBytes: Int {
        channels.capacity * MemoryLayout<Channel>.stride + reset.capacity * MemoryLayout<Int>.stride
    }

    /// The values of a reading, with differences in the place of registers.
    ///
    /// - Parameters:
    ///   - values: those of all channels; the others stay as they are.
    ///   - time: later than that of the reading before.
    public mutating func differences(of values: [Double], at time: Timestamp) -> [Double] {
        var values = values
        newestTime = time
        if !reset.isEmpty { reset = [] }
        for index in channels.indices where channels[index].number < values.count {
            let number = channels[index].number
            let read = channels[index].register.read(values[number], at: time, channels[index].limits)
            values[number] = read.difference
            if read.step == .fall || read.step == .jump { reset.append(number) }
        }
        return values
    }
}

extension MeterHistory {
    /// How many readings of registers became of each kind.
    public typealias RegisterCounts = [Register.Step: Int]

    /// Turns channels that are registers into what was used in each interval.
    ///
    /// - Parameter registers: the numbers of the channels.
    /// - Returns: the registers after the last reading, and the counts.
    public mutating func differenceRegisters(
        _ registers: [Int]
    ) -> (registers: MeterRegisters, counts: RegisterCounts) {
        let interval = usualStep ?? 1
        var limits: [Int: RegisterLimits] = [:]
        var counts: RegisterCounts = [:]
        for channel in registers {
            limits[channel] = RegisterLimits(
                interval: interval,
                differences: differences(of: channel, within: interval + interval / 2)
            )
        }
        var state = MeterRegisters(limits)
        state.difference(&self, counting: &counts)
        return (state, counts)
    }

    /// The differences of the readings of a channel that follow each other.
    private func differences(of channel: Int, within reach: Int64) -> [Double] {
        var differences: [Double] = []
        for index in times.indices.dropFirst() {
            guard times[index].milliseconds - times[index - 1].milliseconds <= reach else { continue }
            differences.append(
                values[index * channelCount + channel] - values[(index - 1) * channelCount + channel]
            )
        }
        return differences
    }
}

extension MeterRegisters {
    /// Turns the registers of all readings into differences.
    fileprivate mutating func difference(
        _ history: inout MeterHistory,
        counting counts: inout MeterHistory.RegisterCounts
    ) {
        newestTime = history.times.last
        for index in channels.indices {
            let channel = channels[index]
            var register = channel.register
            history.mapValues(of: channel.number) { value, time in
                let read = register.read(value, at: time, channel.limits)
                counts[read.step, default: 0] += 1
                return read.difference
            }
            channels[index].register = register
        }
    }
}
