import Readings
import TestSupport
import Testing
import Windows

@Suite struct MeterStreamTests {
    private let hourly = Cadence(interval: 3_600_000)
    private let layout = FeatureLayout(channelCount: 1, hasCalendar: true)

    private func newMeter(expecting cadence: Cadence) -> MeterStream {
        MeterStream(newMeter: "new", layout: layout, expected: cadence)
    }

    @Test func countsDownToTwoDays() {
        let history = HistoryRecipe().history(seed: 1)
        var stream = newMeter(expecting: hourly)
        #expect(stream.readiness == .warming(missing: 48) && stream.newestTime == nil)
        for index in 0..<47 {
            stream.append(history.row(index), at: history.times[index])
            #expect(stream.readiness == .warming(missing: 47 - index))
            #expect(stream.profile == nil && stream.newestTime == history.times[index])
        }
        stream.append(history.row(47), at: history.times[47])
        #expect(stream.readiness == .ready)
    }

    @Test func countsDownToSixtyWithoutDays() {
        var recipe = HistoryRecipe()
        recipe.interval = 1000
        let history = recipe.history(seed: 1)
        var stream = newMeter(expecting: Cadence(interval: 1000))
        for index in 0..<60 {
            #expect(stream.readiness == .warming(missing: 60 - index))
            stream.append(history.row(index), at: history.times[index])
        }
        #expect(stream.readiness == .ready)
    }

    /// The expected cadence is used until there are eight readings.
    @Test func findsItsOwnCadence() {
        var recipe = HistoryRecipe()
        recipe.interval = 900_000
        let history = recipe.history(seed: 1)
        var stream = newMeter(expecting: hourly)
        for index in 0..<192 {
            let wanted = index < 8 ? 48 - index : 192 - index
            #expect(stream.readiness == .warming(missing: wanted))
            stream.append(history.row(index), at: history.times[index])
        }
        #expect(stream.readiness == .ready && stream.profile?.cadence.interval == 900_000)
    }

    @Test func learnsAgainAtEachDoublingUpToEightWeeks() {
        var recipe = HistoryRecipe.rough
        recipe.slots = 4000
        recipe.jitter = 0
        recipe.doubles = 0
        let history = recipe.history(seed: 2)
        var stream = newMeter(expecting: hourly)
        var learnt: [Int] = []
        var profile: MeterProfile?
        for index in 0..<history.count {
            stream.append(history.row(index), at: history.times[index])
            guard stream.profile != profile else { continue }
            profile = stream.profile
            learnt.append(index + 1)
            #expect(profile == MeterProfile(of: history.prefix(index + 1), cadence: hourly))
        }
        #expect(learnt == [48, 96, 192, 384, 768, 1536])
    }

    @Test func aLearntMeterContinuesLikeAKnownOne() throws {
        let history = HistoryRecipe().history(seed: 3)
        var stream = newMeter(expecting: hourly)
        stream.append(history, 0..<200)
        var known = MeterStream(known: try #require(stream.profile), layout: layout)
        known.append(history, 0..<200)
        #expect(stream.features().bits == known.features().bits)
    }

    @Test func aKnownMeterNeedsThreeReadingsAtFirstAndAfterALongGap() {
        let history = HistoryRecipe().history(seed: 4)
        let profile = MeterProfile(of: history, cadence: hourly)
        var stream = MeterStream(known: profile, layout: layout)
        #expect(stream.readiness == .warming(missing: 3))
        var readiness: [MeterStream.Readiness] = []
        for index in 0..<5 {
            stream.append(history.row(index), at: history.times[index])
            readiness.append(stream.readiness)
        }
        let wanted: [MeterStream.Readiness] = [
            .warming(missing: 2), .warming(missing: 1), .ready, .ready, .ready,
        ]
        #expect(readiness == wanted)
        readiness = []
        let later = Int64(stream.length) * 3_600_000
        for index in 5..<10 {
            let time = Timestamp(milliseconds: history.times[index].milliseconds + later)
            stream.append(history.row(index), at: time)
            readiness.append(stream.readiness)
        }
        #expect(readiness == wanted)
    }

    @Test func readingsWithoutAValueDoNotCount() {
        let profile = MeterProfile(of: HistoryRecipe().history(seed: 4), cadence: hourly)
        var stream = MeterStream(known: profile, layout: layout)
        stream.append(MeterHistory([1, .nan, .nan, 2]), 0..<4)
        #expect(stream.readiness == .warming(missing: 1))
    }

    @Test func allowsAGapOfCenturies() {
        let history = HistoryRecipe().history(seed: 4)
        let profile = MeterProfile(of: history, cadence: Cadence(interval: 1000))
        var stream = MeterStream(known: profile, layout: FeatureLayout(channelCount: 1, hasCalendar: false))
        stream.append([1], at: Timestamp(milliseconds: 0))
        for second: Int64 in 0..<3 {
            stream.append([1], at: Timestamp(milliseconds: 7_258_118_400_000 + second * 1000))
        }
        #expect(stream.readiness == .ready)
    }

    @Test func ofTwoReadingsInOneSlotTheLaterCounts() {
        let history = HistoryRecipe().history(seed: 5)
        let profile = MeterProfile(of: history, cadence: hourly)
        var once = MeterStream(known: profile, layout: layout)
        var twice = once
        for index in 0..<100 {
            let time = history.times[index]
            let early = Timestamp(milliseconds: time.milliseconds - 60_000)
            twice.append(history.row(index).map { $0 * 2 }, at: early)
            twice.append(history.row(index), at: time)
            once.append(history.row(index), at: time)
        }
        #expect(once.features().bits == twice.features().bits)
    }

    @Test func aProfileNeedsTwoDays() {
        let history = HistoryRecipe().history(seed: 6)
        #expect(MeterStream.profile(of: history.prefix(47)) == nil)
        #expect(MeterStream.profile(of: history.prefix(48)) != nil)
        #expect(MeterStream.profile(of: MeterHistory(Array(repeating: 1, count: 59), interval: 1000)) == nil)
        #expect(MeterStream.profile(of: MeterHistory(Array(repeating: 1, count: 60), interval: 1000)) != nil)
        #expect(MeterStream.profile(of: MeterHistory([])) == nil)
    }

    @Test func exclusionZoneIsADay() {
        let history = HistoryRecipe().history(seed: 6)
        #expect(MeterStream.exclusionZone(MeterProfile(of: history, cadence: hourly)) == 86_400_000)
        #expect(
            MeterStream.exclusionZone(MeterProfile(of: history, cadence: Cadence(interval: 1000))) == 15_000
        )
    }

    @Test func namesEveryFeatureOnce() {
        for hasCalendar in [false, true] {
            let layout = FeatureLayout(channelCount: 2, hasCalendar: hasCalendar)
            let names = layout.names(channels: ["power", "voltage"])
            #expect(names.count == layout.featureCount && Set(names).count == names.count)
            #expect(names[0] == "power/change-1")
            #expect(layout.featureCount == 2 * layout.features(ofChannel: 0).count)
        }
    }
}
