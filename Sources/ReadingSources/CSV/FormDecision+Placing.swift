internal import Readings

extension FormDecision {
    /// Where the times without an offset are, if the file says so itself; nil if its zone decides.
    ///
    /// - Throws: ``ReadingsError`` with `zoneUnknown` if a column tells summer time, so that a local clock
    ///   wrote the times, and nothing says which.
    func placing(_ stamps: StampFormat, zone: Int?) throws(ReadingsError) -> StampPlacing? {
        if let offsets = offsetColumn, offsets.column != zone { return .column(offsets) }
        if case .offset(let offset)? = nameZone, form.given.zone == nil { return .fixed(offset) }
        try refuseFlag(stamps, zone)
        return nil
    }

    /// The column of offsets, if all of its cells are offsets.
    var offsetColumn: OffsetCells? {
        guard let found = form.telling.offsets, form.given.zone != found.column else { return nil }
        let values = form.columns[found.column].values
        guard values.isComplete else { return nil }
        let written = form.shape.writtenNames[found.column]
        return OffsetCells(found.column, name: written, cells: values.commonest.map(\.word))
    }

    /// What the names of the columns of times say about their zone.
    var nameZone: NameZone? {
        guard form.shape.headerLine != nil else { return nil }
        return form.times.all.lazy.compactMap { NameZone(form.shape.writtenNames[$0]) }.first ?? preambleZone
    }

    /// What the lines above the header say; an offset there is that of all times.
    private var preambleZone: NameZone? {
        guard let preamble = form.shape.preamble else { return nil }
        return preamble.offset.map { .offset($0) } ?? preamble.clock.map { .zone($0) }
    }

    /// What says the zone, for a sentence.
    private var nameOfZone: String {
        let isNamed = form.times.all.contains { NameZone(form.shape.writtenNames[$0]) != nil }
        return isNamed || form.shape.preamble == nil
            ? "`\(names[form.times.day])`" : "the lines above the header"
    }

    /// The zone that the name says; nil if a column says it, or the caller does.
    func namedZone(_ placing: StampPlacing?, zone: Int?) -> LocalClock? {
        // Beside an offset, a zone above the header is that of the meter's days.
        if case .fixed? = placing, zone == nil, !choice.hasGivenZone, let clock = form.shape.preamble?.clock {
            return clock
        }
        guard placing == nil, zone == nil, !choice.hasGivenZone, case .zone(let clock)? = nameZone else {
            return nil
        }
        return clock
    }

    private func refuseFlag(_ stamps: StampFormat, _ zone: Int?) throws(ReadingsError) {
        guard let flag = form.telling.flag, form.columns[flag].distinct > 1, zone == nil,
            !choice.hasGivenZone
        else { return }
        var evidence = ZoneEvidence()
        form.note(&evidence, stamps)
        guard evidence.withoutOffset > 0 else { return }
        throw ReadingsError(
            .zoneUnknown,
            file: form.file,
            column: names[flag].text,
            "the column `\(names[flag])` tells summer time or the hour that comes twice, so the times are those of a "
                + "local clock: give its zone with --timezone, such as Europe/Rome"
        )
    }

    /// What there is to say about where the times are.
    func placingNotes(_ placing: StampPlacing?, zone: Int?) -> [String] {
        let name = nameOfZone
        switch placing {
        case .fixed(0): return ["\(name) says UTC: its times are in UTC, whatever --timezone says"]
        case .fixed(let offset):
            return ["\(name): its times are at \(Self.text(offset)), whatever --timezone says"]
        case .column(let cells): return ["`\(names[cells.column])` holds the offset of each row's time"]
        case nil: break
        }
        guard zone == nil, case .zone(let clock)? = nameZone else { return [] }
        return choice.hasGivenZone
            ? ["\(name) names the zone \(clock.identifier); --timezone goes before it"]
            : ["\(name): its times are in the zone \(clock.identifier); --timezone names another one"]
    }

    /// What is in doubt about where the times are.
    func placingWarnings(_ placing: StampPlacing?, zone: Int?) -> [String] {
        guard placing == nil, zone == nil, !choice.hasGivenZone, case .abbreviation(let word)? = nameZone
        else {
            return []
        }
        return [
            "`\(names[form.times.day])` names the zone \(word), and its times are read as UTC: give --timezone, such as "
                + NameZone.example(of: word)
        ]
    }

    /// What is in doubt about a column of zones, or of what may be offsets.
    func zoneWarnings(_ zone: Int?) -> [String] {
        var warnings: [String] = []
        if let zone, let word = Self.withoutSummer.first(where: { form.columns[zone].isOnly($0.word) }) {
            warnings.append(
                "`\(names[zone])` says \(word.word) in all rows, which is UTC\(word.offset) all year; if the clock has summer "
                    + "time, give --missing \(word.word) --timezone \(word.example)"
            )
        }
        if let offsets = form.telling.offsets, offsetColumn == nil, form.given.zone != offsets.column,
            form.columns[offsets.column].isConstant
        {
            warnings.append(
                "`\(names[offsets.column])` \(Self.mayBeOffset): if it is that of the times from UTC, call it "
                    + "`utc_offset`; if not, --value says so"
            )
        }
        return warnings
    }

    private static let withoutSummer = [
        (word: "EST", offset: "-5", example: "America/New_York"),
        (word: "MST", offset: "-7", example: "America/Denver"),
    ]

    static func text(_ offset: Int64) -> String {
        let minutes = offset.magnitude / 60_000
        let rest = minutes % 60
        return "UTC\(offset < 0 ? "-" : "+")\(minutes / 60)" + (rest == 0 ? "" : ":\(rest)")
    }
}

extension ColumnEvidence {
    /// Whether all cells that hold something hold this word.
    fileprivate func isOnly(_ word: String) -> Bool {
        isConstant && values.commonest.first?.word == word
    }
}

extension Layout {
    /// What is in doubt if a name puts the times at an offset that the clock the caller names does not have.
    ///
    /// - Parameter span: the first and the last moment of the readings.
    func contradiction(_ clock: LocalClock, in span: ClosedRange<Timestamp>) -> String? {
        guard case .fixed(let offset)? = placing, offset != 0 else { return nil }
        let month: Int64 = 30 * CivilDate.millisecondsPerDay
        let moments = stride(
            from: span.lowerBound.milliseconds,
            to: span.upperBound.milliseconds,
            by: Int(month)
        )
        let strange = (Array(moments) + [span.upperBound.milliseconds]).first {
            clock.offset(at: Timestamp(milliseconds: $0)) != offset
        }
        guard let strange else { return nil }
        let own = FormDecision.text(clock.offset(at: Timestamp(milliseconds: strange)))
        return
            "the file says that its times are at \(FormDecision.text(offset)), and they are read so, though the clock of "
            + "\(clock.identifier), which --timezone names, is at \(own) in some of them; if that clock wrote them, take "
            + "the offset out of the file's header"
    }
}
