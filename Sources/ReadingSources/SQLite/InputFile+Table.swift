internal import Glibc
internal import Readings

extension InputFile {
    /// A table as a file.
    ///
    /// - Parameter fileName: what the meter is called if no column names it.
    init(_ table: DatabaseTable, fileName: String, size: Int = 0) {
        self.init(
            name: "\(table.database.name)/\(table.name)",
            fileName: fileName,
            size: size,
            place: .table(table),
            limit: .max
        )
    }

    /// The table, if it is one.
    var table: DatabaseTable? {
        if case .table(let table) = place { table } else { nil }
    }

    /// What the meter is called if neither a column nor the caller names it.
    var stem: String { table == nil ? ReadingFiles.stem(of: fileName) : fileName }

    /// The database that it is; nil if its first bytes are no SQLite database's.
    ///
    /// - Throws: ``ReadingsError`` if it is one, and cannot be opened.
    func database() throws(ReadingsError) -> Database? {
        if case .entry = place, FolderListing.hasKnownEnding(fileName), !Self.mayBeDatabase(fileName) {
            return nil
        }
        // What cannot be opened is said when it is read.
        guard let first = try? firstBytes(), first == Database.signature else { return nil }
        if case .disk(let file) = place, try startsPlain() {
            return try Database(at: file.path, name: name, path: path)
        }
        return try DatabaseCopy(try open()).open(name, path: path)
    }

    private static func mayBeDatabase(_ name: String) -> Bool {
        let plain =
            name.lowercased().hasSuffix(".gz") ? String(name.lowercased().dropLast(3)) : name.lowercased()
        return [".db", ".sqlite", ".sqlite3"].contains { plain.hasSuffix($0) }
    }

    /// The first bytes, inflated, as many as a database's signature has.
    private func firstBytes() throws(ReadingsError) -> [UInt8] {
        var source = try open()
        var first = [UInt8](repeating: 0, count: Database.signature.count)
        var filled = 0
        while filled < first.count {
            let count = try first.withUnsafeMutableBufferPointer { (bytes) throws(ReadingsError) in
                try source.read(into: UnsafeMutableBufferPointer(rebasing: bytes[filled...]))
            }
            if count == 0 { break }
            filled += count
        }
        return first
    }

    /// Whether the stored bytes are the database itself, and not gzip of it.
    private func startsPlain() throws(ReadingsError) -> Bool {
        guard case .disk(let file) = place else { return false }
        let bytes = DiskBytes(name, closing: try file.open(name), end: size)
        var first = [UInt8](repeating: 0, count: Database.signature.count)
        _ = try first.withUnsafeMutableBufferPointer { (room) throws(ReadingsError) in
            try bytes.read(into: UnsafeMutableRawBufferPointer(room))
        }
        return first == Database.signature
    }
}

extension InputFiles {
    /// Puts the tables of databases into the place of these.
    ///
    /// - Throws: ``ReadingsError`` with `tableUnknown`, `tablesNotTold` or `databaseUnreadable`.
    mutating func openDatabases(_ choice: TableChoice) throws(ReadingsError) {
        var found: [InputFile] = []
        var databases = 0
        for file in files {
            guard let database = try file.database() else {
                found.append(file)
                continue
            }
            databases += 1
            found += try tables(of: database, file, choice)
        }
        if databases > 1 {
            // Tables of one name in several databases are different meters.
            for index in found.indices
            where found[index].table.map({ $0.name == found[index].fileName }) ?? false {
                guard let table = found[index].table else { continue }
                let stem = ReadingFiles.stem(of: table.database.name)
                found[index] = InputFile(table, fileName: "\(stem)/\(table.name)", size: found[index].size)
            }
        }
        if databases == 0, let name = choice.names.first {
            throw ReadingsError(.tableUnknown, "there is no table `\(name)`: no file is an SQLite database")
        }
        files = found
    }

    private mutating func tables(
        of database: Database,
        _ file: InputFile,
        _ choice: TableChoice
    ) throws(ReadingsError) -> [InputFile] {
        let all = try DatabaseTables(database)
        let chosen = try all.chosen(choice)
        let names = chosen.map { "`\($0.name)`" }.joined(separator: ", ")
        let rest = all.others.prefix(6).map { "; `\($0.name)` \($0.reason)" }.joined()
        let left = choice.names.isEmpty ? rest : ""
        remarks.append("\(database.name): an SQLite database, of which \(names) is read\(left)")
        for note in chosen.flatMap(\.notes) { remarks.append(note) }
        return chosen.map { table in
            // What is one meter is called like its file, as of every other file.
            let own = chosen.count == 1 || choice.isJoined ? ReadingFiles.stem(of: file.fileName) : table.name
            return InputFile(table, fileName: own, size: file.size / chosen.count)
        }
    }

    /// The names of the tables that are read.
    public var tables: [String] { files.compactMap(\.table?.name) }

    /// The columns of tables that are measured and of no part.
    public func columns(outside parts: [ChannelPatterns]) -> [String] {
        files.compactMap(\.table).flatMap(\.columns).filter { column in
            column.isMeasured && !parts.contains { $0.fits(column.name) }
        }.map(\.name)
    }

    /// The files of one part: the tables that have a channel that fits, without what is measured for another.
    ///
    /// - Parameters:
    ///   - choice: names columns that are read in any case.
    ///   - isJoined: whether tables are joined on their times, so that their columns may differ.
    /// - Throws: ``ReadingsError`` with `tablesNotTold` if the tables that fit have different columns.
    public func narrowed(
        to part: ChannelPatterns,
        _ choice: ColumnChoice,
        isJoined: Bool
    ) throws(ReadingsError) -> InputFiles {
        var narrowed = self
        let given = [choice.channel, choice.time, choice.clock, choice.label, choice.kind].compactMap(\.self)
        let kept = Set((choice.meter + given).map(ColumnNames.plain))
        narrowed.files = files.compactMap { file in
            guard let table = file.table else { return file }
            guard table.columns.contains(where: { part.fits($0.name) }) else { return nil }
            let narrow = table.keeping { column in
                !column.isMeasured || part.fits(column.name)
                    || kept.contains(ColumnNames.plain(column.name))
            }
            return InputFile(narrow, fileName: file.fileName, size: file.size)
        }
        // Of none, the message names the columns.
        if narrowed.files.isEmpty { narrowed.files = files }
        let tables = narrowed.files.compactMap(\.table)
        guard !isJoined, let first = tables.first,
            let other = tables.first(where: { $0.columns.map(\.name) != first.columns.map(\.name) })
        else { return narrowed }
        throw ReadingsError(
            .tablesNotTold,
            file: other.database.name,
            "columns of several tables fit `\(part.patterns.joined(separator: ","))`: of `\(first.name)` and of "
                + "`\(other.name)`, which have different columns; give patterns that fit one table alone, name it with "
                + "--table, or join them with --within DURATION"
        )
    }
}
