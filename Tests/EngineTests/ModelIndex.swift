import Detection
import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import Training
import Verdicts

/// An index, and a simple model of what it must hold.
final class ModelIndex {
    /// The index's five meters, and two new ones.
    static let meterCount = 7

    private struct Held {
        var times: [Timestamp] = []
        var values: [[Double]] = []

        mutating func insert(_ time: Timestamp, _ row: [Double]) {
            let place = times.firstIndex { $0 > time } ?? times.count
            times.insert(time, at: place)
            values.insert(row, at: place)
        }

        mutating func remove(_ time: Timestamp) {
            guard let place = times.firstIndex(of: time) else { return }
            times.remove(at: place)
            values.remove(at: place)
        }
    }

    /// How many slots a reading may be late.
    private static let lateSlots: Int64 = 3

    private let index: TestIndex
    private var live: LiveIndex
    private var held: [Held]
    private let meters: [Name]
    /// Each meter's readings that are not in the journal yet.
    private var waiting = [Set<Timestamp>](repeating: [], count: meterCount)
    private var labels: [Key: Label] = [:]
    /// Readings whose labels were taken back.
    private var withdrawn: Set<Key> = []
    private var labelsGiven = 0
    private var generations = [1]
    private var served = 1
    private var answers: [Question: Judgement] = [:]
    /// How often an answer was compared with that of another way.
    private(set) var comparisons = 0

    private struct Key: Hashable, Comparable {
        let meter: Int
        let time: Timestamp

        static func < (one: Key, other: Key) -> Bool { (one.meter, one.time) < (other.meter, other.time) }
    }

    /// Everything that an answer may depend on.
    private struct Question: Hashable {
        let meter: Int
        let time: Timestamp
        let value: UInt64
        let generation: Int
        let labelsGiven: Int
    }

    init() async throws {
        index = try await TestIndex.copy()
        live = try LiveIndex(index.folder, lateLimit: Self.lateSlots * Self.slot)
        meters = index.built.map(\.meter) + ["new-1", "neu-ü"]
        held = index.built.map { history in
            Held(times: history.times, values: (0..<history.count).map(history.row))
        }
        held += [Held(), Held()]
    }

    /// Does one step with both.
    ///
    /// - Throws: ``ModelFailure`` if they differ.
    func take(_ step: ModelStep) async throws {
        switch step {
        case .push(let meter, let ahead, let value): try push(meter, ahead, value)
        case .query(let meter, let back, let value): try query(meter, back, value)
        case .label(let meter, let back, let kind): try label(meter, back, kind)
        case .labelRange(let meter, let back, let count, let kind): try label(meter, back, count, kind)
        case .unlabel(let number): try unlabel(number)
        case .flush:
            try checkHoldings()
            try flush()
            try checkHoldings()
        case .restart:
            try flush()
            live = try LiveIndex(index.folder, lateLimit: Self.lateSlots * Self.slot)
        case .crash:
            for meter in held.indices {
                for time in waiting[meter] { held[meter].remove(time) }
            }
            waiting = waiting.map { _ in [] }
            answers = [:]
            live = try LiveIndex(index.folder, lateLimit: Self.lateSlots * Self.slot)
        case .rebuild: try await rebuild()
        case .rollBack: try rollBack()
        }
        try expect(live.labelsGiven == labelsGiven, "\(live.labelsGiven) labels, not \(labelsGiven)")
        try expect(live.generation.number == served, "generation \(live.generation.number), not \(served)")
    }

    /// Checks everything once more after a restart.
    func verify() throws {
        try flush()
        let problems = Verification(of: index.folder).problems
        try expect(problems.isEmpty, "\(problems)")
        try expect(index.folder.generations() == generations, "\(index.folder.generations())")
        live = try LiveIndex(index.folder, lateLimit: Self.lateSlots * Self.slot)
        try checkHoldings()
        for key in labels.keys { try checkLabel(key) }
        for key in withdrawn { try checkWithdrawn(key) }
        var query = LabelQuery()
        query.limit = .max
        let told = try live.labels(query).filter { $0.end == nil }
        let wanted = labels.map {
            LabelEntry(meter: meters[$0.key.meter], time: $0.key.time, label: $0.value)
        }
        try expect(
            told.count == wanted.count && told.allSatisfy { wanted.contains($0.entry) },
            "other labels are told than were given"
        )
    }

    private func checkHoldings() throws {
        let holdings = try live.holdings()
        try expect(holdings.meters == held.count { !$0.times.isEmpty }, "\(holdings)")
        try expect(holdings.first == held.compactMap(\.times.first).min(), "\(holdings)")
        try expect(holdings.last == held.compactMap(\.times.last).max(), "\(holdings)")
    }

