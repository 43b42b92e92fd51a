internal import Detection
internal import Encoder
internal import Readings
internal import Storage
internal import Tasks
internal import Verdicts
internal import Windows

/// Trains one detector of an index: the stages of a build, from readings to banks and an alarm line.
///
/// 1. *Walk*: compute the features of all windows, shard by shard.
/// 2. *Plan*: learn from the windows of all meters what does not need embeddings.
/// 3. *Embed*: compute the embeddings of all windows, shard by shard.
/// 4. *Leave out*: find the unlabelled windows that do not join the normal bank.
/// 5. *Judge*: judge the folds by each candidate encoder and take the best; if the options ask for it, reduce
///    its normal bank and judge again.
/// 6. *Finish*: set its alarm line and arrange its banks.
///
/// The results of the first five, ``WindowTable``, ``TrainingPlan``, ``EncodedShard``, ``Contamination`` and
/// ``CandidateResult``, can be written to files (``StageStore``).
struct DetectorTrainer: Sendable {
    let source: IndexSource
    /// Each meter's profile; nil for a meter with too few readings to have one.
    let profiles: [MeterProfile?]
    var options: BuildOptions
    let context: TrainingContext
    /// Draws the page about the build; nil for no page.
    var draw: DrawPage?
    /// Which detector it is, in the names of its stages.
    private(set) var name = "first"

    var report: ProgressReport { context.report }

    /// The trainer of the detector for the second look.
    var forSecondLook: DetectorTrainer {
        var trainer = self
        trainer.options.encoder = options.encoder.ofSecondLook
        trainer.draw = nil
        trainer.name = "second"
        return trainer
    }

    /// Trains a detector that judges windows of a layout.
    func train(_ layout: FeatureLayout, imported: ImportedEncoder?) async throws -> TrainedDetector {
        let table = try await windows(layout)
        try table.requireNormals(source)
        let plan = try pass(try await plan(of: table, imported: imported), as: "plan")
        let plain = try await plainShard(of: table, by: plan)
        let contamination = try pass(try await contamination(of: plain, plan), as: "contamination")
        let data = TrainingData(
            plan: plan,
            table: table,
            plain: plan.plainIsCandidate ? plain : nil,
            normals: contamination.normals(of: table.list),
            leftOut: contamination.rows.count
        )
        let choice = try await choose(from: data)
        let reduced = try await reduce(choice.best, data)
        return try finish(reduced, of: choice, data)
    }

    /// The windows of all meters: shard by shard, then joined.
    private func windows(_ layout: FeatureLayout) async throws -> WindowTable {
        var shards: [WindowTable] = []
        for (number, meters) in context.stages.shards(ofMeters: profiles.count).enumerated() {
            let shard = try await WindowTable(
                source.slice(meters),
                profiles: Array(profiles[meters]),
                layout: layout,
                firstMeter: meters.lowerBound,
                report: report
            )
            shards.append(try pass(shard, as: "windows, shard \(number)"))
        }
        return try WindowTable(joining: shards)
    }

    /// The embeddings of all windows by one of a plan's encoders: shard by shard, then joined.
    ///
    /// - Parameter name: the encoder's name among the stages.
    func embed(
        _ table: WindowTable,
        by encoder: any WindowEncoder,
        of plan: TrainingPlan,
        as name: String
    ) async throws -> EncodedShard {
        report(TaskProgress("embedding", done: 0, total: table.count))
        var shards: [EncodedShard] = []
        for (number, meters) in context.stages.shards(ofMeters: table.rows.count).enumerated() {
            let shard = try await EncodedShard(table.slice(meters), by: encoder)
            shards.append(try pass(shard, as: "encoder \(name), shard \(number)"))
        }
        return try plan.join(shards, by: encoder)
    }

    /// The embeddings by the plain encoder, if the build looks for contamination or the plain encoder is
    /// a candidate.
    private func plainShard(of table: WindowTable, by plan: TrainingPlan) async throws -> EncodedShard? {
        let isNeeded = !options.trustsUnlabelled || plan.plainIsCandidate
        return isNeeded
            ? try await embed(table, by: plan.plain.encoder, of: plan, as: plan.plain.words) : nil
    }

