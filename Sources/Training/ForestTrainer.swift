package import Detection
internal import Readings
internal import Statistics
internal import Tasks
internal import Windows

/// Grows a forest of extremely randomised trees (Geurts, Ernst and Wehenkel 2006).
package struct ForestTrainer: Sendable {
    /// The inputs, column by column: a split reads one column at a time.
    let columns: [[Float]]
    /// Whether each row is anomalous.
    let anomalous: [Bool]
    let seed: UInt64

    package static let treeCount = 200
    /// The fewest rows of a leaf.
    package static let leastLeaf = 3

    /// A trainer on some rows.
    ///
    /// - Parameters:
    ///   - columns: the inputs, finite, each column as long as `anomalous`.
    ///   - anomalous: whether each row is anomalous.
    ///   - seed: equal seeds give equal forests.
    package init(columns: [[Float]], anomalous: [Bool], seed: UInt64) {
        precondition(columns.allSatisfy { $0.count == anomalous.count }, "a class for each row")
        self.columns = columns
        self.anomalous = anomalous
        self.seed = seed
    }

    /// Grows all trees, each from its own seed, on all cores.
    package func train() async throws -> Forest {
        let trees = try await concurrentMap(Array(0..<Self.treeCount)) { tree in
            var generator = SplitMix64(seed: seed).split(UInt64(tree))
            return grow(&generator)
        }
        var nodes: [Forest.Node] = []
        var roots: [Int32] = []
        nodes.reserveCapacity(trees.reduce(0) { $0 + $1.count })
        for tree in trees {
            let offset = Int32(nodes.count)
            roots.append(offset)
            nodes += tree.map {
                Forest.Node(feature: $0.feature, threshold: $0.threshold, right: $0.right + offset)
            }
        }
        return Forest(nodes: nodes, roots: roots, inputCount: columns.count)
    }

    private struct Split {
        let feature: Int
        let threshold: Float
        let impurity: Double
    }

    private func grow(_ generator: inout SplitMix64) -> [Forest.Node] {
        var nodes: [Forest.Node] = []
        var rows = (0..<anomalous.count).map(Int32.init)
        grow(&nodes, &rows, 0..<rows.count, &generator)
        return nodes
    }

    private func grow(
        _ nodes: inout [Forest.Node],
        _ rows: inout [Int32],
        _ range: Range<Int>,
        _ generator: inout SplitMix64
    ) {
        let positives = rows[range].count { anomalous[Int($0)] }
        let isPure = positives == 0 || positives == range.count
        let split = isPure || range.count < 2 * Self.leastLeaf ? nil : bestSplit(rows[range], &generator)
        guard let split else {
            let share = Float(positives) / Float(max(range.count, 1))
            nodes.append(Forest.Node(feature: -1, threshold: share, right: 0))
            return
        }
        let column = columns[split.feature]
        let middle = rows[range].partition { column[Int($0)] > split.threshold }
        let fork = nodes.count
        nodes.append(Forest.Node(feature: -1, threshold: 0, right: 0))
        grow(&nodes, &rows, range.lowerBound..<middle, &generator)
        nodes[fork] = Forest.Node(
            feature: Int32(split.feature),
            threshold: split.threshold,
            right: Int32(nodes.count)
        )
        grow(&nodes, &rows, middle..<range.upperBound, &generator)
    }

    /// The best of one random split for each of some random features, as many as the square root of their
    /// number.
    private func bestSplit(_ rows: ArraySlice<Int32>, _ generator: inout SplitMix64) -> Split? {
        let wanted = max(Int(Double(columns.count).squareRoot()), 1)
        var order = Array(columns.indices)
        var best: Split?
        var tried = 0
        // Constant features do not count as tried, as in scikit-learn.
        while tried < wanted, !order.isEmpty {
            let feature = order.remove(at: Int.random(in: 0..<order.count, using: &generator))
            guard let split = randomSplit(rows, feature: feature, &generator) else { continue }
            tried += 1
            if split.impurity < best?.impurity ?? .infinity { best = split }
        }
        return best
    }

    private func randomSplit(
        _ rows: ArraySlice<Int32>,
        feature: Int,
        _ generator: inout SplitMix64
    ) -> Split? {
        let column = columns[feature]
        var least = Float.infinity
        var greatest = -Float.infinity
        for row in rows {
            let value = column[Int(row)]
            least = min(least, value)
            greatest = max(greatest, value)
        }
        guard least < greatest else { return nil }
        let threshold = min(Float.random(in: least..<greatest, using: &generator), greatest.nextDown)
        var left = 0
        var leftPositives = 0
        var positives = 0
        for row in rows {
            let isLeft = column[Int(row)] <= threshold
            let isAnomalous = anomalous[Int(row)]
            left += isLeft ? 1 : 0
            leftPositives += isLeft && isAnomalous ? 1 : 0
            positives += isAnomalous ? 1 : 0
        }
        let right = rows.count - left
        guard left >= Self.leastLeaf, right >= Self.leastLeaf else { return nil }
        let impurity = Self.impurity(left, leftPositives) + Self.impurity(right, positives - leftPositives)
        return Split(feature: feature, threshold: threshold, impurity: impurity)
    }

    /// The Gini impurity times the number of rows.
    private static func impurity(_ count: Int, _ positives: Int) -> Double {
        let share = Double(positives) / Double(count)
        return 2 * Double(count) * share * (1 - share)
    }
}

extension ForestTrainer {
    /// The most normal rows a forest is grown on, evenly spaced: more make trees slower, not better.
    static let normalLimit = 40_000
    /// The most anomalous rows.
    static let anomalousLimit = 8_000

    /// A trainer on some rows of a window table; nil where they hold one class only.
    init?(_ table: WindowTable, rows: [Int], seed: Int) {
        let anomalies = rows.filter { table.anomalous[$0] }.thinned(to: Self.anomalousLimit)
        let normals = rows.filter { !table.anomalous[$0] }.thinned(to: Self.normalLimit)
        guard !anomalies.isEmpty, !normals.isEmpty else { return nil }
        let rows = (anomalies + normals).sorted()
        let width = table.layout.featureCount + ForestInput.contextCount
        var columns = [[Float]](repeating: [], count: width)
        for column in columns.indices { columns[column].reserveCapacity(rows.count) }
        for row in rows {
            for (column, value) in table.forestInput(of: row).enumerated() { columns[column].append(value) }
        }
        self.init(
            columns: columns,
            anomalous: rows.map { table.anomalous[$0] },
            seed: UInt64(bitPattern: Int64(seed))
        )
    }
}

extension WindowTable {
    /// The input of the trees for a row.
    package func forestInput(of row: Int) -> [Float] {
        let window = windows[row]
        let clock = clocks[window.meter - list.meters.lowerBound]
        let local = clock.local(Timestamp(milliseconds: window.time))
        return ForestInput.row(features(of: row), meter: window.meter, local: local)
    }
}
