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
    /// The clocks of the meters whose files name their zones.
    public var zones: [Name: LocalClock] = [:]
    /// The holidays of the time of the readings, and of years to come; nil if no file of them was given.
    public var holidays: HolidayCalendar?
}
