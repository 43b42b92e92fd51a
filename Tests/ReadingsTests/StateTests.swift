import Readings
import Testing

@Suite("States")
struct StateTests {
    private let states = States([State(name: "mode", words: ["online", "battery"], column: 1)])

    @Test("Columns become channels, and channels columns")
    func channels() {
        #expect(
            states.channels(of: ["kw", "mode", "v"]) == [
                "kw", "mode=battery", "mode=online", "mode/change", "v",
            ]
        )
        #expect(states.columns(of: states.channels(of: ["kw", "mode", "v"])) == ["kw", "mode", "v"])
        var meter = MeterStates(states)
        for (columns, channels) in [
            ([7.0, 1, 9], [7.0, 0, 1]), ([7, 0, 9], [7, 1, 0]), ([7, 5, 9], [7, 0, 0]),
        ] {
            let values = meter.channels(of: columns)
            #expect(values.prefix(3) == channels[...] && values.last == 9)
            #expect(states.columns(of: values) == [7, min(columns[1], 2), 9])
        }
        #expect(states.columns(of: meter.channels(of: [1, .nan, 2]))[1].isNaN)
    }

    @Test(
        "A change is as rare as its share of the normal readings after the same word; of a missing word, nothing is known"
    )
    func rarity() throws {
        let words: [Double] = [1, 1, 1, 0, 1, 1, .nan, 1, 1, 0]
        var history = MeterHistory(meter: "m", channelCount: 2)
        for (hour, word) in words.enumerated() {
            let time = Timestamp(milliseconds: Int64(hour) * 3_600_000)
            history.append(time: time, values: [1, word], label: hour == 9 ? .anomalous(kind: nil) : nil)
        }
        var learnt = states
        var histories = [states.expanded(history)]
        learnt.learn(from: &histories)
        let state = try #require(learnt.all.first)
        // The change into the anomalous reading is not counted.
        #expect(state.count(from: 1, to: 0) == (times: 1, of: 5))
        #expect(state.count(from: 1, to: 1) == (times: 4, of: 5))
        let changes = (0..<words.count).map { histories[0].values(at: $0)[3] }
        #expect(changes[0].isNaN && changes[6].isNaN && changes[7].isNaN)
        #expect(changes[1] == 0 && changes[3] == changes[9])
        #expect(abs(changes[3] - 1.3863) < 0.0001)
        #expect(states.shown(histories[0]).values.map(\.bitPattern) == history.values.map(\.bitPattern))
        var meter = MeterStates(learnt)
        #expect(
            (0..<words.count).map { meter.channels(of: history.values(at: $0))[3].bitPattern }
                == changes.map(\.bitPattern)
        )
        #expect(meter.changes == [StateChange(state: "mode", from: "online", to: "battery", times: 1, of: 5)])
    }

    @Test("The longest that a word held is learnt from normal readings, and a missing word ends it")
    func stays() throws {
        let words: [Double] = [1, 1, 1, 0, 1, 1, .nan, 1, 1, 0, 0, 0, 0]
        var history = MeterHistory(meter: "m", channelCount: 2)
        for (hour, word) in words.enumerated() {
            let time = Timestamp(milliseconds: Int64(hour) * 3_600_000)
            history.append(time: time, values: [1, word], label: hour == 11 ? .anomalous(kind: nil) : nil)
        }
        // Two readings around an outage are no stay.
        for hour in [13, 500] as [Int64] {
            history.append(time: Timestamp(milliseconds: hour * 3_600_000), values: [1, 1])
        }
        var learnt = states
        var histories = [states.expanded(history)]
        learnt.learn(from: &histories)
        learnt.learn(from: &histories)
        #expect(learnt.all.first?.longestStays == [3_600_000, 2 * 3_600_000])
    }

    @Test("Only what comes before a time is counted where that is asked for")
    func before() {
        var histories = [MeterHistory(meter: "m", channelCount: 1)]
        for hour in 0..<20 {
            let time = Timestamp(milliseconds: Int64(hour) * 3_600_000)
            histories[0].append(time: time, values: [hour >= 15 ? Double(hour % 2) : 1])
        }
        let states = States([State(name: "s", words: ["a", "b"], column: 0)])
        histories = histories.map(states.expanded)
        states.tell(&histories, before: histories[0].times[10])
        // Never seen in nine steps.
        #expect(abs(histories[0].values(at: 16)[2] - 2.9957) < 0.0001)
    }

    @Test("A word in another case is the same, unless two are")
    func cases() {
        let state = State(name: "s", words: ["Online", "OFF", "off"], column: 0)
        #expect(
            state.code(of: "online") == state.code(of: "Online") && state.code(of: "Off") == state.otherCode
        )
        #expect(state.word(state.code(of: "off")) == "off" && state.word(state.otherCode) == State.other)
    }
}
