public import Gateway
internal import LineProtocol
internal import NIOCore
internal import Verdicts

/// What the server reports about itself over HTTP. Reading changes nothing.
public struct HealthPages: Sendable {
    private let gateway: Gateway
    private let connections: ConnectionStatistics
    private let requests: RequestCounts
    private let tls: TLSIdentity?

    /// Pages about a gateway's indexes and the line server in front of it.
    ///
    /// - Parameter tls: the certificate whose expiry is reported; nil for none.
    public init(
        _ gateway: Gateway,
        connections: ConnectionStatistics,
        requests: RequestCounts,
        tls: TLSIdentity? = nil
    ) {
        self.gateway = gateway
        self.connections = connections
        self.requests = requests
        self.tls = tls
    }

    /// The page at a path, for a client that has shown this token, or none; nil if there is no such page.
    func page(_ path: String, token: String?) -> Page? {
        var caller = gateway.caller("health")
        let isTrusted =
            token.map { gateway.authorise(&caller, with: $0) } ?? (caller.permission != nil)
        switch path {
        case "/healthz": return Page(status: 200, type: Page.text, body: "ok\n")
        case "/readyz": return readiness(isTrusted)
        case "/metrics":
            guard isTrusted else {
                return Page(status: 401, type: Page.text, body: "show a token: Authorization: Bearer TOKEN\n")
            }
            return Page(status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metrics)
        default: return nil
        }
    }

    /// Ready as long as the server answers, degraded or not: taking a degraded server out of service would
    /// leave none. A client that has shown no token gets the status alone.
    private func readiness(_ isTrusted: Bool) -> Page {
        let states = gateway.indexes.map(\.state)
        let isDegraded = states.contains { !$0.issues.isEmpty }
        var body = ByteBuffer()
        JSONWriter.append(to: &body) { writer in
            writer.object { writer in
                writer.key("status")
                writer.string(isDegraded ? "degraded" : "ready")
                guard isTrusted else { return }
                writer.key("indexes")
                writer.array(states) { writer, state in
                    writer.object { writer in
                        writer.key("index")
                        writer.string(state.name)
                        writer.key("generation")
                        writer.integer(state.generation)
                        writer.key("pending")
                        writer.integer(state.pendingReadings)
                        writer.key("degraded")
                        writer.array(state.issues) { $0.string($1.sentence) }
                    }
                }
            }
        }
        return Page(status: 200, type: "application/json", body: String(buffer: body) + "\n")
    }

    private var metrics: String {
        var metrics = MetricsText()
        writeServer(&metrics)
        writeRequests(&metrics)
        writeIndexes(&metrics)
        writeJudgements(&metrics)
        writeProcess(&metrics)
        return metrics.text
    }

    private func writeServer(_ metrics: inout MetricsText) {
        metrics.begin("gridkin_build_info", "gauge", "The server's version.")
        metrics.sample("gridkin_build_info", [("version", gridkinVersion)], 1)
        metrics.single(
            "gridkin_uptime_seconds",
            "gauge",
            "Seconds since the server started.",
            gateway.uptime
        )
        metrics.single("gridkin_connections", "gauge", "Connections open.", connections.connections)
        metrics.begin("gridkin_connections_total", "counter", "Connections, by outcome.")
        for (outcome, count) in [
            ("accepted", connections.accepted), ("refused", connections.refused), ("cut", connections.cut),
        ] {
            metrics.sample("gridkin_connections_total", [("outcome", outcome)], count)
        }
        if let tls {
            let name = "gridkin_tls_certificate_expiry_timestamp_seconds"
            metrics.single(name, "gauge", "When the certificate expires, seconds since 1970.", tls.expires)
        }
    }

