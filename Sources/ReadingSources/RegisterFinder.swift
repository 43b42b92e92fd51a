internal import Readings

/// Finds the channels that are registers: they only grow, and what a window would learn of their values is
/// where the register stood, and not what was used.
struct RegisterFinder {
    /// The channels, by name.
    let channels: [Name]
    /// What the caller says.
    let choice: ColumnChoice
    /// Whether a channel is looked at that the caller says nothing of.
    let mayFind: Bool

    /// The fewest steps of a meter that show it.
    private static let fewestSteps = 47

    /// What is known of a channel.
    private enum Finding {
        /// It grows in all meters with enough readings.
        case grows
        /// It grows in some of them.
        case growsInSome(Int, of: Int)
        /// It falls to nothing again and again, and grows in between, as the counter of a day does.
        case growsAndRestarts
        case other
    }

    /// The numbers of the channels that are registers.
    ///
    /// - Parameter warn: is given what may be one.
    /// - Throws: ``ReadingsError`` with `columnUnknown` for a channel that is not there.
    func find(
        in histories: [MeterHistory],
        warn: (String) -> Void
    ) throws(ReadingsError) -> [Int] {
        for name in choice.registers + choice.noRegisters where !channels.contains(Name(name)) {
            throw ReadingsError(
                .columnUnknown,
                column: name,
                "there is no channel `\(name)`; the channels are \(channels.listed)"
                    + (choice.wide ? ": with --wide each column is a meter, of one channel" : "")
            )
        }
        var found: [Int] = []
        for (number, channel) in channels.enumerated() {
            if choice.registers.contains(channel.text) {
                found.append(number)
            } else if mayFind, !choice.noRegisters.contains(channel.text) {
                switch Self.finding(of: number, in: histories) {
                case .grows: found.append(number)
                case .growsInSome(let some, let all):
                    warn(
                        "`\(channel)` only grows in \(some) of \(all) meters, as a register does, and is judged as it "
                            + "stands; --register \(channel) takes differences, --no-register \(channel) says that it is none"
                    )
                case .growsAndRestarts:
                    warn(
                        "`\(channel)` grows and begins again, as the counter of a day does, and is judged as it stands; "
                            + "--register \(channel) takes differences, --no-register \(channel) says that it is none"
                    )
                case .other: break
                }
            }
        }
        return found
    }

    private static func finding(of channel: Int, in histories: [MeterHistory]) -> Finding {
        let steps = histories.map { Steps(of: channel, in: $0) }.filter { $0.count >= fewestSteps }
        let growing = steps.count(where: \.onlyGrow)
        guard !steps.isEmpty else { return .other }
        if growing == steps.count { return .grows }
        if growing > 0 { return .growsInSome(growing, of: steps.count) }
        return steps.allSatisfy(\.growAndRestart) ? .growsAndRestarts : .other
    }
}

/// How the values of a channel of a meter go on.
private struct Steps {
    /// How many values follow another one.
    private(set) var count = 0
    private var rises = 0
    private var falls = 0
    /// The falls to less than a twentieth, after at least four values that did not fall.
    private var restarts = 0

    init(of channel: Int, in history: MeterHistory) {
        guard channel < history.channelCount else { return }
        var (last, sinceFall) = (Double.nan, 0)
        for index in 0..<history.count {
            let value = history.values[index * history.channelCount + channel]
            if value.isNaN { continue }
            defer { last = value }
            if last.isNaN { continue }
            count += 1
            if value > last { rises += 1 }
            sinceFall += 1
            guard value < last else { continue }
            falls += 1
            if value >= 0, value * 20 <= last, sinceFall > 4 { restarts += 1 }
            sinceFall = 0
        }
    }

    /// Whether they never fall but for a few times, and mostly rise: a register is reset, exchanged or rolls
    /// over a few times in its life, and may stand still at night.
    var onlyGrow: Bool { falls * 200 <= count && rises * 4 >= count }

    /// Whether they fall to nothing only, and rise in between.
    var growAndRestart: Bool { falls > 0 && restarts == falls && rises * 4 >= count }
}
