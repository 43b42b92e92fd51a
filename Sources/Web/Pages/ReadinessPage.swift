internal import Gateway
internal import LineProtocol
internal import NIOCore
internal import Verdicts

/// Whether the server is ready, and what is wrong with it.
struct ReadinessPage {
    private let gateway: Gateway

    init(_ gateway: Gateway) {
        self.gateway = gateway
    }

    /// The page as JSON. Ready as long as the server answers, degraded or not: taking a degraded server out
    /// of service would leave none.
    ///
    /// - Parameter isTrusted: whether the client may read; else it gets the status alone.
    func text(_ isTrusted: Bool) -> String {
        let states = gateway.indexes.map(\.state)
        let isDegraded = states.contains { !$0.issues.isEmpty }
        var body = ByteBuffer()
        JSONWriter.append(to: &body) { writer in
            writer.object { writer in
                writer.key("status")
                writer.string(isDegraded ? "degraded" : "ready")
                guard isTrusted else { return }
                writer.key("indexes")
                writer.array(states) { Self.write($1, to: &$0) }
            }
        }
        return String(buffer: body) + "\n"
    }

    private static func write(_ state: ServedIndex.State, to writer: inout JSONWriter) {
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
