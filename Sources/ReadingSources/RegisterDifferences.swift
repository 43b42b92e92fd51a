internal import Readings

/// Turns the registers of all meters into what was used in each interval, and says so.
struct RegisterDifferences {
    /// Each meter's registers after its last reading.
    private(set) var registers: [Name: MeterRegisters] = [:]
    private var counts: MeterHistory.RegisterCounts = [:]
    /// How many readings have no value any more.
    private(set) var missing = 0

    /// - Parameter channels: the numbers of the registers.
    init(of histories: inout [MeterHistory], channels: [Int]) {
        guard !channels.isEmpty else { return }
        for index in histories.indices {
            let before = histories[index].readingsWithValue
            let (state, counts) = histories[index].differenceRegisters(channels)
            registers[histories[index].meter] = state
            self.counts.merge(counts, uniquingKeysWith: +)
            missing += before - histories[index].readingsWithValue
        }
    }

    /// What there is to say, for people.
    ///
    /// - Parameter names: those of the registers.
    func note(_ names: [Name]) -> String {
        let causes: [(Register.Step, String)] = [
            (.first, counts[.first] == 1 ? "first reading" : "first readings"),
            (.gap, "after a gap"), (.fall, "after a reset or an exchange of the meter"),
            (.jump, "after a jump too large for a load"),
        ]
        let without = causes.compactMap { step, words in counts[step].map { "\($0) \(words)" } }
        let rolled = counts[.rollOver].map { "; rolled over: \($0)" } ?? ""
        let only = names.count == 1 ? "only grows, as a register does" : "only grow, as registers do"
        return names.map { "`\($0)`" }.joined(separator: ", ")
            + " \(only): what was used in each interval is taken, the difference of two readings (without one: "
            + "\(without.joined(separator: ", "))\(rolled)); --no-register \(names[0]) takes it as it stands"
    }
}

extension MeterHistory {
    /// How many readings have a value.
    fileprivate var readingsWithValue: Int {
        (0..<count).count { index in
            values[index * channelCount..<(index + 1) * channelCount].contains { !$0.isNaN }
        }
    }
}