    private func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !holds { throw ModelFailure(otherwise()) }
    }

    private func refusal(_ body: () throws -> Void) throws -> ErrorCode? {
        do {
            try body()
            return nil
        } catch let error as RequestError {
            return error.code
        }
    }

    // MARK: pushing and labelling

    private static let slot: Int64 = 3_600_000

    private func time(_ meter: Int, _ ahead: Int) -> Timestamp {
        let known = index.built[0].times[index.built[0].count - 1]
        let last = held[meter].times.last ?? known
        return Timestamp(milliseconds: last.milliseconds + Int64(ahead) * Self.slot)
    }

    private func push(_ meter: Int, _ ahead: Int, _ value: Double) throws {
        let time = time(meter, ahead)
        let newest = held[meter].times.last
        let late = newest.map { $0.milliseconds - time.milliseconds } ?? -1
        let wanted: ErrorCode? =
            late < 0
            ? nil
            : held[meter].times.contains(time) ? .repeated : late <= Self.lateSlots * Self.slot ? nil : .late
        let refusal = try refusal {
            _ = try live.push(meters[meter], at: time, values: [value])
        }
        try expect(refusal == wanted, "PUSH \(meters[meter]) \(time): \(String(describing: refusal))")
        guard wanted == nil else { return }
        held[meter].insert(time, [value])
        waiting[meter].insert(time)
        guard late >= 0 else { return }
        // Answers about later readings are others now, also where a labelled window is near.
        answers = [:]
        while try live.judgeChanged() != nil {}
        waiting = waiting.map { _ in [] }
    }

    private func flush() throws {
        try live.flush()
        waiting = waiting.map { _ in [] }
    }

    private func label(_ meter: Int, _ back: Int, _ kind: Name?) throws {
        let place = held[meter].times.count - 1 - back
        let isHeld = held[meter].times.indices.contains(place)
        let time = isHeld ? held[meter].times[place] : time(meter, 1_000)
        let wanted: ErrorCode? =
            isHeld ? nil : held[meter].times.isEmpty ? .unknownMeter : .noReading
        let label = kind.map { Label.anomalous(kind: $0) } ?? .normal
        var given = 0
        let refusal = try refusal {
            given = try live.label(meters[meter], at: time, as: label).labels
        }
        try expect(refusal == wanted, "LABEL \(meters[meter]) \(time): \(String(describing: refusal))")
        guard wanted == nil else { return }
        labelsGiven += 1
        try expect(given == labelsGiven, "\(given) labels, not \(labelsGiven)")
        waiting = waiting.map { _ in [] }
        labels[Key(meter: meter, time: time)] = label
        withdrawn.remove(Key(meter: meter, time: time))
        try checkLabel(Key(meter: meter, time: time))
    }

    private func label(_ meter: Int, _ back: Int, _ count: Int, _ kind: Name?) throws {
        let last = held[meter].times.count - 1 - back
        let places = (last - count + 1...last).clamped(to: 0...max(0, held[meter].times.count - 1))
        guard places.upperBound < held[meter].times.count, last >= 0, back >= 0 else { return }
        let times = held[meter].times[places]
        let label = kind.map { Label.anomalous(kind: $0) } ?? .normal
        let replaced = times.count { time in
            labels[Key(meter: meter, time: time)].map { $0 != label } ?? false
        }
        let range = ReadingChoice.Part.range(
            times.first ?? time(meter, 1),
            through: times.last ?? time(meter, 1)
        )
        let given = try live.label(meters[meter], ReadingChoice([range]), as: label, given: time(meter, 0))
        labelsGiven += times.count
        try expect(
            given.readings == times.count && given.labels == labelsGiven && given.replaced == replaced,
            "LABEL \(meters[meter]) \(times): \(given)"
        )
        waiting = waiting.map { _ in [] }
        for time in times {
            labels[Key(meter: meter, time: time)] = label
            withdrawn.remove(Key(meter: meter, time: time))
            try checkLabel(Key(meter: meter, time: time))
        }
    }

    private func unlabel(_ number: Int) throws {
        let keys = labels.keys.sorted()
        guard !keys.isEmpty else { return }
        let key = keys[number % keys.count]
        let choice = ReadingChoice(key.time)
        let back = try live.unlabel(meters[key.meter], choice, given: key.time)
        labels[key] = nil
        withdrawn.insert(key)
        labelsGiven += 1
        try expect(back.withdrawn == 1 && back.labels == labelsGiven, "UNLABEL \(key): \(back)")
        waiting = waiting.map { _ in [] }
        try checkWithdrawn(key)
    }

    // MARK: asking

    private func query(_ meter: Int, _ back: Int, _ value: Double) throws {
        let place = held[meter].times.count - 1 - back
        let isHeld = held[meter].times.indices.contains(place)
        let time = isHeld ? held[meter].times[place] : time(meter, 1)
        let question = Question(
            meter: meter,
            time: time,
            value: value.bitPattern,
            generation: served,
            labelsGiven: labelsGiven
        )
        var answer: Judgement?
        let refusal = try refusal {
            answer = try live.query(meters[meter], at: time, values: [value])
        }
        try expect((refusal == .unknownMeter) == held[meter].times.isEmpty, "QUERY \(meters[meter]) \(time)")
        guard let answer else { return }
        // The same question has the same answer, whatever happened to other meters, and however often the
        // index was opened.
        if let before = answers[question] {
            try expect(before == answer, "\(answer), and before \(before)")
            comparisons += 1
        }
        answers[question] = answer
        try compare(answer, meter, isHeld ? place : held[meter].times.count, time, value)
    }

    /// The same window, sent with the query, has the same answer to the bit.
    private func compare(
        _ answer: Judgement,
        _ meter: Int,
        _ place: Int,
        _ time: Timestamp,
        _ value: Double
    ) throws {
        guard meter < index.built.count else { return }
        let length = 400
        let first = time.milliseconds - Int64(length - 1) * Self.slot
        var rows = [[Double]](repeating: [.nan], count: length)
        for reading in stride(from: place - 1, through: 0, by: -1) {
            let slot = held[meter].times[reading].milliseconds - first
            guard slot >= 0 else { break }
            rows[Int(slot / Self.slot)] = held[meter].values[reading]
        }
        rows[length - 1] = [value]
        let brought = try live.query(meters[meter], end: time, rows: rows, interval: Self.slot)
        let isSame = brought.content == answer.content && brought.generation == answer.generation
        try expect(isSame, "\(answer), and from the model \(brought)")
        comparisons += 1
    }

    /// A labelled window is its own nearest neighbour, with its latest label.
    private func checkLabel(_ key: Key) throws {
        guard let label = labels[key], let own = try labelsNear(key) else { return }
        try expect(own == [label], "\(meters[key.meter]) \(key.time) is \(own), not \(label)")
    }

    /// A window whose label was taken back is what the data set says, or in no bank.
    private func checkWithdrawn(_ key: Key) throws {
        guard let own = try labelsNear(key) else { return }
        let history = key.meter < index.built.count ? index.built[key.meter] : nil
        let place = history?.times.firstIndex(of: key.time)
        let said = place.flatMap { history?.labels[$0] } ?? .normal
        try expect(own == [said] || own.isEmpty, "\(meters[key.meter]) \(key.time) is \(own), not \(said)")
    }

    /// The labels of the known windows that end at a reading; nil if it cannot be judged.
    private func labelsNear(_ key: Key) throws -> [Label]? {
        guard let place = held[key.meter].times.firstIndex(of: key.time) else {
            throw ModelFailure("a labelled reading is gone")
        }
        let answer = try live.query(
            meters[key.meter],
            at: key.time,
            values: held[key.meter].values[place],
            options: QueryOptions(neighbours: 256)
        )
        return answer.content.assessment?.neighbours.filter {
            $0.meter == meters[key.meter] && $0.time == key.time && $0.distance < 0.001
        }.map(\.label)
    }

    // MARK: generations

    private func rebuild() async throws {
        let inJournal = zip(held, waiting).reduce(0) { $0 + $1.0.times.count - $1.1.count }
        let manifest = try await IndexBuilder.rebuild(index.folder) { _ in }
        generations.append((generations.last ?? 0) + 1)
        let latest = generations.suffix(3)
        generations.removeAll { !latest.contains($0) && $0 != served }
        try expect(manifest.generation == generations.last, "generation \(manifest.generation)")
        try expect(manifest.readings == inJournal, "\(manifest.readings) readings, not \(inJournal)")
        try serve(manifest.generation)
    }

    private func rollBack() throws {
        guard let earlier = generations.last(where: { $0 < served }) else {
            guard (try? index.folder.rollBack(to: nil)) == nil else {
                throw ModelFailure("there is no earlier generation than \(served)")
            }
            return
        }
        try expect(index.folder.rollBack(to: nil) == earlier, "not the one before")
        try serve(earlier)
    }

    private func serve(_ generation: Int) throws {
        try expect(live.reload() == (generation != served), "the new generation was not noticed")
        waiting = waiting.map { _ in [] }
        served = generation
    }
}

/// A difference between an index and its model.
struct ModelFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
