import Foundation
import GRDB
import ReadingSources
import Readings
import TestSupport
import Testing

/// Where databases come from, and tables that are joined.
@Suite struct DatabaseFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let commands = """
        CREATE TABLE log (ts TEXT, kw REAL);
        INSERT INTO log VALUES ('2024-01-08 00:00', 1.5), ('2024-01-08 01:00', 2.5);
        """

    private func open(_ name: String = "dc.db", _ commands: String = commands) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .default
        let queue = try DatabaseQueue(path: folder.path(name), configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: commands) }
        return queue
    }

    private func bytes() throws -> [UInt8] {
        try open().close()
        return [UInt8](try folder.bytes("dc.db"))
    }

    private func failure(_ path: String) -> ReadingsError? {
        do throws(ReadingsError) {
            _ = try ReadingFiles(paths: [path]).read()
            return nil
        } catch {
            return error
        }
    }

    @Test func readsFromGzipAndZip() throws {
        let bytes = try bytes()
        let gzip = try folder.file("a.db.gz", Gzip.member(bytes))
        let zip = try folder.file("b.zip", Zip.archive([Zip.Entry(Array("x/c.db".utf8), bytes)]))
        let left = try FileManager.default.contentsOfDirectory(atPath: "/var/tmp").filter {
            $0.hasPrefix("gridkin-")
        }
        let inputs = try InputFiles([gzip, zip])
        let histories = try ReadingFiles(inputs).read().histories
        #expect(histories.map(\.meter) == ["a", "c"] && histories.allSatisfy { $0.values == [1.5, 2.5] })
        #expect(inputs.paths == [gzip, zip])
        let now = try FileManager.default.contentsOfDirectory(atPath: "/var/tmp").filter {
            $0.hasPrefix("gridkin-")
        }
        #expect(Set(now).isSubset(of: left))
    }

    /// What is committed while it is read is left to the next command.
    @Test func readsBesideAWriter() throws {
        let queue = try open("dc.db", "PRAGMA journal_mode = WAL;" + Self.commands)
        let inputs = try InputFiles([folder.path("dc.db")])
        try queue.write { try $0.execute(sql: "INSERT INTO log VALUES ('2024-01-08 02:00', 3.5)") }
        #expect(try ReadingFiles(inputs).read().histories[0].count == 2)
        #expect(try ReadingFiles(paths: [folder.path("dc.db")]).read().histories[0].count == 3)
        try queue.close()
    }

    @Test func changesNothing() throws {
        let bytes = try bytes()
        _ = try ReadingFiles(paths: [folder.path("dc.db")]).read()
        #expect(try folder.names(in: "") == ["dc.db"] && [UInt8](folder.bytes("dc.db")) == bytes)
    }

    @Test func refusesWhatIsDamaged() throws {
        let bytes = try bytes()
        for length in [4_096, 5_000] {
            let short = failure(try folder.file("short.db", Array(bytes[..<length])))
            #expect(short?.code == .databaseUnreadable && short?.file == folder.path("short.db"))
        }
        var broken = bytes
        for index in 100..<300 { broken[index] = 0xff }
        #expect(failure(try folder.file("broken.db", broken))?.code == .databaseUnreadable)
        let noise = failure(
            try folder.file("noise.db", (0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        )
        #expect(noise?.code == .fileBinary && noise?.sentence.contains("encrypted") ?? false)
        #expect(failure(try folder.file("text.db", "time,kw\n2024-01-01,1\n2024-01-02,2\n")) == nil)
        let csv = try folder.file("t.csv", "time,kw\n2024-01-01,1\n")
        #expect(throws: ReadingsError.self) { _ = try InputFiles([csv], tables: TableChoice(names: ["log"])) }
    }

    @Test func joinsTablesOnTheirTimes() throws {
        try open(
            "dc.db",
            """
            CREATE TABLE fine (ts INTEGER, kw REAL, t REAL);
            INSERT INTO fine VALUES (1704672000, 1.5, 20.5), (1704672060, 2.5, 21.5), (1704672120, 3.5, NULL);
            CREATE TABLE rough (at TEXT, volts REAL, t REAL);
            INSERT INTO rough VALUES ('2024-01-08 00:00:05', 230.5, 7.5), ('2024-01-08 00:01:50', 231.5, 8.5),
              ('2024-01-08 09:00:00', 1.5, 9.5);
            """
        ).close()
        var files = ReadingFiles(try InputFiles([folder.path("dc.db")], tables: TableChoice(isJoined: true)))
        files.within = 10_000
        let (summary, histories) = try files.read()
        #expect(summary.channels == ["kw", "fine.t", "volts", "rough.t"] && histories.map(\.meter) == ["dc"])
        let rows = (0..<3).map { histories[0].values(at: $0).map { $0.isNaN ? -1 : $0 } }
        #expect(rows == [[1.5, 20.5, 230.5, 7.5], [2.5, 21.5, -1, -1], [3.5, -1, 231.5, 8.5]])
        #expect(summary.rows == 3 && summary.accepted == 3)
        #expect(
            summary.notes.contains(
                "`rough`: 2 of 3 readings are joined, 1 found no partner and are left out; 1 readings of the finest table "
                    + "found none here, and are missing"
            )
        )
        files.within = 4_000
        #expect(try files.read().histories[0].values(at: 0)[2].isNaN)
    }

    @Test func readsAPart() throws {
        try open(
            "dc.db",
            """
            CREATE TABLE log (ts TEXT, "UPS_kw" REAL, "UPS_v" REAL, "PDU_a" REAL, "ups_low" REAL);
            INSERT INTO log VALUES ('2024-01-08', 1.5, 2.5, 3.5, 4.5), ('2024-01-09', 1.5, 2.5, 3.5, 4.5);
            """
        ).close()
        let ups = ChannelPatterns(["UPS*"])
        let pdu = ChannelPatterns(["PDU_?", "none"])
        let inputs = try InputFiles([folder.path("dc.db")], tables: TableChoice(parts: [ups, pdu]))
        #expect(inputs.columns(outside: [ups, pdu]) == ["ups_low"])
        var choice = ColumnChoice()
        choice.patterns = ups
        let narrow = try inputs.narrowed(to: ups, choice, isJoined: false)
        let files = ReadingFiles(narrow, columns: choice)
        #expect(try files.channels().taken == ["UPS_kw", "UPS_v"])
        #expect(try files.read().histories[0].values == [1.5, 2.5, 1.5, 2.5])
        choice.patterns = pdu
        do throws(ReadingsError) {
            _ = try ReadingFiles(inputs, columns: choice).channels()
            Issue.record("a pattern that fits nothing is taken")
        } catch {
            #expect(
                error.code == .partEmpty
                    && error.sentence.hasPrefix("no channel fits `none`; the channels are")
            )
        }
    }
}
