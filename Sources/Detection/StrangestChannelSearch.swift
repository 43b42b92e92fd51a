package import VectorIndex
internal import Verdicts

/// Finds which of several channels is the strangest, and how strange it is.
///
/// The result is exact, and mostly found without scanning every row of every channel: the nearest of some
/// rows are no nearer than the nearest of all rows, so that some rows bound a channel's strangeness from
/// above, and a channel whose bound is below another channel's strangeness is out. All channels scan the
/// latest rows first; then the most promising channel scans the rest, and each of the others until it is out.
package struct StrangestChannelSearch: Sendable {
    /// One bank for each channel, of the same rows.
    let banks: [EmbeddingBank]
    /// Each channel's part of an embedding.
    let blocks: [Range<Int>]
    /// The reference distance of each channel.
    let references: [Double]
    /// The rows and labels to compare with.
    let scope: Classifier.Scope

    /// How many rows a channel scans before the next comparison of bounds.
    package static let rowsAtOnce = 8_192

    /// A search.
    ///
    /// - Parameters:
    ///   - banks: one bank for each channel, of the same rows.
    ///   - blocks: each channel's part of an embedding.
    ///   - references: how far normal windows typically lie from each other, by channel.
    ///   - scope: the rows and labels to compare with.
    package init(
        banks: [EmbeddingBank],
        blocks: [Range<Int>],
        references: [Double],
        in scope: Classifier.Scope
    ) {
        precondition(
            banks.count == blocks.count && banks.count == references.count,
            "each channel has a part of the embedding and a reference distance"
        )
        self.banks = banks
        self.blocks = blocks
        self.references = references
        self.scope = scope
    }

    /// The strangeness of the strangest channel.
    package func strangeness(of embedding: [Float]) throws(VectorIndexError) -> Double {
        try strangest(of: embedding).strangeness
    }

    /// The strangest channel, and how strange it is; of equally strange ones, any.
    package func strangest(
        of embedding: [Float]
    ) throws(VectorIndexError) -> (channel: Int, strangeness: Double) {
        var candidates: [Candidate] = []
        for channel in banks.indices {
            let part = Array(embedding[blocks[channel]])
            let labelled = try scope.labelled.nearestNormals(
                part,
                channel: channel,
                ofMeter: scope.meterName,
                count: Evidence.neighbours
            )
            var candidate = Candidate(
                channel: channel,
                part: part,
                labelled: labelled,
                rest: scope.normals
            )
            try advance(&candidate)
            candidates.append(candidate)
        }
        candidates.sort { $0.bound > $1.bound }
        var strangest = (channel: candidates.first?.channel ?? 0, strangeness: -Double.infinity)
        for var candidate in candidates {
            while candidate.bound > strangest.strangeness, !candidate.rest.isEmpty { try advance(&candidate) }
            if candidate.rest.isEmpty, candidate.strangeness > strangest.strangeness {
                strangest = (candidate.channel, candidate.strangeness)
            }
        }
        return strangest
    }

    /// A channel that may be the strangest.
    private struct Candidate {
        let channel: Int
        /// Its part of the embedding.
        let part: [Float]
        /// The nearest windows labelled normal since the banks were built.
        let labelled: [Match]
        /// The rows not scanned yet.
        var rest: Range<Int>
        /// The nearest of the scanned rows.
        var known: [Match] = []
        /// The strangeness by all windows seen so far.
        var strangeness = Double.infinity
        /// Whether as many neighbours were seen as count: only then can further rows not make the channel
        /// stranger.
        var isFull = false

        /// The most that its strangeness can be.
        var bound: Double { isFull || rest.isEmpty ? strangeness : .infinity }
    }

    /// Scans the latest of the rows that are left; all of them where lists say which rows to compare.
    private func advance(_ candidate: inout Candidate) throws(VectorIndexError) {
        let bank = banks[candidate.channel]
        let rows = candidate.rest.suffix(bank.index.lists == nil ? Self.rowsAtOnce : candidate.rest.count)
        let found = try bank.nearest(
            candidate.part,
            count: Evidence.neighbours,
            within: rows,
            among: scope.labelled.normals,
            search: scope.search
        )
        candidate.known = found.merged(with: candidate.known, Evidence.neighbours)
        candidate.rest = candidate.rest.lowerBound..<rows.lowerBound
        let nearest = candidate.known.merged(with: candidate.labelled, Evidence.neighbours)
        candidate.strangeness = Evidence.strangeness(
            nearest.meanDistance() ?? Evidence.farAway,
            reference: references[candidate.channel]
        )
        candidate.isFull = nearest.reduce(0) { $0 + $1.weight } >= Evidence.neighbours
    }
}
