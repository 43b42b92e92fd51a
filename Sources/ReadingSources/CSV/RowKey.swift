// Whether a column names the meter or the quantity is decided on the rows, and not by its name alone: if rows
// of one time differ, something tells them apart, and reading on would keep one of them and lose the others.

internal import Readings

/// The columns that, with the time, make a row one of its kind.
struct RowKey: Equatable {
    /// The columns whose values, joined by slashes, are the meter's name; none if the file is one meter.
    var meter: [Int] = []
    /// The column that names the quantity; nil if each has a column of its own.
    var channel: Int?
    /// The column in which alone some rows of one time differ; it is no part of a reading.
    var repeating: Int?
    /// What was found out and why.
    var notes: [String] = []
    var warnings: [String] = []
}

/// Finds the columns that tell rows apart.
struct RowKeyFinder {
    let file: String
    let names: [Name]
    let writtenNames: [String]
    let keys: KeySample
    let order: SeriesOrder
    /// The words of each of the sample's columns; nil for more than are kept.
    let words: [[Name]?]
    /// The columns that are text, and not whole numbers.
    let texts: Set<Int>
    /// The columns that hold an hour or an interval of the day, if the times are days and nothing more.
    let clocks: Set<Int>
    /// The columns that are the same on the same days of the week, and so name no meter.
    let calendar: Set<Int>
    let choice: ColumnChoice

    /// Finds the key.
    ///
    /// - Parameters:
    ///   - meter: the columns that the caller named for the meter.
    ///   - channel: the column that the caller named for the quantity.
    ///   - known: the column that has a meter's name; nil if none has.
    /// - Throws: ``ReadingsError`` with `rowsNotTold` if rows of one meter and time differ, and which column
    ///   tells them apart is not certain.
    func key(meter: [Int], channel: Int?, known: Int?) throws(ReadingsError) -> RowKey {
        var key = RowKey(meter: meter, channel: channel)
        guard choice.meterName == nil else { return try settled(key) }
        if meter.isEmpty, let known, !isSuperfluous(known, channel) { key.meter = [known] }
        return try settled(key)
    }

    /// Whether a column that has a meter's name says nothing while another alone tells rows apart.
    private func isSuperfluous(_ column: Int, _ channel: Int?) -> Bool {
        guard let place = position(column) else { return false }
        let base = channel.flatMap { position($0) }.map { [$0] } ?? []
        if keys.series(place).names > 1 { return false }
        let alone = keys.collisions(key: base)
        guard alone.differing > 0, let best = resolvers(of: alone, base).first else { return false }
        // Beside a column of quantities the one meter keeps its name.
        return !isQuantityForCertain(keys.columns[best])
    }

    private func position(_ column: Int) -> Int? { keys.columns.firstIndex(of: column) }

    /// The key with what is missing in it.
    private func settled(_ given: RowKey) throws(ReadingsError) -> RowKey {
        var key = given
        let base = (key.meter + (key.channel.map { [$0] } ?? [])).compactMap { position($0) }
        let rest = keys.collisions(key: base)
        if rest.differing == 0 {
            try addStacked(&key)
            return key
        }
        if choice.meterName != nil || choice.corrections {
            key.warnings.append(repeated(rest))
            return key
        }
        if let column = repeating(rest, base) {
            key.warnings.append(
                "\(rest.differing) of \(rest.groups) times have several rows that differ in `\(names[column])` alone "
                    + "(\(list(column))), and so are one reading; --meter \(quoted(names[column])) says that it names the meter"
            )
            key.repeating = column
            return key
        }
        let clock = keys.columns.indices.first { position in
            clocks.contains(keys.columns[position]) && !base.contains(position)
                && keys.collisions(key: base + [position]).differing * 20 <= rest.differing
        }
        if let clock { throw unclearClock(keys.columns[clock], rest) }
        let found = resolvers(of: rest, base)
        guard let best = found.first else {
            try refuseUnlessRare(rest, base, &key)
            return key
        }
        try add(keys.columns[best], to: &key, rest)
        return key
    }

    /// The column of text in which alone rows of one time differ, as those of two exports that overlap: all
    /// else is the same, and most times have one row.
    private func repeating(_ rest: Collisions, _ base: [Int]) -> Int? {
        guard rest.differing >= 3, rest.differing * 2 < rest.groups else { return nil }
        return keys.columns.indices.first { position in
            !base.contains(position) && texts.contains(keys.columns[position])
                && !ColumnNames.isMeter(writtenNames[keys.columns[position]]) && isInBlocks(position)
                && keys.collisions(key: base, besides: position).differing * 20 <= rest.differing
        }.map { keys.columns[$0] }
    }

    /// Whether the rows of each word of a column stand together, as those of an export do.
    private func isInBlocks(_ position: Int) -> Bool {
        guard let words = words[position] else { return false }
        return order.changesForward[position] + order.changesBack[position] <= 2 * words.count
    }

    // MARK: Columns that tell rows apart

