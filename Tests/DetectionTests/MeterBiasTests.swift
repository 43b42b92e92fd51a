import Detection
import Readings
import Statistics
import Testing

@Suite struct MeterBiasTests {
    static let share = 0.9

    /// Blocks of evenly distributed numbers around a meter's level.
    private func blocks(
        _ counts: [Int],
        level: Double = 0,
        spread: Double = 1,
        _ random: inout SplitMix64
    ) -> [[Double]] {
        counts.map { count in
            (0..<count).map { _ in level + Double.random(in: -spread...spread, using: &random) }
        }
    }

    /// The textbook's shrinkage, written out.
    private func twin(_ weights: [[[Double]]]) -> [Double] {
        func quantile(_ values: [Double]) -> Double {
            let sorted = values.sorted()
            let position = Self.share * Double(sorted.count - 1)
            let below = sorted[Int(position.rounded(.down))]
            let above = sorted[Int(position.rounded(.up))]
            return below + (above - below) * (position - position.rounded(.down))
        }
        func variance(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count - 1)
        }
        var own: [Int: Double] = [:]
        var errors: [Double] = []
        for (meter, blocks) in weights.enumerated() {
            if blocks.joined().count >= 50 { own[meter] = quantile(Array(blocks.joined())) }
            let large = blocks.filter { $0.count >= 50 }.map(quantile)
            if large.count >= 2 { errors.append(variance(large) / Double(large.count)) }
        }
        guard own.count >= 2, !errors.isEmpty else { return weights.map { _ in 0 } }
        let total = variance(Array(own.values))
        let within = errors.reduce(0, +) / Double(errors.count)
        let belief = total > within ? 1 - within / total : 0
        let pooled = quantile(weights.flatMap { $0.flatMap(\.self) })
        return weights.indices.map { meter in own[meter].map { belief * ($0 - pooled) } ?? 0 }
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func isThatOfItsTwin(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let weights = (0..<Int.random(in: 2...12, using: &random)).map { _ in
            let counts = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Int.random(in: 0...150, using: &random)
            }
            return blocks(counts, level: .random(in: -0.4...0.4, using: &random), &random)
        }
        guard !weights.joined().joined().isEmpty else { return }
        let offsets = MeterBias.offsets(weights, share: Self.share)
        for (found, wanted) in zip(offsets, twin(weights)) { #expect(abs(found - wanted) < 1e-9) }
        #expect(offsets.count == weights.count)
    }

    @Test func metersThatAreAlikeHaveNone() {
        var random = SplitMix64(seed: 1)
        let one = blocks([100, 80, 120], &random)
        let equal = MeterBias.offsets([[[Double]]](repeating: one, count: 8), share: Self.share)
        #expect(equal == [Double](repeating: 0, count: 8))
        let alike = (0..<30).map { _ in blocks([400, 400, 400], &random) }
        #expect(MeterBias.offsets(alike, share: Self.share).allSatisfy { abs($0) < 0.03 })
    }

    @Test func metersThatDifferHaveNearlyAll() {
        var random = SplitMix64(seed: 2)
        let weights = (0..<6).map { meter in
            blocks([200, 200, 200], level: 5 * Double(meter), spread: 0.1, &random)
        }
        let offsets = MeterBias.offsets(weights, share: Self.share)
        for (offset, next) in zip(offsets, offsets.dropFirst()) { #expect(abs(next - offset - 5) < 0.05) }
        #expect(offsets[0] < -15 && abs(offsets[5]) < 1)
    }

    @Test func oneBlockOrOneMeterTellsNothing() {
        var random = SplitMix64(seed: 3)
        let single = (0..<4).map { blocks([200], level: Double($0), &random) }
        #expect(MeterBias.offsets(single, share: Self.share) == [0, 0, 0, 0])
        #expect(MeterBias.offsets([blocks([200, 200], &random)], share: Self.share) == [0])
        #expect(MeterBias.offsets([], share: Self.share) == [])
        #expect(MeterBias.offsets([[], [[]], [[], []]], share: Self.share) == [0, 0, 0])
    }

    @Test func aMeterOfFewWindowsHasNone() {
        var random = SplitMix64(seed: 4)
        var weights = (0..<5).map { blocks([100, 100], level: 3 * Double($0), &random) }
        weights.append(blocks([24, 25], level: 100, &random))
        let offsets = MeterBias.offsets(weights, share: Self.share)
        #expect(offsets[5] == 0 && offsets[0] < -5)
    }
}
