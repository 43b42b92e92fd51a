import Encoder
import Foundation
import TestSupport
import Testing

@Suite struct PCAEncoderTests {
    private func components(_ rows: FeatureRows) throws -> PrincipalComponents {
        try PrincipalComponents(of: rows.values, featureCount: rows.width)
    }

    /// Two channels of eight features.
    private func encoder(whitening: Float = 0.5, dimension: Int? = nil) throws -> PCAEncoder {
        let channels = try [
            FeatureRows(count: 600, width: 8, seed: 1), FeatureRows(count: 600, width: 8, seed: 2),
        ]
        .map(components)
        return PCAEncoder(channels, dimension: dimension, whitening: whitening)
    }

    @Test(arguments: [0, 0.25, 0.5, 1] as [Float]) func whitensVariancesAsFarAsRequested(
        whitening: Float
    ) throws {
        let rows = FeatureRows(count: 4000, width: 6, seed: 6)
        let components = try components(rows)
        let encoder = PCAEncoder([components], whitening: whitening)
        let embeddings = encoder.encode(rows.values)
        for column in 0..<6 {
            let values = stride(from: column, to: embeddings.count, by: 6).map { Double(embeddings[$0]) }
            let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            let floored = Double(components.variances[column])
            try #require(floored > 1e-3, "no variance of these rows is below the floor")
            let wanted = pow(floored, 1 - Double(whitening))
            #expect(abs(variance - wanted) < 1e-3 * wanted)
        }
    }

    /// A direction that hardly varies is not magnified without limit.
    @Test func floorsTheVariance() throws {
        var values: [Float] = []
        for row in 0..<200 { values += [Float(row % 10), Float(row % 10)] }
        let components = try PrincipalComponents(of: values, featureCount: 2)
        #expect(components.variances[1] < 1e-6)
        let encoder = PCAEncoder([components], whitening: 1)
        let largest = encoder.channels[0].weights.map(abs).max() ?? 0
        #expect(largest < 40)
    }

    /// The projection by its definition: standardise, then one scalar product for each direction.
    @Test func equalsItsDefinition() throws {
        let encoder = try encoder()
        let rows = FeatureRows(count: 50, width: 16, seed: 7, unknown: 0.2)
        for row in 0..<rows.count {
            let embedding = encoder.encode(rows.row(row))
            for (channel, block) in zip(encoder.channels.indices, encoder.blocks) {
                let projection = encoder.channels[channel]
                for (direction, index) in zip(0..<projection.dimension, block) {
                    let wanted = (0..<8).reduce(0.0) { sum, column in
                        let feature = rows[row, channel * 8 + column]
                        let standard = projection.standardisation.apply(feature, column: column)
                        return sum + Double(standard) * Double(projection.weights[direction * 8 + column])
                    }
                    #expect(abs(Double(embedding[index]) - wanted) < 1e-4)
                }
            }
        }
    }

    @Test func embedsAloneAsInABatchToTheBit() throws {
        let encoder = try encoder()
        for count in [1, 2, 3, 17, 256] {
            let rows = FeatureRows(count: count, width: 16, seed: UInt64(count), unknown: 0.05)
            let batch = encoder.encode(rows.values)
            #expect(batch.count == count * encoder.dimension)
            for row in 0..<count {
                let alone = encoder.encode(rows.row(row))
                let start = row * encoder.dimension
                #expect(alone.bits == batch[start..<start + encoder.dimension].bits)
            }
        }
    }

    /// The alignment in memory must not change a bit: vectorised sums may start at another element.
    @Test func embedsAlikeAtAnyAlignment() throws {
        let encoder = try encoder()
        let row = FeatureRows(count: 1, width: 16, seed: 3).values
        let wanted = encoder.encode(row).bits
        for offset in 0..<9 {
            let shifted = [Float](repeating: 7, count: offset) + row
            var embedding = [Float](repeating: 0, count: offset + encoder.dimension)
            shifted.withUnsafeBufferPointer { input in
                embedding.withUnsafeMutableBufferPointer { output in
                    encoder.encode(
                        UnsafeBufferPointer(rebasing: input[offset...]),
                        into: UnsafeMutableBufferPointer(rebasing: output[offset...])
                    )
                }
            }
            #expect(embedding[offset...].bits == wanted)
        }
    }

    @Test func blocksFollowEachOther() throws {
        #expect(try encoder().blocks == [0..<8, 8..<16])
        let narrow = try encoder(dimension: 3)
        #expect(narrow.blocks == [0..<3, 3..<6] && narrow.dimension == 6 && narrow.inputCount == 16)
        #expect(try encoder(dimension: 99).dimension == 16)
    }

    @Test func channelsAreProjectedSeparately() throws {
        let encoder = try encoder()
        let rows = FeatureRows(count: 2, width: 16, seed: 9)
        let mixed = Array(rows.row(0)[..<8] + rows.row(1)[8...])
        let embedding = encoder.encode(mixed)
        #expect(embedding[..<8] == encoder.encode(rows.row(0))[..<8])
        #expect(embedding[8...] == encoder.encode(rows.row(1))[8...])
    }

    @Test func anyInputGivesFiniteNumbers() throws {
        let encoder = try encoder(whitening: 1)
        let wild: [Float] = [.nan, .infinity, -.infinity, 3e38, -3e38, 0, 1e-30, .leastNonzeroMagnitude]
        let embedding = encoder.encode(wild + wild.reversed())
        #expect(embedding.allSatisfy { $0.isFinite })
        // Eight features of at most 6 deviations each, times weights of at most 1 / √floor.
        #expect(embedding.allSatisfy { abs($0) < 6 * 8 * 32 })
        #expect(encoder.encode([Float](repeating: .nan, count: 16)).allSatisfy { $0 == 0 })
    }

    @Test func isRestoredFromItsTensors() throws {
        let encoder = try encoder()
        let bytes = try encoder.tensors.encoded()
        let restored = try PCAEncoder(Safetensors(decoding: bytes), channelCount: 2)
        #expect(restored == encoder)
        let rows = FeatureRows(count: 20, width: 16, seed: 4)
        #expect(restored.encode(rows.values).bits == encoder.encode(rows.values).bits)
    }

    @Test("Features that are not scaled are their own embedding") func unscaled() {
        let rows: [Float] = [0, 2, 40, 1, -3, 5]
        for whitening: Float in [0, 0.5, 1] {
            let components = PrincipalComponents(unscaled: rows, featureCount: 3)
            let encoder = PCAEncoder([components], whitening: whitening)
            #expect(encoder.dimension == 3)
            // Cut at six from the mean.
            #expect(encoder.encode(Array(rows.prefix(3))) == [-0.5, 2.5, 6])
            #expect(encoder.encode([.nan, 1, .nan]) == [0, 1.5, 0])
        }
    }
}
