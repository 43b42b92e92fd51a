public import Readings
internal import Statistics
internal import Tasks

/// Confidence intervals by drawing meters' weeks with replacement (the block bootstrap, Künsch 1989).
///
/// A reading resembles the previous one and the other readings of its meter, so drawing single readings would
/// give intervals far too narrow for a few weeks of a few meters. Incidents and false events belong to the
/// week in which they begin. VUS-PR and delays have no interval, because draws break the sequences that they
/// measure.
public struct Bootstrap: Sendable {
    /// How many draws are made by default.
    public static let defaultDraws = 500

    private let sorted: SortedScores
    /// The block of each reading.
    private let blockOf: [Int32]
    private var tallies: [BlockTally] = []

    /// Cuts readings into blocks of one meter and one week.
    ///
    /// Weeks run from Thursday to Wednesday, UTC, because the epoch was a Thursday; any other cut would do as
    /// well.
    public init(_ points: [Name: [Evaluation.Point]], threshold: Double) {
        let meters = points.sorted { $0.key < $1.key }.map(\.value)
        var blocks: [Int32] = []
        for points in meters {
            let runs = MeterRuns(points, threshold: threshold)
            var week: Int64?
            for point in points {
                let own = point.time.milliseconds / (7 * 86_400_000)
                if own != week { tallies.append(BlockTally()) }
                week = own
                blocks.append(Int32(tallies.count - 1))
                tallies[tallies.count - 1].count(point, threshold)
            }
            let start = blocks.count - points.count
            for (incident, alarm) in zip(runs.incidents, runs.firstAlarms) {
                let block = Int(blocks[start + incident.lowerBound])
                tallies[block].events.incidents += 1
                if alarm != nil { tallies[block].events.found += 1 }
            }
            for alarm in runs.falseAlarms {
                tallies[Int(blocks[start + alarm.lowerBound])].events.falseEvents += 1
            }
        }
        let flat = meters.flatMap(\.self)
        sorted = SortedScores(flat.map(\.score), anomalous: flat.map(\.isAnomalous))
        blockOf = blocks
    }

    /// One draw's figures.
    private struct Draw: Sendable {
        let ranking: Ranking?
        let tally: BlockTally
    }

    /// Makes the draws, on all cores.
    ///
    /// - Returns: the intervals of the pooled figures and of each rate of ``Reliability/rates``. Equal seeds
    ///   give equal intervals.
    public func intervals(
        draws: Int = Bootstrap.defaultDraws,
        seed: UInt64 = 1
    ) async throws -> (figures: Intervals, rates: [Interval?]) {
        var intervals = Intervals(draws: draws, blocks: tallies.count, seed: seed)
        guard !tallies.isEmpty else { return (intervals, Reliability.rates.map { _ in nil }) }
        let drawn = try await concurrentMap(Array(0..<draws).parts(of: 20)) { part in
            part.map { draw in self.draw(SplitMix64(seed: seed).split(UInt64(draw))) }
        }.flatMap(\.self)
        func interval(_ figure: (Draw) -> Double?) -> Interval? { Interval(drawn.compactMap(figure)) }
        intervals.rocAUC = interval { $0.ranking?.rocAUC }
        intervals.averagePrecision = interval { $0.ranking?.averagePrecision }
        intervals.precision = interval { $0.tally.confusion.precision }
        intervals.recall = interval { $0.tally.confusion.recall }
        intervals.f1 = interval { $0.tally.confusion.f1 }
        intervals.falseAlarmRate = interval { $0.tally.confusion.falseAlarmRate }
        intervals.eventRecall = interval { $0.tally.events.recall }
        intervals.eventPrecision = interval { $0.tally.events.precision }
        intervals.eventF1 = interval { $0.tally.events.f1 }
        let rates = Reliability.rates.indices.map { rate in
            interval { $0.tally.realised(rate: rate) }
        }
        return (intervals, rates)
    }

    private func draw(_ generator: SplitMix64) -> Draw {
        var generator = generator
        var times = [Int32](repeating: 0, count: tallies.count)
        for _ in tallies.indices { times[Int.random(in: tallies.indices, using: &generator)] += 1 }
        var tally = BlockTally()
        for (block, count) in times.enumerated() where count > 0 {
            tally.add(tallies[block], times: Int(count))
        }
        let ranking = blockOf.withUnsafeBufferPointer { blockOf in
            times.withUnsafeBufferPointer { times in
                sorted.ranking { Double(times[Int(blockOf[$0])]) }
            }
        }
        return Draw(ranking: ranking, tally: tally)
    }
}

/// The counts of one block, which add up over blocks.
private struct BlockTally: Sendable {
    var confusion = Confusion()
    var events = EventScore()
    /// Normal readings with a p-value.
    private(set) var normals = 0
    /// For each nominal rate, the normal readings whose p-value is at most that rate.
    private(set) var alarms = [Int](repeating: 0, count: Reliability.rates.count)

    mutating func count(_ point: Evaluation.Point, _ threshold: Double) {
        confusion.count(alarm: point.score > threshold, anomalous: point.isAnomalous)
        guard !point.isAnomalous, let p = point.p else { return }
        normals += 1
        for (index, rate) in Reliability.rates.enumerated() where p <= rate { alarms[index] += 1 }
    }

    /// Adds another tally, multiplied by `times`.
    mutating func add(_ other: BlockTally, times: Int) {
        confusion.truePositives += times * other.confusion.truePositives
        confusion.falsePositives += times * other.confusion.falsePositives
        confusion.trueNegatives += times * other.confusion.trueNegatives
        confusion.falseNegatives += times * other.confusion.falseNegatives
        events.incidents += times * other.events.incidents
        events.found += times * other.events.found
        events.falseEvents += times * other.events.falseEvents
        normals += times * other.normals
        for index in alarms.indices { alarms[index] += times * other.alarms[index] }
    }

    /// The realised false-alarm rate for one of the nominal rates; nil without a normal reading.
    func realised(rate index: Int) -> Double? {
        normals == 0 ? nil : Double(alarms[index]) / Double(normals)
    }
}
