package import VectorIndex

/// What a judgement rests on: the known windows that lie nearest, by their rows.
package struct Grounds: Sendable {
    /// The strangest channel; nil where the encoder keeps none apart.
    package let channel: Int?
    /// The rows of the nearest normal windows, nearest first; in the strangest channel, if there is one.
    /// Windows labelled normal since the build are not among them.
    package let rows: [Int]
    /// How many normal windows are as near as normal windows typically are to each other, of
    /// ``mostAlike`` at most.
    package let alike: Int
    /// The nearest known anomalies, by the whole embedding.
    package let anomalies: [Match]

    /// How many normal windows that are alike are counted at most.
    package static let mostAlike = 100
}

extension Classifier {
    /// What the judgement of an embedding rests on.
    package func grounds(
        of embedding: [Float],
        in scope: Scope
    ) throws(VectorIndexError) -> Grounds {
        let channel = try channelSearch(in: scope)?.strangest(of: embedding).channel
        let bank = channel.map { channels[$0] } ?? normal
        let found = try bank.nearestRows(
            channel.map { Array(embedding[blocks[$0]]) } ?? embedding,
            count: Grounds.mostAlike,
            within: scope.normals,
            among: scope.labelled.normals,
            search: scope.search
        )
        let near = distances.distance(meter: scope.meter, channel: channel ?? 0)
        return Grounds(
            channel: channel,
            rows: found.prefix(Evidence.neighbours).map(\.row),
            alike: found.count { Double($0.squaredDistance) <= near * near },
            anomalies: try anomalies(embedding, scope, Evidence.neighbours)
        )
    }
}
