/// The embeddings a classifier compares with.
package struct Banks: Sendable {
    /// Windows known or taken to be normal, meter by meter, in time order.
    package let normal: EmbeddingBank
    /// One bank a channel of the same rows, where there is more than one channel; else empty.
    package let channels: [EmbeddingBank]
    /// Windows labelled anomalous, in time order.
    package let anomalous: EmbeddingBank
    /// The parts of an embedding that stand for one channel each.
    package let blocks: [Range<Int>]

    /// Banks of embeddings.
    package init(
        normal: EmbeddingBank,
        channels: [EmbeddingBank],
        anomalous: EmbeddingBank,
        blocks: [Range<Int>]
    ) {
        self.normal = normal
        self.channels = channels
        self.anomalous = anomalous
        self.blocks = blocks
    }
}
