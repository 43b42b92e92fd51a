package import Readings

/// A meter's readings in time order, one per time, in the units of the index: where a channel is a register,
/// those of the catalog are differences, and those that were pushed since are readings of the register.
package struct HeldHistory {
    /// The readings; registers are differences in all of them.
    package private(set) var readings: [StoredReading]
    /// The registers after the last reading; nil where no channel is one.
    package private(set) var registers: MeterRegisters?

    /// Puts readings in order, and takes the differences of registers.
    ///
    /// A reading of a register is compared with the one before it, and with no other: so a history that
    /// begins later is the same from its second reading on.
    ///
    /// - Parameters:
    ///   - known: those of the catalog.
    ///   - pushed: those of the journal, then those that wait to be written.
    ///   - registers: after the last reading of the catalog; nil where no channel is one.
    package init(known: [StoredReading], pushed: [StoredReading], _ registers: MeterRegisters?) {
        readings = History.inOrder(known + pushed)
        guard let registers else { return }
        var state = registers.unread
        let times = Set(known.map(\.time))
        for index in readings.indices {
            let time = Timestamp(milliseconds: readings[index].time)
            if times.contains(readings[index].time) {
                // What the register showed is known of the catalog's last reading only.
                state = time == registers.newestTime ? registers : registers.unread
            } else {
                let differences = state.differences(of: readings[index].values, at: time)
                readings[index] = readings[index].with(differences)
            }
        }
        self.registers = state
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
