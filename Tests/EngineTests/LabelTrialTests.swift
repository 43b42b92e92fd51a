import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// What a label would change is what it changes in a copy of the index.
@Suite struct LabelTrialTests {
    private let index: TestIndex
    private let live: LiveIndex
    /// All readings that the index holds, meter by meter.
    private let held: [MeterHistory]

    /// Some pushed readings are like nothing known, two of them alike.
    init() async throws {
        index = try await TestIndex.copy()
        live = try LiveIndex(index.folder)
        var held = index.built
        for (meter, later) in index.later.enumerated() {
            for reading in 0..<60 {
                let isStrange = [20, 21, 44, 45].contains(reading) && meter < 3
                let values = later.row(reading).map { isStrange ? $0 * 7 + 3 : $0 }
                _ = try live.push(later.meter, at: later.times[reading], values: values)
                held[meter].append(time: later.times[reading], values: values)
            }
        }
        self.held = held
    }

    private func verdicts(_ folder: IndexFolder, since: Timestamp) async throws -> [ScoredReading] {
        let after = Timestamp(milliseconds: since.milliseconds + 1)
        var scored: [ScoredReading] = []
        let scorer = BatchScorer(try LiveIndex(folder, readonly: true))
        try await scorer.score(held.map { $0.since(after) }) { scored += $0 }
        return scored.filter { $0.content.classification != nil }
    }

    /// The changes in a copy of the index that gets the label.
    private func changes(
        _ meter: Name,
        _ choice: ReadingChoice,
        _ label: Label,
        since: Timestamp
    ) async throws -> (changes: [LabelTrial.Change], looked: Int) {
        try live.flush()
        let before = try await verdicts(index.folder, since: since)
        let home = try TemporaryFolder()
        let copy = try IndexFolder("copy", in: home)
        try FileManager.default.copyItem(atPath: index.folder.path, toPath: copy.path)
        let given = Timestamp(milliseconds: 0)
        _ = try LiveIndex(copy).label(meter, choice, as: label, given: given)
        let after = try await verdicts(copy, since: since)
        try #require(before.count == after.count)
        let pairs = zip(before, after).map { ($0, $1) }
        let ordered = pairs.filter { $0.0.meter == meter } + pairs.filter { $0.0.meter != meter }
        let changes = ordered.compactMap { before, after -> LabelTrial.Change? in
            guard let one = before.content.classification, let other = after.content.classification,
                one.verdict != other.verdict
            else { return nil }
            return LabelTrial.Change(
                before.meter,
                before.time,
                before: (one.verdict, one.score),
                after: (other.verdict, other.score)
            )
        }
        return (changes, before.count)
    }

    private enum Case: CaseIterable {
        case aRangeOfPushedReadings, aPushedReadingThatOthersResemble, anAnomalyOfTheBank, aNormalOfTheBank
    }

    private func label(_ number: Case) throws -> (Name, ReadingChoice, Label) {
        let later = index.later[0]
        switch number {
        case .aRangeOfPushedReadings:
            let range = ReadingChoice.Part.range(later.times[18], through: later.times[23])
            return (later.meter, ReadingChoice([range]), .normal)
        case .aPushedReadingThatOthersResemble:
            return (later.meter, ReadingChoice(later.times[44]), .anomalous(kind: "theft"))
        case .anAnomalyOfTheBank, .aNormalOfTheBank:
            let isAnomalous = number == .anAnomalyOfTheBank
            let windows = try index.catalog().windows(of: isAnomalous ? .anomalous : .normal)
            let window = windows[windows.count / 2]
            let time = ReadingChoice(Timestamp(milliseconds: window.time))
            return (index.built[window.meter].meter, time, isAnomalous ? .normal : .anomalous(kind: "dip"))
        }
    }

    @Test func itIsWhatHappensInACopy() async throws {
        var total = 0
        for number in Case.allCases {
            let (meter, choice, label) = try label(number)
            let trial = try live.tryLabel(meter, choice, as: label)
            let wanted = try await changes(meter, choice, label, since: trial.since)
            #expect(trial.changes == wanted.changes && trial.changed == wanted.changes.count, "\(number)")
            #expect(trial.isWhole && trial.counting == trial.readings)
            // A window that becomes normal, and was in no bank, changes its own meter alone.
            let isOfOne = number == .aRangeOfPushedReadings
            #expect(isOfOne ? trial.looked < wanted.looked / 3 : trial.looked == wanted.looked, "\(number)")
            total += trial.changed
        }
        #expect(total >= 5, "the labels change too little for this test: \(total)")
        // Nothing was labelled.
        #expect(live.labelsGiven == 0 && live.counters.labels == 0)
        #expect(try Journal(path: index.folder.journalPath).position().labels == 0)
    }

    @Test func whatIsNotPossibleIsRefused() throws {
        let later = index.later[0]
        let early = ReadingChoice(Timestamp(milliseconds: later.times[0].milliseconds + 1))
        func code(_ meter: Name, _ choice: ReadingChoice) -> ErrorCode? {
            #expect(throws: RequestError.self) { try live.tryLabel(meter, choice, as: .normal) }?.code
        }
        #expect(code(later.meter, early) == .noReading && code("nobody", early) == .unknownMeter)
        let backwards = ReadingChoice.Part.range(later.times[3], through: later.times[2])
        #expect(code(later.meter, ReadingChoice([backwards])) == .badRequest)
    }
}
