import ReadingSources
import Readings
import TestSupport
import Testing

/// Numbers that stand where nothing was measured.
@Suite("Fillers of missing values") struct MissingMarkTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Rows of an hour each; every fifth has another value and word.
    private func text(
        _ header: String,
        filler: String,
        _ word: String,
        _ other: String,
        count: Int = 30
    ) -> String {
        "time,\(header)\n"
            + (0..<count).map { hour in
                let isMissing = hour % 5 == 2
                let value = isMissing ? filler : "0.\(hour + 11)"
                return "2024-01-\(13 + hour / 24) \(hour % 24 < 10 ? "0" : "")\(hour % 24):00,\(value),"
                    + "\(isMissing ? word : other)\n"
            }.joined()
    }

    @Test(
        "Where a column calls them missing, and they are always the same, they are missing",
        arguments: [
            ("Status", "fehlt", "gemessen", "0.000"), ("quality", "Invalid", "OK", "-999"),
            ("missing", "1", "0", "0"),
        ]
    ) func marks(name: String, word: String, other: String, filler: String) throws {
        let (summary, histories) = try folder.read(text("kwh,\(name)", filler: filler, word, other))
        #expect(summary.channels == ["kwh"] && summary.missing == 6 && summary.accepted == 24)
        #expect(histories[0].values[2].isNaN && histories[0].values[3] == 0.14)
        #expect(summary.notes.contains { $0.contains("`\(name)` says `\(word)` in 6 rows") })
    }

    @Test("Values that differ are kept, and it is said; another word says nothing") func keeps() throws {
        let rows = text("kwh,status", filler: "0", "bad", "good").split(separator: "\n").enumerated().map {
            $1.replacing(",0,bad", with: ",0.\($0)1,bad")
        }
        let (summary, _) = try folder.read(rows.joined(separator: "\n") + "\n")
        #expect(
            summary.missing == 0
                && summary.warnings.contains { $0.contains("`bad` in 6 rows, and `kwh` has values") }
        )
        let (other, _) = try folder.read(text("kwh,status", filler: "0", "night", "day"))
        #expect(other.missing == 0)
    }

    @Test(
        "A number that programs write for none, far from all others, is warned of",
        arguments: ["-999", "9999", "-1"]
    )
    func sentinels(number: String) throws {
        let rows = text("t,x", filler: number, "1.5", "1.25")
        let (summary, _) = try folder.read(rows)
        #expect(summary.warnings.contains { $0.contains("`t`: \(number) stands in 6 readings") })
        var choice = ColumnChoice()
        choice.missing = [number]
        let missing = try folder.read(rows, choice)
        #expect(!missing.summary.warnings.contains { $0.contains("stands in") })
        #expect(missing.histories[0].values[4].isNaN)
        let near = rows.replacing("0.12,", with: "12000.5,").replacing("0.15,", with: "-2000.5,")
        #expect(!(try folder.read(near).summary.warnings.contains { $0.contains("stands in") }))
    }
}
