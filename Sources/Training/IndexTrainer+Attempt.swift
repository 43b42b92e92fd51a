internal import Detection
internal import Encoder
internal import Metrics
internal import Readings
internal import Storage
internal import Tasks
internal import VectorIndex
internal import Verdicts
internal import Windows

extension IndexTrainer {
    /// A candidate, trained on the whole history and judged on its later blocks.
    struct Attempt: Sendable {
        let candidate: CandidateEncoder
        let encoder: any WindowEncoder
        let classifier: Classifier
        let validation: Validation

        /// Mean of ROC-AUC and average precision on the later blocks; 0 where they hold one class only.
        var quality: Double {
            validation.ranking(classifier.fusion).map { ($0.rocAUC + $0.averagePrecision) / 2 } ?? 0
        }

        func trial(chosen: Bool) -> ValidationSummary.Trial {
            ValidationSummary.Trial(candidate: candidate.description, quality: quality, chosen: chosen)
        }
    }

    func attempt(_ candidate: CandidateEncoder, _ material: Material) async throws -> Attempt {
        let table = material.table
        let encoder = try encoder(candidate, material, learningFrom: Array(0..<table.count))
        return try await attempt(
            candidate,
            encoder,
            try await embed(table, by: encoder),
            material.normals,
            material
        )
    }

    /// A candidate with the normal bank condensed as the options ask for, and judged anew; the same where they do not.
    func condensed(_ whole: Attempt, _ material: Material) async throws -> Attempt {
        guard options.condensing != nil else { return whole }
        let embeddings = try await embed(material.table, by: whole.encoder)
        let kept = try await Coreset.rows(
            of: material.table,
            among: material.normals,
            embeddings,
            blocks: material.blocks,
            options: options,
            rowBytes: whole.encoder.dimension * (whole.encoder.blocks.count > 1 ? 2 : 1) * 4,
            report: report
        )
        return try await attempt(whole.candidate, whole.encoder, embeddings, kept, material)
    }

    /// An encoder, judged with some of the normal windows in the bank.
    private func attempt(
        _ candidate: CandidateEncoder,
        _ encoder: any WindowEncoder,
        _ embeddings: [Float],
        _ normals: [Int],
        _ material: Material
    ) async throws -> Attempt {
        let classifier = try await classifier(encoder, embeddings, normals, material)
        let validation =
            candidate.learnsFromLabels
            ? try await chained(candidate, normals, material)
            : try await validate(material.blocks, material, classifier, embeddings)
        return Attempt(candidate: candidate, encoder: encoder, classifier: classifier, validation: validation)
    }

    /// Judges each link's blocks by an encoder that has seen no label of them; where not both classes came before
    /// them, by one that needs no labels.
    private func chained(
        _ candidate: CandidateEncoder,
        _ normals: [Int],
        _ material: Material
    ) async throws -> Validation {
        let table = material.table
        var links: [Validation] = []
        let blocks = Dictionary(grouping: material.blocks, by: \.link).sorted { $0.key < $1.key }.map(\.value)
        for link in blocks {
            let before = link.flatMap { table.rows[$0.meter].lowerBound..<$0.rows.lowerBound }
            let anomalies = before.count { table.anomalous[$0] }
            let isKnown = anomalies > 0 && before.count - anomalies >= 2
            let encoder = try encoder(isKnown ? candidate : .preferred, material, learningFrom: before)
            let embeddings = try await embed(table, by: encoder)
            let classifier = try await classifier(encoder, embeddings, normals, material)
            links.append(try await validate(link, material, classifier, embeddings))
        }
        return Validation(links)
    }

    private func validate(
        _ blocks: [LaterBlock],
        _ material: Material,
        _ classifier: Classifier,
        _ embeddings: [Float]
    ) async throws -> Validation {
        try await Validation(
            blocks,
            of: material.table,
            by: classifier,
            embeddings: embeddings,
            forests: material.forests,
            report: report
        )
    }

    /// Banks of an encoder's embeddings, not calibrated yet.
    private func classifier(
        _ encoder: any WindowEncoder,
        _ embeddings: [Float],
        _ normals: [Int],
        _ material: Material
    ) async throws -> Classifier {
        let table = material.table
        let profiles = material.profiles
        report(TaskProgress("banks", done: 0, total: table.count))
        let banks = try banks(table, normals, embeddings, encoder)
        report(TaskProgress("banks", done: table.count, total: table.count))
        let usual = try await ReferenceDistances(
            banks: banks.channels.isEmpty ? [banks.normal] : banks.channels,
            meterCount: profiles.count,
            exclusion: profiles.map { $0.map(table.layout.exclusionZone) ?? 0 }
        )
        return Classifier(
            banks,
            usual: usual,
            forest: nil,
            fusion: material.fusion,
            calibration: Calibration([])
        )
    }

    func embed(_ table: WindowTable, by encoder: any WindowEncoder) async throws -> [Float] {
        report(TaskProgress("embedding", done: 0, total: table.count))
        let chunk = 4096
        let starts = Array(stride(from: 0, to: table.count, by: chunk))
        let parts = try await concurrentMap(starts) { start in
            let rows = start..<min(start + chunk, table.count)
            return encoder.encode(table.inputs(of: rows), width: table.layout.inputCount)
        }
        return parts.flatMap(\.self)
    }

