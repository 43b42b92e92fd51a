internal import Readings

extension FormDecision {
    /// The column that names the zones of the meters; nil if none does.
    ///
    /// One that has the name of such a column and other cells is one too, where times have no offset and
    /// nothing else says their zone.
    func zoneColumn(_ stamps: StampFormat) -> Int? {
        if let given = form.given.zone { return given }
        guard form.shape.headerLine != nil else { return nil }
        let plain = form.shape.writtenNames.map(ColumnNames.plain)
        let called = names.indices.filter { $0 < plain.count && ColumnNames.zone.contains(plain[$0]) }
        // One that is called so is taken even if a meter has several: those rows are refused then, by line.
        if let named = called.first(where: { hasZones($0) }) { return named }
        let found = names.indices.filter { hasZones($0) && hasRegions($0) && isOneForEach($0) }
        if found.count == 1 { return found[0] }
        // In one that is called so, an unknown name and a second zone of a meter are refused by their line.
        let zones = names.indices.filter { plain.count > $0 && plain[$0] == "zone" && isMostlyRegions($0) }
        if zones.count == 1 { return zones[0] }
        // So is one with other words, where times need it: the first row with such a word is refused.
        let offsets = offsetColumn?.column
        let isUnclear = { (column: Int) in hasWords(column) && column != offsets }
        if needsZone(stamps), let unclear = called.first(where: isUnclear) { return unclear }
        return nil
    }

    /// The words of a column that mean something.
    private func words(_ column: Int) -> [String] {
        let missing = MissingWords(adding: choice.missing)
        return form.columns[column].words.commonest.map(\.word)
            .filter { !missing.contains(Array($0.utf8).span) }
    }

    /// Whether a column has cells that are not missing.
    private func hasWords(_ column: Int) -> Bool {
        let evidence = form.columns[column]
        return evidence.present > evidence.words.total || !words(column).isEmpty
    }

    /// Whether all cells are names of zones.
    private func hasZones(_ column: Int) -> Bool {
        let evidence = form.columns[column]
        let words = words(column)
        return !words.isEmpty && evidence.words.isComplete && evidence.words.total == evidence.present
            && words.allSatisfy { LocalClock(identifier: $0) != nil }
    }

    /// Whether they are such as `Europe/Rome`, which nothing else is called.
    private func hasRegions(_ column: Int) -> Bool {
        form.columns[column].words.commonest.contains { $0.word.contains("/") }
    }

    /// Whether most words are names of zones such as `Europe/Rome`.
    private func isMostlyRegions(_ column: Int) -> Bool {
        let words = words(column)
        let regions = words.filter { $0.contains("/") && LocalClock(identifier: $0) != nil }
        return form.columns[column].words.isComplete && regions.count * 2 >= max(words.count, 1)
    }

    /// Whether a meter has the same cell in all rows.
    private func isOneForEach(_ column: Int) -> Bool {
        if form.columns[column].isConstant { return form.filled[column] == form.rows }
        let positions = key.meter.compactMap { form.candidates.firstIndex(of: $0) }
        guard !positions.isEmpty, let position = form.candidates.firstIndex(of: column) else { return false }
        return key.meter.contains(column) || form.keys.depends(position, on: positions)
    }

    /// Whether there are times whose zone nothing says.
    private func needsZone(_ stamps: StampFormat) -> Bool {
        var evidence = ZoneEvidence()
        form.note(&evidence, stamps)
        return !choice.hasGivenZone && evidence.withoutOffset > 0
    }
}
