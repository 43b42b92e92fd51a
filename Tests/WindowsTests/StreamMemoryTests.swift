import Readings
import TestSupport
import Testing
import Windows

/// What a stream holds, and a new meter's stream that forgets its readings.
@Suite struct StreamMemoryTests {
    private let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
    private let second = FeatureLayout(channelCount: 1, hasCalendar: true, horizon: 86_400_000)

    private func newMeter() -> MeterStream {
        MeterStream(
            newMeter: "new",
            layout: layout,
            second: second,
            expected: Cadence(interval: 3_600_000)
        )
    }

    /// The features are those of a stream that remembers, to the bit, if each profile is learnt by a stream
    /// that was given all readings again.
    @Test func forgettingChangesNoBit() {
        var recipe = HistoryRecipe.rough
        recipe.slots = 1_000
        let history = recipe.history(seed: 4)
        var (remembering, forgetting) = (newMeter(), newMeter())
        var restored = 0
        for index in 0..<history.count {
            if forgetting.needsHistory {
                restored += 1
                forgetting = newMeter()
                for earlier in 0..<index {
                    forgetting.append(history.row(earlier), at: history.times[earlier])
                }
            }
            let matured = remembering.append(history.row(index), at: history.times[index])
            let same = forgetting.append(history.row(index), at: history.times[index])
            forgetting.forgetHistory()
            #expect(matured.windows().map(\.features.bits) == same.windows().map(\.features.bits))
            #expect(remembering.readiness == forgetting.readiness)
            #expect(remembering.profile == forgetting.profile)
            if remembering.readiness == .ready {
                #expect(remembering.features().bits == forgetting.features().bits, "reading \(index)")
            }
        }
        #expect(restored >= 2, "whenever the readings have doubled")
    }

    /// With a reading each minute, twelve days of readings weigh less than the window itself.
    @Test func aNewMeterTakesLittleMoreThanAKnownOne() throws {
        var recipe = HistoryRecipe()
        recipe.interval = 60_000
        recipe.slots = 6_000
        let history = recipe.history(seed: 5)
        var new = newMeter()
        var most = 0
        for index in 0..<history.count {
            if new.needsHistory {
                new = newMeter()
                for earlier in 0..<index { new.append(history.row(earlier), at: history.times[earlier]) }
            }
            new.append(history.row(index), at: history.times[index])
            new.forgetHistory()
            most = max(most, new.heldBytes)
        }
        var known = MeterStream(known: try #require(new.profile), layout: layout, second: second)
        known.append(history, 0..<history.count)
        // A window for each look: 14 days of minutes, twice as long as needed, 8 bytes each.
        let windows = 2 * 2 * 14 * 1_440 * 8
        #expect(known.heldBytes > windows && known.heldBytes < 2 * windows)
        #expect(most < known.heldBytes + 200_000, "\(most) and \(known.heldBytes)")
    }
}
