internal import Foundation
internal import Readings
package import Storage
package import Tasks
package import Verdicts

/// Builds a new generation of an index, and publishes it when it is complete.
///
/// It holds the index's writing lock for as long as it lives. Servers and readers of the index see nothing of
/// the new generation until ``build(_:report:)`` has returned; a build that fails, or is killed, leaves the
/// old generation as it was.
public struct IndexBuilder: ~Copyable {
    let folder: IndexFolder
    var options: BuildOptions
    private let lock: IndexLock
    private let generation: Int
    private let temporary: String
    private let page: DrawPage?
    /// What earlier builds had left unfinished, now removed.
    public let staleBuilds: [String]

    /// How many of the latest generations are kept; the one that was served before always is.
    static let keptGenerations = 3

    /// Takes the lock and creates the folder of the new generation.
    ///
    /// - Parameter page: draws `report.html`; nil for no page.
    /// - Throws: ``IndexError`` with `busy` where another process is writing, or `storage`.
    package init(
        _ folder: IndexFolder,
        options: BuildOptions,
        page: DrawPage? = nil
    ) throws(IndexError) {
        let lock = try IndexLock(folder, for: .writing)
        let (generation, temporary, staleBuilds) = try folder.prepareGeneration()
        self.folder = folder
        self.options = options
        self.lock = lock
        self.generation = generation
        self.temporary = temporary
        self.staleBuilds = staleBuilds
        self.page = page
    }

    deinit {
        // After publishing, the folder has another name, and there is nothing to remove.
        try? FileManager.default.removeItem(atPath: temporary)
        folder.removeIfEmpty()
    }

    /// The file of the rows that could not be used, which becomes part of the generation.
    public var rejectsPath: String { GenerationFolder(temporary).rejects }

    /// Learns from the readings, writes the generation and publishes it.
    ///
    /// - Parameter stages: where the stages of the build are kept from one to the next.
    /// - Returns: the manifest of the new generation.
    /// - Throws: ``IndexError`` with `tooLittleHistory` or `storage`, and the errors of SQLite and FAISS.
    package func build(
        _ source: IndexSource,
        stages: StageStore = .memory,
        report: @escaping ProgressReport
    ) async throws -> Manifest {
        guard source.histories.contains(where: { $0.count > 0 }) else {
            throw IndexError(.tooLittleHistory, "there is not a single reading to build from")
        }
        try requireChannelsOfJournal(source.channels)
        let source = try await source.choosingHolidays()
        let trainer = IndexTrainer(
            source: source,
            options: options,
            context: TrainingContext(
                trainingFolder: folder.trainingPath,
                stages: stages,
                report: report
            ),
            draw: page
        )
        let trained = try await trainer.train()
        let writer = GenerationWriter(
            folder: GenerationFolder(temporary),
            generation: generation,
            source: source,
            options: options
        )
        let manifest = try writer.write(trained, report: report)
        // Without its lock, another process may have published meanwhile.
        try lock.keep()
        let former = try? folder.current()
        try folder.publish(generation)
        try folder.prune(keeping: Self.keptGenerations, and: former)
        try? FileManager.default.removeItem(atPath: folder.trainingPath)
        return manifest
    }

    /// Makes sure that the channels are those of the pushed readings and labels: an index of other channels
    /// would lose them or mix two kinds of readings.
    private func requireChannelsOfJournal(_ channels: [Name]) throws(IndexError) {
        guard folder.hasJournal, let served = try? folder.current(),
            let manifest = try? Manifest(ofGeneration: served, in: folder), manifest.channels != channels
        else { return }
        let (held, given) = (manifest.channels.listed, channels.listed)
        throw IndexError(
            .wrongChannels,
            "the index `\(folder.name)` has pushed readings or labels of the channels \(held); "
                + "these files have the channels \(given). "
                + "Choose another name, or remove \(folder.path) first"
        )
    }
}
