public import Readings

/// All that was read of the files of a command.
public struct FileReadings: Sendable {
    /// The counts, and how the files were understood.
    public var summary: ReadingsSummary
    /// The readings, in the order of the meters' names (as numbers if all are numbers).
    public var histories: [MeterHistory]
    /// The texts that belong to the meters, such as their towns: by the meter's name, then by the
    /// attribute's.
    public var attributes: [Name: [Name: Name]] = [:]
    /// The meters' registers after their last readings; empty if no channel is one.
    public var registers: [Name: MeterRegisters] = [:]
    /// The columns that are states, by their places among all columns. Each has several channels.
    public var states = States()
    /// The clocks of the meters whose files name their zones.
    public var zones: [Name: LocalClock] = [:]
    /// The holidays of the time of the readings, and of years to come; nil if no file of them was given.
    public var holidays: HolidayCalendar?
}

extension FileReadings {
    /// Makes channels of the columns: several of a state, and differences of a register.
    mutating func makeChannels(
        _ choice: ColumnChoice,
        mayFindRegisters: Bool
    ) throws(ReadingsError) {
        try expandStates()
        let finder = RegisterFinder(channels: summary.channels, choice: choice, mayFind: mayFindRegisters)
        var warnings: [String] = []
        let found = try finder.find(in: histories) { warnings.append($0) }
        summary.warnings += warnings
        registers = summary.takeDifferences(of: found, in: &histories)
    }
}

extension ReadingsSummary {
    /// Turns registers into differences, counts what is missing now, and says so.
    fileprivate mutating func takeDifferences(
        of found: [Int],
        in histories: inout [MeterHistory]
    ) -> [Name: MeterRegisters] {
        guard !found.isEmpty else { return [:] }
        let differences = RegisterDifferences(of: &histories, channels: found)
        registers = found.map { channels[$0] }
        notes.append(differences.note(registers))
        accepted -= differences.missing
        missing += differences.missing
        return differences.registers
    }
}