    private func writeRequests(_ metrics: inout MetricsText) {
        metrics.begin("gridkin_request_seconds", "histogram", "Time to answer, by verb.")
        for verb in Verb.allCases {
            let snapshot = requests.latencies(of: verb)
            guard snapshot.count > 0 else { continue }
            metrics.histogram("gridkin_request_seconds", [("verb", verb.rawValue)], snapshot)
        }
        metrics.begin(
            "gridkin_requests_total",
            "counter",
            "Lines, by verb; none for a line that is no request."
        )
        for verb in Verb.allCases {
            let count = requests.latencies(of: verb).count
            metrics.sample("gridkin_requests_total", [("verb", verb.rawValue)], count)
        }
        metrics.sample("gridkin_requests_total", [("verb", "none")], requests.unreadable)
        metrics.begin("gridkin_errors_total", "counter", "Requests answered with ERR, by code.")
        for code in ErrorCode.allCases where !code.closesConnection {
            metrics.sample("gridkin_errors_total", [("code", code.rawValue)], requests.errors(code))
        }
        metrics.single("gridkin_auth_failures_total", "counter", "Wrong tokens shown.", requests.authsFailed)
    }

    private func writeIndexes(_ metrics: inout MetricsText) {
        let states = gateway.indexes.map(\.state)
        for gauge in Self.gauges {
            metrics.begin(gauge.name, gauge.type, gauge.help)
            for state in states {
                metrics.sample(gauge.name, [("index", state.name)], gauge.value(state))
            }
        }
        metrics.begin("gridkin_degraded", "gauge", "1 while something is wrong, by kind.")
        for state in states {
            for kind in HealthIssue.Kind.allCases {
                let count = state.issues.contains { $0.kind == kind } ? 1 : 0
                let labels = [("index", state.name), ("kind", kind.rawValue)]
                metrics.sample("gridkin_degraded", labels, count)
            }
        }
    }

    private func writeJudgements(_ metrics: inout MetricsText) {
        let stream = gateway.judgements
        metrics.single(
            "gridkin_judgement_subscribers",
            "gauge",
            "Subscribers to the stream of judgements.",
            stream.subscribers
        )
        metrics.single(
            "gridkin_judgements_dropped_total",
            "counter",
            "Events that subscribers lost because they were too slow.",
            stream.dropped
        )
    }

    private func writeProcess(_ metrics: inout MetricsText) {
        let state = ProcessState()
        metrics.single("process_resident_memory_bytes", "gauge", "Memory in use.", state.residentBytes)
        metrics.single("process_open_fds", "gauge", "Descriptors open.", state.descriptors)
        metrics.single("process_max_fds", "gauge", "Descriptors allowed.", state.descriptorLimit)
        metrics.single("process_cpu_seconds_total", "counter", "Processor time used.", state.processorSeconds)
    }
}

/// A number that is measured of each index.
private struct Gauge: Sendable {
    let name: String
    let type: String
    let help: String
    let value: @Sendable (ServedIndex.State) -> Double

    init(
        _ name: String,
        _ type: String,
        _ help: String,
        value: @escaping @Sendable (ServedIndex.State) -> Double
    ) {
        self.name = name
        self.type = type
        self.help = help
        self.value = value
    }
}

extension HealthPages {
    private static let gauges = [
        Gauge("gridkin_generation", "gauge", "The generation served.") { Double($0.generation) },
        Gauge("gridkin_generation_swaps_total", "counter", "Generations swapped in.") { Double($0.swaps) },
        Gauge("gridkin_labels_given", "gauge", "Labels ever given.") { Double($0.labelsGiven) },
        Gauge("gridkin_pushes_total", "counter", "Readings taken.") { Double($0.pushes) },
        Gauge("gridkin_live_meters", "gauge", "Meters whose streams are in memory.") {
            Double($0.liveMeters)
        },
        Gauge("gridkin_live_bytes", "gauge", "Memory that these streams take.") { Double($0.liveBytes) },
        Gauge(
            "gridkin_journal_behind_seconds",
            "gauge",
            "How long ago a read-only server last had all that is in the journal; 0 for one that writes it."
        ) {
            $0.behind.map { $0 / .seconds(1) } ?? 0
        },
        Gauge("gridkin_journal_pending_readings", "gauge", "Readings not on the disk yet.") {
            Double($0.pendingReadings)
        },
        Gauge(
            "gridkin_journal_lag_seconds",
            "gauge",
            "How long the oldest reading has waited for the journal."
        ) {
            $0.journalLag / .seconds(1)
        },
        Gauge("gridkin_journal_commits_total", "counter", "Writes to the journal.") { Double($0.commits) },
    ]
}
