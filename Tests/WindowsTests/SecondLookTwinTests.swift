import Foundation
import Readings
import TestSupport
import Testing
import Windows

/// Compares when second looks become due, and their features, with a slow version that goes through all
/// readings for each.
@Suite struct SecondLookTwinTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var recipe = HistoryRecipe.rough
        /// The wait of the second look, in slots.
        var horizon = 24
        var testDescription: String { name }

        init(_ name: String, _ change: (inout HistoryRecipe, inout Int) -> Void) {
            self.name = name
            change(&recipe, &horizon)
        }
    }

    static let cases = [
        Case("hourly, a day later") { _, _ in },
        Case("two channels") { recipe, _ in recipe.channels = 2 },
        Case("too short for a calendar") { recipe, _ in
            recipe.slots = 250
            recipe.longestGap = 30
        },
        Case("fewer slots than any feature needs") { _, horizon in horizon = 2 },
        Case("a second: no days at all") { recipe, horizon in
            recipe.interval = 1000
            horizon = 30
        },
        Case("gaps everywhere, shorter and longer than the wait") { recipe, _ in
            recipe.gaps = 0.1
            recipe.longestGap = 40
        },
        Case("two readings in every other slot") { recipe, _ in recipe.doubles = 0.5 },
        Case("holidays") { recipe, _ in recipe.holidays = Holidays([16_804, 16_822, 16_826, 16_827, 16_841])
        },
        Case("before 1970") { recipe, _ in recipe.start = -4_000_000_000_000 },
        Case("an hour skipped in spring") { recipe, _ in recipe.onClock("Europe/Rome", until: "2024-04-04") },
        Case("an hour repeated in autumn") { recipe, _ in recipe.onClock("Europe/Rome", until: "2024-11-06")
        },
        Case("quarters of an hour, repeated, three hours later") { recipe, horizon in
            recipe.interval = 900_000
            recipe.gaps = 0.002
            horizon = 12
            recipe.onClock("America/New_York", until: "2024-11-04")
        },
        Case("quarters of an hour, repeated, half an hour later") { recipe, horizon in
            recipe.interval = 900_000
            recipe.gaps = 0.002
            horizon = 2
            recipe.onClock("Europe/Rome", until: "2024-10-28")
        },
    ]

    @Test(arguments: cases) func equalTheirDefinitions(_ one: Case) throws {
        for seed: UInt64 in 1...2 {
            let history = one.recipe.history(seed: seed)
            let cadence = Cadence(
                interval: one.recipe.interval,
                clock: one.recipe.clock,
                holidays: one.recipe.holidays
            )
            let profile = MeterProfile(of: history, cadence: cadence)
            let first = FeatureLayout(
                channelCount: one.recipe.channels,
                hasCalendar: profile.hasCalendar,
                fillsGaps: seed == 2
            )
            let second = FeatureLayout(
                channelCount: one.recipe.channels,
                hasCalendar: profile.hasCalendar,
                horizon: Int64(one.horizon) * one.recipe.interval,
                fillsGaps: seed == 2
            )
            try #require(second.horizonSlots(cadence) == one.horizon)
            let twin = NaiveSecondLook(profile, first, horizon: one.horizon)
            var stream = MeterStream(known: profile, layout: first, second: second)
            var due = 0
            for index in 0..<history.count {
                let matured = stream.append(history.row(index), at: history.times[index])
                let expected = twin.due(history, index)
                let windows = matured.windows()
                try #require(windows.map(\.time) == expected.map { history.times[$0] })
                try #require(Set(matured.times).isSuperset(of: windows.map(\.time)))
                for (window, reading) in zip(windows, expected) {
                    due += 1
                    try #require(matured.window(of: window.time)?.features.bits == window.features.bits)
                    guard due % 5 == 0 else { continue }
                    let names = second.names(channels: (0..<second.channelCount).map { Name(String($0)) })
                    let wanted = twin.features(history, reading, at: index)
                    try #require(names == wanted.map(\.name) && names.count == window.features.count)
                    for (feature, wanted) in zip(window.features, wanted) {
                        let agrees =
                            wanted.value.isNaN
                            ? feature.isNaN
                            : abs(Double(feature) - wanted.value) <= 1e-5 * max(abs(wanted.value), 1)
                        try #require(
                            agrees,
                            "\(wanted.name) of \(reading) is \(feature), not \(wanted.value)"
                        )
                    }
                }
            }
            #expect(due > history.count / 3)
        }
    }

    @Test func aStreamCanBeRestoredAtAnyReading() {
        let history = HistoryRecipe.rough.history(seed: 5)
        let profile = MeterProfile(of: history, cadence: Cadence(interval: 3_600_000))
        let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
        let second = FeatureLayout(channelCount: 1, hasCalendar: true, horizon: 86_400_000)
        func stream() -> MeterStream { MeterStream(known: profile, layout: layout, second: second) }
        var unbroken = stream()
        for index in 0..<history.count {
            let lived = unbroken.append(history.row(index), at: history.times[index]).windows()
            guard index % 19 == 7 else { continue }
            var restored = stream()
            let from = history.times[index].milliseconds - Int64(restored.length + 2) * 3_600_000
            for earlier in 0..<index where history.times[earlier].milliseconds >= from {
                restored.append(history.row(earlier), at: history.times[earlier])
            }
            let matured = restored.append(history.row(index), at: history.times[index]).windows()
            #expect(matured.map(\.time) == lived.map(\.time))
            #expect(matured.map(\.features.bits) == lived.map(\.features.bits))
        }
    }

    @Test func maturedWindowsAreIndependentOfLaterReadings() {
        let history = HistoryRecipe.rough.history(seed: 6)
        let profile = MeterProfile(of: history, cadence: Cadence(interval: 3_600_000))
        let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
        let second = FeatureLayout(channelCount: 1, hasCalendar: true, horizon: 86_400_000)
        var stream = MeterStream(known: profile, layout: layout, second: second)
        var held: [(matured: MaturedWindows, features: [[UInt32]])] = []
        for index in 0..<history.count {
            let matured = stream.append(history.row(index), at: history.times[index])
            if index % 31 == 0 { held.append((matured, matured.windows().map(\.features.bits))) }
        }
        for (matured, features) in held {
            #expect(matured.windows().map(\.features.bits) == features)
        }
    }

    /// Existing indexes must remain readable.
    @Test func theKeysInFilesStay() throws {
        let layout = FeatureLayout(channelCount: 2, hasCalendar: true, slots: 3, horizon: 4)
        let text = String(decoding: try JSONEncoder().encode(layout), as: UTF8.self)
        for key in ["channelCount", "hasCalendar", "slots", "following"] {
            #expect(text.contains("\"\(key)\":"))
        }
        let history = HistoryRecipe.rough.history(seed: 1)
        let profile = MeterProfile(of: history, cadence: Cadence(interval: 3_600_000))
        let written = String(decoding: try JSONEncoder().encode(profile), as: UTF8.self)
        for key in ["usual", "spread", "median", "scale"] { #expect(written.contains("\"\(key)\":")) }
        #expect(!written.contains("\"typical\":"))
    }

    @Test func aWaitIsAtLeastOneSlotAndLimited() {
        let hour = Cadence(interval: 3_600_000)
        func slots(_ milliseconds: Int64, _ cadence: Cadence) -> Int {
            FeatureLayout(channelCount: 1, hasCalendar: false, horizon: milliseconds).horizonSlots(
                cadence
            )
        }
        #expect(slots(1, hour) == 1)
        #expect(slots(86_400_000, hour) == 24)
        #expect(slots(86_400_000, Cadence(interval: 60_000)) == FeatureLayout.mostHorizonSlots)
        #expect(FeatureLayout(channelCount: 1, hasCalendar: false).horizonSlots(hour) == 0)
    }
}

