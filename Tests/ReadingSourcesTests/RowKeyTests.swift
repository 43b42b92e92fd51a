import ReadingSources
import Readings
import Statistics
import TestSupport
import Testing

/// Rows of one time that differ must never become one reading unseen.
@Suite("Which column tells rows apart") struct RowKeyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ text: String, _ choice: ColumnChoice = ColumnChoice()) -> ReadingsError? {
        do {
            _ = try folder.read(text, choice)
            return nil
        } catch {
            return error as? ReadingsError
        }
    }

    private static func stamp(_ hour: Int, minute: Int = 0) -> String {
        Timestamp(milliseconds: 1_715_000_400_000 + Int64(hour * 60 + minute) * 60_000).description
    }

    /// Rows of some meters, each with a value of its own.
    private static func file(
        _ name: String,
        _ meters: [String],
        isStacked: Bool = false,
        apart: Int = 0
    ) -> String {
        var random = SplitMix64(seed: 7)
        var rows = (0..<50).flatMap { hour in
            meters.enumerated().map { (place: $0.offset, hour: hour, meter: $0.element) }
        }
        if isStacked { rows.sort { ($0.place, $0.hour) < ($1.place, $1.hour) } }
        return "\(name),when,load\n"
            + rows.map { row in
                let value = Double(Int.random(in: 100...4_000, using: &random)) / 10
                return "\(row.meter),\(stamp(row.hour, minute: row.place * apart)),\(value)\n"
            }.joined()
    }

    @Test(
        "A column of whatever name that tells rows apart names the meter",
        arguments: [
            ("MPRN", ["1000001", "1000002"]), ("dataid", ["661", "1642", "26"]),
            ("Zaehlpunkt", ["AT01", "AT02"]),
            ("xyz", ["left", "right"]),
        ]
    ) func findsTheMeter(name: String, meters: [String]) throws {
        let (summary, histories) = try folder.read(Self.file(name, meters))
        #expect(histories.count == meters.count && summary.duplicates == 0 && summary.channels == ["load"])
        #expect(
            summary.notes.contains { $0.contains("`\(name)` names the meter") }
                || summary.files[0].columns.meter?.name.text == name
        )
    }

    @Test("Series one below the other, and meters that report in turn", arguments: [true, false])
    func findsTheSeries(isStacked: Bool) throws {
        let text = Self.file("station label", ["north", "south", "west"], isStacked: isStacked, apart: 7)
        let (summary, histories) = try folder.read(text)
        #expect(histories.map(\.meter) == ["north", "south", "west"] && summary.outOfOrder == 0)
    }

    @Test("A state beside the values of one meter is no meter") func ignoresStates() throws {
        let rows = (0..<60).map { "\(Self.stamp($0)),\($0 % 7 == 0 ? "charging" : "idle"),1.\($0)\n" }
            .joined()
        let (_, histories) = try folder.read("when,state of it,load\n" + rows)
        #expect(histories.map(\.meter) == ["readings"])
    }

    @Test("A column of quantities makes channels, or is asked for") func findsTheQuantity() throws {
        let (summary, histories) = try folder.read(Self.file("Read Type", ["Import (kW)", "Export (kW)"]))
        #expect(histories.count == 1 && summary.channels == ["Export (kW)", "Import (kW)"])
        #expect(summary.rows == 50 && summary.accepted == 50 && summary.duplicates == 0)
        let unclear = try #require(refusal(Self.file("what", ["active power", "voltage"])))
        #expect(unclear.code == .rowsNotTold && unclear.sentence.contains("--channel what"))
        var choice = ColumnChoice()
        choice.channel = "what"
        #expect(
            try folder.read(Self.file("what", ["active power", "voltage"]), choice).summary.channels.count
                == 2
        )
    }

    @Test("Two columns together are named, and never guessed") func findsPairs() throws {
        var rows = ""
        for hour in 0..<40 {
            for building in 0..<3 {
                for kind in 0..<2 {
                    rows += "\(building),\(kind),\(Self.stamp(hour)),\(hour).\(building)\(kind)\n"
                }
            }
        }
        let text = "building,kind,when,load\n" + rows
        let error = try #require(refusal(text))
        #expect(error.code == .rowsNotTold && error.sentence.contains("--meter building --meter kind"))
        var choice = ColumnChoice()
        choice.meter = ["building", "kind"]
        let (summary, histories) = try folder.read(text, choice)
        #expect(histories.count == 6 && histories[1].meter == "0/1" && summary.duplicates == 0)
    }

    @Test("Rows that nothing tells apart are refused, unless they are said to be corrections")
    func refusesTheRest() throws {
        let text = "when,load\n" + (0..<80).map { "\(Self.stamp($0 / 2)),\($0 * 37 % 1_000)\n" }.joined()
        let error = try #require(refusal(text))
        #expect(error.code == .rowsNotTold && error.sentence.contains("--meter COLUMN"))
        for set in [{ $0.corrections = true }, { $0.meterName = "one" }] as [(inout ColumnChoice) -> Void] {
            var choice = ColumnChoice()
            set(&choice)
            let (summary, histories) = try folder.read(text, choice)
            #expect(summary.duplicates == 40 && histories[0].values[0] == 37 && !summary.warnings.isEmpty)
        }
    }

    @Test("A few corrections are taken, the later counts, and it is said") func takesCorrections() throws {
        let rows = (0..<60).map { "\(Self.stamp($0)),1.5\n" }.joined()
        let (summary, histories) = try folder.read(
            "when,load\n" + rows + "\(Self.stamp(3)),9.5\n\(Self.stamp(4)),1.5\n"
        )
        #expect(summary.duplicates == 2 && summary.equalDuplicates == 1 && histories[0].values[3] == 9.5)
        #expect(summary.warnings.count == 1)
    }

    @Test("Files of days and months are one meter, others are not") func joinsFiles() throws {
        func files(
            _ names: [String],
            overlap: Int = 0
        ) throws -> (summary: ReadingsSummary, histories: [MeterHistory]) {
            let paths = try names.enumerated().map { place, name in
                let hours = (place * 24 - place * overlap)..<(place * 24 + 24)
                return try folder.file(name, "when,load\n" + hours.map { "\(Self.stamp($0)),1.5\n" }.joined())
            }
            return try ReadingFiles(paths: paths).read()
        }
        #expect(try files(["plant-20240506.csv", "plant-20240507.csv"]).histories.map(\.meter) == ["plant"])
        #expect(try files(["use_2024-05.csv.gz", "use_2024-06.csv.gz"]).histories.map(\.meter) == ["use"])
        #expect(try files(["house-1.csv", "house-2.csv"]).histories.count == 2)
        let overlapping = try files(["load 2024-05-06.csv", "load 2024-05-07.csv"], overlap: 3)
        #expect(
            overlapping.histories.count == 2
                && overlapping.summary.warnings.contains { $0.contains("--meter-name") }
        )
    }

    @Test("Files of other meters may share their times; files of one meter must not differ")
    func comparesFiles() throws {
        let rows = { (load: Int) in (0..<40).map { "\(Self.stamp($0)),\(load + $0)\n" }.joined() }
        let own = try ["left.csv", "right.csv"].enumerated().map { place, name in
            try folder.file(name, "when,load\n" + rows(place * 100))
        }
        #expect(try ReadingFiles(paths: own).read().histories.map(\.meter) == ["left", "right"])
        let named = try ["import.csv", "export.csv"].enumerated().map { place, name in
            let lines = rows(place * 100).split(separator: "\n").map { "m1,\($0)\n" }.joined()
            return try folder.file(name, "meter,when,load\n" + lines)
        }
        do {
            _ = try ReadingFiles(paths: named).read()
            Issue.record("one quantity replaced another")
        } catch {
            #expect(error.code == .rowsNotTold && error.sentence.contains("--corrections"))
        }
        var choice = ColumnChoice()
        choice.corrections = true
        #expect(try ReadingFiles(paths: named, columns: choice).read().summary.duplicates == 40)
    }
}
