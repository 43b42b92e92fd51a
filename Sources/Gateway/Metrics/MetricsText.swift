// The text that Prometheus reads. Written by hand: a metrics library would bring a registry, boxes and locks,
// and the counts are kept anyway. https://prometheus.io/docs/instrumenting/exposition_formats/

/// Metrics in the text format of Prometheus, version 0.0.4.
package struct MetricsText {
    package private(set) var text = ""

    package init() {}

    /// A label's name and value.
    package typealias Label = (name: String, value: String)

    /// Begins a metric with its type and a sentence of help.
    package mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Writes one sample of the metric begun last.
    package mutating func sample(
        _ name: String,
        _ labels: [Label] = [],
        _ value: some Numeric & CustomStringConvertible
    ) {
        text += name
        if !labels.isEmpty {
            text +=
                "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    /// Writes a metric that has one sample.
    package mutating func single(
        _ name: String,
        _ type: String,
        _ help: String,
        _ value: some Numeric & CustomStringConvertible
    ) {
        begin(name, type, help)
        sample(name, [], value)
    }

    /// Writes the samples of a histogram, for the metric begun last.
    package mutating func histogram(_ name: String, _ labels: [Label], _ snapshot: LatencyHistogram.Snapshot)
    {
        for (index, count) in snapshot.cumulative.enumerated() {
            let bounds = LatencyHistogram.bounds
            let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
            sample("\(name)_bucket", labels + [("le", bound)], count)
        }
        sample("\(name)_sum", labels, snapshot.seconds)
        sample("\(name)_count", labels, snapshot.count)
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}

/// What has numbers to report, such as a door.
package protocol MetricsSource: Sendable {
    /// Writes its metrics.
    func write(to metrics: inout MetricsText)
}
