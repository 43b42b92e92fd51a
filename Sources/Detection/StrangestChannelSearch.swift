package import VectorIndex
package import Verdicts

/// Which of several channels is the strangest, and how strange.
///
/// Exact, and mostly without looking at every row of every channel: the nearest of some rows are no nearer
/// than the nearest of all, so what they say bounds a channel's strangeness from above, and a channel whose
/// bound is below another's strangeness has no say. All look at the latest rows first; then the most
/// promising goes on to the end, and each of the others until it has lost.
package struct StrangestChannelSearch: Sendable {
    /// One bank a channel, of the same rows.
    let banks: [EmbeddingBank]
    /// Each channel's part of an embedding.
    let blocks: [Range<Int>]
    /// How far normals usually lie apart, by channel.
    let usual: [Double]
    /// The rows to compare with.
    let rows: Range<Int>
    /// Whose labelled windows count too.
    let meter: String
    let labelled: LabelOverlay
    let search: QueryOptions

    /// Rows that a channel looks at before it is asked whether it can still win.
    package static let rowsAtOnce = 8_192

    package init(
        banks: [EmbeddingBank],
        blocks: [Range<Int>],
        usual: [Double],
        rows: Range<Int>,
        meter: String = "",
        labelled: LabelOverlay = LabelOverlay(),
        search: QueryOptions = QueryOptions()
    ) {
        precondition(banks.count == blocks.count && banks.count == usual.count, "a part and a unit a channel")
        self.banks = banks
        self.blocks = blocks
        self.usual = usual
        self.rows = rows
        self.meter = meter
        self.labelled = labelled
        self.search = search
    }

    /// The strangeness of the strangest channel.
    package func strangeness(of embedding: [Float]) throws(VectorIndexError) -> Double {
        var contenders: [Candidate] = []
        for channel in banks.indices {
            let part = Array(embedding[blocks[channel]])
            let fresh = labelled.nearest(
                embedding,
                block: blocks[channel],
                anomalous: false,
                meter: meter,
                count: Evidence.neighbours
            )
            var contender = Candidate(channel: channel, part: part, fresh: fresh, rest: rows)
            try lookOn(&contender)
            contenders.append(contender)
        }
        contenders.sort { $0.bound > $1.bound }
        var strangest = -Double.infinity
        for var contender in contenders {
            while contender.bound > strangest, !contender.rest.isEmpty { try lookOn(&contender) }
            if contender.rest.isEmpty { strangest = max(strangest, contender.strangeness) }
        }
        return strangest
    }

    private struct Candidate {
        let channel: Int
        /// Its part of the embedding.
        let part: [Float]
        /// The nearest windows labelled normal since the banks were built.
        let fresh: [Match]
        /// The rows not looked at yet.
        var rest: Range<Int>
        /// The nearest of those looked at.
        var known: [Match] = []
        /// What all these say.
        var strangeness = Double.infinity
        /// Whether they fill all places: only then can more rows make it no stranger.
        var isFull = false

        /// What its strangeness is at most.
        var bound: Double { isFull || rest.isEmpty ? strangeness : .infinity }
    }

    /// Looks at the latest of the rows that are left; at all of them where lists say where to look.
    private func lookOn(_ contender: inout Candidate) throws(VectorIndexError) {
        let bank = banks[contender.channel]
        let rows = contender.rest.suffix(bank.index.lists == nil ? Self.rowsAtOnce : contender.rest.count)
        let found = try bank.nearest(
            contender.part,
            count: Evidence.neighbours,
            within: rows,
            except: labelled.overriddenNormals,
            search: search
        )
        contender.known = found.merged(with: contender.known, Evidence.neighbours)
        contender.rest = contender.rest.lowerBound..<rows.lowerBound
        let nearest = contender.known.merged(with: contender.fresh, Evidence.neighbours)
        contender.strangeness = Evidence.strangeness(
            nearest.meanDistance() ?? Evidence.nowhere,
            usual: usual[contender.channel]
        )
        contender.isFull = nearest.reduce(0) { $0 + $1.weight } >= Evidence.neighbours
    }
}
