import ReadingSources
import Readings
import Statistics
import Testing

@Suite struct ColumnEvidenceTests {
    private func isMissing(_ text: String) -> Bool { MissingWords().contains(Array(text.utf8).span) }

    @Test(arguments: [
        "", "#N/A", "#N/A N/A", "#VALUE!", "#DIV/0!", "#REF!", "#NV", "#WERT!", "--", "---", ".", "\\N",
        "NaN", "NULL",
        "(null)", "None", "nil", "unavailable", "Unknown", "No Data", "NoData", "no_data", "Bad", "Bad Input",
        "I/O Timeout", "n.v.", "k.A.", "n/d", "s/d", "-", "–", "?", "*", "<NA>", "NaT", "1.#QNAN", "-1.#IND",
        "ungültig", "Not available",
    ]) func takesForMissing(text: String) {
        #expect(isMissing(text))
        #expect(NumberFormat().read(text) == .missing)
        let cells = column(["1", "2", text, "3"])
        #expect(cells.missing == 1 && cells.present == 3 && cells.words.total == 0)
    }

    @Test(arguments: ["0", "error", "off", "x1", "-1", "n", "in"]) func takesForSomething(text: String) {
        #expect(!isMissing(text))
    }

    @Test func takesAddedWordsForMissing() {
        let words = MissingWords(adding: ["-9999", "4294967295", " Störung "])
        let format = NumberFormat(missing: words)
        for text in ["-9999", "-9999.0", "-9.999e3", "4294967295", "störung", "STORUNG", "n/a"] {
            #expect(format.read(text) == .missing, "\(text)")
        }
        #expect(format.read("9999") == .number(9_999))
        let cells = column(["1", "-9999.00", "STÖRUNG", "4,294,967,295"], missing: words)
        #expect(cells.missing == 3 && cells.numbers.count == 1)
    }

    @Test func countsWords() {
        let cells = column(["1.5", "ERROR", "12.5*", "13.5*", "Wartung", "ERROR", "2.5", "14*", "#N/A"])
        #expect(cells.words.commonest.map(\.word) == ["…*", "ERROR", "Wartung"])
        #expect(cells.words.commonest.map(\.count) == [3, 2, 1])
        #expect(cells.missingTexts.commonest.map(\.word) == ["#N/A"])
        #expect(column((0..<1_000).map { "word \($0)" }).words.distinct == ColumnEvidence.bound)
        #expect(column((0..<1_000).map { "word \($0)" }).words.total >= ColumnEvidence.bound)
    }

    @Test func countsValuesAndChanges() {
        let cells = column(["a", "a", "", "a", "b", "b", "a"])
        #expect(cells.count == 7 && cells.missing == 1 && cells.changes == 2 && cells.distinct == 2)
        #expect(!cells.isConstant && column(["a", "", "a"]).isConstant)
    }

