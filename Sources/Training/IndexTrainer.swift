internal import Detection
internal import Encoder
internal import Readings
internal import Storage
internal import Tasks
internal import VectorIndex
internal import Verdicts
internal import Windows

/// Learns an index from readings: profiles, windows, encoder, banks, and how to weigh what they say.
struct IndexTrainer: Sendable {
    let source: IndexSource
    var options: BuildOptions
    /// Where networks are trained.
    let workshop: String
    let report: ProgressReport
    /// Draws the page about the build; nil where none is wanted.
    var draw: DrawPage?

    /// Candidates can be told apart by so many labelled incidents.
    private static let incidentsToChoose = 3

    /// - Throws: ``IndexError`` with `tooLittleHistory`, or what goes wrong below.
    func train() async throws -> TrainedIndex {
        let own = try own()
        let (profiles, layout) = try await profilesAndLayout(
            slots: own?.description.slots ?? options.encoder.slots
        )
        return TrainedIndex(
            profiles: profiles,
            first: try await trainLook(layout, profiles, own),
            second: try await trainSecondLook(layout, profiles)
        )
    }

    /// Nil where no second look was asked for.
    private func trainSecondLook(
        _ layout: FeatureLayout,
        _ profiles: [MeterProfile?]
    ) async throws -> TrainedLook? {
        guard let horizon = options.secondLook else { return nil }
        let layout = FeatureLayout(
            channelCount: layout.channelCount,
            hasCalendar: layout.hasCalendar,
            horizon: horizon
        )
        var trainer = self
        trainer.options.encoder = options.encoder.ofSecondLook
        trainer.draw = nil
        return try await trainer.trainLook(layout, profiles, nil)
    }

    /// What is usual for each meter, and the layout of its windows.
    ///
    /// - Parameter slots: how many slots of the raw window come along.
    private func profilesAndLayout(slots: Int) async throws -> ([MeterProfile?], FeatureLayout) {
        let profiles = try await profiles()
        let layout = FeatureLayout(
            channelCount: source.channels.count,
            hasCalendar: profiles.contains { $0?.hasCalendar == true },
            slots: slots
        )
        return (profiles, layout)
    }

    /// Learns to judge windows of a layout.
    private func trainLook(
        _ layout: FeatureLayout,
        _ profiles: [MeterProfile?],
        _ own: OwnEncoder?
    ) async throws -> TrainedLook {
        let table = try await WindowTable(source, profiles: profiles, layout: layout, report: report)
        try requireNormals(in: table)
        let components = try components(of: table)
        let blocks = LaterBlock.blocks(of: table, hasCalendar: profiles.map { $0?.hasCalendar ?? false })
        let fusion = Fusion(incidents: incidents(in: table, profiles))
        let forests = try await ForestChain(
            table,
            blocks: blocks,
            fusion: fusion,
            seed: options.seed,
            report: report
        )
        let material = Material(
            components: components,
            table: table,
            profiles: profiles,
            blocks: blocks,
            fusion: fusion,
            forests: forests,
            networks: try await networks(table),
            doubtful: try await doubtful(in: table, components, profiles, fusion)
        )
        let candidates = candidates(table, blocks, own)
        var best = try await attempt(candidates[0], material)
        var tried = [best.trial(chosen: true)]
        for candidate in candidates.dropFirst() {
            let attempt = try await attempt(candidate, material)
            let wins = attempt.quality > best.quality + CandidateEncoder.clearly
            if wins { for index in tried.indices { tried[index].chosen = false } }
            tried.append(attempt.trial(chosen: wins))
            if wins { best = attempt }
        }
        return try finish(try await condensed(best, material), whole: best, tried: tried, material)
    }

    /// The windows to learn from.
    ///
    /// - Parameter slots: how many slots of the raw window come along.
    func windows(slots: Int) async throws -> WindowTable {
        let (profiles, layout) = try await profilesAndLayout(slots: slots)
        let table = try await WindowTable(source, profiles: profiles, layout: layout, report: report)
        try requireNormals(in: table)
        return table
    }

    private func profiles() async throws -> [MeterProfile?] {
        report(TaskProgress("profiles", done: 0, total: source.histories.count))
        let profiles = try await concurrentMap(source.histories) { MeterStream.profile(of: $0) }
        guard profiles.contains(where: { $0 != nil }) else {
            let longest = source.histories.max { $0.count < $1.count }
            throw IndexError(
                .tooLittleHistory,
                "no meter has enough readings to know what is usual for it: the longest history, of "
                    + "`\(longest?.meter ?? "none")`, has \(longest?.count ?? 0); two days of readings are "
                    + "needed, or \(MeterStream.fewestReadingsWithoutDays) where they come faster than a minute"
            )
        }
        return profiles
    }

