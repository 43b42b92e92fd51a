import Readings
import TestSupport
import Testing
import Windows

/// Compares the features of every window with the slow computation from their definitions.
@Suite struct FeatureTwinTests {
    /// A kind of history, and the number of readings from one compared window to the next.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var recipe = HistoryRecipe.rough
        var step = 7
        var testDescription: String { name }

        init(_ name: String, step: Int = 7, _ change: (inout HistoryRecipe) -> Void) {
            self.name = name
            self.step = step
            change(&recipe)
        }
    }

    static let cases = [
        Case("hourly, with a calendar") { _ in },
        Case("hourly, three channels") { $0.channels = 3 },
        Case("hourly, too short for a calendar", step: 3) {
            $0.slots = 250
            $0.longestGap = 20
        },
        Case("hourly, nothing strange") {
            $0 = HistoryRecipe()
            $0.slots = 700
        },
        Case("15 minutes, with a calendar", step: 41) {
            $0.slots = 2600
            $0.interval = 900_000
        },
        Case("five minutes: blocks of slots", step: 131) {
            $0.slots = 6000
            $0.interval = 300_000
        },
        Case("a minute, in the time before 1970", step: 1999) {
            $0.slots = 31_000
            $0.interval = 60_000
            $0.start = -4_000_000_000_000
        },
        Case("five minutes, hardly a block without gaps", step: 131) {
            $0.slots = 6000
            $0.interval = 300_000
            $0.missing = 0.2
            $0.gaps = 0.01
            $0.longestGap = 200
            $0.wild = 0.1
        },
        Case("a second: no days at all") { $0.interval = 1000 },
        Case("seven minutes: no whole number a day") { $0.interval = 420_000 },
        Case("six hours: the coarsest day") { $0.interval = 21_600_000 },
        Case("three hours: a day of fewer slots than twelve") { $0.interval = 10_800_000 },
        Case("a third of the readings missing") {
            $0.missing = 0.02
            $0.gaps = 0.05
            $0.longestGap = 30
        },
        Case("wild values everywhere") { $0.wild = 0.2 },
        Case("mostly stuck") { $0.stuck = 0.3 },
        Case("holidays, hourly", step: 3) {
            $0.holidays = Holidays([16_804, 16_822, 16_826, 16_827, 16_841])
        },
        Case("holidays, five minutes: blocks of slots", step: 37) {
            $0.slots = 6000
            $0.interval = 300_000
            $0.holidays = Holidays([16_804, 16_818, 16_819, 16_820])
        },
        Case("before 1970") { $0.start = -4_000_000_000_000 },
        Case("an hour skipped in spring", step: 3) { $0.onClock("Europe/Rome", until: "2024-04-04") },
        Case("an hour repeated in autumn", step: 3) { $0.onClock("Europe/Rome", until: "2024-11-06") },
        Case("quarters of an hour, repeated: the window goes back", step: 23) {
            $0.interval = 900_000
            $0.slots = 2600
            $0.onClock("America/New_York", until: "2024-11-11")
        },
        Case("half an hour repeated: blocks go back", step: 57) {
            $0.slots = 6000
            $0.interval = 300_000
            $0.gaps = 0.002
            $0.onClock("Australia/Lord_Howe", until: "2024-04-14")
        },
        Case("minutes, an hour repeated: two blocks go back", step: 301) {
            $0.slots = 31_000
            $0.interval = 60_000
            $0.gaps = 0.0005
            $0.onClock("Europe/Rome", until: "2024-10-31")
        },
        Case("half an hour repeated, hourly", step: 3) {
            $0.onClock("Australia/Lord_Howe", until: "2024-04-11")
        },
        Case("three hours, by a clock with summer time", step: 3) {
            $0.interval = 10_800_000
            $0.onClock("Europe/Rome", until: "2024-11-06")
        },
        Case("a second, by a clock with summer time", step: 7) {
            $0.interval = 1000
            $0.onClock("Europe/Rome", until: "2024-10-27")
        },
    ]

    @Test(arguments: cases) func equalTheirDefinitions(_ one: Case) throws {
        for seed: UInt64 in 1...3 {
            let history = one.recipe.history(seed: seed)
            let cadence = Cadence(
                interval: one.recipe.interval,
                clock: one.recipe.clock,
                holidays: one.recipe.holidays
            )
            let profile = MeterProfile(of: history, cadence: cadence)
            let layout = FeatureLayout(
                channelCount: one.recipe.channels,
                hasCalendar: profile.hasCalendar,
                fillsGaps: seed > 1
            )
            try compare(history, profile, layout, step: one.step)
        }
    }

    @Test func coverBothLayouts() {
        let withCalendar = Self.cases.filter { one in
            let history = one.recipe.history(seed: 1)
            return MeterProfile(of: history, cadence: Cadence(interval: one.recipe.interval)).hasCalendar
        }
        #expect(withCalendar.count >= 4 && withCalendar.count <= Self.cases.count - 3)
    }

    /// A layout with a calendar may be used for a meter whose history is too short for one.
    @Test func equalTheirDefinitionsWithoutACalendarOfTheirOwn() throws {
        var recipe = HistoryRecipe.rough
        recipe.slots = 300
        for interval: Int64 in [1000, 3_600_000] {
            recipe.interval = interval
            let history = recipe.history(seed: 9)
            let profile = MeterProfile(of: history, cadence: Cadence(interval: interval), upTo: 200)
            #expect(!profile.hasCalendar)
            try compare(history, profile, FeatureLayout(channelCount: 1, hasCalendar: true), step: 3)
        }
    }

    private func compare(
        _ history: MeterHistory,
        _ profile: MeterProfile,
        _ layout: FeatureLayout,
        step: Int
    ) throws {
        var window = MeterWindow(profile: profile, layout: layout)
        let twin = NaiveFeatures(profile, layout: layout)
        let names = layout.names(channels: (0..<layout.channelCount).map { Name(String($0)) })
        for index in 0..<history.count {
            window.append(history.row(index), at: history.times[index])
            guard index % step == 0 || index == history.count - 1 else { continue }
            let features = WindowFeatures(layout).array(window)
            let expected = twin.features(of: history, at: index)
            try #require(expected.map(\.name) == names && features.count == names.count)
            for (feature, wanted) in zip(features, expected) where !feature.agrees(with: wanted.value) {
                Issue.record("\(wanted.name) at \(index) is \(feature), by definition \(wanted.value)")
                return
            }
        }
    }
}

extension Float {
    /// Whether two numbers differ by at most 1e-5, relative to the size if that is above 1. NaN agrees only
    /// with NaN.
    fileprivate func agrees(with wanted: Double) -> Bool {
        if wanted.isNaN { return isNaN }
        return abs(Double(self) - wanted) <= 1e-5 * Swift.max(abs(wanted), 1)
    }
}