/// Second looks, computed from their definition.
private struct NaiveSecondLook {
    let profile: MeterProfile
    let layout: FeatureLayout
    let horizon: Int

    init(_ profile: MeterProfile, _ layout: FeatureLayout, horizon: Int) {
        self.profile = profile
        self.layout = layout
        self.horizon = horizon
    }

    private func slot(_ history: MeterHistory, _ index: Int) -> Int64 {
        profile.cadence.slot(of: history.times[index])
    }

    /// The readings whose second look becomes due with the reading at this index. Each is the last one in its
    /// slot, its horizon ends with this reading and with none before, and its window has three known slots.
    func due(_ history: MeterHistory, _ index: Int) -> [Int] {
        let now = slot(history, index)
        return (0..<index).filter { reading in
            let own = slot(history, reading)
            guard own + Int64(horizon) <= now else { return false }
            let since = (reading + 1..<index).map { slot(history, $0) }
            let isLast = now > own && since.allSatisfy { $0 > own }
            guard isLast, since.allSatisfy({ $0 < own + Int64(horizon) }) else { return false }
            let length = Int64(
                max(201, layout.hasCalendar ? 14 * (profile.cadence.slotsPerDay ?? 30) + 3 : 0)
            )
            let known = history.readings(inSlotsOf: profile.cadence, upTo: reading).filter { held, earlier in
                held > own - length && history.row(earlier).contains { !$0.isNaN }
            }
            return known.count >= 3
        }
    }

