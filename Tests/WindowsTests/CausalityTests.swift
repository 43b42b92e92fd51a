import Readings
import Statistics
import TestSupport
import Testing
import Windows

/// A window depends on all readings within its length, and on no others.
@Suite struct CausalityTests {
    static let intervals: [Int64] = [3_600_000, 900_000, 300_000, 1000]

    private func known(_ interval: Int64, seed: UInt64) -> (MeterHistory, MeterProfile, FeatureLayout) {
        var recipe = HistoryRecipe.rough
        recipe.channels = 2
        recipe.slots = interval == 300_000 ? 7000 : 2400
        recipe.interval = interval
        recipe.longestGap = 60
        let history = recipe.history(seed: seed)
        let profile = MeterProfile(of: history, cadence: Cadence(interval: interval))
        return (history, profile, FeatureLayout(channelCount: 2, hasCalendar: profile.hasCalendar))
    }

    @Test(arguments: intervals) func changingTheFutureChangesNothing(interval: Int64) {
        let (history, profile, layout) = known(interval, seed: 5)
        let cut = history.count / 2
        var other = history.prefix(cut)
        for index in cut..<history.count {
            other.append(time: history.times[index], values: history.row(index).map { 3 * $0 - 7 })
        }
        var first = MeterStream(known: profile, layout: layout)
        var second = first
        for index in 0..<history.count {
            first.append(history.row(index), at: history.times[index])
            second.append(other.row(index), at: other.times[index])
            guard first.readiness == .ready else { continue }
            let agree = first.features().bits == second.features().bits
            if agree != (index < cut) {
                #expect(index >= cut, "a later reading changed the features of reading \(index)")
                // Missing values do not change, so some later windows may be equal.
                if index >= cut { break }
            }
        }
    }

    /// Later readings do not change a copy of the stream.
    @Test func copiesAreIndependent() {
        let (history, profile, layout) = known(3_600_000, seed: 6)
        var stream = MeterStream(known: profile, layout: layout)
        stream.append(history, 0..<900)
        let copy = stream
        let before = copy.features().bits
        stream.append(history, 900..<1400)
        #expect(copy.features().bits == before)
        #expect(stream.features().bits != before)
    }

    @Test(arguments: intervals) func readingsBeyondTheLengthHaveNoEffect(interval: Int64) throws {
        let (history, profile, layout) = known(interval, seed: 7)
        var lived = MeterStream(known: profile, layout: layout)
        var random = SplitMix64(seed: 70)
        for index in 0..<history.count {
            lived.append(history.row(index), at: history.times[index])
            guard Int.random(in: 0..<60, using: &random) == 0 else { continue }
            let newest = profile.cadence.slot(of: history.times[index])
            let first = try #require(
                (0...index).first {
                    profile.cadence.slot(of: history.times[$0]) > newest - Int64(lived.length)
                }
            )
            var restored = MeterStream(known: profile, layout: layout)
            restored.append(history, first..<index + 1)
            try #require(restored.readiness == lived.readiness)
            guard lived.readiness == .ready else { continue }
            try #require(restored.features().bits == lived.features().bits)
            // Both continue alike.
            var continued = lived
            let end = min(index + 40, history.count)
            continued.append(history, index + 1..<max(end, index + 1))
            restored.append(history, index + 1..<max(end, index + 1))
            try #require(restored.features().bits == continued.features().bits)
        }
    }

    /// The length is not longer than necessary: the oldest slot has an effect.
    @Test(arguments: [false, true]) func theOldestSlotHasAnEffect(hasCalendar: Bool) {
        let profile = MeterProfile(
            of: HistoryRecipe().history(seed: 8),
            cadence: Cadence(interval: 3_600_000)
        )
        let layout = FeatureLayout(channelCount: 1, hasCalendar: hasCalendar)
        let stream = MeterStream(known: profile, layout: layout)
        // Without a calendar, the longest feature is a run of 200 slots; with one, the same three hours on
        // the 14 days before.
        #expect(stream.length == (hasCalendar ? 14 * 24 + 3 : 201))
        var values = [Double](repeating: 5, count: stream.length)
        if hasCalendar {
            for index in 1..<values.count - 1 where index != values.count - 3 { values[index] = 9 }
        }
        var whole = stream
        var shorter = stream
        whole.append(MeterHistory(values), 0..<values.count)
        shorter.append(MeterHistory(values), 1..<values.count)
        #expect(whole.features().bits != shorter.features().bits)
    }

    @Test func aCalendarNeedsTwoWeeks() {
        let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
        let history = HistoryRecipe().history(seed: 1)
        let quarters = MeterProfile(of: history, cadence: Cadence(interval: 900_000))
        #expect(MeterStream(known: quarters, layout: layout).length == 14 * 96 + 3)
    }
}
