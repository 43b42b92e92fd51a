internal import Detection
internal import Encoder
internal import Readings
internal import Storage
internal import Tasks
internal import VectorIndex

/// What every candidate starts from.
struct TrainingData: Sendable {
    let plan: TrainingPlan
    /// The windows of all meters.
    let table: WindowTable
    /// Their embeddings by the plain encoder; nil where nothing needs them.
    let plain: EncodedShard?
    /// What is left out of the normal bank.
    let contamination: Contamination
}

/// A candidate with its embeddings and its banks, while they are in memory.
struct JudgedCandidate: Sendable {
    /// The candidate of the plan.
    let planned: PlannedEncoder
    /// The embeddings of all windows.
    let windows: EncodedShard
    /// The banks, searched exactly.
    let banks: Banks
    /// What the candidate reached.
    let result: CandidateResult
}

/// The candidate that is taken, and all that were tried.
struct CandidateChoice: Sendable {
    let best: JudgedCandidate
    let tried: [ValidationSummary.Trial]
}

extension DetectorTrainer {
    /// Judges the folds by each candidate of the plan, and takes the first one unless another one is clearly
    /// better.
    func choose(from data: TrainingData) async throws -> CandidateChoice {
        let fusion = data.plan.fusion
        let normals = data.contamination.normals(of: data.table.list)
        var best = try await judge(data.plan.candidates[0], by: normals, data)
        var tried = [best.result.trial(fusion, chosen: true)]
        for planned in data.plan.candidates.dropFirst() {
            let candidate = try await judge(planned, by: normals, data)
            let quality = candidate.result.quality(fusion)
            let wins = quality > best.result.quality(fusion) + CandidateEncoder.winningMargin
            if wins { for index in tried.indices { tried[index].chosen = false } }
            tried.append(candidate.result.trial(fusion, chosen: wins))
            if wins { best = candidate }
        }
        return CandidateChoice(best: best, tried: tried)
    }

    /// The candidate with as much of its normal bank as the options ask for, judged anew.
    func reduce(_ whole: JudgedCandidate, _ data: TrainingData) async throws -> JudgedCandidate {
        guard let reduction = options.reduction else { return whole }
        let coreset = Coreset(reduction: reduction, folds: data.plan.folds, seed: options.seed)
        let normals = try await coreset.rows(
            of: whole.windows,
            among: whole.result.normals,
            rowBytes: whole.planned.encoder.rowBytes,
            report: report
        )
        return try await judge(whole.planned, whole.windows, by: normals, data, as: "reduced candidate")
    }

    private func judge(
        _ planned: PlannedEncoder,
        by normals: [Int],
        _ data: TrainingData
    ) async throws -> JudgedCandidate {
        let isPlain = planned.words == data.plan.plain.words
        let known = isPlain ? data.plain : nil
        let windows =
            if let known { known } else {
                try await embed(data.table, by: planned.encoder, named: planned.words)
            }
        return try await judge(planned, windows, by: normals, data, as: "candidate \(planned.words)")
    }

    /// Judges the folds by a candidate, with some of the normal windows in its bank.
    ///
    /// - Parameter name: the name of the result among the stages.
    private func judge(
        _ planned: PlannedEncoder,
        _ windows: EncodedShard,
        by normals: [Int],
        _ data: TrainingData,
        as name: String
    ) async throws -> JudgedCandidate {
        let (banks, distances) = try await banks(of: windows, planned.encoder, normals, data.plan)
        let classifier = data.plan.classifier(banks, distances)
        let validation =
            planned.rounds.isEmpty
            ? try await validate(data.plan.folds, windows, classifier, data.plan)
            : try await validateByRounds(planned, normals, data)
        let result = CandidateResult(
            candidate: planned.words,
            normals: normals,
            distances: distances,
            validation: validation
        )
        return JudgedCandidate(
            planned: planned,
            windows: windows,
            banks: banks,
            result: try pass(result, as: name)
        )
    }

    /// Judges the folds of each round by an encoder that has seen no label of them.
    private func validateByRounds(
        _ planned: PlannedEncoder,
        _ normals: [Int],
        _ data: TrainingData
    ) async throws -> Validation {
        var validations: [Validation] = []
        for (number, folds) in Fold.rounds(of: data.plan.folds).enumerated() {
            let encoder = planned.rounds[number]
            let windows = try await embed(
                data.table,
                by: encoder,
                named: "\(planned.words), round \(number)"
            )
            let (banks, distances) = try await banks(of: windows, encoder, normals, data.plan)
            let classifier = data.plan.classifier(banks, distances)
            validations.append(try await validate(folds, windows, classifier, data.plan))
        }
        return Validation(validations)
    }

    private func validate(
        _ folds: [Fold],
        _ windows: EncodedShard,
        _ classifier: Classifier,
        _ plan: TrainingPlan
    ) async throws -> Validation {
        try await Validation(
            folds,
            of: windows,
            by: classifier,
            probabilities: plan.forests.probabilities,
            report: report
        )
    }

    /// The banks of an encoder's embeddings, and how far each meter's normal windows lie from each other in
    /// them.
    private func banks(
        of windows: EncodedShard,
        _ encoder: any WindowEncoder,
        _ normals: [Int],
        _ plan: TrainingPlan
    ) async throws -> (Banks, ReferenceDistances) {
        report(TaskProgress("banks", done: 0, total: windows.count))
        let banks = try bankBuilder.banks(of: windows, normals: normals, blocks: encoder.blocks)
        report(TaskProgress("banks", done: windows.count, total: windows.count))
        let distances = try await ReferenceDistances(
            banks: banks.channels.isEmpty ? [banks.normal] : banks.channels,
            meterCount: plan.profiles.count,
            exclusion: plan.exclusionZones
        )
        return (banks, distances)
    }

    /// Puts embeddings of this index into banks.
    var bankBuilder: BankBuilder {
        BankBuilder(options: options, meters: source.histories.map(\.meter))
    }
}

extension TrainingPlan {
    /// A classifier of banks, not calibrated yet.
    func classifier(_ banks: Banks, _ distances: ReferenceDistances) -> Classifier {
        Classifier(
            banks,
            distances: distances,
            forest: nil,
            fusion: fusion,
            calibration: Calibration([])
        )
    }
}

extension WindowEncoder {
    /// How many bytes one window takes in the normal bank, and in those of the channels where there are
    /// several.
    fileprivate var rowBytes: Int {
        dimension * (blocks.count > 1 ? 2 : 1) * MemoryLayout<Float>.size
    }
}
