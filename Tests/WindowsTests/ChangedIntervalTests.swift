import Foundation
import Readings
import TestSupport
import Testing
import Windows

/// Meters that report at another interval than their history.
@Suite struct ChangedIntervalTests {
    private static let hour: Int64 = 3_600_000

    /// An even load, as what was used in each interval or as a level.
    private struct Load {
        let isAmount: Bool
        let interval: Int64
        let slots: Int
        var start: Int64 = 1_451_606_400_000
        /// Every so many readings one is lost.
        var losesEach: Int?
        /// Whether a reading is stamped with the start of its interval.
        var areStarts = false
        /// Whether the load is another one each hour.
        var hasSteps = false

        func history(channels: Int = 1) -> MeterHistory {
            var history = MeterHistory(meter: "m", channelCount: channels)
            for slot in 0..<slots where losesEach.map({ slot % $0 != 3 }) ?? true {
                // The end of the interval, as most meters stamp it.
                let end = start + Int64(slot + 1) * interval
                let time = areStarts ? end - interval : end
                let day = Double((hasSteps ? (end - interval) / hour * hour : time) % 86_400_000) / 86_400_000
                let level = hasSteps ? 20 + Double(Int(day * 24) * 7 % 5) : 20 + 2 * sin(day * 2 * .pi)
                let value = isAmount ? level * Double(interval) / Double(hour) : level
                history.append(
                    time: Timestamp(milliseconds: time),
                    values: (0..<channels).map { value * Double($0 + 1) }
                )
            }
            return history
        }
    }

    private func layout(fillsGaps: Bool = true, channels: Int = 1) -> FeatureLayout {
        FeatureLayout(channelCount: channels, hasCalendar: true, fillsGaps: fillsGaps)
    }

    /// The mean of the three newest slots, in the meter's own scale.
    private func newest(_ stream: MeterStream) throws -> Float {
        let position = try #require(stream.layout.names(channels: ["x"]).firstIndex(of: "x/mean-3"))
        return stream.features()[position]
    }

    /// Readings at another interval are judged as the history's are, whether they are levels or amounts, and
    /// whether the meter reports more or less often.
    @Test(arguments: [900_000, 1_800_000, 7_200_000, 14_400_000] as [Int64], [false, true])
    func areJudgedAsBefore(interval: Int64, isAmount: Bool) throws {
        let known = Load(isAmount: isAmount, interval: Self.hour, slots: 28 * 24).history()
        let profile = try #require(MeterStream.profile(of: known))
        let start = try #require(known.times.last).milliseconds
        let slots = Int(4 * 86_400_000 / interval)
        var same = Load(isAmount: isAmount, interval: Self.hour, slots: 96, start: start)
        same.losesEach = 10
        var other = Load(isAmount: isAmount, interval: interval, slots: slots, start: start)
        other.losesEach = 10
        var (usual, changed) = (
            MeterStream(known: profile, layout: layout()), MeterStream(known: profile, layout: layout())
        )
        for (index, time) in known.times.enumerated() {
            usual.append(known.row(index), at: time)
            changed.append(known.row(index), at: time)
        }
        var values: [Int64: Float] = [:]
        let (regular, later) = (same.history(), other.history())
        for (index, time) in regular.times.enumerated() {
            usual.append(regular.row(index), at: time)
            values[time.milliseconds] = try newest(usual)
        }
        #expect(usual.changedInterval == nil)
        var compared = 0
        for (index, time) in later.times.enumerated() {
            changed.append(later.row(index), at: time)
            guard index > 12, let value = values[time.milliseconds] else { continue }
            // In scales: an amount that is taken for a level is five of them off, or more.
            #expect(abs(try newest(changed) - value) < 0.7, "\(time)")
            compared += 1
        }
        #expect(compared > 5)
        #expect(changed.changedInterval.map { $0.now == interval && $0.known == Self.hour } ?? false)
    }

