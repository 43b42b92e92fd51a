internal import Readings
package import VectorIndex
package import Verdicts

/// Judges embeddings by their neighbours in the banks.
package struct Classifier: Sendable {
    /// Windows known or taken to be normal, meter by meter, in time order.
    package private(set) var normal: EmbeddingBank
    /// One bank a channel of the same rows, where there is more than one channel.
    package private(set) var channels: [EmbeddingBank]
    /// Windows labelled anomalous, in time order.
    package private(set) var anomalous: EmbeddingBank
    /// The parts of an embedding that stand for one channel each.
    package let blocks: [Range<Int>]
    /// How far each meter's normals usually lie from each other.
    package let usual: ReferenceDistances
    /// Tells labelled anomalies from the rest by features; nil with too few labels.
    package private(set) var forest: Forest?
    package let fusion: Fusion
    package private(set) var calibration: Calibration

    /// A classifier of banks.
    ///
    /// - Parameters:
    ///   - banks: the embeddings to compare with.
    ///   - usual: how far each meter's normal windows lie from each other.
    package init(
        _ banks: Banks,
        usual: ReferenceDistances,
        forest: Forest?,
        fusion: Fusion,
        calibration: Calibration
    ) {
        normal = banks.normal
        channels = banks.channels
        anomalous = banks.anomalous
        blocks = banks.blocks
        self.usual = usual
        self.forest = forest
        self.fusion = fusion
        self.calibration = calibration
    }

    /// What to look at for a query.
    package struct Scope: Sendable {
        /// The query's meter; nil for one the index does not know.
        var meter: Int?
        /// Its name.
        var meterName: String
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
            meterName: String = "",
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

    /// A meter's own rows; everyone's where it has too few of its own to be judged by.
    package func scope(
        ofMeter meter: Int?,
        name: String = "",
        labelled: LabelOverlay = LabelOverlay(),
        search: QueryOptions = QueryOptions()
    ) -> Scope {
        let everyone = 0..<normal.windows.count
        let own = meter.map { normal.rows(ofMeter: $0) } ?? everyone
        return Scope(
            meter: meter,
            meterName: name,
            normals: own.count >= ReferenceDistances.fewestWindows ? own : everyone,
            anomalies: 0..<anomalous.windows.count,
            labelled: labelled,
            search: search
        )
    }

    /// What speaks for and against an embedding, and the windows that say so.
    ///
    /// - Parameters:
    ///   - embedding: what is to be judged.
    ///   - probability: what a forest makes of it.
    ///   - scope: what to compare it with.
    ///   - count: how many windows to name, at least ``Evidence/neighbours``.
    package func evidence(
        about embedding: [Float],
        probability: Double?,
        in scope: Scope,
        count: Int = Evidence.neighbours
    ) throws(VectorIndexError) -> (evidence: Evidence, normals: [Match], anomalies: [Match]) {
        let whole = 0..<embedding.count
        let normals = try normals(embedding, scope, count)
        let known = try anomalous.nearest(
            embedding,
            count: count,
            within: scope.anomalies,
            except: scope.labelled.overriddenAnomalies,
            search: scope.search
        )
        let fresh = scope.labelled.nearest(embedding, block: whole, anomalous: true, count: count)
        let anomalies = known.merged(with: fresh, count)
        let normalDistance = normals.meanDistance() ?? Evidence.nowhere
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
        guard !channels.isEmpty else {
            return Evidence.strangeness(distance, usual: usual.distance(meter: scope.meter, channel: 0))
        }
        let contest = StrangestChannelSearch(
            banks: channels,
            blocks: blocks,
            usual: channels.indices.map { usual.distance(meter: scope.meter, channel: $0) },
            rows: scope.normals,
            meter: scope.meterName,
            labelled: scope.labelled,
            search: scope.search
        )
        return try contest.strangeness(of: embedding)
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
            except: scope.labelled.overriddenNormals,
            search: scope.search
        )
        let fresh = scope.labelled.nearest(
            embedding,
            block: 0..<embedding.count,
            anomalous: false,
            meter: scope.meterName,
            count: count
        )
        return known.merged(with: fresh, count)
    }

    /// Judges an embedding.
    ///
    /// - Parameters:
    ///   - embedding: what is to be judged.
    ///   - features: what the embedding was made from.
    ///   - time: the end of the window, milliseconds since 1970.
    ///   - scope: what to compare it with.
    ///   - neighbours: how many known windows to name, 0 and up.
    package func classify(
        _ embedding: [Float],
        features: [Float],
        time: Int64,
        in scope: Scope,
        neighbours: Int
    ) throws(VectorIndexError) -> Assessment {
        let filter = scope.search.filter
        let (evidence, normals, anomalies) = try evidence(
            about: embedding,
            probability: forest?.probability(ForestInput.row(features, meter: scope.meter, time: time)),
            in: scope,
            count: max(neighbours, Evidence.neighbours)
        )
        let named = try filter.map { filter throws(VectorIndexError) in
            try self.neighbours(
                of: embedding,
                passing: filter,
                in: scope,
                judged: (normals, anomalies),
                count: neighbours
            )
        }
        let weight = fusion.weigh(evidence)
        let score = calibration.score(weight, meter: scope.meter)
        let verdict = Verdict(score: score, evidence)
        return Assessment(
            verdict: verdict,
            score: score,
            p: calibration.p(weight, meter: scope.meter),
            kind: verdict == .anomalous ? anomalies.kind() : nil,
            normalDistance: evidence.normalDistance,
            anomalousDistance: evidence.anomalousDistance,
            neighbours: named.map { named in
                named.sorted { $0.distance < $1.distance }.prefix(neighbours).map(Neighbour.init)
            } ?? nearest(neighbours, of: normals, and: anomalies)
        )
    }

    /// The nearest of two classes, each nearest first; normals first where both are equally near.
    private func nearest(_ count: Int, of normals: [Match], and anomalies: [Match]) -> [Neighbour] {
        var neighbours: [Neighbour] = []
        neighbours.reserveCapacity(count)
        var (normal, anomaly) = (normals.startIndex, anomalies.startIndex)
        while neighbours.count < count, normal < normals.endIndex || anomaly < anomalies.endIndex {
            let isNormalNearer =
                anomaly == anomalies.endIndex
                || normal < normals.endIndex && normals[normal].distance <= anomalies[anomaly].distance
            neighbours.append(Neighbour(isNormalNearer ? normals[normal] : anomalies[anomaly]))
            if isNormalNearer { normal += 1 } else { anomaly += 1 }
        }
        return neighbours
    }
}

extension Sequence<Match> {
    /// The kind most of the nearest anomalies are of, each counted by its nearness; nil where none says.
    fileprivate func kind() -> String? {
        var votes: [String: Double] = [:]
        for match in prefix(Evidence.neighbours) {
            guard let kind = match.kind else { continue }
            votes[kind, default: 0] += Double(match.weight) / (match.distance + Evidence.softening)
        }
        return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
}

extension Classifier {
    /// The same classifier with its banks held otherwise.
    package func holding(
        normal: EmbeddingBank,
        channels: [EmbeddingBank],
        anomalous: EmbeddingBank
    ) -> Classifier {
        var classifier = self
        (classifier.normal, classifier.channels, classifier.anomalous) = (normal, channels, anomalous)
        return classifier
    }

    /// The same classifier, calibrated, with a forest.
    package func calibrated(_ calibration: Calibration, forest: Forest?) -> Classifier {
        var classifier = self
        (classifier.calibration, classifier.forest) = (calibration, forest)
        return classifier
    }

    /// The same classifier with another alarm line.
    package func with(_ alarmLine: AlarmLine, interval: Int64) -> Classifier {
        calibrated(calibration.with(alarmLine, interval: interval), forest: forest)
    }
}