    /// The columns each of which tells apart what is left, the best first.
    private func resolvers(of rest: Collisions, _ base: [Int]) -> [Int] {
        let found = keys.columns.indices.filter { position in
            !base.contains(position) && isName(position, rest) && !isVersion(position)
                && !calendar.contains(keys.columns[position])
                && keys.collisions(key: base + [position]).differing * 20 <= rest.differing
        }
        return found.sorted { rank($0) < rank($1) }
    }

    /// Whether a column holds the versions of rows.
    private func isVersion(_ position: Int) -> Bool {
        if ColumnNames.version.contains(ColumnNames.plain(writtenNames[keys.columns[position]])) {
            return true
        }
        guard let words = words[position], words.count > 1 else { return false }
        return words.allSatisfy { ColumnNames.versionWords.contains($0.text.lowercased()) }
    }

    /// Whether a column's values recur as names do; measured numbers do not. Where few times have several
    /// rows, a word that few rows have is a remark, such as `estimated`.
    private func isName(_ position: Int, _ rest: Collisions) -> Bool {
        let series = keys.series(position)
        guard series.names > 1, series.rowsOfName >= 2 else { return false }
        if rest.areRare {
            return texts.contains(keys.columns[position]) && rest.differing >= 3
                && (series.rarest * 10 * series.names >= keys.count
                    || hasQuantityWords(keys.columns[position]))
        }
        if texts.contains(keys.columns[position]) { return true }
        let isNamed = ColumnNames.isIdentifier(writtenNames[keys.columns[position]])
        return isNamed || series.names <= max(8, 4 * keys.mostRowsOfATime)
    }

    private func rank(_ position: Int) -> (Int, Int, Int) {
        let plain = ColumnNames.plain(writtenNames[keys.columns[position]])
        let place = ColumnNames.meter.firstIndex(of: plain) ?? ColumnNames.meter.count
        return (keys.series(position).names, place, position)
    }

    /// Adds a column that tells rows apart, as the meter's name or the quantity's, or refuses to guess.
    private func add(
        _ column: Int,
        to key: inout RowKey,
        _ rest: Collisions
    ) throws(ReadingsError) {
        let name = names[column]
        if key.channel == nil, isQuantityForCertain(column) {
            key.channel = column
            key.notes.append(
                "the column `\(name)` names the quantity: rows of one time differ in it (\(list(column)))"
            )
            return
        }
        guard key.meter.isEmpty, key.channel == nil, !mayBeQuantity(column), !rest.areRare else {
            throw undecided(column, key, rest)
        }
        key.meter = [column]
        key.notes.append(
            "the column `\(name)` names the meter: rows of one time differ in it (\(list(column)))"
        )
    }

    /// Adds the column that names the series of a file in which they come one below the other.
    private func addStacked(_ key: inout RowKey) throws(ReadingsError) {
        guard key.meter.isEmpty, choice.meterName == nil else { return }
        let isStacked = !order.stacked.isEmpty
        let stacked = (isStacked ? order.stacked : order.interleaved).filter {
            keys.columns[$0] != key.channel && keys.series($0).names > 1 && !isVersion($0)
                && !calendar.contains(keys.columns[$0])
                && (texts.contains(keys.columns[$0]) || keys.series($0).rowsOfName >= 3)
        }
        guard let position = stacked.min(by: { rank($0) < rank($1) }) else { return }
        let column = keys.columns[position]
        if isStacked, order.runsAreOneSeries {
            key.notes.append(
                "the rows are sorted by `\(names[column])`, which names no meter: no time comes twice, and all times together "
                    + "are one even series; --meter \(quoted(names[column])) says that it names the meter"
            )
            return
        }
        guard !mayBeQuantity(column), key.channel == nil else {
            throw undecided(column, key, keys.collisions(key: []))
        }
        key.meter = [column]
        key.notes.append(
            "the column `\(names[column])` names the meter: "
                + (isStacked
                    ? "the times begin anew where it changes"
                    : "times are even within each of its values alone")
                + " (\(list(column)))"
        )
    }

    private func mayBeQuantity(_ column: Int) -> Bool {
        isCalledQuantity(column) || hasQuantityWords(column)
    }

    private func isQuantityForCertain(_ column: Int) -> Bool {
        // InfluxDB calls it so, and nothing else.
        if writtenNames[column] == "_field" { return true }
        return isCalledQuantity(column) && hasQuantityWords(column) || hasWordsOfParts(column)
    }

    /// Whether a column's words are statistics, such as `min` and `max`, or directions: parts of one reading.
    private func hasWordsOfParts(_ column: Int) -> Bool {
        guard let words = position(column).flatMap({ words[$0] }), words.count > 1 else { return false }
        return words.allSatisfy { ColumnNames.statistics.contains($0.text.lowercased()) }
            || Directions.arePair(words, in: writtenNames[column])
    }

    private func isCalledQuantity(_ column: Int) -> Bool {
        let plain = ColumnNames.plain(writtenNames[column])
        return ColumnNames.quantity.contains(plain) && !ColumnNames.meter.contains(plain)
    }

    private func hasQuantityWords(_ column: Int) -> Bool {
        guard let words = position(column).flatMap({ words[$0] }), !words.isEmpty else { return false }
        return words.count { ColumnNames.isQuantity($0.text) } * 2 > words.count
    }

