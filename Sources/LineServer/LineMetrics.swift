public import Gateway
internal import LineProtocol
internal import Verdicts

/// What a line server reports of its connections and requests.
public struct LineMetrics: MetricsSource {
    private let connections: ConnectionStatistics
    private let requests: RequestCounts

    /// From the counts of the server.
    public init(connections: ConnectionStatistics, requests: RequestCounts) {
        self.connections = connections
        self.requests = requests
    }

    package func write(to metrics: inout MetricsText) {
        metrics.single("gridkin_connections", "gauge", "Connections open.", connections.connections)
        metrics.begin("gridkin_connections_total", "counter", "Connections, by outcome.")
        for (outcome, count) in [
            ("accepted", connections.accepted), ("refused", connections.refused), ("cut", connections.cut),
        ] {
            metrics.sample("gridkin_connections_total", [("outcome", outcome)], count)
        }
        writeVerbs(&metrics)
        metrics.begin("gridkin_errors_total", "counter", "Requests answered with ERR, by code.")
        for code in ErrorCode.allCases where !code.closesConnection {
            metrics.sample("gridkin_errors_total", [("code", code.rawValue)], requests.errors(code))
        }
    }

    private func writeVerbs(_ metrics: inout MetricsText) {
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
    }
}
