import ReadingSources
import Testing

@Suite struct LabelReadingTests {
    private func reading(_ cells: [String], name: String = "label") -> LabelReading {
        LabelReading(column(cells), name: name)
    }

    private func meanings(_ cells: [String], name: String = "label") -> [LabelWords.Meaning] {
        let words = reading(cells, name: name).words
        return cells.map { words.read(Array($0.utf8).span) }
    }

    @Test(arguments: [
        ["0", "1"], ["0.0", "1.0"], ["false", "TRUE"], ["no", "Yes"], ["N", "Y"], ["good", "bad"],
        ["OK", "fault"],
        ["normal", "anomaly"], ["nein", "ja"], ["in-Ordnung", "x"], ["non", "oui"], ["normale", "anomalia"],
        ["bueno", "malo"], ["goed", "storing"], ["1", "-1"], ["1", "-1.0"], ["n.i.O.", "x"],
    ]) func knowsBothClasses(words: [String]) {
        switch words {
        case ["in-Ordnung", "x"]: #expect(meanings(words) == [.kind, .kind])
        case ["n.i.O.", "x"]: #expect(meanings(words) == [.anomalous, .kind])
        default: #expect(meanings(words) == [.normal, .anomalous], "\(words)")
        }
    }

    @Test func takesOtherWordsForKinds() {
        #expect(
            meanings(["0", "spike", "", "7", "Theft 2", "n/a"])
                == [.normal, .kind, .unlabelled, .kind, .kind, .unlabelled]
        )
        #expect(meanings(["-1", "0", "1"]) == [.unlabelled, .normal, .anomalous])
    }

    /// Rows that nobody labelled are not anomalous: nothing is turned round.
    @Test func leavesOneClassBesideEmptyCells() {
        let found = LabelReading(column(["1", "1"]), empty: 40, name: "label")
        #expect(found.taken.map(\.meaning) == [.anomalous] && found.warning == nil)
        let kinds = LabelReading(column(["theft", "theft"]), empty: 40, name: "label")
        #expect(kinds.taken.map(\.meaning) == [.kind] && kinds.warning == nil)
    }

    @Test func saysWhatItTook() {
        let found = reading(["1", "1", "1", "-1", "1", "-1"])
        #expect(found.taken.map(\.word) == ["1", "-1"] && found.taken.map(\.count) == [4, 2])
        #expect(found.count(.normal) == 4 && found.count(.anomalous) == 2 && found.warning == nil)
    }

    @Test func readsColumnsThatSayWhatIsNormal() {
        for name in ["valid", "is_normal", "IsValid", "OK"] {
            #expect(
                meanings(["1", "0", "true", "no", "bad"], name: name)
                    == [.normal, .anomalous, .normal, .anomalous, .anomalous],
                "\(name)"
            )
        }
        #expect(meanings(["1", "0"], name: "normalised") == [.anomalous, .normal])
    }

    /// Of one class alone, the other reading is taken where there is one, and said.
    @Test(arguments: [
        ("1", LabelWords.Meaning.normal), ("true", .normal), ("0", .normal), ("-1", .unlabelled),
        ("normal", .normal),
        ("anomaly", .anomalous), ("spike", .kind),
    ]) func warnsOfASingleClass(word: String, meaning: LabelWords.Meaning) {
        let found = reading([word, word, word])
        #expect(found.taken.map(\.meaning) == [meaning] && found.warning != nil)
        #expect(reading([word, word, ""]).taken.count == 1)
    }

    @Test func doesNotTurnWhatIsUnlabelledElsewhere() {
        let found = reading(["1", "", ""])
        #expect(found.taken.map(\.meaning) == [.anomalous] && found.warning == nil)
    }
}
