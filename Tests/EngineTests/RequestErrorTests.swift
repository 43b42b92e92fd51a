import Engine
import Foundation
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

@Suite struct RequestErrorTests {
    private let index: TestIndex
    private let live: LiveIndex
    private var history: MeterHistory { index.later[0] }

    init() async throws {
        index = try await TestIndex.copy()
        live = try LiveIndex(index.folder)
    }

    private func code(_ body: () throws -> Any) -> ErrorCode? {
        #expect(throws: RequestError.self) { _ = try body() }?.code
    }

    @Test func lateAndRepeatedReadings() throws {
        let meter = history.meter
        let built = index.built[0]
        _ = try live.push(meter, at: history.times[5], values: [1])
        for (time, wanted) in [
            (history.times[5], ErrorCode.repeated), (history.times[4], .late),
            (built.times[built.count - 1], .repeated), (built.times[0], .repeated),
            (Timestamp(milliseconds: built.times[0].milliseconds - 1), .late),
            (Timestamp(milliseconds: built.times[7].milliseconds + 1), .late),
        ] {
            #expect(code { try live.push(meter, at: time, values: [1]) } == wanted, "\(time)")
        }
        // Refused requests changed nothing.
        #expect(live.counters.pushes == 1 && live.counters.pendingReadings == 1)
        _ = try live.push(meter, at: history.times[6], values: [1])
        try live.flush()
        let again = try LiveIndex(index.folder)
        #expect(code { try again.push(meter, at: history.times[5], values: [1]) } == .repeated)
        #expect(code { try again.push(meter, at: history.times[4], values: [1]) } == .late)
    }

    @Test func unknownMeters() throws {
        let time = history.times[0]
        for meter: Name in ["unknown", "", "house-001 ", "käse", "'; DROP TABLE reading; --"] {
            #expect(code { try live.query(meter, at: time, values: [1]) } == .unknownMeter)
            #expect(code { try live.label(meter, at: time, as: .normal) } == .unknownMeter)
        }
        #expect(live.counters.liveMeters == 0)
    }

    @Test func readingsThatAreNotThere() throws {
        let time = Timestamp(milliseconds: history.times[0].milliseconds + 1)
        #expect(code { try live.label(history.meter, at: time, as: .normal) } == .noReading)
        _ = try live.push("new", at: time, values: [1])
        let later = Timestamp(milliseconds: time.milliseconds + 1)
        #expect(code { try live.label("new", at: later, as: .normal) } == .noReading)
        #expect(try live.label("new", at: time, as: .normal).labels == 1)
    }

    /// A meter whose stream was dropped before its readings were written is known all the same.
    @Test func readingsOfADroppedStream() throws {
        let few = try LiveIndex(index.folder, liveMeters: 2)
        let time = history.times[0]
        _ = try few.push("new", at: time, values: [1])
        for other in index.later[..<2] {
            _ = try few.push(other.meter, at: other.times[0], values: other.row(0))
        }
        #expect(few.counters.liveMeters == 2 && few.counters.pendingReadings == 3)
        let later = Timestamp(milliseconds: time.milliseconds + 1)
        #expect(code { try few.label("new", at: later, as: .normal) } == .noReading)
    }

    @Test(arguments: [[], [1, 2], [Double](repeating: 0, count: 1000)])
    func wrongChannels(values: [Double]) {
        let time = history.times[0]
        let meter = history.meter
        #expect(code { try live.query(meter, at: time, values: values) } == .wrongChannels)
        #expect(code { try live.push(meter, at: time, values: values) } == .wrongChannels)
        #expect(code { try live.query(meter, end: time, rows: [[1], values]) } == .wrongChannels)
    }

    @Test func windowsThatMakeNoSense() {
        let time = history.times[0]
        let meter = history.meter
        #expect(code { try live.query(meter, end: time, rows: []) } == .badRequest)
        for interval in [0, -1, .min, .max, 366 * 86_400_000 + 1] as [Int64] {
            let rows = [[1.0], [2.0], [3.0]]
            #expect(code { try live.query(meter, end: time, rows: rows, interval: interval) } == .badRequest)
        }
    }

    @Test func filesWithOtherChannels() async throws {
        let wrong = MeterHistory(meter: "a", channelCount: 2)
        let scorer = BatchScorer(live)
        let error = await #expect(throws: IndexError.self) { try await scorer.score([wrong]) { _ in } }
        #expect(error?.code == .wrongChannels)
    }

    /// Impossible values and times: an answer or an error, never a crash.
    @Test func anythingMayCome() throws {
        let values: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0]
        for (place, value) in values.enumerated() {
            let time = Timestamp(milliseconds: history.times[0].milliseconds + Int64(place))
            let options = QueryOptions(neighbours: 1000)
            let answer = try live.push(history.meter, at: time, values: [value], options: options)
            if let found = answer.content.assessment {
                #expect(found.score.isFinite && found.p.isFinite && found.neighbours.count <= 1000)
            }
        }
        for milliseconds: Int64 in [0, -1, -62_135_596_800_000, 253_402_300_799_999] {
            let time = Timestamp(milliseconds: milliseconds)
            _ = try live.query(history.meter, at: time, values: [1])
            _ = try live.push("at \(milliseconds)", at: time, values: [1])
        }
    }

    @Test(arguments: [0, 1, 5, 6, 256]) func asManyNeighboursAsAsked(count: Int) throws {
        let options = QueryOptions(neighbours: count)
        let answer = try live.query(
            history.meter,
            at: history.times[0],
            values: history.row(0),
            options: options
        )
        let found = try #require(answer.content.assessment)
        #expect(found.neighbours.count == count)
        #expect(found.neighbours.map(\.distance) == found.neighbours.map(\.distance).sorted())
        #expect(Set(found.neighbours.map { "\($0.meter) \($0.time)" }).count == count)
    }
}
