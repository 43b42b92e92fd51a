import Gateway
import Incidents
import Logging
import ProgramSupport
import Readings
import ServiceLifecycle
import Sinks
import Storage
import Synchronization
import TestSupport
import Testing
import Verdicts

/// A journal whose incidents are sent on, without an index around it.
final class SinkBench: Sendable {
    let folder: TemporaryFolder
    let journal: Journal
    private let lines = Mutex<[String]>([])

    init() throws {
        folder = try TemporaryFolder()
        journal = try Journal(path: folder.path("journal.sqlite"))
    }

    /// What was logged.
    var log: [String] { lines.withLock(\.self) }

    /// Writes a reading of a meter, alarming if its score is 1 or more.
    func judge(_ meter: String, hour: Int, score: Double, kind: Name? = nil) throws {
        let (name, time) = (Name(meter), Timestamp(milliseconds: 1_600_000_000_000 + Int64(hour) * 3_600_000))
        let judgement = KeptJudgement(
            meter: name,
            time: time,
            look: .first,
            generation: 1,
            verdict: score < 1 ? .normal : kind == nil ? .novel : .anomalous,
            score: score,
            p: 0.5,
            kind: kind
        )
        try journal.append(
            readings: [Reading(meter: name, time: time, values: [1])],
            judgements: [judgement],
            quiet: { _ in 6 * 3_600_000 }
        )
    }

    /// Opens an incident for each of some meters.
    func open(_ meters: Range<Int>) throws {
        for meter in meters { try judge("m\(meter)", hour: 0, score: 2) }
    }

    var incidents: [Incident] { get throws { try journal.incidents(IncidentQuery()) } }

    /// A patience of milliseconds where the usual one has seconds.
    static func patience(_ change: (inout SinkPatience) -> Void = { _ in }) -> SinkPatience {
        var patience = SinkPatience()
        patience.polling = .milliseconds(10)
        patience.firstPause = .milliseconds(10)
        patience.longestPause = .milliseconds(100)
        patience.attempt = .milliseconds(1_000)
        change(&patience)
        return patience
    }

    /// The sinks, not started yet.
    func service(
        _ sinks: [SinkSettings],
        patience: SinkPatience = patience(),
        now: @escaping @Sendable () -> Timestamp = Gateway.systemTime
    ) throws -> SinkService {
        let logger = Logger(label: "test") { _ in LogLines { line in self.lines.withLock { $0.append(line) } }
        }
        return try SinkService(sinks, of: ["grid"], patience: patience, logger: logger, now: now) {
            sink,
            index in
            Outbox(index, self.journal, for: sink)
        }
    }

    /// Runs sinks for as long as `body` does, then stops them in an orderly way.
    func run(
        _ sinks: [SinkSettings],
        patience: SinkPatience = patience(),
        now: @escaping @Sendable () -> Timestamp = Gateway.systemTime,
        _ body: @Sendable (SinkService) async throws -> Void
    ) async throws {
        let service = try service(sinks, patience: patience, now: now)
        let group = ServiceGroup(
            configuration: .init(
                services: [service],
                logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do { try await body(service) } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension SinkService {
    /// A number of a sink.
    func count(_ name: String, of sink: String) -> Int? {
        var text = MetricsText()
        metrics.write(to: &text)
        let line = text.text.split(separator: "\n").first {
            $0.hasPrefix("gridkin_sink_\(name){sink=\"\(sink)\",index=\"grid\"} ")
        }
        return line?.split(separator: " ").last.flatMap { Int($0) }
    }
}

/// Returns once a condition holds; the test's time limit ends the wait otherwise.
func wait(until condition: () throws -> Bool) async throws {
    while try !condition() { try await Task.sleep(for: .milliseconds(5)) }
}

/// Gives each line of a log to a function.
private struct LogLines: LogHandler {
    let take: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    init(take: @escaping @Sendable (String) -> Void) { self.take = take }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { take("\(event.level): \(event.message)") }
}
