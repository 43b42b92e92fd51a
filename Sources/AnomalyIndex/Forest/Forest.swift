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
    }

    /// All trees' nodes, tree after tree.
    package let nodes: [Node]
    /// Where each tree begins.
    package let roots: [Int32]
    /// How many inputs a row has.
    package let inputCount: Int

    /// What stands in for an input that is not known: below all that are.
    package static let unknown: Float = -9

    /// The mean over all trees of the share of anomalous rows in the leaf a row comes to, 0…1.
    package func probability(_ input: [Float]) -> Double {
        precondition(input.count == inputCount, "a row has \(inputCount) inputs")
        var sum: Float = 0
        input.withUnsafeBufferPointer { input in
            nodes.withUnsafeBufferPointer { nodes in
                for root in roots {
                    var index = Int(root)
                    var node = nodes[index]
                    while node.feature >= 0 {
                        index = input[Int(node.feature)] <= node.threshold ? index + 1 : Int(node.right)
                        node = nodes[index]
                    }
                    sum += node.threshold
                }
            }
        }
        return Double(sum) / Double(roots.count)
    }
}
