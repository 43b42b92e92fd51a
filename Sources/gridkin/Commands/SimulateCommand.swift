import ArgumentParser
import Grid
import Readings
internal import Tasks
internal import Text

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Writes readings of a small simulated grid with labelled incidents, for a trial.",
        discussion: """
              gridkin simulate --output grid.csv
              gridkin simulate --meters 100 --days 30 --interval 900 --output grid.csv
            """
    )

    @Option(name: .long, help: "The number of meters, 1 to 100000.") var meters = 12
    @Option(name: .long, help: "The number of days, 1 to 3660.") var days = 365
    @Option(name: .long, help: "Seconds between two readings, a divisor of 86400.") var interval = 3600
    @Option(
        name: .long,
        help: "The time of the first reading, such as 2024-02-01.",
        transform: { try WrittenStamp.written($0).utc }
    )
    var start = Timestamp(milliseconds: 1_672_531_200_000)
    @Option(name: .long, help: "The seed; the same seed gives the same grid.") var seed: UInt64 = 1
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file")) var output:
        String
    @Flag(name: .long, help: "Print only the result: no progress, no notes.") var quiet = false

    func validate() throws {
        guard (1...100_000).contains(meters) else { throw ValidationError("--meters is 1 to 100000") }
        guard (1...3660).contains(days) else { throw ValidationError("--days is 1 to 3660") }
        guard interval > 0, 86_400 % interval == 0 else {
            throw ValidationError("--interval divides a day of 86400 seconds")
        }
    }

    func run() throws {
        let bar = ProgressBar(quiet: quiet)
        defer { bar.finish() }
        let simulator = GridSimulator(
            meters: meters,
            days: days,
            interval: interval,
            seed: seed,
            start: start
        )
        let report = bar.report
        let rows = try simulator.write(to: output) { done, total in
            report(TaskProgress("simulating", done: done, total: total))
        }
        bar.finish()
        Console.print(
            "\(rows) readings of \(meters.counted("meter", "meters")) over \(days.counted("day", "days")) in \(output)"
        )
    }
}
