import Foundation
import ProgramSupport
import TestSupport
import Testing

@Suite("evaluate agrees with the definitions of its figures")
struct EvaluateTests {
    @Test("Scores from an index and from a file, at several thresholds", arguments: [1.0, 0.5, 2.5])
    func figures(threshold: Double) throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        let hours = 1_680..<2_880
        // The third house is new: some of its readings have no score.
        try folder.file("new.csv", HouseReading.file(houses: 1...3, hours: hours))
        try Program.succeed(["score", "small", "--from", "new.csv", "--output", "scores.csv"], in: folder)
        let scores = try ScoresTable(folder.text("scores.csv")).byReading
        let meters = (1...3).map { house in
            hours.compactMap { hour -> (score: Double, isAnomalous: Bool)? in
                let reading = HouseReading(house: house, hour: hour)
                return scores["\(reading.meter) \(reading.time)"]?.score.map { ($0, reading.kind != nil) }
            }
        }
        let warming = 3 * hours.count - meters.joined().count
        #expect(warming > 0)
        for source in [["small"], ["--scores", "scores.csv"]] {
            let arguments =
                ["evaluate"] + source + ["--from", "new.csv", "--threshold", "\(threshold)", "--json"]
            let printed = try Program.succeed(arguments, in: folder).json()
            #expect(printed.integer("warming") == warming && printed.number("threshold") == threshold)
            let normals = (1...3).flatMap { house in hours.map { HouseReading(house: house, hour: $0) } }
                .filter { $0.kind == nil }.compactMap { scores["\($0.meter) \($0.time)"]?.p }
            let rate = try #require(printed.objects("reliability")?.first { $0.number("nominal") == 0.02 })
            let realised = Double(normals.count { $0 <= 0.02 }) / Double(normals.count)
            #expect(abs(try #require(rate.number("realised")) - realised) < 1e-9)
            let interval = try #require(printed.object("intervals")?.object("rocAUC"))
            let rocAUC = try #require(printed.object("pooled")?.object("ranking")?.number("rocAUC"))
            #expect(try #require(interval.number("low")) <= rocAUC && interval.number("high") ?? 0 >= rocAUC)
            try compare(printed.object("pooled"), meters, threshold)
            for (index, meter) in meters.enumerated() {
                try compare(printed.object("meters")?.object("house-\(index + 1)"), [meter], threshold)
            }
        }
    }

    private func compare(
        _ printed: JSONObject?,
        _ meters: [[(score: Double, isAnomalous: Bool)]],
        _ threshold: Double
    ) throws {
        let printed = try #require(printed)
        let naive = NaiveEvaluation(meters, threshold: threshold)
        let confusion = try #require(printed.object("confusion"))
        #expect(
            printed.integer("readings") == naive.readings && printed.integer("anomalous") == naive.anomalous
        )
        #expect(confusion.integer("truePositives") == naive.truePositives)
        #expect(confusion.integer("falsePositives") == naive.falsePositives)
        #expect(confusion.integer("falseNegatives") == naive.anomalous - naive.truePositives)
        #expect(confusion.integer("trueNegatives") == naive.readings - naive.anomalous - naive.falsePositives)
        #expect(
            printed.integer("incidents") == naive.incidents
                && printed.integer("incidentsFound") == naive.incidentsFound
        )
        let ranking = try #require(printed.object("ranking"))
        #expect(abs(try #require(ranking.number("rocAUC")) - naive.rocAUC) < 1e-9)
        #expect(abs(try #require(ranking.number("averagePrecision")) - naive.averagePrecision) < 1e-9)
        let recall = Double(naive.truePositives) / Double(naive.anomalous)
        #expect(abs(try #require(printed.number("recall")) - recall) < 1e-9)
        let rate = Double(naive.falsePositives) / Double(naive.readings - naive.anomalous)
        #expect(abs(try #require(printed.number("falseAlarmRate")) - rate) < 1e-9)
        #expect(abs(try #require(printed.number("specificity")) - (1 - rate)) < 1e-9)
    }

    @Test("A file of scores without any reading of the labelled files")
    func unrelated() throws {
        let folder = try BuiltIndex.copy(BuiltIndex.small)
        try folder.file("new.csv", HouseReading.file(houses: 1...1, hours: 1_680..<1_700))
        try folder.file("scores.csv", ScoresTable.header + "\nelse,2023-01-01T00:00:00Z,1.5,0.1,novel,,2,\n")
        let finished = try Program.run(
            ["evaluate", "--scores", "scores.csv", "--from", "new.csv"],
            in: folder
        )
        #expect(finished.code == 2 && finished.errors.contains("scores.csv"), "\(finished)")
    }
}
