package import Encoder

extension Forest {
    /// The trees as named tensors. Whole numbers below 2^24 are exact in float32; a forest is far from that.
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

    /// Restores a forest from its tensors, making sure that every walk ends in a leaf.
    ///
    /// - Parameter inputCount: how many inputs a row is to have.
    /// - Throws: ``IndexError`` with `damaged`.
    package init(_ tensors: Safetensors, inputCount: Int) throws(IndexError) {
        guard let features = tensors.tensors["feature"]?.values,
            let rights = tensors.tensors["right"]?.values,
            let thresholds = tensors.tensors["threshold"]?.values,
            let roots = tensors.tensors["roots"]?.values,
            tensors.tensors["inputs"]?.values == [Float(inputCount)], !roots.isEmpty,
            features.count == rights.count, features.count == thresholds.count
        else { throw Self.damaged("its tensors are missing or do not fit together") }
        let count = features.count
        guard roots.allSatisfy({ $0 >= 0 && $0 < Float(count) }) else {
            throw Self.damaged("a tree is outside")
        }
        var nodes: [Node] = []
        nodes.reserveCapacity(count)
        for index in 0..<count {
            // Children after their parents: no walk can go in circles or leave the array.
            let isLeaf = features[index] == -1
            let isFork =
                features[index] >= 0 && features[index] < Float(inputCount)
                && rights[index] > Float(index) && rights[index] < Float(count) && index + 1 < count
            guard isLeaf || isFork else { throw Self.damaged("node \(index) leads nowhere") }
            nodes.append(
                Node(
                    feature: Int32(features[index]),
                    threshold: thresholds[index],
                    right: Int32(rights[index])
                )
            )
        }
        self.init(nodes: nodes, roots: roots.map { Int32($0) }, inputCount: inputCount)
    }

    private static func damaged(_ what: String) -> IndexError {
        IndexError(.damaged, "\(GenerationFile.forest) cannot be used: \(what); rebuild the index")
    }
}
