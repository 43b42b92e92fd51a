internal import Readings

/// The files of labels of a command: periods and moments of meters, each with what it was.
package struct LabelFiles {
    let files: InputFiles
    /// The clocks of times without an offset.
    let clocks: MeterClocks
    /// How the periods and the labels that readings have go together.
    var rule = Rule.replaces

    /// How labels of files and of columns go together.
    enum Rule {
        /// What the files say counts, also where a column says something else.
        case replaces
        /// The periods are those that are normal: all other readings are not known to be, and those that are
        /// labelled stay what they are.
        case onlyNormal
    }

    /// Labels readings, and says what became of the periods.
    ///
    /// - Parameter zones: the clocks of the meters whose files name their zones.
    /// - Throws: ``ReadingsError`` for files that cannot be read, and for those whose periods are all of
    ///   meters without readings.
    func label(
        _ histories: inout [MeterHistory],
        _ zones: [Name: LocalClock],
        _ choice: ColumnChoice,
        _ summary: inout ReadingsSummary,
        _ rejects: inout RejectsLog
    ) throws(ReadingsError) {
        // If `since` and `until` left nothing, there is nothing to label.
        guard !histories.isEmpty else { return }
        let clocks = clocks.overruled(by: zones)
        var reader = PeriodFiles(choice, clocks: clocks, meters: Set(histories.map(\.meter)))
        try reader.read(files.files, &rejects)
        var labelling = PeriodLabelling(histories, clocks)
        for var period in reader.periods {
            if rule == .onlyNormal { period.label = .normal }
            labelling.take(period, histories)
        }
        if !reader.periods.isEmpty, labelling.isOfUnknownMeters(reader.periods.count) {
            throw ReadingsError(
                .noLabels,
                file: files.paths.first,
                "none of the meters has readings: \(labelling.unknownNames(histories)); the meters are "
                    + histories.prefix(5).map { "`\($0.meter)`" }.joined(separator: ", ")
                    + (histories.count > 5 ? " and \(histories.count - 5) more" : "")
                    + "; write their names as the readings have them, or leave the column out to label all meters"
            )
        }
        let overruled = labelling.apply(to: &histories, rule)
        summary.notes += reader.notes + labelling.notes(overruled, periods: reader.periods.count, rule)
        summary.warnings += reader.warnings + labelling.warnings(histories)
    }
}
