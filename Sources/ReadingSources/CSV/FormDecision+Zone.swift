internal import Readings

extension FormDecision {
    /// The column that names the zones of the meters; nil if none does.
    ///
    /// - Throws: ``ReadingsError`` with `zoneUnknown` for one that has the name of such a column and other
    ///   cells, where times have no offset and nothing says their zone.
    func zoneColumn(_ stamps: StampFormat) throws(ReadingsError) -> Int? {
        if let given = form.given.zone { return given }
        guard form.shape.headerLine != nil else { return nil }
        let plain = form.shape.writtenNames.map(ColumnNames.plain)
        let called = names.indices.filter { $0 < plain.count && ColumnNames.zone.contains(plain[$0]) }
        // One that is called so is taken even if a meter has several: those rows are refused then, by line.
        if let named = called.first(where: hasZones) { return named }
        let found = names.indices.filter { hasZones($0) && hasRegions($0) && isOneForEach($0) }
        if found.count == 1 { return found[0] }
        let offsets = offsetColumn?.column
        let isUnclear = { (column: Int) in
            form.columns[column].present > 0 && !hasZones(column) && column != offsets
        }
        if let unclear = called.first(where: isUnclear) {
            try refuse(unclear, stamps)
        }
        return nil
    }

    /// Whether all cells are names of zones.
    private func hasZones(_ column: Int) -> Bool {
        let evidence = form.columns[column]
        return evidence.present > 0 && evidence.words.isComplete && evidence.words.total == evidence.present
            && evidence.words.commonest.allSatisfy { LocalClock(identifier: $0.word) != nil }
    }

    /// Whether they are such as `Europe/Rome`, which nothing else is called.
    private func hasRegions(_ column: Int) -> Bool {
        form.columns[column].words.commonest.contains { $0.word.contains("/") }
    }

    /// Whether a meter has the same cell in all rows.
    private func isOneForEach(_ column: Int) -> Bool {
        if form.columns[column].isConstant { return form.filled[column] == form.rows }
        let positions = key.meter.compactMap { form.candidates.firstIndex(of: $0) }
        guard !positions.isEmpty, let position = form.candidates.firstIndex(of: column) else { return false }
        return key.meter.contains(column) || form.keys.depends(position, on: positions)
    }

    private func refuse(_ column: Int, _ stamps: StampFormat) throws(ReadingsError) {
        var evidence = ZoneEvidence()
        form.note(&evidence, stamps)
        guard !choice.hasGivenZone, evidence.withoutOffset > 0 else { return }
        let values = form.columns[column].values.commonest.map(\.word)
        let strange = values.first {
            LocalClock(identifier: $0) == nil && !MissingWords().contains(Array($0.utf8).span)
        }
        let example = String((strange ?? values.first ?? "").prefix(40))
        throw ReadingsError(
            .zoneUnknown,
            file: form.file,
            column: names[column].text,
            "the column `\(names[column])` has the name of one with the times' zones, and `\(example)` "
                + LocalClock.refusal(ofName: example)
                + " --timezone ZONE reads all times without an offset in one zone, --timezone-column names another column"
        )
    }
}
