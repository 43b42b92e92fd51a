internal import Encoder
internal import Readings
internal import Tasks
internal import Verdicts
internal import Windows

/// Where a build trains and what it reports to.
struct TrainingContext: Sendable {
    /// The folder in which networks are trained.
    let trainingFolder: String
    /// Where the stages are kept from one to the next.
    var stages = StageStore.memory
    let report: ProgressReport
}

/// Learns an index from readings: the meters' profiles, then a detector, and one more for the second look.
struct IndexTrainer: Sendable {
    let source: IndexSource
    let options: BuildOptions
    let context: TrainingContext
    /// Draws the page about the build; nil for no page.
    var draw: DrawPage?

    /// - Throws: ``IndexError`` with `tooLittleHistory`, and what encoders, FAISS and the trainer throw.
    func train() async throws -> TrainedIndex {
        let imported = try importedEncoder()
        let slots = imported?.description.slots ?? options.encoder.slots
        let (profiles, layout) = try await profilesAndLayout(slots: slots)
        let trainer = DetectorTrainer(
            source: source,
            profiles: profiles,
            options: options,
            context: context,
            draw: draw
        )
        return TrainedIndex(
            profiles: profiles,
            first: try await trainer.train(layout, imported: imported),
            second: try await options.secondLook.asyncMap { wait in
                try await trainer.forSecondLook.train(layout.ofSecondLook(wait), imported: nil)
            }
        )
    }

    /// The windows that a network is trained on.
    ///
    /// - Parameter slots: how many slots of the raw window they have.
    func windows(slots: Int) async throws -> WindowTable {
        let (profiles, layout) = try await profilesAndLayout(slots: slots)
        let table = try await WindowTable(source, profiles: profiles, layout: layout, report: context.report)
        try table.requireNormals(source)
        return table
    }

    /// The meters' profiles, and the layout of their windows.
    private func profilesAndLayout(slots: Int) async throws -> ([MeterProfile?], FeatureLayout) {
        let profiles = try await profiles()
        let layout = FeatureLayout(
            channelCount: source.channels.count,
            hasCalendar: profiles.contains { $0?.hasCalendar == true },
            slots: slots,
            fillsGaps: true,
            stateChannels: source.states.stateChannels
        )
        return (profiles, layout)
    }

    private func profiles() async throws -> [MeterProfile?] {
        context.report(TaskProgress("profiles", done: 0, total: source.histories.count))
        let profiles = try await concurrentMap(source.histories) { MeterStream.profile(of: $0) }
        guard profiles.contains(where: { $0 != nil }) else {
            let longest = source.histories.max { $0.count < $1.count }
            throw IndexError(
                .tooLittleHistory,
                "no meter has enough readings to know what is typical of it: the longest history, of "
                    + "`\(longest?.meter ?? "none")`, has \(longest?.count ?? 0); two days of readings are "
                    + "needed, or \(MeterStream.fewestReadingsWithoutDays) where they come more than once a "
                    + "minute"
            )
        }
        return profiles
    }

    private func importedEncoder() throws(IndexError) -> ImportedEncoder? {
        guard case .imported(let folder) = options.encoder else { return nil }
        return try ImportedEncoder(folder: folder)
    }
}

extension FeatureLayout {
    /// The layout of a second look, with features of the readings that follow the judged one; without raw
    /// slots.
    ///
    /// - Parameter wait: how long the second look waits, in milliseconds.
    fileprivate func ofSecondLook(_ wait: Int64) -> FeatureLayout {
        FeatureLayout(
            channelCount: channelCount,
            hasCalendar: hasCalendar,
            horizon: wait,
            fillsGaps: fillsGaps,
            stateChannels: stateChannels
        )
    }
}

extension Optional where Wrapped: Sendable {
    /// As `map`, for a transform that waits.
    fileprivate func asyncMap<Result>(
        _ transform: (Wrapped) async throws -> Result
    ) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