    private func requireNormals(in table: WindowTable) throws(IndexError) {
        guard table.layout.horizon == nil || table.count > 0 else {
            throw IndexError(
                .tooLittleHistory,
                "no reading of the history has as many after it as a second look waits for; "
                    + "build with a shorter --second-look, or without one"
            )
        }
        guard table.count > 0 else {
            let hasValues = source.histories.contains { $0.values.contains { !$0.isNaN } }
            throw IndexError(
                .tooLittleHistory,
                hasValues
                    ? "the history's values lie too thinly: nowhere are there enough of them together to judge"
                        + " a reading by; look for an empty or misread column"
                    : "no reading of the history has a value; look for an empty or misread column"
            )
        }
        guard table.anomalous.contains(false) else {
            throw IndexError(
                .tooLittleHistory,
                "every reading of the history is labelled anomalous; an index needs normal ones to compare with"
            )
        }
    }

    private func components(of table: WindowTable) throws -> [PrincipalComponents] {
        report(TaskProgress("encoder", done: 0, total: table.layout.channelCount))
        let width = table.layout.channelFeatureCount
        let count = min(table.count, PrincipalComponents.sufficientRows)
        return try (0..<table.layout.channelCount).map { channel in
            let rows = table.features(of: (0..<count).map { $0 * table.count / count }, channel: channel)
            return try PrincipalComponents(of: rows, featureCount: width)
        }
    }

    /// What to leave out of the normal banks, seen with the plain encoder whichever is taken in the end.
    private func doubtful(
        in table: WindowTable,
        _ components: [PrincipalComponents],
        _ profiles: [MeterProfile?],
        _ fusion: Fusion
    ) async throws -> DoubtfulWindows {
        guard !options.trustsUnlabelled else { return DoubtfulWindows() }
        let encoder = PCAEncoder(components, whitening: PCAProjection.defaultWhitening)
        return try await DoubtfulWindows(
            table,
            embeddings: embed(table, by: encoder),
            exclusion: profiles.map { $0.map(table.layout.exclusionZone) ?? 0 },
            trust: fusion.trust
        )
    }

    /// What is to be judged: the first is taken unless another is clearly better. Several can only be told apart
    /// where the later blocks hold enough labelled incidents.
    private func candidates(
        _ table: WindowTable,
        _ blocks: [LaterBlock],
        _ own: OwnEncoder?
    ) -> [CandidateEncoder] {
        let incidents = blocks.reduce(0) { $0 + Self.runs(in: $1.rows, of: table, joining: 0) }
        let canChoose = incidents >= Self.incidentsToChoose
        let others = canChoose ? CandidateEncoder.otherSettings : []
        switch options.encoder {
        case .automatic: return [.preferred] + others + (canChoose ? CandidateEncoder.withLabels : [])
        case .families([.pca]): return [.preferred] + others
        case .families(let families): return [CandidateEncoder(families)]
        case .own: return own.map { [CandidateEncoder(.own($0))] } ?? []
        }
    }

    private func own() throws(IndexError) -> OwnEncoder? {
        guard case .own(let folder) = options.encoder else { return nil }
        return try OwnEncoder(folder: folder)
    }

    private func networks(_ table: WindowTable) async throws -> [EncoderFamily: OwnEncoder] {
        guard case .families(let families) = options.encoder else { return [:] }
        var networks: [EncoderFamily: OwnEncoder] = [:]
        for family in families where family.isNeural {
            let training = NetworkTraining(
                family,
                folder: "\(workshop)/\(family.rawValue)",
                seed: options.seed
            )
            networks[family] = try await training.run(table, channels: source.channels, report: report)
        }
        return networks
    }

    /// Labelled incidents of all meters: what lies within two slots of each other is one.
    private func incidents(in table: WindowTable, _ profiles: [MeterProfile?]) -> Int {
        table.rows.indices.reduce(0) { sum, meter in
            let slack = 3 * (profiles[meter]?.cadence.interval ?? 0)
            return sum + Self.runs(in: table.rows[meter], of: table, joining: slack)
        }
    }

    /// Runs of anomalous windows, those at most so many milliseconds apart taken for one.
    private static func runs(in rows: Range<Int>, of table: WindowTable, joining slack: Int64) -> Int {
        var runs = 0
        var last: Int?
        for row in rows where table.anomalous[row] {
            let isNear = last.map {
                row == $0 + 1 || table.windows[row].time - table.windows[$0].time <= slack
            }
            if isNear != true { runs += 1 }
            last = row
        }
        return runs
    }
}
