internal import CForest

/// A forest's nodes as they are walked: eight bytes each, in the same order.
struct PackedForest: Sendable {
    private let nodes: [CForestNode]
    private let roots: [Int32]
    private let inputCount: Int

    /// - Returns: nil where a node's child or input is too far for its sixteen bits.
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

    /// The sum over all trees of the share in the leaf a row comes to.
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

    /// An integer that orders like the float: 0 and -0 are equal, and NaN, which is at most nothing, is above
    /// all.
    private static func key(_ value: Float) -> Int32 {
        guard !value.isNaN else { return .max }
        let bits = Int32(bitPattern: (value + 0).bitPattern)
        return bits >= 0 ? bits : (bits ^ .max) &+ 1
    }
}
