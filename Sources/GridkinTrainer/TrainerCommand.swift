import ArgumentParser
import Dispatch
import Foundation
import TorchTraining

/// The program that trains neural encoders. It is separate from `gridkin`, so that `gridkin` does not load
/// libtorch.
@main
struct TrainerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridkin-trainer",
        abstract: "Trains the neural encoder that a folder describes.",
        discussion: """
            Reads encoder.json and windows.safetensors from the folder, writes weights.safetensors into it, and a \
            line of JSON for each epoch to stdout. If it is interrupted, it continues from its last epoch when it is \
            started again. `gridkin build --encoder lstm` runs it by itself; docs/encoders.md describes the files.

              gridkin windows --from lead.csv.gz --encoder lstm --output mine
              gridkin-trainer mine
              gridkin build lead --from lead.csv.gz --encoder mine
            """
    )

    @Argument(help: "The folder with encoder.json and windows.safetensors.")
    var folder: String

    @Option(name: .long, help: "The seed of all random numbers. Equal windows and seeds give equal weights.")
    var seed = 1

    @Option(name: .long, help: "The most epochs. An epoch is one pass over all windows.")
    var epochs = 60

    @Flag(name: .long, help: "End when the process that started this one ends.")
    var child = false

    func validate() throws {
        guard epochs > 0 else { throw ValidationError("--epochs must be at least 1") }
    }

    func run() throws {
        let watch = child ? Self.watchParent() : nil
        defer { watch?.cancel() }
        var training = Training(folder: folder, seed: seed)
        training.epochs = epochs
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            try training.run { progress in
                guard let line = try? encoder.encode(progress) else { return }
                // Unbuffered, so that each epoch is reported at once.
                try? FileHandle.standardOutput.write(contentsOf: line + [UInt8(ascii: "\n")])
            }
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("gridkin-trainer: \(error)\n".utf8))
            throw ExitCode(2)
        }
    }

    /// Ends this process with its parent: an interrupted build must not leave a training behind.
    private static func watchParent() -> any DispatchSourceTimer {
        let parent = getppid()
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now(), repeating: .milliseconds(200))
        timer.setEventHandler { if getppid() != parent { _exit(130) } }
        timer.activate()
        return timer
    }
}
