internal import Foundation
internal import Readings
package import Storage
package import Tasks
package import Verdicts

/// Builds a new generation of an index, and publishes it when it is whole.
///
/// Takes the index's writer lock for as long as it lives. Until ``build(_:report:)`` has returned, nothing
/// that serves or reads the index sees anything of it; a build that fails, or is killed, leaves the old
/// generation as it was.
public struct IndexBuilder: ~Copyable {
    let folder: IndexFolder
    var options: BuildOptions
    private let lock: IndexLock
    private let generation: Int
    private let temporary: String
    private let page: DrawPage?
    /// What earlier builds had left half-done, now removed.
    public let staleBuilds: [String]

    /// How many of the latest generations are kept; the served one always is.
    static let keptGenerations = 3

    /// Makes room for a new generation.
    ///
    /// - Throws: ``IndexError`` with `busy` where another process is writing, or `storage`.
    /// - Parameter page: draws `report.html`; nil for none.
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
        // After publishing the folder has another name and there is nothing to remove.
        try? FileManager.default.removeItem(atPath: temporary)
        folder.removeIfEmpty()
    }

    /// Where rows that could not be used are written, to become part of the generation.
    public var rejectsPath: String { temporary + "/" + GenerationFile.rejects }

    /// Learns from the readings, writes the generation down and publishes it.
    ///
    /// - Returns: what was built.
    /// - Throws: ``IndexError`` with `tooLittleHistory` or `storage`, and what SQLite or FAISS say.
    package func build(_ source: IndexSource, report: @escaping ProgressReport) async throws -> Manifest {
        guard source.histories.contains(where: { $0.count > 0 }) else {
            throw IndexError(.tooLittleHistory, "there is not a single reading to build from")
        }
        try requireChannelsOfJournal(source.channels)
        let trainer = IndexTrainer(
            source: source,
            options: options,
            workshop: folder.trainingPath,
            report: report,
            draw: page
        )
        let trained = try await trainer.train()
        let writer = GenerationWriter(
            folder: temporary,
            generation: generation,
            source: source,
            options: options
        )
        let manifest = try writer.write(trained, report: report)
        try folder.publish(generation)
        try folder.prune(keeping: Self.keptGenerations)
        try? FileManager.default.removeItem(atPath: folder.trainingPath)
        return manifest
    }

    /// What was pushed and labelled belongs to readings of certain channels: an index of others would either lose
    /// it or mix two things.
    private func requireChannelsOfJournal(_ channels: [String]) throws(IndexError) {
        guard folder.hasJournal, let served = try? folder.current(),
            let manifest = try? Manifest(ofGeneration: served, in: folder), manifest.channels != channels
        else { return }
        throw IndexError(
            .wrongChannels,
            "the index `\(folder.name)` has the channels \(manifest.channels.joined(separator: ", ")), and "
                + "pushed readings or labels of them; these files have \(channels.joined(separator: ", ")). "
                + "Choose another name, or remove \(folder.path) first"
        )
    }
}
