internal import CForest
internal import Foundation
internal import Readings
internal import Statistics
internal import Windows

/// Extremely randomised trees (Geurts, Ernst and Wehenkel 2006) that tell labelled anomalies from other
/// windows.
///
/// Each tree is grown on all rows. At each node a few features are drawn with one random threshold each, and
/// the split that separates the classes best is taken, down to leaves of few rows or one class. Neighbours
/// miss anomalies that one feature alone shows, and trees find them; on labelled meters the two together
/// measured better than either.
package struct Forest: Equatable, Sendable {
    /// One node. Children come after their parents, so that a walk only goes forwards.
    package struct Node: Equatable, Sendable {
        /// The number of the feature that decides; -1 for a leaf.
        package let feature: Int32
        /// A value up to this one leads to the next node, a larger one to `right`. In a leaf, the share of
        /// anomalous rows.
        package let threshold: Float
        /// The index of the right child.
        package let right: Int32

        /// A value of its parts.
        package init(feature: Int32, threshold: Float, right: Int32) {
            self.feature = feature
            self.threshold = threshold
            self.right = right
        }
    }

    /// All trees' nodes, tree after tree.
    package let nodes: [Node]
    /// The index of each tree's first node.
    package let roots: [Int32]
    /// How many inputs a row has.
    package let inputCount: Int

    /// The value of an unknown input: below all known ones.
    package static let unknown: Float = -9

    /// The same nodes in the form that is walked fastest; nil where children are too far from their parents.
    private let packed: PackedForest?

    /// A forest of checked nodes, in which every walk ends in a leaf.
    package init(nodes: [Node], roots: [Int32], inputCount: Int) {
        self.nodes = nodes
        self.roots = roots
        self.inputCount = inputCount
        packed = PackedForest(nodes, roots: roots, inputCount: inputCount)
    }

    /// The mean over all trees of the share of anomalous rows in the leaf that a row reaches, 0…1.
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

    /// Whether two forests have the same nodes.
    package static func == (left: Forest, right: Forest) -> Bool {
        left.nodes == right.nodes && left.roots == right.roots && left.inputCount == right.inputCount
    }
}

/// The nodes of a forest in the form in which they are walked: eight bytes each, in the same order.
struct PackedForest: Sendable {
    private let nodes: [CForestNode]
    private let roots: [Int32]
    private let inputCount: Int

    /// - Returns: nil where the distance to a child, or the number of an input, exceeds sixteen bits.
    init?(_ nodes: [Forest.Node], roots: [Int32], inputCount: Int) {
        guard inputCount < Int(UInt16.max) else { return nil }
        var packed: [CForestNode] = []
        packed.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            guard node.feature >= 0 else {
                let bits = Int32(bitPattern: node.threshold.bitPattern)
                packed.append(CForestNode(threshold: bits, input: UInt16(inputCount), right: 0))
                continue
            }
            guard let right = UInt16(exactly: Int(node.right) - index) else { return nil }
            packed.append(
                CForestNode(threshold: Self.key(node.threshold), input: UInt16(node.feature), right: right)
            )
        }
        self.nodes = packed
        self.roots = roots
        self.inputCount = inputCount
    }

    /// The sum over all trees of the share of anomalous rows in the leaf that a row reaches.
    func sum(_ input: [Float]) -> Float {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: inputCount + 1) { keys in
            for index in 0..<inputCount { keys.initializeElement(at: index, to: Self.key(input[index])) }
            keys.initializeElement(at: inputCount, to: .max)
            return nodes.withUnsafeBufferPointer { nodes in
                roots.withUnsafeBufferPointer { roots in
                    guard let node = nodes.baseAddress, let root = roots.baseAddress,
                        let key = keys.baseAddress
                    else { return 0 }
                    return cforest_sum(node, root, roots.count, key)
                }
            }
        }
    }

    /// An integer that orders like the number: 0 and -0 are equal, and NaN, which is at most no number, comes
    /// last.
    private static func key(_ value: Float) -> Int32 {
        guard !value.isNaN else { return .max }
        let bits = Int32(bitPattern: (value + 0).bitPattern)
        return bits >= 0 ? bits : (bits ^ .max) &+ 1
    }
}

/// The input of the trees for a window: its features, the time of the day and the week, and its meter.
package enum ForestInput {
    /// How many inputs a row has besides the window's features.
    package static let contextCount = 4

    /// One row; unknown inputs are ``Forest/unknown``.
    ///
    /// - Parameter local: the end of the window on the meter's clock, in milliseconds since it showed
    ///   1970-01-01.
    package static func row(_ features: some Collection<Float>, meter: Int?, local: Int64) -> [Float] {
        var row: [Float] = []
        row.reserveCapacity(features.count + contextCount)
        for feature in features { row.append(feature.isFinite ? feature : Forest.unknown) }
        let day = CivilDate.millisecondsPerDay
        let inWeek = (local - CivilDate.firstMonday).flooredDivision(by: 7 * day).remainder
        let angle = 2 * Double.pi * Double(inWeek % day) / Double(day)
        row.append(Float(sin(angle)))
        row.append(Float(cos(angle)))
        row.append(inWeek >= 5 * day ? 1 : 0)
        row.append(meter.map(Float.init) ?? Forest.unknown)
        return row
    }
}
