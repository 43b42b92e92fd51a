internal import Foundation
internal import Statistics

/// An isolation forest (Liu, Ting and Zhou 2008): a row is strange if random splits separate it from the
/// others in few steps.
///
/// Each tree is grown on at most 256 rows, drawn without replacement, by random thresholds in random columns,
/// down to single rows or to the depth at which a typical row would be alone. A sample this small rarely
/// contains two rows of one incident, so that unlabelled anomalies among the rows do little harm.
package struct IsolationForest: Equatable, Sendable {
    /// A node; children come after their parents.
    private struct Node: Equatable, Sendable {
        /// The column that is compared; -1 for a leaf.
        let column: Int32
        /// Values up to this continue at the next node, greater ones at `right`. In a leaf: the number of
        /// steps to it, plus the expected number of steps within it.
        let threshold: Float
        /// The index of the right child.
        let right: Int32
    }

    /// The default number of trees.
    package static let treeCount = 200
    /// The most rows on which a tree is grown.
    package static let sampleLimit = 256

    /// The number of columns of a row.
    package let width: Int
    private let nodes: [Node]
    private let roots: [Int]
    private let defaultSteps: Double

    /// Grows a forest.
    ///
    /// - Parameters:
    ///   - rows: row-major, finite, at least one; anomalies may be among them.
    ///   - width: the number of columns of a row.
    ///   - seed: equal seeds give equal forests.
    package init(_ rows: [Float], width: Int, trees: Int = Self.treeCount, seed: UInt64) {
        precondition(
            width > 0 && rows.count >= width && rows.count % width == 0,
            "there must be at least one row, and all rows must be complete"
        )
        let count = rows.count / width
        let sample = min(count, Self.sampleLimit)
        var nodes: [Node] = []
        var roots: [Int] = []
        for tree in 0..<trees {
            var random = SplitMix64(seed: seed).split(UInt64(tree))
            var grower = Grower(rows: rows, width: width, sample: sample, &random)
            roots.append(nodes.count)
            grower.grow(&nodes, 0..<sample, depth: 0, &random)
        }
        self.width = width
        self.nodes = nodes
        self.roots = roots
        defaultSteps = Self.steps(among: sample)
    }

    /// How strange a row is: greater than 0 and at most 1, with 0.5 for a typical row. The negative of
    /// scikit-learn's `score_samples`.
    package func score(_ row: some RandomAccessCollection<Float>) -> Double {
        precondition(row.count == width, "a row must have \(width) columns")
        guard defaultSteps > 0 else { return 0.5 }
        let row = Array(row)
        var steps = 0.0
        for root in roots {
            var index = root
            while nodes[index].column >= 0 {
                let node = nodes[index]
                index = row[Int(node.column)] <= node.threshold ? index + 1 : Int(node.right)
            }
            steps += Double(nodes[index].threshold)
        }
        return exp2(-steps / Double(roots.count) / defaultSteps)
    }

    /// The mean number of steps to a leaf of a random binary search tree with this number of rows.
    fileprivate static func steps(among count: Int) -> Double {
        switch count {
        case ...1: 0
        case 2: 1
        default:
            2 * (log(Double(count - 1)) + 0.577_215_664_901_532_9) - 2 * Double(count - 1) / Double(count)
        }
    }

    /// Grows one tree.
    private struct Grower {
        let rows: [Float]
        let width: Int
        let depthLimit: Int
        /// The sampled rows; within each node's range, the rows of its left child come first.
        var drawn: [Int]

        init(rows: [Float], width: Int, sample: Int, _ random: inout SplitMix64) {
            self.rows = rows
            self.width = width
            depthLimit = Int(ceil(log2(Double(max(sample, 2)))))
            var order = Array(0..<rows.count / width)
            for index in 0..<sample {
                order.swapAt(index, Int.random(in: index..<order.count, using: &random))
            }
            drawn = Array(order.prefix(sample))
        }

        mutating func grow(
            _ nodes: inout [Node],
            _ range: Range<Int>,
            depth: Int,
            _ random: inout SplitMix64
        ) {
            guard range.count > 1, depth < depthLimit, let (column, threshold) = split(range, &random) else {
                let steps = Double(depth) + IsolationForest.steps(among: range.count)
                nodes.append(Node(column: -1, threshold: Float(steps), right: 0))
                return
            }
            let (rows, width) = (rows, width)
            let middle = drawn[range].partition { rows[$0 * width + column] > threshold }
            let index = nodes.count
            nodes.append(Node(column: -1, threshold: 0, right: 0))
            grow(&nodes, range.lowerBound..<middle, depth: depth + 1, &random)
            nodes[index] = Node(column: Int32(column), threshold: threshold, right: Int32(nodes.count))
            grow(&nodes, middle..<range.upperBound, depth: depth + 1, &random)
        }

        /// A random threshold in a random column that has more than one value in the range; nil if none has.
        private func split(_ range: Range<Int>, _ random: inout SplitMix64) -> (Int, Float)? {
            var columns = Array(0..<width)
            while !columns.isEmpty {
                let column = columns.remove(at: Int.random(in: 0..<columns.count, using: &random))
                var least = Float.infinity
                var greatest = -Float.infinity
                for row in drawn[range] {
                    least = min(least, rows[row * width + column])
                    greatest = max(greatest, rows[row * width + column])
                }
                guard least < greatest else { continue }
                return (column, min(Float.random(in: least..<greatest, using: &random), greatest.nextDown))
            }
            return nil
        }
    }
}
