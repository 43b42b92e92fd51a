import Encoder
import TestSupport
import Testing
import Windows

@Suite struct ConcatenatedEncoderTests {
    /// Principal components of the features beside an LSTM of the raw window.
    private func encoder(_ fixture: Fixture) throws -> ConcatenatedEncoder {
        let width = Fixture.shape.count
        let features = (0..<fixture.count).flatMap { fixture.windows[$0 * width..<$0 * width + 6] }
        let pca = PCAEncoder([try PrincipalComponents(of: features, featureCount: 6)], whitening: 0.5)
        let encoders: [any WindowEncoder] = [pca, try fixture.projected()]
        return ConcatenatedEncoder(encoders, scaledOn: fixture.windows, width: width)
    }

    @Test func joinsTheEmbeddings() throws {
        let fixture = try Fixture(.lstm)
        let encoder = try encoder(fixture)
        let width = Fixture.shape.count
        #expect(encoder.dimension == 9 && encoder.inputCount == width && encoder.blocks == [0..<9])
        #expect(encoder.name == "pca+lstm" && encoder.family == .concatenation)
        let together = encoder.encode(fixture.windows, width: width)
        let apart = encoder.parts.map { $0.encoder.encode(fixture.windows, width: width) }
        for row in 0..<fixture.count {
            let first = apart[0][row * 6..<(row + 1) * 6].map { $0 * encoder.parts[0].scale }
            let second = apart[1][row * 3..<(row + 1) * 3].map { $0 * encoder.parts[1].scale }
            #expect(Array(together[row * 9..<(row + 1) * 9]).bits == (first + second).bits)
        }
        #expect(encoder.residuals(of: fixture.windows, width: width) != nil)
    }

    @Test func givesBothPartsEqualWeight() throws {
        let fixture = try Fixture(.lstm)
        let encoder = try encoder(fixture)
        let embeddings = encoder.encode(fixture.windows, width: Fixture.shape.count)
        func scatter(_ columns: Range<Int>) -> Double {
            columns.reduce(0) { total, column in
                let values = (0..<fixture.count).map { Double(embeddings[$0 * 9 + column]) }
                let mean = values.reduce(0, +) / Double(values.count)
                return total + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            }
        }
        #expect(encoder.parts[0].scale == 1)
        #expect(abs(scatter(0..<6) / scatter(6..<9) - 1) < 1e-3)
    }

    @Test func survivesItsDescription() throws {
        let fixture = try Fixture(.gan)
        // With two channels and no calendar, a slot has two numbers as in the fixture, but there are more
        // features.
        let layout = FeatureLayout(channelCount: 2, hasCalendar: false, slots: 7)
        let description = EncoderDescription(of: try encoder(fixture), layout: layout, features: ["a"])
        let read = try EncoderDescription(decoding: description.encoded())
        #expect(read == description && read.slots == 7 && read.dimension == 11)
        let families = read.parts.map { parts in parts.map { $0.encoder } }
        #expect(families == [.pca, .gan])
    }

    /// The blocks of a concatenation are the blocks of its parts.
    @Test func keepsTheBlocksOfItsParts() throws {
        let rows = FeatureRows(count: 100, width: 4, seed: 3)
        let components = try PrincipalComponents(of: rows.values, featureCount: 4)
        let two = PCAEncoder([components, components], whitening: 0.5)
        let encoder = ConcatenatedEncoder([.init(two, scale: 1), .init(two, scale: 2)])
        #expect(encoder.blocks == [0..<4, 4..<8, 8..<12, 12..<16])
    }
}
