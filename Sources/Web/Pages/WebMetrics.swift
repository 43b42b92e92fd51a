internal import Gateway

/// What a web server reports of its own connections and responses.
struct WebMetrics: MetricsSource {
    let table: ConnectionTable
    let responses: ResponseCounts
    let access: WebAccess

    func write(to metrics: inout MetricsText) {
        let counts = table.counts
        metrics.single("gridkin_http_connections", "gauge", "HTTP connections open.", counts.open)
        metrics.begin("gridkin_http_connections_total", "counter", "HTTP connections, by outcome.")
        metrics.sample("gridkin_http_connections_total", [("outcome", "accepted")], counts.accepted)
        metrics.sample("gridkin_http_connections_total", [("outcome", "cut")], counts.cut)
        metrics.begin("gridkin_http_responses_total", "counter", "HTTP responses, by status.")
        for (status, count) in responses.all {
            metrics.sample("gridkin_http_responses_total", [("status", String(status))], count)
        }
        metrics.single(
            "gridkin_http_excessive_tokens_total",
            "counter",
            "Pages read with a read-write token, where a read-only one is enough.",
            access.excessiveTokens
        )
    }
}
