import ArgumentParser

/// Where the alarm line lies.
struct FalseAlarmOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The share of normal readings that may raise an alarm, such as 0.01 or 1%; nothing is learnt anew.",
            valueName: "rate"
        )
    )
    var falseAlarms: String?

    func validate() throws { _ = try rate() }

    /// The share; nil for the index's own.
    func rate() throws -> Double? {
        guard let falseAlarms else { return nil }
        let isPercent = falseAlarms.hasSuffix("%")
        guard let number = Double(isPercent ? String(falseAlarms.dropLast()) : falseAlarms) else {
            throw ValidationError("--false-alarms is a share such as 0.01 or 1%, not `\(falseAlarms)`")
        }
        let share = isPercent ? number / 100 : number
        guard share > 0, share < 1 else {
            throw ValidationError("--false-alarms is above 0 and below 1, or 100%")
        }
        return share
    }
}