    /// A cell like the one before is not classified again; the counts are those of a column that is shuffled.
    @Test func countsRepeatedCellsAsOthers() throws {
        let texts = ["1.5", "2,5", "n/a", "x", "7*", "2024-01-08", "20240108", "9.30", "1 kW", "10:15"]
        let repeated = column(texts.flatMap { Array(repeating: $0, count: 3) })
        let spread = column(Array(repeating: texts, count: 3).flatMap(\.self))
        #expect(repeated.missing == spread.missing && repeated.numbers.count == spread.numbers.count)
        #expect(
            repeated.stamps.dates == spread.stamps.dates && repeated.stamps.clocks == spread.stamps.clocks
        )
        #expect(repeated.stamps.bares == 3 && spread.stamps.bares == 3)
        #expect(repeated.words.commonest.map(\.count) == spread.words.commonest.map(\.count))
    }

    /// Cells of every length that differ in one byte, in runs: each is counted as often as it is there.
    @Test func countsEveryCell() {
        var random = SplitMix64(seed: 53)
        for _ in 0..<300 {
            let base = (0..<(1 + random.index(48))).map { _ in UInt8(97 + random.index(26)) }
            let palette = (0..<4).map { number in
                var cell = base
                if number > 0 { cell[random.index(cell.count)] = UInt8(64 + number) }
                return String(decoding: cell, as: UTF8.self)
            }
            let cells = (0..<40).flatMap { _ in
                Array(repeating: palette[random.index(4)], count: 1 + random.index(4))
            }
            let evidence = column(cells)
            let naive = Dictionary(grouping: cells) { $0 }.mapValues(\.count)
            let counted = evidence.values.commonest.map { ($0.word, $0.count) }
            #expect(Dictionary(uniqueKeysWithValues: counted) == naive, "\(cells)")
            #expect(evidence.changes == zip(cells, cells.dropFirst()).count { $0 != $1 }, "\(cells)")
        }
    }

    /// Evidence of parts, merged, is that of the whole.
    @Test func mergesToTheWhole() throws {
        var random = SplitMix64(seed: 51)
        let texts = [
            "1.155", "0,5", "327", "n/a", "error", "03/01/2024 10:00", "1 kW", "20240108", "-", "5*",
        ]
        for _ in 0..<200 {
            let cells = (0..<60).map { _ in texts[random.index(texts.count)] }
            let cut = random.index(60)
            var parts = column(Array(cells[..<cut]))
            parts.merge(column(Array(cells[cut...])))
            let whole = column(cells)
            #expect(parts.numberReading() == whole.numberReading())
            #expect(parts.stampReading() == whole.stampReading())
            #expect(
                parts.missing == whole.missing
                    && parts.words.commonest.map(\.count) == whole.words.commonest.map(\.count)
            )
        }
    }

    /// Cells of the usual forms are classified in one look. What sends them all to the other way, and changes
    /// nothing else, is a number that means missing and does not occur; for a stamp, a second blank.
    @Test func aQuickLookSeesWhatACloserOneSees() {
        var random = SplitMix64(seed: 52)
        let closer = MissingWords(adding: ["-98765.4321"])
        for round in 0..<400 {
            let palette = (0..<(1 + random.index(12))).map { _ in cell(&random) }
            let length = random.index(700)
            let cells = (0..<length).flatMap { _ in
                // With runs of equal cells, and in some columns more different ones than are kept.
                Array(
                    repeating: round % 3 == 0 ? cell(&random) : palette[random.index(palette.count)],
                    count: random.index(4) == 0 ? random.index(5) : 1
                )
            }
            let quick = column(cells)
            let close = column(cells.map { $0.replacing(" ", with: "  ") }, missing: closer)
            #expect(parts("\(quick.numbers)") == parts("\(close.numbers)"), "\(cells)")
            #expect(parts("\(quick.stamps)") == parts("\(close.stamps)"), "\(cells)")
            #expect(quick.changes == close.changes && quick.count == close.count)
            #expect(quick.missing == close.missing && quick.words.total == close.words.total)
            #expect(quick.values.commonest.map(\.count) == close.values.commonest.map(\.count))
            #expect(quick.clockFormat == close.clockFormat)
            let naive = zip(cells, cells.dropFirst()).count { $0 != $1 }
            #expect(cells.contains("") || quick.changes == naive)
        }
    }

    /// All that was gathered, without the second blank of an example; sorted, as dictionaries have no order.
    private func parts(_ evidence: String) -> [Substring] {
        evidence.replacing("32, 32, ", with: "32, ").split { "[](), ".contains($0) }.sorted()
    }

    private func cell(_ random: inout SplitMix64) -> String {
        func digits(_ limit: Int) -> String {
            (0..<random.index(limit)).map { _ in "\(random.index(10))" }.joined()
        }
        func number(_ limit: Int) -> String {
            let number = random.index(limit)
            return number < 10 ? "0\(number)" : "\(number)"
        }
        switch random.index(6) {
        case 0, 1:
            let mark = ["-", "/", "."][random.index(3)]
            let year = "20\(number(100))"
            let date =
                random.index(2) == 0 ? [year, number(14), number(33)] : [number(33), number(14), year]
            return date.joined(separator: mark) + " \(number(26)):\(number(62))"
                + ["", "Z", ":07"][random.index(3)]
        case 2:
            return ["", "n/a", "x", "7*", "9.30", "09:30", "1 kW", "20240108", "-", "+", "5.", ".5", "1e3"][
                random.index(13)
            ]
        default:
            let mark = [".", ",", ""][random.index(3)]
            return ["", "-", "+"][random.index(3)] + digits(9) + mark + digits(5)
        }
    }
}
