import Incidents
import Readings
import Testing

@Suite("Silent meters")
struct SilenceWatchTests {
    private let hour: Int64 = 3_600_000

    private func time(_ hour: Int) -> Timestamp { Timestamp(milliseconds: Int64(hour) * 3_600_000) }

    private func names(_ count: Int) -> [Name] { (0..<count).map { Name("m\($0)") } }

    private func watch(_ count: Int, at hour: Int = -1, silent: Set<Name> = []) -> SilenceWatch {
        let newest = names(count).map { ($0, time(hour)) }
        return SilenceWatch(
            interval: self.hour,
            meters: Dictionary(uniqueKeysWithValues: newest),
            silent: silent
        )
    }

    /// The events of readings.
    private func events(
        _ watch: inout SilenceWatch,
        _ readings: [(Name, Int)],
        allowed: Int64 = 0
    ) -> [SilenceWatch.Event] {
        var found: [SilenceWatch.Event] = []
        for (meter, hour) in readings {
            found += watch.note(meter, at: time(hour)) { _ in allowed }
        }
        return found
    }

    private func hourly(_ meters: [Name], _ hours: Range<Int>, without: Set<Name> = []) -> [(Name, Int)] {
        hours.flatMap { hour in meters.filter { !without.contains($0) }.map { ($0, hour) } }
    }

