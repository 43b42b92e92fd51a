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
    /// The embedding less the mean of those of the rows; nil if there are none, and where the bank has lists,
    /// which give no row back.
    package let departure: [Float]?

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
        let rows = found.prefix(Evidence.neighbours).map(\.row)
        return Grounds(
            channel: channel,
            rows: rows,
            alike: found.count { Double($0.squaredDistance) <= near * near },
            anomalies: try anomalies(embedding, scope, Evidence.neighbours),
            departure: try departure(of: embedding, from: rows)
        )
    }

    private func departure(of embedding: [Float], from rows: [Int]) throws(VectorIndexError) -> [Float]? {
        guard !rows.isEmpty, normal.index.lists == nil else { return nil }
        var departure = embedding
        for row in rows {
            for (place, value) in try normal.index.row(row).enumerated() {
                departure[place] -= value / Float(rows.count)
            }
        }
        return departure
    }
}
