import Readings
import Statistics
import Testing
import Windows

@Suite("Features that are told")
struct WindowTraitsTests {
    private static let hour: Int64 = 3_600_000

    /// Hourly values with a daily curve, and a stretch that does not change at the end of some.
    private func history(_ seed: UInt64, days: Int, still: Int) -> MeterHistory {
        var random = SplitMix64(seed: seed)
        var history = MeterHistory(meter: "m", channelCount: 2)
        for hour in 0..<24 * days {
            let value = Double(hour % 24) * 2 + Double.random(in: 0...1, using: &random)
            let last = hour >= 24 * days - still ? 41.5 : value
            history.append(
                time: Timestamp(milliseconds: 1_704_067_200_000 + Int64(hour) * Self.hour),
                values: [Double.random(in: 0...1, using: &random), last]
            )
        }
        return history
    }

    @Test("Those of a judged window are those of its slots", arguments: [(1, 0), (2, 5), (3, 60)])
    func agree(seed: Int, still: Int) throws {
        let history = history(UInt64(seed), days: 30, still: still)
        let profile = try #require(MeterStream.profile(of: history))
        let layout = FeatureLayout(channelCount: 2, hasCalendar: true, fillsGaps: true)
        var stream = MeterStream(known: profile, layout: layout)
        for index in 0..<history.count {
            stream.append(Array(history.values(at: index)), at: history.times[index])
        }
        let time = try #require(history.times.last)
        let judged = WindowTraits(
            latest: try #require(stream.latestValues)[1],
            features: stream.features(),
            of: 1,
            in: layout,
            profile,
            at: time
        )
        let slots = (0..<WindowTraits.knownSlots(profile)).map {
            history.values[2 * (history.count - 1 - $0) + 1]
        }
        let known = WindowTraits(slots: slots, of: 1, in: layout, profile, at: time)
        #expect(judged.traits == known.traits && judged.traits.count == 15)
        for (place, trait) in judged.traits.enumerated() {
            let (one, other) = (judged.values[place], known.values[place])
            #expect(abs(one - other) < 1e-3 * max(abs(one), 1), "\(trait.name): \(one) and \(other)")
            let scaled = abs(judged.scaled[place] - known.scaled[place])
            #expect(scaled < 1e-3, "\(trait.name): \(judged.scaled[place]) and \(known.scaled[place])")
        }
        func value(_ name: String) throws -> Double {
            judged.values[try #require(judged.traits.firstIndex { $0.name == name })]
        }
        #expect(try value("run") == Double(max(still - 1, 0)))
        #expect(try abs(value("change-1") - (slots[0] - slots[1])) < 1e-9)
        #expect(try abs(value("mean-3") - (slots[0] + slots[1] + slots[2]) / 3) < 1e-9)
    }

    @Test("What is not known is not told")
    func unknown() throws {
        let profile = try #require(MeterStream.profile(of: history(4, days: 30, still: 0)))
        let layout = FeatureLayout(channelCount: 2, hasCalendar: true, fillsGaps: true)
        var slots = [Double](repeating: 5, count: WindowTraits.knownSlots(profile))
        for missing in [2, 7, 8, 9] { slots[missing] = .nan }
        let time = Timestamp(milliseconds: 1_706_745_600_000)
        let traits = WindowTraits(slots: slots, of: 1, in: layout, profile, at: time)
        let told = zip(traits.traits, traits.values).filter { $1.isFinite }.map(\.0.name)
        #expect(told == ["change-1", "change-3", "change-6", "change-12", "calendar-residual"])
    }

    @Test("A value that the features cut is told from the slots, and a mean that they cut is not told")
    func cut() throws {
        let history = history(5, days: 30, still: 0)
        let profile = try #require(MeterStream.profile(of: history))
        let layout = FeatureLayout(channelCount: 2, hasCalendar: true, fillsGaps: true)
        var stream = MeterStream(known: profile, layout: layout)
        for index in 0..<history.count {
            let far = index >= history.count - 24 ? 1e6 : 0
            stream.append([0, history.values[2 * index + 1] + far], at: history.times[index])
        }
        let time = try #require(history.times.last)
        let traits = WindowTraits(
            latest: try #require(stream.latestValues)[1],
            features: stream.features(),
            of: 1,
            in: layout,
            profile,
            at: time
        )
        let mean = try #require(traits.traits.firstIndex { $0.name == "mean-3" })
        let day = try #require(traits.traits.firstIndex { $0.name == "mean-day" })
        #expect(traits.values[mean] > 999_999 && traits.values[day].isNaN)
    }
}
