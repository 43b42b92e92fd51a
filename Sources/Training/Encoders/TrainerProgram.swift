internal import Encoder
internal import Foundation
internal import Verdicts

/// A run of `gridkin-trainer`, the only program that loads libtorch.
struct TrainerProgram: Sendable {
    let path: String
    let folder: String
    let seed: Int

    /// The trainer's path: the one in `GRIDKIN_TRAINER`, otherwise that of `gridkin-trainer` beside this
    /// program.
    ///
    /// - Throws: ``IndexError`` with `trainer` where there is no such program.
    static func find(for family: EncoderFamily) throws(IndexError) -> String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = own.deletingLastPathComponent().appendingPathComponent("gridkin-trainer").path
        let path = ProcessInfo.processInfo.environment["GRIDKIN_TRAINER"] ?? beside
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw IndexError(
                .trainer,
                "the encoder `\(family.rawValue)` is a neural network, and the program that trains it was "
                    + "not found at \(path). It is built where libtorch is installed: run `apt-get install "
                    + "libtorch-dev` (527 MB), then `swift build -c release --product gridkin-trainer`, or "
                    + "choose --encoder pca"
            )
        }
        return path
    }

    /// Runs the trainer to its end.
    ///
    /// - Throws: ``IndexError`` with `trainer` and the last lines of its log where its exit status is not 0.
    func run(_ report: (TrainingProgress) -> Void) throws(IndexError) {
        let log = "\(folder)/trainer.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = [folder, "--seed", String(seed), "--child"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: log) ?? FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw IndexError(.trainer, "\(path) could not be started: \(error.localizedDescription)")
        }
        var rest = Data()
        while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
            rest += data
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if let progress = try? JSONDecoder().decode(TrainingProgress.self, from: rest[..<end]) {
                    report(progress)
                }
                rest = Data(rest[(end + 1)...])
            }
        }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw IndexError(.trainer, Self.failure(of: process, log: log))
        }
    }

    private static func failure(of process: Process, log: String) -> String {
        let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let last = text.split(separator: "\n").suffix(3).joined(separator: " ")
        let how = process.terminationReason == .exit ? "status" : "signal"
        return "gridkin-trainer ended with \(how) \(process.terminationStatus)"
            + (last.isEmpty ? " and an empty log" : "; the end of its log: \(last)")
    }
}
