package import Readings

/// A meter's readings in time order, one per time, in the units of the index: where a channel is a register,
/// those of the catalog are differences, and those that were pushed since are readings of the register; where
/// a column is a state, those of the catalog have its channels, and those that were pushed its code.
package struct HeldHistory {
    /// The readings; all have the channels of the index, and registers are differences in all of them.
    package private(set) var readings: [StoredReading]
    /// The registers after the last reading; nil where no channel is one.
    package private(set) var registers: MeterRegisters?
    /// The states in the last reading; nil where no column is one.
    package private(set) var states: MeterStates?

    /// Puts readings in order, makes channels of states, and takes the differences of registers.
    ///
    /// A reading of a register or a state is compared with the one before it, and with no other: so a history
    /// that begins later is the same from its second reading on.
    ///
    /// - Parameters:
    ///   - known: those of the catalog.
    ///   - pushed: those of the journal, then those that wait to be written.
    ///   - registers: after the last reading of the catalog; nil where no channel is one.
    ///   - states: those of the index.
    package init(
        known: [StoredReading],
        pushed: [StoredReading],
        _ registers: MeterRegisters?,
        _ states: States
    ) {
        readings = History.inOrder(known + pushed)
        guard registers != nil || !states.isEmpty else { return }
        var registerState = registers?.unread
        var memory = states.isEmpty ? nil : MeterStates(states)
        let times = Set(known.map(\.time))
        for index in readings.indices {
            let time = Timestamp(milliseconds: readings[index].time)
            if times.contains(readings[index].time) {
                memory?.note(channels: readings[index].values)
                // What the register showed is known of the catalog's last reading only.
                registerState = time == registers?.newestTime ? registers : registers?.unread
            } else {
                var values = readings[index].values
                if let channels = memory?.channels(of: values) { values = channels }
                if let differences = registerState?.differences(of: values, at: time) { values = differences }
                readings[index] = readings[index].with(values)
            }
        }
        self.registers = registerState
        self.states = memory
    }

    /// The readings from a time on.
    func since(_ time: Int64) -> HeldHistory {
        var copy = self
        copy.readings = readings.filter { $0.time >= time }
        return copy
    }
}

extension StoredReading {
    fileprivate func with(_ values: [Double]) -> StoredReading {
        StoredReading(time: time, values: values, label: label)
    }
}

extension MeterRegisters {
    /// The name of the part of the catalog that has those of all meters, as ``NamedValues``.
    package static let name = "registers"
}
