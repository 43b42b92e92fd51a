internal import Readings
package import VectorIndex
package import Verdicts

extension Classifier {
    /// Judges an embedding.
    ///
    /// - Parameters:
    ///   - embedding: the embedding to judge.
    ///   - features: the features that the embedding was made from.
    ///   - local: the end of the window on the meter's clock, in milliseconds since it showed 1970-01-01.
    ///   - scope: what the embedding is compared with.
    ///   - neighbours: how many known windows to name, 0 or more.
    package func classify(
        _ embedding: [Float],
        features: [Float],
        local: Int64,
        in scope: Scope,
        neighbours: Int
    ) throws(VectorIndexError) -> Assessment {
        let (evidence, normals, anomalies) = try evidence(
            about: embedding,
            probability: forest?.probability(ForestInput.row(features, meter: scope.meter, local: local)),
            in: scope,
            count: max(neighbours, Evidence.neighbours)
        )
        let named = try scope.search.filter.map { filter throws(VectorIndexError) in
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

    /// The nearest of two classes, each nearest first; normal windows first where both are equally near.
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

    /// The windows that pass a filter, nearest first, normal ones before anomalies.
    ///
    /// Without a condition on meters, the normal windows are those of the judged window's own meter; with one
    /// they may be of any meter.
    ///
    /// - Parameters:
    ///   - judged: the nearest windows without the filter. Where enough of them pass it, no second search is
    ///     needed.
    ///   - count: how many of each class to find.
    private func neighbours(
        of embedding: [Float],
        passing filter: NeighbourFilter,
        in scope: Scope,
        judged: (normals: [Match], anomalies: [Match]),
        count: Int
    ) throws(VectorIndexError) -> [Match] {
        guard count > 0 else { return [] }
        let labelled = scope.labelled
        var named: [Match] = []
        for bank in [normal, anomalous] {
            let isAnomalous = bank.isAnomalous
            let seen = (isAnomalous ? judged.anomalies : judged.normals).filter(filter.admits)
            if seen.count >= count, isAnomalous || !filter.namesMeters {
                named += seen.prefix(count)
                continue
            }
            let all = 0..<bank.windows.count
            let own = isAnomalous ? scope.anomalies : scope.normals
            let known = try bank.nearest(
                embedding,
                count: count,
                passing: filter,
                within: filter.namesMeters ? all : own,
                among: isAnomalous ? labelled.anomalies : labelled.normals,
                search: scope.search
            )
            let sinceBuilt =
                isAnomalous
                ? try labelled.nearestAnomalies(embedding, passing: filter, count: count)
                : try labelled.nearestNormals(
                    embedding,
                    ofMeter: filter.namesMeters ? nil : scope.meterName,
                    passing: filter,
                    count: count
                )
            named += (known + sinceBuilt).sorted { $0.distance < $1.distance }.prefix(count)
        }
        return named
    }
}

extension Sequence<Match> {
    /// The kind of most of the nearest anomalies, each counted by its nearness; nil where none has a kind.
    fileprivate func kind() -> Name? {
        var votes: [Name: Double] = [:]
        for match in prefix(Evidence.neighbours) {
            guard let kind = match.kind else { continue }
            votes[kind, default: 0] += Double(match.weight) / (match.distance + Evidence.softening)
        }
        return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
}
