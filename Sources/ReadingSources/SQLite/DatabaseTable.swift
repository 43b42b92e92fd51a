internal import GRDBSQLite
internal import Readings
internal import Text

/// A table or a view of a database that is read as a file of rows.
struct DatabaseTable: Sendable {
    /// A column that is read.
    struct Column: Sendable {
        let name: String
        /// What is read, as SQL.
        let query: String
        /// Whether its numbers are Julian days.
        var isJulian = false
        /// Whether its first cells are numbers with decimals, which name nothing and are no times.
        var isMeasured = false
    }

    let database: Database
    let name: String
    let isView: Bool
    /// What follows `FROM`.
    let origin: String
    private(set) var columns: [Column]
    /// What was found out, as sentences for people.
    private(set) var notes: [String] = []

    /// How many rows are looked at to see what a table is.
    private static let sampleLimit = 1_000

    /// A table as it is, without its rows.
    init(_ database: Database, _ name: String, isView: Bool) throws(ReadingsError) {
        (self.database, self.name, self.isView) = (database, name, isView)
        let all = try database.columns("SELECT * FROM \(Database.quoted(name)) LIMIT 0")
        if let metadata = try Metadata(database, name, all) {
            (origin, columns) = (metadata.origin, metadata.columns)
            notes = [
                "\(database.name)/\(name): the names are those of `\(metadata.table)`, joined by `metadata_id`"
            ]
        } else {
            origin = Database.quoted(name)
            columns = all.map { Column(name: $0, query: Database.quoted($0)) }
        }
        try findJulianDays()
    }

    /// The query for the rows.
    var query: String { "SELECT \(columns.map(\.query).joined(separator: ", ")) FROM \(origin)" }

    /// Keeps some of the columns.
    func keeping(_ isKept: (Column) -> Bool) -> DatabaseTable {
        var table = self
        table.columns = columns.filter(isKept)
        return table
    }

    /// Notes which columns are measured.
    mutating func note(measured: Set<Int>) {
        for index in columns.indices { columns[index].isMeasured = measured.contains(index) }
    }

    /// Finds columns of times that hold Julian days: those of 1970 to 2200 are numbers from 2,440,587.
    private mutating func findJulianDays() throws(ReadingsError) {
        for index in columns.indices {
            let column = columns[index]
            let plain = ColumnNames.plain(column.name)
            guard ColumnNames.isTime(column.name) || plain.hasPrefix("julian") || plain == "jd" else {
                continue
            }
            let cells = "SELECT \(column.query) AS cell FROM \(origin) LIMIT \(Self.sampleLimit)"
            let counts = try database.rows(
                "SELECT count(cell), sum(typeof(cell) = 'real' AND cell BETWEEN 2440587.5 AND 2524593.5) FROM (\(cells))"
            )
            guard let row = counts.first, let count = row[0], count != "0", row[1] == count else { continue }
            columns[index].isJulian = true
            notes.append("\(database.name)/\(name): the times in `\(column.name)` are Julian days, in UTC")
        }
    }
}

/// The table that holds the names of what a table of Home Assistant measures by a number.
private struct Metadata {
    let table: String
    let origin: String
    let columns: [DatabaseTable.Column]

    /// Nil if the table has no such companion.
    init?(_ database: Database, _ name: String, _ all: [String]) throws(ReadingsError) {
        let known = [
            "states": ("states_meta", "metadata_id", "entity_id"),
            "statistics": ("statistics_meta", "id", "statistic_id"),
            "statistics_short_term": ("statistics_meta", "id", "statistic_id"),
        ]
        guard let (table, id, text) = known[name], all.contains("metadata_id") else { return nil }
        let companion = Database.quoted(table)
        let exists = try database.rows("SELECT name FROM sqlite_schema WHERE name = '\(table)'")
        guard !exists.isEmpty else { return nil }
        let meta = try database.columns("SELECT * FROM \(companion) LIMIT 0")
        guard meta.contains(id), meta.contains(text) else { return nil }
        self.table = table
        // Numbers of rows of other tables name nothing, and the old columns of names and times are empty.
        let passedOver: Set<String> = [
            "metadata_id", "id", "state_id", "old_state_id", "attributes_id", "event_id", "origin_idx", text,
            "created_ts", "last_changed_ts", "last_reported_ts", "last_reset_ts", "context_id_bin",
            "context_user_id_bin", "context_parent_id_bin",
        ]
        columns =
            [DatabaseTable.Column(name: text, query: "m.\(Database.quoted(text))")]
            + all.filter { !passedOver.contains($0) }.map {
                DatabaseTable.Column(name: $0, query: "t.\(Database.quoted($0))")
            }
        origin = "\(Database.quoted(name)) AS t LEFT JOIN \(companion) AS m ON m.\(id) = t.metadata_id"
    }
}
