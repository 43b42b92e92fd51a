internal import Engine
internal import LineProtocol
internal import NIOCore
internal import Storage

/// What the server reports about itself over HTTP. Reading changes nothing.
public struct HealthPages: Sendable {
    private let responder: IndexResponder
    private let tls: TLSIdentity?

    /// Pages about a responder and its indexes.
    public init(_ responder: IndexResponder, tls: TLSIdentity? = nil) {
        self.responder = responder
        self.tls = tls
    }

    /// The page at a path, for a client that has shown this token, or none; nil if there is no such page.
    func page(_ path: String, token: String?) -> Page? {
        let isTrusted =
            token.map { responder.access.permission(for: $0) } ?? responder.access.initialPermission
        switch path {
        case "/healthz": return Page(status: 200, type: Page.text, body: "ok\n")
        case "/readyz": return readiness(isTrusted != nil)
        case "/metrics":
            guard isTrusted != nil else {
                return Page(status: 401, type: Page.text, body: "show a token: Authorization: Bearer TOKEN\n")
            }
            return Page(status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metrics)
        default: return nil
        }
    }

    /// Ready as long as the server answers, degraded or not: taking a degraded server out of service would
    /// leave none. A client that has shown no token gets the status alone.
    private func readiness(_ isTrusted: Bool) -> Page {
        let found = responder.indexes.map { (index: $0, degradations: $0.degradations) }
        let isDegraded = found.contains { !$0.degradations.isEmpty }
        var body = ByteBuffer()
        JSONWriter.append(to: &body) { writer in
            writer.object { writer in
                writer.key("status")
                writer.string(isDegraded ? "degraded" : "ready")
                guard isTrusted else { return }
                writer.key("indexes")
                writer.array(found) { writer, found in
                    writer.object { writer in
                        writer.key("index")
                        writer.string(found.index.folder.name.text)
                        writer.key("generation")
                        writer.integer(found.index.generation.number)
                        writer.key("pending")
                        writer.integer(found.index.counters.pendingReadings)
                        writer.key("degraded")
                        writer.array(found.degradations) { $0.string($1.sentence) }
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
            responder.uptime
        )
        let statistics = responder.statistics
        metrics.single("gridkin_connections", "gauge", "Connections open.", statistics.connections)
        metrics.begin("gridkin_connections_total", "counter", "Connections, by what became of them.")
        for (outcome, count) in [
            ("accepted", statistics.accepted), ("refused", statistics.refused), ("cut", statistics.cut),
        ] {
            metrics.sample("gridkin_connections_total", [("outcome", outcome)], count)
        }
        if let tls {
            let name = "gridkin_tls_certificate_expiry_timestamp_seconds"
            metrics.single(name, "gauge", "When the certificate expires, seconds since 1970.", tls.expires)
        }
    }

    private func writeRequests(_ metrics: inout MetricsText) {
        let counts = responder.counts
        metrics.begin("gridkin_request_seconds", "histogram", "Time to answer, by verb.")
        for verb in Verb.allCases {
            let snapshot = counts.latencies(of: verb)
            guard snapshot.count > 0 else { continue }
            metrics.histogram("gridkin_request_seconds", [("verb", verb.rawValue)], snapshot)
        }
        metrics.begin(
            "gridkin_requests_total",
            "counter",
            "Lines, by verb; none for a line that is no request."
        )
        for verb in Verb.allCases {
            let count = counts.latencies(of: verb).count
            metrics.sample("gridkin_requests_total", [("verb", verb.rawValue)], count)
        }
        metrics.sample("gridkin_requests_total", [("verb", "none")], counts.unreadable)
        metrics.begin("gridkin_errors_total", "counter", "Requests answered with ERR, by code.")
        for code in ErrorCode.allCases where !code.closesConnection {
            metrics.sample("gridkin_errors_total", [("code", code.rawValue)], counts.errors(code))
        }
        metrics.single("gridkin_auth_failures_total", "counter", "Wrong tokens shown.", counts.authsFailed)
    }

    private func writeIndexes(_ metrics: inout MetricsText) {
        let found = responder.indexes.map { index in
            IndexState(index: index, counters: index.counters, degradations: index.degradations)
        }
        for gauge in IndexState.gauges {
            metrics.begin(gauge.name, gauge.type, gauge.help)
            for state in found {
                metrics.sample(gauge.name, [("index", state.index.folder.name.text)], gauge.value(state))
            }
        }
        metrics.begin("gridkin_degraded", "gauge", "1 while something is wrong, by kind.")
        for state in found {
            for kind in Degradation.kinds {
                let count = state.degradations.contains { $0.kind == kind } ? 1 : 0
                let labels = [("index", state.index.folder.name.text), ("kind", kind)]
                metrics.sample("gridkin_degraded", labels, count)
            }
        }
    }

    private func writeProcess(_ metrics: inout MetricsText) {
        let state = ProcessState()
        metrics.single("process_resident_memory_bytes", "gauge", "Memory in use.", state.residentBytes)
        metrics.single("process_open_fds", "gauge", "Descriptors open.", state.descriptors)
        metrics.single("process_max_fds", "gauge", "Descriptors allowed.", state.descriptorLimit)
        metrics.single("process_cpu_seconds_total", "counter", "Processor time used.", state.processorSeconds)
    }
}

/// One index at the time of a measurement.
private struct IndexState {
    let index: LiveIndex
    let counters: LiveCounters
    let degradations: [Degradation]

    struct Gauge: Sendable {
        let name: String
        let type: String
        let help: String
        let value: @Sendable (IndexState) -> Double
    }

    static let gauges = [
        Gauge(name: "gridkin_generation", type: "gauge", help: "The generation served.") {
            Double($0.index.generation.number)
        },
        Gauge(name: "gridkin_generation_swaps_total", type: "counter", help: "Generations swapped in.") {
            Double($0.counters.swaps)
        },
        Gauge(name: "gridkin_labels_given", type: "gauge", help: "Labels ever given.") {
            Double($0.index.labelsGiven)
        },
        Gauge(name: "gridkin_pushes_total", type: "counter", help: "Readings taken.") {
            Double($0.counters.pushes)
        },
        Gauge(name: "gridkin_live_meters", type: "gauge", help: "Meters whose streams are in memory.") {
            Double($0.counters.liveMeters)
        },
        Gauge(name: "gridkin_journal_pending_readings", type: "gauge", help: "Readings not on the disk yet.")
        {
            Double($0.counters.pendingReadings)
        },
        Gauge(
            name: "gridkin_journal_lag_seconds",
            type: "gauge",
            help: "How long the oldest reading has waited for the journal."
        ) {
            $0.index.journalLag / .seconds(1)
        },
        Gauge(name: "gridkin_journal_commits_total", type: "counter", help: "Writes to the journal.") {
            Double($0.counters.commits)
        },
    ]
}
