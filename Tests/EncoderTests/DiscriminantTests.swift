import Encoder
import Statistics
import TestSupport
import Testing

@Suite struct DiscriminantTests {
    private static func rows(_ count: Int, scales: [Float], seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).flatMap { _ in
            scales.map { scale in
                (0..<6).reduce(0) { sum, _ in sum + Float.random(in: -1...1, using: &random) } * scale
            }
        }
    }

    /// Normals vary most along the first axis, anomalies differ along the last one. The longest direction
    /// must point along the last.
    @Test func findsTheAxisAlongWhichAnomaliesDiffer() throws {
        let normals = Self.rows(2000, scales: [3, 1, 1, 0.5], seed: 1)
        let anomalies = Self.rows(60, scales: [3, 1, 1, 2.5], seed: 2)
        let projection = try PCAProjection(telling: anomalies, from: normals, featureCount: 4)
        func length(_ row: Int) -> Float {
            (0..<4).reduce(0) { $0 + projection.weights[row * 4 + $1] * projection.weights[row * 4 + $1] }
        }
        #expect(abs(projection.weights[3]) > 0.95 * length(0).squareRoot())
        #expect(length(0) > 3 * length(1))
    }

    /// By definition, the projection makes the scatter of both classes diagonal.
    @Test func makesBothScattersDiagonal() throws {
        let normals = FeatureRows(count: 3000, width: 5, seed: 5).values
        let anomalies = FeatureRows(count: 400, width: 5, seed: 9).values
        let encoder = PCAEncoder(
            channels: [try PCAProjection(telling: anomalies, from: normals, featureCount: 5)],
            family: .supervised
        )
        for rows in [normals, anomalies] {
            let embeddings = encoder.encode(rows)
            let count = embeddings.count / 5
            var scatter = [Double](repeating: 0, count: 25)
            for row in 0..<count {
                for element in 0..<25 {
                    scatter[element] +=
                        Double(embeddings[row * 5 + element / 5] * embeddings[row * 5 + element % 5])
                        / Double(count)
                }
            }
            for one in 0..<5 {
                for other in 0..<one {
                    let bound = 0.1 * (scatter[one * 6] * scatter[other * 6]).squareRoot()
                    #expect(abs(scatter[one * 5 + other]) < bound)
                }
            }
        }
    }

    @Test func needsBothClasses() throws {
        let rows = FeatureRows(count: 50, width: 3, seed: 1).values
        for (anomalies, normals) in [([], rows), (rows, [])] {
            let error = #expect(throws: EncoderError.self) {
                try PCAProjection(telling: anomalies, from: normals, featureCount: 3)
            }
            #expect(error?.code == .tooLittleHistory)
        }
    }

    @Test func isFiniteForOneAnomaly() throws {
        let rows = FeatureRows(count: 50, width: 8, seed: 1).values
        let projection = try PCAProjection(telling: Array(rows.prefix(8)), from: rows, featureCount: 8)
        #expect(projection.weights.allSatisfy { $0.isFinite })
    }
}
