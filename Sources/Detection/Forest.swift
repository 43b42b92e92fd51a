/// Extremely randomised trees (Geurts, Ernst and Wehenkel 2006) that tell labelled anomalies from the rest.
///
/// Each tree is grown on all rows; at each node a few features are drawn, one random threshold for each, and
/// the split that parts the classes best is taken, down to leaves of few rows or one class. What neighbours
/// cannot see, that one feature alone decides, trees can; on labelled meters the two together measured better
/// than either.
package struct Forest: Equatable, Sendable {
    /// One node; children stand after their parents, so a walk only goes forwards.
    package struct Node: Equatable, Sendable {
        /// Which feature decides; -1 for a leaf.
        package let feature: Int32
        /// At most this goes to the next node, more to `right`; in a leaf, the share of anomalous rows.
        package let threshold: Float
        /// The index of the right child.
        package let right: Int32

        /// A value of its parts.
        package init(
            feature: Int32,
            threshold: Float,
            right: Int32
        ) {
            self.feature = feature
            self.threshold = threshold
            self.right = right
        }
    }

    /// All trees' nodes, tree after tree.
    package let nodes: [Node]
    /// Where each tree begins.
    package let roots: [Int32]
    /// How many inputs a row has.
    package let inputCount: Int

    /// What stands in for an input that is not known: below all that are.
    package static let unknown: Float = -9

    /// The same nodes, to be walked; nil where they are too far apart.
    private let packed: PackedForest?

    /// A forest of nodes that were checked: every walk ends in a leaf.
    package init(nodes: [Node], roots: [Int32], inputCount: Int) {
        self.nodes = nodes
        self.roots = roots
        self.inputCount = inputCount
        packed = PackedForest(nodes, roots: roots, inputCount: inputCount)
    }

    /// The mean over all trees of the share of anomalous rows in the leaf a row comes to, 0…1.
    package func probability(_ input: [Float]) -> Double {
        precondition(input.count == inputCount, "a row has \(inputCount) inputs")
        return Double(packed?.sum(input) ?? sum(input)) / Double(roots.count)
    }

    private func sum(_ input: [Float]) -> Float {
        var sum: Float = 0
        for root in roots {
            var index = Int(root)
            while nodes[index].feature >= 0 {
                let node = nodes[index]
                index = input[Int(node.feature)] <= node.threshold ? index + 1 : Int(node.right)
            }
            sum += nodes[index].threshold
        }
        return sum
    }

    /// Equal nodes make equal forests.
    package static func == (left: Forest, right: Forest) -> Bool {
        left.nodes == right.nodes && left.roots == right.roots && left.inputCount == right.inputCount
    }
}