    /// A load that is another one each hour is judged hour by hour, whichever end of its interval a reading
    /// is stamped with; readings before the last one of an hour are judged with the hour before.
    @Test(arguments: [false, true], [false, true])
    func wholeSlotsAreJudged(areStarts: Bool, isAmount: Bool) throws {
        var load = Load(isAmount: isAmount, interval: Self.hour, slots: 28 * 24)
        (load.areStarts, load.hasSteps) = (areStarts, true)
        let known = load.history()
        let profile = try #require(MeterStream.profile(of: known))
        load = Load(
            isAmount: isAmount,
            interval: 900_000,
            slots: 4 * 96,
            start: load.start + 28 * 86_400_000,
            areStarts: areStarts,
            hasSteps: true
        )
        let later = load.history()
        var stream = MeterStream(known: profile, layout: layout())
        var usual: [Int64: [Float]] = [:]
        for (index, time) in known.times.enumerated() {
            stream.append(known.row(index), at: time)
            if index >= 27 * 24 { usual[time.milliseconds % 86_400_000] = stream.features() }
        }
        for (index, time) in later.times.enumerated() {
            stream.append(later.row(index), at: time)
            guard index > 96 else { continue }
            // The latest whole hour's stamp.
            let stamp =
                areStarts ? (time.milliseconds + 900_000) / Self.hour - 1 : time.milliseconds / Self.hour
            let expected = try #require(usual[stamp * Self.hour % 86_400_000])
            let names = layout().names(channels: ["x"])
            let other = zip(names, zip(stream.features(), expected)).filter { abs($1.0 - $1.1) > 0.01 }
            #expect(other.isEmpty, "\(time): \(other)")
        }
    }

    /// A slot that the window has keeps its value while readings of another interval come, lost ones among
    /// them, and when the meter goes back: no slot is missing afterwards.
    @Test(arguments: [10_000, 60_000, 300_000, 900_000] as [Int64]) func nothingIsForgotten(
        interval: Int64
    ) throws {
        let known = Load(isAmount: false, interval: Self.hour, slots: 28 * 24).history()
        let profile = try #require(MeterStream.profile(of: known))
        var stream = MeterStream(known: profile, layout: layout())
        for (index, time) in known.times.enumerated() { stream.append(known.row(index), at: time) }
        let middle = try #require(known.times.last).milliseconds
        var finer = Load(
            isAmount: false,
            interval: interval,
            slots: Int(30 * Self.hour / interval),
            start: middle
        )
        finer.losesEach = 9
        let back = Load(isAmount: false, interval: Self.hour, slots: 30, start: middle + 30 * Self.hour)
        for history in [finer.history(), back.history()] {
            for (index, time) in history.times.enumerated() {
                stream.append(history.row(index), at: time)
                #expect(stream.missingReadings.missing <= 1, "\(time)")
                #expect(abs(try newest(stream)) < 1.5, "\(time)")
            }
        }
    }

    /// Restored at any reading, a stream is the same to the bit: what it was before must not matter.
    @Test func aRestoredStreamIsEqual() throws {
        let known = Load(isAmount: true, interval: Self.hour, slots: 28 * 24).history(channels: 2)
        let profile = try #require(MeterStream.profile(of: known))
        var all = known
        let parts = [(900_000, 20), (3_600_000, 3), (7_200_000, 18), (60_000, 2), (3_600_000, 9)]
        for (interval, days) in parts {
            var load = Load(
                isAmount: true,
                interval: Int64(interval),
                slots: days * 86_400_000 / interval,
                start: try #require(all.times.last).milliseconds
            )
            load.losesEach = 7
            let part = load.history(channels: 2)
            for (index, time) in part.times.enumerated() { all.append(time: time, values: part.row(index)) }
        }
        let second = FeatureLayout(
            channelCount: 2,
            hasCalendar: true,
            horizon: 6 * Self.hour,
            fillsGaps: true
        )
        func stream() -> MeterStream {
            MeterStream(known: profile, layout: layout(channels: 2), second: second)
        }
        var unbroken = stream()
        var changes = 0
        for index in 0..<all.count {
            let lived = unbroken.append(all.row(index), at: all.times[index]).windows()
            if unbroken.changedInterval != nil { changes += 1 }
            guard index > known.count, index % 41 == 0 else { continue }
            var restored = stream()
            let reach = all.times[index].milliseconds - restored.reach
            for earlier in 0..<index where all.times[earlier].milliseconds >= reach {
                restored.append(all.row(earlier), at: all.times[earlier])
            }
            let matured = restored.append(all.row(index), at: all.times[index]).windows()
            #expect(matured.map(\.features.bits) == lived.map(\.features.bits), "reading \(index)")
            #expect(restored.features().bits == unbroken.features().bits, "reading \(index)")
            #expect(restored.changedInterval?.now == unbroken.changedInterval?.now)
        }
        #expect(changes > 2_000)
    }

