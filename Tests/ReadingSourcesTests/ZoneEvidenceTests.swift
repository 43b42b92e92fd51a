import ReadingSources
import Readings
import TestSupport
import Testing

@Suite struct ZoneEvidenceTests {
    private func evidence(_ moments: [(String, Int64)]) throws -> ZoneEvidence {
        var evidence = ZoneEvidence()
        for (text, minutes) in moments {
            evidence.note(try #require(Timestamp(text)), offset: minutes * 60_000)
        }
        return evidence
    }

    @Test func offsetsThatChangeWithTheSeasonNameAZone() throws {
        let seasons = ["2024-01-15", "2024-07-15"]
        let zones: [(Int64, Int64, String?)] = [
            (60, 120, "Europe/Rome"), (0, 60, "Europe/London"), (-300, -240, "America/New_York"),
            (330, 330, "Asia/Kolkata"), (660, 600, "Australia/Sydney"), (17, 18, nil),
        ]
        for (winter, summer, name) in zones {
            let evidence = try evidence([(seasons[1], summer), (seasons[0], winter)])
            #expect(evidence.zone?.identifier == name)
            #expect(evidence.suggestsZone)
            let warning = try #require(evidence.warning)
            #expect(warning.contains("--timezone") && warning.contains(name ?? "give its zone"))
        }
    }

    @Test func momentsInUTCSayNothing() throws {
        let evidence = try evidence([("2024-01-15", 0), ("2024-07-15", 0)])
        #expect(!evidence.suggestsZone && evidence.warning == nil && evidence.zone == nil)
    }

    @Test func timesWithoutOffsetsMayBeLocal() {
        var evidence = ZoneEvidence()
        evidence.noteLocal()
        #expect(evidence.suggestsZone && evidence.zone == nil)
        #expect(evidence.warning?.contains("are read as UTC") == true)
    }

    @Test func evidencesOfFilesAreMerged() throws {
        var winter = try evidence([("2024-01-15", 60)])
        winter.merge(try evidence([("2024-07-15", 120)]))
        #expect(winter.zone?.identifier == "Europe/Rome")
        winter.merge(try evidence([("2024-07-15", 180)]))
        #expect(winter.zone == nil && winter.suggestsZone)
    }

    // MARK: From files

    /// The evidence of a file whose first column are these times.
    private func evidence(ofTimes times: [String], header: String = "time,kw") throws -> ZoneEvidence {
        let folder = try TemporaryFolder()
        let text = "\(header)\n" + times.enumerated().map { "\($1),\($0 % 7).5\n" }.joined()
        let files = try ReadingFiles(paths: [try folder.file("site.csv", text)])
        return try #require(try files.read().summary.zoneEvidence)
    }

    /// Times at 00:00 and 12:00 of each day of a year, with offsets that change in April and October.
    private func days(_ pattern: (Int, Int, Int) -> String, winter: String, summer: String) -> [String] {
        (1...12).flatMap { month in
            (1...28).flatMap { day in
                [0, 12].map { pattern(month, day, $0) + ((4...9).contains(month) ? summer : winter) }
            }
        }
    }

    private func iso(_ month: Int, _ day: Int, _ hour: Int) -> String {
        "2024-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00:00"
    }

    @Test("A summer that comes after more than a thousand rows of winter counts")
    func seasonsOfAFile() throws {
        let winter = (0..<4).flatMap { year in
            (1...28).flatMap { day in
                (0..<24).map { iso(1, day, $0).replacingYear(2020 + year) + "+01:00" }
            }
        }
        #expect(try evidence(ofTimes: winter).moments.count == 1)
        let summer = winter + [iso(7, 1, 0) + "+02:00"]
        #expect(try evidence(ofTimes: summer).zone?.identifier == "Europe/Rome")
        // A last row that no summer time has.
        let noSummer = winter + [iso(7, 1, 0) + "+01:00"]
        #expect(try evidence(ofTimes: noSummer).zone?.identifier == "Africa/Lagos")
    }

    @Test("UTC in winter and an hour more in summer is London's clock, whichever comes first")
    func offsetsOfZero() throws {
        for zero in ["Z", "+00:00", ""] {
            let times = days(iso, winter: zero, summer: "+01:00")
            let evidence = try evidence(ofTimes: times)
            #expect(evidence.zone?.identifier == "Europe/London")
            #expect(evidence.withoutOffset == (zero.isEmpty ? 6 * 56 : 0))
        }
        let utc = try evidence(ofTimes: days(iso, winter: "Z", summer: "Z"))
        #expect(!utc.suggestsZone && utc.warning == nil)
    }

    @Test("Offsets with a minus, dates in an order that all rows decide, and days apart from their hours")
    func offsetsInOtherForms() throws {
        let west = try evidence(ofTimes: days(iso, winter: "-05:00", summer: "-04:00"))
        #expect(west.zone?.identifier == "America/New_York")
        let slashed = days({ "\($1)/\($0)/2024 \($2):00" }, winter: " +01:00", summer: " +02:00")
        #expect(try evidence(ofTimes: slashed).zone?.identifier == "Europe/Rome")
        let apart = days({ iso($0, $1, $2).replacing("T", with: ",") }, winter: "+01:00", summer: "+02:00")
        let beside = try evidence(ofTimes: apart, header: "date,clock,kw")
        #expect(beside.zone?.identifier == "Europe/Rome" && beside.withoutOffset == 0)
        let without = days({ iso($0, $1, $2).replacing("T", with: ",") }, winter: "", summer: "")
        #expect(try evidence(ofTimes: without, header: "date,clock,kw").withoutOffset == without.count)
    }
}

extension String {
    fileprivate func replacingYear(_ year: Int) -> String { "\(year)" + dropFirst(4) }
}
