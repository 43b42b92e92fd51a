package import Readings
package import VectorIndex
package import Verdicts

/// The embeddings that a classifier compares with.
package struct Banks: Sendable {
    /// Windows that are known to be normal or treated as normal, meter by meter, in time order.
    package let normal: EmbeddingBank
    /// A bank of the same rows for each channel, where there are several channels; otherwise empty.
    package let channels: [EmbeddingBank]
    /// Windows labelled anomalous, in time order.
    package let anomalous: EmbeddingBank
    /// The parts of an embedding that belong to one channel each.
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

/// Judges embeddings by their neighbours in the banks.
package struct Classifier: Sendable {
    /// Windows that are known to be normal or treated as normal, meter by meter, in time order.
    package let normal: EmbeddingBank
    /// A bank of the same rows for each channel, where there are several channels; otherwise empty.
    package let channels: [EmbeddingBank]
    /// Windows labelled anomalous, in time order.
    package let anomalous: EmbeddingBank
    /// The parts of an embedding that belong to one channel each.
    package let blocks: [Range<Int>]
    /// How far each meter's normal windows typically lie from each other.
    package let distances: ReferenceDistances
    /// Tells labelled anomalies from other windows by their features; nil with too few labels.
    package let forest: Forest?
    package let fusion: Fusion
    package private(set) var calibration: Calibration

    /// A classifier of banks.
    ///
    /// - Parameters:
    ///   - banks: the embeddings to compare with.
    ///   - distances: how far each meter's normal windows typically lie from each other.
    package init(
        _ banks: Banks,
        distances: ReferenceDistances,
        forest: Forest?,
        fusion: Fusion,
        calibration: Calibration
    ) {
        normal = banks.normal
        channels = banks.channels
        anomalous = banks.anomalous
        blocks = banks.blocks
        self.distances = distances
        self.forest = forest
        self.fusion = fusion
        self.calibration = calibration
    }

    /// The embeddings that it compares with.
    package var banks: Banks {
        Banks(normal: normal, channels: channels, anomalous: anomalous, blocks: blocks)
    }

    /// The same classifier with another alarm line.
    package func with(_ alarmLine: AlarmLineSetting, interval: Int64) -> Classifier {
        var classifier = self
        classifier.calibration = calibration.with(alarmLine, interval: interval)
        return classifier
    }

    /// What a query is compared with.
    package struct Scope: Sendable {
        /// The number of the query's meter; nil for a meter that the index does not know.
        var meter: Int?
        /// The meter's name.
        var meterName: Name
        /// The rows of the normal bank to compare with.
        package var normals: Range<Int>
        /// The rows of the anomalous bank to compare with.
        var anomalies: Range<Int>
        /// The labels given since the banks were built.
        var labelled: LabelOverlay
        /// How the banks are searched.
        var search: QueryOptions

        /// A part of the banks.
        package init(
            meter: Int?,
            meterName: Name = "",
            normals: Range<Int>,
            anomalies: Range<Int>,
            labelled: LabelOverlay = LabelOverlay(),
            search: QueryOptions = QueryOptions()
        ) {
            self.meter = meter
            self.meterName = meterName
            self.normals = normals
            self.anomalies = anomalies
            self.labelled = labelled
            self.search = search
        }
    }

    /// The normal rows of a meter; those of all meters where the meter has too few of its own. All anomalies.
    package func scope(
        ofMeter meter: Int?,
        name: Name = "",
        labelled: LabelOverlay = LabelOverlay(),
        search: QueryOptions = QueryOptions()
    ) -> Scope {
        let all = 0..<normal.windows.count
        let own = meter.map { normal.rows(ofMeter: $0) } ?? all
        return Scope(
            meter: meter,
            meterName: name,
            normals: own.count >= ReferenceDistances.fewestWindows ? own : all,
            anomalies: 0..<anomalous.windows.count,
            labelled: labelled,
            search: search
        )
    }

    /// The evidence about an embedding, and the windows it is based on.
    ///
    /// - Parameters:
    ///   - embedding: the embedding to judge.
    ///   - probability: the probability that a forest gives; nil without a forest.
    ///   - scope: what the embedding is compared with.
    ///   - count: how many windows of each class to find, at least ``Evidence/neighbours``.
    package func evidence(
        about embedding: [Float],
        probability: Double?,
        in scope: Scope,
        count: Int = Evidence.neighbours
    ) throws(VectorIndexError) -> (evidence: Evidence, normals: [Match], anomalies: [Match]) {
        let normals = try normals(embedding, scope, count)
        let anomalies = try anomalies(embedding, scope, count)
        let normalDistance = normals.meanDistance() ?? Evidence.farAway
        let evidence = Evidence(
            strangeness: try strangeness(embedding, normalDistance, scope),
            normalDistance: normalDistance,
            anomalousDistance: anomalies.meanDistance(),
            probability: probability
        )
        return (evidence, normals, anomalies)
    }

    private func strangeness(
        _ embedding: [Float],
        _ distance: Double,
        _ scope: Scope
    ) throws(VectorIndexError) -> Double {
        guard let search = channelSearch(in: scope) else {
            return Evidence.strangeness(
                distance,
                reference: distances.distance(meter: scope.meter, channel: 0)
            )
        }
        return try search.strangeness(of: embedding)
    }

    /// What finds the strangest channel; nil where the encoder keeps none apart.
    func channelSearch(in scope: Scope) -> StrangestChannelSearch? {
        guard !channels.isEmpty else { return nil }
        return StrangestChannelSearch(
            banks: channels,
            blocks: blocks,
            references: channels.indices.map { distances.distance(meter: scope.meter, channel: $0) },
            in: scope
        )
    }

    private func normals(
        _ embedding: [Float],
        _ scope: Scope,
        _ count: Int
    ) throws(VectorIndexError) -> [Match] {
        let known = try normal.nearest(
            embedding,
            count: count,
            within: scope.normals,
            among: scope.labelled.normals,
            search: scope.search
        )
        let labelled = try scope.labelled.nearestNormals(embedding, ofMeter: scope.meterName, count: count)
        return known.merged(with: labelled, count)
    }

    func anomalies(
        _ embedding: [Float],
        _ scope: Scope,
        _ count: Int
    ) throws(VectorIndexError) -> [Match] {
        let known = try anomalous.nearest(
            embedding,
            count: count,
            within: scope.anomalies,
            among: scope.labelled.anomalies,
            search: scope.search
        )
        let labelled = try scope.labelled.nearestAnomalies(embedding, count: count)
        return known.merged(with: labelled, count)
    }
}
