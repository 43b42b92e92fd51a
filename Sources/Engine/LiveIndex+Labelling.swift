public import Readings
internal import Storage
public import Verdicts

extension LiveIndex {
    /// What became of a label.
    public struct Labelled: Equatable, Sendable {
        /// Whether it counts from the next query on; if not, from the next rebuild on, because the reading's
        /// history was too short to be judged.
        public let counts: Bool
        /// How many labels the index was ever given, this one included.
        public let labels: Int
    }

    /// Labels the window that ends at a reading the index holds. Returns once the label is on the disk.
    ///
    /// - Throws: ``RequestError`` with `unknownMeter`, `noReading`, or `unavailable` where the journal cannot be written.
    public func label(
        _ meter: String,
        at time: Timestamp,
        as label: Label
    ) throws(RequestError) -> Labelled {
        try requireJournal()
        let held = try holds(meter, at: time)
        guard held else {
            guard knows(meter) else {
                throw RequestError(
                    .unknownMeter,
                    "the index `\(folder.name)` has no reading of a meter `\(meter)`"
                )
            }
            throw RequestError(
                .noReading,
                "the index `\(folder.name)` holds no reading of `\(meter)` at \(time); "
                    + "label a reading that was pushed or built in"
            )
        }
        let entry = LabelEntry(meter: meter, time: time, label: label)
        do {
            return try write(entry)
        } catch {
            throw RequestError(
                .unavailable,
                "the label could not be written and was not taken: \(error); try again"
            )
        }
    }
}
