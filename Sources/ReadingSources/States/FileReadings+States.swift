internal import Readings

extension FileReadings {
    /// Makes sure that files of a form without columns were not said to have states.
    func requireStates(_ choice: ColumnChoice) throws(ReadingsError) {
        guard let asked = choice.states.first, states.isEmpty, !choice.mayMissStates else { return }
        throw ReadingsError(
            .statesUnfit,
            column: asked,
            "`\(asked)` can be no state: the form of the files says which channels of numbers they have; leave out "
                + "--state \(asked)"
        )
    }

    /// Makes channels of the columns that are states.
    ///
    /// - Throws: ``ReadingsError`` with `columnAmbiguous` if another column is called like a channel.
    mutating func expandStates() throws(ReadingsError) {
        guard !states.isEmpty else { return }
        let columns = summary.channels
        let channels = states.channels(of: columns)
        var names: Set<Name> = []
        for channel in channels where !names.insert(channel).inserted {
            throw ReadingsError(
                .columnAmbiguous,
                column: channel.text,
                "a state has a channel `\(channel)`, and so is a column called; rename one of them in the files"
            )
        }
        for index in histories.indices {
            // One meter at a time, so that the histories never double the memory.
            let history = histories[index]
            histories[index] = MeterHistory(meter: history.meter, channelCount: 1)
            histories[index] = states.expanded(history)
        }
        summary.channels = channels
        summary.states = states.all.map(\.name)
        if summary.units.count == columns.count {
            summary.units = states.channels(of: summary.units) { $0.channels.map { _ in "" } }
        }
    }
}
