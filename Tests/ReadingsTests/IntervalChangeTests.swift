import Readings
import Testing

@Suite struct IntervalChangeTests {
    /// A meter's readings: so many steps of each length, in minutes; every so many one is left out.
    private func history(_ parts: [(minutes: Int64, count: Int)], losing: Int = .max) -> MeterHistory {
        var history = MeterHistory(meter: "m", channelCount: 1)
        var (time, step): (Int64, Int) = (1_704_067_200_000, 0)
        for part in parts {
            for _ in 0..<part.count {
                step += 1
                if step % losing != 0 {
                    history.append(time: Timestamp(milliseconds: time), values: [1])
                }
                time += part.minutes * 60_000
            }
        }
        return history
    }

    @Test func isFoundWhereItBegins() throws {
        let changes = history([(60, 100), (15, 200), (60, 50)]).intervalChanges
        #expect(changes.map(\.before) == [3_600_000, 900_000])
        #expect(changes.map(\.after) == [900_000, 3_600_000])
        #expect(changes.first?.time == Timestamp("2024-01-05T04:15:00Z"))
    }

    @Test func lostReadingsAndSlowClocksAreNone() {
        #expect(history([(60, 500)], losing: 3).intervalChanges.isEmpty)
        #expect(history([(60, 100), (64, 100)]).intervalChanges.isEmpty)
        #expect(history([(60, 100), (15, 20), (60, 100)]).intervalChanges.isEmpty)
        #expect(history([(60, 20)]).intervalChanges.isEmpty)
        #expect(history([(60, 200), (15, 900)], losing: 30).intervalChanges.count == 1)
    }

    @Test func isSpelled() {
        let words = [60_000, 900_000, 3_600_000, 7_200_000, 86_400_000, 1_500, 30_000].map {
            IntervalChange.words($0)
        }
        #expect(
            words == ["minute", "15 minutes", "hour", "2 hours", "day", "1500 milliseconds", "30 seconds"]
        )
    }
}
