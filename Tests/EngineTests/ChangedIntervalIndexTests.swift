import Engine
import IndexSupport
import Readings
import Storage
import TestSupport
import Testing
import Verdicts

/// Readings that are lost on their way, or come at another interval, in an index.
@Suite("Lost readings and changed intervals") struct ChangedIntervalIndexTests {
    /// The readings in quarters of an hour of which each is a fourth of the hour's: four for each.
    private func quarters(_ history: MeterHistory) -> [(time: Timestamp, values: [Double])] {
        history.times.indices.flatMap { index in
            (-3...0).map { quarter in
                let time = history.times[index].milliseconds + Int64(quarter) * 900_000
                return (Timestamp(milliseconds: time), history.row(index).map { $0 / 4 })
            }
        }
    }

    @Test("Amounts of a quarter of an hour are judged as those of an hour, also after a restart")
    func amounts() async throws {
        let index = try await TestIndex.copy()
        let meter = try #require(index.later.first { $0.labels.allSatisfy { $0?.isAnomalous != true } })
        var live = try LiveIndex(index.folder)
        var judgements: [Judgement] = []
        for (number, reading) in quarters(meter).enumerated() {
            judgements.append(try live.push(meter.meter, at: reading.time, values: reading.values))
            guard number == 400 else { continue }
            try live.flush()
            try live.close()
            live = try LiveIndex(index.folder)
        }
        let other = try await TestIndex.copy()
        let hourly = try LiveIndex(other.folder)
        let asHours = try meter.times.indices.map { reading in
            try hourly.push(meter.meter, at: meter.times[reading], values: meter.row(reading))
        }
        let later = judgements.dropFirst(12)
        let alarms = later.count { $0.content.assessment?.verdict != .normal }
        try hourly.close()
        let hours = asHours.dropFirst(3).count { $0.content.assessment?.verdict != .normal }
        // Each hour is judged by four readings.
        #expect(alarms <= 4 * hours + 8, "\(alarms) readings, and \(hours) hours of \(asHours.count)")
        #expect(later.allSatisfy { $0.reasons.contains(.changedInterval(now: 900_000, known: 3_600_000)) })
        let warnings = live.warningsOfChangedIntervals()
        #expect(warnings.isEmpty, "said before the restart")
        try live.flush()
        try live.close()
    }

    @Test("A changed interval is said once")
    func saidOnce() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        let meter = index.later[0]
        var said: [String] = []
        for reading in quarters(meter).prefix(200) {
            _ = try live.push(meter.meter, at: reading.time, values: reading.values)
            said += live.warningsOfChangedIntervals()
        }
        #expect(said.count == 1)
        #expect(said.first?.contains("`\(meter.meter)`: the meter reports every 15 minutes now") == true)
        try live.flush()
        try live.close()
    }

    @Test("Files of another interval are warned of")
    func files() async throws {
        let live = try LiveIndex(await TestIndex.shared.value().folder, readonly: true)
        let later = try await TestIndex.shared.value().later
        var other = MeterHistory(meter: later[0].meter, channelCount: 1)
        for reading in quarters(later[0]) { other.append(time: reading.time, values: reading.values) }
        #expect(live.warningOfOtherIntervals(in: later) == nil)
        let warning = try #require(live.warningOfOtherIntervals(in: later + [other]))
        let words = "`\(other.meter)` reports every 15 minutes in the files and every hour in the index:"
        #expect(warning.hasPrefix(words))
        try live.close()
    }

    @Test("One reading in ten that is lost makes no alarms")
    func lost() async throws {
        func alarms(losingEach rest: Int?) async throws -> Int {
            let index = try await TestIndex.copy()
            let live = try LiveIndex(index.folder)
            var alarms = 0
            for meter in index.later {
                for reading in 0..<meter.count where rest.map({ reading % 10 != $0 }) ?? true {
                    let values = meter.row(reading)
                    let judgement = try live.push(meter.meter, at: meter.times[reading], values: values)
                    if judgement.content.assessment?.verdict != .normal { alarms += 1 }
                }
            }
            try live.flush()
            try live.close()
            return alarms
        }
        let usual = try await alarms(losingEach: nil)
        for rest in [2, 7] {
            let losing = try await alarms(losingEach: rest)
            #expect(losing <= usual + usual / 5 + 4, "\(losing) for \(usual)")
        }
    }

    @Test("Missing readings are a reason where an outage makes the alarm")
    func outage() async throws {
        let index = try await TestIndex.copy()
        let live = try LiveIndex(index.folder)
        var reasons: [Reason] = []
        for meter in index.later {
            for reading in 0..<meter.count where !(60..<78).contains(reading) {
                let values = meter.row(reading)
                let judgement = try live.push(meter.meter, at: meter.times[reading], values: values)
                reasons += judgement.reasons
                if let assessment = judgement.content.assessment, assessment.verdict == .normal {
                    #expect(judgement.reasons.isEmpty, "what is normal needs no reason")
                }
            }
        }
        for reason in reasons {
            guard case .missingReadings(let missing, let expected) = reason else {
                Issue.record("\(reason)")
                continue
            }
            #expect((1...24).contains(missing) && expected == 24)
        }
        try live.flush()
        try live.close()
    }
}