    @Test(
        "A meter that stops is silent after six intervals, and is back when it sends",
        arguments: [2, 3, 5, 50]
    )
    func one(count: Int) {
        var watch = watch(count)
        let all = names(count)
        #expect(events(&watch, hourly(all, 0..<20)).isEmpty)
        #expect(events(&watch, hourly(all, 20..<26, without: ["m0"])).isEmpty)
        #expect(
            events(&watch, hourly(all, 26..<60, without: ["m0"])) == [.silent("m0", since: time(19))]
        )
        #expect(events(&watch, hourly(all, 60..<80)) == [.back("m0", at: time(60))])
    }

    @Test("More than half of the meters may be silent, and its own gaps decide how long")
    func many() {
        var watch = watch(10)
        let all = names(10)
        let dead = Set(names(7))
        #expect(events(&watch, hourly(all, 0..<5)).isEmpty)
        #expect(events(&watch, hourly(all, 5..<40, without: dead), allowed: 40 * hour).isEmpty)
        let found = events(&watch, hourly(all, 40..<60, without: dead), allowed: 40 * hour)
        #expect(Set(found.map { "\($0)" }).count == 7 && found.count == 7)
    }

    @Test("A gap of all is one gap, and no meter's silence; each has its own time again after it")
    func gap() {
        var watch = watch(50)
        let all = names(50)
        #expect(events(&watch, hourly(all, 0..<20)).isEmpty)
        #expect(events(&watch, hourly(all, 40..<60)) == [.gap(from: time(19), to: time(40))])
        // Some come later than others.
        let late = Set(names(30))
        #expect(
            events(&watch, hourly(all, 90..<94, without: late)) == [.gap(from: time(59), to: time(90))]
        )
        #expect(events(&watch, hourly(all, 94..<100)).isEmpty)
    }

    @Test("A gap that is usual is none")
    func usualGap() {
        var watch = watch(3)
        let all = names(3)
        let days = [0..<12, 24..<36, 48..<60].flatMap { hourly(all, $0) }
        #expect(events(&watch, days, allowed: 15 * hour).isEmpty)
    }

    @Test("Meters that are sent one after the other are not silent")
    func byMeter() {
        var watch = watch(20)
        let readings = names(20).flatMap { hourly([$0], 0..<300) }
        #expect(events(&watch, readings).isEmpty)
    }

    @Test("A reading far ahead of all others is its meter's clock, and makes nobody late")
    func ahead() {
        var watch = watch(10)
        let all = names(10)
        #expect(events(&watch, hourly(all, 0..<20)).isEmpty)
        let found = events(&watch, [("m3", 42)] + hourly(all, 20..<60, without: ["m3"]))
        #expect(
            found == [.ahead("m3", from: time(19), to: time(42)), .silent("m3", since: time(42))]
        )
    }

    @Test("Three readings in its rhythm, in the time of all others, and its clock is right again")
    func returns() {
        var watch = watch(10)
        let all = names(10)
        _ = events(&watch, hourly(all, 0..<20))
        let ahead = events(&watch, [("m3", 42)] + hourly(all, 20..<21, without: ["m3"]))
        #expect(ahead == [.ahead("m3", from: time(19), to: time(42))])
        #expect(watch.trueTime(of: "m3") == time(19) && watch.trueTime(of: "m4") == nil)
        #expect(events(&watch, hourly(all, 21..<23)).isEmpty)
        #expect(watch.trueTime(of: "m3") == time(22))
        // One that is no next one begins anew.
        #expect(events(&watch, hourly(all, 23..<26, without: ["m3"]) + hourly(all, 26..<28)).isEmpty)
        #expect(events(&watch, hourly(all, 28..<30)) == [.returned("m3", after: time(28), by: time(28))])
        #expect(watch.trueTime(of: "m3") == nil)
        #expect(events(&watch, hourly(all, 30..<60)).isEmpty)
    }

    @Test("By the clock of the server, a meter alone is ahead")
    func alone() {
        var watch = watch(1)
        _ = events(&watch, hourly(["m0"], 0..<20))
        _ = watch.note(now: time(20)) { _ in 0 }
        #expect(events(&watch, [("m0", 40)]) == [.ahead("m0", from: time(19), to: time(40))])
        #expect(events(&watch, hourly(["m0"], 20..<23)) == [.returned("m0", after: time(22), by: time(22))])
        // A replay of what is long past is not ahead.
        #expect(events(&watch, hourly(["m0"], 23..<30)).isEmpty)
    }

    @Test("After hours without a server, a reading of now is not ahead of those that others have kept")
    func backlog() {
        var watch = watch(5)
        let all = names(5)
        #expect(events(&watch, hourly(all, 0..<40)).isEmpty)
        // The clock is known, and the server was down for ten hours before.
        _ = watch.note(now: time(50)) { _ in 0 }
        let kept = (40..<50).flatMap { hour in all.map { ($0, hour) } }
        let found = events(&watch, [("m0", 49)] + kept)
        for event in found {
            switch event {
            case .ahead, .returned: Issue.record("\(event)")
            default: continue
            }
        }
    }

    @Test("A clock that stays ahead is told once, and hides no gap")
    func staysAhead() {
        var watch = watch(10)
        let all = names(10)
        _ = events(&watch, hourly(all, 0..<20))
        let both = (20..<30).flatMap { hour in
            hourly(all, hour..<hour + 1, without: ["m3"]) + [("m3", hour + 50)]
        }
        #expect(events(&watch, both) == [.ahead("m3", from: time(20), to: time(70))])
        #expect(
            events(&watch, hourly(all, 45..<50, without: ["m3"])) == [.gap(from: time(29), to: time(45))]
        )
        // Its clock was set right.
        #expect(events(&watch, hourly(all, 81..<85)) == [.gap(from: time(49), to: time(81))])
    }

    @Test("By the clock all are silent, if readings came in time before; once")
    func byTheClock() {
        var watch = watch(4)
        let all = names(4)
        _ = events(&watch, hourly(all, 0..<20))
        var found: [SilenceWatch.Event] = []
        func look(_ minutes: Int) {
            let now = Timestamp(milliseconds: time(19).milliseconds + Int64(minutes) * 60_000)
            found += watch.note(now: now) { _ in 0 }
        }
        for minutes in stride(from: 2, to: 362, by: 10) { look(minutes) }
        #expect(found.isEmpty)
        look(364)
        look(400)
        #expect(found == [.allSilent(since: time(19))])
        #expect(events(&watch, hourly(all, 27..<30)) == [.gap(from: time(19), to: time(27))])
    }

    @Test("Of readings that are old when they come, the clock says nothing")
    func replay() {
        var watch = watch(4)
        _ = events(&watch, hourly(names(4), 0..<20))
        var found: [SilenceWatch.Event] = []
        for hour in 1_000..<1_100 {
            found += watch.note(now: time(hour)) { _ in 0 }
        }
        #expect(found.isEmpty)
    }

    @Test("After a start, those that are silent are known, and the others have their time again")
    func start() {
        var watch = watch(10, at: 0, silent: ["m1"])
        let all = names(10)
        #expect(events(&watch, hourly(all, 1..<5, without: ["m1", "m2"])).isEmpty)
        #expect(
            events(&watch, hourly(all, 5..<9, without: ["m1", "m2"])) == [.silent("m2", since: time(0))]
        )
        #expect(events(&watch, [("m1", 9)]) == [.back("m1", at: time(9))])
    }

    @Test("After a start, a clock that was ahead before hides no gap", arguments: [5, 22])
    func startAhead(hours: Int) {
        var newest = Dictionary(uniqueKeysWithValues: names(10).map { ($0, time(0)) })
        newest["m4"] = time(hours)
        var watch = SilenceWatch(interval: hour, meters: newest, silent: [])
        let found = events(&watch, hourly(names(10), 24..<26, without: ["m4"]))
        #expect(found == [.gap(from: time(0), to: time(24))])
    }

    @Test("What a meter may be silent follows from its gaps")
    func allowed() {
        let minute: Int64 = 60_000
        #expect(SilenceWatch.allowed(interval: minute, gaps: []) == 15 * minute)
        #expect(
            SilenceWatch.allowed(interval: hour, gaps: Array(repeating: hour, count: 999) + [900 * hour]) == 6
                * hour
        )
        let nights = Array(repeating: hour, count: 480) + Array(repeating: 12 * hour, count: 20)
        #expect(SilenceWatch.allowed(interval: hour, gaps: nights) == 15 * hour)
    }
}
