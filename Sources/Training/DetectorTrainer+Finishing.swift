internal import Detection
internal import DetectionMetrics
internal import Encoder
internal import Storage
internal import Tasks
internal import VectorIndex
internal import Verdicts

extension DetectorTrainer {
    /// The last stage: sets the alarm line of the candidate that is taken and arranges how its banks are
    /// searched.
    ///
    /// - Parameters:
    ///   - reduced: the candidate that is taken, with the bank that will be served.
    ///   - choice: the same candidate with its whole bank, and all that were tried.
    func finish(
        _ reduced: JudgedCandidate,
        of choice: CandidateChoice,
        _ data: TrainingData
    ) throws -> TrainedDetector {
        let plan = data.plan
        let calibration = try calibration(of: reduced.result.validation, plan)
        let (banks, normal, anomalous) = try servedBanks(reduced, data)
        let classifier = Classifier(
            banks,
            distances: reduced.result.distances,
            forest: plan.forests.final,
            fusion: plan.fusion,
            calibration: calibration
        )
        return TrainedDetector(
            detector: Detector(
                layout: plan.layout,
                encoder: reduced.planned.encoder,
                classifier: classifier
            ),
            normal: normal,
            anomalous: anomalous,
            reduction: reductionSummary(of: choice.best, plan),
            validation: summary(of: reduced.result.validation, plan, tried: choice.tried),
            page: try draw?(
                ValidationResults(
                    validation: reduced.result.validation,
                    classifier: classifier,
                    windows: reduced.windows,
                    folds: plan.folds,
                    profiles: plan.profiles,
                    source: source
                )
            )
        )
    }

    /// - Throws: ``IndexError`` with `tooLittleHistory` where no normal window was judged.
    private func calibration(
        of validation: Validation,
        _ plan: TrainingPlan
    ) throws(IndexError) -> Calibration {
        guard validation.anomalous.contains(false) else {
            throw IndexError(
                .tooLittleHistory,
                "no meter has enough normal readings to set an alarm line: "
                    + "\(ReferenceDistances.fewestWindows) are needed before the last three fifths of a "
                    + "history; build from a longer one"
            )
        }
        return Calibration(
            validation.normalWeights(plan.fusion, meterCount: plan.profiles.count),
            trust: options.trustsUnlabelled ? 1 : plan.fusion.trust
        )
    }

    /// The banks as they are served, and what the manifest says of them.
    private func servedBanks(
        _ candidate: JudgedCandidate,
        _ data: TrainingData
    ) throws -> (Banks, normal: Manifest.BankSummary, anomalous: Manifest.BankSummary) {
        let builder = bankBuilder
        let banks = candidate.banks
        let classifier = data.plan.classifier(banks, candidate.result.distances)
        let widest = candidate.windows.rows.map(\.count).max() ?? 0
        let known = banks.anomalous.windows.count
        var (normal, summary) = try builder.served(banks.normal, scanned: widest, report: report) { row in
            classifier.scope(ofMeter: banks.normal.windows[row].meter).normals
        }
        summary.leftOut = data.leftOut > 0 ? data.leftOut : nil
        let (anomalous, anomalousSummary) = try builder.served(
            banks.anomalous,
            scanned: known,
            report: report
        ) { _ in 0..<known }
        let channels = try banks.channels.map {
            try builder.arranged($0, scanned: widest).probing(normal.probes)
        }
        let served = Banks(normal: normal, channels: channels, anomalous: anomalous, blocks: banks.blocks)
        return (served, summary, anomalousSummary)
    }

    private func summary(
        of validation: Validation,
        _ plan: TrainingPlan,
        tried: [ValidationSummary.Trial]
    ) -> ValidationSummary {
        let ranking = validation.ranking(plan.fusion)
        return ValidationSummary(
            windows: validation.anomalous.count,
            anomalous: validation.anomalous.count { $0 },
            rocAUC: ranking?.rocAUC,
            averagePrecision: ranking?.averagePrecision,
            tried: tried
        )
    }

    private func reductionSummary(
        of whole: JudgedCandidate,
        _ plan: TrainingPlan
    ) -> Manifest.CondensingSummary? {
        guard let reduction = options.reduction else { return nil }
        let ranking = whole.result.validation.ranking(plan.fusion)
        return Manifest.CondensingSummary(
            asked: reduction.description,
            rowsBefore: whole.banks.normal.windows.count,
            rocAUCBefore: ranking?.rocAUC,
            averagePrecisionBefore: ranking?.averagePrecision
        )
    }
}
