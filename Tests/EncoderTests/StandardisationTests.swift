import Encoder
import Testing

@Suite struct StandardisationTests {
    @Test(arguments: [0, 0.1, 0.9], [0, 1e4 as Float]) func equalsItsDefinition(unknown: Double, shift: Float)
    {
        let rows = FeatureRows(count: 400, width: 5, seed: 1, unknown: unknown, shift: shift)
        let standardisation = Standardisation(fittedTo: rows.values, featureCount: 5)
        for column in 0..<5 {
            let known = rows.column(column).filter(\.isFinite)
            let mean = known.reduce(0, +) / Double(known.count)
            let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
            let inverse = 1 / variance.squareRoot()
            #expect(abs(Double(standardisation.mean[column]) - mean) <= 1e-6 * max(abs(mean), 1))
            #expect(abs(Double(standardisation.inverseDeviation[column]) - inverse) <= 1e-6 * inverse)
            for row in 0..<20 where rows[row, column].isFinite {
                let scaled = Float(
                    (Double(rows[row, column]) - Double(standardisation.mean[column])) * inverse
                )
                let wanted = min(max(scaled, -6), 6)
                #expect(abs(standardisation.apply(rows[row, column], column: column) - wanted) < 1e-4)
            }
        }
    }

    @Test func replacesUnknownValuesByTheMean() {
        let standardisation = Standardisation(mean: [3], inverseDeviation: [2])
        for unknown in [Float.nan, .infinity, -.infinity] {
            #expect(standardisation.apply(unknown, column: 0) == 0)
        }
        #expect(standardisation.apply(3, column: 0) == 0)
    }

    @Test func centringKeepsProportionsAndClipsNothing() {
        let centring = Standardisation(centring: [0, 10, .nan, 10, 4, 40], featureCount: 2)
        #expect(centring.mean == [2, 20] && centring.inverseDeviation == [1 / 20, 1 / 20])
        #expect(centring.apply(40, column: 1) == 1 && centring.apply(0, column: 0) == -0.1)
        let constant = Standardisation(centring: [3, 3, 3], featureCount: 1)
        #expect(constant.inverseDeviation == [0] && constant.apply(3, column: 0) == 0)
        #expect(Standardisation(centring: [], featureCount: 2).inverseDeviation == [0, 0])
    }

    @Test func clipsExtremeValues() {
        let standardisation = Standardisation(mean: [0], inverseDeviation: [1])
        #expect(standardisation.apply(1e30, column: 0) == Standardisation.cut)
        #expect(standardisation.apply(-7, column: 0) == -Standardisation.cut)
        #expect(standardisation.apply(5.5, column: 0) == 5.5)
    }

    @Test func mapsAConstantToZero() {
        let standardisation = Standardisation(fittedTo: [0.1, .nan, 0.1, .nan, 0.1, .nan], featureCount: 2)
        #expect(standardisation.inverseDeviation == [0, 0])
        #expect(standardisation.mean == [0.1, 0])
        for value: Float in [0.1, 100, .nan, .infinity] {
            #expect(standardisation.apply(value, column: 0) == 0)
            #expect(standardisation.apply(value, column: 1) == 0)
        }
    }
}
