package import Readings
package import Windows

/// A question about the window that ends with a reading. A value: the stream may go on meanwhile.
package struct WindowQuery: Sendable {
    package let meter: String
    package let time: Timestamp
    /// The window's features, and its raw slots where the encoder reads them; nil while the meter is warming.
    package let features: [Float]?
    /// How many readings are still needed; 0 once there are features.
    package let missing: Int
    /// The time of the meter's reading before this one; nil where there is none.
    package let previous: Timestamp?
    /// The earlier readings whose second look the reading has made due.
    package let matured: [MaturedWindow]

    /// Asks about the newest reading of a stream.
    ///
    /// - Parameter matured: what appending the reading has let mature; nil if it asks for no second look.
    package init(of meter: String, in stream: MeterStream, at time: Timestamp, matured: MaturedWindows? = nil)
    {
        self.meter = meter
        self.time = time
        previous = stream.previousTime
        switch stream.readiness {
        case .ready:
            features = stream.features()
            missing = 0
        case .warming(let missing):
            features = nil
            self.missing = missing
        }
        self.matured = matured?.windows() ?? []
    }
}
