internal import Readings
internal import Text

/// Which tables of databases are read.
public struct TableChoice: Sendable {
    /// Their names; empty to find them out.
    public var names: [String] = []
    /// The patterns of the parts that are made of the files; with some, every table may be of one of them.
    public var parts: [ChannelPatterns] = []

    /// Whether the tables are joined on their times, and are of the same meters.
    public var isJoined = false

    /// Whether the tables are of labels, which have times and need no numbers.
    public var isOfLabels = false

    /// A choice of tables.
    public init(
        names: [String] = [],
        parts: [ChannelPatterns] = [],
        isJoined: Bool = false,
        isOfLabels: Bool = false
    ) {
        (self.names, self.parts, self.isJoined, self.isOfLabels) = (names, parts, isJoined, isOfLabels)
    }
}

/// The tables and views of a database, and which of them are readings.
struct DatabaseTables {
    private let database: Database
    /// All that hold rows and have times and numbers.
    private(set) var readings: [DatabaseTable] = []
    /// Those that have times and no numbers, as labels do.
    private var events: [DatabaseTable] = []
    /// All others, each with the reason.
    private(set) var others: [(name: String, reason: String)] = []
    private var shapes: [String: FileShape] = [:]
    /// Why the first of those that cannot be read cannot.
    private var failure: ReadingsError?

    /// Looks at all tables.
    init(_ database: Database) throws(ReadingsError) {
        self.database = database
        let all = try database.rows(
            "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
                + "ESCAPE '\\' ORDER BY type, name"
        )
        for row in all {
            guard let name = row[0] else { continue }
            // What a view computes is in the tables: views count where no table does.
            let isView = row[1] == "view"
            if isView, readings.contains(where: { !$0.isView }) {
                others.append((name, "is a view"))
                continue
            }
            do throws(ReadingsError) {
                var table = try DatabaseTable(database, name, isView: isView)
                try look(at: &table)
            } catch {
                others.append((name, "cannot be read: \(error.sentence)"))
                failure = failure ?? error
            }
        }
    }

    /// Finds out what the first rows of a table are.
    private mutating func look(at table: inout DatabaseTable) throws(ReadingsError) {
        let input = InputFile(table, fileName: table.name)
        let text: SampledText
        let shape: FileShape
        do throws(ReadingsError) {
            var file = try CSVFile(input)
            text = try file.sample()
            shape = try ShapeFinder(text, headerLine: 1).shape()
        } catch {
            guard error.code == .headerOnly || error.code == .fileEmpty else { throw error }
            return others.append((table.name, "has no rows"))
        }
        let columns = SampledColumns(text, shape)
        guard let times = TimeGuess(columns, taken: []).times(day: nil, clock: nil),
            columns.isStamps(times.day)
        else {
            return others.append((table.name, "has no column of times"))
        }
        let written = shape.writtenNames
        let numbers = columns.indices.filter { column in
            !times.all.contains(column) && times.others[column] == nil
                && !ColumnNames.isIdentifier(written[column])
                && columns.isMostly(column) { $0 == .number || $0 == .bareStamp }
        }
        guard !numbers.isEmpty else {
            events.append(table)
            return others.append((table.name, "has no column of numbers"))
        }
        table.note(measured: Set(numbers.filter { columns.isDecimals($0) }))
        shapes[table.name] = shape
        readings.append(table)
    }

    /// The tables that are read.
    ///
    /// - Throws: ``ReadingsError`` with `tableUnknown` for a name that is none, or `tablesNotTold` if none or
    ///   several of different columns are readings.
    func chosen(_ choice: TableChoice) throws(ReadingsError) -> [DatabaseTable] {
        guard choice.names.isEmpty else {
            return try choice.names.map { name throws(ReadingsError) in try table(named: name) }
        }
        if choice.isOfLabels, !events.isEmpty { return events }
        if readings.isEmpty, let failure { throw failure }
        guard let first = readings.first else {
            let list = others.prefix(8).map { "`\($0.name)` \($0.reason)" }.joined(separator: ", ")
            throw ReadingsError(
                .tablesNotTold,
                file: database.name,
                others.isEmpty
                    ? "this SQLite database has no tables"
                    : "no table of this SQLite database has times and numbers (\(list)); "
                        + "--table NAME names one all the same"
            )
        }
        let isOne = readings.allSatisfy { shapes[$0.name]?.names == shapes[first.name]?.names }
        if isOne || choice.isJoined || !choice.parts.isEmpty { return readings }
        throw ReadingsError(
            .tablesNotTold,
            file: database.name,
            "\(readings.count) tables of this SQLite database are readings, with different columns; give one of them, or several "
                + "with --within DURATION, which joins them on their times:"
                + (try readings.map { table throws(ReadingsError) in try proposal(table) }).joined()
        )
    }

    private func table(named name: String) throws(ReadingsError) -> DatabaseTable {
        if let found = readings.first(where: { Name($0.name) == Name(name) }) { return found }
        if let found = others.first(where: { Name($0.name) == Name(name) }) {
            return try DatabaseTable(database, found.name, isView: false)
        }
        let all = readings.map(\.name) + others.map(\.name)
        let advice =
            nearestName(to: name, among: all).map { "did you mean `\($0)`?" }
            ?? "there are \(all.prefix(12).map { "`\($0)`" }.joined(separator: ", "))"
        throw ReadingsError(.tableUnknown, file: database.name, "there is no table `\(name)`; \(advice)")
    }

    /// A line that names a table, with its size, its times and its columns.
    private func proposal(_ table: DatabaseTable) throws(ReadingsError) -> String {
        guard let shape = shapes[table.name] else { return "" }
        var file = try CSVFile(InputFile(table, fileName: table.name))
        let columns = SampledColumns(try file.sample(), shape)
        let times = TimeGuess(columns, taken: []).times(day: nil, clock: nil)
        let day = times.map { table.columns[$0.day].query } ?? "NULL"
        let counts = "SELECT count(*), min(\(day)), max(\(day)) FROM \(table.origin)"
        let row = try database.rows(counts).first ?? []
        let names = shape.names.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        let more = shape.names.count > 8 ? ", … (\(shape.names.count))" : ""
        let cells = row.map { $0 ?? "-" }
        return "\n  --table '\(table.name)'   \(cells[0]) rows, \(cells[1]) to \(cells[2]): \(names)\(more)"
    }
}
