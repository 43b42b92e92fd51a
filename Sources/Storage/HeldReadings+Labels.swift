public import Readings
public import Verdicts

extension HeldReadings {
    /// Gives the labels that persons gave to the readings of a meter, in the order they were given, some at a
    /// time; those that were replaced or taken back are among them.
    ///
    /// - Parameters:
    ///   - since: only labels of readings from this time on; nil for all.
    ///   - until: only labels of readings before this time; nil for all.
    public func walkLabels(
        of meter: Name,
        since: Timestamp?,
        until: Timestamp?,
        _ body: ([GivenLabel]) throws -> Void
    ) throws {
        guard let journal = history.journal else { return }
        var query = LabelQuery()
        (query.meter, query.from, query.before) = (meter, since, until)
        while true {
            let page = try journal.givenLabels(query)
            guard let last = page.last else { return }
            try body(page)
            query.start = last.number + 1
        }
    }
}
