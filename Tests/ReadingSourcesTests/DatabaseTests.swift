import Foundation
import GRDB
import ReadingSources
import Readings
import TestSupport
import Testing

/// SQLite databases among the files.
@Suite struct DatabaseTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Makes a database by commands.
    private func database(_ commands: String, name: String = "dc.db") throws -> String {
        let queue = try DatabaseQueue(path: folder.path(name))
        try queue.writeWithoutTransaction { try $0.execute(sql: commands) }
        try queue.close()
        return folder.path(name)
    }

    private func read(
        _ path: String,
        _ tables: TableChoice = TableChoice(),
        within: Int64? = nil,
        _ columns: ColumnChoice = ColumnChoice()
    ) throws(ReadingsError) -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        var files = ReadingFiles(try InputFiles([path], tables: tables), columns: columns)
        files.within = within
        let (summary, histories) = try files.read()
        let sum =
            summary.accepted + summary.missing + summary.rejected + summary.duplicates + summary.outsideRange
        #expect(summary.rows == sum)
        return (summary, histories)
    }

    private func failure(_ path: String, _ tables: TableChoice = TableChoice()) -> ReadingsError? {
        do throws(ReadingsError) {
            _ = try read(path, tables)
            return nil
        } catch {
            return error
        }
    }

    @Test func readsWhateverACellHolds() throws {
        let path = try database(
            """
            CREATE TABLE "the log" (ts, kw, [a "b"], c REAL AS (kw * 2));
            INSERT INTO "the log" VALUES (1704700800, 1.234, '1,5'), (1704700860, 2.345, '2,75'),
              (1704700920, NULL, '3,5'), (1704700980, x'00ff', '4,5'), (1704701040, 3, ''),
              (1704701100, 'oops', '7,5');
            """
        )
        let (summary, histories) = try read(path)
        #expect(summary.channels == ["kw", "a \"b\"", "c"])
        #expect(
            histories.map(\.meter) == ["dc"] && histories[0].times[0].description == "2024-01-08T08:00:00Z"
        )
        let column = { (channel: Int) in (0..<6).map { histories[0].values(at: $0)[channel] } }
        // 1.234 is no thousand: the database says that it is a number.
        #expect(column(0).map { $0.isNaN ? -1 : $0 } == [1.234, 2.345, -1, -1, 3, -1])
        #expect(column(1).map { $0.isNaN ? -1 : $0 } == [1.5, 2.75, 3.5, 4.5, -1, 7.5])
        #expect(column(2)[1] == 4.69)
        #expect(summary.badCells == ["blob of 2 bytes": 1, "oops": 1])
    }

    @Test func readsTimesOfEveryKind() throws {
        let path = try database(
            """
            CREATE TABLE j (julian REAL PRIMARY KEY, v) WITHOUT ROWID;
            INSERT INTO j VALUES (2460317.5, 1), (2460317.75, 2);
            CREATE TABLE m (time INTEGER, v); INSERT INTO m VALUES (1704672000123, 1), (1704693600000, 2);
            CREATE TABLE r (time REAL, v); INSERT INTO r VALUES (1704672000.25, 1), (1704693600.0, 2);
            CREATE TABLE t (time TEXT, v);
            INSERT INTO t VALUES ('2024-01-08T01:00:00+01:00', 1), ('2024-01-08 06:00Z', 2);
            """
        )
        let times = try ["j", "m", "r", "t"].map { name in
            try read(path, TableChoice(names: [name])).histories[0].times.map(\.description)
        }
        let second = "2024-01-08T06:00:00Z"
        #expect(
            times[0] == ["2024-01-08T00:00:00Z", second] && times[1] == ["2024-01-08T00:00:00.123Z", second]
        )
        #expect(
            times[2] == ["2024-01-08T00:00:00.250Z", second] && times[3] == ["2024-01-08T00:00:00Z", second]
        )
    }

    @Test func takesTheTablesThatAreReadings() throws {
        let text = """
            CREATE TABLE a (ts TEXT, kw REAL); INSERT INTO a VALUES ('2024-01-08', 1), ('2024-01-09', 2);
            CREATE TABLE notes (ts TEXT, word TEXT); INSERT INTO notes VALUES ('2024-01-08', 'x');
            CREATE TABLE none (ts, kw); CREATE VIEW v AS SELECT ts, kw FROM a;
            """
        let path = try database(text)
        let inputs = try InputFiles([path])
        #expect(
            inputs.remarks == [
                "\(path): an SQLite database, of which `a` is read; `none` has no rows; `notes` has no column of numbers; "
                    + "`v` is a view"
            ]
        )
        #expect(try read(path).histories.map(\.meter) == ["dc"])
        #expect(try read(path, TableChoice(names: ["v"])).histories[0].count == 2)
        let two =
            "CREATE TABLE b (ts TEXT, kw REAL); INSERT INTO b VALUES ('2024-01-08', 3), ('2024-01-09', 4);"
        let same = try database(text + two, name: "same.db")
        #expect(try read(same).histories.map(\.meter) == ["a", "b"])
        let other = try database(text + two.replacingOccurrences(of: "kw", with: "volts"), name: "other.db")
        let refused = failure(other)
        #expect(refused?.code == .tablesNotTold)
        #expect(
            refused?.sentence.contains("\n  --table 'b'   2 rows, 2024-01-08 to 2024-01-09: `ts`, `volts`")
                ?? false
        )
        #expect(
            failure(path, TableChoice(names: ["A"]))?.sentence == "there is no table `A`; did you mean `a`?"
        )
        #expect(failure(try database("CREATE TABLE x (y)", name: "empty.db"))?.code == .tablesNotTold)
    }

    @Test func readsLongTables() throws {
        let path = try database(
            """
            CREATE TABLE log (sensor_id INTEGER, quantity TEXT, ts INTEGER, value REAL);
            INSERT INTO log SELECT s, q, 1704672000 + 3600 * t, s * 10.5 + t FROM
              (SELECT 1 s UNION SELECT 2), (SELECT 'kw' q UNION SELECT 'volts'),
              (SELECT 0 t UNION SELECT 1 UNION SELECT 2);
            """
        )
        var columns = ColumnChoice(meter: "sensor_id")
        columns.channel = "quantity"
        let (summary, histories) = try read(path, columns)
        #expect(summary.channels == ["kw", "volts"] && histories.map(\.meter) == ["1", "2"])
        #expect(histories[1].values == [21, 21, 22, 22, 23, 23])
        columns.patterns = ChannelPatterns(["v*"])
        #expect(try read(path, columns).summary.channels == ["volts"])
    }

    private func read(
        _ path: String,
        _ columns: ColumnChoice
    ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
        try read(path, TableChoice(), within: nil, columns)
    }

    @Test func joinsHomeAssistantsNames() throws {
        let path = try database(
            """
            CREATE TABLE states
              (state_id INTEGER PRIMARY KEY, entity_id, state, last_updated_ts REAL, metadata_id);
            CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id TEXT);
            INSERT INTO states_meta VALUES (1, 'sensor.attic'), (2, 'sensor.kitchen');
            INSERT INTO states (state, last_updated_ts, metadata_id) VALUES ('1.5', 1704672000.5, 1),
              ('2.5', 1704672000.5, 2), ('unavailable', 1704672060, 1), ('3.5', 1704672060, 2),
              ('4', 1704672120, 1);
            """
        )
        let (summary, histories) = try read(path)
        #expect(
            histories.map(\.meter) == ["sensor.attic", "sensor.kitchen"] && summary.channels == ["state"]
        )
        #expect(summary.accepted == 4 && summary.missing == 1)
    }
}
