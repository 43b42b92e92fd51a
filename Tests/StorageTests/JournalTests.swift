import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

@Suite struct JournalTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("journal.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    private func reading(_ meter: Name, _ time: Int64, _ values: Double...) -> Reading {
        Reading(meter: meter, time: Timestamp(milliseconds: time), values: values)
    }

    private func label(
        _ meter: Name,
        _ time: Int64,
        _ anomalous: Bool = true,
        _ kind: Name? = nil
    ) -> LabelEntry {
        LabelEntry(
            meter: meter,
            time: Timestamp(milliseconds: time),
            label: anomalous ? .anomalous(kind: kind) : .normal
        )
    }

    @Test func startsEmpty() throws {
        let journal = try Journal(path: path)
        #expect(try journal.synchronousLevel() == 2, "FULL, or a commit may be lost with the machine")
        #expect(try journal.position() == .start)
        #expect(try journal.labels(after: .start).isEmpty && journal.readings(after: .start).isEmpty)
        #expect(
            try journal.meters(channels: 1, after: .start, through: .start).isEmpty
                && journal.times(channels: 1, after: .start, through: .start) == nil
        )
        #expect(try journal.check().isEmpty)
    }

    @Test func keepsTheOrderInWhichThingsCame() throws {
        let journal = try Journal(path: path)
        let labels = [
            label("b", 5, true, "spike"), label("a", 9, false), label("b", 5, false), label("", -1),
        ]
        let readings = [reading("b", 9, 1), reading("a", 1, 2), reading("b", 3, 3)]
        #expect(try journal.append(readings: readings, labels: [labels[0]]) == .init(labels: 1, readings: 3))
        #expect(try journal.append(labels: Array(labels[1...])) == .init(labels: 4, readings: 3))
        #expect(try journal.labels(after: .start) == labels)
        #expect(try journal.readings(after: .start) == readings)
        #expect(try journal.position() == .init(labels: 4, readings: 3))
    }

    @Test func tellsWhatCameAfterAPosition() throws {
        let journal = try Journal(path: path)
        let first = try journal.append(readings: [reading("a", 1, 1)], labels: [label("a", 1)])
        let second = try journal.append(readings: [reading("b", 2, 2)], labels: [label("b", 2)])
        try journal.append(readings: [reading("c", 3, 3)], labels: [label("c", 3)])
        #expect(try journal.labels(after: first).map(\.meter) == ["b", "c"])
        #expect(try journal.labels(after: first, through: second).map(\.meter) == ["b"])
        #expect(try journal.readings(after: first).map(\.meter) == ["b", "c"])
        #expect(try journal.readings(after: first, through: second).map(\.meter) == ["b"])
        #expect(
            try Set(journal.meters(channels: 1, after: first, through: journal.position())) == ["b", "c"]
                && journal.times(channels: 1, after: first, through: journal.position()) == 2...3
                && journal.times(channels: 1, after: first, through: second) == 2...2
        )
        #expect(try journal.labels(after: journal.position()).isEmpty)
    }

    @Test func tellsWhichMetersAreNew() throws {
        let journal = try Journal(path: path)
        let before = try journal.append(readings: [reading("a", 1, 1), reading("b", 1, 1)])
        let first = try journal.append(readings: [reading("b", 2, 2), reading("c", 2, 2)])
        let second = try journal.append(
            readings: [reading("a", 3, 3), reading("b", 3, 3), reading("d", 3, 3)]
        )
        func meters(
            _ start: JournalPosition,
            _ end: JournalPosition,
            besides known: [Name] = []
        ) throws -> Set<Name> {
            try Set(journal.meters(channels: 1, after: start, through: end) { known.contains($0) })
        }
        #expect(try meters(before, first) == ["b", "c"] && meters(first, second) == ["a", "b", "d"])
        #expect(try meters(.start, second, besides: ["a", "d"]) == ["b", "c"])
        func without(_ start: JournalPosition, _ end: JournalPosition, channels: Int = 1) throws -> [Name] {
            let all: [Name] = ["a", "b", "c", "d", "e"]
            return try journal.withoutReadings(all, channels: channels, after: start, through: end)
        }
        #expect(try without(before, first) == ["a", "d", "e"] && without(.start, second) == ["e"])
        #expect(try without(.start, second, channels: 2).count == 5)
    }

    @Test func findsAMetersReadings() throws {
        let journal = try Journal(path: path)
        let readings = [5, 1, 9, 3].map { reading("a", $0, Double($0)) } + [reading("b", 4, 4)]
        let position = try journal.append(readings: Array(readings[..<2]))
        try journal.append(readings: Array(readings[2...]))
        func times(_ from: Int64?, _ before: Int64?, _ after: JournalPosition = .start) throws -> [Int64] {
            try journal.readings(meter: "a", from: from, before: before, after: after).map(\.time)
        }
        #expect(
            try times(nil, nil) == [1, 3, 5, 9] && times(3, 9) == [3, 5]
                && times(nil, nil, position) == [3, 9]
        )
        #expect(try journal.newestTime(meter: "a", channels: 1, after: .start) == 9)
        #expect(try journal.newestTime(meter: "a", channels: 1, before: 9, after: .start) == 5)
        #expect(try journal.newestTime(meter: "a", channels: 1, before: 9, after: position) == 3)
        #expect(try journal.newestTime(meter: "c", channels: 1, after: .start) == nil)
        #expect(try journal.newestTime(meter: "a", channels: 2, after: .start) == nil)
        #expect(
            try journal.meters(channels: 2, after: .start, through: journal.position()).isEmpty
                && journal.times(channels: 2, after: .start, through: journal.position()) == nil
        )
    }

    @Test func missingValuesSurvive() throws {
        let values = [Double.nan, 1, -0.0, .infinity, Double(bitPattern: 0x7ff8_0000_dead_beef)]
        try Journal(path: path).append(readings: [
            Reading(meter: "a", time: Timestamp(milliseconds: 0), values: values)
        ])
        let journal = try Journal(path: path)
        let back = try #require(try journal.readings(after: .start).first)
        #expect(back.values.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try journal.check().isEmpty)
    }

    @Test func ofTwoReadingsAtOneTimeTheFirstCounts() throws {
        let journal = try Journal(path: path)
        try journal.append(readings: [reading("a", 1, 1), reading("a", 1, 2)])
        try journal.append(readings: [reading("a", 1, 3), reading("b", 1, 4)])
        #expect(try journal.readings(after: .start).map(\.values) == [[1], [4]])
    }

    @Test func isThereAfterReopening() throws {
        var journal = try Journal(path: path)
        try journal.append(readings: [reading("a", 1, 1)], labels: [label("a", 1, true, "spike")])
        try journal.close()
        journal = try Journal(path: path)
        #expect(try journal.position() == .init(labels: 1, readings: 1))
        #expect(try journal.labels(after: .start) == [label("a", 1, true, "spike")])
    }

    /// Acknowledged readings and labels are in the files, even if these are never closed.
    @Test func isThereWithoutClosing() throws {
        let journal = try Journal(path: path)
        try journal.append(readings: [reading("a", 1, 1)], labels: [label("a", 1)])
        let copy = folder.path("copy.sqlite")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        #expect(try Journal(path: copy).position() == .init(labels: 1, readings: 1))
        _ = journal
    }

    static let alterations = [
        "UPDATE label SET meter = 'b' WHERE sequence = 2",
        "UPDATE label SET time = time + 1 WHERE sequence = 2",
        "UPDATE label SET anomalous = 1 - anomalous WHERE sequence = 2",
        "UPDATE label SET kind = 'theft' WHERE sequence = 2",
        "UPDATE label SET kind = NULL WHERE sequence = 2",
        "UPDATE label SET kind = '' WHERE sequence = 1",
        "UPDATE label SET meter = 'aspike', kind = '' WHERE sequence = 2",
        "UPDATE label SET checksum = checksum + 1 WHERE sequence = 2",
        "UPDATE reading SET meter = 'b' WHERE sequence = 2",
        "UPDATE reading SET time = time + 9 WHERE sequence = 2",
        "UPDATE reading SET \"values\" = zeroblob(16) WHERE sequence = 2",
        "UPDATE reading SET \"values\" = substr(\"values\", 1, 8) WHERE sequence = 2",
        "UPDATE reading SET \"values\" = CAST(\"values\" || x'00' AS BLOB) WHERE sequence = 2",
        "UPDATE reading SET checksum = 0 WHERE sequence = 2",
    ]

    @Test(arguments: alterations) func alteredRowsAreFound(sql: String) throws {
        let journal = try Journal(path: path)
        try journal.append(
            readings: (0..<3).map { reading("a", $0, Double($0) + 0.5, .nan) },
            labels: [label("a", 1), label("a", 2, true, "spike"), label("a", 3, false)]
        )
        #expect(try journal.check().isEmpty)
        try runSQL(sql, on: path)
        #expect(try journal.check().isEmpty)
        let row = sql.contains("sequence = 1") ? 1 : 2
        #expect(journal.alteredRows == ["\(sql.contains("label") ? "label" : "reading") \(row)"])
    }

    /// An altered row is replaced when its reading is written again.
    @Test(arguments: ["checksum = 0", "\"values\" = zeroblob(16)", "\"values\" = x'00'"])
    func anAlteredReadingIsWrittenAgain(alteration: String) throws {
        let journal = try Journal(path: path)
        let readings = (0..<3).map { reading("a", $0, Double($0) + 0.5, 7) }
        try journal.append(readings: readings)
        try runSQL("UPDATE reading SET \(alteration) WHERE sequence = 2", on: path)
        try journal.append(readings: [reading("a", 0, 99, 99), readings[1]])
        #expect(try journal.readings(after: .start) == [readings[0], readings[2], readings[1]])
        #expect(try journal.readings(meter: "a", after: .start).map(\.time) == [0, 1, 2])
        #expect(try journal.position().readings > 3)
        #expect(try journal.check().isEmpty && journal.alteredRows.isEmpty)
    }

    /// An altered row that no longer matches its entry in SQLite's index cannot be removed.
    @Test func aDamagedRowKeepsNothingElseFromBeingWritten() throws {
        let readings = (0..<3).map { reading("meter-\($0)", $0, 0.5) }
        let journal = try Journal(path: path)
        try journal.append(readings: readings)
        try journal.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // The row, in which the name is followed by 0.5, and not its entry in SQLite's index.
        let row = try #require(bytes.range(of: Data("meter-1".utf8 + [0, 0, 0, 0, 0, 0, 0xe0, 0x3f])))
        bytes[row.lowerBound] = UInt8(ascii: "M")
        try bytes.write(to: URL(fileURLWithPath: path))
        let again = try Journal(path: path)
        try again.append(readings: [readings[1], reading("a", 9, 9)], labels: [label("a", 9)])
        #expect(try again.readings(after: .start) == [readings[0], readings[2], reading("a", 9, 9)])
        #expect(try again.labels(after: .start).count == 1)
        #expect(again.alteredRows == ["reading 2"])
    }

    @Test func twoMayWriteAtOnce() async throws {
        let journals = try (0..<2).map { _ in try Journal(path: path) }
        try await withThrowingTaskGroup { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<25 {
                        try journals[writer % 2].append(
                            readings: [
                                Reading(
                                    meter: "\(writer)",
                                    time: Timestamp(milliseconds: Int64(number)),
                                    values: [0]
                                )
                            ],
                            labels: [
                                LabelEntry(
                                    meter: "\(writer)",
                                    time: Timestamp(milliseconds: Int64(number)),
                                    label: .anomalous(kind: nil)
                                )
                            ]
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        for journal in journals {
            #expect(try journal.position() == .init(labels: 200, readings: 200))
            #expect(try journal.check().isEmpty)
        }
        // Each writer's rows are in its order.
        let labels = try journals[0].labels(after: .start)
        for writer in 0..<8 {
            let times = labels.filter { $0.meter == "\(writer)" }.map(\.time.milliseconds)
            #expect(times == (0..<25).map(Int64.init))
        }
    }

    @Test func oneSeesWhatTheOtherWrote() throws {
        let one = try Journal(path: path)
        let other = try Journal(path: path)
        try one.append(labels: [label("a", 1)])
        #expect(try other.labels(after: .start) == [label("a", 1)])
        try other.append(labels: [label("a", 2)])
        #expect(try one.labels(after: .start).map(\.time.milliseconds) == [1, 2])
    }

    @Test func aBusyJournalSaysSo() throws {
        let journal = try Journal(path: path)
        try holdingTheWriteLock(on: path) {
            let error = #expect(throws: CatalogError.self) {
                try journal.append(labels: [label("a", 1)], patience: .milliseconds(50))
            }
            // SQLITE_BUSY
            #expect(error?.sqliteCode == 5)
        }
        #expect(try journal.append(labels: [label("a", 1)]).labels == 1)
    }

    /// Found by fuzzing the catalog: a row like this ended the process.
    @Test(arguments: ["label", "reading"]) func aRowThatMakesNoSenseIsAnErrorAndNoTrap(table: String) throws {
        try Journal(path: path).append(readings: [reading("a", 1, 2)], labels: [label("a", 1)])
        try runSQL(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE name = '\(table)';
            """,
            on: path
        )
        try runSQL("UPDATE \(table) SET meter = NULL", on: path)
        let journal = try Journal(path: path)
        #expect(throws: CatalogError.self) {
            _ = try journal.labels(after: .start)
            _ = try journal.readings(after: .start)
        }
        #expect((try? journal.check()) != [])
    }

    @Test func refusesGarbage() throws {
        for (index, bytes) in [[UInt8](repeating: 0xee, count: 5000), Array("not a database at all".utf8)]
            .enumerated()
        {
            let path = try folder.file("garbage \(index)", bytes)
            #expect(throws: CatalogError.self) { try Journal(path: path) }
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
        }
        #expect(throws: CatalogError.self) { try Journal(path: folder.path("no/such/folder")) }
        #expect(throws: CatalogError.self) { try Journal(path: folder.path) }
    }
}