    private func banks(
        _ table: WindowTable,
        _ normals: [Int],
        _ embeddings: [Float],
        _ encoder: any WindowEncoder
    ) throws(VectorIndexError) -> Banks {
        let builder = BankBuilder(options: options, meters: source.histories.map(\.meter))
        // In time order, so that the anomalies known at a time are a stretch of rows.
        let anomalies = (0..<table.count).filter { table.anomalous[$0] }
            .sorted { (table.windows[$0].time, $0) < (table.windows[$1].time, $1) }
        let whole = 0..<encoder.dimension
        func rows(_ indices: [Int], _ block: Range<Int>) -> [Float] {
            var rows: [Float] = []
            rows.reserveCapacity(indices.count * block.count)
            for index in indices {
                let start = index * encoder.dimension
                rows += embeddings[start + block.lowerBound..<start + block.upperBound]
            }
            return rows
        }
        func bank(
            _ indices: [Int],
            _ block: Range<Int>,
            isAnomalous: Bool
        ) throws(VectorIndexError) -> EmbeddingBank {
            try builder.bank(
                rows(indices, block),
                dimension: block.count,
                windows: indices.map { table.windows[$0] },
                isAnomalous: isAnomalous
            )
        }
        let normal = try bank(normals, whole, isAnomalous: false)
        var channels: [EmbeddingBank] = []
        if encoder.blocks.count > 1 {
            for block in encoder.blocks { channels.append(try bank(normals, block, isAnomalous: false)) }
        }
        return Banks(
            normal: normal,
            channels: channels,
            anomalous: try bank(anomalies, whole, isAnomalous: true),
            blocks: encoder.blocks
        )
    }

    /// Calibrates the winner and settles how its banks are searched.
    func finish(
        _ attempt: Attempt,
        whole: Attempt,
        tried: [ValidationSummary.Trial],
        _ material: Material
    ) throws -> TrainedLook {
        let validation = attempt.validation
        let weights = validation.evidence.map(attempt.classifier.fusion.weigh)
        let normals = weights.indices.filter { !validation.anomalous[$0] }
        guard !normals.isEmpty else {
            throw IndexError(
                .tooLittleHistory,
                "no meter has enough normal readings to set an alarm line by: \(ReferenceDistances.fewestWindows) "
                    + "are needed before the last three fifths of a history; build from a longer one"
            )
        }
        let calibration = Calibration(
            validation.normalWeights(attempt.classifier.fusion, meterCount: material.profiles.count),
            trust: options.trustsUnlabelled ? 1 : material.fusion.trust
        )
        let ranking = validation.ranking(attempt.classifier.fusion)
        let summary = ValidationSummary(
            windows: weights.count,
            anomalous: weights.count - normals.count,
            rocAUC: ranking?.rocAUC,
            averagePrecision: ranking?.averagePrecision,
            tried: tried
        )
        let builder = BankBuilder(options: options, meters: source.histories.map(\.meter))
        let classifier = attempt.classifier
        let widest = material.table.rows.map(\.count).max() ?? 0
        let (normal, tuned) = try settle(classifier.normal, builder, scanned: widest) { row in
            classifier.scope(ofMeter: classifier.normal.windows[row].meter).normals
        }
        var normalSummary = tuned
        normalSummary.leftOut = material.doubtful.rows.isEmpty ? nil : material.doubtful.rows.count
        let known = classifier.anomalous.windows.count
        let (anomalous, anomalousSummary) = try settle(classifier.anomalous, builder, scanned: known) { _ in
            0..<known
        }
        let channels = try classifier.channels.map {
            try builder.arranged($0, scanned: widest).looking(into: normal.probes)
        }
        let calibrated =
            classifier
            .holding(normal: normal, channels: channels, anomalous: anomalous)
            .calibrated(calibration, forest: material.forests.final)
        return TrainedLook(
            layout: material.table.layout,
            encoder: attempt.encoder,
            classifier: calibrated,
            normal: normalSummary,
            anomalous: anomalousSummary,
            condensing: condensingSummary(attempt, whole: whole),
            validation: summary,
            page: try draw?(
                ValidationResults(
                    validation: validation,
                    classifier: calibrated,
                    encoder: attempt.encoder,
                    table: material.table,
                    blocks: material.blocks,
                    profiles: material.profiles,
                    source: source
                )
            )
        )
    }

    private func condensingSummary(_ attempt: Attempt, whole: Attempt) -> Manifest.CondensingSummary? {
        guard let condensing = options.condensing else { return nil }
        let ranking = whole.validation.ranking(whole.classifier.fusion)
        return Manifest.CondensingSummary(
            asked: condensing.description,
            rowsBefore: whole.classifier.normal.windows.count,
            rocAUCBefore: ranking?.rocAUC,
            averagePrecisionBefore: ranking?.averagePrecision
        )
    }

    /// A bank as the index is to hold it, and what there is to say about it.
    private func settle(
        _ bank: EmbeddingBank,
        _ builder: BankBuilder,
        scanned: Int,
        scope: (Int) -> Range<Int>
    ) throws(VectorIndexError) -> (EmbeddingBank, Manifest.BankSummary) {
        let arranged = try builder.arranged(bank, scanned: scanned)
        guard let lists = arranged.index.lists else {
            return (bank, Manifest.BankSummary(rows: bank.windows.count, index: "flat"))
        }
        report(TaskProgress("search", done: 0, total: 1))
        let tuning = try builder.tune(arranged, scope: scope)
        let summary = Manifest.BankSummary(
            rows: bank.windows.count,
            index: "ivf",
            lists: lists,
            probes: tuning.probes,
            recall: tuning.recall
        )
        return (arranged.looking(into: tuning.probes), summary)
    }
}
