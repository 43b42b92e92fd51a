import ArgumentParser
import Dispatch
import Foundation
import TorchTraining

/// The program that trains neural encoders, apart from `gridkin` so that nothing else ever loads libtorch.
@main
struct TrainerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridkin-trainer",
        abstract: "Trains the neural encoder that a folder asks for.",
        discussion: """
            Reads encoder.json and windows.safetensors from the folder, writes weights.safetensors into it, and a \
            line of JSON for each epoch to stdout. Interrupted, it goes on from its last epoch when it is started \
            again. `gridkin build --encoder lstm` runs it by itself; docs/encoders.md describes the files.

              gridkin windows --from lead.csv.gz --encoder lstm --output mine
              gridkin-trainer mine
              gridkin build lead --from lead.csv.gz --encoder mine
            """
    )

    @Argument(help: "The folder.")
    var folder: String

    @Option(name: .long, help: "The seed of everything random; same windows, same seed, same weights.")
    var seed = 1

    @Option(name: .long, help: "How many times it goes through the windows at most.")
    var epochs = 60

    @Flag(name: .long, help: "End when the process that started it has ended.")
    var child = false

    func validate() throws {
        guard epochs > 0 else { throw ValidationError("--epochs is at least 1") }
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
                // Unbuffered: whoever waits for an epoch is to hear of it.
                try? FileHandle.standardOutput.write(contentsOf: line + [UInt8(ascii: "\n")])
            }
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("gridkin-trainer: \(error)\n".utf8))
            throw ExitCode(2)
        }
    }

    /// A build that is interrupted is to leave nobody behind who trains for nothing.
    private static func watchParent() -> any DispatchSourceTimer {
        let parent = getppid()
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now(), repeating: .milliseconds(200))
        timer.setEventHandler { if getppid() != parent { _exit(130) } }
        timer.activate()
        return timer
    }
}
