package import Encoder
package import Verdicts

extension Forest {
    /// The trees as named tensors. Whole numbers below 2^24 are exact in float32; a forest has far fewer
    /// nodes.
    package var tensors: Safetensors {
        func column(_ values: [Float]) -> Safetensors.Tensor { .init(shape: [values.count], values: values) }
        return Safetensors([
            "feature": column(nodes.map { Float($0.feature) }),
            "inputs": column([Float(inputCount)]),
            "right": column(nodes.map { Float($0.right) }),
            "roots": column(roots.map(Float.init)),
            "threshold": column(nodes.map(\.threshold)),
        ])
    }

    /// Restores a forest from its tensors and checks that every walk ends in a leaf.
    ///
    /// - Parameter inputCount: how many inputs a row has.
    /// - Throws: ``IndexError`` with `damaged`.
    package init(_ tensors: Safetensors, inputCount: Int) throws(IndexError) {
        guard let features = tensors.tensors["feature"]?.values,
            let rights = tensors.tensors["right"]?.values,
            let thresholds = tensors.tensors["threshold"]?.values,
            let roots = tensors.tensors["roots"]?.values,
            tensors.tensors["inputs"]?.values == [Float(inputCount)], !roots.isEmpty,
            features.count == rights.count, features.count == thresholds.count
        else { throw Self.damaged("its tensors are missing or do not fit together") }
        let starts = roots.compactMap { Int32(exactly: $0) }
        guard starts.count == roots.count, starts.allSatisfy({ features.indices.contains(Int($0)) }) else {
            throw Self.damaged("a tree begins outside the nodes")
        }
        var nodes: [Node] = []
        nodes.reserveCapacity(features.count)
        for index in features.indices {
            // A fraction that is rounded down could lead a walk back to the same node.
            guard let feature = Int32(exactly: features[index]), let right = Int32(exactly: rights[index])
            else {
                throw Self.damaged("node \(index) has a number that is not whole")
            }
            let node = Node(feature: feature, threshold: thresholds[index], right: right)
            guard node.isSound(at: index, of: features.count, inputCount: inputCount) else {
                throw Self.damaged("node \(index) leads outside the forest")
            }
            nodes.append(node)
        }
        self.init(nodes: nodes, roots: starts, inputCount: inputCount)
    }

    private static func damaged(_ what: String) -> IndexError {
        IndexError(.damaged, "forest.safetensors cannot be used: \(what); rebuild the index")
    }
}

extension Forest.Node {
    /// Whether the node is a leaf with a share, or a fork whose children come after it: then a walk neither
    /// returns to a node nor leaves the array.
    fileprivate func isSound(at index: Int, of count: Int, inputCount: Int) -> Bool {
        if feature == -1 { return (0...1).contains(threshold) }
        return feature >= 0 && feature < inputCount && threshold.isFinite
            && Int(right) > index && Int(right) < count
    }
}
