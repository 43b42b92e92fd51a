internal import Readings
internal import Text

/// What the number of an hour means: `7` is the hour from 7:00, or the one that ends at 7:00.
public enum HourNumbers: String, Sendable, CaseIterable {
    /// The hours of the clock, from 0.
    case starting
    /// The hours of the day, counted from 1.
    case ending
}

/// How a column tells the hour, and whether that is certain.
private enum HourReading {
    case certain(ClockFormat)
    /// Likelier than the other one.
    case probable(ClockFormat)
    case open
}

extension FormDecision {
    /// How the column beside the dates tells the time of day.
    ///
    /// - Throws: ``ReadingsError`` if it does not, or its hours may be those of the clock and those counted
    ///   from 1.
    func clockFormat(_ clock: Int) throws(ReadingsError) -> ClockFormat {
        switch hours(clock) {
        case .certain(let format)?, .probable(let format)?: return format
        case .open?: throw openHours(clock)
        case nil: break
        }
        guard let found = form.columns[clock].clockFormat ?? form.clockFormat(clock) else {
            throw ReadingsError(
                .noTimeColumn,
                file: form.file,
                column: names[clock].text,
                "the column `\(names[clock])` beside the dates holds no times of day, such as 09:30, and no hours or "
                    + "intervals that reach through a day; --clock names the one that does"
            )
        }
        return found
    }

    /// How a column of whole numbers tells the hour, where the range of the numbers alone does not say it:
    /// there is neither 0 nor 24. Nil for any other column.
    private func hours(_ clock: Int) -> HourReading? {
        guard let range = form.columns[clock].dayNumbers else { return nil }
        if form.times.half != nil { return range.upperBound <= 12 ? .certain(.hour) : nil }
        let plain = ColumnNames.plain(
            form.shape.writtenNames.count > clock ? form.shape.writtenNames[clock] : ""
        )
        if choice.hours == nil, ColumnNames.halfHour.contains(plain), range.lowerBound == 1,
            range.upperBound <= 25
        {
            return .certain(.period(perDay: 48, first: 1))
        }
        guard range.lowerBound > 0, range.upperBound < 26, !ColumnNames.interval.contains(plain) else {
            return nil
        }
        if let given = choice.hours { return .certain(Self.format(given)) }
        guard range.upperBound < 24 else { return nil }
        if let told = toldHours(clock, plain) { return .certain(Self.format(told)) }
        // Who counts hours from 1 has the first one; who has 1:00 has the hour before it, too. Readings for
        // an index must mean what its own do.
        return range.lowerBound > 1 && choice.knownChannels.isEmpty ? .probable(.hour) : .open
    }

    private static func format(_ hours: HourNumbers) -> ClockFormat {
        hours == .starting ? .hour : .period(perDay: 24, first: 1)
    }

    /// What the name, the cells or a column of minutes say; nil if they say nothing.
    private func toldHours(_ clock: Int, _ plain: String) -> HourNumbers? {
        if ColumnNames.hourEnding.contains(plain) { return .ending }
        if ColumnNames.hourStarting.contains(plain) { return .starting }
        if let cells = form.columns[clock].numberedCells {
            if cells.areSpans || ["uhr", "h"].contains(cells.suffix) { return .starting }
            if ["he", "hourending"].contains(cells.prefix) { return .ending }
        }
        // Who numbers the parts of an hour from 1 does so with the hours.
        guard let part = form.times.part?.format else { return nil }
        return part == ClockPart(length: 60_000, first: 0) ? .starting : part.first == 1 ? .ending : nil
    }

    private func openHours(_ clock: Int) -> ReadingsError {
        ReadingsError(
            .noTimeColumn,
            file: form.file,
            column: names[clock].text,
            "the hours in `\(names[clock])` have neither 0 nor 24, so `7` may be the hour from 7:00 or the one that ends "
                + "then: give --hours starting or --hours ending"
        )
    }

    /// What is in doubt about the hours.
    var hourWarnings: [String] {
        guard let clock = form.times.clock, case .probable? = hours(clock),
            let range = form.columns[clock].dayNumbers
        else { return [] }
        return [
            "the hours in `\(names[clock])` are \(range.lowerBound) to \(range.upperBound), and are read as those of the "
                + "clock: \(range.lowerBound) is \(range.lowerBound):00; --hours ending says that they are counted from 1, and "
                + "\(range.lowerBound) begins at \(range.lowerBound - 1):00"
        ]
    }

    /// What was decided about the hours, as words of a command.
    var hourOptions: [String] {
        guard let clock = form.times.clock else { return [] }
        if let given = choice.hours { return ["--hours", given.rawValue] }
        if case .probable? = hours(clock) { return ["--hours", HourNumbers.starting.rawValue] }
        return []
    }
}