    private func list(_ column: Int) -> String {
        guard let words = position(column).flatMap({ words[$0] }) else { return "many values" }
        let shown = words.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        return words.count > 3 ? "\(shown), … (\(words.count))" : shown
    }
}

extension RowKeyFinder {
    // MARK: Refusals

    /// The column tells the rows of a day apart, and is no meter: it is the clock, but for its name.
    private func unclearClock(_ column: Int, _ rest: Collisions) -> ReadingsError {
        ReadingsError(
            .rowsNotTold,
            file: file,
            column: names[column].text,
            "\(rest.differing) of \(rest.groups) dates have several rows that differ, and the column `\(names[column])` "
                + "numbers them (\(list(column))): give --clock \(quoted(names[column])) if it is the hour or the "
                + "interval of the day"
        )
    }

    private func undecided(
        _ column: Int,
        _ key: RowKey,
        _ rest: Collisions
    ) -> ReadingsError {
        let name = names[column]
        let meters = key.meter.map { "--meter \(quoted(names[$0])) " }.joined()
        let what = key.meter.isEmpty ? "time" : "meter (`\(joined(key.meter))`) and time"
        var ways = [
            "\(meters)--meter \(quoted(name)) if it names \(key.meter.isEmpty ? "the meter" : "a part of the meter")",
            "\(meters)--channel \(quoted(name)) if it names the quantity",
        ]
        if rest.areRare { ways.append("--corrections if the later row of a time corrects the earlier one") }
        return ReadingsError(
            .rowsNotTold,
            file: file,
            column: name.text,
            "\(rest.differing) of \(rest.groups) times have several rows of one \(what) that differ; the column "
                + "`\(name)` tells them apart (\(list(column))): give \(ways.joined(separator: ", or "))"
        )
    }

    /// Refuses rows that nothing tells apart, unless they are few.
    private func refuseUnlessRare(
        _ rest: Collisions,
        _ base: [Int],
        _ key: inout RowKey
    ) throws(ReadingsError) {
        try refuseVersions(rest, base)
        let pairs = pairs(of: rest, base)
        if let clock = pairs?.map({ keys.columns[$0] }).first(where: clocks.contains) {
            throw unclearClock(clock, rest)
        }
        guard pairs == nil, rest.areRare else {
            let what = key.meter.isEmpty ? "time" : "meter (`\(joined(key.meter))`) and time"
            let found =
                pairs.map { pair in
                    let flags = (base + pair).map { "--meter \(quoted(names[keys.columns[$0]]))" }
                    return
                        "the columns \(pair.map { "`\(names[keys.columns[$0]])`" }.joined(separator: " and ")) "
                        + "together tell them apart: give \(flags.joined(separator: " ")), or --channel for the one "
                        + "that names the quantity"
                }
                ?? "no column tells them apart: give --meter COLUMN (repeat it if several columns name the meter) "
                + "or --channel COLUMN if one names the quantity, or --corrections if the later row of a time "
                + "corrects the earlier one"
            throw ReadingsError(
                .rowsNotTold,
                file: file,
                "\(rest.differing) of \(rest.groups) times have several rows of one \(what) that differ; \(found)"
            )
        }
        key.warnings.append(repeated(rest))
    }

    /// Refuses rows that a column of versions tells apart, unless they are few.
    private func refuseVersions(_ rest: Collisions, _ base: [Int]) throws(ReadingsError) {
        let found = keys.columns.indices.first { position in
            isVersion(position) && !base.contains(position)
                && keys.collisions(key: base + [position]).differing * 20 <= rest.differing
        }
        guard let found, !rest.areRare else { return }
        let name = names[keys.columns[found]]
        throw ReadingsError(
            .rowsNotTold,
            file: file,
            column: name.text,
            "\(rest.differing) of \(rest.groups) times have several rows of one meter that differ, which the column "
                + "`\(name)` tells apart (\(list(keys.columns[found]))): give --corrections if the later row of a time "
                + "corrects the earlier one, or --meter \(quoted(name)) if it names the meter"
        )
    }

    /// Two columns that together tell rows apart.
    private func pairs(of rest: Collisions, _ base: [Int]) -> [Int]? {
        let names = keys.columns.indices.filter { !base.contains($0) && isName($0, rest) }.prefix(12)
        for (index, first) in names.enumerated() {
            for second in names.dropFirst(index + 1) {
                let left = keys.collisions(key: base + [first, second]).differing
                if left * 20 <= rest.differing { return [first, second] }
            }
        }
        return nil
    }

    private func repeated(_ rest: Collisions) -> String {
        "\(rest.differing) of \(rest.groups) times have several rows of one meter that differ; of each the row that "
            + "comes last counts"
    }

    private func joined(_ columns: [Int]) -> String {
        columns.map { names[$0].text }.joined(separator: "`, `")
    }

    private func quoted(_ name: Name) -> String {
        name.text.contains { !$0.isLetter && !$0.isNumber && $0 != "_" } ? "\"\(name)\"" : name.text
    }
}