    /// Words are no quantities: they are neither averaged nor scaled, and nothing between two is made up.
    @Test func statesAreNoQuantities() throws {
        let known = Load(isAmount: true, interval: Self.hour, slots: 28 * 24).history()
        let profile = try #require(MeterStream.profile(of: known))
        func after(_ values: [(minutes: Int64, value: Double)], isState: Bool) -> [UInt32] {
            let layout = FeatureLayout(
                channelCount: 1,
                hasCalendar: true,
                slots: 24,
                fillsGaps: true,
                stateChannels: isState ? [StateChannel(number: 0, longestStay: 0)] : []
            )
            var stream = MeterStream(known: profile, layout: layout)
            let start = known.times.last?.milliseconds ?? 0
            for (index, time) in known.times.enumerated() { stream.append(known.row(index), at: time) }
            for (minutes, value) in values {
                stream.append([value], at: Timestamp(milliseconds: start + minutes * 60_000))
            }
            return stream.features().bits
        }
        // A quarter of the level in each quarter of an hour: an amount, unless it is no quantity.
        let quarters = (3...96).map { (minutes: Int64($0) * 15, value: 5.0) }
        let hours = (1...24).map { (minutes: Int64($0) * 60, value: 5.0) }
        #expect(after(quarters, isState: true) == after(hours, isState: true))
        #expect(after(quarters, isState: false) != after(hours, isState: false))
        // 0 and 1, and what may lie between.
        let gap: [(Int64, Double)] = [(60, 20), (120, 20), (360, 21)]
        let filled: [(Int64, Double)] = [(60, 20), (120, 20), (180, 20), (240, 20), (300, 20), (360, 21)]
        #expect(after(gap, isState: true) == after(filled, isState: true))
        #expect(after(gap, isState: false) != after(filled, isState: false))
    }

    /// Indexes of older programs judge as they did: their windows have what came.
    @Test func olderIndexesPutNothingOnTheGrid() throws {
        let known = Load(isAmount: true, interval: Self.hour, slots: 28 * 24).history()
        let profile = try #require(MeterStream.profile(of: known))
        var stream = MeterStream(known: profile, layout: layout(fillsGaps: false))
        let start = try #require(known.times.last).milliseconds
        let later = Load(isAmount: true, interval: 900_000, slots: 96, start: start).history()
        for (index, time) in later.times.enumerated() { stream.append(later.row(index), at: time) }
        #expect(stream.changedInterval == nil)
        // A quarter of the level, as the feature has it: by its logarithm.
        #expect(try newest(stream) < -1.5)
    }

    /// A profile is learnt of the readings at the interval of most.
    @Test func theOthersDoNotSayWhatIsTypical() throws {
        var history = Load(isAmount: true, interval: Self.hour, slots: 30 * 24).history()
        let start = try #require(history.times.last).milliseconds
        let quarters = Load(isAmount: true, interval: 900_000, slots: 30 * 96, start: start).history()
        for (index, time) in quarters.times.enumerated() {
            history.append(time: time, values: quarters.row(index))
        }
        let profile = try #require(MeterStream.profile(of: history))
        let alone = try #require(MeterStream.profile(of: quarters))
        #expect(profile.cadence.interval == 900_000)
        #expect(abs(profile.channels[0].median - alone.channels[0].median) < 0.1)
        #expect(abs(profile.channels[0].scale / alone.channels[0].scale - 1) < 0.1)
    }
}
