internal import Readings
internal import Text

// How the times of a form are written.

extension FormDecision {
    func stampFormat() throws(ReadingsError) -> StampFormat {
        var options = StampOptions()
        options.order = order
        options.hasZone = choice.hasGivenZone
        options.hasClockBeside = form.times.clock != nil
        let day = form.columns[form.times.day]
        var format: StampFormat
        switch day.stampReading(options) {
        case .one(let found): format = found
        case .ambiguousZone(_, let word):
            throw ReadingsError(
                .dateOrderOpen,
                file: form.file,
                column: names[form.times.day].text,
                "the zone `\(word)` has several meanings; --timezone names the one that is meant"
            )
        case .open(let formats, let example):
            throw ReadingsError(
                .dateOrderOpen,
                file: form.file,
                column: names[form.times.day].text,
                "`\(example)` may be \(formats.map { "\($0.order.rawValue)" }.joined(separator: " or ")), and no date "
                    + "of the files decides it: give --day-first or --month-first"
            )
        case .no: throw noTimes()
        }
        let ends = form.endsWithMidnight(key.meter + [key.channel].compactMap(\.self))
        format.endsWithMidnight = ends
        guard let clock = form.times.clock else { return format }
        return format.joined(with: try clockFormat(clock))
    }

    private func noTimes() -> ReadingsError {
        let column = form.times.day
        let line = form.shape.firstRowLine
        let example = form.sample.cells(column).first ?? ""
        return ReadingsError(
            .noTimeColumn,
            file: form.file,
            line: line,
            column: names[column].text,
            "`\(example)` in line \(line) is not a timestamp, nor are most others of the column `\(names[column])`; "
                + (TimeAdvice(form.sample).sentence
                    ?? "the columns are \(form.sample.listOfNames); --time names the one with the timestamps")
        )
    }
}
