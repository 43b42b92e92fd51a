import ArgumentParser

/// Where the alarm line lies.
struct FalseAlarmOption: ParsableArguments {
    static let help = ArgumentHelp(
        "How many false alarms are put up with; nothing is learnt anew.",
        discussion: """
            A share of normal readings (0.01 or 1%), so many of each meter in a time (1/week; day, month and year \
            too), a percentile of normal readings (p99), or a multiple of the usual line (score=1.2).
            """,
        valueName: "rate"
    )

    @Option(name: .long, help: Self.help)
    var falseAlarms: String?

    func validate() throws { _ = try line() }

    /// Where; nil for the index's own line.
    func line() throws -> AlarmLine? {
        guard let falseAlarms else { return nil }
        guard let line = AlarmLine(falseAlarms) else {
            throw ValidationError(Self.refusal(of: falseAlarms))
        }
        return line
    }

    /// What is said of a text that is none of these.
    static func refusal(of text: String) -> String {
        "--false-alarms is a share above 0 and below 1 such as 0.01 or 1%, a number in a time such as "
            + "1/week, a percentile such as p99, or a score such as score=1.2; not `\(text)`"
    }
}
