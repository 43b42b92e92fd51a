import Encoder
import Grid
import LineProtocol
import Readings
import Statistics
import VectorIndex
import Verdicts
import Windows

/// The data that the stages of a line work on: an hourly meter of two years; the second year is not read yet.
struct Line {
    /// The number of readings taken in before anything is measured.
    static let known = 365 * 24

    let history: MeterHistory
    /// The meter after the first year.
    let stream: MeterStream
    let features: [Float]
    let encoder: PCAEncoder
    let reply: Reply

    init() {
        history = GridSimulator(meters: 1, days: 2 * 365, seed: 1).history(ofMeter: 0)
        var past = MeterHistory(meter: history.meter, channelCount: 1)
        for place in 0..<Self.known {
            past.append(time: history.times[place], values: [history.values[place]])
        }
        guard let profile = MeterStream.profile(of: past) else { fatalError("a year is a history") }
        let layout = FeatureLayout(channelCount: 1, hasCalendar: true)
        var stream = MeterStream(known: profile, layout: layout)
        var rows: [Float] = []
        for place in 0..<Self.known {
            stream.append([history.values[place]], at: history.times[place])
            if stream.readiness == .ready { rows += stream.features() }
        }
        self.stream = stream
        features = stream.features()
        guard let components = try? PrincipalComponents(of: rows, featureCount: layout.featureCount) else {
            fatalError("a year has principal components")
        }
        encoder = PCAEncoder([components], whitening: 0.5)
        reply = Self.answer(at: history.times[Self.known])
    }

    var embedding: [Float] { encoder.encode(features) }

    /// A bank of windows like this one, with noise added: one meter has too few.
    func bank(of rows: Int) throws -> VectorIndex {
        var random = SplitMix64(seed: 1)
        let embedding = embedding
        var bank = try VectorIndex(flatDimension: embedding.count)
        for _ in 0..<rows { try bank.add(embedding.map { $0 + Float.random(in: -1...1, using: &random) }) }
        return bank
    }

    private static func answer(at time: Timestamp) -> Reply {
        let neighbour = Neighbour(distance: 2.530_128, label: .normal, meter: "house-001", time: time)
        let assessment = Assessment(
            verdict: .normal,
            score: 0.189_461_498_985_737_57,
            p: 0.45,
            kind: nil,
            normalDistance: 2.530_128,
            anomalousDistance: 8.25,
            neighbours: Array(repeating: neighbour, count: 10)
        )
        return .judgement(
            Judgement(meter: "house-001", time: time, content: .judged(assessment), generation: 1)
        )
    }
}
