import Statistics
import TestSupport
import Testing
import VectorIndex

/// Large flat indexes rule out most rows by an 8-bit sketch. Their answers must equal those of a plain scan
/// to the bit.
@Suite struct SketchTests {
    @Test(arguments: [1, 2, 3, 5, 8, 9, 12, 15, 16, 20, 31, 32, 64, 65, 130])
    func agreesOnRandomRows(dimension: Int) throws {
        var seeded = SplitMix64(seed: UInt64(dimension))
        for count in [1023, 1024, 1025, 1279, 6001] {
            let twins = try Twins(dimension: dimension, rows: seeded.rows(count, dimension: dimension))
            let queries = seeded.rows(6, dimension: dimension, in: -1.5...1.5)
            for k in [1, 2, 10, 100, count + 5] { try twins.expectAgreement(queries, k: k) }
        }
    }

    @Test func agreesOnClusteredRows() throws {
        var seeded = SplitMix64(seed: 51)
        for spread: Float in [1e-6, 1e-3, 0.1, 1] {
            let centres = seeded.rows(30, dimension: 24, in: -10...10)
            var rows: [Float] = []
            for row in 0..<5000 {
                for value in centres[row % 30 * 24..<row % 30 * 24 + 24] {
                    rows.append(value + Float.random(in: -spread...spread, using: &seeded))
                }
            }
            let twins = try Twins(dimension: 24, rows: rows)
            try twins.expectAgreement(Array(rows[..<(24 * 10)]), k: 20)
            try twins.expectAgreement(centres, k: 20)
        }
    }

    @Test func agreesOnEqualRowsAndDistances() throws {
        var seeded = SplitMix64(seed: 52)
        let few = seeded.latticeRows(3000, dimension: 8)
        try Twins(dimension: 8, rows: few).expectAgreement(seeded.latticeRows(12, dimension: 8), k: 400)
        let constant = [Float](repeating: 0.1, count: 3000 * 10)
        let same = try Twins(dimension: 10, rows: constant)
        try same.expectAgreement([Float](repeating: 0.1, count: 10), k: 7)
        try same.expectAgreement(seeded.rows(3, dimension: 10), k: 7)
    }

    /// Rows on a sphere around the query: all distances are equal except for rounding.
    @Test func agreesIfDistancesDifferOnlyByRounding() throws {
        var seeded = SplitMix64(seed: 53)
        for centre: Float in [0, 1, 1000] {
            var rows: [Float] = []
            for _ in 0..<4000 {
                let direction = seeded.rows(1, dimension: 16)
                let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
                rows += direction.map { $0 / length + centre }
            }
            let twins = try Twins(dimension: 16, rows: rows)
            try twins.expectAgreement([Float](repeating: centre, count: 16), k: 25)
        }
    }

    /// Whole numbers from 0 to 255 lie exactly on the sketch's grid, and their permutations are equally far
    /// from a constant query. Only the order of additions distinguishes them, and no bound may rule one out.
    @Test(arguments: [8, 16, 64, 200])
    func agreesOnEquallyDistantRowsOnTheGrid(dimension: Int) throws {
        var seeded = SplitMix64(seed: 58)
        var row = (0..<dimension).map { Float($0 * 255 / (dimension - 1)) }
        var rows: [Float] = []
        for _ in 0..<3000 {
            row.shuffle(using: &seeded)
            rows += row
        }
        let twins = try Twins(dimension: dimension, rows: rows)
        for constant: Float in [127.3, 0.1, -1e4, 1e7] {
            try twins.expectAgreement([Float](repeating: constant, count: dimension), k: 40)
        }
    }

    @Test func agreesWhateverTheScaleOfADimension() throws {
        var seeded = SplitMix64(seed: 54)
        for exponents in [-20...20, -140 ... -100, 8...14, -45 ... -30] {
            let scales = (0..<24).map { _ in
                Float(sign: .plus, exponent: Int.random(in: exponents, using: &seeded), significand: 1)
            }
            let offsets = seeded.rows(1, dimension: 24)
            func scaled(_ rows: [Float]) -> [Float] {
                rows.indices.map { (rows[$0] + offsets[$0 % 24]) * scales[$0 % 24] }
            }
            let twins = try Twins(dimension: 24, rows: scaled(seeded.rows(3000, dimension: 24)))
            try twins.expectAgreement(scaled(seeded.rows(8, dimension: 24)), k: 15)
            try twins.expectAgreement(scaled(seeded.rows(2, dimension: 24, in: -1000...1000)), k: 15)
        }
    }

