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
    /// Their embeddings by the plain encoder; nil where it is no candidate.
    let plain: EncodedShard?
    /// The rows that are treated as normal, ascending.
    let normals: [Int]
    /// How many unlabelled windows are too strange to be treated as normal.
    let leftOut: Int
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
        var best = try await judge(data.plan.candidates[0], data)
        var tried = [best.result.trial(fusion, chosen: true)]
        for planned in data.plan.candidates.dropFirst() {
            let candidate = try await judge(planned, data)
            let quality = candidate.result.quality(fusion)
            let wins = quality > best.result.quality(fusion) + CandidateEncoder.winningMargin
            if wins { for index in tried.indices { tried[index].chosen = false } }
            tried.append(candidate.result.trial(fusion, chosen: wins))
            if wins { best = candidate }
        }
        return CandidateChoice(best: best, tried: tried)
    }

    private func judge(_ planned: PlannedEncoder, _ data: TrainingData) async throws -> JudgedCandidate {
        let known = planned.words == data.plan.plain.words ? data.plain : nil
        let windows =
            if let known { known } else {
                try await embed(data.table, by: planned.encoder, of: data.plan, as: planned.words)
            }
        let name = "candidate \(planned.words)"
        return try await result(of: planned, windows, normals: data.normals, data, as: name)
    }

    /// The candidate with as much of its normal bank as the options ask for, judged anew.
    func reduce(_ whole: JudgedCandidate, _ data: TrainingData) async throws -> JudgedCandidate {
        guard let reduction = options.reduction else { return whole }
        let coreset = Coreset(reduction: reduction, folds: data.plan.folds, seed: options.seed)
        let normals = try await coreset.rows(
            of: whole.windows,
            among: data.normals,
            rowBytes: whole.planned.encoder.rowBytes,
            report: report
        )
        let name = "reduced candidate"
        return try await result(of: whole.planned, whole.windows, normals: normals, data, as: name)
    }

    /// Puts the embeddings of a candidate into banks and judges the folds by them.
    ///
    /// - Parameters:
    ///   - windows: the embeddings of all windows by the candidate.
    ///   - normals: the rows of the normal bank.
    ///   - name: the name of the result among the stages.
    private func result(
        of planned: PlannedEncoder,
        _ windows: EncodedShard,
        normals: [Int],
        _ data: TrainingData,
        as name: String
    ) async throws -> JudgedCandidate {
        let (banks, distances) = try await banks(of: windows, planned.encoder, normals, data.plan)
        let validation =
            planned.rounds.isEmpty
            ? try await validate(data.plan.folds, windows, data.plan.classifier(banks, distances), data.plan)
            : try await validateByRounds(planned, normals, data)
        let result = CandidateResult(
            candidate: planned.words,
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
        let plan = data.plan
        var validations: [Validation] = []
        for (number, folds) in Fold.rounds(of: plan.folds).enumerated() {
            let encoder = planned.rounds[number]
            let name = "\(planned.words), round \(number)"
            let windows = try await embed(data.table, by: encoder, of: plan, as: name)
            let (banks, distances) = try await banks(of: windows, encoder, normals, plan)
            let classifier = plan.classifier(banks, distances)
            validations.append(try await validate(folds, windows, classifier, plan))
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
