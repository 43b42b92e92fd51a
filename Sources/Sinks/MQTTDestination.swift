#if canImport(CPaho)
internal import CPaho
internal import NIOCore
internal import Readings
internal import Synchronization

/// Publishes each change on a topic, and waits until the broker has it (quality of service 1).
struct MQTTDestination: Destination {
    private let connection: Connection
    private let thread: WorkThread

    /// - Parameter name: the sink's.
    init(_ mqtt: SinkSettings.MQTT, name: String, patience: SinkPatience) {
        connection = Connection(mqtt, name: name, patience: patience)
        thread = WorkThread(name)
    }

    func deliver(_ delivery: Delivery) async throws(DeliveryFailure) {
        let body = Array(delivery.json.readableBytesView)
        try await thread.run { [connection] in
            connection.publish(body).map { .temporary($0) }
        }
    }
}

/// The connection to a broker, made when something is to be published. Blocks its callers.
private final class Connection: Sendable {
    /// Paho's handle. A pointer has no owner that the compiler knows, so its address is kept.
    private let client: Mutex<UInt?>
    private let settings: SinkSettings.MQTT
    private let identity: String
    private let milliseconds: Int32

    init(_ settings: SinkSettings.MQTT, name: String, patience: SinkPatience) {
        self.settings = settings
        // A broker ends the connection of a client whose name comes a second time.
        identity = "gridkin-\(name)-\(UInt32.random(in: .min ... .max))"
        milliseconds = Int32(clamping: Int(patience.attempt / .milliseconds(1)))
        client = Mutex(nil)
    }

    deinit { client.withLock { if let client = $0 { cpaho_end(OpaquePointer(bitPattern: client)) } } }

    /// Publishes a message.
    ///
    /// - Returns: why that failed; nil if the broker has it.
    func publish(_ body: [UInt8]) -> String? {
        client.withLock { client in
            if client == nil { client = begin().map { UInt(bitPattern: $0) } }
            guard let client = client.flatMap({ OpaquePointer(bitPattern: $0) }) else {
                return "no client of MQTT could be made"
            }
            var reason = [CChar](repeating: 0, count: 256)
            let isPublished = body.withUnsafeBytes { bytes in
                cpaho_publish(
                    client,
                    settings.topic,
                    bytes.baseAddress,
                    Int32(bytes.count),
                    milliseconds,
                    &reason,
                    Int32(reason.count)
                )
            }
            guard isPublished == 0 else { return nil }
            let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return "\(text) (\(settings.host), port \(settings.port))"
        }
    }

    private func begin() -> OpaquePointer? {
        let scheme = settings.usesTLS ? "ssl" : "tcp"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return cpaho_begin(
            "\(scheme)://\(host):\(settings.port)",
            identity,
            settings.user,
            settings.password,
            settings.usesTLS ? 1 : 0,
            settings.caFile
        )
    }
}
#endif

extension SinkService {
    static func mqttDestination(
        _ mqtt: SinkSettings.MQTT,
        of sink: SinkSettings,
        _ patience: SinkPatience
    ) throws(SinkError) -> any Destination {
        #if canImport(CPaho)
        return MQTTDestination(mqtt, name: sink.name, patience: patience)
        #else
        throw SinkError("the sink \(sink.name): \(SinkSettings.mqttAbsence)")
        #endif
    }
}

extension SinkSettings {
    /// What to do where MQTT was left out of the program.
    static let mqttAbsence =
        "this program was built without MQTT; install Debian's libpaho-mqtt-dev and build it again"

    /// Whether the program was built with MQTT.
    public static var hasMQTT: Bool {
        #if canImport(CPaho)
        true
        #else
        false
        #endif
    }
}
