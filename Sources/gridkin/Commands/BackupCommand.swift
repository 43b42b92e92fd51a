import ArgumentParser
import Foundation
internal import Storage
internal import Text

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies an index into one file, also while it is served and rebuilt.",
        discussion: """
              gridkin backup lead /backup/lead.tar
              gridkin backup lead - | zstd > /backup/lead.tar.zst
              gridkin restore /backup/lead.tar

            The file holds the served generation and the journal: all labels and pushed readings that were \
            on the disk when the command began. Every file is compared with its checksum on the way. The \
            file is a tar archive; it appears under its name when it is complete.
            """
    )

    @OptionGroup var index: IndexOptions

    @Argument(help: "The file to write; - for stdout.")
    var file: String

    @Flag(name: .long, help: "Copy all generations, not only the served one.")
    var allGenerations = false

    @Flag(name: .long, help: "Copy only the journal: labels and pushed readings.")
    var journalOnly = false

    @Flag(name: .long, help: "Replace the file if there is one.")
    var replace = false

    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let file: String
        let generations: [Int]
        let bytes: Int
    }

    func validate() throws {
        if allGenerations, journalOnly {
            throw ValidationError("--all-generations and --journal-only contradict each other")
        }
        if output.json, file == "-" {
            throw ValidationError("--json prints the result on stdout, and with - the backup goes there")
        }
    }

    func run() throws {
        let folder = try index.folder()
        let place = file == "-" ? .standardOutput : try OutputPlace(file, inputs: [folder.path])
        if place.isTaken, !replace {
            throw OutputError(path: file, reason: "there is such a file; give --replace to replace it")
        }
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        var written = try OutputFile(place, isPrivate: true)
        // The copy of the journal needs room, and the place of the backup has it.
        let backup = try Backup(
            of: folder,
            journalOnly ? .journal : allGenerations ? .allGenerations : .served,
            temporary: place.folder ?? NSTemporaryDirectory(),
            report: bar.report
        )
        try backup.write(report: bar.report) { try written.write($0) }
        try written.finish(syncs: true, replaces: replace)
        bar.finish()
        for note in backup.notes { output.info("note: \(note)") }
        try print(backup.manifest, to: place)
    }

    private func print(_ manifest: BackupManifest, to place: OutputPlace) throws {
        let bytes = manifest.files.reduce(0) { $0 + $1.bytes }
        if output.json {
            let result = Result(
                index: manifest.index,
                file: file,
                generations: manifest.generations,
                bytes: bytes
            )
            return try Console.print(json: result)
        }
        let what = manifest.isJournalOnly ? "its journal" : "\(manifest.files.count) files"
        let line = "\(manifest.index): \(what), \(bytes) bytes, in \(place.path)"
        place.isStandardOutput ? output.info(line) : Console.print(line)
    }
}
