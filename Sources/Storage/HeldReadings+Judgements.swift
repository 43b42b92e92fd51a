public import Readings
public import Verdicts

extension HeldReadings {
    /// Gives what was said of the pushed readings of a meter, in the order of their times, some at a time.
    ///
    /// - Parameters:
    ///   - since: only readings from this time on; nil for all.
    ///   - until: only readings before this time; nil for all.
    public func walkJudgements(
        of meter: Name,
        since: Timestamp?,
        until: Timestamp?,
        _ body: ([KeptJudgement]) throws -> Void
    ) throws {
        guard let journal = history.journal else { return }
        var from = since ?? Timestamp(milliseconds: .min)
        let end = until ?? Timestamp(milliseconds: .max)
        while from < end {
            let page = try journal.judgements(of: meter, from: from, before: end, limit: Self.step)
            guard let last = page.last else { return }
            try body(page)
            from = Timestamp(milliseconds: last.time.milliseconds + 1)
        }
    }
}
