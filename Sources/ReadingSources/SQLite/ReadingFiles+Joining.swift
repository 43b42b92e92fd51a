internal import Readings

extension ReadingFiles {
    /// The names of the tables that are read, each once.
    var tableNames: [String] {
        files.tables.reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }
    }

    /// The files of one table.
    func only(_ table: String) -> ReadingFiles {
        var one = self
        one.files.files = files.files.filter { $0.table?.name == table }
        one.within = nil
        one.columns.mayMissStates = true
        return one
    }

    /// Reads table by table, and joins them on their times.
    func readJoined(_ tolerance: Int64, _ progress: Progress?) throws(ReadingsError) -> FileReadings {
        if let other = files.files.first(where: { $0.table == nil }) {
            throw ReadingsError(
                .tablesNotTold,
                file: other.name,
                "--within joins tables of databases, and this is none"
            )
        }
        var tables: [TableJoin.Table] = []
        for name in tableNames {
            var one = only(name)
            // What a register fell from is known when all its readings stand in their places.
            one.keepsRegisters = true
            (one.labels, one.normals, one.attributes, one.holidays) = (nil, nil, nil, nil)
            // A file of rejected rows has one table's.
            if !tables.isEmpty { one.rejects = nil }
            tables.append(TableJoin.Table(name: name, readings: try one.readAll(progress: progress)))
        }
        try refuseUnknownStates(tables)
        var joined = TableJoin(tables, within: tolerance).joined()
        var log = RejectsLog(path: nil)
        let zones = joined.zones
        for files in labelFiles {
            try files.label(&joined.histories, zones, columns, &joined.summary, &log)
        }
        if keepsRegisters { return joined }
        try joined.makeChannels(columns, mayFindRegisters: true)
        return joined
    }

    /// Makes sure that each column that the caller says is a state is in some table.
    private func refuseUnknownStates(_ tables: [TableJoin.Table]) throws(ReadingsError) {
        let found = tables.flatMap { $0.readings.states.all.map { ColumnNames.plain($0.name.text) } }
        guard let asked = columns.states.first(where: { !found.contains(ColumnNames.plain($0)) }) else {
            return
        }
        throw ReadingsError(
            .columnUnknown,
            column: asked,
            "no table has a column `\(asked)` that can be a state"
        )
    }
}
