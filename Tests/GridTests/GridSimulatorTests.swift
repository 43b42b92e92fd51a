import Grid
import ReadingSources
import Readings
import TestSupport
import Testing

@Suite struct GridSimulatorTests {
    private func labels(_ simulator: GridSimulator) -> [Label?] {
        (0..<simulator.meters).flatMap { simulator.history(ofMeter: $0).labels }
    }

    @Test func writesTheSameFileForASeed() throws {
        let folder = try TemporaryFolder()
        let paths = ["a", "b", "c"].map(folder.path)
        try GridSimulator(meters: 10, days: 40, interval: 900, seed: 5).write(to: paths[0])
        try GridSimulator(meters: 10, days: 40, interval: 900, seed: 5).write(to: paths[1])
        try GridSimulator(meters: 10, days: 40, interval: 900, seed: 6).write(to: paths[2])
        let texts = try paths.map(TemporaryFolder.text)
        #expect(texts[0] == texts[1] && texts[0] != texts[2])
    }

    @Test func isReadAsWritten() throws {
        let folder = try TemporaryFolder()
        let simulator = GridSimulator(meters: 11, days: 60, interval: 1_800, seed: 9)
        let path = folder.path("grid.csv")
        let rows = try simulator.write(to: path)
        let (summary, histories) = try ReadingFiles(paths: [path]).read()
        #expect(summary.rows == rows && summary.accepted + summary.missing == rows && summary.outOfOrder == 0)
        #expect(
            summary.files[0].columns.description == "meter=meter (guessed) time=time (guessed) "
                + "values=power_kw (guessed) label=label (guessed) kind=kind (guessed)"
        )
        for index in 0..<simulator.meters {
            let made = simulator.history(ofMeter: index)
            let read = try #require(histories.first { $0.meter == made.meter })
            #expect(read.times == made.times && read.labels == made.labels)
            #expect(
                read.values.map(\.bitPattern)
                    == made.values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
            )
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func labelsOneToTwoAndAHalfPerCent(seed: UInt64) {
        let simulator = GridSimulator(meters: 20, days: 365, seed: seed)
        let labels = labels(simulator)
        let anomalous = labels.filter { $0 != .normal }
        #expect((0.01...0.025).contains(Double(anomalous.count) / Double(labels.count)))
        let kinds = Set(
            anomalous.compactMap { label in if case .anomalous(let kind?)? = label { kind } else { nil } }
        )
        #expect(kinds.isSuperset(of: ["spike", "outage", "stuck", "theft", "night-load", "level-shift"]))
        #expect(labels.count < simulator.steps * simulator.meters)
        #expect(simulator.history(ofMeter: 0).values.contains { $0.isNaN })
    }

    @Test func keepsItsMetersWhenMoreAreAdded() {
        let few = GridSimulator(meters: 3, days: 20, seed: 4)
        let many = GridSimulator(meters: 30, days: 20, seed: 4)
        #expect(few.history(ofMeter: 2).times == many.history(ofMeter: 2).times)
        #expect(few.history(ofMeter: 2).labels == many.history(ofMeter: 2).labels)
        #expect(many.name(ofMeter: 29) == "office-030" && few.name(ofMeter: 0) == "house-001")
    }

    @Test func hasDaysNightsAndWeekends() {
        let office = GridSimulator(
            meters: 2,
            days: 364,
            seed: 3,
            start: Timestamp(milliseconds: 1_451_865_600_000)
        ).history(ofMeter: 1)
        func mean(_ isWanted: (_ day: Int64, _ hour: Int64) -> Bool) -> Double {
            let hours = office.times.map { ($0.milliseconds - 1_451_865_600_000) / 3_600_000 }
            let wanted = zip(hours, office.values).filter {
                isWanted($0.0 / 24 % 7, $0.0 % 24) && !$0.1.isNaN
            }
            return wanted.reduce(0) { $0 + $1.1 } / Double(wanted.count)
        }
        let busy = mean { day, hour in day < 5 && (10..<16).contains(hour) }
        #expect(busy > 2 * mean { day, hour in day < 5 && hour < 5 })
        #expect(busy > 2 * mean { day, hour in day >= 5 && (10..<16).contains(hour) })
    }

    @Test(arguments: [(1, 1, 86_400), (1, 1, 1), (3, 2, 7_000), (2, 400, 86_400)])
    func allowsUnusualSizes(meters: Int, days: Int, interval: Int) {
        let simulator = GridSimulator(meters: meters, days: days, interval: interval, seed: 8)
        #expect(labels(simulator).count <= simulator.steps * meters)
        #expect(!simulator.history(ofMeter: meters - 1).times.isEmpty)
    }

    @Test func reportsAnUnwritableFile() {
        let error = #expect(throws: ReadingsError.self) {
            try GridSimulator(meters: 1, days: 1).write(to: "/dev/full")
        }
        #expect(error?.code == .outputUnwritable)
    }
}
