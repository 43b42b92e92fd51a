/// A FAISS index that several values share: frozen, since nothing can write to it any more.
package final class SharedIndex: Sendable {
    package let index: VectorIndex

    /// Freezes an index.
    package init(_ index: consuming VectorIndex) {
        self.index = index
    }
}
