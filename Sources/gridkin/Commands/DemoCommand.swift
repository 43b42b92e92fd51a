import ArgumentParser
import Foundation
import Grid
import ReadingSources
import Readings

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows what the program does, on a simulated grid or on your own files.",
        discussion: """
              gridkin demo
              gridkin demo lead.csv.gz --label anomaly

            Builds the index `demo` from the first nine tenths of the time, serves it in another process, \
            pushes the last tenth over a socket, gives a label, rebuilds while queries run, and prints how \
            well it did. The index stays; the next demo replaces it.
            """
    )

    @Argument(
        help: ArgumentHelp("CSV files, plain or gzip. (default: a simulated grid)", valueName: "file")
    )
    var files: [String] = []

    @OptionGroup var indexes: IndexesOption
    @OptionGroup var readings: ReadingOptions

    func run() async throws {
        let place = try DemoPlace(indexes: indexes.path)
        let children = ChildRegistry()
        let interruption = Interruption {
            children.terminate()
            place.removeTemporary()
        }
        defer {
            place.removeTemporary()
            withExtendedLifetime(interruption) {}
        }
        try place.checkIsFree()
        let bar = ProgressBar(quiet: false)
        defer { bar.finish() }
        let hasOwn = !(files + readings.from).isEmpty
        var demo = Demo(
            place: place,
            readings: try hasOwn ? ownReadings(bar) : simulatedReadings(place),
            own: hasOwn ? own : nil,
            suggestions: Suggestions(indexes: indexes.indexes),
            children: children
        )
        try await demo.run(bar: bar)
    }

    /// The options as they would be given to `build`.
    private var own: ReadingOptions {
        var own = readings
        own.from = files + readings.from
        return own
    }

    private func ownReadings(_ bar: ProgressBar) throws -> DemoReadings {
        let quiet = try OutputOptions.parse(["--quiet"])
        let read = try own.read(rejects: nil, output: quiet, bar: bar)
        return try DemoReadings(read.summary, read.histories)
    }

    private func simulatedReadings(_ place: DemoPlace) throws -> DemoReadings {
        let grid = try SimulateCommand.parse(["--output", place.gridPath])
        let simulator = GridSimulator(
            meters: grid.meters,
            days: grid.days,
            interval: grid.interval,
            seed: grid.seed,
            start: grid.start
        )
        try simulator.write(to: place.gridPath)
        let (summary, histories) = try ReadingFiles(paths: [place.gridPath]).read()
        return try DemoReadings(summary, histories)
    }
}
