import Encoder
import Testing

@Suite struct PrincipalComponentsTests {
    /// The covariance of standardised features, in double precision.
    private func covariance(_ rows: FeatureRows, _ standardisation: Standardisation) -> [[Double]] {
        let standard = (0..<rows.count).map { row in
            (0..<rows.width).map { Double(standardisation.apply(rows[row, $0], column: $0)) }
        }
        return (0..<rows.width).map { left in
            (0..<rows.width).map { right in
                standard.reduce(0) { $0 + $1[left] * $1[right] } / Double(rows.count)
            }
        }
    }

    /// The covariance is summed in blocks of 512 rows; 511, 512 and 513 test the border.
    @Test(arguments: [(40, 2), (511, 3), (512, 6), (513, 6), (2000, 26)], [0, 0.15])
    func equalJacobis(size: (rows: Int, width: Int), unknown: Double) throws {
        let rows = FeatureRows(count: size.rows, width: size.width, seed: 3, unknown: unknown)
        let components = try PrincipalComponents(of: rows.values, featureCount: rows.width)
        let twin = Jacobi(covariance(rows, components.standardisation))
        #expect(components.featureCount == rows.width)
        for index in 0..<rows.width {
            #expect(abs(Double(components.variances[index]) - twin.values[index]) < 1e-5)
            let direction = components.directions[index * rows.width..<(index + 1) * rows.width].map(
                Double.init
            )
            let along = zip(direction, twin.vectors[index]).reduce(0) { $0 + $1.0 * $1.1 }
            let length = direction.reduce(0) { $0 + $1 * $1 }
            #expect(abs(abs(along) - 1) < 1e-4 && abs(length - 1) < 1e-5, "direction \(index)")
        }
    }

    @Test func haveAPositiveLargestComponent() throws {
        let rows = FeatureRows(count: 300, width: 8, seed: 4)
        let components = try PrincipalComponents(of: rows.values, featureCount: 8)
        for index in 0..<8 {
            let direction = components.directions[index * 8..<(index + 1) * 8]
            #expect((direction.max { abs($0) < abs($1) } ?? 0) > 0)
        }
    }

    @Test func areEqualInEveryRun() throws {
        let rows = FeatureRows(count: 1500, width: 12, seed: 5, unknown: 0.05)
        let first = try PrincipalComponents(of: rows.values, featureCount: 12)
        for _ in 0..<5 {
            let again = try PrincipalComponents(of: rows.values, featureCount: 12)
            #expect(again.directions == first.directions && again.variances == first.variances)
        }
    }

    @Test func allowConstantAndUnknownFeatures() throws {
        var values: [Float] = []
        for row in 0..<100 { values += [Float(row % 7), 5, .nan, .infinity] }
        let components = try PrincipalComponents(of: values, featureCount: 4)
        #expect(abs(components.variances[0] - 1) < 1e-5)
        #expect(components.variances[1...].allSatisfy { abs($0) < 1e-6 })
        #expect(components.directions.allSatisfy { $0.isFinite })
    }

    /// Centring keeps the proportions of the columns, which standardising would make equal.
    @Test func ofCentredRowsAreThoseOfThePlainCovariance() throws {
        let rows = FeatureRows(count: 400, width: 5, seed: 6, shift: 100)
        let centring = Standardisation(centring: rows.values, featureCount: 5)
        let components = try PrincipalComponents(of: rows.values, standardisedBy: centring)
        let means = (0..<5).map { rows.column($0).reduce(0, +) / 400 }
        let covariance = (0..<5).map { left in
            (0..<5).map { right in
                (0..<400).reduce(0.0) {
                    $0 + (Double(rows[$1, left]) - means[left]) * (Double(rows[$1, right]) - means[right])
                } / 400
            }
        }
        let twin = Jacobi(covariance)
        let scale = Double(centring.inverseDeviation[0])
        for index in 0..<2 {
            let variance = Double(components.variances[index]) / (scale * scale)
            #expect(abs(variance - twin.values[index]) < 1e-4 * twin.values[0])
            let direction = components.directions[index * 5..<(index + 1) * 5].map(Double.init)
            let along = zip(direction, twin.vectors[index]).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(abs(along) - 1) < 1e-3, "direction \(index)")
        }
    }

    @Test(arguments: [0, 1]) func needTwoRows(count: Int) {
        let rows = FeatureRows(count: count, width: 3, seed: 1)
        let error = #expect(throws: EncoderError.self) {
            try PrincipalComponents(of: rows.values, featureCount: 3)
        }
        #expect(error?.code == .tooLittleHistory)
    }

    @Test func oneFeatureIsItsOwnDirection() throws {
        let components = try PrincipalComponents(of: [1, 2, 3, 4], featureCount: 1)
        #expect(components.directions == [1] && abs(components.variances[0] - 1) < 1e-6)
    }
}
