public import Gateway
public import Logging
public import Readings
public import ServiceLifecycle
internal import Storage

/// Sends what changes of incidents to sinks, each at least once and in order.
///
/// Each sink has a task for each of its indexes: one that fails or hangs holds no other one up, and none ever
/// delays a query or a push, since all it shares with them is the journal on the disk.
public struct SinkService: Service {
    /// The numbers of the sinks, for the page of metrics.
    public let metrics: SinkMetrics
    private let tasks: [SinkTask]
    private let patience: SinkPatience

    /// Sinks for a gateway's indexes. A sink that an index's journal does not know yet begins at now. Waits
    /// for the disk.
    ///
    /// - Parameters:
    ///   - settings: the sinks, each of another name.
    ///   - logger: is told when a sink begins to fail, when it works again, and what is given up.
    /// - Throws: ``SinkError`` if a setting is wrong or a journal cannot be read.
    public init(
        _ settings: [SinkSettings],
        of gateway: Gateway,
        patience: SinkPatience = SinkPatience(),
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = Gateway.systemTime
    ) throws(SinkError) {
        try self.init(
            settings,
            of: gateway.indexes.map(\.name),
            patience: patience,
            logger: logger,
            now: now
        ) { (sink, index) throws(SinkError) in
            let served = gateway.indexes.first { $0.name == index }
            if let outbox = served.flatMap({ Outbox(of: $0, for: sink) }) { return outbox }
            throw SinkError(
                "a read-only server has no sinks; the server that is pushed to sends its incidents on"
            )
        }
    }

    /// Sinks for some indexes, whose outboxes are made by a function of the sink's and the index's name.
    package init(
        _ settings: [SinkSettings],
        of indexes: [String],
        patience: SinkPatience,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        outbox: (_ sink: String, _ index: String) throws(SinkError) -> Outbox
    ) throws(SinkError) {
        var (tasks, counts): ([SinkTask], [SinkCounts]) = ([], [])
        try Self.check(settings, indexes)
        for sink in settings {
            let destination = try Self.destination(of: sink, patience)
            for index in indexes where sink.indexes?.contains(index) != false {
                let outbox = try outbox(sink.name, index)
                let count = SinkCounts(sink: sink.name, index: index)
                let task = SinkTask(
                    outbox,
                    from: try Self.begin(outbox, sink),
                    to: destination,
                    counts: count,
                    patience: patience,
                    logger: logger,
                    now: now
                )
                tasks.append(task)
                counts.append(count)
            }
        }
        (self.tasks, self.patience) = (tasks, patience)
        metrics = SinkMetrics(counts: counts)
    }

    private static func check(_ settings: [SinkSettings], _ indexes: [String]) throws(SinkError) {
        var names: Set<String> = []
        for sink in settings {
            if let mistake = sink.mistake { throw SinkError("the sink \(sink.name): \(mistake)") }
            guard names.insert(sink.name).inserted else {
                throw SinkError("two sinks are called \(sink.name); give each a name of its own")
            }
            let unknown = (sink.indexes ?? []).subtracting(indexes).sorted()
            guard unknown.isEmpty else {
                throw SinkError(
                    "the sink \(sink.name) is to send incidents of \(unknown.joined(separator: ", ")), "
                        + "and served are \(indexes.joined(separator: ", "))"
                )
            }
        }
    }

    private static func begin(_ outbox: Outbox, _ sink: SinkSettings) throws(SinkError) -> Int64 {
        do { return try outbox.begin() } catch {
            throw SinkError("the sink \(sink.name) cannot begin: \(error)")
        }
    }

    private static func destination(
        of sink: SinkSettings,
        _ patience: SinkPatience
    ) throws(SinkError) -> any Destination {
        switch sink.place {
        case .webhook(let webhook): WebhookDestination(webhook, patience: patience)
        case .alertmanager(let url): AlertmanagerDestination(url, patience: patience)
        case .file(let file): FileDestination(file, name: sink.name)
        case .mqtt(let mqtt): try mqttDestination(mqtt, of: sink, patience)
        }
    }

    /// Delivers until the surrounding service group shuts down; a delivery under way by then is given a
    /// moment to be finished.
    public func run() async throws {
        guard !tasks.isEmpty else {
            try? await gracefulShutdown()
            return
        }
        await withTaskGroup(of: Ending.self) { group in
            for task in tasks {
                group.addTask {
                    var task = task
                    await task.run()
                    return .finished
                }
            }
            group.addTask { [patience] in
                try? await gracefulShutdown()
                try? await Task.sleep(for: patience.ending)
                return .outOfTime
            }
            var left = tasks.count
            while let ending = await group.next() {
                if ending == .finished { left -= 1 }
                if ending == .outOfTime || left == 0 { group.cancelAll() }
            }
        }
    }

    private enum Ending {
        case finished
        case outOfTime
    }
}
