internal import Gateway
internal import Sockets
internal import Verdicts

/// The numbers of the server for Prometheus. Reading them changes nothing.
struct MetricsPage: Sendable {
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    let gateway: Gateway
    /// What the doors report.
    let sources: [any MetricsSource]
    /// The certificate whose expiry is reported; nil for none.
    let tls: TLSIdentity?

    /// The page now.
    var text: String {
        var metrics = MetricsText()
        writeServer(&metrics)
        for source in sources { source.write(to: &metrics) }
        writeAccess(&metrics)
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
        guard let tls else { return }
        let name = "gridkin_tls_certificate_expiry_timestamp_seconds"
        metrics.single(name, "gauge", "When the certificate expires, seconds since 1970.", tls.expires)
    }

    private func writeAccess(_ metrics: inout MetricsText) {
        metrics.single(
            "gridkin_auth_failures_total",
            "counter",
            "Tokens that were not accepted, over any protocol.",
            gateway.failedAuths
        )
        metrics.single(
            "gridkin_auth_refusals_total",
            "counter",
            "Those of them that were refused, right or wrong, because too many wrong ones came from there.",
            gateway.refusedAuths
        )
    }

    private func writeIndexes(_ metrics: inout MetricsText) {
        let states = gateway.indexes.map(\.state)
        for gauge in Self.gauges {
            metrics.begin(gauge.name, gauge.type, gauge.help)
            for state in states {
                metrics.sample(gauge.name, [("index", state.name)], gauge.value(state))
            }
        }
        metrics.begin("gridkin_verdicts_total", "counter", "Pushed readings by their first verdict.")
        for state in states {
            for (word, count) in state.verdicts.byWord {
                metrics.sample("gridkin_verdicts_total", [("index", state.name), ("verdict", word)], count)
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

extension MetricsPage {
    private static let gauges = [
        Gauge("gridkin_generation", "gauge", "The generation served.") { Double($0.generation) },
        Gauge("gridkin_generation_swaps_total", "counter", "Generations swapped in.") { Double($0.swaps) },
        Gauge("gridkin_labels_given", "gauge", "Labels ever given.") { Double($0.labelsGiven) },
        Gauge("gridkin_pushes_total", "counter", "Readings taken.") { Double($0.pushes) },
        Gauge("gridkin_late_pushes_total", "counter", "Those that came after later ones of their meter.") {
            Double($0.latePushes)
        },
        Gauge(
            "gridkin_readings_set_aside",
            "gauge",
            "Readings that count no more, of clocks that were ahead."
        ) {
            Double($0.setAside)
        },
        Gauge("gridkin_incidents_open", "gauge", "Incidents that are open.") { Double($0.openIncidents) },
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