    /// The unlabelled windows that are left out of the normal bank.
    private func contamination(of plain: EncodedShard?, _ plan: TrainingPlan) async throws -> Contamination {
        guard !options.trustsUnlabelled, !source.hasGivenNormals, let plain else { return Contamination() }
        return try await Contamination(plain, exclusion: plan.exclusionZones, trust: plan.fusion.trust)
    }

    /// Hands a stage on, by way of its file where stages are kept in files.
    func pass<Stage: BuildStage>(_ stage: Stage, as name: String) throws -> Stage {
        try context.stages.pass(stage, as: "\(self.name) \(name)")
    }
}

extension DetectorTrainer {
    /// The second stage: what is learnt from the windows of all meters before they are embedded.
    private func plan(of table: WindowTable, imported: ImportedEncoder?) async throws -> TrainingPlan {
        report(TaskProgress("encoder", done: 0, total: table.layout.channelCount))
        let components = try EncoderTrainer.components(of: table)
        let folds = Fold.all(of: table, hasCalendar: profiles.map { $0?.hasCalendar ?? false })
        let fusion = Fusion(incidents: incidents(in: table.list))
        let forests = try await FoldForests(
            table,
            folds: folds,
            fusion: fusion,
            seed: options.seed,
            report: report
        )
        let encoders = EncoderTrainer(
            table: table,
            components: components,
            networks: try await networks(table)
        )
        let candidates = CandidateEncoder.all(
            for: options.encoder,
            imported: imported,
            incidents: folds.reduce(0) { $0 + table.list.anomalousRuns(in: $1.rows, joining: 0) }
        )
        return TrainingPlan(
            layout: table.layout,
            meters: zip(profiles, table.rows).map { (profile: $0, windowCount: $1.count) },
            folds: folds,
            fusion: fusion,
            forests: forests,
            encoders: try ([.preferred] + candidates).map { try encoders.planned($0, folds: folds) }
        )
    }

    private func networks(_ table: WindowTable) async throws -> [EncoderFamily: ImportedEncoder] {
        guard case .families(let families) = options.encoder else { return [:] }
        var networks: [EncoderFamily: ImportedEncoder] = [:]
        for family in families where family.isNeural {
            let training = NetworkTraining(
                family,
                folder: "\(context.trainingFolder)/\(family.rawValue)",
                seed: options.seed
            )
            networks[family] = try await training.run(table, channels: source.channels, report: report)
        }
        return networks
    }

    /// Labelled incidents of all meters: anomalous windows that lie within two slots of each other are one
    /// incident.
    private func incidents(in list: WindowList) -> Int {
        list.rows.indices.reduce(0) { sum, meter in
            let slack = 3 * (profiles[meter]?.cadence.interval ?? 0)
            return sum + list.anomalousRuns(in: list.rows[meter], joining: slack)
        }
    }
}

extension WindowTable {
    /// Makes sure that there are windows to learn what is normal from.
    ///
    /// - Throws: ``IndexError`` with `tooLittleHistory` where there are none.
    func requireNormals(_ source: IndexSource) throws(IndexError) {
        guard layout.horizon == nil || count > 0 else {
            throw IndexError(
                .tooLittleHistory,
                "no reading of the history is followed by as many readings as a second look waits for; "
                    + "build with a shorter --second-look, or without one"
            )
        }
        guard count > 0 else {
            let hasValues = source.histories.contains { $0.values.contains { !$0.isNaN } }
            throw IndexError(
                .tooLittleHistory,
                hasValues
                    ? "the history's values are too sparse: nowhere are there enough of them close together "
                        + "to judge a reading; look for an empty or misread column"
                    : "no reading of the history has a value; look for an empty or misread column"
            )
        }
        guard anomalous.contains(false) else {
            throw IndexError(
                .tooLittleHistory,
                "every reading of the history is labelled anomalous, and an index needs normal ones to compare with: "
                    + "leave the labels of normal readings empty, name their periods as `normal` with --labels FILE, which "
                    + "goes before a column, or add files of readings without labels, which count as normal"
            )
        }
    }
}
