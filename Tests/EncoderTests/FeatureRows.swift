import Statistics

/// Rows of correlated random features, some of them unknown.
struct FeatureRows {
    let count: Int
    let width: Int
    let values: [Float]

    init(count: Int, width: Int, seed: UInt64, unknown: Double = 0, shift: Float = 0) {
        var random = SplitMix64(seed: seed)
        let mixing = (0..<width * width).map { _ in Float.random(in: -1...1, using: &random) }
        self.count = count
        self.width = width
        values = (0..<count).flatMap { _ in
            let hidden = (0..<width).map { Float.random(in: -1...1, using: &random) / Float($0 + 1) }
            return (0..<width).map { column -> Float in
                if Double.random(in: 0..<1, using: &random) < unknown { return .nan }
                return (0..<width).reduce(shift) { $0 + hidden[$1] * mixing[$1 * width + column] }
            }
        }
    }

    subscript(row: Int, column: Int) -> Float { values[row * width + column] }

    func column(_ column: Int) -> [Double] { (0..<count).map { Double(self[$0, column]) } }

    func row(_ row: Int) -> [Float] { Array(values[row * width..<(row + 1) * width]) }
}
