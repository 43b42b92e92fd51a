internal import Foundation
package import Storage
package import Tasks
internal import Verdicts
internal import Windows

extension IndexBuilder {
    /// Builds the next generation from the served one's readings and the news in the journal.
    ///
    /// - Parameters:
    ///   - folder: the index.
    ///   - search: how the banks are searched; nil for the way they are searched now.
    ///   - encoder: the encoder; nil for the one asked for in the last build.
    ///   - page: draws `report.html`; nil for no page.
    ///   - onStaleBuilds: receives what earlier builds had left unfinished; it is removed by then.
    /// - Returns: the manifest of the new generation.
    /// - Throws: as ``build(_:report:)``.
    package static func rebuild(
        _ folder: IndexFolder,
        search: BuildOptions.Search? = nil,
        encoder: EncoderChoice? = nil,
        page: DrawPage? = nil,
        onStaleBuilds: ([String]) -> Void = { _ in },
        report: @escaping ProgressReport
    ) async throws -> Manifest {
        _ = try folder.current()
        // The lock comes first: the served generation must not change while the next one is built from it.
        var builder = try IndexBuilder(folder, options: BuildOptions(), page: page)
        onStaleBuilds(builder.staleBuilds)
        let served = try Generation(folder.current(), of: folder)
        builder.options = try BuildOptions(
            repeating: served.manifest,
            in: folder.path(of: served.number),
            search: search,
            encoder: encoder
        )
        builder.options.command = "rebuild \(folder.name)"
        builder.keepRejects(of: served.number)
        let journal = try Journal(path: folder.journalPath)
        try journal.advance(to: served.manifest.journal)
        let source = try IndexSource(served, journal, report: report)
        return try await builder.build(source, report: report)
    }

    /// Copies the list of rejected rows: the rows stay on record.
    private func keepRejects(of generation: Int) {
        let path = folder.files(of: generation).rejects
        try? FileManager.default.copyItem(atPath: path, toPath: rejectsPath)
    }
}

extension BuildOptions {
    /// The options that a generation was built with.
    ///
    /// - Parameters:
    ///   - folder: the generation's, which holds its encoder's weights.
    ///   - search: how the banks are searched; nil for the way they are searched now.
    ///   - encoder: the encoder; nil for the one asked for in the last build.
    /// - Throws: ``IndexError`` with `unknownFormat` if the manifest holds an option of a later version.
    fileprivate init(
        repeating manifest: Manifest,
        in folder: String,
        search: Search?,
        encoder: EncoderChoice?
    ) throws(IndexError) {
        let asked = encoder == nil ? manifest.encoderAsked : nil
        let repeated = try asked.map { name throws(IndexError) in
            try Self.known("encoder", name) { EncoderChoice(manifestName: $0, in: folder) }
        }
        let search =
            if let search { search } else {
                try Self.known("search", manifest.search) { Search(rawValue: $0) }
            }
        self.init(
            search: search,
            recall: manifest.recall ?? Self.defaultRecall,
            reduction: try manifest.condensing.map { condensing throws(IndexError) in
                try Self.known("condensing", condensing.asked) { BankReduction($0) }
            },
            trustsUnlabelled: manifest.trustsUnlabelled ?? false,
            encoder: encoder ?? repeated ?? .automatic,
            secondLook: manifest.secondLook?.following,
            seed: manifest.seed
        )
    }

    /// What an option in the manifest means.
    private static func known<Value>(
        _ option: String,
        _ word: String,
        _ meaning: (String) -> Value?
    ) throws(IndexError) -> Value {
        if let value = meaning(word) { return value }
        throw IndexError(
            .unknownFormat,
            "the manifest has the \(option) `\(word)`, which this program does not know; rebuild with the "
                + "program of the version that built the index"
        )
    }
}
