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
        var joined = TableJoin(tables, within: tolerance).joined()
        var log = RejectsLog(path: nil)
        let zones = joined.zones
        for files in labelFiles {
            try files.label(&joined.histories, zones, columns, &joined.summary, &log)
        }
        if keepsRegisters { return joined }
        var warnings: [String] = []
        let finder = RegisterFinder(channels: joined.summary.channels, choice: columns, mayFind: true)
        let found = try finder.find(in: joined.histories) { warnings.append($0) }
        joined.summary.warnings += warnings
        joined.registers = joined.summary.takeDifferences(of: found, in: &joined.histories)
        return joined
    }
}
