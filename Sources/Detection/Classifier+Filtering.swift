internal import VectorIndex
internal import Verdicts

extension Classifier {
    /// The windows that a filter lets be named, nearest first, normals and anomalies.
    ///
    /// Without a condition on meters the normals are those the window was judged by, its own meter's. With
    /// one they may be anybody's.
    ///
    /// - Parameters:
    ///   - judged: the nearest normals and anomalies without the filter. Where enough of them pass, nothing
    ///     has to be looked for again.
    ///   - count: how many of each to look for.
    func neighbours(
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
            let everyone = 0..<bank.windows.count
            let own = isAnomalous ? scope.anomalies : scope.normals
            let known = try bank.nearest(
                embedding,
                count: count,
                passing: filter,
                within: filter.namesMeters ? everyone : own,
                except: isAnomalous ? labelled.overriddenAnomalies : labelled.overriddenNormals,
                search: scope.search
            )
            let fresh = labelled.nearest(
                embedding,
                block: 0..<embedding.count,
                anomalous: isAnomalous,
                meter: isAnomalous || filter.namesMeters ? nil : scope.meterName,
                passing: filter,
                count: count
            )
            named += (known + fresh).sorted { $0.distance < $1.distance }.prefix(count)
        }
        return named
    }
}