    @Test func agreesWithOutliersAndDistantQueries() throws {
        var seeded = SplitMix64(seed: 55)
        for outlier: Float in [10, 1e4, 1e9, 1e15, 1e16, 3e38] {
            var rows = seeded.rows(3000, dimension: 16)
            for row in [0, 777, 778, 2999] { rows[row * 16 + 5] = outlier }
            let twins = try Twins(dimension: 16, rows: rows)
            for k in [5, 100, 3000] {
                try twins.expectAgreement(seeded.rows(4, dimension: 16), k: k)
                try twins.expectAgreement(seeded.rows(4, dimension: 16).map { $0 * outlier }, k: k)
                try twins.expectAgreement(seeded.rows(1, dimension: 16), k: k, within: 777..<2998)
            }
        }
    }

    /// Heavy tails in every dimension: more rows lie outside a narrow grid than the sketch allows as
    /// exceptions.
    @Test func agreesOnHeavyTails() throws {
        var seeded = SplitMix64(seed: 59)
        let rows = seeded.rows(4000, dimension: 32).map { 0.01 / ($0 * $0 * $0 + 1e-9) }
        let twins = try Twins(dimension: 32, rows: rows)
        for k in [1, 30, 4000] { try twins.expectAgreement(Array(rows[..<(32 * 20)]), k: k) }
    }

    /// Columns that are almost always zero: the other values lie outside a grid of the middle values.
    @Test(arguments: [2, 8, 200])
    func agreesOnColumnsThatAreMostlyZero(rare: Int) throws {
        var seeded = SplitMix64(seed: 60)
        var rows = seeded.rows(5000, dimension: 12)
        for row in 0..<5000 {
            for column in 0..<6 { rows[row * 12 + column] = 0 }
            if row % 1000 < rare { rows[row * 12 + row % 6] = 3 }
        }
        let twins = try Twins(dimension: 12, rows: rows)
        for k in [1, 50, 5000] { try twins.expectAgreement(Array(rows[..<(12 * 12)]), k: k) }
    }

    /// Each row is nearer than all previous ones, so that no row can be ruled out.
    @Test func agreesIfTheNearestComeLast() throws {
        let rows = (0..<4000).flatMap { row in [Float](repeating: Float(4000 - row) / 100, count: 12) }
        try Twins(dimension: 12, rows: rows).expectAgreement([Float](repeating: 0, count: 12), k: 30)
        try Twins(dimension: 12, rows: rows.reversed()).expectAgreement(
            [Float](repeating: 0, count: 12),
            k: 30
        )
    }

    @Test func agreesWithinRanges() throws {
        var seeded = SplitMix64(seed: 56)
        let twins = try Twins(dimension: 17, rows: seeded.rows(9000, dimension: 17))
        let queries = seeded.rows(5, dimension: 17)
        for range in [0..<9000, 1..<9000, 15..<8999, 16..<2064, 17..<2065, 500..<8777, 8999..<9000, 5..<5] {
            try twins.expectAgreement(queries, k: 12, within: range)
        }
    }

    @Test func agreesWhileRowsAreAdded() throws {
        var seeded = SplitMix64(seed: 57)
        var twins = try Twins(dimension: 20, rows: [])
        let queries = seeded.rows(4, dimension: 20, in: -2...2)
        for _ in 0..<40 {
            try twins.add(seeded.rows(Int.random(in: 1...400, using: &seeded), dimension: 20, in: -2...2))
            try twins.expectAgreement(queries, k: 9)
            try twins.expectAgreement(queries, k: 9, within: twins.flat.count / 3..<twins.flat.count)
        }
        #expect(twins.flat.count > 5000)
    }
}
