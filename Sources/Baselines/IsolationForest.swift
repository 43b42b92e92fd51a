internal import Foundation
internal import Statistics

/// An isolation forest (Liu, Ting and Zhou 2008): what random splits part from the rest in few steps is
/// strange.
///
/// Each tree is grown on a few hundred rows drawn without putting back, by a random threshold in a random
/// column, down to single rows or to the depth where a usual row would stand alone. So few rows seldom hold
/// two of one incident, which is why it does not mind unlabelled anomalies among what it learns from.
package struct IsolationForest: Equatable, Sendable {
    /// One node; children stand after their parents.
    private struct Node: Equatable, Sendable {
        /// Which column decides; -1 for a leaf.
        let column: Int32
        /// At most this goes to the next node, more to `right`; in a leaf, the steps to it and to be expected
        /// in it.
        let threshold: Float
        /// The index of the right child.
        let right: Int32
    }

    /// How many trees there are, unless told otherwise.
    package static let treeCount = 200
    /// A tree sees at most so many rows.
    package static let sampleLimit = 256

    /// How many columns a row has.
    package let width: Int
    private let nodes: [Node]
    private let roots: [Int]
    private let defaultSteps: Double

    /// Learns what is usual.
    ///
    /// - Parameters:
    ///   - rows: row-major, finite, at least one; anomalies may be among them.
    ///   - width: how many columns a row has.
    ///   - seed: equal seeds give equal forests.
    package init(_ rows: [Float], width: Int, trees: Int = Self.treeCount, seed: UInt64) {
        precondition(width > 0 && rows.count >= width && rows.count % width == 0, "whole rows, at least one")
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

    /// How strange a row is, above 0 and at most 1; a half is usual. What scikit-learn's `score_samples`
    /// says, without its minus.
    package func score(_ row: some RandomAccessCollection<Float>) -> Double {
        precondition(row.count == width, "a row has \(width) columns")
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

    /// The mean number of steps to a leaf of a random binary search tree over so many rows.
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
        /// The sample's rows, the tree's left ones before its right ones.
        var drawn: [Int]

        init(rows: [Float], width: Int, sample: Int, _ random: inout SplitMix64) {
            self.rows = rows
            self.width = width
            depthLimit = Int(ceil(log2(Double(max(sample, 2)))))
            var order = Array(0..<rows.count / width)
            for place in 0..<sample {
                order.swapAt(place, Int.random(in: place..<order.count, using: &random))
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
            let place = nodes.count
            nodes.append(Node(column: -1, threshold: 0, right: 0))
            grow(&nodes, range.lowerBound..<middle, depth: depth + 1, &random)
            nodes[place] = Node(column: Int32(column), threshold: threshold, right: Int32(nodes.count))
            grow(&nodes, middle..<range.upperBound, depth: depth + 1, &random)
        }

        /// A random threshold in a random column that has more than one value here; nil where none has.
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
