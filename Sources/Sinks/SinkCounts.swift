public import Gateway
internal import Synchronization

/// What a sink has done for an index since the start.
final class SinkCounts: Sendable {
    let sink: String
    let index: String
    let delivered = Counter()
    let failed = Counter()
    let givenUp = Counter()
    private let left = Atomic(0)

    init(sink: String, index: String) { (self.sink, self.index) = (sink, index) }

    /// How many incidents changed and are not delivered.
    var waiting: Int {
        get { left.load(ordering: .relaxed) }
        set { left.store(newValue, ordering: .relaxed) }
    }
}

/// The numbers of all sinks, for Prometheus.
public struct SinkMetrics: MetricsSource {
    let counts: [SinkCounts]

    package func write(to metrics: inout MetricsText) {
        guard !counts.isEmpty else { return }
        write(&metrics, "gridkin_sink_delivered_total", "counter", "Changes of incidents delivered.") {
            $0.delivered.value
        }
        write(&metrics, "gridkin_sink_failures_total", "counter", "Attempts to deliver that failed.") {
            $0.failed.value
        }
        write(&metrics, "gridkin_sink_given_up_total", "counter", "Changes that were never delivered.") {
            $0.givenUp.value
        }
        write(&metrics, "gridkin_sink_waiting", "gauge", "Changed incidents not delivered yet.") {
            $0.waiting
        }
    }

    private func write(
        _ metrics: inout MetricsText,
        _ name: String,
        _ type: String,
        _ help: String,
        value: (SinkCounts) -> Int
    ) {
        metrics.begin(name, type, help)
        for count in counts {
            metrics.sample(name, [("sink", count.sink), ("index", count.index)], value(count))
        }
    }
}
