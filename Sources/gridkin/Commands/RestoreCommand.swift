import ArgumentParser
import Foundation
import Readings
internal import Storage
internal import Verdicts

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes an index of a file that `backup` has written.",
        discussion: """
              gridkin restore /backup/lead.tar
              gridkin restore /backup/lead.tar trial
              zstd -dc /backup/lead.tar.zst | gridkin restore - --replace

            Everything is verified first: a file that was cut, altered or made by another program changes \
            nothing. Then the index is there in one step. It answers as the one that was backed up. An index \
            that is being served or built is not replaced; stop its server first.
            """
    )

    @Argument(help: "The file to read; - for stdin.")
    var file: String

    @Argument(help: "The index's name. (default: the one it had)")
    var name: String?

    @OptionGroup var indexes: IndexesOption

    @Flag(
        name: .long,
        help: """
            Replace the index of this name, with the labels and readings in it; or its journal, if the \
            backup holds a journal alone.
            """
    )
    var replace = false

    @OptionGroup var output: OutputOptions

    private struct Result: Encodable {
        let index: String
        let served: Int?
        let generations: [Int]
    }

    func run() throws {
        let bar = ProgressBar(quiet: output.quiet)
        defer { bar.finish() }
        let restored = try Restoration(
            from: source(),
            file == "-" ? "stdin" : file,
            as: name.map { text throws(IndexError) in try IndexName(text) },
            in: indexes.path,
            replaces: replace,
            report: bar.report
        )
        bar.finish()
        for note in restored.notes { output.info("note: \(note)") }
        let (name, manifest) = (restored.folder.name, restored.manifest)
        if output.json {
            return try Console.print(
                json: Result(index: name.text, served: manifest.served, generations: manifest.generations)
            )
        }
        let made = Timestamp(milliseconds: Int64(manifest.created) * 1000)
        let what = manifest.served.map { "generation \($0) is served" } ?? "its journal was replaced"
        Console.print("\(name): restored from a backup of \(made); \(what)")
    }

    private func source() throws -> FileHandle {
        if file == "-" { return .standardInput }
        let opened = open(file, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else {
            throw IndexError(.notFound, "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        return FileHandle(fileDescriptor: opened, closeOnDealloc: true)
    }
}
