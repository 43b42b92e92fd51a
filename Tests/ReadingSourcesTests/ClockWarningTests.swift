import ReadingSources
import Readings
import TestSupport
import Testing

/// What is said where the times and the hours and days that they are judged by have different clocks.
@Suite("Warnings of other clocks")
struct ClockWarningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func clock(_ name: String) throws -> LocalClock { try #require(LocalClock(identifier: name)) }

    private func rows(_ zones: [String?], offset: String = "", header: String = "meter,time,tz,kw") -> String
    {
        header + "\n"
            + (0..<4).flatMap { hour in
                zones.enumerated().map {
                    "m\($0 + 1),2024-07-01 0\(hour):00\(offset)\($1.map { ",\($0)" } ?? ""),\(hour).5\n"
                }
            }.joined()
    }

    private func read(
        _ text: String,
        _ prepare: (inout ReadingFiles) throws -> Void = { _ in }
    ) throws -> ReadingsSummary {
        var files = try ReadingFiles(paths: [try folder.file("r.csv", text)])
        try prepare(&files)
        return try files.readAll().summary
    }

    private static let plain = "meter,time,kw"

    @Test("An index has another clock than the times: said with both, and with the way out")
    func index() throws {
        let text = rows([nil, nil], header: Self.plain)
        let given = try read(text) {
            $0.clock = try clock("America/New_York")
            $0.judging = MeterClocks(try clock("Europe/Rome"))
        }
        let warning = try #require(given.warnings.first)
        #expect(warning.contains("read by the clock of America/New_York"))
        #expect(
            warning.contains("2 meters") && warning.contains("Europe/Rome") && warning.contains("--timezone")
        )
        let same = try read(text) {
            $0.clock = try clock("Europe/Rome")
            $0.judging = MeterClocks($0.clock)
        }
        #expect(same.warnings == [])
        // A meter of its own clock, whose times a zone for all takes over.
        let own = try read(text) {
            $0.clock = try clock("Europe/Rome")
            $0.judging = MeterClocks($0.clock, own: ["m2": try clock("Asia/Tokyo")])
        }
        #expect(own.warnings.count == 1 && own.warnings.first?.contains("`m2`") == true)
    }

    @Test("A column names another zone than the index has")
    func column() throws {
        let text = rows(["Europe/Rome", "Asia/Tokyo"])
        let found = try read(text) {
            $0.judging = MeterClocks(
                .utc,
                own: ["m1": try clock("Europe/Rome"), "m2": try clock("Asia/Seoul")]
            )
        }
        #expect(found.warnings.count == 1)
        #expect(
            found.warnings.first?.contains("Asia/Tokyo") == true
                && found.warnings.first?.contains("Asia/Seoul") == true
        )
        #expect(found.warnings.first?.contains("m1") == false)
    }

    @Test("Offsets that the clock never has are said; standard time all year is none of them")
    func offsets() throws {
        let text = rows([nil], offset: "+09:00", header: Self.plain)
        let rome = try read(text) { $0.clock = try clock("Europe/Rome") }
        #expect(rome.warnings.count == 1 && rome.warnings.first?.contains("offset +09:00") == true)
        #expect(
            rome.warnings.first?.contains("Europe/Rome") == true
                && rome.warnings.first?.contains("such as Asia/Tokyo") == true
        )
        let tokyo = try read(text) { $0.clock = try clock("Asia/Tokyo") }
        #expect(tokyo.warnings == [])
        let winter = rows([nil], offset: "+01:00", header: Self.plain)
        #expect(try read(winter) { $0.clock = try clock("Europe/Rome") }.warnings == [])
        // In UTC the build says it, where hours and days count; an index has been built already.
        #expect(try read(text).warnings == [])
        #expect(try read(text) { $0.judging = MeterClocks(.utc) }.warnings.count == 1)
        let utc = rows([nil], offset: "Z", header: Self.plain)
        #expect(try read(utc) { $0.clock = try clock("Asia/Tokyo") }.warnings == [])
    }

    @Test("A column of zones that names none is said with its name and what it costs")
    func emptyColumn() throws {
        let none = try read(rows(["", ""])) { $0.columns.zone = "tz" }
        #expect(
            none.warnings.count == 1
                && none.warnings.first?.contains("the column `tz` names no zone in any row") == true
        )
        #expect(
            none.warnings.first?.contains("an hour off") == true
                && none.warnings.first?.contains("--timezone") == true
        )
        let one = try read(rows(["Europe/Rome", ""])) { $0.columns.zone = "tz" }
        #expect(
            one.warnings.count == 1
                && one.warnings.first?.contains("1 meter has no zone in the column `tz`") == true
        )
        let given = try read(rows(["", ""])) {
            $0.columns.zone = "tz"
            $0.clock = try clock("Asia/Tokyo")
        }
        #expect(
            given.warnings == [] && given.notes.contains { $0.contains("`tz`") && $0.contains("Asia/Tokyo") }
        )
    }

    @Test("A word of --missing names no zone, recognised or given")
    func missing() throws {
        let text = rows(["Europe/Rome", "nowhere"])
        for zone in [nil, "tz"] as [String?] {
            let found = try read(text) {
                $0.columns.zone = zone
                $0.columns.missing = ["nowhere"]
            }
            #expect(found.files[0].columns.zone?.name == "tz")
            #expect(
                found.warnings.count == 1
                    && found.warnings.first?.contains("no zone in the column `tz`") == true
            )
        }
    }

    @Test("One unknown zone among known ones is refused by file, line and column")
    func unknown() throws {
        var text = rows(["Europe/Rome", "Asia/Tokyo"])
        text += "m1,2024-07-01 04:00,Europe/Romme,1\n"
        let error = #expect(throws: ReadingsError.self) { try read(text) }
        #expect(error?.code == .zoneUnknown && error?.line == 10 && error?.column == "tz")
        #expect(error?.file?.hasSuffix("r.csv") == true && error?.sentence.contains("--missing") == true)
    }
}
