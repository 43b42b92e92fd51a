import Detection
import IndexSupport
import Readings
import Statistics
import Testing

@Suite struct ReferenceDistancesTests {
    static let day: Int64 = 86_400_000

    private func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The median, over evenly spaced windows, of the mean distance to the five nearest windows of other
    /// days. A person's label counts for all neighbours that are still missing.
    private func twin(_ rows: BankRows, meter: Int, exclusion: Int64) -> Double? {
        let own = rows.windows.indices.filter { rows.windows[$0].meter == meter }
        guard own.count >= ReferenceDistances.fewestWindows else { return nil }
        let count = min(own.count, ReferenceDistances.sampleLimit)
        let means = (0..<count).compactMap { sample -> Double? in
            let row = own[sample * own.count / count]
            let others = own.filter {
                abs(rows.windows[$0].time - rows.windows[row].time) >= exclusion
            }
            let distances = zip(others, rows.distances(rows.embedding(of: row), to: others))
                .sorted { $0.1 < $1.1 }
            var nearest: [Double] = []
            for (other, distance) in distances where nearest.count < 5 {
                let share = rows.windows[other].isFromPerson ? 5 : 1
                nearest += [Double](repeating: distance, count: min(share, 5 - nearest.count))
            }
            return nearest.isEmpty ? nil : nearest.reduce(0, +) / Double(nearest.count)
        }
        return median(means) ?? 1
    }

    @Test(arguments: [0, 0.02]) func areThoseOfABruteSearch(persons: Double) async throws {
        var random = SplitMix64(seed: 1)
        let counts = [120, 49, 450, 0, 50, 75]
        let channels = (0..<2).map { _ in BankRows(counts, dimension: 3, persons: persons, &random) }
        let exclusion = [Self.day, Self.day, Self.day, 0, 3_600_000, 3 * Self.day + 1]
        let measured = try await ReferenceDistances(
            banks: channels.map { try $0.bank() },
            meterCount: counts.count,
            exclusion: exclusion
        )
        for (channel, rows) in channels.enumerated() {
            let wanted = counts.indices.map { twin(rows, meter: $0, exclusion: exclusion[$0]) }
            let pooled = try #require(median(wanted.compactMap(\.self)))
            #expect(abs(measured.pooled[channel] - pooled) < 1e-4)
            for meter in counts.indices {
                let found = measured.distance(meter: meter, channel: channel)
                #expect(abs(found - (wanted[meter] ?? pooled)) < 1e-4)
            }
            for meter in [nil, -1, 6, .max] as [Int?] {
                #expect(measured.distance(meter: meter, channel: channel) == measured.pooled[channel])
            }
        }
        #expect(measured.byMeter.map(\.count) == [2, 0, 2, 0, 2, 2])
    }

    @Test func withoutMetersToMeasureTheUnitIsOne() async throws {
        var random = SplitMix64(seed: 2)
        let few = BankRows([10, 49], dimension: 2, &random)
        let measured = try await ReferenceDistances(banks: [few.bank()], meterCount: 2, exclusion: [0, 0])
        #expect(measured.byMeter == [[], []] && measured.pooled == [1])
        // All windows lie within a day of each other: there is nothing to compare with.
        let near = BankRows([60], dimension: 2, &random)
        let alone = try await ReferenceDistances(
            banks: [near.bank()],
            meterCount: 1,
            exclusion: [9 * Self.day]
        )
        #expect(alone.byMeter == [[1]])
    }
}