    /// The features of a reading, given all readings up to the one that made its second look due.
    func features(_ history: MeterHistory, _ reading: Int, at last: Int) -> [(name: String, value: Double)] {
        let naive = NaiveFeatures(profile, layout: layout)
        let isPast = slot(history, last) > slot(history, reading) + Int64(horizon)
        let known = isPast ? last - 1 : last
        let past = naive.features(of: history, at: reading, knowing: known)
        let perChannel = past.count / layout.channelCount
        return (0..<layout.channelCount).flatMap { channel in
            let own = profile.channels[channel]
            let now = slot(history, reading)
            let slots = naive.slots(of: channel, in: history, upTo: known)
                .filter { $0.key <= now + Int64(horizon) }
            let next = next(own, now) { slots[now + Int64($0)] ?? .nan }
            return past[channel * perChannel..<(channel + 1) * perChannel]
                + next.map { (name: "\(channel)/\($0.0)", value: $0.1.isFinite ? $0.1 : .nan) }
        }
    }

    private func next(
        _ profile: ChannelProfile,
        _ now: Int64,
        _ y: (Int) -> Double
    ) -> [(String, Double)] {
        let all = (0...horizon).map(y)
        func upTo(_ length: Int) -> [Double] { all.prefix(length).filter(\.isFinite) }
        let lengths = [("3", 3), ("6", 6), ("12", 12), ("all", horizon + 1)]
        var found = [1, 2, 3, 6, 12].map { lead in
            let change = lead <= horizon ? y(0) - y(lead) : .nan
            return ("next-change-\(lead)", compressed(change / profile.changeScale))
        }
        found += lengths.map { ("next-mean-\($0)", compressed(average(upTo($1)))) }
        found += lengths.map { name, length in
            let values = upTo(length)
            let middle = average(values)
            let spread = average(values.map { ($0 - middle) * ($0 - middle) }).squareRoot()
            return ("next-spread-\(name)", log(spread + 0.01))
        }
        let run = (0..<horizon).prefix { abs(y($0) - y($0 + 1)) < 1e-9 }.count
        found.append(("next-run", log(1 + Double(run))))
        let change = abs(y(0) - y(1))
        let atLeast = Double(profile.changeQuantiles.count { $0 >= change })
        let tail = (atLeast + 0.5) / Double(profile.changeQuantiles.count + 1)
        found.append(("next-change-tail", change.isFinite ? -log(tail + 1e-4) : .nan))
        let skipped = (0...horizon).count { self.profile.cadence.isSkipped(now + Int64($0)) }
        let missing = max(all.count { $0.isNaN } - skipped, 0)
        found.append(("next-missing", Double(missing) / Double(max(all.count - skipped, 1))))
        return found + (layout.hasCalendar ? calendar(profile.calendar, now, y) : [])
    }

    private func calendar(
        _ calendar: CalendarProfile?,
        _ now: Int64,
        _ y: (Int) -> Double
    ) -> [(String, Double)] {
        let names = [
            "next-day-as-usual", "next-day-as-any", "next-day-as-other", "next-deviation-3",
            "next-deviation-6",
        ]
        guard let calendar else { return names.map { ($0, .nan) } }
        let day = calendar.spread.count
        let slots = (0..<min(day, horizon + 1)).filter { y($0).isFinite }
        func hour(_ ahead: Int) -> Int {
            let week: Int64 = 7 * 86_400_000
            let since = (now + Int64(ahead)) * profile.cadence.interval - 4 * 86_400_000
            let position = ((since % week) + week) % week
            let isHoliday = profile.cadence.holidays?.days.contains((since + 4 * 86_400_000) / 86_400_000)
            let sunday = 6 * 86_400_000 + position % 86_400_000
            return Int((isHoliday == true ? sunday : position) / profile.cadence.interval)
        }
        let own = average(slots.map { abs(y($0) - calendar.typical[hour($0)]) })
        let others = (0..<7).map { weekday in
            average(slots.map { abs(y($0) - calendar.typical[weekday * day + hour($0) % day]) })
        }
        let best = slots.isEmpty ? .nan : others.min() ?? .nan
        let deviations = [3, 6].map { length in
            let slots = (1...length).filter { $0 <= horizon && y($0).isFinite }
            let each = slots.map { (y($0) - calendar.typical[hour($0)]) / calendar.spread[hour($0) % day] }
            return compressed(average(each))
        }
        let values = [log(own + 0.05), log(best + 0.05), log((own + 0.05) / (best + 0.05))] + deviations
        return Array(zip(names, values))
    }
}

private func average(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
}

/// sign(z) ln(1 + |z|), with z clipped at ±30.
private func compressed(_ z: Double) -> Double {
    if z.isNaN { return .nan }
    let size = log(1 + min(abs(z), 30))
    return z < 0 ? -size : size
}
