import ReadingSources
import Readings
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
}
