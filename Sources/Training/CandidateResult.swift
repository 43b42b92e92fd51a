internal import Detection
internal import DetectionMetrics
internal import Storage

/// What a candidate encoder reached on the folds of the history.
package struct CandidateResult: Equatable, Sendable {
    /// The candidate, in words.
    let candidate: String
    /// How far each meter's normal windows lie from each other.
    let distances: ReferenceDistances
    /// The evidence about the judged windows.
    let validation: Validation

    /// Mean of ROC-AUC and average precision on the folds; 0 where they hold one class only.
    func quality(_ fusion: Fusion) -> Double {
        validation.ranking(fusion).map { ($0.rocAUC + $0.averagePrecision) / 2 } ?? 0
    }

    /// The candidate as the manifest lists it.
    func trial(_ fusion: Fusion, chosen: Bool) -> ValidationSummary.Trial {
        ValidationSummary.Trial(candidate: candidate, quality: quality(fusion), chosen: chosen)
    }
}

extension CandidateResult: BuildStage {
    package static let kind = "candidate-result"

    private struct Head: Codable {
        let candidate: String
        let distances: ReferenceDistances
    }

    /// The evidence, column by column, with each fold once.
    private struct Judged: Codable {
        let evidence: [Evidence]
        let anomalous: [Bool]
        let rows: [Int]
        let folds: [Fold]
        /// How many of the windows, one after the other, belong to each of the folds.
        let counts: [Int]
    }

    package func write(into file: inout StageFile) throws {
        try file.add(Head(candidate: candidate, distances: distances), as: "candidate")
        var folds: [Fold] = []
        var counts: [Int] = []
        for fold in validation.folds {
            if fold != folds.last {
                folds.append(fold)
                counts.append(0)
            }
            counts[counts.count - 1] += 1
        }
        let judged = Judged(
            evidence: validation.evidence,
            anomalous: validation.anomalous,
            rows: validation.rows,
            folds: folds,
            counts: counts
        )
        try file.add(judged, as: "validation")
    }

    package init(_ file: StageFile) throws {
        let head = try file.value("candidate", as: Head.self)
        let judged = try file.value("validation", as: Judged.self)
        let counts = judged.counts
        let windowCount = judged.rows.count
        guard counts.count == judged.folds.count, counts.allSatisfy({ $0 > 0 && $0 <= windowCount }),
            [judged.evidence.count, judged.anomalous.count, counts.reduce(0, +)]
                .allSatisfy({ $0 == windowCount })
        else { throw StageContentError("its judged windows do not fit together") }
        let folds = zip(judged.folds, counts).flatMap { [Fold](repeating: $0, count: $1) }
        let distances = head.distances
        guard zip(folds, judged.rows).allSatisfy({ $0.rows.contains($1) }),
            judged.folds.allSatisfy({ distances.byMeter.indices.contains($0.meter) }),
            distances.byMeter.allSatisfy({ $0.isEmpty || $0.count == distances.pooled.count })
        else { throw StageContentError("its folds, windows and distances do not fit together") }
        candidate = head.candidate
        self.distances = distances
        validation = Validation(
            evidence: judged.evidence,
            anomalous: judged.anomalous,
            rows: judged.rows,
            folds: folds
        )
    }
}
